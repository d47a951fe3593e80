"""What the validators accept and refuse stands in tests/vectors/forms, as data."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from webir_records.forms.dates import parse_date
from webir_records.forms.issues import Issue
from webir_records.forms.legal_bases import READY_MADE, basis_key, find_basis
from webir_records.forms.spec_types import FieldSpec, FieldType
from webir_records.forms.values import parse_value

VECTORS = Path(__file__).resolve().parents[2] / "vectors" / "forms"


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads((VECTORS / f"{name}.toml").read_text(encoding="utf-8"))


DATES, NUMBERS, BASES = _load("dates"), _load("identifiers"), _load("legal_bases")
FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


@pytest.mark.parametrize(
    ("spelling", "means"), [(s, group["means"]) for group in DATES["day"] for s in group["spellings"]]
)
def test_spelling_of_a_day_means_that_day(spelling: str, means: str) -> None:
    assert parse_date(spelling) == date.fromisoformat(means)
    assert parse_date(spelling.translate(FULL_WIDTH)) == date.fromisoformat(means)


@pytest.mark.parametrize(
    ("spelling", "code"), [(s, group["code"]) for group in DATES["refused"] for s in group["spellings"]]
)
def test_text_that_is_no_day_is_refused_with_its_code(spelling: str, code: str) -> None:
    issue = parse_date(spelling)
    assert isinstance(issue, Issue)
    assert issue.code == code


@pytest.mark.parametrize(
    ("kind", "number"), [(kind, number) for kind, group in NUMBERS.items() for number in group["good"]]
)
def test_number_that_follows_its_rule_is_accepted(kind: str, number: str) -> None:
    field = FieldSpec(key="x", label="x", type=FieldType(kind))
    assert isinstance(parse_value(field, number, ()), str)


@pytest.mark.parametrize(
    ("kind", "code", "number"),
    [
        (kind, code, number)
        for kind, group in NUMBERS.items()
        for code, numbers in group["bad"].items()
        for number in numbers
    ],
)
def test_number_that_breaks_its_rule_is_refused_with_its_code(kind: str, code: str, number: str) -> None:
    issue = parse_value(FieldSpec(key="x", label="x", type=FieldType(kind)), number, ())
    assert isinstance(issue, Issue)
    assert issue.code == code


@pytest.mark.parametrize("group", BASES["same"], ids=lambda group: str(group["spellings"][0]))
def test_spellings_of_one_article_are_the_same_article(group: dict[str, list[str]]) -> None:
    assert len({basis_key(spelling) for spelling in group["spellings"]}) == 1


def test_different_articles_stay_different() -> None:
    spellings = [*BASES["different"][0]["spellings"], "社會救助法第44條之3"]
    assert len({basis_key(spelling) for spelling in spellings}) == len(spellings)


@pytest.mark.parametrize("basis", READY_MADE)
def test_every_ready_made_statute_is_found_by_its_own_name(basis: str) -> None:
    assert find_basis(basis, READY_MADE) == basis


def test_basis_that_nobody_approved_is_not_found() -> None:
    assert find_basis("依長官指示", READY_MADE) is None
