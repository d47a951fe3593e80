"""Look through the XML of an ods for what the fast reader does not tell; see `sheet_scan`.

Repeated rows, cells and spaces are counted before the reader writes them out: a few bytes can stand for a
sheet that fills any memory.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from webir_records.forms.issues import CellFault
from webir_records.forms.ods_mending import mended
from webir_records.forms.package_parts import Package
from webir_records.forms.sheet_types import ERROR_CELL, NO_RESULT, BookScan, SheetScan

_CONTENT: Final = "content.xml"
_TABLE: Final = "table:table"
_ROW: Final = "table:table-row"
_CELLS: Final = frozenset({"table:table-cell", "table:covered-table-cell"})
_BREAKS: Final = frozenset({"text:tab", "text:line-break"})
_NOTE: Final = "office:annotation"
_MOST_NAMED: Final = 1000
"""So many places of one repeated fault are enough."""

_MOST_SPACES: Final = 32_767
"""As many characters as a cell may have in a spreadsheet program."""

_SHOWN: Final = 80
_ERROR_TEXT = re.compile(r"#(?:REF|N/A|DIV/0|VALUE|NAME|NUM|NULL)[!?]?|Err:[0-9]{3}")


def scan_ods(package: Package) -> BookScan:
    """Search the sheets of an ods.

    Raises:
        ValueError: the content declares a document type, is no XML in UTF-8, or would be read falsely.
    """
    part = package.get(_CONTENT)
    scanner = _Scanner()
    sheets = scanner.run(part.pieces()) if part else {}
    return BookScan(sheets, whole=True, mended=mended(package) if scanner.breaks else b"")


@dataclass(slots=True)
class _Scanner:
    """Counts rows and cells while the XML passes by."""

    sheets: dict[str, SheetScan] = field(default_factory=dict[str, SheetScan])
    breaks: bool = False
    _scan: SheetScan = field(default_factory=SheetScan)
    _depth: int = 0
    _row: int = 0
    _repeat: int = 1
    _column: int = 0
    _cell: dict[str, str] | None = None
    _text: list[str] = field(default_factory=list[str])
    _spaces: int = 0
    _notes: int = 0

    def run(self, pieces: Iterable[bytes]) -> dict[str, SheetScan]:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = _refuse
        parser.XmlDeclHandler = _declaration
        try:
            for piece in pieces:
                parser.Parse(piece, False)  # noqa: FBT003 - expat takes it by place only
            parser.Parse(b"", True)  # noqa: FBT003
        except expat.ExpatError as error:
            raise ValueError(str(error)) from error
        return self.sheets

    # ── elements

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name in _CELLS:
            if self._depth == 1:
                self._cell = attributes
                self._text, self._spaces = [], 0
        elif name == _ROW:
            if self._depth == 1:
                self._repeat = _number(attributes, "table:number-rows-repeated")
                self._row += 1
                self._column = 0
        elif name == _TABLE:
            self._table(attributes)
        elif self._cell is not None:
            self._within(name, attributes)

    def _table(self, attributes: dict[str, str]) -> None:
        self._depth += 1
        name = attributes.get("table:name")
        if self._depth > 1 or name in self.sheets:
            raise ValueError("a sheet in a sheet, or two of one name")
        self._scan = SheetScan()
        self._row = 0
        if name is not None:  # links to other documents hold tables without a name; they are not read
            self.sheets[name] = self._scan

    def _within(self, name: str, attributes: dict[str, str]) -> None:
        if name == "text:s":
            self._spaces += _number(attributes, "text:c")
            if self._spaces > _MOST_SPACES:
                raise ValueError("too many spaces")
        elif name == _NOTE:
            self._notes += 1
        elif name in _BREAKS:
            self.breaks = True

    def _characters(self, text: str) -> None:
        if self._cell is not None and not self._notes:
            self._text.append(text)

    def _end(self, name: str) -> None:
        if name in _CELLS:
            if self._cell is not None:
                self._cell_ends(self._cell)
                self._cell = None
        elif name == _NOTE:
            self._notes -= 1
        elif name == _ROW and self._depth == 1:
            self._row += self._repeat - 1
        elif name == _TABLE:
            self._depth -= 1

    # ── cells

    def _cell_ends(self, cell: dict[str, str]) -> None:
        repeat = _number(cell, "table:number-columns-repeated")
        shown = "".join(self._text).strip()
        formula = cell.get("table:formula", "")
        kind = cell.get("office:value-type") or cell.get("calcext:value-type")
        if kind or formula or any(name.startswith("office:") for name in cell):
            self._value(repeat, len(shown.encode()) + self._spaces + sum(map(len, cell.values())))
        if cell.get("calcext:value-type") == "error":
            self._fault(CellFault(ERROR_CELL, (formula or shown or "#?")[:_SHOWN]), repeat)
        elif formula and _ERROR_TEXT.fullmatch(shown):
            self._fault(CellFault(ERROR_CELL, shown), repeat)
        elif formula and not kind:
            self._fault(CellFault(NO_RESULT, formula[:_SHOWN]), repeat)
        self._column += repeat

    def _value(self, repeat: int, length: int) -> None:
        last = self._column + repeat
        self._scan.reach(self._row + self._repeat - 1, last)
        self._scan.values += repeat * self._repeat
        self._scan.text += length * repeat * self._repeat

    def _fault(self, fault: CellFault, repeat: int) -> None:
        for row in range(self._row, self._row + min(self._repeat, _MOST_NAMED)):
            for column in range(self._column, self._column + min(repeat, _MOST_NAMED)):
                self._scan.note(row, column, fault)


def _number(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(name, "1")
    if not (text.isascii() and text.isdecimal() and len(text) < 18):
        raise ValueError("no number")
    return int(text)


def _declaration(_version: str, encoding: str | None, _standalone: int) -> None:
    if (encoding or "utf-8").lower() not in {"utf-8", "utf8", "us-ascii", "ascii"}:
        raise ValueError(encoding)


def _refuse(*_: object) -> None:
    raise ValueError("a document type")
