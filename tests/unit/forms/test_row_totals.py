"""Totals and differences follow from the rows when the file does not say them."""

import tomllib
from pathlib import Path

import pytest

from signing.canonical import JsonValue
from webir_records.forms.grouping import Values, derive_document
from webir_records.forms.spec_building import build_form
from webir_records.forms.spec_types import FormSpec

FORM = """
[form]
id = "comparison"
title = "月比對表"
mode = "grouped"
rows_key = "users"

[[field]]
key = "users_total"
label = "人數"
type = "int"
from = "rows.count"

[[field]]
key = "log_total"
label = "合計"
type = "int"
from = "rows.sum.log_count"

[[field]]
key = "diff_total"
label = "差異合計"
type = "int"
from = "rows.sum.diff"

[[field]]
key = "reg_count"
label = "登記筆數"
scope = "row"
type = "int"

[[field]]
key = "log_count"
label = "系統查詢筆數"
scope = "row"
type = "int"

[[field]]
key = "diff"
label = "差異筆數"
scope = "row"
type = "int"
from = "derived.diff"
"""


@pytest.fixture(scope="module")
def comparison() -> FormSpec:
    problems: list[str] = []
    spec = build_form(tomllib.loads(FORM), Path("nowhere"), problems)
    assert problems == []
    return spec


def _derived(spec: FormSpec, head: Values, *rows: Values) -> tuple[Values, list[JsonValue]]:
    derive_document(spec, head, rows)
    return head, [row.get("diff") for row in rows]


def test_totals_are_added_up_and_each_row_has_its_own_difference(comparison: FormSpec) -> None:
    head, differences = _derived(
        comparison, {}, {"reg_count": 3, "log_count": 5}, {"reg_count": 4, "log_count": 3}
    )
    assert differences == [2, -1]
    assert head == {"users_total": 2, "log_total": 8, "diff_total": 1}


def test_total_of_the_file_is_left_as_it_is(comparison: FormSpec) -> None:
    head, differences = _derived(comparison, {"log_total": 9}, {"reg_count": 1, "log_count": 1, "diff": 0})
    assert (head["log_total"], differences) == (9, [0])


def test_total_is_unknown_when_one_row_does_not_say(comparison: FormSpec) -> None:
    head, differences = _derived(comparison, {}, {"reg_count": 3, "log_count": 5}, {"reg_count": 4})
    assert differences == [2, None]
    assert (head["users_total"], head["log_total"], head["diff_total"]) == (2, None, None)
