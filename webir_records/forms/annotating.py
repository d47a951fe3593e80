"""Give a clerk her own workbook back, with what is wrong marked at its place.

Her styles, widths, formulas, hidden sheets, pictures and charts stay as they are; what cannot stay is named.
A file that is no xlsx comes back as one, with every value as text.
"""

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import openpyxl
from lxml import etree
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import coordinate_to_tuple, get_column_letter, quote_sheetname
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook as Xlsx
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from webir_records.forms.annotating_drawings import Lost, in_order, with_drawings, without_drawings
from webir_records.forms.inputs import RESULT_SHEET
from webir_records.forms.issues import CellFault
from webir_records.forms.problems import CheckResult, Problem
from webir_records.forms.reading import Record, Workbook, read_workbook
from webir_records.forms.spec_types import Severity
from webir_records.forms.values import as_text
from webir_records.forms.workbook_writing import cell_at, printable, workbook_bytes, write_text
from webir_records.model.errors import InputError

Say = Callable[[str, Mapping[str, str]], str]
"""Gives the text of a code with its facts, in the reader's language."""

MOST_MARKED: Final = 20_000
"""Problems that are marked and listed; nobody mends more at once, and Excel becomes slow."""

ERROR_COLOUR: Final = "FFC7CE"
WARNING_COLOUR: Final = "FFEB9C"
_FILLS: Final = {
    Severity.ERROR: PatternFill("solid", fgColor=ERROR_COLOUR),
    Severity.WARNING: PatternFill("solid", fgColor=WARNING_COLOUR),
}
_SEVERITIES: Final = {Severity.ERROR: "錯誤", Severity.WARNING: "請留意"}
_COLUMNS: Final = ("工作表", "列", "欄位", "儲存格", "類別", "填寫內容", "問題及改法", "依據", "代碼")
_WIDTHS: Final = (14, 7, 24, 10, 9, 28, 70, 12, 9)
_AUTHOR: Final = "檢查"
_MARK: Final = "── 檢查 ──"
"""Everything below this line of a comment is ours, and is replaced by the next check."""

_RECORDS: Final = "資料"
"""Sheet for the objects of a JSON file: row 2 is the first."""

_ENTRIES: Final = "明細"
"""Start of the names of the sheets for the rows within an object."""

_OPENPYXL_KINDS: Final = (".xlsx", ".xlsm")
_DAMAGED: Final = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    SyntaxError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    NotImplementedError,
)
"""What openpyxl raises for files that other programs open."""

_UNREADABLE: Final = (*_DAMAGED, RuntimeError, etree.XMLSyntaxError)

_TEXT_ONLY: Final = (".csv", ".json", ".jsonl")


@dataclass(frozen=True, slots=True)
class MarkedCopy:
    """A copy as xlsx, and what of the clerk's own file it lacks."""

    data: bytes
    lost: tuple[Lost, ...] = ()


def annotate_workbook(source: Path, result: CheckResult, say: Say) -> MarkedCopy:
    """Return a copy of a checked file as xlsx: bad cells coloured and commented, all problems in a list.

    Args:
        source: the file that was checked; it is only read.
        result: what the check found in it.
        say: gives the text of a code.

    Raises:
        InputError: as `read_workbook`.
    """
    kept = _open(source) if source.suffix.lower() in _OPENPYXL_KINDS else None
    book = kept.book if kept else _as_text(read_workbook(source))
    problems = [*result.problems, *result.warnings]
    marked = sorted(problems, key=lambda p: (p.severity is Severity.WARNING, p.row))[:MOST_MARKED]
    places = {id(problem): _place(book, problem) for problem in marked}
    _mark(book, marked, places, say)
    _list(book, sorted(marked, key=lambda p: p.row), places, say, left_out=len(problems) - len(marked))
    data = workbook_bytes(book)
    if kept is None:
        return MarkedCopy(data, () if source.suffix.lower() in _TEXT_ONLY else (Lost.EVERYTHING,))
    return _completed(data, kept)


def _completed(data: bytes, kept: "_Kept") -> MarkedCopy:
    """Return the copy of a workbook with its drawings."""
    try:
        data, lost = with_drawings(data, kept.source)
    except _UNREADABLE:
        lost = frozenset({Lost.DRAWINGS})
    return MarkedCopy(data, in_order(lost | kept.lost))


