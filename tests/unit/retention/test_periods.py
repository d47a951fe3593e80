"""Periods against the vectors and against a slow literal copy of the law (`civil_code.py`)."""

import tomllib
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention.errors import PeriodError
from retention.periods import Strategy, destroyable_from, retention_end, shortened_years
from tests.unit.retention.civil_code import DAY, by_civil_code, by_procedure_act, from_next_year

VECTORS = Path(__file__).resolve().parents[2] / "vectors" / "retention"

events = st.dates(date(1912, 1, 1), date(2300, 12, 31))
terms = st.sampled_from([1, 2, 3, 4, 5, 10, 15, 20, 25, 30])


def cases(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads((VECTORS / name).read_text(encoding="utf-8"))["case"]
    return found


def period_cases() -> list[tuple[Strategy, dict[str, Any]]]:
    files = ((Strategy.ANNIVERSARY, "anniversary.toml"), (Strategy.NEXT_YEAR, "next_year.toml"))
    return [(strategy, case) for strategy, name in files for case in cases(name)]


@pytest.mark.parametrize(("strategy", "case"), period_cases(), ids=str)
def test_period_when_computed_agrees_with_the_vector(strategy: Strategy, case: dict[str, Any]) -> None:
    assert retention_end(case["event"], case["years"], strategy) == case["end"]
    assert destroyable_from(case["event"], case["years"], strategy) == case["destroyable_from"]


@pytest.mark.parametrize("case", cases("shortened.toml"), ids=str)
def test_shortened_term_agrees_with_the_vector_or_is_refused(case: dict[str, Any]) -> None:
    if "refused" not in case:
        assert shortened_years(case["years"]) == case["shortened"]
        return
    with pytest.raises(PeriodError) as caught:
        shortened_years(case["years"])
    assert caught.value.code == case["refused"]
    assert caught.value.facts["years"] == str(case["years"])


@given(events, terms)
def test_anniversary_agrees_with_a_walk_through_the_calendar(event: date, years: int) -> None:
    assert retention_end(event, years, Strategy.ANNIVERSARY) == by_civil_code(event, years)


@given(
    st.integers(1912, 2300), st.sampled_from([(2, 27), (2, 28), (3, 1), (12, 30), (12, 31), (1, 1)]), terms
)
def test_anniversary_agrees_with_the_walk_around_leap_days_and_new_year(
    year: int, day: tuple[int, int], years: int
) -> None:
    event = date(year, *day)
    assert retention_end(event, years, Strategy.ANNIVERSARY) == by_civil_code(event, years)
    after = event + DAY
    assert retention_end(after, years, Strategy.ANNIVERSARY) == by_civil_code(after, years)


@given(events, terms)
def test_the_two_laws_say_the_same_of_a_period_in_years(event: date, years: int) -> None:
    assert by_procedure_act(event, years) == by_civil_code(event, years)
    assert by_procedure_act(event, years) == retention_end(event, years, Strategy.ANNIVERSARY)


@pytest.mark.parametrize("day", [(2, 27), (2, 28), (3, 1), (12, 30), (12, 31)])
@pytest.mark.parametrize("year", [1899, 1900, 1999, 2000, 2023, 2024, 2099, 2100])
@pytest.mark.parametrize("years", [1, 2, 3, 4])
def test_the_two_laws_agree_around_leap_days_and_centuries(
    year: int, day: tuple[int, int], years: int
) -> None:
    event = date(year, *day)
    assert by_procedure_act(event, years) == by_civil_code(event, years)
    assert by_civil_code(event, years) == retention_end(event, years, Strategy.ANNIVERSARY)


@given(events, terms)
def test_next_year_agrees_with_a_walk_through_the_calendar(event: date, years: int) -> None:
    assert retention_end(event, years, Strategy.NEXT_YEAR) == from_next_year(event, years)


@given(events, terms)
def test_next_year_never_ends_before_the_anniversary(event: date, years: int) -> None:
    assert retention_end(event, years, Strategy.NEXT_YEAR) >= retention_end(
        event, years, Strategy.ANNIVERSARY
    )


@given(events, terms, st.sampled_from(Strategy))
def test_destruction_is_allowed_from_the_day_after_the_end(
    event: date, years: int, strategy: Strategy
) -> None:
    assert destroyable_from(event, years, strategy) - retention_end(event, years, strategy) == DAY


@given(events, events, terms, st.sampled_from(Strategy))
def test_a_later_event_never_ends_earlier(one: date, other: date, years: int, strategy: Strategy) -> None:
    first, second = sorted((one, other))
    assert retention_end(first, years, strategy) <= retention_end(second, years, strategy)


@given(events, terms, terms, st.sampled_from(Strategy))
def test_a_longer_term_never_ends_earlier(event: date, one: int, other: int, strategy: Strategy) -> None:
    shorter, longer = sorted((one, other))
    assert retention_end(event, shorter, strategy) <= retention_end(event, longer, strategy)


@given(st.integers(1, 20))
def test_shortened_term_is_the_smallest_whole_number_not_below_half(years: int) -> None:
    assert shortened_years(years) == min(n for n in range(1, 21) if 2 * n >= years)


@pytest.mark.parametrize("strategy", Strategy)
@pytest.mark.parametrize("years", [0, -1, -3])
def test_period_without_a_year_is_refused(years: int, strategy: Strategy) -> None:
    with pytest.raises(PeriodError) as caught:
        retention_end(date(2021, 1, 14), years, strategy)
    assert (caught.value.code, caught.value.facts) == ("R101", {"years": str(years)})


@pytest.mark.parametrize("strategy", Strategy)
def test_period_up_to_the_end_of_the_calendar_is_computed_and_beyond_refused(strategy: Strategy) -> None:
    assert retention_end(date(9995, 12, 31), 3, strategy) == date(9998, 12, 31)
    with pytest.raises(PeriodError) as caught:
        retention_end(date(9996, 1, 1), 3, strategy)
    assert caught.value.code == "R103"
    assert caught.value.facts == {"event": "9996-01-01", "years": "3"}
    with pytest.raises(PeriodError):
        retention_end(date(9999, 12, 31), 1, strategy)


def test_period_from_a_point_in_time_is_a_programming_error() -> None:
    midnight = datetime(2021, 1, 14, tzinfo=timezone(timedelta(hours=8)))
    with pytest.raises(TypeError, match="calendar day"):
        retention_end(midnight, 3, Strategy.ANNIVERSARY)
