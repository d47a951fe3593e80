"""What `check` says of forms in which many rows make one document."""

from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from webir_records.forms.checking import CheckContext, CheckResult, check_workbook
from webir_records.forms.issues import Cell
from webir_records.forms.reading import Record, Workbook
from webir_records.forms.spec_types import FormSpec

CheckRows = Callable[..., CheckResult]
HEADER: list[Cell] = ["使用單位", "案件編號", "查詢人員", "查詢日期", "查詢筆數"]


def _row(unit: str, case: str, day: str, count: Cell = "") -> list[Cell]:
    return [unit, case, "王小明", day, count]


def test_rows_of_one_unit_and_month_make_one_document(check_rows: CheckRows, register: FormSpec) -> None:
    rows = [
        HEADER,
        _row("甲科", "a", "109/1/2", 2.0),
        _row("甲科", "b", "109/1/31"),
        _row("乙科", "c", "109/1/3"),
    ]
    result = check_rows(register, rows)
    assert [(d.data["unit"], d.data["period"], d.data["reg_count"], d.rows) for d in result.documents] == [
        ("甲科", "2020-01", 3, (2, 3)),
        ("乙科", "2020-01", 1, (4,)),
    ]
    entries = cast("list[dict[str, int]]", result.documents[0].data["entries"])
    assert [entry["seq"] for entry in entries] == [1, 2]


def test_rows_of_two_months_make_two_documents(check_rows: CheckRows, register: FormSpec) -> None:
    rows = [HEADER, _row("甲科", "a", "109/1/31"), _row("甲科", "b", "109/2/1"), _row("甲科", "c", "109/1/2")]
    result = check_rows(register, rows)
    assert [(d.data["period"], d.rows) for d in result.documents] == [("2020-01", (2, 4)), ("2020-02", (3,))]


def test_document_with_a_wrong_row_is_not_made_and_says_so(check_rows: CheckRows, register: FormSpec) -> None:
    rows = [HEADER, _row("甲科", "a", "109/1/2"), _row("甲科", "", "109/1/3"), _row("乙科", "c", "109/1/3")]
    result = check_rows(register, rows)
    assert [(p.row, p.column, p.code) for p in result.problems] == [(3, "案件編號", "F120")]
    assert [d.data["unit"] for d in result.documents] == ["乙科"]
    assert (result.rows, result.valid) == (3, 2)
    assert [(p.code, p.facts["rows"]) for p in result.warnings] == [("F175", "3")]


def test_head_may_stand_in_title_rows(check_rows: CheckRows, register: FormSpec) -> None:
    rows = [["查詢資料登記簿"], ["使用單位:甲科　登記期間:109年1月"], HEADER[1:], ["a", "王", "109/1/2", ""]]
    result = check_rows(register, rows)
    assert [(d.data["unit"], d.data["period"]) for d in result.documents] == [("甲科", "2020-01")]


def test_head_may_stand_in_a_sheet_of_its_own(check_rows: CheckRows, register: FormSpec) -> None:
    head: list[list[Cell]] = [["使用單位", "甲科"], ["登記期間", "109/1"], ["系統查詢筆數", 1.0]]
    result = check_rows(register, [HEADER[1:], ["a", "王", "109/2/2", ""]], extra={"表頭": head}, name="明細")
    assert [d.data["diff"] for d in result.documents] == [0]
    assert [(p.row, p.column, p.code) for p in result.warnings] == [(2, "查詢日期", "F158")]


def test_head_of_a_document_is_checked_as_a_whole(check_rows: CheckRows, register: FormSpec) -> None:
    head: list[list[Cell]] = [["使用單位", "甲科"], ["系統查詢筆數", 5.0], ["單位管理者", "王"]]
    result = check_rows(register, [HEADER[1:], ["a", "王", "109/2/2", ""]], extra={"表頭": head}, name="明細")
    assert {(p.column, p.code) for p in result.problems} == {("差異說明", "F157"), ("單位管理者", "F152")}
    assert result.documents == ()
    assert [p.code for p in result.warnings if p.code == "F175"] == []  # no row waits for another one


def test_rows_of_one_document_may_not_contradict_each_other(
    check_rows: CheckRows, register: FormSpec
) -> None:
    header = [*HEADER, "系統查詢筆數"]
    rows = [header, [*_row("甲科", "a", "109/1/2"), 2.0], [*_row("甲科", "b", "109/1/3"), 3.0]]
    result = check_rows(register, rows)
    assert [(p.row, p.column, p.code, p.facts["first_row"]) for p in result.problems] == [
        (3, "系統查詢筆數", "F156", "2")
    ]


def test_gap_in_given_numbers_is_a_warning_at_its_row(check_rows: CheckRows, register: FormSpec) -> None:
    rows = [
        ["項次", *HEADER],
        [1.0, *_row("甲", "a", "109/1/2")],
        [3.0, *_row("甲", "b", "109/1/2")],
        [4.0, *_row("甲", "c", "109/1/2")],
    ]
    result = check_rows(register, rows)
    assert [(p.row, p.code, p.facts["expected"]) for p in result.warnings] == [(3, "F159", "2")]


def test_json_object_carries_head_and_rows(register: FormSpec, context: CheckContext) -> None:
    good = {"case_no": "a", "query_date": "109/1/2", "user": "王"}
    records = (
        Record(1, {"unit": "甲科", "entries": [good, good]}),
        Record(2, {"unit": "乙科", "entries": [good, good | {"query_date": "109/2/30"}]}),
    )
    result = check_workbook(register, Workbook(Path("x.json"), records=records), context)
    assert [d.data["unit"] for d in result.documents] == ["甲科"]
    assert [(p.sheet, p.row, p.field, p.code) for p in result.problems] == [("[2]", 2, "query_date", "F123")]


@pytest.mark.parametrize("unit", ["", " "])
def test_row_without_its_unit_is_a_problem_of_the_document(
    check_rows: CheckRows, register: FormSpec, unit: str
) -> None:
    result = check_rows(register, [HEADER, _row(unit, "a", "109/1/2")])
    assert [(p.column, p.code) for p in result.problems] == [("使用單位", "F120")]
