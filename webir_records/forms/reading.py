"""Read a spreadsheet, a csv or a JSON file into rows that know their own number.

Nothing is interpreted here: a cell stays what the file says it is. Every error of a library is
translated into an `InputError` that says what to do.
"""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import python_calamine as calamine

from webir_records.forms.issues import Cell
from webir_records.forms.text_reading import read_csv_rows, read_json_lines, read_json_records
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


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    Attributes:
        number: row number as the spreadsheet shows it, counted from 1; of JSON the number of the object.
        cells: values from column A on.
    """

    number: int
    cells: tuple[Cell, ...]


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
    """One table of a workbook."""

    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Workbook:
    """What a file holds: sheets of rows, or the records of a JSON file.

    Attributes:
        encoding: which encoding a csv file turned out to have; empty for the others.
        records: None unless the file is JSON.
    """

    path: Path
    sheets: tuple[Sheet, ...] = ()
    encoding: str = ""
    records: tuple[Record, ...] | None = None

    def sheet(self, name: str) -> Sheet | None:
        """Return the sheet of this name, or None."""
        return next((sheet for sheet in self.sheets if sheet.name.strip() == name), None)


def read_workbook(path: Path) -> Workbook:
    """Read a file of the kinds in `SUPPORTED`.

    Raises:
        InputError: `F101` missing, `F102` another kind of file, `F103` damaged, `F104` has a password,
            `F105` empty, `F106` unknown encoding, `F107` too large, `F108` too many rows, `F109` no JSON,
            `F110` JSON of another shape.
    """
    kind = path.suffix.lower()
    if kind not in SUPPORTED:
        raise InputError("F102", path=path.name, expected=" ".join(SUPPORTED), got=kind or "?")
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
    _refuse_unreadable(path.name, data)
    try:
        with calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            visible = [
                meta.name
                for meta in book.sheets_metadata
                if meta.visible is calamine.SheetVisibleEnum.Visible
            ]
            sheets = tuple(_read_sheet(book.get_sheet_by_name(name)) for name in visible)
    except calamine.PasswordError as error:
        raise InputError("F104", path=path.name) from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise InputError("F103", path=path.name) from error
    if not any(sheet.rows for sheet in sheets):
        raise InputError("F105", path=path.name)
    return Workbook(path, sheets)


def _refuse_unreadable(name: str, data: bytes) -> None:
    """Say what is wrong with a file that no spreadsheet library can open, before one is asked."""
    if data.startswith(_OLE_MAGIC):
        if _ENCRYPTED_STREAM in data:
            raise InputError("F104", path=name)
        return
    if not data.startswith(_ZIP_MAGIC):
        raise InputError("F103", path=name)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            unpacked = sum(member.file_size for member in package.infolist())
            manifest = b""
            if "META-INF/manifest.xml" in package.namelist():
                with package.open("META-INF/manifest.xml") as stream:
                    manifest = stream.read(1_000_000)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise InputError("F103", path=name) from error
    if unpacked > MAX_UNPACKED_BYTES:
        raise InputError("F107", path=name, expected=f"{MAX_UNPACKED_BYTES:,}", got=f"{unpacked:,}")
    if b"encryption-data" in manifest:
        raise InputError("F104", path=name)


def _read_sheet(sheet: calamine.CalamineSheet) -> Sheet:
    table: list[list[Cell]] = [list(row) for row in sheet.to_python(skip_empty_area=False)]
    for (top, left), (bottom, _right) in sheet.merged_cell_ranges or ():
        for below in range(top + 1, min(bottom + 1, len(table))):
            if left < len(table[below]) and top < len(table):
                table[below][left] = table[top][left]
    rows = [Row(number, tuple(cells)) for number, cells in enumerate(table, start=1)]
    while rows and not any(_filled(cell) for cell in rows[-1].cells):
        rows.pop()
    return Sheet(sheet.name, tuple(rows))


def _filled(cell: Cell) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None


def _bounded(book: Workbook) -> Workbook:
    count = max([len(sheet.rows) for sheet in book.sheets] + [len(book.records or ())])
    if count > MAX_ROWS:
        raise InputError("F108", path=book.path.name, expected=f"{MAX_ROWS:,}", got=f"{count:,}")
    return book
