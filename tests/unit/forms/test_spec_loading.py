"""A fields.toml is read strictly, and everything wrong with it is said at once."""

from pathlib import Path

import pytest

from webir_records.forms.spec_building import build_checklist, build_form
from webir_records.forms.spec_types import FormSpec
from webir_records.forms.toml_reading import Problem

FIELD: dict[str, object] = {"key": "name", "label": "姓名", "type": "str"}


def _problems(
    *fields: dict[str, object],
    checks: list[dict[str, object]] | None = None,
    form: dict[str, object] | None = None,
) -> list[str]:
    document = {
        "form": {"id": "f", "title": "表"} | (form or {}),
        "field": list(fields),
        "check": checks or [],
    }
    problems: list[str] = []
    build_form(document, Path("f"), problems)
    return problems


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"labell": "x"}, "unknown key labell"),
        ({"type": "string"}, "type must be one of"),
        ({"required": "yes"}, "required must be true or false"),
        ({"min_length": True}, "min_length must be a whole number"),
        ({"aliases": "姓名"}, "aliases must be a list of texts"),
        ({"from": "agency.phone"}, "from must be one of"),
        ({"from": "rows.sum.nobody"}, "from: the rows have no whole number nobody"),
        ({"from": "rows.sum.name"}, "from: the rows have no whole number name"),
        ({"table": "agency.cars"}, "table must be one of"),
        ({"key": "Name"}, "key must be lower-case ASCII"),
        ({"label": ""}, "label is missing"),
        ({"type": "enum"}, "an enum needs values or a table"),
        ({"must_be": True}, "must_be needs the type bool"),
        ({"type": "enum", "values": ["a"], "synonyms": {"b": "c"}}, "synonym b leads to c"),
        ({"required_when": {"field": "nobody"}}, "there is no field nobody"),
        ({"required_when": {"values": ["x"]}}, "field is missing"),
        ({"scope": "page"}, "scope must be one of"),
        ({"origin": "hearsay"}, "origin must be one of rule, law, sibling, reconstruction"),
    ],
)
def test_field_with_a_mistake_is_named_with_the_mistake(change: dict[str, object], problem: str) -> None:
    found = _problems(FIELD | change)
    assert len(found) == 1, found
    assert problem in found[0]


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({"account": "nobody"}, "form.account: there is no field nobody"),
        ({"unique": ["nobody"]}, "form.unique: there is no field nobody"),
        ({"mode": "pages"}, "mode must be one of"),
        ({"mode": "grouped"}, "rows_key is missing"),
        ({"colour": "red"}, "unknown key colour"),
        ({"kind": "list"}, "kind must be one of form, letter"),
        ({"set": 7}, "set must be a text"),
    ],
)
def test_form_with_a_mistake_is_named_with_the_mistake(form: dict[str, object], problem: str) -> None:
    found = _problems(FIELD, form=form)
    assert len(found) == 1, found
    assert problem in found[0]


@pytest.mark.parametrize(
    ("check", "problem"),
    [
        ({"kind": "sooner", "field": "name"}, "kind must be one of"),
        ({"kind": "order", "field": "name", "left": "name", "right": "nobody"}, "there is no field nobody"),
        ({"kind": "all_true_when", "when": "name", "fields": ["nobody"]}, "there is no field nobody"),
        ({"kind": "not_future", "field": "name", "severity": "loud"}, "severity must be one of"),
    ],
)
def test_check_with_a_mistake_is_named_with_the_mistake(check: dict[str, object], problem: str) -> None:
    found = _problems(FIELD, checks=[check])
    assert len(found) == 1, found
    assert problem in found[0]


def test_two_fields_may_not_share_a_header_in_any_spelling() -> None:
    found = _problems(FIELD, {"key": "user", "label": "使用者", "type": "str", "aliases": ["姓　名"]})
    assert found == ["field user: the name 姓名 already stands for name"]


def test_everything_wrong_is_said_at_once() -> None:
    assert (
        len(
            _problems(FIELD | {"type": "x", "scope": "y"}, FIELD, form={"colour": "red", "account": "nobody"})
        )
        >= 4
    )


def test_checklist_item_that_stands_twice_is_refused() -> None:
    problems: list[str] = []
    item = {"no": "A1", "text": "查核"}
    build_checklist({"item": [item, item]}, problems)
    assert problems == ["checklist: A1 stands twice"]


def test_fields_of_a_grouped_form_are_told_apart_by_scope(register: FormSpec) -> None:
    assert "case_no" in {f.key for f in register.row_fields}
    assert "unit" in {f.key for f in register.document_fields}
    assert not set(register.row_fields) & set(register.document_fields)


@pytest.mark.parametrize(
    ("change", "code", "facts"),
    [
        ({"labell": "x"}, "F200", {"where": "field 1 (name)", "key": "labell"}),
        ({"label": ""}, "F208", {"where": "field 1 (name)", "key": "label"}),
        (
            {"scope": "page"},
            "F209",
            {"where": "field 1 (name)", "key": "scope", "expected": "document, row", "got": "page"},
        ),
    ],
)
def test_usual_mistakes_have_a_code_of_their_own(
    change: dict[str, object], code: str, facts: dict[str, str]
) -> None:
    (found,) = _problems(FIELD | change)
    assert isinstance(found, Problem)
    assert (found.code, found.facts) == (code, facts)
