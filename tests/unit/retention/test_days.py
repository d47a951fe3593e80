"""Local days: half past midnight in Taipei is the day before in UTC."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention.days import local_day
from retention.periods import Strategy, destroyable_from
from retention.profile import Profile

moments = st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- the time zone is added by the strategy


def test_half_past_midnight_in_taipei_is_the_new_day(profile: Profile) -> None:
    cancelled_at = datetime(2024, 2, 29, 16, 30, tzinfo=UTC)
    assert local_day(cancelled_at, profile.timezone) == date(2024, 3, 1)
    assert local_day(cancelled_at, "UTC") == date(2024, 2, 29)


def test_a_day_counted_in_utc_would_destroy_one_day_early(profile: Profile) -> None:
    cancelled_at = datetime(2021, 3, 14, 16, 30, tzinfo=UTC)
    local, utc = (local_day(cancelled_at, zone) for zone in (profile.timezone, "UTC"))
    wrong, right = (destroyable_from(day, 3, Strategy.ANNIVERSARY) for day in (utc, local))
    assert (wrong, right) == (date(2024, 3, 15), date(2024, 3, 16))


@given(moments)
def test_taipei_is_eight_hours_ahead(moment: datetime) -> None:
    assert local_day(moment, "Asia/Taipei") == (moment + timedelta(hours=8)).date()


def test_moment_without_an_offset_has_no_local_day() -> None:
    with pytest.raises(ValueError, match="offset"):
        local_day(datetime(2024, 3, 1, 0, 30), "Asia/Taipei")  # noqa: DTZ001 -- that is what is refused
