"""What `check` says of the rows of a form with one document per row."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webir_records.forms.checking import CheckContext, CheckResult, check_workbook
from webir_records.forms.issues import Cell
from webir_records.forms.reading import Record, Row, Sheet, Workbook
from webir_records.forms.spec_types import FormSpec, Severity
from webir_records.model.errors import InputError

CheckRows = Callable[..., CheckResult]

GOOD: dict[str, Cell] = {
    "申請日期": "108/08/16",
    "姓名": "王小明",
    "帳號": "sa1000",
    "電子郵件": "sa1000@gov.taipei",
}


def _with(**changes: Cell) -> list[list[Cell]]:
    row = GOOD | changes
    return [list(row), list(row.values())]


def _codes(result: CheckResult) -> list[tuple[int, str, str]]:
    return [(p.row, p.column, p.code) for p in result.problems]


def test_row_without_mistake_becomes_canonical_data(check_rows: CheckRows, application: FormSpec) -> None:
    result = check_rows(application, _with(切結="V", 法令依據="社會救助法第44條之3"))
    assert result.problems == ()
    assert result.warnings == ()
    assert result.valid == result.rows == 1
    assert result.documents[0].data == {
        "agency_name": "臺北市政府社會局",
        "applied_on": "2019-08-16",
        "name": "王小明",
        "account": "sa1000",
        "basis": ["社會救助法第44條之3"],
        "pledge": True,
        "email": "sa1000@gov.taipei",
    }
    assert result.documents[0].rows == (2,)


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("申請日期", "109/02/30", "F123"),
        ("申請日期", "115/12/31", "F153"),
        ("姓名", "", "F120"),
        ("姓名", "王\x0b明", "F137"),
        ("姓名", "王\ufffd明", "F138"),
        ("姓名", "王" * 4001, "F136"),
        ("申請類別", "取消", "F130"),
        ("人員類別", "委外廠商", "F131"),
        ("帳號", "帳 號", "F149"),
        ("憑證上傳日", "109/12/31", "F150"),
        ("申請目的", "業務需要", "F134"),
        ("申請目的", "公 務。", "F134"),
        ("申請目的", "查老人", "F135"),
        ("法令依據", "依長官指示", "F133"),
        ("切結", "否", "F132"),
        ("切結", "也許", "F127"),
        ("電子郵件", "sa1000", "F148"),
        ("使用機關", "別的機關", "F155"),
    ],
)
def test_wrong_value_is_refused_with_its_code_and_place(
    check_rows: CheckRows, application: FormSpec, column: str, value: str, code: str
) -> None:
    result = check_rows(application, _with(**{column: value}))
    assert _codes(result) == [(2, column, code)]
    assert result.valid == 0
    assert result.documents == ()


def test_problem_brings_every_fact_that_a_message_needs(check_rows: CheckRows, application: FormSpec) -> None:
    problem = check_rows(application, _with(人員類別="委外廠商")).problems[0]
    assert (problem.cell, problem.value, problem.clause, problem.severity) == (
        "E2",
        "委外廠商",
        "五(五)",
        Severity.ERROR,
    )
    assert problem.facts == {"row": "2", "column": "人員類別", "cell": "E2", "value": "委外廠商"}


def test_all_problems_of_all_rows_are_said_at_once(check_rows: CheckRows, application: FormSpec) -> None:
    rows = _with()
    rows += [["108/13/01", "", "x"], ["108/08/16", "李四", "sa1001"], ["昨天", "", ""]]
    result = check_rows(application, rows)
    assert _codes(result) == [
        (3, "申請日期", "F123"),
        (3, "帳號", "F149"),
        (3, "姓名", "F120"),
        (5, "申請日期", "F122"),
        (5, "姓名", "F120"),
        (5, "帳號", "F120"),
    ]
    assert (result.rows, result.valid) == (4, 2)
    assert [d.rows for d in result.documents] == [(2,), (4,)]


def test_later_one_of_two_rows_with_the_same_account_is_refused(
    check_rows: CheckRows, application: FormSpec
) -> None:
    rows = _with()
    rows += [["", "無日期", "SA1000", ""], ["108/08/16", "李四", f"{chr(0xFF53)}a1000", ""]]
    result = check_rows(application, rows)
    duplicates = [p for p in result.problems if p.code == "F139"]
    assert [(p.row, p.facts["first_row"]) for p in duplicates] == [(3, "2"), (4, "2")]
    assert [d.rows for d in result.documents] == [(2,)]


def test_account_of_a_filed_record_is_refused(application: FormSpec, context: CheckContext) -> None:
    rows = tuple(Row(n, tuple(cells)) for n, cells in enumerate(_with(), start=1))
    book = Workbook(Path("x.xlsx"), (Sheet("S", rows),))
    taken = replace(context, taken_accounts={"sa1000"})
    assert _codes(check_workbook(application, book, taken)) == [(2, "帳號", "F140")]


def test_each_unconfirmed_review_is_blamed_itself_when_permission_was_granted(
    check_rows: CheckRows, application: FormSpec
) -> None:
    result = check_rows(application, _with(目的符合="V", 依據符合="", 授權日期="108/08/20"))
    assert [(p.column, p.code, p.clause) for p in result.problems] == [("依據符合", "F151", "五(三)")]


def test_required_when_asks_only_when_the_condition_holds(
    check_rows: CheckRows, application: FormSpec
) -> None:
    assert check_rows(application, _with(申請類別="新增")).problems == ()
    problem = check_rows(application, _with(申請類別="刪除")).problems[0]
    assert (problem.column, problem.code, problem.facts["when"], problem.facts["got"]) == (
        "註銷事由",
        "F121",
        "申請類別",
        "註銷",
    )


def test_missing_column_is_one_problem_of_the_header_and_nothing_is_made(
    check_rows: CheckRows, application: FormSpec
) -> None:
    result = check_rows(
        application,
        [["標題"], ["姓名", "帳號", "電子郵件"], ["王小明", "sa1", "a@gov.taipei"], ["李四", "sa2", ""]],
    )
    assert _codes(result) == [(2, "申請日期", "F113")]
    assert (result.valid, result.documents) == (0, ())


def test_two_columns_for_one_field_are_a_problem_of_the_header(
    check_rows: CheckRows, application: FormSpec
) -> None:
    result = check_rows(
        application, [["姓名", "帳號", "申請日期", "申請日"], ["王小明", "sa1", "108/1/1", "108/1/2"]]
    )
    assert (1, "申請日", "F115") in _codes(result)
    assert result.documents == ()


def test_warning_never_makes_a_row_invalid(check_rows: CheckRows, application: FormSpec) -> None:
    result = check_rows(
        application,
        _with(姓名="王\ue000明", 電子郵件="a@example.com", 授權日期="108/01/01", 目的符合="V", 依據符合="V"),
    )
    assert {p.code for p in result.warnings} == {"F171", "F173", "F150"}
    assert result.problems == ()
    assert result.valid == 1


def test_column_that_is_only_recommended_and_absent_is_said_once(
    check_rows: CheckRows, application: FormSpec
) -> None:
    header: list[Cell] = ["姓名", "帳號", "申請日期"]
    result = check_rows(application, [header, ["王", "sa1", "108/1/1"], ["李", "sa2", "108/1/1"]])
    assert [(p.row, p.column, p.code) for p in result.warnings] == [(1, "電子郵件", "F172")]


def test_total_empty_and_repeated_header_rows_are_skipped_and_counted(
    check_rows: CheckRows, application: FormSpec
) -> None:
    rows = _with()
    rows += [["", "", "", ""], rows[0], ["108/08/16", "李四", "sa1001", ""], ["合 計", 2.0, "", ""]]
    result = check_rows(application, rows)
    assert result.mapping.skipped == (3, 4, 6)
    assert result.valid == result.rows == 2


def test_full_row_of_a_person_called_total_is_no_total(check_rows: CheckRows, application: FormSpec) -> None:
    rows = [["姓名", "帳號", "申請日期", "電子郵件"], ["合計", "sa1", "108/1/1", "a@gov.taipei"]]
    assert check_rows(application, rows).valid == 1


def test_numbers_in_text_columns_keep_their_digits(check_rows: CheckRows, application: FormSpec) -> None:
    result = check_rows(application, _with(帳號=912345678.0, 申請日期=1080816.0))
    assert result.documents[0].data["account"] == "912345678"
    assert result.documents[0].data["applied_on"] == "2019-08-16"


def test_list_items_may_be_parted_by_every_usual_mark(check_rows: CheckRows, application: FormSpec) -> None:
    value = "社會救助法第44條之3；社會救助法第４４條之３"
    assert check_rows(application, _with(法令依據=value)).documents[0].data["basis"] == [
        "社會救助法第44條之3"
    ]


def test_json_rows_may_use_keys_or_labels(application: FormSpec, context: CheckContext) -> None:
    records = (
        Record(
            1,
            {
                "name": "王",
                "帳號": "sa1",
                "申請日": "108/1/1",
                "pledge": True,
                "basis": ["社會救助法第44條之3"],
            },
        ),
        Record(2, {"name": ["王"], "account": {"a": 1}, "applied_on": "108/1/1", "血型": "O"}),
    )
    result = check_workbook(application, Workbook(Path("x.json"), records=records), context)
    assert [(p.row, p.field, p.code) for p in result.problems] == [
        (2, "name", "F112"),
        (2, "account", "F112"),
    ]
    assert result.mapping.ignored == ("血型",)
    assert result.documents[0].data["basis"] == ["社會救助法第44條之3"]


def test_sheet_without_any_header_is_refused_with_what_was_expected(
    check_rows: CheckRows, application: FormSpec
) -> None:
    with pytest.raises(InputError) as caught:
        check_rows(application, [["品名", "數量"], ["紙", 3.0]])
    assert caught.value.code == "F114"
    assert "申請日期" in caught.value.facts["expected"]


def test_sheet_with_header_alone_is_refused(check_rows: CheckRows, application: FormSpec) -> None:
    with pytest.raises(InputError) as caught:
        check_rows(application, [list(GOOD)])
    assert caught.value.code == "F116"


PRINTABLE = st.characters(
    exclude_categories=("Cc", "Cs", "Cn", "Co", "Cf", "Zs", "Zl", "Zp"), exclude_characters="\ufffd"
)


@given(
    name=st.text(PRINTABLE, min_size=1, max_size=12)
    | st.sampled_from(["𠮷", "A & B <Ltd>", "O'Brien & 李<小>明", "\"'&<>]]>"])
)
def test_name_arrives_unchanged_whatever_it_is(
    name: str, application: FormSpec, context: CheckContext
) -> None:
    values = GOOD | {"姓名": name}
    rows = (Row(1, tuple(values)), Row(2, tuple(values.values())))
    result = check_workbook(application, Workbook(Path("x.xlsx"), (Sheet("S", rows),)), context)
    assert [d.data["name"] for d in result.documents] == [name]


@given(
    cells=st.lists(
        st.none() | st.text(max_size=8) | st.floats() | st.booleans() | st.integers(),
        min_size=16,
        max_size=16,
    )
)
def test_check_gives_findings_and_never_fails_whatever_stands_in_the_cells(
    cells: list[Cell], application: FormSpec, context: CheckContext
) -> None:
    header = tuple(f.label for f in application.fields)
    rows = (Row(1, header), Row(2, tuple(GOOD.get(label) for label in header)), Row(3, tuple(cells)))
    result = check_workbook(application, Workbook(Path("x.xlsx"), (Sheet("S", rows),)), context)
    assert result.rows == len(result.documents) + len({p.row for p in result.problems})
