"""Read one sheet of an xlsx quickly when it is written as Excel, LibreOffice and the usual libraries do.

Every mark `<` of a piece must belong to a tag that is known here letter by letter, else nothing is said at
all and `sheet_exact` reads the sheet. So nobody can write a cell that this scan does not see.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from webir_records.forms.issues import CellFault
from webir_records.forms.sheet_types import ERROR_CELL, MAX_CELLS, NO_RESULT, SheetScan, column_number

_LARGEST_HEAD: Final = 1024 * 1024
_LARGEST_ROW: Final = 64 * 1024 * 1024

_QUOTED = rb"<[^<>\"'!?]*+(?:\"[^<>\"]*+\"[^<>\"'!?]*+|'[^<>']*+'[^<>\"'!?]*+)*+>"
_HEAD = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:<\?xml version=[\"']1\.0[\"'](?: encoding=[\"'](?i:utf-8)[\"'])?"
    rb"(?: standalone=[\"'](?:yes|no)[\"'])?\s*\?>)?\s*+(?:" + _QUOTED + rb"\s*+)*+"
)
_ATTRIBUTES = rb"(?: [A-Za-z0-9:]+=\"[^\"<>]*\")*+ ?"
_ROW = re.compile(rb"<row r=\"[1-9][0-9]{0,6}\"" + _ATTRIBUTES + rb"(/?)>")
_CELL_START = rb"<c r=\"([A-Z]{1,3})([1-9][0-9]{0,6})\"(?: s=\"[0-9]{1,6}\")?"
_CELL = re.compile(_CELL_START + rb"(?: t=\"[a-zA-Z]{1,9}\")?(/?)>")
_SIMPLE_ROW = re.compile(
    rb"<row r=\"([1-9][0-9]{0,6})\"" + _ATTRIBUTES + rb">"
    rb"(?:<c r=\"[A-Z]{1,3}+\1\"(?: s=\"[0-9]{1,6}+\")?+(?: t=\"(?:s|n|b|str|inlineStr)\")?+"
    rb"(?:/>|>(?:<v>[^<&]*+</v>|<is><t(?: xml:space=\"preserve\")?+>[^<]*+</t></is>)</c>))*+</row>"
)
"""A row without formulas and errors, all of it: nearly all rows there are."""

_REFERENCE = re.compile(rb"<c r=\"([A-Z]{1,3}+[0-9]{1,7}+)\"")
_DIGITS: Final = b"0123456789"
_FORMULA_PART = re.compile(rb"<f" + _ATTRIBUTES + rb"/?>")
_ERROR = re.compile(_CELL_START + rb" t=\"e\">(.*?)</c>", re.DOTALL)
_FORMULA = re.compile(
    _CELL_START + rb"(?: t=\"([a-zA-Z]{1,9})\")?><f" + _ATTRIBUTES + rb"(?:/>|>([^<]*)</f>)(<v>[^<]?|<v/>)?"
)
_ESCAPED = re.compile(rb"<v>[^<&]*&")
_VALUE = re.compile(rb"<v>([^<]*)</v>")
_OPEN: Final = (b"<v>", b"<is>", b"<t>", b'<t xml:space="preserve">', b"<v/>", b"<t/>")
_CLOSE: Final = (b"</v>", b"</is>", b"</t>", b"</f>")


def scan_plainly(pieces: Iterable[bytes]) -> SheetScan | None:
    """Return what a sheet holds, or None when it must be read exactly.

    A sheet whose rectangle is too large is read exactly as well, so that cells without a value do not count.
    """
    scan = SheetScan()
    for rows in _rows(pieces):
        if rows is None or not _Piece(rows).into(scan):
            return None
    return scan if scan.cells <= MAX_CELLS else None


def _rows(pieces: Iterable[bytes]) -> Iterator[bytes | None]:
    """Yield whole rows, many at a time; None when the sheet is not written as expected."""
    rest = b""
    begun = False
    for piece in pieces:
        rest += piece
        if not begun:
            start = rest.find(b"<sheetData")
            if start < 0 and len(rest) <= _LARGEST_HEAD:
                continue
            if start < 0 or not _HEAD.fullmatch(rest, 0, start):
                yield None
                return
            if rest.startswith(b"<sheetData/>", start):
                return
            if not rest.startswith(b"<sheetData>", start):
                yield None
                return
            begun, rest = True, rest[start + len(b"<sheetData>") :]
        end = rest.find(b"</sheetData>")
        if end >= 0:
            yield rest[:end]
            return
        cut = rest.rfind(b"<row ")
        if cut > 0:
            yield rest[:cut]
            rest = rest[cut:]
        elif len(rest) > _LARGEST_ROW:
            break
    yield None


class _Piece:
    """Whole rows of a sheet."""

    def __init__(self, rows: bytes) -> None:
        self._all = rows
        self._numbers: list[int] = []
        self._rows, self._apart = self._without_simple_rows(rows)
        self._cells = _CELL.findall(self._rows)
        self._formulas = len(_FORMULA_PART.findall(self._rows)) if b"<f" in self._rows else 0

    def into(self, scan: SheetScan) -> bool:
        """Add what the rows hold; False if not every tag of them is known."""
        if not self._apart or not self._known() or not self._reach(scan):
            return False
        if b't="e"' in self._rows:
            self._errors(scan)
        return not self._formulas or self._results(scan)

    def _without_simple_rows(self, rows: bytes) -> tuple[bytes, bool]:
        """Return the other rows, and whether each of them stands apart from the simple ones."""
        gaps: list[bytes] = []
        position = 0
        for match in _SIMPLE_ROW.finditer(rows):
            if match.start() > position:
                gaps.append(rows[position : match.start()].strip())
            position = match.end()
            self._numbers.append(int(match[1]))
        gaps.append(rows[position:].strip())
        rest = [gap for gap in gaps if gap]
        return b"\n".join(rest), all(
            gap.startswith(b"<row ") and gap.endswith((b"</row>", b"/>")) for gap in rest
        )

    def _known(self) -> bool:
        rows, count = self._rows, self._rows.count
        tags = [bool(tail) for tail in _ROW.findall(rows)]
        opened = len(tags) + len(self._cells) + self._formulas + sum(map(count, _OPEN))
        shut = sum(map(count, _CLOSE)) + tags.count(False)
        shut += sum(not tail for _, _, tail in self._cells)
        return (
            count(b"</") == shut
            and count(b"<") == opened + shut
            and count(b"</v>") == count(b"</v></c>")
            and count(b"</is>") == count(b"</is></c>")
            and count(b"<v/>") == count(b"<v/></c>")
            and not (b"&" in rows and _ESCAPED.search(rows))
        )

    def _reach(self, scan: SheetScan) -> bool:
        """Add how far the cells reach; False if one of them stands twice or above those before."""
        references: list[bytes] = _REFERENCE.findall(self._all)
        if not references:
            return True
        numbers = [*self._numbers, *(int(number) for _, number, _ in self._cells)]
        if len(set(references)) < len(references) or min(numbers) <= scan.last_row:
            return False
        columns = {reference.rstrip(_DIGITS) for reference in references}
        scan.values += len(references)
        scan.reach(max(numbers), max(column_number(letters.decode()) for letters in columns))
        return True

    def _errors(self, scan: SheetScan) -> None:
        for letters, number, inside in _ERROR.findall(self._rows):
            text = _VALUE.search(inside)
            shown = text[1].decode("utf-8", "replace")[:80] if text else ""
            scan.note(int(number), column_number(letters.decode()) - 1, CellFault(ERROR_CELL, shown or "#?"))

    def _results(self, scan: SheetScan) -> bool:
        found = 0
        for letters, number, kind, formula, value in _FORMULA.findall(self._rows):
            found += 1
            if kind == b"e" or (value.startswith(b"<v>") and len(value) > 3) or (kind == b"str" and value):
                continue  # an error is told as such, an empty text is a result
            shown = f"={formula.decode('utf-8', 'replace')[:80]}"
            scan.note(int(number), column_number(letters.decode()) - 1, CellFault(NO_RESULT, shown))
        return found == self._formulas
