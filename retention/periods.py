"""Count retention periods in years, on the Gregorian calendar.

Two ways of counting are both real in Taiwanese law, so a rule must name its own:

* `ANNIVERSARY`: the first day does not count, and the period ends on the day before the corresponding day
  (行政程序法 §48 II–III, 民法 §§120–121, 123).
* `NEXT_YEAR`: the period begins on 1 January of the next year (專利法 §143, 公證文書簿冊保存及銷燬規則 §10,
  司法院檔案管理辦法 §22). It never ends before the other one.

No period is moved for a holiday: whoever destroys later breaks nothing.
"""

from calendar import monthrange
from datetime import MAXYEAR, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final

from retention.errors import PeriodError

LONGEST_SHORTENED_YEARS: Final = 20
"""Above this original term a stored copy shortens nothing (銷毀辦法 §7)."""
_DAY: Final = timedelta(days=1)


class Strategy(StrEnum):
    """From which day the years are counted."""

    ANNIVERSARY = "ANNIVERSARY"
    NEXT_YEAR = "NEXT_YEAR"


def retention_end(event: date, years: int, strategy: Strategy) -> date:
    """Return the last day of the retention period.

    Args:
        event: local calendar day of the triggering event.
        years: length of the period, at least 1.
        strategy: way of counting.

    Raises:
        PeriodError: `years` is below 1 (R101), or the end is beyond the calendar (R103).
    """
    checked_years(years)
    if isinstance(event, datetime):
        raise TypeError("expected a local calendar day, got a point in time")
    # The day after the end must exist too, so the last year of the calendar is out of reach.
    if event.year + years >= MAXYEAR:
        raise PeriodError("R103", event=event.isoformat(), years=str(years))
    return _end(event, years, strategy)


def destroyable_from(event: date, years: int, strategy: Strategy) -> date:
    """Return the first day on which destruction is allowed: the day after the end.

    Args:
        event: local calendar day of the triggering event.
        years: length of the period, at least 1.
        strategy: way of counting.

    Raises:
        PeriodError: as `retention_end`.
    """
    return retention_end(event, years, strategy) + _DAY


@lru_cache(maxsize=1 << 14)
def _end(event: date, years: int, strategy: Strategy) -> date:
    """Count; of very many records the same few days are asked again and again."""
    if strategy is Strategy.NEXT_YEAR:
        return date(event.year + years, 12, 31)
    begin = event + _DAY  # 民法 §120 II: the first day does not count
    return _day_before_corresponding(begin, begin.year + years)


def shortened_years(years: int) -> int:
    """Return how long an original must stay once a confirmed copy exists (銷毀辦法 §7).

    At least half of the original term, rounded up to whole years.

    Args:
        years: original term, 1 to 20.

    Raises:
        PeriodError: `years` is below 1 (R101) or above 20 (R102).
    """
    checked_years(years)
    if years > LONGEST_SHORTENED_YEARS:
        raise PeriodError("R102", years=str(years), longest=str(LONGEST_SHORTENED_YEARS))
    return -(-years // 2)


def _day_before_corresponding(begin: date, year: int) -> date:
    """Apply 民法 §121 II: the day before the corresponding day, or the month's last day without one."""
    last_day = monthrange(year, begin.month)[1]
    if begin.day > last_day:
        return date(year, begin.month, last_day)
    return date(year, begin.month, begin.day) - _DAY


def checked_years(years: int) -> int:
    """Return `years` unchanged.

    Raises:
        PeriodError: `years` is below 1 (R101).
    """
    if years < 1:
        raise PeriodError("R101", years=str(years))
    return years
