"""Ledger entries: the vocabulary of events and what each must say (see docs/spec/ledger.md)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Final

from signing.canonical import JsonValue, canonical_bytes, parse_canonical
from signing.errors import MalformedError
from signing.shape import (
    Check,
    checked_object,
    format_time,
    integer_of,
    is_count,
    is_date,
    is_digest,
    is_id,
    is_positive,
    is_text,
    is_text_list,
    is_time,
    parse_time,
    text_of,
)

VERSION: Final = 1
TAIPEI: Final = timezone(timedelta(hours=8))  # civil time of Taiwan, without summer time since 1979


class Event(StrEnum):
    """Acts that leave an entry."""

    ARCHIVE_CREATED = "archive_created"
    PERSON_ADDED = "person_added"
    FORMS_FILLED = "forms_filled"
    FILED = "filed"
    ANNOTATED = "annotated"
    EXPORTED = "exported"
    OPENED = "opened"
    LENT = "lent"
    RETURNED = "returned"
    VERIFIED = "verified"
    HOLD_PLACED = "hold_placed"
    HOLD_RELEASED = "hold_released"
    DESTRUCTION_DRAFTED = "destruction_drafted"
    DESTRUCTION_STATED = "destruction_stated"
    DESTRUCTION_WITHDRAWN = "destruction_withdrawn"
    DESTRUCTION_STARTED = "destruction_started"
    DESTROYED = "destroyed"
    DESTRUCTION_COMPLETED = "destruction_completed"
    EPOCH_ROTATED = "epoch_rotated"
    LOG_KEY_ROTATED = "log_key_rotated"
    KEYS_BACKED_UP = "keys_backed_up"
    KEYS_RESTORED = "keys_restored"
    WORKSPACE_BACKED_UP = "workspace_backed_up"
    WORKSPACE_RESTORED = "workspace_restored"
    LEFTOVER_REMOVED = "leftover_removed"
    FILE_OPENED = "file_opened"
    FILE_ASSIGNED = "file_assigned"
    RETENTION_CHANGED = "retention_changed"
    RECORD_MARKED = "record_marked"
    OPINIONS_ASKED = "opinions_asked"
    OPINION_GIVEN = "opinion_given"
    SELECTION_OFFERED = "selection_offered"
    SELECTION_ANSWERED = "selection_answered"
    DESTRUCTION_SUBMITTED = "destruction_submitted"
    AUTHORITY_APPROVED = "authority_approved"
    CATALOGUE_ANNOTATED = "catalogue_annotated"
    CATALOGUE_RESUBMITTED = "catalogue_resubmitted"
    DESTRUCTION_PHASE = "destruction_phase"
    INCIDENT_REPORTED = "incident_reported"
    CLOCK_CONFIRMED = "clock_confirmed"
    PERSON_LEFT = "person_left"
    PERSON_KEY_REVOKED = "person_key_revoked"
    PERSON_KEY_REPLACED = "person_key_replaced"
    COPY_MADE = "copy_made"
    COPY_DESTROYED = "copy_destroyed"
    BACKUP_EXPIRED = "backup_expired"
    PROFILE_CHANGED = "profile_changed"


@dataclass(frozen=True, slots=True)
class Entry:
    """One checked ledger entry.

    Attributes:
        seq: position in the ledger, counted from 0.
        at: moment of the act, UTC.
        event: what was done.
        actor: opaque id of the person, or `system`.
        fields: what the event says besides; names and types as in docs/spec/ledger.md.
    """

    seq: int
    at: datetime
    event: Event
    actor: str
    fields: Mapping[str, JsonValue]

    def string(self, name: str) -> str:
        """Return a string field; a missing optional one is an empty text."""
        return text_of(self.fields, name) if name in self.fields else ""

    def integer(self, name: str) -> int:
        """Return a required integer field."""
        return integer_of(self.fields, name)

    def day(self, name: str) -> date | None:
        """Return a date field; `None` if it is not there."""
        return date.fromisoformat(text_of(self.fields, name)) if name in self.fields else None

    @property
    def local_day(self) -> date:
        """The day of the act in Taiwan."""
        return local_day_of(self.at)

    def to_bytes(self) -> bytes:
        """Write the entry as the leaf bytes of the ledger.

        Raises:
            MalformedError: a field is missing, unknown or unusable.
        """
        data = canonical_bytes(
            {
                **self.fields,
                "v": VERSION,
                "seq": self.seq,
                "at": format_time(self.at),
                "event": self.event.value,
                "actor": self.actor,
            }
        )
        parse_entry(data)  # what is written can be read: no other check is as strict
        return data


def parse_entry(data: bytes) -> Entry:
    """Read an entry.

    Raises:
        MalformedError: the bytes are not canonical JSON, or a field is missing, unknown or unusable.
    """
    value = parse_canonical(data)
    event = value.get("event") if isinstance(value, Mapping) else None
    if not isinstance(event, str) or event not in _REQUIRED:
        raise MalformedError("entry names no known event")
    fields = checked_object(value, _REQUIRED[event], _OPTIONAL[event], what=f"entry {event}")
    entry = Entry(
        integer_of(fields, "seq"),
        parse_time(text_of(fields, "at")),
        Event(event),
        text_of(fields, "actor"),
        {name: item for name, item in fields.items() if name not in COMMON},
    )
    if entry.event in (Event.FILED, Event.ANNOTATED):
        _check_sealed_place(entry)
    return entry


def local_day_of(at: datetime) -> date:
    """Return the day of an aware moment in Taiwan."""
    return at.astimezone(TAIPEI).date()


def sealed_path(record: str, version: int, year: int) -> str:
    """Return the place of a sealed file, e.g. `records/2026/ab/<record>.<version>.sealed`.

    Args:
        record: opaque record id; its first two characters name the folder.
        version: version of the record, from 1.
        year: year of the act that made this version.
    """
    return f"records/{year:04}/{record[:2]}/{record}.{version}.sealed"


def _check_sealed_place(entry: Entry) -> None:
    """Hold `path` to the one form that cannot point outside the archive, and `version` to the event."""
    record, version, path = entry.string("record"), entry.integer("version"), entry.string("path")
    year = re.match(r"records/([0-9]{4})/", path)
    if year is None or path != sealed_path(record, version, int(year[1])):
        raise MalformedError(f"entry {entry.event} has an unusable path")
    if (version == 1) != (entry.event is Event.FILED):
        raise MalformedError(f"entry {entry.event} has an unusable version")


def is_version(value: JsonValue) -> bool:
    """Say whether a value is the number of this format."""
    return value == VERSION and is_count(value)


def is_record(value: JsonValue) -> bool:
    """Say whether a value is a record id; two letters or digits stand first, as they name a folder."""
    return isinstance(value, str) and value[:2].isalnum() and len(value) > 1 and is_id(value)


def is_class(value: JsonValue) -> bool:
    """Say whether a value is a record class."""
    return value in ("A", "B", "C")


def is_kind(value: JsonValue) -> bool:
    """Say whether a value is a kind of statement."""
    return value in ("approval", "witness")


def is_backup_kind(value: JsonValue) -> bool:
    """Say whether a value is a kind of key backup."""
    return value in ("file", "escrow")


def is_epoch(value: JsonValue) -> bool:
    """Say whether a value names an epoch of the key store."""
    return is_count(value) or is_id(value)


SHORTENING_CAUSES: Final = frozenset({"trigger_corrected", "stored_copy"})
"""Causes of `retention_changed` for which a record may be destroyable earlier than was said before."""
CLOCK: Final = "clock"
"""Kind of a statement that confirms the date of the machine, and folder of these below `certificates/`."""

COMMON: Final[Mapping[str, Check]] = {
    "v": is_version,
    "seq": is_count,
    "at": is_time,
    "event": is_text,
    "actor": is_id,
}
_SEALED: Final[Mapping[str, Check]] = {
    "record": is_record,
    "version": is_positive,
    "form": is_id,
    "form_no": is_text,
    "class": is_class,
    "profile": is_text,
    "rule": is_text,
    "sealed_sha256": is_digest,
    "size": is_count,
    "path": is_text,
    "batch": is_id,
}
_DUE: Final[Mapping[str, Check]] = {"trigger": is_text, "trigger_date": is_date, "due": is_date}
_HOLD: Final[Mapping[str, Check]] = {"record": is_record, "hold": is_id}
_HOLD_MORE: Final[Mapping[str, Check]] = {
    "authority": is_text,
    "review_on": is_date,
    "case": is_id,
    "reason_code": is_id,
    "file": is_text,
    "asked_by": is_id,
}

# event: (required, optional) besides the common names
EVENTS: Final[Mapping[Event, tuple[Mapping[str, Check], Mapping[str, Check]]]] = {
    Event.ARCHIVE_CREATED: ({"agency": is_text, "profile": is_text, "origin": is_text, "vkey": is_text}, {}),
    Event.PERSON_ADDED: ({"person": is_id, "roles": is_text_list, "vkey": is_text}, {}),
    Event.FORMS_FILLED: ({"form": is_id, "count": is_count, "batch": is_id}, {}),
    Event.FILED: (_SEALED, {**_DUE, "unit": is_id}),
    Event.ANNOTATED: ({**_SEALED, "reason_code": is_id}, _DUE),
    Event.EXPORTED: ({"record": is_record, "version": is_positive}, {}),
    Event.OPENED: ({"record": is_record, "version": is_positive}, {}),
    Event.LENT: (
        {
            "record": is_record,
            "version": is_positive,
            "loan": is_id,
            "borrower": is_id,
            "reason_code": is_id,
            "return_by": is_date,
        },
        {"authority": is_text},
    ),
    Event.RETURNED: ({"record": is_record, "loan": is_id, "condition": is_id}, {}),
    Event.VERIFIED: ({"level": is_text, "verdict": is_text, "findings": is_count, "size": is_count}, {}),
    Event.HOLD_PLACED: (_HOLD, _HOLD_MORE),
    Event.HOLD_RELEASED: (_HOLD, _HOLD_MORE),
    Event.DESTRUCTION_DRAFTED: (
        {"batch": is_id, "class": is_class, "catalogue_sha256": is_digest, "count": is_count},
        {"reason_code": is_id, "left": is_text_list, "left_because": is_id},
    ),
    Event.DESTRUCTION_STATED: (
        {
            "batch": is_id,
            "kind": is_kind,
            "person": is_id,
            "catalogue_sha256": is_digest,
            "statement_sha256": is_digest,
        },
        {},
    ),
    Event.DESTRUCTION_WITHDRAWN: ({"batch": is_id, "reason_code": is_id}, {}),
    Event.DESTRUCTION_STARTED: ({"batch": is_id, "catalogue_sha256": is_digest, "count": is_count}, {}),
    Event.DESTROYED: (
        {
            "record": is_record,
            "versions": is_positive,
            "batch": is_id,
            "authority": is_text,
            "method": is_text,
            "due": is_date,
        },
        {},
    ),
    Event.DESTRUCTION_COMPLETED: ({"batch": is_id, "count": is_count, "certificate_sha256": is_digest}, {}),
    Event.EPOCH_ROTATED: ({"from": is_epoch, "to": is_epoch, "rewrapped": is_count}, {"reason_code": is_id}),
    Event.LOG_KEY_ROTATED: ({"from": is_text, "to": is_text}, {"reason_code": is_id}),
    Event.KEYS_BACKED_UP: (
        {"backup": is_id, "epoch": is_epoch, "kind": is_backup_kind},
        {"backup_sha256": is_digest},
    ),
    Event.KEYS_RESTORED: ({"epoch": is_epoch}, {"backup": is_id}),
    Event.WORKSPACE_BACKED_UP: (
        {"backup": is_id, "size": is_count, "backup_sha256": is_digest},
        {"expires_on": is_date},
    ),
    Event.WORKSPACE_RESTORED: ({"backup": is_id, "size": is_count, "replayed": is_count}, {}),
    Event.LEFTOVER_REMOVED: ({"path": is_text, "reason_code": is_id}, {}),
    Event.FILE_OPENED: (
        {"file": is_text},
        {"years": is_positive, "disposition": is_text, "reason_code": is_id},
    ),
    Event.FILE_ASSIGNED: ({"file": is_text, "record": is_record}, {}),
    Event.RETENTION_CHANGED: (
        {"record": is_record, "cause": is_id},
        {
            **_DUE,
            "profile": is_text,
            "rule": is_text,
            "batch": is_id,
            "unit": is_id,
            "file": is_text,
            "reason_code": is_id,
            "authority": is_text,
            "agreed_by": is_id,
        },
    ),
    Event.RECORD_MARKED: (
        {"record": is_record, "mark": is_id},
        {"authority": is_text, "batch": is_id, "on": is_date, "reason_code": is_id},
    ),
    Event.OPINIONS_ASKED: ({"batch": is_id, "units": is_count, "count": is_count}, {"unit": is_id}),
    Event.OPINION_GIVEN: (
        {"batch": is_id, "unit": is_id, "sheet_sha256": is_digest, "agreed": is_count, "extended": is_count},
        {},
    ),
    Event.SELECTION_OFFERED: ({"batch": is_id, "office": is_id, "list_sha256": is_digest}, {}),
    Event.SELECTION_ANSWERED: (
        {"batch": is_id, "office": is_id, "list_sha256": is_digest, "selected": is_count},
        {"authority": is_text},
    ),
    Event.DESTRUCTION_SUBMITTED: (
        {
            "batch": is_id,
            "catalogue_sha256": is_digest,
            "plan_sha256": is_digest,
            "letter": is_text,
            "on": is_date,
        },
        {},
    ),
    Event.AUTHORITY_APPROVED: (
        {
            "batch": is_id,
            "number": is_text,
            "approved_on": is_date,
            "catalogue_sha256": is_digest,
            "count": is_count,
        },
        {"letter_sha256": is_digest, "letter_format": is_id},
    ),
    Event.CATALOGUE_ANNOTATED: (
        {"batch": is_id, "number": is_text, "destroyed_on": is_date, "annotated_sha256": is_digest},
        {},
    ),
    Event.CATALOGUE_RESUBMITTED: ({"batch": is_id, "letter": is_text, "on": is_date}, {}),
    Event.DESTRUCTION_PHASE: ({"batch": is_id, "phase": is_id}, {"certificate_sha256": is_digest}),
    Event.INCIDENT_REPORTED: (
        {"incident": is_id, "kind": is_id, "count": is_count, "report_sha256": is_digest},
        {"records": is_text_list, "batch": is_id, "authority": is_text, "on": is_date},
    ),
    Event.CLOCK_CONFIRMED: (
        {"today": is_date, "newest": is_date, "people": is_text_list, "statements": is_text_list},
        {},
    ),
    Event.PERSON_LEFT: ({"person": is_id}, {"reason_code": is_id, "on": is_date}),
    Event.PERSON_KEY_REVOKED: ({"person": is_id, "vkey": is_text, "reason_code": is_id}, {"on": is_date}),
    Event.PERSON_KEY_REPLACED: ({"person": is_id, "vkey": is_text}, {"previous": is_text}),
    Event.COPY_MADE: (
        {"copy": is_id, "record": is_record, "kind": is_id, "medium": is_id},
        {"due": is_date, "holder": is_id, "medium_no": is_text, "version": is_positive},
    ),
    Event.COPY_DESTROYED: (
        {"copy": is_id, "record": is_record, "method": is_text},
        {"batch": is_id, "people": is_text_list, "authority": is_text, "statement_sha256": is_digest},
    ),
    Event.BACKUP_EXPIRED: (
        {"backup": is_id},
        {"method": is_text, "reason_code": is_id, "people": is_text_list, "statement_sha256": is_digest},
    ),
    Event.PROFILE_CHANGED: (
        {"profile": is_text, "profile_sha256": is_digest},
        {"version": is_positive, "from": is_date},
    ),
}
_REQUIRED: Final[Mapping[str, Mapping[str, Check]]] = {
    event.value: {**COMMON, **required} for event, (required, _) in EVENTS.items()
}
_OPTIONAL: Final[Mapping[str, Mapping[str, Check]]] = {
    event.value: optional for event, (_, optional) in EVENTS.items()
}
