"""Opinion sheets go out as xlsx and come back: answers are read, every mistake is named with its place."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Protection
from openpyxl.worksheet.worksheet import Worksheet

from retention.kinds import Opinion
from webir_records.forms.workbook_writing import cell_at
from webir_records.model.errors import InputError
from webir_records.services.papers.opinion_sheets import (
    SheetHead,
    SheetLine,
    compare,
    read_sheet,
    sheet_bytes,
    write_sheet,
)

DIGEST = "ab" * 32
HEAD = SheetHead("unit-01", "B-115-01", DIGEST)
FULL_WIDTH = "121/01/01".translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789"})
HEADER = 9
NUMBER, RECORD, FORM_NO, FILE_NO, TITLE, TERM, DUE, OPINION, UNTIL, REASON = range(1, 11)

LINES = (
    SheetLine("r" * 20, "1-2-108-0001", "108/0503/1/1/1", "使用者申請表", "3年", date(2025, 1, 1)),
    SheetLine("s" * 20, "1-2-108-0002", "", "=1+1 林𠮷堃", "3年", date(2025, 1, 1)),
    SheetLine("t" * 20, "", "", "O'Brien & 李<小>明", "5年", None),
)


def _sheet(path: Path, fill: Callable[[Worksheet], None] | None = None) -> Path:
    file = path / "sheet.xlsx"
    write_sheet(file, LINES, HEAD)
    if fill is not None:
        book = load_workbook(file)
        fill(book.worksheets[0])
        book.save(file)
    return file


def _found(path: Path, fill: Callable[[Worksheet], None]) -> list[tuple[str, str]]:
    sheet = read_sheet(_sheet(path, fill))
    wrong = compare(LINES, sheet, unit="unit-01", batch="B-115-01", catalogue_sha256=DIGEST)
    return [(problem.code, problem.cell) for problem in (*sheet.problems, *wrong)]


def _answer(sheet: Worksheet, line: int, *values: str | datetime | None) -> None:
    for column, value in zip((OPINION, UNTIL, REASON), values, strict=False):
        cell_at(sheet, HEADER + line, column).value = value


def _all_agree(sheet: Worksheet) -> None:
    for line in (1, 2, 3):
        _answer(sheet, line, "同意銷毀")


def test_sheet_that_comes_back_untouched_is_all_silence(tmp_path: Path) -> None:
    sheet = read_sheet(_sheet(tmp_path))
    assert (sheet.unit, sheet.batch, sheet.catalogue_sha256) == ("unit-01", "B-115-01", DIGEST)
    assert [(a.record, a.opinion, a.until) for a in sheet.answers] == [
        (line.record, Opinion.UNANSWERED, None) for line in LINES
    ]
    assert sheet.problems == ()
    assert compare(LINES, sheet, unit="unit-01", batch="B-115-01", catalogue_sha256=DIGEST) == ()


@pytest.mark.parametrize(
    "until",
    ["121/1/1", "中華民國121年1月1日", "2032-01-01", datetime(2032, 1, 1), FULL_WIDTH],  # noqa: DTZ001 - as a spreadsheet holds it
)
def test_extension_is_read_with_day_and_reason_however_the_day_is_written(
    tmp_path: Path, until: str | datetime
) -> None:
    def fill(sheet: Worksheet) -> None:
        _all_agree(sheet)
        _answer(sheet, 2, "延長", until, "訴訟或爭議未結")

    sheet = read_sheet(_sheet(tmp_path, fill))
    assert sheet.problems == ()
    assert [(a.opinion, a.until, a.reason_code) for a in sheet.answers] == [
        (Opinion.AGREED, None, ""),
        (Opinion.EXTENDED, date(2032, 1, 1), "litigation"),
        (Opinion.AGREED, None, ""),
    ]


def test_every_mistake_of_an_answer_is_named_with_its_cell(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        _answer(sheet, 1, "延長")
        _answer(sheet, 2, "看情況", "下個月", "心情不好")
        _answer(sheet, 3, "同意銷毀", "121/1/1", "請再保存")

    assert _found(tmp_path, fill) == [
        ("U352", "I10"),
        ("U353", "J10"),
        ("U351", "H11"),
        ("F122", "I11"),
        ("U354", "I12"),
        ("U354", "J12"),
    ]


def test_reason_in_own_words_has_a_code_of_its_own(tmp_path: Path) -> None:
    sheet = read_sheet(_sheet(tmp_path, lambda s: _answer(s, 1, "延長", "121/12/31", "林𠮷堃案未結")))
    assert sheet.problems == ()
    assert sheet.answers[0].reason_code == "other"


def test_day_without_an_opinion_is_blamed(tmp_path: Path) -> None:
    assert _found(tmp_path, lambda s: _answer(s, 2, None, "121/1/1")) == [("U354", "I11")]


def test_extension_that_ends_no_later_is_refused(tmp_path: Path) -> None:
    assert _found(tmp_path, lambda s: _answer(s, 1, "延長", "113/12/31", "具歷史價值")) == [("U355", "I10")]


def test_row_that_is_gone_is_named(tmp_path: Path) -> None:
    assert _found(tmp_path, lambda sheet: sheet.delete_rows(HEADER + 2)) == [("U357", "")]


def test_row_that_was_added_is_named(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        cell_at(sheet, HEADER + 4, RECORD).value = "x" * 20
        cell_at(sheet, HEADER + 5, TITLE).value = "沒有識別碼"

    assert _found(tmp_path, fill) == [("U356", "B14"), ("U358", "B13")]


def test_row_that_stands_twice_is_named(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        for column in range(NUMBER, REASON + 1):
            cell_at(sheet, HEADER + 4, column).value = sheet.cell(HEADER + 1, column).value

    assert _found(tmp_path, fill) == [("U359", "B13")]


def test_protected_cell_that_was_changed_is_named(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        cell_at(sheet, HEADER + 1, DUE).value = "中華民國130年1月1日"
        cell_at(sheet, HEADER + 2, FORM_NO).value = None

    assert _found(tmp_path, fill) == [("U360", "G10"), ("U360", "C11")]


def test_sheet_of_another_unit_batch_or_catalogue_is_named(tmp_path: Path) -> None:
    sheet = read_sheet(_sheet(tmp_path))
    wrong = compare(LINES, sheet, unit="unit-02", batch="B-115-02", catalogue_sha256="cd" * 32)
    assert [(problem.code, problem.cell) for problem in wrong] == [
        ("U361", "B2"),
        ("U361", "B3"),
        ("U361", "B4"),
    ]


def test_error_in_a_cell_is_no_answer(tmp_path: Path) -> None:
    assert _found(tmp_path, lambda sheet: _answer(sheet, 1, "=1/0")) == [("F179", "H10")]


def test_rows_in_another_order_mean_the_same(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        for column in range(NUMBER, REASON + 1):
            first, last = cell_at(sheet, HEADER + 1, column), cell_at(sheet, HEADER + 3, column)
            first.value, last.value = last.value, first.value

    assert _found(tmp_path, fill) == []


def test_what_people_may_not_fill_in_is_locked_and_no_text_is_a_formula(tmp_path: Path) -> None:
    sheet = load_workbook(_sheet(tmp_path)).worksheets[0]
    assert sheet.protection.sheet
    row = [cell_at(sheet, HEADER + 2, column) for column in range(NUMBER, REASON + 1)]
    assert [cell.protection == Protection() for cell in row] == [True] * 7 + [False] * 3
    assert row[TITLE - 1].data_type == "s"
    assert row[TITLE - 1].quotePrefix
    choices = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert choices["H10:H12"] == '"同意銷毀,延長"'


def test_same_lines_give_the_same_bytes_and_no_file_is_overwritten(tmp_path: Path) -> None:
    file = _sheet(tmp_path)
    again = sheet_bytes(LINES, HEAD)
    assert file.read_bytes() == again
    with pytest.raises(InputError, match="U012"):
        write_sheet(file, LINES, HEAD)
    with pytest.raises(InputError, match="U110"):
        write_sheet(tmp_path / "a.ods", LINES, HEAD)


def test_another_workbook_is_no_opinion_sheet(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0].append(["項次", "紀錄識別碼"])
    book.save(tmp_path / "other.xlsx")
    with pytest.raises(InputError, match="U350"):
        read_sheet(tmp_path / "other.xlsx")


def _without_digest(sheet: Worksheet) -> None:
    sheet.delete_rows(4)


def test_head_that_is_gone_is_told(tmp_path: Path) -> None:
    file = _sheet(tmp_path, _without_digest)
    with pytest.raises(InputError, match="銷毀目錄雜湊值"):
        read_sheet(file)


def test_line_without_an_end_takes_any_extension(tmp_path: Path) -> None:
    lines = (replace(LINES[2]),)
    file = tmp_path / "one.xlsx"
    write_sheet(file, lines, SheetHead("u", "b", DIGEST, "社會課"))
    book = load_workbook(file)
    _answer(book.worksheets[0], 2, "延長", "121/1/1", "業務仍需參考")  # below the unit's name
    book.save(file)
    sheet = read_sheet(file)
    assert sheet.problems == compare(lines, sheet, unit="u", batch="b", catalogue_sha256=DIGEST) == ()
