"""Local calendar days: 檔案 periods are counted in days of the agency's own calendar, not of UTC."""

from datetime import date, datetime
from zoneinfo import ZoneInfo


def local_day(moment: datetime, timezone: str) -> date:
    """Return the calendar day of a moment in a time zone.

    Half past midnight in Taipei is still the day before in UTC; only the local day counts (民法 §121).

    Args:
        moment: a moment that knows its offset from UTC.
        timezone: IANA name, as in the profile.

    Raises:
        ValueError: the moment knows no offset, so no day follows from it.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without an offset has no local day")
    return moment.astimezone(ZoneInfo(timezone)).date()
