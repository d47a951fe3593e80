"""The one shape into which sheets and JSON are brought."""

import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from webir_records.forms.headers import Header, MappedColumn
from webir_records.forms.problems import Problem, TableReport
from webir_records.forms.row_checks import Note

NO_DOCUMENT: Final = -1
"""The rows do not say themselves which document they belong to."""


@dataclass(frozen=True, slots=True)
class InputRow:
    """One row of raw values.

    Attributes:
        number: as the spreadsheet shows it.
        cells: raw values; `InputTable.positions` says where each field stands.
        document: which document of a JSON file it belongs to, or `NO_DOCUMENT`.
        notes: what is wrong with the row as a whole.
    """

    number: int
    cells: Sequence[object]
    document: int = NO_DOCUMENT
    notes: tuple[Note, ...] = ()


@dataclass(slots=True)
class InputTable:
    """All rows of a file and where they come from.

    Attributes:
        rows: made one after the other; they can be gone through once.
        columns: the column of each field; empty for JSON, where any field may stand in any object.
        positions: place of each field in the cells of a row.
        header: None for JSON.
        header_values: values that stand once per document, by document.
        problems: what is wrong with the header itself; grows while the rows are gone through.
        missing: fields without a column, or with two; that is said once and not for every row.
        skipped: numbers of empty, total and repeated header rows; grows as well.
    """

    rows: Iterable[InputRow]
    columns: Mapping[str, MappedColumn]
    positions: Mapping[str, int]
    header: Header | None
    header_values: Mapping[int, Mapping[str, object]]
    sheet: str = ""
    encoding: str = ""
    problems: list[Problem] = field(default_factory=list[Problem])
    skipped: list[int] = field(default_factory=list[int])
    ignored: dict[str, None] = field(default_factory=dict[str, None])
    missing: frozenset[str] = frozenset()
    saved: bool = False

    @property
    def header_row(self) -> int:
        """Row number of the header; 0 for JSON."""
        return self.header.row if self.header else 0

    def has(self, key: str) -> bool:
        """Tell whether the file has a place for a field at all."""
        return (
            self.header is None or key in self.columns or any(key in v for v in self.header_values.values())
        )

    def raw(self, row: InputRow, key: str) -> object:
        """Return what a row says of a field."""
        position = self.positions.get(key)
        return row.cells[position] if position is not None and position < len(row.cells) else None

    def report(self) -> TableReport:
        """Say how the table was read; complete when the rows have been gone through."""
        return TableReport(
            sheet=self.sheet,
            header=self.header,
            encoding=self.encoding,
            ignored=tuple(self.ignored),
            skipped=tuple(self.skipped),
            saved=self.saved,
        )


def column_letter(index: int) -> str:
    """Return how a spreadsheet calls a column: 0 is A, 26 is AA."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = string.ascii_uppercase[rest] + letters
    return letters
