"""Draft a batch: everything that may go today, and why the rest may not."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session, col, select

from retention.batches import BatchState
from retention.facts import BatchFacts
from retention.guard import evaluate, evaluate_batch
from retention.kinds import Method, RecordClass
from retention.reasons import Reason
from retention.sections import Act
from signing.canonical import JsonValue
from webir_records.archive.rows import FILED
from webir_records.archive.store import put_unnamed
from webir_records.model.errors import RefusedError
from webir_records.model.tables import BatchItemRow, BatchRow, RecordRow
from webir_records.services.acting import permit_person
from webir_records.services.context import Workspace
from webir_records.services.destruction.batches import (
    BatchView,
    evidence_path,
    move,
    require_batch,
    show_batch,
)
from webir_records.services.destruction.catalogue import CATALOGUE, catalogue_bytes, item_of
from webir_records.services.destruction.facts import batch_facts, record_facts
from webir_records.services.people import require_person
from webir_records.services.texts_for_ledger import reason_code as checked_reason

METHOD: Final = Method.ERASE
"""How electronic records are destroyed: 消除電子檔或重新格式化 (銷毀辦法 §13), by destroying keys."""
_DRAFTING_CODES: Final = frozenset({"R203", "R204", "R205", "R260", "R263", "R264", "R280", "R281"})
"""Reasons about the batch that speak against drafting already; the others are about what comes later."""


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


def draft(workspace: Workspace, *, actor: str, record_class: str = "A", reason_code: str = "") -> Draft:
    """Draft a batch of everything in a class that may be destroyed today.

    Raises:
        InputError: U154 the drafter is not registered, U143 the reason is not a short word.
        RefusedError: U160 the class has no workflow yet; U163 nothing may be destroyed today; U164 the
            drafter's role, the clock or a second batch in the year speak against it. Nothing was changed.
    """
    require_person(workspace, actor)  # the guard judges the role, beside everything else
    reason_code = reason_code and checked_reason(reason_code)
    if record_class != RecordClass.A.value:
        raise RefusedError("U160", record_class=record_class)
    with Session(workspace.engine) as session, session.begin():
        row = _new_batch(workspace, session, actor, record_class, reason_code)
        facts = batch_facts(workspace, session, row)
        _refuse_early(row, facts)
        chosen, excluded = _choose(workspace, session, record_class, facts)
        if not chosen:
            raise RefusedError("U163", [reason for item in excluded for reason in item.reasons])
        items = [item_of(session, record) for record in chosen]
        catalogue = catalogue_bytes(
            workspace, batch=row.id, record_class=record_class, drafted_by=actor, items=items
        )
        row.catalogue_sha256 = hashlib.sha256(catalogue).hexdigest()
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
    workspace: Workspace, session: Session, record_class: str, facts: BatchFacts
) -> tuple[list[RecordRow], tuple[Excluded, ...]]:
    chosen: list[RecordRow] = []
    excluded: list[Excluded] = []
    for record in lapsed_records(workspace, session, record_class):
        reasons = evaluate(record_facts(workspace, session, record, None), facts)
        if reasons:
            excluded.append(Excluded(record.id, record.form_no, reasons))
        else:
            chosen.append(record)
    return chosen, tuple(excluded)


def _add_rows(workspace: Workspace, session: Session, row: BatchRow, chosen: Sequence[RecordRow]) -> None:
    session.add(row)
    session.add_all(BatchItemRow(batch=row.id, record=record.id) for record in chosen)
    event: dict[str, JsonValue] = {
        "event": "destruction_drafted",
        "actor": row.drafted_by,
        "batch": row.id,
        "class": row.record_class,
        "catalogue_sha256": row.catalogue_sha256,
        "count": len(chosen),
    }
    workspace.archive.ledger.append(
        session, [event | ({"reason_code": row.reason_code} if row.reason_code else {})]
    )
