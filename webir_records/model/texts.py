"""Texts for people, in the language they chose; English is the key, gettext holds the rest."""

import gettext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

SUPPORTED: Final = ("zh-Hant", "en")
"""Languages that are complete; the first one is the default."""

DOMAIN: Final = "webir"
"""Name of the gettext catalogue."""

LOCALE_FOLDER: Final = Path(__file__).resolve().parents[1] / "locale"
"""Folder that holds the compiled catalogues."""


class _Visible:
    """Stand-in for a fact that the caller did not give: prints as its own placeholder."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __format__(self, spec: str) -> str:
        return "{" + self._name + (f":{spec}" if spec else "") + "}"

    def __str__(self) -> str:
        return "{" + self._name + "}"

    def __getattr__(self, name: str) -> "_Visible":
        return _Visible(f"{self._name}.{name}")

    def __getitem__(self, key: object) -> "_Visible":
        return _Visible(f"{self._name}[{key}]")


class _Facts(dict[str, object]):
    """Facts of one message; a missing one stays visible instead of hiding the whole message."""

    def __missing__(self, key: str) -> _Visible:
        return _Visible(key)


@dataclass(frozen=True, slots=True)
class Texts:
    """One language's texts; immutable, so it can be shared between threads.

    Attributes:
        lang: one of `SUPPORTED`.
    """

    lang: str
    _catalogue: gettext.NullTranslations = field(repr=False, compare=False)

    @classmethod
    def load(cls, lang: str) -> Self:
        """Read the catalogue of a language.

        Args:
            lang: one of `SUPPORTED`.

        Raises:
            ValueError: the language is not one of `SUPPORTED`.
            FileNotFoundError: the installation lacks the compiled catalogue.
        """
        if lang not in SUPPORTED:
            raise ValueError(f"language: expected one of {', '.join(SUPPORTED)}, got {lang!r}")
        if lang == "en":  # the texts in the code are English
            return cls(lang, gettext.NullTranslations())
        return cls(lang, gettext.translation(DOMAIN, LOCALE_FOLDER, [lang.replace("-", "_")]))

    def text(self, msgid: str, /, **facts: object) -> str:
        """Say `msgid` in this language with its facts filled in.

        A fact that is missing leaves `{name}` visible: a message about trouble must not become trouble.

        Args:
            msgid: English text with `{fact}` placeholders.
            facts: values of the placeholders.
        """
        translated = self._catalogue.gettext(msgid) if msgid else ""
        return translated.format_map(_Facts(facts))