def write_annotated(source: Path, out: Path, data: bytes) -> None:
    """Write the marked copy, never over the file that was checked.

    Raises:
        InputError: `F226` it is the same file, `F227` it cannot be written.
    """
    try:
        if out.exists() and out.samefile(source):
            raise InputError("F226", path=str(out))
        temporary = out.with_name(f"{out.name}.tmp")
        temporary.write_bytes(data)
        temporary.replace(out)
    except OSError as error:
        raise InputError("F227", path=str(out), problem=error.strerror or "") from error


# ── the book that is marked


@dataclass(frozen=True, slots=True)
class _Kept:
    """The clerk's own workbook, to be marked; its drawings are still in `source` alone."""

    book: Xlsx
    source: bytes
    lost: frozenset[Lost]


def _open(source: Path) -> _Kept | None:
    """Open the clerk's own workbook, without what we added to it last time; None if openpyxl cannot."""
    data = source.read_bytes()
    try:
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            book = openpyxl.load_workbook(io.BytesIO(without_drawings(data)))
    except _UNREADABLE:
        return None
    _clean(book)
    lost = any("extension" in str(warning.message) for warning in said)
    return _Kept(book, data, frozenset({Lost.EXTENSIONS} if lost else ()))


def _clean(book: Xlsx) -> None:
    """Take away what we added last time."""
    if RESULT_SHEET in book.sheetnames:
        del book[RESULT_SHEET]
    for sheet in book.worksheets:
        for cells in sheet.iter_rows():
            for cell in cells:
                if cell.comment is not None and _MARK in cell.comment.text and isinstance(cell, Cell):
                    _clear(cell)


def _clear(cell: Cell) -> None:
    if cell.comment is not None:
        own = cell.comment.text.partition(_MARK)[0].strip()
        cell.comment = Comment(own, cell.comment.author) if own else None
    colour = cast("object", cell.fill.fgColor.rgb)  # pyright: ignore[reportUnknownMemberType] # stubs
    if str(colour)[-6:] in (ERROR_COLOUR, WARNING_COLOUR):
        cell.fill = PatternFill()


def _as_text(book: Workbook) -> Xlsx:
    """Return the values of a file as text, each in the row in which the check saw it."""
    copy = Xlsx()
    copy.remove(copy.worksheets[0])
    if book.records is not None:
        _write_records(copy, book.records)
    for source in book.sheets:
        sheet = copy.create_sheet(_sheet_title(source.name or book.path.stem))
        for row in source.rows:
            for column, value in enumerate(row.cells, start=1):
                if value not in ("", None):
                    write_text(cell_at(sheet, row.number, column), as_text(value))
    return copy


def _write_records(copy: Xlsx, records: Sequence[Record]) -> None:
    """Write the objects of a JSON file, and the rows of each document in a sheet of their own."""
    _write_objects(copy.create_sheet(_RECORDS), records)
    for record in records:
        for value in record.values.values():
            rows = [Record(number, item) for number, item in enumerate(_objects(value), start=1)]
            if rows:
                _write_objects(copy.create_sheet(f"{_ENTRIES}{record.number}"), rows)


def _write_objects(sheet: Worksheet, objects: Sequence[Record]) -> None:
    """Write one object a row, below a header of all names; row 2 is object 1."""
    names: dict[str, int] = {}
    for one in objects:
        for name, value in one.values.items():
            if not _objects(value):
                column = names.setdefault(name, len(names) + 1)
                write_text(cell_at(sheet, one.number + 1, column), _plain(value))
    for name, column in names.items():
        write_text(cell_at(sheet, 1, column), name)
    sheet.freeze_panes = "A2"


def _objects(value: object) -> list[Mapping[str, object]]:
    """Return the objects of a list of objects; nothing of any other value."""
    items = cast("list[object]", value) if isinstance(value, list) else []
    return [cast("Mapping[str, object]", item) for item in items if isinstance(item, dict)]


def _plain(value: object) -> str:
    if value is None or isinstance(value, (str, int, float, CellFault)):
        return as_text(value)
    if isinstance(value, list):
        return "、".join(_plain(item) for item in cast("list[object]", value))
    return str(value)


def _sheet_title(name: str) -> str:
    """Return a name that a sheet may have: 31 characters, and none that means something in a formula."""
    return printable(re.sub(r"[\\/*?:\[\]']", "_", name))[:31] or "Sheet1"


