"""The governing term: the longest of all, and a notice for everything that it outweighs."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention.errors import PeriodError
from retention.kinds import Disposition, Trigger
from retention.messages import MESSAGES
from retention.periods import Strategy, retention_end
from retention.profile import load_profile
from retention.schedule import Due, NoDue, compute_due
from retention.sections import LEGAL_TERMS, Rule
from retention.terms import GoverningTerm, TermSource, due_under, governing_term, latest

PROFILE = load_profile("taipei-2017")
REGISTER = PROFILE.rule_for("form_2")
PERMANENT = PROFILE.rule_for("destruction_catalogue_files")
APPLICATION = PROFILE.rule_for("form_1_2")


def years(rule: Rule, count: int, strategy: Strategy | None = None) -> Rule:
    return rule.model_copy(update={"years": count, "strategy": strategy or rule.strategy})


def codes(term: GoverningTerm) -> list[str]:
    return [notice.code for notice in term.notices]


def test_the_rule_of_the_filing_governs_when_nothing_else_speaks() -> None:
    term = governing_term(REGISTER, REGISTER)
    assert term == GoverningTerm(
        years=3,
        strategy=Strategy.NEXT_YEAR,
        disposition=Disposition.DESTROY,
        source=TermSource.FILED_UNDER,
        clause="七(三)",
    )


def test_a_longer_later_rule_governs_and_is_told() -> None:
    term = governing_term(REGISTER, years(REGISTER, 5))
    assert (term.years, term.source) == (5, TermSource.NOW)
    (notice,) = term.notices
    assert (notice.code, notice.clause) == ("R324", "七(三)")
    assert notice.facts["said"] == "3 NEXT_YEAR"


def test_a_shorter_later_rule_shortens_nothing_and_never_in_silence() -> None:
    term = governing_term(years(REGISTER, 5), REGISTER)
    assert (term.years, term.source) == (5, TermSource.FILED_UNDER)
    (notice,) = term.notices
    assert notice.code == "R320"
    assert (notice.facts["said"], notice.facts["governing"]) == ("3 NEXT_YEAR", "5 NEXT_YEAR")


def test_a_later_rule_with_the_earlier_way_of_counting_is_shorter() -> None:
    term = governing_term(REGISTER, years(REGISTER, 3, Strategy.ANNIVERSARY))
    assert (term.strategy, codes(term)) == (Strategy.NEXT_YEAR, ["R320"])


def test_a_rule_that_is_gone_leaves_the_old_one_in_force() -> None:
    term = governing_term(REGISTER, None)
    assert (term.years, codes(term)) == (3, ["R321"])


def test_the_agencys_schedule_and_the_file_only_lengthen() -> None:
    assert governing_term(REGISTER, REGISTER, agency_years=10).source is TermSource.AGENCY
    assert governing_term(REGISTER, REGISTER, file_years=30).years == 30
    shorter = governing_term(REGISTER, REGISTER, agency_years=1, file_years=1)
    assert (shorter.years, codes(shorter)) == (3, ["R322", "R323"])
    assert [notice.clause for notice in shorter.notices] == ["檔案法 §10", "施行細則 §23 III"]


def test_years_of_the_schedule_are_counted_the_way_that_ends_later() -> None:
    by_day = years(REGISTER, 3, Strategy.ANNIVERSARY)
    assert governing_term(by_day, by_day, agency_years=5).strategy is Strategy.ANNIVERSARY
    assert governing_term(by_day, REGISTER, agency_years=5).strategy is Strategy.NEXT_YEAR
    assert governing_term(REGISTER, by_day, file_years=5).strategy is Strategy.NEXT_YEAR
    assert governing_term(by_day, None, agency_years=5).strategy is Strategy.ANNIVERSARY


def test_permanent_outweighs_every_number() -> None:
    for term in (governing_term(PERMANENT, REGISTER, 30, 30), governing_term(REGISTER, PERMANENT, 30)):
        assert (term.years, term.strategy) == (None, None)
        assert term.disposition is Disposition.AGENCY_PERMANENT
        assert term.clause == "銷毀辦法 §18"


@pytest.mark.parametrize("later", [Disposition.APPRAISE, Disposition.NATIONAL])
def test_the_stricter_disposition_governs(later: Disposition) -> None:
    now = REGISTER.model_copy(update={"disposition": later})
    assert governing_term(REGISTER, now).disposition is later
    assert governing_term(now, REGISTER).disposition is later


@pytest.mark.parametrize("wrong", [0, -1])
def test_a_term_below_one_year_is_refused(wrong: int) -> None:
    for agency, file in ((wrong, None), (None, wrong)):
        with pytest.raises(PeriodError) as caught:
            governing_term(REGISTER, REGISTER, agency, file)
        assert caught.value.code == "R101"


terms = st.sampled_from(LEGAL_TERMS)
strategies = st.sampled_from(Strategy)
rules = st.one_of(st.just(PERMANENT), st.builds(years, st.just(REGISTER), terms, strategies))


@given(
    rules,
    st.none() | rules,
    st.none() | terms,
    st.none() | terms,
    st.dates(date(1912, 1, 1), date(2300, 1, 1)),
)
def test_no_source_alone_ends_after_the_governing_term(
    filed_under: Rule, now: Rule | None, agency: int | None, file: int | None, event: date
) -> None:
    term = governing_term(filed_under, now, agency, file)
    claims = [filed_under, *([now] if now else [])]
    if any(rule.permanent for rule in claims):
        assert term.years is None
        return
    assert term.years is not None
    assert term.strategy is not None
    ends = [retention_end(event, rule.years or 0, rule.strategy or term.strategy) for rule in claims]
    ends += [retention_end(event, n, filed_under.strategy or term.strategy) for n in (agency, file) if n]
    assert max(ends) <= retention_end(event, term.years, term.strategy)


@given(rules, st.none() | rules, st.none() | terms, st.none() | terms)
def test_every_source_that_loses_is_named_with_a_text(
    filed_under: Rule, now: Rule | None, agency: int | None, file: int | None
) -> None:
    term = governing_term(filed_under, now, agency, file)
    for notice in term.notices:
        assert notice.clause
        assert MESSAGES[notice.code].format_map(notice.facts)
    shorter_now = now is not None and (now.years or 99) < (term.years or 99)
    assert ("R320" in codes(term)) >= shorter_now
    assert ("R322" in codes(term)) >= (agency is not None and agency < (term.years or 99))
    assert ("R323" in codes(term)) >= (file is not None and file < (term.years or 99))


def due_on(event: date, rule: Rule = REGISTER) -> Due:
    due = compute_due(rule, event)
    assert isinstance(due, Due)
    return due


def test_due_date_under_the_governing_term_is_that_of_the_longest() -> None:
    event = date(2021, 2, 28)
    under = due_under(governing_term(REGISTER, years(REGISTER, 5)), REGISTER, event)
    assert under == due_on(event, years(REGISTER, 5))
    assert due_under(governing_term(REGISTER, REGISTER), REGISTER, event) == due_on(event)
    assert due_under(governing_term(REGISTER, REGISTER, 10), REGISTER, None) == NoDue("R401", "檔案法 §10")
    assert due_under(governing_term(REGISTER, PERMANENT), REGISTER, event) == NoDue("R402", "銷毀辦法 §18")


@given(rules, st.none() | rules, st.none() | terms, st.dates(date(1912, 1, 1), date(2300, 1, 1)))
def test_due_date_is_never_before_that_of_the_rule_of_the_filing(
    filed_under: Rule, now: Rule | None, agency: int | None, event: date
) -> None:
    governed = due_under(governing_term(filed_under, now, agency), filed_under, event)
    before = compute_due(filed_under, event)
    if isinstance(governed, Due):
        assert isinstance(before, Due)
        assert governed.destroyable_from >= before.destroyable_from
    else:
        assert governed.permanent


def test_latest_lets_the_record_go_last() -> None:
    early, late = due_on(date(2021, 1, 1)), due_on(date(2022, 1, 1))
    waiting, never = NoDue("R401", "七(二)"), NoDue("R402", "銷毀辦法 §18")
    assert latest([early, late]) is late
    assert latest([late, waiting]) is waiting
    assert latest([waiting, early, never]) is never


@pytest.mark.parametrize("event", [date(2021, 2, 28), date(2023, 12, 31)])
@pytest.mark.parametrize("rule", [REGISTER, APPLICATION])
@pytest.mark.parametrize("count", LEGAL_TERMS)
def test_every_legal_term_can_be_counted_both_ways(rule: Rule, count: int, event: date) -> None:
    for strategy in Strategy:
        due = due_on(event, years(rule, count, strategy))
        assert due.end == retention_end(event, count, strategy)
        assert due.trigger in {Trigger.ACCOUNT_CANCELLED, Trigger.FILE_LAST_DOCUMENT}
