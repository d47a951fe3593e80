"""Rows that add up are no data, however many sums they have; a person with such a name is data."""

from pathlib import Path

import pytest
from openpyxl import Workbook as Xlsx

from webir_records.forms.checking import CheckContext, CheckResult, check
from webir_records.forms.specs import load_form

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
HEADER = ["使用者", "登記筆數", "系統紀錄筆數"]
ROWS: list[list[object]] = [["林𠮷堃", 3, 3], ["王小明", 4, 4]]


def _check(path: Path, context: CheckContext, last: list[object]) -> CheckResult:
    book = Xlsx()
    rows: list[list[object]] = [[*HEADER], *ROWS, last]
    for row in rows:
        book.worksheets[0].append(row)
    book.save(path)
    return check(load_form("monthly_comparison", TEMPLATES), path, context)


@pytest.mark.parametrize(
    "last",
    [
        ["合計", 7, 7],
        ["總計：", 7, "7"],
        ["合　計", "１,007", "7筆"],
        ["小計", "=SUM(B2:B3)", "=SUM(C2:C3)"],
        ["合計2筆", 7, 7.0],
    ],
)
def test_row_of_sums_is_no_data_even_when_every_column_has_one(
    check_context: CheckContext, tmp_path: Path, last: list[object]
) -> None:
    result = _check(tmp_path / "a.xlsx", check_context, last)
    assert (result.rows, result.mapping.skipped) == (2, (4,))
    assert 4 not in {problem.row for problem in result.problems}


@pytest.mark.parametrize(
    "last", [["合計", 7, "已核對"], ["合計畫", 7, 7], ["王合計", 7, 7], ["合計", 7, "7個多"]]
)
def test_row_that_is_not_all_sums_is_data(
    check_context: CheckContext, tmp_path: Path, last: list[object]
) -> None:
    assert _check(tmp_path / "a.xlsx", check_context, last).rows == 3
