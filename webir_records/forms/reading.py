"""Read a spreadsheet, a csv or a JSON file into rows that know their own number.

Nothing is interpreted here: a cell stays what the file says it is. Every error of a library is
translated into an `InputError` that says what to do.
"""

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import python_calamine as calamine
from lxml import etree

from webir_records.forms.ods_scan import scan_ods
from webir_records.forms.package_parts import Package
from webir_records.forms.sheet_rows import Area, Row, SheetRows
from webir_records.forms.sheet_scan import scan_xlsx
from webir_records.forms.sheet_types import (
    MAX_CELLS,
    MAX_TEXT_BYTES,
    BookScan,
    DoubleCellError,
)
from webir_records.forms.text_reading import read_csv_rows, read_json_lines, read_json_records
from webir_records.forms.xls_scan import scan_xls
from webir_records.forms.zip_honesty import has_dishonest_member
from webir_records.model.errors import InputError

MAX_BYTES: Final = 64 * 1024 * 1024
"""Largest input file; a year's register of a large agency is a few megabytes."""

MAX_UNPACKED_BYTES: Final = 1024 * 1024 * 1024
"""Largest content of a zipped spreadsheet, so that a small file cannot fill the memory."""

MAX_ROWS: Final = 1_048_576
"""As many rows as a sheet of Excel can have."""

SPREADSHEETS: Final = frozenset({".xlsx", ".xlsm", ".xls", ".ods"})
SUPPORTED: Final = (".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".json", ".jsonl")

_ZIP_MAGIC: Final = b"PK"
_OLE_MAGIC: Final = b"\xd0\xcf\x11\xe0"
_ENCRYPTED_STREAM: Final = "EncryptedPackage".encode("utf-16-le")
_UNREADABLE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    etree.XMLSyntaxError,
    OSError,
    EOFError,
    ValueError,
    KeyError,
    NotImplementedError,
    RuntimeError,
)


