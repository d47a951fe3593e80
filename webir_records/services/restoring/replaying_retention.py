"""Replay files, units, marks, holds, incidents and days of a newer ledger in the database of a backup.

Titles of files are not in the ledger: a file that was opened after the backup gets its number as title.
"""

from sqlalchemy import update
from sqlmodel import Session, col, select

from signing.entries import Entry, Event
from webir_records.model.tables import (
    CounterRow,
    FileRow,
    HoldRow,
    IncidentRow,
    MarkRow,
    RecordFileRow,
    RecordRow,
    RetentionRow,
    UnitRow,
)
from webir_records.services.comparing_retention import row_of
from webir_records.services.governing import STOPPED, TRIGGER_CORRECTED
from webir_records.services.marks import UNIT

_FOLLOWS: frozenset[str] = frozenset(
    {
        "rule",
        "file",
        "file_waits",
        "permanent",
        "no_trigger",
        "no_rule",
        "no_entry",
        TRIGGER_CORRECTED,
        "profile_changed",
    }
)
"""Causes that follow from other rows: nothing was set beside the rule."""


def replay_retention(session: Session, entry: Entry) -> None:
    """Apply one entry; what it does not know is passed over."""
    match entry.event:
        case Event.HOLD_PLACED:
            session.merge(_hold(entry))
        case Event.HOLD_RELEASED:
            values = {"released": True, "asked_by": entry.string("asked_by")}
            session.exec(update(HoldRow).where(col(HoldRow.id) == entry.string("hold")).values(**values))
        case Event.FILE_OPENED:
            session.merge(_file(entry))
        case Event.FILE_ASSIGNED:
            session.merge(RecordFileRow(record=entry.string("record"), file=entry.string("file")))
        case Event.RECORD_MARKED:
            _mark(session, entry)
        case Event.RETENTION_CHANGED:
            _change(session, entry)
        case Event.ANNOTATED:
            begin_again(session, entry.string("record"))
        case Event.INCIDENT_REPORTED:
            _report(session, entry)
        case _:
            pass


def begin_again(session: Session, record: str) -> None:
    """A new date ends what stopped the period."""
    stopped = col(RetentionRow.cause).in_(STOPPED)
    for row in session.exec(select(RetentionRow).where(RetentionRow.record == record, stopped)):
        session.delete(row)


def _hold(entry: Entry) -> HoldRow:
    return HoldRow(
        id=entry.string("hold"),
        record=entry.string("record"),
        authority=entry.string("authority"),
        review_on=entry.day("review_on"),
        case=entry.string("case"),
        reason_code=entry.string("reason_code"),
        file=entry.string("file"),
        placed_by=entry.actor,
    )


def _file(entry: Entry) -> FileRow:
    return FileRow(
        id=entry.string("file"),
        title=entry.string("file"),
        years=entry.integer("years") if "years" in entry.fields else None,
        disposition=entry.string("disposition"),
    )


def _mark(session: Session, entry: Entry) -> None:
    record, word = entry.string("record"), entry.string("mark")
    if word == UNIT:
        session.merge(UnitRow(record=record, unit=entry.string("reason_code")))
        return
    mark, value = row_of(word)
    authority, on = entry.string("authority"), entry.day("on")
    session.merge(MarkRow(record=record, mark=mark, value=value, authority=authority, on=on))


def _report(session: Session, entry: Entry) -> None:
    """Enter a report on an incident; its number is never given out again."""
    incident = entry.string("incident")
    row = IncidentRow(
        id=incident,
        kind=entry.string("kind"),
        on=entry.day("on") or entry.local_day,
        sha256=entry.string("report_sha256"),
        path=f"certificates/incident-{incident}/incident.json",
        authority=entry.string("authority"),
    )
    session.merge(row)
    prefix, _, number = incident.rpartition("-")
    counter = session.get(CounterRow, f"{prefix}-") or CounterRow(prefix=f"{prefix}-", last=0)
    counter.last = max(counter.last, int(number) if number.isdecimal() else 0)
    session.add(counter)


def _change(session: Session, entry: Entry) -> None:
    record, cause = entry.string("record"), entry.string("cause")
    row = session.get(RecordRow, record)
    if row is not None:
        row.due = entry.day("due")
        if cause in STOPPED:
            row.trigger = row.trigger_date = None
        session.add(row)
    if cause in _FOLLOWS:
        return
    session.merge(
        RetentionRow(
            record=record,
            cause=cause,
            due=entry.day("due"),
            reason_code=entry.string("reason_code"),
            authority=entry.string("authority"),
            batch=entry.string("batch"),
        )
    )
