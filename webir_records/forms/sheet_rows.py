"""The rows of one sheet, made one after the other when they are asked for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import isfinite
from typing import Final, overload

import python_calamine as calamine

from webir_records.forms.issues import Cell, CellFault
from webir_records.forms.sheet_types import ERROR_CELL

Area = tuple[tuple[int, int], tuple[int, int]]
"""First and last cell of a merged area, each row and column, counted from 0."""

_NOTHING: Final[Mapping[int, CellFault]] = {}


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    Attributes:
        number: row number as the spreadsheet shows it, counted from 1.
        cells: values from column A on.
    """

    number: int
    cells: tuple[Cell, ...]


class SheetRows(Sequence[Row]):
    """Rows of a sheet that the fast reader holds; nothing of them is kept here.

    A cell of an area that is merged downwards has the value of the area's first cell.
    """

    def __init__(
        self,
        sheet: calamine.CalamineSheet,
        merged: Sequence[Area],
        faults: Mapping[int, Mapping[int, CellFault]],
    ) -> None:
        self._sheet = sheet
        self._faults = faults
        self._merged = sorted(area for area in merged if area[1][0] > area[0][0])
        last = sheet.end[0] + 1 if sheet.end else 0
        self._length = max(last, *faults) if faults else last

    def __len__(self) -> int:
        """Return the number of rows down to the last one with a value."""
        return self._length

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        """Return a row or some rows; those before them are read again."""
        if isinstance(index, slice):
            start, stop, step = index.indices(self._length)
            return tuple(islice(self, start, stop, step)) if step > 0 else tuple(self)[index]
        position = index if index >= 0 else self._length + index
        if not 0 <= position < self._length:
            raise IndexError(index)
        return next(islice(self, position, None))

    def __iter__(self) -> Iterator[Row]:
        """Make the rows, from the first row of the sheet on."""
        merges = _Merges(self._merged)
        for number, cells in enumerate(self._cells(), start=1):
            if self._merged:
                merges.fill(number - 1, cells)
            for column, cell in enumerate(cells):
                if isinstance(cell, float) and not isfinite(cell):
                    cells[column] = CellFault(ERROR_CELL, str(cell))
            for column, fault in self._faults.get(number, _NOTHING).items():
                cells.extend([""] * (column + 1 - len(cells)))
                cells[column] = fault
            yield Row(number, tuple(cells))

    def _cells(self) -> Iterator[list[Cell]]:
        """Yield the cells of each row from column A on; the reader leaves out the empty columns before."""
        start, end = self._sheet.start, self._sheet.end
        rows = 0
        if start is not None and end is not None:
            before: list[Cell] = [""] * start[1]
            for cells in self._sheet.iter_rows():
                rows += 1
                yield [*before, *cells]
        for _ in range(rows, self._length):
            yield []


class _Merges:
    """The merged areas that reach down into the row at hand."""

    def __init__(self, areas: Sequence[Area]) -> None:
        self._coming = list(reversed(areas))
        self._open: dict[int, tuple[int, Cell]] = {}  # by column: last row, value

    def fill(self, row: int, cells: list[Cell]) -> None:
        for column, (last, value) in list(self._open.items()):
            if row > last:
                del self._open[column]
            elif column < len(cells):
                cells[column] = value
        while self._coming and self._coming[-1][0][0] <= row:
            (_, left), (bottom, _) = self._coming.pop()
            self._open[left] = (bottom, cells[left] if left < len(cells) else "")
