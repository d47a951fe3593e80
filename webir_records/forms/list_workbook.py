"""Write a list as xlsx of which people may fill in some columns only; the rest is protected.

The protection has no password: it keeps a hand from slipping. Whoever reads the list back compares it.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from webir_records.forms.workbook_writing import TEXT_FORMAT, cell_at, set_text, workbook_bytes, write_text

LAST_ROW: Final = 1_048_576
_LABEL_FILL: Final = PatternFill("solid", fgColor="DDEBF7")
_ANSWER_FILL: Final = PatternFill("solid", fgColor="FFF2CC")
_SIDE: Final = Side("thin", "A6A6A6")
_LINE: Final = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)
_LINE_HEIGHT: Final = 16.5
_MOST_LINES: Final = 20
_WRAPPED: Final = Alignment(wrap_text=True, vertical="center")
_PLAIN, _OPEN = "list", "list-answer"
"""Named styles: giving a cell a whole style at once is five times as fast as giving it the parts."""


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of the list.

    Attributes:
        label: its header.
        width: in characters.
        choices: what may be chosen in it, if it is to be chosen.
        open: other words than the choices are taken too.
        answered: whether people fill it in; the others are protected.
    """

    label: str
    width: int
    choices: tuple[str, ...] = ()
    answered: bool = False
    open: bool = False


def list_workbook(
    title: str,
    head: Sequence[tuple[str, str]],
    columns: Sequence[ListColumn],
    rows: Iterable[Sequence[str]],
    *,
    hints: Sequence[str] = (),
) -> bytes:
    """Return the workbook: title, pairs of label and value, hints, header, rows; all of it text.

    Args:
        title: the sheet's name, and its first line.
        head: what stands once above the list.
        columns: the columns of the list.
        rows: a text for each column.
        hints: lines that tell how it is filled in.
    """
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    _columns(sheet, columns)
    top = _top(sheet, title, head, hints)
    _header(sheet, columns, top)
    for style in (_PLAIN, _OPEN):
        book.add_named_style(_named(style))
    end = top
    for end, row in enumerate(rows, start=top + 1):
        for at, (column, text) in enumerate(zip(columns, row, strict=True), start=1):
            cell = cell_at(sheet, end, at)
            cell.style = _OPEN if column.answered else _PLAIN
            set_text(cell, text)
        sheet.row_dimensions[end].height = _LINE_HEIGHT * max(map(_lines, columns, row))
    _choices(sheet, columns, top + 1, max(end, top + 1))
    _page(sheet, columns, top, end)
    return workbook_bytes(book)


def _lines(column: ListColumn, text: str) -> int:
    """Return how many lines a text takes in its column; not every program makes a row as high as its text."""
    width = len(text) + sum(unicodedata.east_asian_width(mark) in "WF" for mark in text)
    return min(_MOST_LINES, 1 + width // column.width + text.count("\n"))


def _columns(sheet: Worksheet, columns: Sequence[ListColumn]) -> None:
    for at, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = column.width


def _top(sheet: Worksheet, title: str, head: Sequence[tuple[str, str]], hints: Sequence[str]) -> int:
    """Write what stands above the list; return the number of the header's row."""
    write_text(cell_at(sheet, 1, 1), title)
    cell_at(sheet, 1, 1).font = Font(bold=True, size=16)
    for row, (label, value) in enumerate(head, start=2):
        write_text(cell_at(sheet, row, 1), label)
        cell_at(sheet, row, 1).font = Font(bold=True)
        write_text(cell_at(sheet, row, 2), value)
    for row, hint in enumerate(hints, start=2 + len(head)):
        write_text(cell_at(sheet, row, 1), hint)
    return 3 + len(head) + len(hints)


def _header(sheet: Worksheet, columns: Sequence[ListColumn], row: int) -> None:
    for at, column in enumerate(columns, start=1):
        cell = cell_at(sheet, row, at)
        write_text(cell, column.label)
        cell.font = Font(bold=True)
        cell.fill = _ANSWER_FILL if column.answered else _LABEL_FILL
        cell.alignment = _WRAPPED
        cell.border = _LINE


def _named(name: str) -> NamedStyle:
    return NamedStyle(
        name=name,
        alignment=_WRAPPED,
        border=_LINE,
        number_format=TEXT_FORMAT,
        protection=Protection(locked=name != _OPEN),
    )


def _choices(sheet: Worksheet, columns: Sequence[ListColumn], first: int, last: int) -> None:
    for at, column in enumerate(columns, start=1):
        if not column.choices:
            continue
        letter = get_column_letter(at)
        rule = DataValidation(
            type="list",
            formula1=f'"{",".join(column.choices)}"',
            allow_blank=True,
            showErrorMessage=not column.open,
            errorTitle=column.label,
            error="、".join(column.choices),
            sqref=f"{letter}{first}:{letter}{min(last, LAST_ROW)}",
        )
        sheet.add_data_validation(rule)


def _page(sheet: Worksheet, columns: Sequence[ListColumn], header: int, last: int) -> None:
    """Keep the header in view, on the screen and on every printed page; protect what is not asked."""
    sheet.freeze_panes = f"A{header + 1}"
    sheet.print_title_rows = f"{header}:{header}"
    sheet.print_area = f"A1:{get_column_letter(len(columns))}{last}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    if any(column.answered for column in columns):
        sheet.protection.formatColumns = sheet.protection.formatRows = False
        sheet.protection.enable()
