"""Replay the steps of destruction batches of a newer ledger in the database of a backup.

The ledger names no single agreement: a unit that answered has agreed to what is still on the batch. Whose
the records are is told by the entries of the records; of the others, by the question or, in ledgers of
version 0.1.0, by the answer. Reasons why a batch was not offered stand in its paper alone.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import ColumnElement, delete, update
from sqlmodel import Session, col, select

from retention.batches import BatchState
from retention.kinds import Opinion
from signing.entries import Entry, Event
from webir_records.model.tables import (
    BatchItemRow,
    BatchRow,
    BatchStepRow,
    OpinionItemRow,
    OpinionRow,
    UnitRow,
)
from webir_records.services.destruction import batches
from webir_records.services.destruction.opinions import ANSWERED, ASKED

UNKNOWN_UNIT = "unknown"
"""Stands for the unit that was named for records of which none is known, until it answers."""


def replay_batches(session: Session, entry: Entry) -> None:
    """Apply one entry; what it does not know is passed over."""
    match entry.event:
        case Event.OPINIONS_ASKED:
            _asked(session, entry)
        case Event.OPINION_GIVEN:
            _given(session, entry)
        case Event.SELECTION_OFFERED:
            digest = entry.string("list_sha256")
            _to(session, entry, BatchState.SELECTION)
            _step(session, entry, batches.OFFERED, number=entry.string("office"), sha256=digest)
        case Event.SELECTION_ANSWERED:
            _answered(session, entry)
        case Event.DESTRUCTION_SUBMITTED:
            number, digest = entry.string("letter"), entry.string("plan_sha256")
            _to(session, entry, BatchState.SUBMITTED)
            _step(session, entry, batches.SUBMITTED, on=entry.day("on"), number=number, sha256=digest)
        case Event.AUTHORITY_APPROVED:
            _approved(session, entry)
        case _:
            _afterwards(session, entry)


def replay_items(session: Session, batch: str, records: Sequence[str]) -> None:
    """Put exactly these records on a batch: the newest catalogue governs."""
    session.exec(delete(BatchItemRow).where(col(BatchItemRow.batch) == batch))
    session.add_all(BatchItemRow(batch=batch, record=record) for record in records)


def drafted_step(session: Session, entry: Entry) -> None:
    """Note the first draft of a batch."""
    if session.get(BatchStepRow, (entry.string("batch"), batches.DRAFTED)) is None:
        _step(session, entry, batches.DRAFTED, sha256=entry.string("catalogue_sha256"))


def _afterwards(session: Session, entry: Entry) -> None:
    match entry.event:
        case Event.CATALOGUE_ANNOTATED:
            number, digest = entry.string("number"), entry.string("annotated_sha256")
            _to(session, entry, BatchState.ANNOTATED)
            on = entry.day("destroyed_on")
            _step(session, entry, batches.ANNOTATED, on=on, number=number, sha256=digest)
        case Event.CATALOGUE_RESUBMITTED:
            number = entry.string("letter")
            _step(session, entry, batches.RESUBMITTED, on=entry.day("on"), number=number)
        case Event.DESTRUCTION_PHASE if entry.string("phase") == batches.BATCH_CLOSED:
            _to(session, entry, BatchState.CLOSED)
        case _:
            pass


def _asked(session: Session, entry: Entry) -> None:
    batch = entry.string("batch")
    row = session.get(BatchRow, batch)
    _to(session, entry, BatchState.OPINIONS)
    _step(session, entry, batches.OPINIONS, sha256=row.catalogue_sha256 if row else "")
    units = dict(_units(session, batch, entry.string("unit") or UNKNOWN_UNIT))
    for unit in set(units.values()):
        session.merge(OpinionRow(batch=batch, unit=unit, state=ASKED))
    for record, unit in units.items():
        opinion = Opinion.UNANSWERED.value
        session.merge(OpinionItemRow(batch=batch, record=record, unit=unit, opinion=opinion))


def _units(session: Session, batch: str, otherwise: str) -> Iterable[tuple[str, str]]:
    items = session.exec(select(BatchItemRow.record).where(BatchItemRow.batch == batch)).all()
    known = select(UnitRow).join(BatchItemRow, col(BatchItemRow.record) == col(UnitRow.record))
    units = {row.record: row.unit for row in session.exec(known.where(BatchItemRow.batch == batch))}
    return ((record, units.get(record, otherwise)) for record in items)


def _given(session: Session, entry: Entry) -> None:
    batch, unit = entry.string("batch"), entry.string("unit")
    if session.get(OpinionRow, (batch, unit)) is None:
        _take_over(session, batch, unit)
    session.merge(
        OpinionRow(batch=batch, unit=unit, state=ANSWERED, sheet_sha256=entry.string("sheet_sha256"))
    )
    agreed = update(OpinionItemRow).where(*_of(OpinionItemRow, batch, unit))
    session.exec(agreed.values(opinion=Opinion.AGREED.value))


def _take_over(session: Session, batch: str, unit: str) -> None:
    """Let a unit that nobody asked by its name answer for the one that was not named."""
    session.exec(delete(OpinionRow).where(*_of(OpinionRow, batch, UNKNOWN_UNIT)))
    session.exec(update(OpinionItemRow).where(*_of(OpinionItemRow, batch, UNKNOWN_UNIT)).values(unit=unit))


def _of(
    table: type[OpinionRow | OpinionItemRow], batch: str, unit: str
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(table.batch) == batch, col(table.unit) == unit


def _answered(session: Session, entry: Entry) -> None:
    digest = entry.string("list_sha256")
    _to(session, entry, BatchState.SELECTION)
    if entry.string("office") == batches.NOBODY:
        _step(session, entry, batches.SKIPPED, sha256=digest)
    else:
        _step(session, entry, batches.ANSWERED, number=entry.string("authority"), sha256=digest)


def _approved(session: Session, entry: Entry) -> None:
    on, digest = entry.day("approved_on"), entry.string("catalogue_sha256")
    _to(session, entry, BatchState.APPROVED)
    _step(session, entry, batches.AUTHORITY, on=on, number=entry.string("number"), sha256=digest)
    if "letter_sha256" in entry.fields:
        _step(session, entry, batches.LETTER, on=on, sha256=entry.string("letter_sha256"))


def _to(session: Session, entry: Entry, state: BatchState) -> None:
    session.exec(update(BatchRow).where(col(BatchRow.id) == entry.string("batch")).values(state=state.value))


def _step(
    session: Session, entry: Entry, step: str, *, on: date | None = None, number: str = "", sha256: str = ""
) -> None:
    day = on or entry.local_day
    session.merge(BatchStepRow(batch=entry.string("batch"), step=step, on=day, number=number, sha256=sha256))
