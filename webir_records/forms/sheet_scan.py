"""Look through the XML of a spreadsheet for what the fast reader does not tell.

The reader gives an empty cell for `#REF!` and for a formula whose result was never stored, and it holds
the whole rectangle up to the farthest cell in memory. So the parts are searched first, piece by piece:
nothing is kept of them but the places that matter.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Final

from lxml import etree

from webir_records.forms.document_text import Element
from webir_records.forms.issues import CellFault

MAX_CELLS: Final = 30_000_000
"""Largest rectangle that is read, in cells: a full sheet of Excel with 28 columns; about 1 GB."""

ERROR_CELL: Final = "F178"
NO_RESULT: Final = "F179"

_CHUNK: Final = 4 * 1024 * 1024
_LARGEST_CELL: Final = 256 * 1024
"""More than Excel stores for one cell (32,767 characters), with escapes."""

_PREFIX = re.compile(rb"<((?:\w+:)?)worksheet\b")
_FAR = re.compile(rb' r(?:=(?:"(?:[A-Z]{2}|[A-Z][0-9]{7})|[^"])|\s)')
"""A cell beyond column Z or row 999,999, or an attribute that nobody but an attacker writes that way."""

_ODD: Final = (b"\tr", b"\nr", b"\rr")

_NUMBER = re.compile(rb"\br\s*=\s*[\"'][A-Z]{0,3}([0-9]{1,9})")
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


@dataclass(slots=True)
class SheetScan:
    """What one sheet holds besides values.

    Attributes:
        faults: cells without a value, by row number and column (from 1 and from 0).
        last_row: number of the last row with a value.
        last_column: number of columns up to the last one with a value.
    """

    faults: dict[int, dict[int, CellFault]] = field(default_factory=dict[int, dict[int, CellFault]])
    last_row: int = 0
    last_column: int = 26

    @property
    def cells(self) -> int:
        """Cells of the rectangle from A1 to the farthest value."""
        return self.last_row * self.last_column

    def note(self, row: int, column: int, fault: CellFault) -> None:
        """Remember a cell without a value."""
        self.faults.setdefault(row, {})[column] = fault


@dataclass(frozen=True, slots=True)
class BookScan:
    """What a whole file holds besides values."""

    sheets: Mapping[str, SheetScan]
    date1904: bool = False
    encrypted: bool = False


def scan_xlsx(package: zipfile.ZipFile) -> BookScan:
    """Search the sheets of an xlsx; sheets that cannot be found are left to the reader to refuse."""
    names = set(package.namelist())
    if "xl/workbook.xml" not in names:
        return BookScan({})
    workbook = _tree(package.read("xl/workbook.xml"))
    targets = _targets(package, names)
    sheets: dict[str, SheetScan] = {}
    for sheet in workbook.iter("{*}sheet"):
        relation = next((value for name, value in sheet.items() if str(name).endswith("}id")), "")
        part = targets.get(str(relation), "")
        if part in names:
            with package.open(part) as stream:
                sheets[str(sheet.get("name"))] = _scan_sheet(stream)
    settings = next(workbook.iter("{*}workbookPr"), None)
    flag = "" if settings is None else str(settings.get("date1904"))
    return BookScan(sheets, date1904=flag in ("1", "true"))


def _tree(data: bytes) -> Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(data, parser)


def _targets(package: zipfile.ZipFile, names: set[str]) -> Mapping[str, str]:
    part = "xl/_rels/workbook.xml.rels"
    if part not in names:
        return {}
    found: dict[str, str] = {}
    for relation in _tree(package.read(part)).iter("{*}Relationship"):
        target = str(relation.get("Target", ""))
        found[str(relation.get("Id"))] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return found


# ── one sheet of an xlsx


def _scan_sheet(stream: IO[bytes]) -> SheetScan:
    scan = SheetScan()
    patterns: _Patterns | None = None
    for piece in _pieces(stream, b"<"):
        if patterns is None:
            prefix = _PREFIX.search(piece)
            patterns = _Patterns.of(prefix[1] if prefix else b"")
        patterns.search(piece, scan)
    return scan


def _pieces(stream: IO[bytes], mark: bytes) -> Iterator[bytes]:
    """Yield the content in pieces; the last cells of a piece come again at the start of the next."""
    rest = b""
    while chunk := stream.read(_CHUNK):
        piece = rest + chunk
        yield piece
        start = piece.find(mark, max(0, len(piece) - _LARGEST_CELL))
        rest = piece[start:] if start >= 0 else b""


@dataclass(frozen=True, slots=True)
class _Patterns:
    error: re.Pattern[bytes]
    formula: re.Pattern[bytes]
    far: re.Pattern[bytes]
    starts: tuple[bytes, ...]
    value: tuple[bytes, ...]

    @classmethod
    def of(cls, prefix: bytes) -> "_Patterns":
        cell = rb"<" + prefix + rb"c\b(?=[^>]*?\br\s*=\s*[\"']([A-Z]{1,3}[0-9]{1,7})[\"'])"
        of, end = rb"<" + prefix, rb"</" + prefix
        return cls(
            error=re.compile(cell + rb"[^>]*?\bt=[\"']e[\"'][^>]*>(.{0,400}?)" + end + rb"c>", re.DOTALL),
            formula=re.compile(
                cell
                + rb"([^>]*)>\s*"
                + of
                + rb"f\b[^>]*(?:/>|>([^<]*)"
                + end
                + rb"f>)\s*+(?!"
                + of
                + rb"v>[^<])"
            ),
            far=re.compile(
                of
                + rb"c\b[^>]*?\br\s*=\s*[\"'](?=[A-Z]{2}|[A-Z][0-9]{5})([A-Z]{1,3})([0-9]+)[\"']"
                + rb"(?:[^>]*[^/>])?>"
            ),
            starts=(of + b"c", of + b"row"),
            value=(of + b"v>", of + b"is>"),
        )

    def search(self, piece: bytes, scan: SheetScan) -> None:
        if b't="e"' in piece or b"t='e'" in piece:
            self._errors(piece, scan)
        if b"f>" in piece or b"f/>" in piece:
            self._formulas(piece, scan)
        if _FAR.search(piece) or any(mark in piece for mark in _ODD):
            far = set(self.far.findall(piece))
            columns = {letters for letters, _ in far}
            scan.last_column = max(scan.last_column, *(_column(name.decode()) + 1 for name in columns), 0)
            scan.last_row = max(scan.last_row, *(int(number[:9]) for _, number in far), 0)
        scan.last_row = max(scan.last_row, self._last_row(piece))

    def _errors(self, piece: bytes, scan: SheetScan) -> None:
        for match in self.error.finditer(piece):
            text = re.search(rb"#[A-Z0-9/_]{1,30}[!?]?", match[2])
            row, column = _place(match[1])
            scan.note(row, column, CellFault(ERROR_CELL, text[0].decode() if text else "#?"))

    def _formulas(self, piece: bytes, scan: SheetScan) -> None:
        for match in self.formula.finditer(piece):
            if b't="str"' in match[2] or b"t='str'" in match[2]:
                continue  # an empty text is a result
            row, column = _place(match[1])
            formula = (match[3] or b"").decode("utf-8", "replace")[:80]
            scan.note(row, column, CellFault(NO_RESULT, f"={formula}"))

    def _last_row(self, piece: bytes) -> int:
        """Return the row of the last cell with a value, as the cell itself or its row says it."""
        last = max(piece.rfind(value) for value in self.value)
        for mark in self.starts if last >= 0 else ():
            start = piece.rfind(mark, 0, last)
            number = _NUMBER.search(piece, start, min(start + 400, last)) if start >= 0 else None
            if number:
                return int(number[1])
        return 0


def _place(reference: bytes) -> tuple[int, int]:
    match = _REFERENCE.fullmatch(reference.decode())
    return (int(match[2]), _column(match[1])) if match else (0, 0)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
