"""The fast way of reading an entry says the same as the slow one, or nothing."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.canonical import JsonValue
from signing.entries import Entry, Event, parse_entry
from signing.entry_patterns import EVENT, PATTERNS, TIME
from signing.errors import MalformedError
from signing.shape import format_time

IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,20}", fullmatch=True)
RECORDS = st.from_regex(r"[A-Za-z0-9]{2}[A-Za-z0-9._-]{0,20}", fullmatch=True)
TEXTS = st.text('abcZ 09/林𠮷堃（）％é\u00e9"\\\u2028\x7f', min_size=1, max_size=12).filter(
    lambda text: not set(text) & {"\u2028", "\x7f"}
)
COUNTS = st.integers(0, 2**53 - 1) | st.integers(0, 20)
DATES = st.dates().map(str)
DIGESTS = st.binary(min_size=32, max_size=32).map(bytes.hex)
Strategies = dict[str, st.SearchStrategy[Any]]
TIMES = st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants naive bounds


HOLD: Strategies = {"authority": TEXTS, "review_on": DATES, "case": IDS, "reason_code": IDS, "file": TEXTS}
SMALL = st.integers(1, 9)
OTHERS: dict[Event, tuple[Strategies, Strategies]] = {
    Event.EXPORTED: ({"version": st.integers(1, 2**53 - 1)}, {}),
    Event.OPENED: ({"version": st.integers(1, 2**53 - 1)}, {}),
    Event.LENT: (
        {"version": SMALL, "return_by": DATES, "loan": IDS, "borrower": IDS, "reason_code": IDS},
        {"authority": TEXTS},
    ),
    Event.RETURNED: ({"loan": IDS, "condition": IDS}, {}),
    Event.HOLD_PLACED: ({"hold": IDS}, HOLD),
    Event.HOLD_RELEASED: ({"hold": IDS}, HOLD),
    Event.DESTROYED: (
        {"versions": SMALL, "batch": IDS, "due": DATES, "authority": TEXTS, "method": TEXTS},
        {},
    ),
    Event.RETENTION_CHANGED: (
        {"cause": IDS},
        {"trigger": TEXTS, "trigger_date": DATES, "due": DATES, "rule": TEXTS, "unit": IDS, "file": TEXTS},
    ),
    Event.FILE_ASSIGNED: ({"file": TEXTS}, {}),
    Event.RECORD_MARKED: ({"mark": IDS}, {"authority": TEXTS, "batch": IDS, "on": DATES}),
    Event.COPY_MADE: (
        {"copy": IDS, "kind": IDS, "medium": IDS},
        {"due": DATES, "holder": IDS, "medium_no": TEXTS, "version": SMALL},
    ),
}
"""Names that stand in an entry besides the record: those that must, and those that may."""


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    event = draw(st.sampled_from([pattern.event for pattern in PATTERNS.values()]))
    fields: dict[str, JsonValue] = {"record": draw(RECORDS)}
    if event in {Event.FILED, Event.ANNOTATED}:
        fields |= _filing(draw, event, str(fields["record"]))
    else:
        required, optional = OTHERS[event]
        fields |= {name: draw(how) for name, how in required.items()} | some_of(draw, optional)
    return Entry(draw(COUNTS), draw(TIMES).replace(microsecond=0), event, draw(IDS), fields)


def some_of(draw: st.DrawFn, how: Strategies) -> dict[str, JsonValue]:
    """Return some of the names that may be missing."""
    return {name: draw(one) for name, one in how.items() if draw(st.booleans())}


def _filing(draw: st.DrawFn, event: Event, record: str) -> dict[str, JsonValue]:
    version = 1 if event is Event.FILED else draw(st.integers(2, 2**53 - 1) | st.integers(2, 12))
    fields: dict[str, JsonValue] = {
        "version": version,
        "path": f"records/{draw(st.integers(0, 9999)):04}/{record[:2]}/{record}.{version}.sealed",
        "class": draw(st.sampled_from("ABC")),
        "sealed_sha256": draw(DIGESTS),
        "size": draw(COUNTS),
        **{name: draw(IDS) for name in ("form", "batch")},
        **{name: draw(TEXTS) for name in ("form_no", "profile", "rule")},
        **some_of(draw, {"trigger": TEXTS, "trigger_date": DATES, "due": DATES}),
    }
    return fields | ({"reason_code": draw(IDS)} if event is Event.ANNOTATED else {})


def quickly(data: bytes) -> dict[str, str] | None:
    """Return what the pattern of its event says of an entry, `None` if it does not match."""
    event = EVENT.search(data)
    pattern = PATTERNS.get(event[1] if event else b"")
    found = pattern.regex.fullmatch(data) if pattern else None
    if found is None or pattern is None or not TIME.fullmatch(found["at"]):
        return None
    groups = zip(pattern.names, found.groups(), strict=True)
    return {name: value.decode() for name, value in groups if value is not None}


def slowly(entry: Entry) -> dict[str, str]:
    """Return the same of a parsed entry."""
    values = {**entry.fields, "at": format_time(entry.at), "seq": entry.seq}
    if "path" in values:
        values |= {"year": entry.string("path")[8:12], "folder": entry.string("record")[:2]}
    names = PATTERNS[entry.event.value.encode()].names
    return {name: str(values[name]) for name in names if name in values}


@settings(max_examples=500, deadline=None)
@given(entries())
def test_what_a_pattern_matches_reads_the_same_when_parsed(entry: Entry) -> None:
    try:
        data = entry.to_bytes()
    except MalformedError:
        return  # such as an integer that the ledger refuses
    quick = quickly(data)
    assert quick is None or quick == slowly(parse_entry(data))


@settings(max_examples=1500, deadline=None)
@given(entries(), st.data())
def test_pattern_matches_no_damaged_entry_that_the_parser_refuses(entry: Entry, data: st.DataObject) -> None:
    try:
        damaged = bytearray(entry.to_bytes())
    except MalformedError:
        return
    at = data.draw(st.integers(0, len(damaged) - 1))
    if data.draw(st.booleans()):
        damaged[at : at + data.draw(st.integers(0, 3))] = data.draw(
            st.sampled_from([b"", b"0", b"1", b"x", b'"', b",", b" ", b"\\", b"\xe6\x9e\x97", b"\xff", b"."])
        )
    else:
        damaged[at] ^= 1 << data.draw(st.integers(0, 7))
    quick = quickly(bytes(damaged))
    if quick is not None:
        assert quick == slowly(parse_entry(bytes(damaged)))  # the parser does not refuse it


COMMON = (
    b'{"actor":"p-1","at":"2026-11-23T05:00:00Z","event":"exported",'
    b'"record":"ab12","seq":7,"v":1,"version":1}'
)
FILED = (
    b'{"actor":"p-1","at":"2026-11-23T05:00:00Z","batch":"b","class":"A","due":"2029-03-01","event":"filed",'
    b'"form":"form_1_2","form_no":"\xe8\x87\xba1-2","path":"records/2026/ab/ab.1.1.sealed","profile":"t",'
    b'"record":"ab.1","rule":"r","sealed_sha256":"' + b"0a" * 32 + b'","seq":7,"size":0,"v":1,"version":1}'
)


CHANGED = (
    b'{"actor":"p-1","at":"2026-11-23T05:00:00Z","cause":"unit_extension","due":"2036-01-01",'
    b'"event":"retention_changed","reason_code":"lawsuit","record":"ab12","seq":7,"unit":"unit-01","v":1}'
)


@pytest.mark.parametrize("data", [COMMON, FILED, CHANGED])
def test_common_entries_are_recognised(data: bytes) -> None:
    assert quickly(data) == slowly(parse_entry(data))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"seq":7', b'"seq":07'),
        (b'"seq":7', b'"seq":-7'),
        (b'"seq":7', b'"seq":7.0'),
        (b'"v":1', b'"v":2'),
        (b'"v":1,', b'"v":1, '),
        (b'"version":1', b'"version":2'),
        (b'"record":"ab.1"', b'"record":"ab.2"'),
        (b"/ab/", b"/ac/"),
        (b"records/2026", b"records/../2026"),
        (b"ab.1.1.sealed", b"ab.1.2.sealed"),
        (b"0a0a", b"0A0a"),
        (b'"class":"A"', b'"class":"D"'),
        (b'"profile":"t"', b'"profile":""'),
        (b'"profile":"t"', b'"profile":"' + b"t" * 501 + b'"'),
        (b'"profile":"t"', b'"profile":"\xc2\x85"'),
        (b'"profile":"t"', b'"profile":"\xe2\x80\xa8"'),
        (b'"profile":"t"', b'"profile":"\xed\xa0\x80"'),
        (b'"profile":"t"', b'"profile":"\xe3\x80"'),
        (b'"due":"2029-03-01"', b'"due":"2029-02-30"'),
        (b'"due":"2029-03-01"', b'"due":"0000-03-01"'),
        (b"05:00:00Z", b"24:00:00Z"),
        (b"05:00:00Z", b"05:60:00Z"),
        (b"2026-11-23T", b"2026-11-31T"),
        (b"}", b"}\n"),
    ],
)
def test_entry_that_the_parser_refuses_is_not_recognised(old: bytes, new: bytes) -> None:
    data = FILED.replace(old, new, 1)
    assert data != FILED
    assert quickly(data) is None
    with pytest.raises(MalformedError):
        parse_entry(data)
