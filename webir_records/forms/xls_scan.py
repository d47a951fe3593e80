"""Look through a workbook in the old xls format for what the fast reader does not tell; see `sheet_scan`.

Two formats in each other: a compound file ([MS-CFB]) holds a stream of records ([MS-XLS]). Only what is
needed is read: how far the cells reach, which of them are errors, and from which year days are counted.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from webir_records.forms.issues import CellFault
from webir_records.forms.sheet_types import ERROR_CELL, BookScan, SheetScan

_FREE: Final = 0xFFFFFFFA
"""Numbers of sectors from here on mean something else than a place."""

_STREAMS: Final = frozenset({"Workbook", "Book"})
_ENTRY: Final = 128
_HEADER: Final = struct.Struct(
    "<24x6xHH10xII4xIIIII"
)  # sector shifts, FAT, directory, cutoff, mini FAT, DIFAT
_FORMULA, _BOOLERR, _MULRK, _BOF, _SHEET, _DATE1904, _PASSWORD = 0x06, 0x205, 0xBD, 0x809, 0x85, 0x22, 0x2F
_CELLS: Final = frozenset({_FORMULA, _BOOLERR, _MULRK, 0x203, 0x27E, 0xFD, 0x204, 0xD6})
_ERRORS: Final = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


def scan_xls(data: bytes) -> BookScan:
    """Search a workbook of Excel 5 to 2003.

    Raises:
        ValueError: it is no compound file, or its parts do not hang together.
    """
    try:
        streams = list(_CompoundFile(data).streams())
        if not streams:
            raise ValueError("no workbook in the compound file")
        scans = [_scan_stream(stream) for stream in streams]
    except struct.error as error:
        raise ValueError(str(error)) from error
    locked = next((scan for scan in scans if scan.encrypted), None)
    return locked or max(
        scans, key=lambda scan: max((sheet.cells for sheet in scan.sheets.values()), default=0)
    )


# ── the compound file


@dataclass(slots=True)
class _CompoundFile:
    """A file that holds streams in chains of sectors."""

    data: bytes
    _size: int = 512
    _fat: Sequence[int] = ()

    def streams(self) -> Iterator[bytes]:
        """Yield every stream that a workbook may be in."""
        shift, mini_shift, _, directory, cutoff, mini, _, difat, difats = _HEADER.unpack_from(self.data)
        if not 7 <= shift <= 16 or not 2 <= mini_shift < shift:
            raise ValueError("sizes of sectors")
        self._size = 1 << shift
        self._fat = self._table(self._fat_sectors(difat, difats))
        entries = self._chain(directory)
        minis = self._table(self._sectors(mini)) if mini < _FREE else ()
        root = entries[:_ENTRY]
        small = self._chain(struct.unpack_from("<I", root, 116)[0]) if minis else b""
        for at in range(0, len(entries) - _ENTRY + 1, _ENTRY):
            length, kind = struct.unpack_from("<HB", entries, at + 64)
            name = entries[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            if kind == 2 and name in _STREAMS:
                start, size = struct.unpack_from("<II", entries, at + 116)
                if size < cutoff:
                    yield _joined(small, minis, start, 1 << mini_shift)[:size]
                else:
                    yield self._chain(start)[:size]

    def _fat_sectors(self, difat: int, difats: int) -> list[int]:
        """Return where the table of sectors lies: 109 places in the header, the rest in a chain."""
        found = list(struct.unpack_from("<109I", self.data, 76))
        for _ in range(min(difats, len(self.data) // self._size)):
            if difat >= _FREE:
                break
            places = self._table([difat])
            found += places[:-1]
            difat = places[-1]
        return [place for place in found if place < _FREE]

    def _table(self, sectors: Sequence[int]) -> list[int]:
        joined = b"".join(self._sector(place) for place in sectors)
        return list(struct.unpack(f"<{len(joined) // 4}I", joined))

    def _sectors(self, start: int) -> list[int]:
        return _places(self._fat, start)

    def _chain(self, start: int) -> bytes:
        return b"".join(self._sector(place) for place in self._sectors(start))

    def _sector(self, place: int) -> bytes:
        sector = self.data[(place + 1) * self._size : (place + 2) * self._size]
        return sector.ljust(self._size, b"\0") if sector else b""


def _places(table: Sequence[int], start: int) -> list[int]:
    """Follow a chain of sectors; one that bites its own tail is refused."""
    found: list[int] = []
    while start < _FREE:
        if start >= len(table) or len(found) > len(table):
            raise ValueError("chain of sectors")
        found.append(start)
        start = table[start]
    return found


def _joined(stream: bytes, table: Sequence[int], start: int, size: int) -> bytes:
    return b"".join(stream[place * size : (place + 1) * size] for place in _places(table, start))


# ── the records of the workbook


@dataclass(slots=True)
class _Book:
    names: dict[int, str] = field(default_factory=dict[int, str])  # by place of the sheet's first record
    sheets: dict[str, SheetScan] = field(default_factory=dict[str, SheetScan])
    date1904: bool = False


def _scan_stream(stream: bytes) -> BookScan:
    book, sheet = _Book(), SheetScan(last_column=0)
    for at, kind, body in _records(stream):
        if kind in _CELLS:
            _cell(sheet, kind, body)
        elif kind == _BOF:
            sheet = book.sheets[book.names.get(at, str(at))] = SheetScan(last_column=0)
        elif kind == _SHEET and len(body) > 8:
            book.names[struct.unpack_from("<I", body)[0]] = _name(body)
        elif kind == _DATE1904:
            book.date1904 = body[:1] == b"\1"
        elif kind == _PASSWORD:
            return BookScan({}, encrypted=True)  # so is all that follows
    return BookScan(book.sheets, date1904=book.date1904)


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield at, kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _cell(sheet: SheetScan, kind: int, body: bytes) -> None:
    if len(body) < 6:
        return
    row, column = struct.unpack_from("<HH", body)
    last = max(column, struct.unpack_from("<H", body, len(body) - 2)[0]) if kind == _MULRK else column
    sheet.last_row = max(sheet.last_row, row + 1)
    sheet.last_column = max(sheet.last_column, last + 1)
    code = None
    if kind == _BOOLERR and body[7:8] == b"\1":
        code = body[6]
    elif kind == _FORMULA and body[12:14] == b"\xff\xff" and body[6] == 2:
        code = body[8]
    if code is not None:
        sheet.note(row + 1, column, CellFault(ERROR_CELL, _ERRORS.get(code, "#?")))


def _name(body: bytes) -> str:
    length, wide = body[6], body[7] & 1
    text = body[8 : 8 + (2 * length if wide else length)]
    return text.decode("utf-16-le" if wide else "latin-1", "replace")
