"""Approve a batch or promise to witness it: a statement signed with the person's own key."""

import hashlib
from collections.abc import Mapping, Sequence

from sqlmodel import Session

from retention.batches import BatchState
from retention.facts import BatchFacts
from retention.kinds import RecordClass, StatementKind
from retention.reasons import Reason
from signing.canonical import JsonValue
from signing.statement import sign_statement
from webir_records.archive.store import put_unnamed, take_back
from webir_records.model.errors import InputError, RefusedError
from webir_records.model.tables import BatchRow, StatementRow
from webir_records.services.adopting import require_adopted
from webir_records.services.context import Workspace, utc_text
from webir_records.services.destruction.batch_facts import batch_facts, batch_refusals
from webir_records.services.destruction.batches import (
    BatchView,
    evidence_path,
    move,
    require_batch,
    show_batch,
    statements_of,
)
from webir_records.services.destruction.catalogue import read_catalogue
from webir_records.services.destruction.facts import FactReader
from webir_records.services.destruction.handling import batch_rows
from webir_records.services.destruction.truth import read_truth
from webir_records.services.people import open_signer, require_person
from webir_records.services.texts_for_ledger import authority as checked_authority

_MISSING = frozenset({"R270", "R271"})
"""Reasons that only say that a statement is still to come."""
_WAITING = _MISSING | {"R272"}
"""The same, and that the days between approval and execution are not over."""
_STEPS: Mapping[RecordClass, Mapping[StatementKind, tuple[BatchState, ...]]] = {
    RecordClass.A: {
        StatementKind.APPROVAL: (BatchState.DRAFTED,),
        StatementKind.WITNESS: (BatchState.DRAFTED,),
    },
    RecordClass.B: {
        StatementKind.APPROVAL: (BatchState.APPROVED,),
        StatementKind.WITNESS: (BatchState.COOLING,),
    },
}
"""At which state of a batch each kind of statement is taken."""


def state(
    workspace: Workspace,
    batch: str,
    *,
    kind: str,
    actor: str,
    passphrase: str,
    authority: str = "",
    witnesses: Sequence[str] = (),
) -> BatchView:
    """Sign a statement about the batch's catalogue as it is now.

    Class A: with the last one the batch is approved. Class B: with the last approval, which comes after the
    archive authority's, the days of cooling off begin; then people promise to witness.

    Args:
        workspace: the open workspace.
        batch: batch id.
        kind: `approval` or `witness`.
        actor: who signs.
        passphrase: opens the person's key.
        authority: number of the internal approval (簽 or 函), if there is one.
        witnesses: with an approval, ids of those who may witness (監毀); without any, whoever has the role.

    Raises:
        InputError: U161 no such batch; U165 it was signed by this person already; U154-U157 about the key, or
            nobody is registered under the id of a witness.
        RefusedError: U162 the batch is past this step; U166 the person, the role or the catalogue speak
            against it; U432 the rule is not the one that the ledger names. Nothing was changed.
    """
    authority = authority and checked_authority(authority)
    for person in witnesses:
        require_person(workspace, person)
    require_adopted(workspace)
    signer = open_signer(workspace, actor, passphrase)
    with Session(workspace.engine) as session, session.begin():
        row = require_batch(session, batch)
        _check_step(session, row, kind, actor)
        fields = _fields(workspace, row, kind, actor, authority) | _naming(witnesses)
        note = sign_statement(fields, signer)
        path = evidence_path(batch, f"statement-{kind}-{actor}.note")
        digest = hashlib.sha256(note).hexdigest()
        session.add(StatementRow(batch=batch, kind=kind, person=actor, sha256=digest, path=path))
        session.flush()
        event: dict[str, JsonValue] = {
            "event": "destruction_stated",
            "actor": actor,
            "batch": batch,
            "kind": kind,
            "person": actor,
            "catalogue_sha256": row.catalogue_sha256,
            "statement_sha256": digest,
        }
        workspace.archive.ledger.append(session, [event])
        put_unnamed(workspace.files, path, note)  # after all that may refuse, but what judges the note itself
        _accept(workspace, session, row, path, kind=kind)
    workspace.archive.ledger.publish()
    return show_batch(workspace, batch)


def _check_step(session: Session, row: BatchRow, kind: str, actor: str) -> None:
    if any((known.kind, known.person) == (kind, actor) for known in statements_of(session, row.id)):
        raise InputError("U165", batch=row.id, person=actor)
    at = _STEPS[RecordClass(row.record_class)][StatementKind(kind)]
    if BatchState(row.state) not in at:
        expected = "、".join(state.value for state in at)
        facts = {"batch": row.id, "class": row.record_class, "state": row.state, "expected": expected}
        raise RefusedError("U162", [Reason("U402", "檔案法 §12 II", facts)], batch=row.id)


def _fields(
    workspace: Workspace, row: BatchRow, kind: str, actor: str, authority: str
) -> dict[str, JsonValue]:
    fields: dict[str, JsonValue] = {
        "batch": row.id,
        "kind": StatementKind(kind).value,
        "person": actor,
        "catalogue_sha256": row.catalogue_sha256,
        "at": utc_text(workspace.machine.now()),
    }
    return fields | ({"authority": authority} if authority else {})


def _naming(witnesses: Sequence[str]) -> dict[str, JsonValue]:
    named: list[JsonValue] = [*sorted(set(witnesses))]
    return {"witnesses": named} if named else {}


def _accept(workspace: Workspace, session: Session, row: BatchRow, path: str, *, kind: str) -> None:
    """Judge the batch and its records with the new statement; a refusal takes the note away again."""
    truth = read_truth(session)
    facts = batch_facts(workspace, session, row, truth)
    found = batch_refusals(facts, truth)
    against = [reason for reason in found if reason.code not in _WAITING]
    catalogue, thorough = read_catalogue(workspace, row), kind == StatementKind.APPROVAL.value
    reader = FactReader(workspace, session, row.id, truth, catalogue, thorough)  # approvals read it all
    against += _against_records(reader, row, facts)
    if against:
        take_back(workspace.files, path)
        raise RefusedError("U166", against, batch=row.id)
    missing = {reason.code for reason in found} & _MISSING
    if row.record_class == RecordClass.A.value:
        if not missing:
            move(row, BatchState.APPROVED)
    elif row.state == BatchState.APPROVED.value and "R270" not in missing:
        move(row, BatchState.COOLING)


def _against_records(reader: FactReader, row: BatchRow, facts: BatchFacts) -> list[Reason]:
    """Nobody shall sign what could not be executed: every record is judged again."""
    refusals = reader.refusals(batch_rows(reader.session, row.id), facts)
    return [reason for _, reasons in refusals for reason in reasons]
