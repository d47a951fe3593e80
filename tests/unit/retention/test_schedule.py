"""From a rule and a trigger to a due date, or to the reason why there is none."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention.errors import PeriodError
from retention.kinds import Disposition, Trigger
from retention.messages import MESSAGES
from retention.periods import Strategy
from retention.profile import Profile, load_profile
from retention.schedule import Due, NoDue, compute_due
from retention.sections import LEGAL_TERMS, Rule
from tests.unit.retention.civil_code import DAY, by_civil_code, from_next_year

APPLICATION = load_profile("taipei-2017").rule_for("form_1_2")
REGISTER = load_profile("taipei-2017").rule_for("form_2")
events = st.dates(date(1912, 1, 1), date(2300, 1, 1))


def test_due_of_an_application_counts_from_the_day_after_cancellation() -> None:
    assert compute_due(APPLICATION, date(2021, 2, 28)) == Due(
        rule="application",
        trigger=Trigger.ACCOUNT_CANCELLED,
        trigger_date=date(2021, 2, 28),
        end=date(2024, 2, 29),
        destroyable_from=date(2024, 3, 1),
        years=3,
        strategy=Strategy.ANNIVERSARY,
        clause="七(二)",
        other_strategy_from=date(2025, 1, 1),
    )


def test_due_of_a_register_counts_from_the_next_year() -> None:
    assert compute_due(REGISTER, date(2021, 2, 28)) == Due(
        rule="register",
        trigger=Trigger.FILE_LAST_DOCUMENT,
        trigger_date=date(2021, 2, 28),
        end=date(2024, 12, 31),
        destroyable_from=date(2025, 1, 1),
        years=3,
        strategy=Strategy.NEXT_YEAR,
        clause="七(三)",
        other_strategy_from=date(2024, 3, 1),
    )


@pytest.mark.parametrize("form", ["form_1_1", "form_1_2", "form_2", "form_3", "form_4"])
def test_due_without_a_trigger_is_none_and_says_why(form: str, profile: Profile) -> None:
    rule = profile.rule_for(form)
    assert compute_due(rule, None) == NoDue("R401", rule.clause)
    assert compute_due(rule, None, agency_years=30) == NoDue("R401", rule.clause)


def test_due_of_a_permanent_record_is_none_even_with_a_trigger(profile: Profile) -> None:
    rule = profile.rule_for("destruction_catalogue_files")
    assert compute_due(rule, date(2021, 1, 14)) == NoDue("R402", "銷毀辦法 §18")
    assert compute_due(rule, date(2021, 1, 14), agency_years=3) == NoDue("R402", "銷毀辦法 §18")


def test_due_is_none_when_the_agencys_schedule_says_permanent() -> None:
    due = compute_due(APPLICATION, date(2021, 1, 14), agency_permanent=True)
    assert due == NoDue("R403", "檔案法 §10")


def test_longer_agency_term_wins() -> None:
    due = compute_due(APPLICATION, date(2021, 2, 28), agency_years=5)
    assert isinstance(due, Due)
    assert (due.years, due.destroyable_from) == (5, date(2026, 3, 1))
    assert due.other_strategy_from == date(2027, 1, 1)


@given(events, st.none() | st.integers(1, 30))
def test_agency_term_never_shortens(event: date, agency_years: int | None) -> None:
    plain = compute_due(APPLICATION, event)
    with_agency = compute_due(APPLICATION, event, agency_years=agency_years)
    assert isinstance(plain, Due)
    assert isinstance(with_agency, Due)
    assert with_agency.destroyable_from >= plain.destroyable_from
    assert with_agency.years == max(3, agency_years or 0)


@given(events)
def test_register_is_never_due_before_the_other_way_of_counting(event: date) -> None:
    due = compute_due(REGISTER, event)
    assert isinstance(due, Due)
    assert due.destroyable_from >= due.other_strategy_from


def rule_of(**changes: object) -> Rule:
    return REGISTER.model_copy(update=changes)


@given(events, st.sampled_from(LEGAL_TERMS), st.sampled_from(Strategy), st.sampled_from(Trigger))
def test_due_agrees_with_a_walk_through_the_calendar(
    event: date, years: int, strategy: Strategy, trigger: Trigger
) -> None:
    due = compute_due(rule_of(years=years, strategy=strategy, trigger=trigger), event)
    assert isinstance(due, Due)
    ends = {
        Strategy.ANNIVERSARY: by_civil_code(event, years),
        Strategy.NEXT_YEAR: from_next_year(event, years),
    }
    other = next(walked for counted, walked in ends.items() if counted is not strategy)
    assert (due.end, due.destroyable_from) == (ends[strategy], ends[strategy] + DAY)
    assert due.other_strategy_from == other + DAY
    assert (due.trigger, due.trigger_date, due.years) == (trigger, event, years)


def test_audit_counts_from_the_day_on_which_it_was_closed() -> None:
    rule = rule_of(trigger=Trigger.AUDIT_CLOSED, years=5)
    assert compute_due(rule, None) == NoDue("R401", "七(三)")
    due = compute_due(rule, date(2022, 8, 15))
    assert isinstance(due, Due)
    assert (due.trigger, due.destroyable_from) == (Trigger.AUDIT_CLOSED, date(2028, 1, 1))


def test_what_is_to_be_appraised_has_a_due_date_and_is_stopped_by_the_guard() -> None:
    due = compute_due(rule_of(disposition=Disposition.APPRAISE), date(2021, 2, 28))
    assert isinstance(due, Due)
    assert due.destroyable_from == date(2025, 1, 1)


def test_a_national_archive_never_has_a_due_date(profile: Profile) -> None:
    permanent = profile.rule_for("certificate").model_copy(update={"disposition": Disposition.NATIONAL})
    assert compute_due(permanent, date(2021, 2, 28)) == NoDue("R402", "銷毀辦法 §18")
    assert NoDue("R402", "").permanent
    assert NoDue("R403", "").permanent
    assert not NoDue("R401", "").permanent


@pytest.mark.parametrize("years", [0, -5])
def test_agency_term_below_one_year_is_refused(years: int) -> None:
    with pytest.raises(PeriodError) as caught:
        compute_due(APPLICATION, date(2021, 1, 14), agency_years=years)
    assert caught.value.code == "R101"


@pytest.mark.parametrize("code", ["R401", "R402", "R403"])
def test_every_reason_for_no_due_date_has_a_text(code: str) -> None:
    assert MESSAGES[code]
