"""What a template of a form may say: names, the kind of each value, what comes nearest to a wrong one."""

import difflib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, Self

from webir_records.forms.display import field_context
from webir_records.forms.filling import known_names
from webir_records.forms.spec_types import FieldSpec, FormSpec
from webir_records.forms.templating.images import IMAGES

IDENTITY: Final = ("form_no", "record_id", "qr")
"""What ties a sheet of paper to its record."""

_SUFFIXES: Final = ("", "_box", "_boxes")
_MOST: Final = 3


@dataclass(frozen=True, slots=True)
class Shape:
    """What kind of value a name has.

    Attributes:
        names: of a row, the values that it has; of a list, those of each of its rows.
    """

    kind: Literal["text", "image", "row", "list", "any"]
    names: frozenset[str] = frozenset()


ANY: Final = Shape("any")
TEXT: Final = Shape("text")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names of one form.

    Attributes:
        names: what may be said outside loops; None when there is no form to compare with.
        rows_key: name of the list of rows, or empty.
        rows: what may be said of a row.
        owners: key of the field behind each name.
        titles: label of each field, by key.
        others: further ways in which people name a field, each with its key.
        row_keys: keys of the fields of a row.
        automatic: keys of the fields that the program fills itself, the same in every document.
    """

    names: Mapping[str, Shape] | None = None
    rows_key: str = ""
    rows: frozenset[str] = frozenset()
    owners: Mapping[str, str] = field(default_factory=dict[str, str])
    titles: Mapping[str, str] = field(default_factory=dict[str, str])
    others: Mapping[str, str] = field(default_factory=dict[str, str])
    row_keys: frozenset[str] = frozenset()
    automatic: frozenset[str] = frozenset()

    @classmethod
    def of(cls, spec: FormSpec | None) -> Self:
        """Return the names of a form."""
        if spec is None:
            return cls()
        rows = frozenset(field_context(spec.row_fields, {})) if spec.grouped else frozenset[str]()
        names = {name: Shape("image") if name in IMAGES else TEXT for name in known_names(spec)}
        if spec.grouped:
            names[spec.rows_key] = Shape("list", rows)
        everything = {*names, *rows}
        return cls(
            names,
            spec.rows_key if spec.grouped else "",
            rows,
            _owners(spec.fields, everything),
            {f.key: f.label for f in spec.fields},
            {_plain(name): f.key for f in spec.fields for name in f.names},
            frozenset(f.key for f in spec.row_fields) if spec.grouped else frozenset(),
            frozenset(f.key for f in spec.fields if f.filled_by.startswith("agency.")),
        )

    @property
    def everything(self) -> frozenset[str]:
        """Every name that means something, with other spellings of the fields."""
        return frozenset({*(self.names or {}), *self.rows, *self.others})

    def near(self, got: str, *, row: bool) -> str:
        """Return the names that come nearest to a wrong one, as `姓名（name）、職稱（title）`."""
        wanted = self.rows if row else frozenset(self.names or {})
        spellings = {_plain(name): name for name in wanted}
        spellings |= {
            other: key for other, key in self.others.items() if other not in spellings and key in wanted
        }
        plain = _plain(got)
        if plain in spellings:
            return self.shown(spellings[plain])
        close = difflib.get_close_matches(plain, sorted(spellings), 4 * _MOST, 0.0)
        shown = dict.fromkeys(self.shown(spellings[name]) for name in close)
        return "、".join(list(shown)[:_MOST])

    def shown(self, name: str) -> str:
        """Return a name with the label of its field, as it should be typed."""
        key = self.owners.get(name, "")
        title = self.titles.get(key, "")
        typed = key if name == title else name
        return f"{title}（{typed}）" if title and title != typed else name

    def field_of(self, other: str) -> str:
        """Return the key of the field that people call so, or an empty text."""
        return self.others.get(_plain(other), "")


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _owners(fields: Iterable[FieldSpec], names: Iterable[str]) -> dict[str, str]:
    known, owners = set(names), dict[str, str]()
    for one in fields:
        for suffix in _SUFFIXES:
            if one.key + suffix in known:
                owners.setdefault(one.key + suffix, one.key)
        if one.label in known:
            owners.setdefault(one.label, one.key)
    return owners