@dataclass(frozen=True, slots=True)
class Record:
    """One JSON object: values by key or label.

    Attributes:
        number: position in the list, or line of the file, counted from 1.
    """

    number: int
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a workbook.

    Attributes:
        rows: rows from the first one on, those at the end without a value left out; made when asked for.
        merged: first and last row and column of every merged area, counted from 0.
    """

    name: str
    rows: Sequence[Row]
    merged: tuple[Area, ...] = ()


@dataclass(frozen=True, slots=True)
class Workbook:
    """What a file holds: sheets of rows, or the records of a JSON file.

    Attributes:
        encoding: which encoding a csv file turned out to have; empty for the others.
        records: None unless the file is JSON.
        hidden: names of the sheets that were not read because they are hidden.
        date1904: whether a number of days is counted from 1904, as old Excel for Mac does.
    """

    path: Path
    sheets: tuple[Sheet, ...] = ()
    encoding: str = ""
    records: tuple[Record, ...] | None = None
    hidden: tuple[str, ...] = ()
    date1904: bool = False

    def sheet(self, name: str) -> Sheet | None:
        """Return the sheet of this name, or None."""
        return next((sheet for sheet in self.sheets if sheet.name.strip() == name), None)


def read_workbook(path: Path) -> Workbook:
    """Read a file of the kinds in `SUPPORTED`.

    Raises:
        InputError: `F101` missing, `F102` another kind of file, `F103` damaged, `F104` has a password,
            `F105` empty, `F106` unknown encoding, `F107` too large, `F108` too many rows, `F109` no JSON,
            `F110` JSON of another shape, `F117` a sheet that reaches too far, `F188` a name and `F190` a cell
            that stands twice, `F191` too much text, `F192` too little memory, `F193` a folder,
            `F194` no ending.
    """
    kind = _kind(path)
    data = _read_bytes(path)
    if kind in SPREADSHEETS:
        return _bounded(_read_spreadsheet(path, data))
    if kind == ".csv":
        encoding, rows = read_csv_rows(data, path.name)
        numbered = tuple(Row(number, cells) for number, cells in rows)
        return _bounded(Workbook(path, (Sheet("", numbered),), encoding=encoding))
    read = read_json_records if kind == ".json" else read_json_lines
    records = tuple(Record(number, values) for number, values in read(data, path.name))
    return _bounded(Workbook(path, records=records))


def _kind(path: Path) -> str:
    """Return the ending of a file that can be read."""
    kind, expected = path.suffix.lower(), " ".join(SUPPORTED)
    if path.is_dir():
        raise InputError("F193", path=str(path), expected=expected)
    if not kind and path.exists():
        raise InputError("F194", path=path.name, expected=expected)
    if kind and kind not in SUPPORTED:
        raise InputError("F102", path=path.name, expected=expected, got=kind)
    return kind


def _read_bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise InputError("F107", path=path.name, expected=f"{MAX_BYTES:,}", got=f"{size:,}")
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise InputError("F101", path=str(path)) from error
    except OSError as error:
        raise InputError("F111", path=str(path), problem=error.strerror or type(error).__name__) from error
    if not data.strip():
        raise InputError("F105", path=path.name)
    return data


def _read_spreadsheet(path: Path, data: bytes) -> Workbook:
    scan = _scan(path.name, data)
    _refuse_large(path.name, scan)
    try:
        with calamine.CalamineWorkbook.from_filelike(io.BytesIO(scan.mended or data)) as book:
            metas = [m for m in book.sheets_metadata if m.typ is calamine.SheetTypeEnum.WorkSheet]
            visible = [m.name for m in metas if m.visible is calamine.SheetVisibleEnum.Visible]
            sheets = tuple(_sheet(book.get_sheet_by_name(name), scan) for name in visible)
    except calamine.PasswordError as error:
        raise InputError("F104", path=path.name) from error
    except MemoryError as error:
        raise InputError("F192", path=path.name) from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise InputError("F103", path=path.name) from error
    hidden = tuple(m.name for m in metas if m.name not in visible)
    if not any(len(sheet.rows) for sheet in sheets):
        if hidden:
            raise InputError("F118", path=path.name, sheets="、".join(hidden))
        raise InputError("F105", path=path.name)
    return Workbook(path, sheets, hidden=hidden, date1904=scan.date1904)


def _scan(name: str, data: bytes) -> BookScan:
    """Say what is wrong with a file that no spreadsheet library can open, before one is asked."""
    if data.startswith(_OLE_MAGIC):
        if _ENCRYPTED_STREAM in data:
            raise InputError("F104", path=name)
        try:
            scan = scan_xls(data)
        except ValueError as error:
            raise InputError("F103", path=name) from error
        if scan.encrypted:
            raise InputError("F104", path=name)
        return scan
    if not data.startswith(_ZIP_MAGIC):
        raise InputError("F103", path=name)
    return _scan_zip(name, data)


def _scan_zip(name: str, data: bytes) -> BookScan:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
            if unpacked > MAX_UNPACKED_BYTES:
                raise InputError("F107", path=name, expected=f"{MAX_UNPACKED_BYTES:,}", got=f"{unpacked:,}")
            if _is_encrypted(archive):
                raise InputError("F104", path=name)
            package = Package(data, archive)
            if package.get("content.xml") and has_dishonest_member(data, archive):
                raise InputError("F103", path=name)
            return _scan_package(package)
    except DoubleCellError as error:
        raise InputError("F190", path=name, cell=error.cell) from error
    except _UNREADABLE as error:
        raise InputError("F103", path=name) from error


def _scan_package(package: Package) -> BookScan:
    """Search the sheets; the fast reader finds out by itself which format it is, so only one may fit."""
    text, book = package.get("content.xml") is not None, package.get("_rels/.rels") is not None
    if text == book or any(name.endswith("workbook.bin") for name in package.parts):
        raise ValueError("several formats, or none, or xlsb under another name")
    return scan_ods(package) if text else scan_xlsx(package)


def _is_encrypted(package: zipfile.ZipFile) -> bool:
    if any(member.flag_bits & 1 for member in package.infolist()):
        return True
    if "META-INF/manifest.xml" not in package.namelist():
        return False
    with package.open("META-INF/manifest.xml") as stream:
        return b"encryption-data" in stream.read(1_000_000)


def _refuse_large(name: str, scan: BookScan) -> None:
    """Refuse what would fill the memory before the fast reader holds it."""
    for title, sheet in [*scan.sheets.items(), *(("?", sheet) for sheet in scan.others)]:
        if sheet.cells > MAX_CELLS:
            raise InputError(
                "F117",
                path=name,
                sheet=title,
                rows=f"{sheet.last_row:,}",
                columns=f"{sheet.last_column:,}",
                expected=f"{MAX_CELLS:,}",
            )
        if sheet.last_row > MAX_ROWS:
            raise InputError("F108", path=name, expected=f"{MAX_ROWS:,}", got=f"{sheet.last_row:,}")
        if sheet.text > MAX_TEXT_BYTES:
            raise InputError(
                "F191", path=name, sheet=title, got=f"{sheet.text:,}", expected=f"{MAX_TEXT_BYTES:,}"
            )


def _sheet(sheet: calamine.CalamineSheet, scan: BookScan) -> Sheet:
    merged = tuple(sheet.merged_cell_ranges or ())
    found = scan.sheets.get(sheet.name)
    if found is None and scan.whole:
        raise ValueError("a sheet that was not searched")
    return Sheet(sheet.name, SheetRows(sheet, merged, found.faults if found else {}), merged)


def _bounded(book: Workbook) -> Workbook:
    count = max([len(sheet.rows) for sheet in book.sheets] + [len(book.records or ())])
    if count > MAX_ROWS:
        raise InputError("F108", path=book.path.name, expected=f"{MAX_ROWS:,}", got=f"{count:,}")
    return book
