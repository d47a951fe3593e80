from collections.abc import Sequence

import pytest

from webir_records.forms.blank import REQUIRED_MARK
from webir_records.forms.headers import find_header, normalise
from webir_records.forms.input_types import column_letter
from webir_records.forms.reading import Row
from webir_records.forms.spec_types import FormSpec


def _rows(*rows: Sequence[str]) -> list[Row]:
    return [Row(number, tuple(cells)) for number, cells in enumerate(rows, start=1)]


def test_header_is_found_under_title_rows(application: FormSpec) -> None:
    rows = _rows(
        ["使用者申請一覽表"],
        [""],
        ["製表：109年1月"],
        ["姓名", "帳號", "申請日期"],
        ["王小明", "a1", "108/1/1"],
    )
    header = find_header(rows, application.fields)
    assert header is not None
    assert header.row == 4
    assert list(header.fields) == ["applied_on", "account", "name"]


@pytest.mark.parametrize(
    "spelling",
    [
        "申請日期",
        " 申請 日期 ",
        "申請\n日期",
        "申請日期（年/月/日）",
        f"{REQUIRED_MARK}申請日期",
        "申請日期*",
        "申請日",
        "APPLIED_ON",
        "申請日期：",
        "【必】申請日期",
    ],
)
def test_header_is_recognised_in_every_usual_spelling(application: FormSpec, spelling: str) -> None:
    header = find_header(_rows([spelling, "姓名"]), application.fields)
    assert header is not None
    assert header.fields["applied_on"].index == 0


def test_rows_above_a_repeated_header_are_not_lost_when_it_names_more(application: FormSpec) -> None:
    rows = _rows(
        ["申請日期：108/1/1", "製表人：甲"],
        ["誰", "帳號", "申請日期"],
        ["王小明", "a1", "108/1/1"],
        ["姓名", "帳號", "申請日期"],
        ["李小華", "a2", "108/1/1"],
    )
    header = find_header(rows, application.fields)
    assert header is not None
    assert header.row == 2


def test_header_of_another_table_is_not_taken_for_ours(application: FormSpec) -> None:
    assert find_header(_rows(["品名", "數量"], ["姓名", "數量"]), application.fields) is None


def test_columns_that_stand_for_nothing_are_kept_as_ignored(application: FormSpec) -> None:
    header = find_header(_rows(["姓名", "血型", "帳號", ""]), application.fields)
    assert header is not None
    assert header.ignored == ("血型",)


def test_two_columns_of_one_field_are_both_reported(application: FormSpec) -> None:
    header = find_header(_rows(["申請日期", "申請日", "姓名"]), application.fields)
    assert header is not None
    assert [column.index for column in header.columns_of("applied_on")] == [0, 1]


def test_full_width_and_small_letters_do_not_matter() -> None:
    assert normalise(f"我的{chr(0xFF25)}政府　帳號{REQUIRED_MARK}") == normalise("我的e政府帳號")


@pytest.mark.parametrize(("index", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_column_is_called_as_spreadsheets_call_it(index: int, letter: str) -> None:
    assert column_letter(index) == letter
