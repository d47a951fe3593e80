"""A unit extends single records: their new first day, in tables and ledger (銷毀辦法 §8 I).

In a file (案卷) one term governs all records, so an extension of one is an extension of all of them.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from sqlmodel import Session, col, select

from signing.canonical import JsonValue
from webir_records.archive.ledger import Event
from webir_records.archive.rows import FILED
from webir_records.model.tables import BatchRow, RecordFileRow, RecordRow, RetentionRow
from webir_records.services.destruction.handling import Handling, rows_of
from webir_records.services.governing import chunks, governing

CAUSE: Final = "unit_extension"
REASON: Final = "unit-needs-it"
"""The unit's own words stay on its sheet, whose digest the ledger holds: they may name people."""


def extend(act: Handling, unit: str, until: Mapping[str, date]) -> tuple[set[str], list[Event]]:
    """Set the later first days; returns every record that may not go today any more, and the entries.

    Args:
        act: the batch about which the unit answered, and who enters it.
        unit: the unit.
        until: new first day of destruction, by record.
    """
    session, today = act.session, act.workspace.today()
    for record, day in until.items():
        _set(session, act.row, record, day)
    session.flush()
    touched = set(until) | _neighbours(session, set(until))
    rows = [found for found in rows_of(session, sorted(touched)) if found.state == FILED]
    days = governing(act.workspace, session, rows)
    events: list[Event] = []
    for found in rows:
        due = days[found.id].due
        if due is not None and due != found.due:
            found.due = due
            events.append(_changed(act, found, unit, days[found.id].file))
    session.flush()
    late = {found.id for found in rows if found.due is None or found.due > today}
    return late, events


def _set(session: Session, row: BatchRow, record: str, day: date) -> None:
    known = session.get(RetentionRow, (record, CAUSE))
    if known is None:
        known = RetentionRow(record=record, cause=CAUSE)
    known.due = max(day, known.due) if known.due else day
    known.reason_code, known.batch = REASON, row.id
    session.add(known)


def _neighbours(session: Session, records: set[str]) -> set[str]:
    """Return every record that lies in a file with one of these."""
    files: set[str] = set()
    for some in chunks(sorted(records)):
        files |= set(session.exec(select(RecordFileRow.file).where(col(RecordFileRow.record).in_(some))))
    found: set[str] = set()
    for some in chunks(sorted(files)):
        found |= set(session.exec(select(RecordFileRow.record).where(col(RecordFileRow.file).in_(some))))
    return found


def _changed(act: Handling, record: RecordRow, unit: str, file: str) -> Event:
    event: dict[str, JsonValue] = {
        "event": "retention_changed",
        "actor": act.actor,
        "record": record.id,
        "cause": CAUSE,
        "due": record.due.isoformat() if record.due else "",
        "batch": act.row.id,
        "unit": unit,
        "reason_code": REASON,
    }
    return event | ({"file": file} if file else {})
