"""Dates as Taiwan's offices write them: read every usual spelling, print one.

ROC year = AD year - 1911. A compact date of eight digits is refused where a ROC date is expected:
`20190816` and `1080816` look alike in a column, and a wrong guess would be silent.
"""

import math
import re
import unicodedata
from datetime import date, datetime, time, timedelta
from typing import Final

from webir_records.forms.issues import Cell, Issue

ROC_OFFSET: Final = 1911
"""AD year minus ROC year."""

FIRST_AD_YEAR: Final = 1912
"""The year 民國1年; an AD year before it has no ROC date."""

_EXCEL_EPOCH: Final = date(1899, 12, 30)
_EXCEL_SERIALS: Final = range(20000, 80000)
"""Serial numbers that Excel uses for the days from 1954 to 2119; a compact ROC date is far above."""

_EPOCH_1904_DAYS: Final = 1462
"""Days between the two origins from which Excel counts: 1899-12-30 and 1904-01-01."""

_ERA: Final = "(?P<era>中華民國|民國|西元|公元|AD)?"
_ERAS_AD: Final = frozenset({"西元", "公元", "AD"})
_SEPARATED = re.compile(
    rf"{_ERA}(?P<year>[0-9]{{1,4}})(?P<sep>[/.\-])(?P<month>[0-9]{{1,2}})(?P=sep)(?P<day>[0-9]{{1,2}})",
    re.IGNORECASE,
)
_WRITTEN = re.compile(
    rf"{_ERA}(?P<year>[0-9]{{1,4}})年(?P<month>[0-9]{{1,2}})月(?P<day>[0-9]{{1,2}})日?", re.IGNORECASE
)
_SERIAL = re.compile(r"[2-7][0-9]{4}(?:\.[0-9]+)?")
_CHINESE = re.compile(r"[\u3007○零一二兩三四五六七八九十百廿卅元]+(?=[年月日時點分秒])")
_CHINESE_DIGITS: Final = {digit: str(value) for value, digit in enumerate("零一二三四五六七八九")} | {
    "\u3007": "0",
    "○": "0",
    "兩": "2",
    "元": "1",
}
_COMPACT = re.compile(r"(?P<year>\d{3})(?P<month>\d{2})(?P<day>\d{2})")
_COMPACT_AD = re.compile(r"(?P<year>(?:19|2\d)\d{2})(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])")
_MONTH = re.compile(
    r"(?:中華民國|民國|西元|公元)?(?P<year>\d{1,4})(?:年(?P<m1>\d{1,2})月份?|[/.\-](?P<m2>\d{1,2}))"
)
_COMPACT_MONTH = re.compile(r"(?P<year>\d{3})(?P<month>\d{2})")
_TIME = re.compile(
    r"(?P<half>上午|下午|中午|am|pm)?(?P<hour>\d{1,2})(?:[:時點](?P<minute>\d{1,2}))分?(?::?(?P<second>\d{1,2})秒?)?"
)
_FULL_HOUR = re.compile("[時點]整?$")
_BEFORE_TIME = re.compile(r"(?<=[0-9日])(?:T| +)(?=\S)")
_COMPACT_TIME = re.compile(r"(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?")


