"""A stored copy shortens its original's term; the copy itself stays for the whole of it (銷毀辦法 §7)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention.kinds import Disposition
from retention.messages import MESSAGES
from retention.profile import load_profile
from retention.reasons import Reason
from retention.schedule import Due, compute_due
from retention.sections import LEGAL_TERMS, Rule
from retention.shortening import Shortened, shortened_due
from tests.unit.retention.civil_code import DAY, from_next_year

REGISTER = load_profile("taipei-2017").rule_for("form_2")
APPLICATION = load_profile("taipei-2017").rule_for("form_1_2")
CONFIRMED = date(2021, 6, 1)


def due_of(rule: Rule, event: date) -> Due:
    due = compute_due(rule, event)
    assert isinstance(due, Due)
    return due


def of(years: int, disposition: Disposition = Disposition.DESTROY) -> Rule:
    return REGISTER.model_copy(update={"years": years, "disposition": disposition})


@pytest.mark.parametrize(("years", "half"), [(1, 1), (3, 2), (5, 3), (10, 5), (15, 8), (20, 10)])
def test_original_stays_for_half_of_its_term_and_the_copy_for_all(years: int, half: int) -> None:
    event = date(2021, 2, 28)
    answer = shortened_due(of(years), due_of(of(years), event), copy_confirmed_on=CONFIRMED)
    assert isinstance(answer, Shortened)
    assert answer.original.destroyable_from == from_next_year(event, half) + DAY
    assert answer.copy_from == from_next_year(event, years) + DAY
    assert (answer.original.years, answer.original_years, answer.original.clause) == (
        half,
        years,
        "銷毀辦法 §7",
    )


def test_original_never_goes_before_its_copy_was_confirmed() -> None:
    late = date(2030, 3, 3)
    answer = shortened_due(REGISTER, due_of(REGISTER, date(2021, 2, 28)), copy_confirmed_on=late)
    assert isinstance(answer, Shortened)
    assert answer.original.destroyable_from == late


REFUSED: list[tuple[str, Rule, date | None, list[str]]] = [
    ("too long", of(25), CONFIRMED, ["R102"]),
    ("unfiled paper", APPLICATION, CONFIRMED, ["R335"]),
    ("to be appraised", of(3, Disposition.APPRAISE), CONFIRMED, ["R336"]),
    ("not confirmed", of(3), None, ["R337"]),
    ("everything at once", of(30, Disposition.APPRAISE), None, ["R336", "R102", "R337"]),
]


@pytest.mark.parametrize(
    ("rule", "confirmed", "codes"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED]
)
def test_shortening_is_refused_with_all_reasons(rule: Rule, confirmed: date | None, codes: list[str]) -> None:
    answer = shortened_due(rule, due_of(rule, date(2021, 2, 28)), copy_confirmed_on=confirmed)
    assert isinstance(answer, tuple)
    assert [reason.code for reason in answer] == codes
    for reason in answer:
        assert reason.clause == "銷毀辦法 §7"
        assert MESSAGES[reason.code].format_map(reason.facts)


def test_refusal_names_the_rule_and_its_term() -> None:
    answer = shortened_due(of(25), due_of(of(25), date(2021, 2, 28)), copy_confirmed_on=CONFIRMED)
    assert answer == (Reason("R102", "銷毀辦法 §7", {"rule": "register", "years": "25", "longest": "20"}),)


@given(
    st.sampled_from([term for term in LEGAL_TERMS if term <= 20]),
    st.dates(date(1912, 1, 1), date(2200, 1, 1)),
    st.dates(date(1912, 1, 1), date(2200, 1, 1)),
)
def test_never_below_half_never_after_the_copy_and_never_without_it(
    years: int, event: date, confirmed: date
) -> None:
    full = due_of(of(years), event)
    answer = shortened_due(of(years), full, copy_confirmed_on=confirmed)
    assert isinstance(answer, Shortened)
    assert 2 * answer.original.years >= years
    assert answer.original.destroyable_from >= confirmed
    assert answer.copy_from == full.destroyable_from
