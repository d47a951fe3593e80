"""A header of two rows without merged cells, as a spreadsheet program leaves it in csv."""

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook as Xlsx

from webir_records.forms.checking import CheckContext, CheckResult, check
from webir_records.forms.mappings import ColumnMapping
from webir_records.forms.specs import load_form

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
TITLE = ["代查授權書一覽表"]
GROUPS = ["授權日期", "授權人", "", "代查人", "", "案件編號"]
LABELS = ["", "姓名", "職稱", "姓名", "職稱", ""]
ROW = ["109/01/02", "林𠮷堃", "科員", "O'Brien & 李<小>明", "助理", "收1090001"]
Run = Callable[..., CheckResult]


@pytest.fixture(params=["csv", "xlsx"])
def run(request: pytest.FixtureRequest, tmp_path: Path, check_context: CheckContext) -> Run:
    def check_rows(
        *rows: Sequence[str], form: str = "form_3", saved: dict[str, str] | None = None
    ) -> CheckResult:
        path = tmp_path / f"list.{request.param}"
        if request.param == "csv":
            with path.open("w", encoding="utf-8", newline="") as stream:
                csv.writer(stream).writerows(rows)
        else:
            book = Xlsx()
            for row in rows:
                book.worksheets[0].append(list(row))
            book.save(path)
        mapping = ColumnMapping(form, saved) if saved else None
        context = CheckContext(
            check_context.agency, check_context.today, check_context.profile, mapping=mapping
        )
        return check(load_form(form, TEMPLATES), path, context)

    return check_rows


def _columns(result: CheckResult) -> tuple[int, dict[str, str]]:
    header = result.mapping.header
    assert header is not None
    return header.row, {c.field: c.header for c in header.columns if c.field}


@pytest.mark.parametrize("above", [(), (TITLE,)], ids=["first", "under-title"])
def test_group_and_label_name_the_field_together(run: Run, above: tuple[list[str], ...]) -> None:
    result = run(*above, GROUPS, LABELS, ROW)
    assert _columns(result) == (
        len(above) + 2,
        {
            "auth_date": "授權日期",
            "authoriser": "授權人／姓名",
            "authoriser_title": "授權人／職稱",
            "proxy": "代查人／姓名",
            "proxy_title": "代查人／職稱",
            "case_no": "案件編號",
        },
    )
    assert result.rows == 1


def test_row_of_labels_is_no_row_of_data_when_the_groups_name_as_many_fields(run: Run) -> None:
    result = run(["授權人", "代查人", "案件編號"], ["姓名", "姓名", ""], ["林𠮷堃", "李四", "收1090001"])
    assert _columns(result)[0] == 2
    assert result.rows == 1


def test_labels_of_the_second_row_count_alone_under_groups_that_say_nothing(run: Run) -> None:
    groups = ["單位", "個案", "查詢", "", "", ""]
    labels = ["使用單位", "案件編號", "查詢人員", "查詢日期", "查詢目的", "資料處理方式"]
    row, columns = _columns(
        run(groups, labels, ["社會課", "收1", "李四", "109/1/2", "審核", "歸檔"], form="form_2")
    )
    assert row == 2
    assert {"unit", "case_no", "query_date"} <= columns.keys()


def test_labels_stand_in_both_rows_where_only_some_columns_have_a_group(run: Run) -> None:
    groups = ["使用單位", "案件編號", "查詢資料", "", "", "資料處理方式"]
    labels = ["", "", "查詢人員", "查詢日期", "查詢目的", ""]
    result = run(groups, labels, ["社會課", "收1", "李四", "109/1/2", "審核", "歸檔"], form="form_2")
    row, columns = _columns(result)
    assert row == 2
    assert list(columns.values()) == [
        a if a != "查詢資料" and a else b for a, b in zip(groups, labels, strict=True)
    ]


def test_first_row_of_data_with_gaps_is_no_header(run: Run) -> None:
    header = ["使用單位", "案件編號", "查詢人員", "查詢日期", "查詢目的", "資料處理方式"]
    result = run(header, ["", "", "", "", "查詢目的", "歸檔"], form="form_2")
    assert _columns(result)[0] == 1
    assert result.rows == 1


def test_label_under_two_unknown_groups_is_refused_naming_both(run: Run) -> None:
    rows = (
        ["授權日期", "甲方", "", "乙方", ""],
        ["", "授權人姓名", "x", "授權人姓名", "y"],
        ["109/01/02", "林𠮷堃", "", "李四", ""],
    )
    found = [(p.cell, p.facts["columns"]) for p in run(*rows).problems if p.code == "F115"]
    assert found == [("D2", "B 甲方／授權人姓名、D 乙方／授權人姓名")]
    saved = {"甲方／授權人姓名": "authoriser", "乙方／授權人姓名": "proxy"}
    assert _columns(run(*rows, saved=saved))[1] == {
        "auth_date": "授權日期",
        "authoriser": "甲方／授權人姓名",
        "proxy": "乙方／授權人姓名",
    }
