"""A slow, simple copy of the law, for the model: which day is the first on which an application may go."""

from datetime import date, timedelta
from typing import Final

YEARS: Final = 3
"""七(二) 至少保存3年."""
_DAY: Final = timedelta(days=1)


def first_day(cancelled_on: date) -> date:
    """Walk day by day from the cancellation to the day after the period's last day.

    The day of the event does not count (民法 §120 II); the period ends with the day before the one that
    corresponds to its beginning, or with the last day of that month when it has no such day (§121 II).
    """
    begin = cancelled_on + _DAY
    day, years = begin, 0
    while years < YEARS:
        day += _DAY
        if _corresponds(day, begin):
            years += 1
    return day


def _corresponds(day: date, begin: date) -> bool:
    """Whether a year of the period is full when this day begins."""
    if (day.month, day.day) == (begin.month, begin.day):
        return True
    lacks_its_day = (begin.month, begin.day) == (2, 29) and not _is_leap(day.year)
    return lacks_its_day and (day.month, day.day) == (3, 1)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
