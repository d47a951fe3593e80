from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from webir_records.forms.dates import parse_date, parse_datetime, parse_month, parse_time, roc_date, roc_month
from webir_records.forms.issues import Issue

DAY = date(2019, 8, 16)
MORNING = datetime.combine(date(2020, 1, 2), time(9, 20))


def _full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


@pytest.mark.parametrize(
    "spelling",
    [
        "108/08/16",
        "108/8/16",
        "108.8.16",
        "108.08.16",
        "108-8-16",
        "1080816",
        "民國108年8月16日",
        "中華民國108年8月16日",
        "中華民國 108 年 8 月 16 日",
        "108年8月16日",
        _full_width("108/08/16"),
        _full_width("1080816"),
        "2019-08-16",
        "2019/8/16",
        "2019.08.16",
        "2019年8月16日",
        "西元2019年8月16日",
        " 108/08/16 ",
        _full_width("108/8/16"),
        43693,
        43693.0,
        1080816,
        1080816.0,
        DAY,
        datetime.combine(DAY, time(9, 20)),
    ],
)
def test_date_is_read_in_every_usual_spelling(spelling: str | float | date) -> None:
    assert parse_date(spelling) == DAY


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("109/02/30", "F123"),
        ("108/13/01", "F123"),
        ("1080230", "F123"),
        ("108/00/10", "F123"),
        ("20190816", "F124"),
        ("民國前5年1月1日", "F125"),
        ("民國0年1月1日", "F125"),
        ("0/1/1", "F125"),
        ("000/01/01", "F125"),
        ("-1/2/3", "F125"),
        ("-1080816", "F125"),
        ("1911/12/31", "F125"),
        ("0000101", "F125"),
        ("8/8/16", "F122"),
        ("990816", "F122"),
        ("108/08-16", "F122"),
        ("昨天", "F122"),
        ("108/08", "F122"),
        ("108/08/16/1", "F122"),
        ("12345678", "F122"),
        (12.5, "F122"),
        (7, "F122"),
        (True, "F122"),
        (time(1), "F122"),
    ],
)
def test_date_that_is_none_is_refused_with_its_own_code(text: str | float | time, code: str) -> None:
    issue = parse_date(text)
    assert isinstance(issue, Issue)
    assert issue.code == code


def test_date_of_eight_digits_comes_with_the_roc_spelling_as_fix() -> None:
    assert parse_date("20190816") == Issue("F124", {"fix": "108/08/16"})


@given(st.dates(min_value=date(1912, 1, 1), max_value=date(2200, 12, 31)))
def test_printed_date_reads_back_as_the_same_day(day: date) -> None:
    assert parse_date(roc_date(day)) == day


@given(st.dates(min_value=date(1921, 1, 1), max_value=date(2200, 12, 31)))
def test_every_spelling_of_a_day_means_that_day(day: date) -> None:
    roc = day.year - 1911
    spellings = [f"{roc}/{day.month}/{day.day}", f"{roc:03d}{day.month:02d}{day.day:02d}", day.isoformat()]
    assert {parse_date(spelling) for spelling in spellings} == {day}


@example(float("inf"))
@example(float("nan"))
@given(st.text(max_size=12) | st.floats() | st.integers())
def test_date_reading_never_fails_whatever_the_cell_holds(value: str | float) -> None:
    assert isinstance(parse_date(value), (date, Issue))
    assert isinstance(parse_month(value), (str, Issue))
    assert isinstance(parse_time(value), (str, Issue))
    assert isinstance(parse_datetime(value), (str, Issue))


@pytest.mark.parametrize(
    "spelling",
    [
        "109年1月",
        "民國109年01月",
        "109/1",
        "109/01",
        "10901",
        10901.0,
        "2020-01",
        "109年1月份",
        DAY.replace(2020, 1),
    ],
)
def test_month_is_read_in_every_usual_spelling(spelling: str | float | date) -> None:
    assert parse_month(spelling) == "2020-01"


@pytest.mark.parametrize("value", [109.1, "109/13", "109/0", "一月", "1"])
def test_month_that_is_none_or_may_be_october_is_refused(value: str | float) -> None:
    assert parse_month(value) == Issue("F129")


@pytest.mark.parametrize(
    ("spelling", "canonical"),
    [
        ("09:20", "09:20"),
        ("9:20", "09:20"),
        ("0920", "09:20"),
        ("09:20:44", "09:20:44"),
        ("上午9:20", "09:20"),
        ("下午3:05", "15:05"),
        ("上午12:05", "00:05"),
        ("下午12:05", "12:05"),
        ("9時20分", "09:20"),
        (_full_width("09:20"), "09:20"),
        (time(9, 20), "09:20"),
        (MORNING.replace(second=44), "09:20:44"),
        (timedelta(hours=9, minutes=20), "09:20"),
        (0.5, "12:00"),
        (920.0, "09:20"),
    ],
)
def test_time_is_read_in_every_usual_spelling(spelling: str | float | time, canonical: str) -> None:
    assert parse_time(spelling) == canonical


@pytest.mark.parametrize("value", ["25:00", "09:60", "下午13:00", "早上", timedelta(days=1), "9"])
def test_time_that_is_none_is_refused(value: str | timedelta) -> None:
    assert parse_time(value) == Issue("F128")


@pytest.mark.parametrize(
    ("spelling", "canonical"),
    [
        ("109/01/02 09:20", "2020-01-02T09:20"),
        ("2020-01-02T09:20:44", "2020-01-02T09:20:44"),
        ("民國109年1月2日 下午3:05", "2020-01-02T15:05"),
        (43832.5, "2020-01-02T12:00"),
        (MORNING, "2020-01-02T09:20"),
    ],
)
def test_date_with_time_is_read_in_every_usual_spelling(
    spelling: str | float | datetime, canonical: str
) -> None:
    assert parse_datetime(spelling) == canonical


@pytest.mark.parametrize(
    ("value", "code"), [("109/01/02", "F119"), ("109/02/30 09:20", "F123"), ("109/01/02 25:00", "F128")]
)
def test_date_with_time_names_the_part_that_is_wrong(value: str, code: str) -> None:
    issue = parse_datetime(value)
    assert isinstance(issue, Issue)
    assert issue.code == code


def test_dates_and_months_print_without_zeros_in_front() -> None:
    assert roc_date(DAY) == "中華民國108年8月16日"
    assert roc_month("2020-01") == "109年1月"
