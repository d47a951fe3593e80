"""What the steps of class B share: who may take them, days that make sense, and records that leave."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete
from sqlmodel import Session, col, select

from retention.batches import BatchState
from retention.kinds import RecordClass
from retention.reasons import Reason
from retention.sections import Act
from webir_records.archive.ledger import Event
from webir_records.model.errors import InputError, RefusedError
from webir_records.model.tables import BatchItemRow, BatchRow, RecordRow
from webir_records.services.acting import permit_person
from webir_records.services.context import Workspace
from webir_records.services.destruction.batches import item_records, require_batch
from webir_records.services.destruction.drafting import drafted_event, make_catalogue
from webir_records.services.governing import chunks


@dataclass(frozen=True, slots=True)
class Handling:
    """One act on a batch: within which transaction, and by whom."""

    workspace: Workspace
    session: Session
    row: BatchRow
    actor: str


def permit_handler(workspace: Workspace, actor: str, row: BatchRow) -> None:
    """Let only those handle a batch who might have drafted it: whoever makes a new catalogue drafts.

    Raises:
        InputError: U154 nobody is registered under this id.
        RefusedError: U159 none of the person's roles may draft; U164 not for this class.
    """
    person = permit_person(workspace, actor, Act.DRAFT_DESTRUCTION)
    duty = workspace.profile.duty(RecordClass(row.record_class))
    if duty is not None and duty.drafters.isdisjoint(person.roles):
        facts = {"batch": row.id, "person": actor, "roles": "、".join(sorted(duty.drafters))}
        raise RefusedError("U164", [Reason("R264", duty.clause, facts)], batch=row.id)


def batch_at(session: Session, batch: str, *states: BatchState) -> BatchRow:
    """Return a batch that stands in one of these states.

    Raises:
        InputError: U161 there is no such batch.
        RefusedError: U162 it stands elsewhere, or its class knows no such step.
    """
    row = require_batch(session, batch)
    if BatchState(row.state) in states and row.record_class != RecordClass.A.value:
        return row
    facts = {"batch": batch, "class": row.record_class, "state": row.state}
    facts["expected"] = "、".join(state.value for state in states)
    raise RefusedError("U162", [Reason("U402", "銷毀辦法 §8", facts)], batch=batch)


def checked_day(workspace: Workspace, on: date, *, after: date | None) -> date:
    """Return a day that lies between an earlier step and today, both included.

    Raises:
        InputError: U401 it lies before the earlier step, or after today.
    """
    today = workspace.today()
    if on > today or (after is not None and on < after):
        first = after.isoformat() if after else "–"
        raise InputError("U401", got=on.isoformat(), first=first, today=today.isoformat())
    return on


def rows_of(session: Session, records: Sequence[str]) -> list[RecordRow]:
    """Return the rows of many records, in the order of their ids."""
    found: list[RecordRow] = []
    for some in chunks(sorted(records)):
        query = select(RecordRow).where(col(RecordRow.id).in_(some)).order_by(col(RecordRow.id))
        found += session.exec(query)
    return found


def batch_rows(session: Session, batch: str) -> list[RecordRow]:
    """Return the rows of the records on a batch."""
    return rows_of(session, item_records(session, batch))


def leave(act: Handling, leaving: Collection[str]) -> tuple[bytes, Event]:
    """Take records off a batch; returns the new catalogue and its entry.

    The caller appends the entry, stages the catalogue after all that may refuse, and settles it after the
    commit (see `catalogue`). Whoever does this is the new drafter.
    """
    session, row = act.session, act.row
    of_batch = delete(BatchItemRow).where(col(BatchItemRow.batch) == row.id)
    for some in chunks(sorted(leaving)):
        session.exec(of_batch.where(col(BatchItemRow.record).in_(some)))
    staying = sorted(batch_rows(session, row.id), key=_by_number)
    row.drafted_by = act.actor
    catalogue = make_catalogue(act.workspace, session, row, staying)
    return catalogue, drafted_event(row, len(staying))


def listed(names: Iterable[str], *, most: int = 5) -> str:
    """Return some names for a message, and how many more there are."""
    found = sorted(names)
    more = f" … (+{len(found) - most})" if len(found) > most else ""
    return "、".join(found[:most]) + more


def _by_number(row: RecordRow) -> tuple[str, str]:
    return row.form_no, row.id
