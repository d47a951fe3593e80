"""A unit extends single records: their new first day, in tables and ledger (銷毀辦法 §8 II).

In a file (案卷) one term governs all records, so an extension of one is an extension of all of them.
"""

from collections.abc import Mapping
from datetime import date

from sqlmodel import Session

from webir_records.archive.ledger import Event
from webir_records.archive.rows import FILED
from webir_records.model.tables import BatchRow, RetentionRow
from webir_records.services import settling
from webir_records.services.destruction.batches import UNIT_EXTENSION, UNIT_NEEDS_IT
from webir_records.services.destruction.handling import Handling, rows_of


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
    touched = settling.with_their_files(session, until)
    events = settling.settle(
        act.workspace,
        session,
        touched,
        actor=act.actor,
        cause=UNIT_EXTENSION,
        batch=act.row.id,
        unit=unit,
        reason_code=UNIT_NEEDS_IT,
    )
    rows = [row for row in rows_of(session, touched) if row.state == FILED]
    return {row.id for row in rows if row.due is None or row.due > today}, events


def _set(session: Session, row: BatchRow, record: str, day: date) -> None:
    known = session.get(RetentionRow, (record, UNIT_EXTENSION))
    if known is None:
        known = RetentionRow(record=record, cause=UNIT_EXTENSION)
    known.due = max(day, known.due) if known.due else day
    known.reason_code, known.batch = UNIT_NEEDS_IT, row.id
    session.add(known)
