"""Approve a batch or promise to witness it: a statement signed with the person's own key."""

import hashlib

from sqlmodel import Session

from retention.batches import BatchState
from retention.facts import BatchFacts
from retention.guard import evaluate_batch
from retention.kinds import StatementKind
from retention.reasons import Reason
from signing.canonical import JsonValue
from signing.statement import sign_statement
from webir_records.archive.store import put_unnamed, take_back
from webir_records.model.errors import InputError, RefusedError
from webir_records.model.tables import BatchRow, StatementRow
from webir_records.services.context import Workspace, utc_text
from webir_records.services.destruction.batches import (
    BatchView,
    evidence_path,
    move,
    require_batch,
    show_batch,
    statements_of,
)
from webir_records.services.destruction.facts import batch_facts
from webir_records.services.people import open_signer
from webir_records.services.texts_for_ledger import authority as checked_authority

_MISSING = frozenset({"R270", "R271"})
"""Reasons that only say that a statement is still to come."""


def state(
    workspace: Workspace, batch: str, *, kind: str, actor: str, passphrase: str, authority: str = ""
) -> BatchView:
    """Sign a statement about the batch's catalogue as it is now; with the last one the batch is approved.

    Args:
        workspace: the open workspace.
        batch: batch id.
        kind: `approval` or `witness`.
        actor: who signs.
        passphrase: opens the person's key.
        authority: number of the internal approval (簽 or 函), if there is one.

    Raises:
        InputError: U161 no such batch; U165 it was signed by this person already; U154–U157 about the key.
        RefusedError: U162 the batch is past this step; U166 the person, the role or the catalogue speak
            against it. Nothing was changed.
    """
    authority = authority and checked_authority(authority)
    signer = open_signer(workspace, actor, passphrase)
    with Session(workspace.engine) as session, session.begin():
        row = require_batch(session, batch)
        _check_step(session, row, kind, actor)
        fields = _fields(workspace, row, kind, actor, authority)
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
        _accept(workspace, session, row, path)
    workspace.archive.ledger.publish()
    return show_batch(workspace, batch)


def _check_step(session: Session, row: BatchRow, kind: str, actor: str) -> None:
    if any((known.kind, known.person) == (kind, actor) for known in statements_of(session, row.id)):
        raise InputError("U165", batch=row.id, person=actor)
    if row.state != BatchState.DRAFTED.value:
        move(row, BatchState.APPROVED)  # refuses with the reason


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


def _accept(workspace: Workspace, session: Session, row: BatchRow, path: str) -> None:
    """Judge the batch with the new statement; a refusal takes the note away again."""
    facts = batch_facts(workspace, session, row)
    against = _against(facts)
    if against:
        take_back(workspace.files, path)
        raise RefusedError("U166", against, batch=row.id)
    if not any(reason.code in _MISSING for reason in evaluate_batch(facts)):
        move(row, BatchState.APPROVED)


def _against(facts: BatchFacts) -> list[Reason]:
    return [reason for reason in evaluate_batch(facts) if reason.code not in _MISSING]
