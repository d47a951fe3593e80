"""Draft a batch: everything that may go today, and why the rest may not."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import insert
from sqlmodel import Session, col, select

from retention.batches import BatchState
from retention.facts import BatchFacts
from retention.guard import evaluate_batch
from retention.kinds import Method, RecordClass
from retention.reasons import Reason
from retention.sections import Act
from signing.canonical import JsonValue
from webir_records.archive.ledger import Event
from webir_records.archive.rows import FILED
from webir_records.archive.store import put_unnamed
from webir_records.model.errors import RefusedError
from webir_records.model.tables import WORK_TABLES, BatchRow, BatchStepRow, RecordRow
from webir_records.services.acting import permit_person
from webir_records.services.adopting import require_adopted
from webir_records.services.context import Workspace
from webir_records.services.destruction.batch_facts import batch_facts
from webir_records.services.destruction.batches import (
    DRAFTED,
    BatchView,
    evidence_path,
    move,
    require_batch,
    show_batch,
)
from webir_records.services.destruction.catalogue import CATALOGUE, catalogue_bytes, items_of
from webir_records.services.destruction.facts import FactReader
from webir_records.services.destruction.truth import read_truth
from webir_records.services.people import require_person
from webir_records.services.texts_for_ledger import reason_code as checked_reason

METHOD: Final = Method.ERASE
"""How electronic records are destroyed: 消除電子檔或重新格式化 (銷毀辦法 §13), by destroying keys."""
_CLASSES: Final = frozenset({RecordClass.A.value, RecordClass.B.value})
_DRAFTING_CODES: Final = frozenset({"R203", "R204", "R205", "R260", "R263", "R264", "R280", "R281"})
"""Reasons about the batch that speak against drafting already; the others are about what comes later."""
LATER: Final = frozenset({"R231", "R232", "R236", "R238"})
"""Reasons about a record that only say that opinion and selection are still to come."""
_ITEM: Final = next(table for table in WORK_TABLES if table.name == "batch_item")


@dataclass(frozen=True, slots=True)
class Excluded:
    """A lapsed record that may not go, with every reason."""

    record: str
    form_no: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A drafted batch, and the lapsed records that stay out of it."""

    batch: BatchView
    excluded: tuple[Excluded, ...]


def draft(
    workspace: Workspace,
    *,
    actor: str,
    record_class: str = "A",
    reason_code: str = "",
    thorough: bool = False,
) -> Draft:
    """Draft a batch of everything in a class that may be destroyed today.

    Args:
        workspace: the open workspace.
        actor: who drafts.
        record_class: A or B.
        reason_code: why the year has another batch.
        thorough: read every sealed file now; else a file that is there with its size counts as whole until
            the submission (class B), the approval and the execution, which read them all.

    Raises:
        InputError: U154 the drafter is not registered, U143 the reason is not a short word.
        RefusedError: U160 copies have a way of their own; U163 nothing may be destroyed today; U164 the
            drafter's role, the clock or a second batch in the year speak against it; U432 the rule is not
            the one that the ledger names. Nothing was changed.
    """
    require_person(workspace, actor)  # the guard judges the role, beside everything else
    reason_code = reason_code and checked_reason(reason_code)
    if record_class not in _CLASSES:
        raise RefusedError("U160", record_class=record_class)
    require_adopted(workspace)
    with Session(workspace.engine) as session, session.begin():
        truth = read_truth(session)
        row = _new_batch(workspace, session, actor, record_class, reason_code)
        facts = batch_facts(workspace, session, row, truth)
        _refuse_early(row, facts)
        reader = FactReader(workspace, session, row.id, truth, catalogue=None, thorough=thorough)
        chosen, excluded = _choose(reader, row, facts)
        if not chosen:
            reasons = [reason for item in excluded for reason in item.reasons]
            raise RefusedError("U163", reasons, record_class=record_class)
        catalogue = make_catalogue(workspace, session, row, chosen)
        _add_rows(workspace, session, row, chosen)
        put_unnamed(workspace.files, evidence_path(row.id, CATALOGUE), catalogue)  # after all that may refuse
        batch = row.id
    workspace.archive.ledger.publish()
    return Draft(show_batch(workspace, batch), excluded)


