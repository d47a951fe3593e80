"""Read a TOML table strictly: every unknown key and wrong type is written down, none stops the reading."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self, TypeVar, cast

_T = TypeVar("_T")


class Problem(str):
    """One thing wrong with a file, in English.

    Attributes:
        code: code of its text for people.
        facts: what that text names.
    """

    __slots__ = ("code", "facts")
    code: str
    facts: Mapping[str, str]

    def __new__(cls, code: str, text: str, **facts: str) -> Self:
        """Return the English text with its code and facts."""
        problem = super().__new__(cls, text)
        problem.code, problem.facts = code, facts
        return problem


@dataclass(slots=True)
class Table:
    """One table of a TOML file, read key by key.

    Attributes:
        where: how the table is called in problems, e.g. `field 3 (apply_date)`.
        problems: list that all tables of one file share.
    """

    where: str
    values: Mapping[str, object]
    problems: list[str]
    _seen: set[str] = field(default_factory=set[str])

    def string(self, key: str, default: str = "") -> str:
        """Return a text."""
        return self._read(key, default, lambda value: isinstance(value, str), "a text")

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Return true or false."""
        return self._read(key, default, lambda value: isinstance(value, bool), "true or false")

    def optional_flag(self, key: str) -> bool | None:
        """Return true or false, or None when the key is absent."""
        return self.flag(key) if key in self.values else None

    def number(self, key: str, default: int = 0) -> int:
        """Return a whole number, at least 0."""
        return self._read(key, default, _is_count, "a whole number")

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        found = self._read(key, list[str](), _is_text_list, "a list of texts")
        return tuple(found)

    def scalars(self, key: str) -> tuple[str | bool | int, ...]:
        """Return a list of texts, numbers or true/false."""
        found = self._read(key, list[str | bool | int](), _is_scalar_list, "a list of texts or true/false")
        return tuple(found)

    def scalar(self, key: str) -> str | bool | int:
        """Return a text, a number or true/false; empty text when the key is absent."""
        return self._read(key, cast("str | bool | int", ""), _is_scalar, "a text, a number or true/false")

    def text_map(self, key: str) -> dict[str, str]:
        """Return a table of texts."""
        return self._read(key, dict[str, str](), _is_text_map, "a table of texts")

    def table(self, key: str) -> "Table | None":
        """Return a table inside this one, or None when the key is absent."""
        if key not in self.values:
            return None
        found = self._read(key, dict[str, object](), lambda value: isinstance(value, dict), "a table")
        return Table(f"{self.where}, {key}", found, self.problems)

    def tables(self, key: str) -> list[Mapping[str, object]]:
        """Return a list of tables."""
        return self._read(key, list[Mapping[str, object]](), _is_table_list, "a list of tables")

    def choice(self, key: str, allowed: Iterable[str], default: str) -> str:
        """Return a text that is one of `allowed`."""
        found, known = self.string(key, default), tuple(allowed)
        if found not in known:
            expected = ", ".join(known)
            text = f"{self.where}: {key} must be one of {expected}, got {found!r}"
            facts = {"where": self.where, "key": key, "expected": expected, "got": found}
            self.problems.append(Problem("F209", text, **facts))
            return default
        return found

    def needed(self, key: str) -> str:
        """Return a text that must be there and not be empty."""
        found = self.string(key)
        if not found:
            text = f"{self.where}: {key} is missing"
            self.problems.append(Problem("F208", text, where=self.where, key=key))
        return found

    def finish(self) -> None:
        """Write down every key that nobody asked for."""
        for key in self.values:
            if key not in self._seen:
                text = f"{self.where}: unknown key {key}"
                self.problems.append(Problem("F200", text, where=self.where, key=key))

    def _read(self, key: str, default: _T, fits: Callable[[object], bool], expected: str) -> _T:
        self._seen.add(key)
        if key not in self.values:
            return default
        value = self.values[key]
        if not fits(value):
            self.problems.append(f"{self.where}: {key} must be {expected}, got {value!r}")
            return default
        return cast("_T", value)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_scalar(value: object) -> bool:
    return isinstance(value, (str, bool, int))


def _is_list_of(value: object, kind: type | tuple[type, ...]) -> bool:
    return isinstance(value, list) and all(isinstance(item, kind) for item in cast("list[object]", value))


def _is_text_list(value: object) -> bool:
    return _is_list_of(value, str)


def _is_scalar_list(value: object) -> bool:
    return _is_list_of(value, (str, bool, int))


def _is_table_list(value: object) -> bool:
    return _is_list_of(value, dict)


def _is_text_map(value: object) -> bool:
    return isinstance(value, dict) and _is_list_of(list(cast("dict[str, object]", value).values()), str)
