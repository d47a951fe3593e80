"""Look through the XML of an ods for what the fast reader does not tell; see `sheet_scan`.

Repeated rows and cells are counted before the reader writes them out: a few bytes can stand for a sheet
that fills any memory.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from webir_records.forms.issues import CellFault
from webir_records.forms.package_parts import Package
from webir_records.forms.sheet_types import ERROR_CELL, NO_RESULT, BookScan, SheetScan

_CONTENT: Final = "content.xml"
_TABLE: Final = "table:table"
_ROW: Final = "table:table-row"
_CELLS: Final = frozenset({"table:table-cell", "table:covered-table-cell"})
_MOST_NAMED: Final = 1000
"""So many places of one repeated fault are enough."""


def scan_ods(package: Package) -> BookScan:
    """Search the sheets of an ods.

    Raises:
        ValueError: the content declares entities or is no XML.
    """
    part = package.get(_CONTENT)
    return BookScan(_Scanner().run(part.pieces()) if part else {})


@dataclass(slots=True)
class _Scanner:
    """Counts rows and cells while the XML passes by."""

    sheets: dict[str, SheetScan] = field(default_factory=dict[str, SheetScan])
    _scan: SheetScan = field(default_factory=SheetScan)
    _depth: int = 0
    _row: int = 0
    _repeat: int = 1
    _column: int = 0

    def run(self, pieces: Iterable[bytes]) -> dict[str, SheetScan]:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.EntityDeclHandler = _refuse_entity
        try:
            for piece in pieces:
                parser.Parse(piece, False)  # noqa: FBT003 - expat takes it by place only
            parser.Parse(b"", True)  # noqa: FBT003
        except expat.ExpatError as error:
            raise ValueError(str(error)) from error
        return self.sheets

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name in _CELLS:
            if self._depth == 1:
                self._cell(attributes)
        elif name == _ROW:
            if self._depth == 1:
                self._repeat = _repeat(attributes, "table:number-rows-repeated")
                self._row += 1
                self._column = 0
        elif name == _TABLE:
            self._depth += 1
            if self._depth == 1:
                self._scan = self.sheets[attributes.get("table:name", "")] = SheetScan(last_column=0)
                self._row = 0

    def _end(self, name: str) -> None:
        if name == _TABLE:
            self._depth -= 1
        elif name == _ROW and self._depth == 1:
            self._row += self._repeat - 1

    def _cell(self, attributes: dict[str, str]) -> None:
        repeat = _repeat(attributes, "table:number-columns-repeated")
        kind = attributes.get("office:value-type") or attributes.get("calcext:value-type")
        formula = attributes.get("table:formula")
        if kind or formula:
            last = self._row + self._repeat - 1
            self._scan.last_row = max(self._scan.last_row, last)
            self._scan.last_column = max(self._scan.last_column, self._column + repeat)
        if attributes.get("calcext:value-type") == "error":
            self._fault(CellFault(ERROR_CELL, attributes.get("table:formula", "#?")[:80]), repeat)
        elif formula and not kind:
            self._fault(CellFault(NO_RESULT, formula[:80]), repeat)
        self._column += repeat

    def _fault(self, fault: CellFault, repeat: int) -> None:
        for row in range(self._row, self._row + min(self._repeat, _MOST_NAMED)):
            for column in range(self._column, self._column + min(repeat, _MOST_NAMED)):
                self._scan.note(row, column, fault)


def _repeat(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(name, "1")
    return max(1, int(text)) if text.isdecimal() and len(text) < 10 else 1


def _refuse_entity(*_declaration: object) -> None:
    raise ValueError
