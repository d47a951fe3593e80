"""Find the header of a table under its title rows, and say which column is which field."""

import dataclasses
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

from webir_records.forms.issues import Cell
from webir_records.forms.sheet_rows import Area, Row
from webir_records.forms.spec_types import FieldSpec

SEARCHED_ROWS: Final = 50
"""How far down a header is looked for."""

_MOST: Final = 0.6
"""A row that names so large a part of the fields is a header; a title row names one or two of ten."""

GROUP_MARK: Final = "／"
"""Stands between the two rows of a header where it is shown."""

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_LINE_BREAK = re.compile(r"\s*\n\s*")
_MOST_REMEMBERED: Final = 4096
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
        covered: columns beside a field's own under the same merged header cell, with the key of the field.
    """

    row: int
    columns: tuple[MappedColumn, ...]
    covered: Mapping[int, str] = dataclasses.field(default_factory=dict[int, str])

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


@dataclass(frozen=True, slots=True)
class Names:
    """What a header may say, and for which field it stands.

    Attributes:
        known: normalised label, alias or key, and the key of its field.
        saved: what an agency decided for its own headers; an empty key means that the column is ignored.
    """

    known: Mapping[str, str]
    saved: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])

    @classmethod
    def of(cls, fields: Iterable[FieldSpec], saved: Mapping[str, str] | None = None) -> Self:
        """Collect the names of some fields; `saved` has headers as the sheet shows them."""
        decided = {normalise(text): key for text, key in (saved or {}).items()}
        return cls({normalise(name): field.key for field in fields for name in field.names}, decided)

    def field_of(self, text: str) -> str | None:
        """Return the key of the field that a header stands for, empty for an ignored one, or None."""
        if not text:
            return None
        spellings = variants(text)
        if spellings[0] in self.saved:
            return self.saved[spellings[0]]
        return next((self.known[spelling] for spelling in spellings if spelling in self.known), None)

    def field_under(self, group: str, text: str) -> str | None:
        """Return the key of the field that a header under a merged one stands for, or None."""
        saved = self.saved.get(normalise(f"{group}{GROUP_MARK}{text}"))
        return self.field_of(f"{group}{text}") if saved is None else saved


def find_header(
    rows: Sequence[Row],
    fields: Sequence[FieldSpec],
    *,
    saved: Mapping[str, str] | None = None,
    merged: Sequence[Area] = (),
) -> Header | None:
    """Return the row that names the most fields, or None when none names two (or the only one).

    Of rows that name about equally many, the first one counts: what stands between it and the next is data,
    and a header that is repeated further down may have been written with more care. A header may have two
    rows: `代查人` over `姓名` reads `代查人姓名`. Cells of the upper one are merged across, or, as in csv,
    only the first of them has a text; then two rows are one header when they name more than each alone.

    Args:
        rows: the rows of the sheet.
        fields: fields of the form.
        saved: the agency's own decisions: text of a header, and the key of its field or nothing.
        merged: merged areas of the sheet.
    """
    names = Names.of(fields, saved)
    found: list[Header] = []
    above: Row | None = None
    across = [area for area in merged if area[1][1] > area[0][1] and area[0][0] < SEARCHED_ROWS]
    for row in rows[:SEARCHED_ROWS]:
        found.append(_best_reading(row, names, above, across))
        above = row
    best = max(found, key=lambda header: (len(header.fields), _is_grouped(header)), default=None)
    if best is None or len(best.fields) < min(2, len(fields)):
        return None
    return next(header for header in found if header is best or _is_earlier_header(header, best))


def _is_earlier_header(header: Header, best: Header) -> bool:
    """Tell whether a row with at least one row of data below it is a header too, of most of the fields."""
    return best.row - header.row > 1 and len(header.fields) >= max(2, _MOST * len(best.fields))


class RepeatedHeader:
    """Recognises a row that repeats the header, as every printed page of a long list does."""

    def __init__(self, header: Header, names: Names) -> None:
        self._names = names
        self._wanted = set(header.fields)
        self._met: dict[str, str] = {}

    def matches(self, filled: Sequence[Cell]) -> bool:
        """Tell whether the cells of a row that are not empty name the same fields as the header."""
        others = len(filled) - len(self._wanted)
        if others < 0 or len(self._wanted) < 2:
            return False
        found: set[str] = set()
        for cell in filled:
            key = self._field(cell) if isinstance(cell, str) else ""
            if key:
                found.add(key)
            elif others == 0:
                return False
            else:
                others -= 1
        return self._wanted == found

    def _field(self, text: str) -> str:
        key = self._met.get(text)
        if key is None:
            if len(self._met) >= _MOST_REMEMBERED:
                self._met.clear()
            key = self._met[text] = self._names.field_of(_text(text)) or ""
        return key


def _is_grouped(header: Header) -> bool:
    """Tell whether a field is named by a group and a label together: no row of data is read so."""
    return any(GROUP_MARK in column.header for column in header.columns if column.field)


def _best_reading(row: Row, names: Names, above: Row | None, across: Sequence[Area]) -> Header:
    """Read a row as a header alone, or together with the row above it when they belong together."""
    merged = _groups(above, across)
    if above is None or merged:
        return _read_header(row, names, merged, above if merged else None, across)
    alone = _read_header(row, names, {}, None, across)
    both = _read_header(row, names, _unmerged_groups(above, row), above, across)
    own = {index for index, cell in enumerate(row.cells) if _text(cell)}
    says_something = any(column.field and column.index in own for column in both.columns)
    return both if says_something and _clear_fields(both) > _clear_fields(alone) else alone


def _clear_fields(header: Header) -> int:
    """Return for how many fields exactly one column stands."""
    return sum(len(header.columns_of(field)) == 1 for field in header.fields)


def _read_header(
    row: Row, names: Names, groups: Mapping[int, str], above: Row | None, across: Sequence[Area]
) -> Header:
    """Read a row as a header; `above` lends its texts to the empty cells that no group stands over."""
    columns: list[MappedColumn] = []
    for index, cell in enumerate(row.cells):
        text, group = _text(cell), groups.get(index, "")
        if not text and not group and above is not None and index < len(above.cells):
            text = _text(above.cells[index])
        if text:
            grouped = names.field_under(group, text) if group else None
            field = names.field_of(text) if grouped is None else grouped
            shown = text if grouped is None else f"{group}{GROUP_MARK}{text}"
            columns.append(MappedColumn(index, shown, field or ""))
    return Header(row.number, tuple(_told_apart(columns, groups)), _covered(row, columns, across))


def _told_apart(columns: Sequence[MappedColumn], groups: Mapping[int, str]) -> Iterable[MappedColumn]:
    """Show the group of the columns that stand for the same field, so that people can tell them apart."""
    count = Counter(column.field for column in columns if column.field)
    for column in columns:
        group = groups.get(column.index, "")
        told = GROUP_MARK in column.header or not group or count[column.field] < 2
        yield column if told else dataclasses.replace(column, header=f"{group}{GROUP_MARK}{column.header}")


def _unmerged_groups(above: Row, row: Row) -> Mapping[int, str]:
    """Return the text over each column when only the first cell of a group has one.

    A text with nothing below it is no group: it was merged downwards.
    """
    groups: dict[int, str] = {}
    group = ""
    for index, cell in enumerate(row.cells):
        below, over = _text(cell), _text(above.cells[index]) if index < len(above.cells) else ""
        if over:
            group = over if below else ""
        if group and below:
            groups[index] = group
    return groups


def _groups(above: Row | None, across: Sequence[Area]) -> Mapping[int, str]:
    """Return the text that stands over each column in a cell merged across."""
    if above is None:
        return {}
    return {
        column: _text(above.cells[left])
        for (top, left), (bottom, right) in across
        if top <= above.number - 1 <= bottom and left < len(above.cells) and _text(above.cells[left])
        for column in range(left, min(right + 1, len(above.cells)))
    }


def _covered(row: Row, columns: Iterable[MappedColumn], across: Sequence[Area]) -> Mapping[int, str]:
    fields = {column.index: column.field for column in columns}
    return {
        column: fields[left]
        for (top, left), (bottom, right) in across
        if top <= row.number - 1 <= bottom and fields.get(left)
        for column in range(left + 1, min(right + 1, len(row.cells)))
    }


def _text(cell: Cell) -> str:
    return _LINE_BREAK.sub("", cell).strip() if isinstance(cell, str) else ""
