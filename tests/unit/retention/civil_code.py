"""A slow, literal copy of the law on periods, for the tests to compare with: one day after the other.

民法 §§120, 121, 123 and 行政程序法 §48 say the same of periods in years, in their own words; each is walked
here by its own sentences, so that a slip in one copy shows.
"""

from datetime import date, timedelta

DAY = timedelta(days=1)


def by_civil_code(event: date, years: int) -> date:
    """Return the last day of a period of years that an event starts (民法 §§120 II, 121, 123 I)."""
    begin = event + DAY  # §120 II: 以日、星期、月或年定期間者，其始日不算入
    if (begin.month, begin.day) == (1, 1):  # §121 II says nothing of a period that begins with a year: §121 I
        return _end_of_year(begin.year + years - 1)
    last_month = _days_of_month(begin, _year_after(begin, years))  # §123 I: 稱月或年者，依曆計算
    for day in last_month:
        if day.day == begin.day:  # §121 II: 以最後之年與起算日相當日之前一日，為期間之末日
            return day - DAY
    return last_month[-1]  # §121 II: 但於最後之月，無相當日者，以其月之末日，為期間之末日


def by_procedure_act(event: date, years: int) -> date:
    """Return the same by 行政程序法 §48 II and III; IV moves nothing, who destroys later breaks nothing."""
    day = event + DAY  # II: 期間以日、星期、月或年計算者，其始日不計算在內
    month, number, passed = day.month, day.day, 0
    while passed < years:  # III: 最後之年
        day += DAY
        leap_day_missing = (month, number) == (2, 29) and (day.month, day.day) == (3, 1)
        corresponds = (day.month, day.day) == (month, number)
        skipped = leap_day_missing and (day - DAY).day == 28
        passed += corresponds or skipped
    return day - DAY  # III: 相當日之前一日; 無相當日者，以其月之末日: the walk stands on 1 March


def from_next_year(event: date, years: int) -> date:
    """Return the last day of a period that begins on the next 1 January (專利法 §143)."""
    day, whole_years = event + DAY, 0
    while (day.month, day.day) != (1, 1):
        day += DAY
    while whole_years < years:
        whole_years += (day.month, day.day) == (12, 31)
        day += DAY
    return day - DAY


def _year_after(begin: date, years: int) -> int:
    day, passed = begin, 0
    while passed < years:
        day += DAY
        passed += (day.month, day.day) == (1, 1)
    return day.year


def _days_of_month(begin: date, year: int) -> list[date]:
    day = date(year, 1, 1)
    while day.month != begin.month:
        day += DAY
    days: list[date] = []
    while day.month == begin.month:
        days.append(day)
        day += DAY
    return days


def _end_of_year(year: int) -> date:
    day = date(year, 1, 1)
    while (day + DAY).year == year:
        day += DAY
    return day