def parse_date(value: Cell, *, date1904: bool = False) -> date | Issue:
    """Read a date; a time of day after it is left out.

    Args:
        value: a date cell, an Excel serial number (also as text), a compact ROC date as number, or text.
        date1904: serial numbers are counted from 1904-01-01.

    Returns:
        The date, or what is wrong: `F122` no date, `F123` no such date, `F124` eight digits,
        `F125` before 民國1年.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _from_number(value, date1904=date1904)
    return _from_text(value, date1904=date1904) if isinstance(value, str) else Issue("F122")


def _from_number(value: float, *, date1904: bool) -> date | Issue:
    if not math.isfinite(value):
        return Issue("F122")
    days = int(value) + (_EPOCH_1904_DAYS if date1904 else 0)
    if days in _EXCEL_SERIALS:
        return _EXCEL_EPOCH + timedelta(days=days)
    return _from_text(str(int(value))) if value == int(value) and abs(value) < 1e9 else Issue("F122")


def _from_text(text: str, *, date1904: bool = False) -> date | Issue:
    compact = arabic(squeeze(text))
    if compact.startswith("-") or re.match(r"(中華)?民國?(前|-|0+[年/.\-])", compact):
        return Issue("F125")
    if match := _WRITTEN.fullmatch(compact):
        return _build(match)
    if match := _SEPARATED.fullmatch(compact):
        if len(match["year"]) == 1 and match["year"] != "0" and not match["era"]:
            return Issue("F122")  # 8/8/16: day or year first?
        return _build(match)
    if _SERIAL.fullmatch(compact):
        return _from_number(float(compact), date1904=date1904)
    return _from_compact(compact) or _without_time(text) or Issue("F122")


def _without_time(text: str) -> date | Issue | None:
    """Read the day of a text such as `113/5/1 09:20`; None when no time follows."""
    parts = re.split(_BEFORE_TIME, unicodedata.normalize("NFKC", text).strip(), maxsplit=1)
    if len(parts) != 2 or isinstance(parse_time(parts[1]), Issue):
        return None
    return _from_text(parts[0])


def arabic(text: str) -> str:
    """Return a text in which the numbers before 年, 月, 日, 時 and 分 are written in digits."""
    return _CHINESE.sub(lambda match: arabic_number(match[0]), text)


def arabic_number(number: str) -> str:
    """Return a number such as 一一三, 一百一十三, 廿一, 十 or 元 in digits; one in digits stays."""
    if number.isdecimal():
        return number
    if not set(number) & set("十百廿卅"):
        return "".join(_CHINESE_DIGITS.get(mark, mark) for mark in number)
    total, digit = 0, 0
    for mark in number.replace("廿", "二十").replace("卅", "三十"):
        if mark in "十百":
            total += (digit or 1) * (10 if mark == "十" else 100)
            digit = 0
        else:
            digit = int(_CHINESE_DIGITS.get(mark, mark))
    return str(total + digit)


def _from_compact(text: str) -> date | Issue | None:
    if match := _COMPACT.fullmatch(text):
        return _build(match)
    if match := _COMPACT_AD.fullmatch(text):
        roc = int(match["year"]) - ROC_OFFSET
        return Issue("F124", {"fix": f"{roc}/{match['month']}/{match['day']}"})
    return None


def _build(match: re.Match[str]) -> date | Issue:
    year, era = int(match["year"]), (match.groupdict().get("era") or "").upper()
    ad = era in _ERAS_AD or len(match["year"]) == 4
    if (ad and year < FIRST_AD_YEAR) or (not ad and year == 0):
        return Issue("F125")
    try:
        return date(year if ad else year + ROC_OFFSET, int(match["month"]), int(match["day"]))
    except ValueError:
        return Issue("F123")


def parse_month(value: Cell) -> str | Issue:
    """Read a month; returns `2020-01`, or the issue `F129` (no month) or `F125` (before 民國1年).

    A number such as 109.1 is refused: a spreadsheet makes the same number of 109.1 and 109.10.
    """
    if isinstance(value, (date, datetime)):
        return f"{value.year:04d}-{value.month:02d}"
    if isinstance(value, float) and not value.is_integer():
        return Issue("F129")
    text = arabic(squeeze(str(int(value)) if isinstance(value, float) else str(value)))
    if match := _MONTH.fullmatch(text):
        return _build_month(match["year"], match["m1"] or match["m2"])
    if match := _COMPACT_MONTH.fullmatch(text):
        return _build_month(match["year"], match["month"])
    return Issue("F129")


def _build_month(year: str, month: str) -> str | Issue:
    ad = int(year) if len(year) == 4 else int(year) + ROC_OFFSET
    if ad < FIRST_AD_YEAR:
        return Issue("F125")
    return f"{ad:04d}-{int(month):02d}" if 1 <= int(month) <= 12 else Issue("F129")


def parse_time(value: Cell) -> str | Issue:
    """Read a time of day; returns `09:20`, or `09:20:44` when seconds are given, or the issue `F128`."""
    if isinstance(value, float) and not math.isfinite(value):
        return Issue("F128")
    if isinstance(value, (datetime, time)):
        return _print_time(value.hour, value.minute, value.second)
    if isinstance(value, timedelta):
        return _from_seconds(value.total_seconds())
    if isinstance(value, float) and 0 <= value < 1:
        return _from_seconds(round(value * 86400))
    text = squeeze(str(int(value)).zfill(4) if isinstance(value, (int, float)) else str(value)).lower()
    text = _FULL_HOUR.sub("時0", arabic(text))
    match = _TIME.fullmatch(text) or _COMPACT_TIME.fullmatch(text)
    return _build_time(match) if match else Issue("F128")


def _from_seconds(seconds: float) -> str | Issue:
    if not 0 <= seconds < 86400:
        return Issue("F128")
    whole = int(seconds)
    return _print_time(whole // 3600, whole // 60 % 60, whole % 60)


def _build_time(match: re.Match[str]) -> str | Issue:
    parts = match.groupdict()
    hour, minute, second = int(parts["hour"]), int(parts["minute"]), int(parts["second"] or 0)
    half = parts.get("half")
    if half and not 1 <= hour <= 12:
        return Issue("F128")
    if half in ("下午", "pm") and hour < 12:
        hour += 12
    if half in ("上午", "am") and hour == 12:
        hour = 0
    if hour > 23 or minute > 59 or second > 59:
        return Issue("F128")
    return _print_time(hour, minute, second)


def _print_time(hour: int, minute: int, second: int) -> str:
    return f"{hour:02d}:{minute:02d}" + (f":{second:02d}" if second else "")


def parse_datetime(value: Cell, *, date1904: bool = False) -> str | Issue:
    """Read a date with a time; returns `2020-01-02T09:20`, or the issue of whichever part is wrong."""
    if isinstance(value, datetime):
        return f"{value.date().isoformat()}T{_print_time(value.hour, value.minute, value.second)}"
    if isinstance(value, float) and math.isfinite(value) and int(value) in _EXCEL_SERIALS:
        day, clock = parse_date(value, date1904=date1904), _from_seconds(round(value % 1 * 86400))
    else:
        parts = re.split(_BEFORE_TIME, unicodedata.normalize("NFKC", str(value)).strip(), maxsplit=1)
        if len(parts) != 2:
            return Issue("F119")
        day, clock = _from_text(parts[0]), parse_time(parts[1])
    if isinstance(day, Issue):
        return day
    return clock if isinstance(clock, Issue) else f"{day.isoformat()}T{clock}"


def roc_date(day: date) -> str:
    """Print a date as forms do: `中華民國108年8月16日`, no zeros in front (DOMAIN 7.1)."""
    return f"中華民國{day.year - ROC_OFFSET}年{day.month}月{day.day}日"


def roc_month(month: str) -> str:
    """Print `2020-01` as `109年1月`."""
    year, number = month.split("-")
    return f"{int(year) - ROC_OFFSET}年{int(number)}月"


def squeeze(text: str) -> str:
    """Return a text with full-width characters made half-width and without any space."""
    return "".join(unicodedata.normalize("NFKC", text).split())
