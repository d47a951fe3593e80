"""Reading by plan gives what reading value by value gives, whatever was read before."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webir_records.forms.checking import CheckContext, check_workbook
from webir_records.forms.issues import Issue
from webir_records.forms.plans import MOST_REMEMBERED, FieldPlan, RowPlan
from webir_records.forms.reading import Sheet, Workbook
from webir_records.forms.row_checks import Rules, allowed_values, value_notes
from webir_records.forms.sheet_rows import Row
from webir_records.forms.spec_types import FieldSpec, FieldType, FormSpec
from webir_records.forms.values import parse_value

SPECS = [
    *(
        FieldSpec(key=str(kind), label=str(kind), type=kind)
        for kind in FieldType
        if kind is not FieldType.SIGN
    ),
    FieldSpec(key="long", label="long", type=FieldType.TEXT, min_length=4, stock_phrases=True),
    FieldSpec(key="bases", label="bases", type=FieldType.LIST, table="agency.legal_bases"),
    FieldSpec(key="pick", label="pick", type=FieldType.ENUM, values=("甲", "乙"), refuse=("丙",)),
    FieldSpec(key="sworn", label="sworn", type=FieldType.BOOL, must_be=True),
    FieldSpec(key="agency", label="agency", type=FieldType.STR, filled_by="agency.name"),
    FieldSpec(key="one", label="one", type=FieldType.INT, default="1"),
]
CELLS: st.SearchStrategy[Any] = (
    st.none()
    | st.text(max_size=6)
    | st.floats()
    | st.booleans()
    | st.integers()
    | st.sampled_from(
        [
            "A123456789",
            "A１23456789",
            "sa1000",
            "109/1/2",
            "是",
            "否",
            "甲",
            "丙",
            "業務需要",
            " x ",
            "\ue000",
            "a\u200bb",
        ]
    )
    | st.sampled_from(
        [
            1.0,
            0.0,
            -0.0,
            1e15,
            1e16,
            43831.0,
            "社會救助法§44-3",
            "臺北市政府社會局",
            "別的機關",
            "王\x07",
            "\ufffd",
        ]
    )
)


def _rules(context: CheckContext) -> Rules:
    return Rules(context.agency, context.profile, context.today)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.key)
@settings(max_examples=30, deadline=None)
@given(cells=st.lists(CELLS, max_size=6))
def test_plan_reads_what_reading_one_by_one_reads(
    spec: FieldSpec, cells: list[Any], context: CheckContext
) -> None:
    rules = _rules(context)
    plan = RowPlan([spec], {spec.key: 0}, rules)
    for cell in [*cells, *cells]:  # the second time from memory
        reading = plan.read([cell])
        given_value = spec.default if cell is None or (isinstance(cell, str) and not cell.strip()) else cell
        parsed = parse_value(spec, given_value, allowed_values(spec, rules.agency))
        if isinstance(parsed, Issue):
            assert [note.code for note in reading.unread] == [parsed.code]
            assert reading.values[spec.key] is None
        elif parsed is not None:
            assert reading.values[spec.key] == parsed
            assert type(reading.values[spec.key]) is type(parsed)
            assert list(reading.notes) == list(value_notes(spec, parsed, rules))
            assert reading.unread == ()


def test_what_is_remembered_stays_bounded(context: CheckContext) -> None:
    plan = FieldPlan(FieldSpec(key="pick", label="pick", type=FieldType.DATE), _rules(context))
    for number in range(3 * MOST_REMEMBERED):
        plan.read(f"{number % 900 + 1}/1/1")
        plan.read(f"wrong {number}")
    assert len(plan.good) <= MOST_REMEMBERED
    assert len(plan._met) <= MOST_REMEMBERED


def test_lists_of_two_rows_are_not_the_same_list(application: FormSpec, context: CheckContext) -> None:
    rows = [["申請日期", "姓名", "帳號", "法令依據"]]
    rows += [["108/1/1", "王", account, "社會救助法第44條之3"] for account in ("sa1", "sa2")]
    book = Workbook(
        Path("a.xlsx"), (Sheet("S", tuple(Row(n, tuple(r)) for n, r in enumerate(rows, start=1))),)
    )
    first, second = (d.data["basis"] for d in check_workbook(application, book, context).documents)
    assert first == second
    assert first is not second


def test_text_and_number_never_share_a_memory(context: CheckContext) -> None:
    plan = RowPlan([FieldSpec(key="x", label="x", type=FieldType.TIME)], {"x": 0}, _rules(context))
    values = [plan.read([cell]).values["x"] for cell in (0.5, "0920", 920.0, "0.5", 0.5)]
    assert values == ["12:00", "09:20", "09:20", None, "12:00"]