# ── places


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a problem is shown; `cell` is empty when only its row is known."""

    sheet: Worksheet
    cell: str
    row: int


def _place(book: Xlsx, problem: Problem) -> _Place | None:
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    if problem.row < 1:
        return None
    if _RECORDS not in sheets or problem.cell:
        return _Place(sheets.get(problem.sheet, book.worksheets[0]), problem.cell, problem.row)
    sheet = sheets.get(_sheet_of_object(sheets, problem))
    if sheet is None:
        return None
    header = {str(cell.value): cell.column for cell in sheet[1]}
    column = header.get(problem.column, header.get(problem.field, 0))
    row = problem.row + 1
    return _Place(sheet, f"{get_column_letter(column)}{row}" if column else "", row)


def _sheet_of_object(sheets: Mapping[str, Worksheet], problem: Problem) -> str:
    """Return the sheet of an object: `[2]` is the second document; without a number there is one at most."""
    if problem.sheet:
        return f"{_ENTRIES}{problem.sheet.strip('[]')}"
    alone = f"{_ENTRIES}1"
    return alone if alone in sheets and sheets[_RECORDS].max_row <= 2 else _RECORDS


def _mark(book: Xlsx, problems: Sequence[Problem], places: Mapping[int, _Place | None], say: Say) -> None:
    """Colour and comment the cells; the worse colour wins, all messages stand in one comment."""
    texts: dict[tuple[str, str], list[str]] = {}
    for problem in reversed(problems):  # errors come last and have the last word about the colour
        place = places[id(problem)]
        if place is None or not place.cell:
            continue
        cell = cell_at(place.sheet, *coordinate_to_tuple(place.cell))
        cell.fill = _FILLS[problem.severity]
        texts.setdefault((place.sheet.title, cell.coordinate), []).insert(0, _text(problem, say))
    for (title, coordinate), messages in texts.items():
        cell = cell_at(book[title], *coordinate_to_tuple(coordinate))
        before = f"{cell.comment.text.strip()}\n" if cell.comment else ""
        author = cell.comment.author if cell.comment else _AUTHOR
        cell.comment = Comment(printable(f"{before}{_MARK}\n" + "\n".join(messages)), author)
        cell.comment.width, cell.comment.height = 320, 60 + 30 * len(messages)


def _text(problem: Problem, say: Say) -> str:
    clause = f"（{problem.clause}）" if problem.clause else ""
    return f"{say(problem.code, problem.facts)}{clause}"


# ── the list


def _list(
    book: Xlsx, problems: Sequence[Problem], places: Mapping[int, _Place | None], say: Say, *, left_out: int
) -> None:
    sheet = book.create_sheet(RESULT_SHEET, 0)
    for column, (title, width) in enumerate(zip(_COLUMNS, _WIDTHS, strict=True), start=1):
        write_text(cell_at(sheet, 1, column), title)
        sheet.cell(1, column).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = width
    for row, problem in enumerate(problems, start=2):
        _list_one(sheet, row, problem, places[id(problem)], say)
    last = len(problems) + 2
    if not problems:
        write_text(cell_at(sheet, last, 1), "沒有發現問題。")
    elif left_out:
        write_text(cell_at(sheet, last, 1), f"另有 {left_out:,} 項未列出；請先更正以上各項，再檢查一次。")
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(_COLUMNS))}{max(2, len(problems) + 1)}"
    book.active = 0


def _list_one(sheet: Worksheet, row: int, problem: Problem, place: _Place | None, say: Say) -> None:
    values = (
        problem.sheet,
        str(problem.row),
        problem.column,
        place.cell if place else problem.cell,
        _SEVERITIES[problem.severity],
        problem.value,
        say(problem.code, problem.facts),
        problem.clause,
        problem.code,
    )
    for column, text in enumerate(values, start=1):
        cell = cell_at(sheet, row, column)
        write_text(cell, text)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.cell(row, 5).fill = _FILLS[problem.severity]
    if place is not None:
        _link(cell_at(sheet, row, 4 if place.cell else 2), place)


def _link(cell: Cell, place: _Place) -> None:
    target = place.cell or f"A{place.row}"
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"{quote_sheetname(place.sheet.title)}!{target}")
    cell.font = Font(color="0563C1", underline="single")
