"""Write xlsx files so that text stays text and the same content always gives the same bytes."""

import io
import re
import zipfile
from collections.abc import Iterable
from typing import Final

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.worksheet.worksheet import Worksheet

TEXT_FORMAT: Final = "@"
"""Keeps Excel from turning 0912… into a number and 108/08/16 into a date."""

MAX_CELL: Final = 32_000
"""Characters that we write into one cell; Excel holds 32,767."""

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CORE: Final = "docProps/core.xml"
_TIMES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_FIXED: Final = rb"\g<1>1980-01-01T00:00:00Z"
_FIXED_TIME: Final = (1980, 1, 1, 0, 0, 0)


def cell_at(sheet: Worksheet, row: int, column: int) -> Cell:
    """Return a cell, counted from 1; of a merged area the cell that has the value."""
    cell = sheet.cell(row, column)
    if not isinstance(cell, MergedCell):
        return cell
    area = next(area for area in sheet.merged_cells.ranges if cell.coordinate in area)
    first = sheet.cell(area.min_row, area.min_col)
    if isinstance(first, MergedCell):
        raise TypeError
    return first


def write_text(cell: Cell, text: str) -> None:
    """Write text as text: what starts like a formula becomes none, here or when the cell is edited."""
    cell.number_format = TEXT_FORMAT
    set_text(cell, text)


def set_text(cell: Cell, text: str) -> None:
    """Write text into a cell that has its format already; see `write_text`."""
    if text:
        cell.value = printable(text)
        cell.data_type = "s"
        if text.startswith(_FORMULA_STARTS):
            cell.quotePrefix = True


def printable(text: str) -> str:
    """Return a text that a spreadsheet can hold: what XML has no place for becomes a visible mark."""
    return _FORBIDDEN.sub("\ufffd", text)[:MAX_CELL]


def workbook_bytes(book: Workbook) -> bytes:
    """Return the file; the time of saving is left out of it."""
    saved = io.BytesIO()
    book.save(saved)
    with zipfile.ZipFile(saved) as source:
        members = ((name, source.read(name)) for name in source.namelist())
        return packed((name, _TIMES.sub(_FIXED, data) if name == _CORE else data) for name, data in members)


def packed(members: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a package of these files, the same bytes for the same content."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target:
        for name, data in members:
            fixed = zipfile.ZipInfo(name, _FIXED_TIME)
            fixed.compress_type = zipfile.ZIP_DEFLATED
            fixed.external_attr = 0o600 << 16
            target.writestr(fixed, data)
    return package.getvalue()
