"""Find the header of a table under its title rows, and say which column is which field."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from webir_records.forms.issues import Cell
from webir_records.forms.reading import Row
from webir_records.forms.spec_types import FieldSpec

SEARCHED_ROWS: Final = 50
"""How far down a header is looked for."""

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_MARKS = re.compile(r"[\s*※:。、,._‧·]+")


def normalise(text: str) -> str:
    """Return a header in the form in which headers are compared.

    Full-width becomes half-width, capitals become small; spaces, line breaks and marks such as `*` go.
    """
    return _MARKS.sub("", unicodedata.normalize("NFKC", text).casefold())


def variants(text: str) -> tuple[str, ...]:
    """Return a header as it stands, then without what is in brackets: `申請日期（年/月/日）`."""
    plain = unicodedata.normalize("NFKC", text)
    return tuple(dict.fromkeys((normalise(text), normalise(_BRACKETS.sub("", plain)))))


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """One column and the field that it stands for.

    Attributes:
        index: position of the column, counted from 0.
        header: text of the header as the sheet shows it.
        field: key of the field, or empty when the column is ignored.
    """

    index: int
    header: str
    field: str


@dataclass(frozen=True, slots=True)
class Header:
    """The header of one table.

    Attributes:
        row: row number as the spreadsheet shows it.
        columns: every column with a header, in order; those without a field are ignored.
    """

    row: int
    columns: tuple[MappedColumn, ...]

    def columns_of(self, field: str) -> tuple[MappedColumn, ...]:
        """Return the columns that stand for a field; more than one is a problem."""
        return tuple(column for column in self.columns if column.field == field)

    @property
    def fields(self) -> Mapping[str, MappedColumn]:
        """The first column of each field."""
        return {column.field: column for column in reversed(self.columns) if column.field}

    @property
    def ignored(self) -> tuple[str, ...]:
        """Headers that stand for no field of the form."""
        return tuple(column.header for column in self.columns if not column.field)


def names_of(fields: Sequence[FieldSpec]) -> Mapping[str, str]:
    """Return every normalised header with the key of its field."""
    return {normalise(name): field.key for field in fields for name in field.names}


def find_header(rows: Sequence[Row], fields: Sequence[FieldSpec]) -> Header | None:
    """Return the row that names the most fields, or None when none names two (or the only one).

    Of rows that name equally many, the first one counts; the same header again is a repeated header.
    """
    names = names_of(fields)
    best: Header | None = None
    for row in rows[:SEARCHED_ROWS]:
        header = _read_header(row, names)
        if best is None or len(header.fields) > len(best.fields):
            best = header
    enough = min(2, len(fields))
    return best if best is not None and len(best.fields) >= enough else None


def is_header(row: Row, header: Header, names: Mapping[str, str]) -> bool:
    """Tell whether a row repeats the header, as every printed page of a long list does.

    Args:
        row: the row in question.
        header: the header that was found.
        names: what `names_of` says of the form's fields.
    """
    again = _read_header(row, names)
    return len(again.fields) >= 2 and again.fields.keys() == header.fields.keys()


def _read_header(row: Row, names: Mapping[str, str]) -> Header:
    columns: list[MappedColumn] = []
    for index, cell in enumerate(row.cells):
        text = _text(cell)
        if text:
            field = next((names[variant] for variant in variants(text) if variant in names), "")
            columns.append(MappedColumn(index, text, field))
    return Header(row.number, tuple(columns))


def _text(cell: Cell) -> str:
    return re.sub(r"\s*\n\s*", "", cell).strip() if isinstance(cell, str) else ""
