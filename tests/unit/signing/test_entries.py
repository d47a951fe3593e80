import json
from datetime import UTC, date, datetime

import pytest

from signing.canonical import JsonValue, canonical_bytes
from signing.entries import Entry, Event, parse_entry, sealed_path
from signing.errors import MalformedError
from signing.shape import format_time
from tests.unit.signing.entry_examples import DIGEST, OPTIONAL, REQUIRED

FIELDS: dict[Event, dict[str, JsonValue]] = {
    event: {**fields, **OPTIONAL.get(event, {})} for event, fields in REQUIRED.items()
}
AT = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


def entry_bytes(event: Event, /, **changes: JsonValue) -> bytes:
    value = {"v": 1, "seq": 5, "at": "2026-11-23T05:00:00Z", "event": event.value, "actor": "p-1"}
    return canonical_bytes({**value, **FIELDS[event], **changes})


def test_every_event_of_the_vocabulary_has_an_example_here() -> None:
    assert set(FIELDS) == set(Event)


@pytest.mark.parametrize("event", Event)
def test_entry_of_every_event_reads_back(event: Event) -> None:
    entry = parse_entry(entry_bytes(event))
    assert (entry.seq, entry.at, entry.event, entry.actor, entry.fields) == (
        5,
        AT,
        event,
        "p-1",
        FIELDS[event],
    )
    assert entry.to_bytes() == entry_bytes(event)


@pytest.mark.parametrize(
    ("event", "name"),
    [(event, name) for event in Event for name in ("v", "seq", "at", "event", "actor", *REQUIRED[event])],
)
def test_entry_without_a_required_field_is_refused(event: Event, name: str) -> None:
    value = json.loads(entry_bytes(event))
    del value[name]
    with pytest.raises(MalformedError):
        parse_entry(canonical_bytes(value))


@pytest.mark.parametrize(("event", "name"), [(event, name) for event in OPTIONAL for name in OPTIONAL[event]])
def test_entry_without_an_optional_field_reads_back(event: Event, name: str) -> None:
    value = json.loads(entry_bytes(event))
    del value[name]
    assert name not in parse_entry(canonical_bytes(value)).fields


@pytest.mark.parametrize("event", Event)
def test_entry_with_an_unknown_field_is_refused(event: Event) -> None:
    with pytest.raises(MalformedError):
        parse_entry(entry_bytes(event, applicant="王小明"))


@pytest.mark.parametrize(
    "changes",
    [
        {"v": 2},
        {"v": True},
        {"v": "1"},
        {"seq": -1},
        {"seq": True},
        {"at": "2026-11-23T05:00:00+00:00"},
        {"at": "2026-02-30T05:00:00Z"},
        {"at": "2026-11-23 05:00:00Z"},
        {"event": "forgotten"},
        {"event": 1},
        {"actor": ""},
        {"actor": "王小明"},
        {"actor": "a/b"},
        {"record": "a"},
        {"record": "..", "path": "records/2026/../...1.sealed"},
        {"record": "a/../b"},
        {"record": "ab12\n"},
        {"version": 0},
        {"version": 2, "path": "records/2026/ab/ab12.2.sealed"},
        {"class": "D"},
        {"class": ["A"]},
        {"sealed_sha256": DIGEST.upper()},
        {"sealed_sha256": DIGEST[:-1]},
        {"size": "10"},
        {"form_no": "x\ny"},
        {"form_no": ""},
        {"form_no": "x" * 501},
        {"path": "records/2026/ab/other.1.sealed"},
        {"path": "../records/2026/ab/ab12.1.sealed"},
        {"path": "/etc/passwd"},
        {"path": "records/26/ab/ab12.1.sealed"},
        {"path": "records/2026/ab/ab12.1.sealed/"},
        {"due": "2025-02-29"},
        {"due": "20250301"},
        {"due": None},
    ],
)
def test_filing_with_an_unusable_field_is_refused(changes: dict[str, JsonValue]) -> None:
    with pytest.raises(MalformedError):
        parse_entry(entry_bytes(Event.FILED, **changes))


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"null", b'{"event":[]}', b'{"event":{}}'])
def test_bytes_that_are_no_entry_are_refused(data: bytes) -> None:
    with pytest.raises(MalformedError):
        parse_entry(data)


def test_annotation_of_version_one_is_refused() -> None:
    with pytest.raises(MalformedError):
        parse_entry(entry_bytes(Event.ANNOTATED, version=1, path="records/2026/ab/ab12.1.sealed"))


def test_entry_that_could_not_be_read_back_is_not_written() -> None:
    with pytest.raises(MalformedError):
        Entry(0, AT, Event.EXPORTED, "p-1", {"record": "ab12"}).to_bytes()
    with pytest.raises(MalformedError):
        Entry(0, AT.replace(tzinfo=None), Event.EXPORTED, "p-1", FIELDS[Event.EXPORTED]).to_bytes()


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("2026-12-31T15:59:59Z", date(2026, 12, 31)),
        ("2026-12-31T16:00:00Z", date(2027, 1, 1)),
    ],
)
def test_local_day_of_an_entry_changes_at_midnight_in_taipei(at: str, day: date) -> None:
    assert parse_entry(entry_bytes(Event.EXPORTED, at=at)).local_day == day


def test_moment_in_another_zone_is_written_in_utc() -> None:
    assert format_time(datetime.fromisoformat("2026-11-23T13:00:00.9+08:00")) == "2026-11-23T05:00:00Z"


def test_sealed_file_lies_in_the_folder_of_its_first_two_characters() -> None:
    assert sealed_path("ab12", 3, 2026) == "records/2026/ab/ab12.3.sealed"
