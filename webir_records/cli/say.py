"""The language of this run of the program, chosen once at its start."""

from dataclasses import dataclass, field
from typing import Final

from webir_records.model.texts import Texts


@dataclass(slots=True)
class _Voice:
    texts: Texts = field(default_factory=lambda: Texts.load("en"))


_VOICE: Final = _Voice()


def use(texts: Texts) -> None:
    """Speak this language from now on; called once, before the commands are declared."""
    _VOICE.texts = texts


def spoken() -> Texts:
    """Return the texts of this run."""
    return _VOICE.texts


def _(msgid: str, /, **facts: object) -> str:
    """Say a text with its facts in the language of this run."""
    return _VOICE.texts.text(msgid, **facts)
