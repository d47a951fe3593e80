"""Make the empty workbook of a form: header, one example, explanations, lists to choose from."""

from collections.abc import Mapping, Sequence
from typing import Final, cast

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from signing.canonical import JsonValue
from webir_records.forms.display import LIST_MARK, YES_NO, show_value
from webir_records.forms.examples import asked_fields, checklist_rows, example_text, specimen_of
from webir_records.forms.inputs import HEADER_SHEET, NOTES_SHEET, ROWS_SHEET
from webir_records.forms.spec_types import FieldSpec, FieldType, FormSpec
from webir_records.forms.workbook_writing import TEXT_FORMAT, cell_at, workbook_bytes, write_text

REQUIRED_MARK: Final = "＊"  # noqa: RUF001 - the mark that Taiwan's forms put beside what must be filled in
LAST_ROW: Final = 1000
"""Down to this row the lists to choose from reach."""

_MAX_LIST: Final = 255
"""Longest list of choices that Excel stores in a cell rule, in characters."""

_MAX_WIDTH: Final = 40
_HEADER_FILL: Final = PatternFill("solid", fgColor="DDEBF7")
_REQUIRED_FILL: Final = PatternFill("solid", fgColor="FCE4D6")
_NOTES: Final = ("欄位", "必填", "填寫方式", "可填內容", "依據", "其他可用的欄名")
_EXAMPLE_NOTE: Final = "本活頁簿的資料是範例，正式填寫前請刪除。"

_HINTS: Final[Mapping[FieldType, str]] = {
    FieldType.STR: "文字",
    FieldType.TEXT: "文字，可分行",
    FieldType.INT: "整數",
    FieldType.BOOL: "是或否（可打 V）",
    FieldType.DATE: "民國日期，例如 108/08/16",
    FieldType.TIME: "時間，例如 09:20",
    FieldType.DATETIME: "民國日期及時間，例如 108/08/16 09:20",
    FieldType.MONTH: "民國年月，例如 109年1月",
    FieldType.ENUM: "擇一",
    FieldType.LIST: "可填多項，以「、」分開",
    FieldType.ACCOUNT: "帳號（英文字母、數字）",
    FieldType.PHONE: "電話，例如 02-27208889 分機 1600",
    FieldType.EMAIL: "電子郵件",
    FieldType.NATIONAL_ID: "身分證或居留證統一編號",
    FieldType.BAN: "統一編號（8 碼）",
    FieldType.AGENCY_CODE: "機關代碼（10 碼）",
    FieldType.DOC_NO: "文號，例如 府授勞秘字第1106051442號",
    FieldType.FILE_NO: "檔號，例如 109/0503/1/1/1",
}


def blank_workbook(spec: FormSpec) -> bytes:
    """Return an xlsx to fill in; `check` reads it as it is. The same form gives the same bytes.

    Raises:
        InputError: `F204`, the form's specimen cannot be read.
    """
    book = Workbook()
    sheet = book.worksheets[0]
    specimen = specimen_of(spec)
    if spec.grouped:
        sheet.title = ROWS_SHEET
        rows = cast("Sequence[Mapping[str, JsonValue]]", specimen.get(spec.rows_key) or [{}])
        shown = checklist_rows(spec) if spec.checklist else rows[:1]
        _write_table(sheet, asked_fields(spec.row_fields), shown)
        _write_head(book.create_sheet(HEADER_SHEET, 0), asked_fields(spec.document_fields), specimen)
    else:
        sheet.title = spec.number or ROWS_SHEET
        _write_table(sheet, asked_fields(spec.row_fields), [specimen])
    _write_notes(book.create_sheet(NOTES_SHEET), spec)
    return workbook_bytes(book)


def _write_table(
    sheet: Worksheet, fields: Sequence[FieldSpec], rows: Sequence[Mapping[str, JsonValue]]
) -> None:
    for column, field in enumerate(fields, start=1):
        letter = get_column_letter(column)
        sheet.column_dimensions[letter].number_format = TEXT_FORMAT
        sheet.column_dimensions[letter].width = min(_MAX_WIDTH, 2 * len(field.label) + 6)
        _write_label(cell_at(sheet, 1, column), field)
        _offer_choices(sheet, f"{letter}2:{letter}{LAST_ROW}", field)
        for row, values in enumerate(rows, start=2):
            write_text(cell_at(sheet, row, column), example_text(field, values.get(field.key)))
    sheet.freeze_panes = "A2"


def _write_head(sheet: Worksheet, fields: Sequence[FieldSpec], values: Mapping[str, JsonValue]) -> None:
    sheet.column_dimensions["A"].width = sheet.column_dimensions["B"].width = _MAX_WIDTH
    sheet.column_dimensions["B"].number_format = TEXT_FORMAT
    for row, field in enumerate(fields, start=1):
        _write_label(cell_at(sheet, row, 1), field)
        write_text(cell_at(sheet, row, 2), example_text(field, values.get(field.key)))
        _offer_choices(sheet, f"B{row}", field)


def _write_label(cell: Cell, field: FieldSpec) -> None:
    write_text(cell, f"{field.label}{REQUIRED_MARK if field.required else ''}")
    cell.font = Font(bold=True)
    cell.fill = _REQUIRED_FILL if field.required else _HEADER_FILL
    cell.alignment = Alignment(wrap_text=True, vertical="center")


def _offer_choices(sheet: Worksheet, cells: str, field: FieldSpec) -> None:
    choices = YES_NO if field.type is FieldType.BOOL else field.values
    listed = f'"{",".join(choices)}"'
    if not choices or field.type is FieldType.LIST or len(listed) > _MAX_LIST:
        return
    rule = DataValidation(type="list", formula1=listed, allow_blank=True, showErrorMessage=True, sqref=cells)
    sheet.add_data_validation(rule)


def _write_notes(sheet: Worksheet, spec: FormSpec) -> None:
    sheet.column_dimensions["A"].width = 24
    for letter in "BCDEF":
        sheet.column_dimensions[letter].width = _MAX_WIDTH
    write_text(cell_at(sheet, 1, 1), f"{spec.number} {spec.title}".strip())
    write_text(cell_at(sheet, 2, 1), _EXAMPLE_NOTE)
    lines = [_NOTES, *(_note(field, spec) for field in asked_fields(spec.fields))]
    for row, line in enumerate(lines, start=4):
        for column, text in enumerate(line, start=1):
            cell = cell_at(sheet, row, column)
            write_text(cell, text)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if row == 4:
                cell.font = Font(bold=True)


def _note(field: FieldSpec, spec: FormSpec) -> tuple[str, ...]:
    allowed = "依機關設定" if field.table else LIST_MARK.join(field.values)
    return (
        field.label,
        _needed(field, spec),
        _HINTS.get(field.type, ""),
        allowed,
        field.clause,
        LIST_MARK.join(field.aliases),
    )


def _needed(field: FieldSpec, spec: FormSpec) -> str:
    condition = field.required_when
    if field.required:
        return "必填"
    if condition is not None:
        other = spec.field(condition.field)
        values = LIST_MARK.join(show_value(other, value) for value in condition.values)
        return f"「{other.label}」為「{values}」時必填" if values else f"填有「{other.label}」時必填"
    return "建議填寫" if field.recommended else ""
