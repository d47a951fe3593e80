"""What the scans of spreadsheets find beside values: how far the cells reach, and cells without a value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from webir_records.forms.issues import CellFault

MAX_CELLS: Final = 30_000_000
"""Largest rectangle that is read, in cells: a full sheet of Excel with 28 columns; about 1 GB."""

MAX_TEXT_BYTES: Final = 2 * 1024 * 1024 * 1024
"""Most text that a sheet may unfold to: a text that stands in many cells is held once for each of them."""

ERROR_CELL: Final = "F178"
NO_RESULT: Final = "F179"


class DoubleCellError(Exception):
    """A sheet has a cell twice; one of the two values would be lost."""

    def __init__(self, cell: str) -> None:
        """Remember which cell."""
        super().__init__(cell)
        self.cell = cell


@dataclass(slots=True)
class SheetScan:
    """What one sheet holds besides values.

    Attributes:
        faults: cells without a value, by row number and column (from 1 and from 0).
        last_row: number of the last row with a value.
        last_column: number of columns up to the last one with a value.
        values: number of cells with a value.
        text: most bytes of text that all cells together can unfold to.
    """

    faults: dict[int, dict[int, CellFault]] = field(default_factory=dict[int, dict[int, CellFault]])
    last_row: int = 0
    last_column: int = 0
    values: int = 0
    text: int = 0

    @property
    def cells(self) -> int:
        """Cells of the rectangle from A1 to the farthest value."""
        return self.last_row * self.last_column

    def reach(self, row: int, column: int) -> None:
        """Remember that a value stands in this row and column, both counted from 1."""
        self.last_row = max(self.last_row, row)
        self.last_column = max(self.last_column, column)

    def note(self, row: int, column: int, fault: CellFault) -> None:
        """Remember a cell without a value."""
        self.faults.setdefault(row, {})[column] = fault


@dataclass(frozen=True, slots=True)
class BookScan:
    """What a whole file holds besides values.

    Attributes:
        sheets: by the name that people see.
        date1904: whether a number of days is counted from 1904.
        encrypted: whether a password protects it, so that nothing else is known.
        others: sheets that no name leads to; the limits hold for them as well.
        mended: what is to be read instead of the file; empty when the file can be read as it is.
        whole: whether every sheet was searched; one that was not must not be read.
    """

    sheets: Mapping[str, SheetScan]
    date1904: bool = False
    encrypted: bool = False
    others: tuple[SheetScan, ...] = ()
    whole: bool = False
    mended: bytes = b""


def column_number(letters: str) -> int:
    """Return the number of a column from its letters: A is 1, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
