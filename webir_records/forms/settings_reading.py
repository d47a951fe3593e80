"""Read decoded JSON with Chinese keys strictly: everything wrong is written down, none stops the reading."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from webir_records.model.errors import Detail


@dataclass(slots=True)
class SettingsReader:
    """One object of a settings file, read key by key.

    Attributes:
        where: how the object is called in problems, e.g. `核定業務 2`.
        value: what was decoded.
        details: list that all objects of one file share.
    """

    where: str
    value: object
    details: list[Detail]
    _seen: set[str] = field(default_factory=set[str])

    def __post_init__(self) -> None:
        """Note a value that is no object."""
        if not isinstance(self.value, dict):
            self._note("F212", "{…}")

    def text(self, key: str, *, needed: bool = True) -> str:
        """Return a text; one that is needed and empty is a problem."""
        found = self._get(key)
        if found is None or found == "":
            if needed:
                self.note("F213", key)
            return ""
        if not isinstance(found, str):
            self.note("F214", key, got=str(found))
            return ""
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts that may not be empty."""
        found = self._list(key)
        if not all(isinstance(item, str) and item for item in found):
            self.note("F215", key)
            return ()
        return tuple(str(item) for item in found)

    def objects(self, key: str, *, needed: bool = True) -> "list[SettingsReader]":
        """Return a reader for each object of a list."""
        found = self._list(key) if needed or self._get(key) else []
        return [
            SettingsReader(f"{key} {number}", item, self.details)
            for number, item in enumerate(found, start=1)
        ]

    def note(self, code: str, key: str, *, got: str = "") -> None:
        """Write a problem with one key down."""
        self.details.append(Detail(code, {"where": self.where, "key": key, "got": got}))

    def finish(self) -> None:
        """Write down every key that nobody asked for."""
        for key in self._values():
            if key not in self._seen:
                self.note("F216", key)

    def _list(self, key: str) -> list[object]:
        found = self._get(key)
        if found is None or found == []:
            self.note("F213", key)
            return []
        if not isinstance(found, list):
            self.note("F215", key)
            return []
        return cast("list[object]", found)

    def _get(self, key: str) -> object:
        self._seen.add(key)
        return self._values().get(key)

    def _values(self) -> Mapping[str, object]:
        is_object = isinstance(self.value, dict)
        return cast("dict[str, object]", self.value) if is_object else {}

    def _note(self, code: str, expected: str) -> None:
        self.details.append(Detail(code, {"where": self.where, "expected": expected}))