def withdraw(workspace: Workspace, batch: str, *, actor: str, reason_code: str) -> BatchView:
    """Withdraw a batch before its execution; its records stay as they are.

    Raises:
        InputError: U143, U154, U161.
        RefusedError: U162 it is being executed or was.
    """
    permit_person(workspace, actor, Act.DRAFT_DESTRUCTION)
    reason_code = checked_reason(reason_code)
    with Session(workspace.engine) as session, session.begin():
        row = require_batch(session, batch)
        move(row, BatchState.WITHDRAWN)
        event: dict[str, JsonValue] = {
            "event": "destruction_withdrawn",
            "actor": actor,
            "batch": batch,
            "reason_code": reason_code,
        }
        workspace.archive.ledger.append(session, [event])
    workspace.archive.ledger.publish()
    return show_batch(workspace, batch)


def make_catalogue(workspace: Workspace, session: Session, row: BatchRow, rows: Sequence[RecordRow]) -> bytes:
    """Make the catalogue of these records and note its digest in the batch."""
    catalogue = catalogue_bytes(
        workspace,
        batch=row.id,
        record_class=row.record_class,
        drafted_by=row.drafted_by,
        items=items_of(session, rows),
    )
    row.catalogue_sha256 = hashlib.sha256(catalogue).hexdigest()
    return catalogue


def drafted_event(row: BatchRow, count: int) -> Event:
    """Return the entry of a catalogue that was made, the first one or a later one."""
    event: dict[str, JsonValue] = {
        "event": "destruction_drafted",
        "actor": row.drafted_by,
        "batch": row.id,
        "class": row.record_class,
        "catalogue_sha256": row.catalogue_sha256,
        "count": count,
    }
    return event | ({"reason_code": row.reason_code} if row.reason_code else {})


def lapsed_records(workspace: Workspace, session: Session, record_class: str) -> Sequence[RecordRow]:
    """Return the records of a class whose period has run out, by form number."""
    query = select(RecordRow).where(
        RecordRow.record_class == record_class,
        RecordRow.state == FILED,
        col(RecordRow.due) <= workspace.today(),
    )
    return session.exec(query.order_by(col(RecordRow.form_no))).all()


def _new_batch(
    workspace: Workspace, session: Session, actor: str, record_class: str, reason_code: str
) -> BatchRow:
    year = workspace.today().year
    prefix = f"{record_class}{year}-"
    numbers = session.exec(
        select(BatchRow.id).where(col(BatchRow.id).startswith(prefix, autoescape=True))
    ).all()
    return BatchRow(
        id=f"{prefix}{len(numbers) + 1}",
        year=year,
        record_class=record_class,
        state=BatchState.DRAFTED.value,
        drafted_by=actor,
        catalogue_sha256="",
        reason_code=reason_code,
        method=METHOD.value,
    )


def _refuse_early(row: BatchRow, facts: BatchFacts) -> None:
    reasons = [reason for reason in evaluate_batch(facts) if reason.code in _DRAFTING_CODES]
    if reasons:
        raise RefusedError("U164", reasons, batch=row.id)


def _choose(
    reader: FactReader, row: BatchRow, facts: BatchFacts
) -> tuple[list[RecordRow], tuple[Excluded, ...]]:
    lapsed = lapsed_records(reader.workspace, reader.session, row.record_class)
    excluded: dict[str, tuple[Reason, ...]] = {}
    for record, reasons in reader.refusals(lapsed, facts):
        now = tuple(reason for reason in reasons if reason.code not in LATER)
        if now:
            excluded[record] = now
    chosen = [record for record in lapsed if record.id not in excluded]
    return chosen, tuple(_excluded(lapsed, excluded))


def _excluded(lapsed: Sequence[RecordRow], reasons: dict[str, tuple[Reason, ...]]) -> Iterable[Excluded]:
    return (Excluded(row.id, row.form_no, reasons[row.id]) for row in lapsed if row.id in reasons)


def _add_rows(workspace: Workspace, session: Session, row: BatchRow, chosen: Sequence[RecordRow]) -> None:
    session.add(row)
    session.add(BatchStepRow(batch=row.id, step=DRAFTED, on=workspace.today(), sha256=row.catalogue_sha256))
    session.connection().execute(insert(_ITEM), [{"batch": row.id, "record": record.id} for record in chosen])
    workspace.archive.ledger.append(session, [drafted_event(row, len(chosen))])
