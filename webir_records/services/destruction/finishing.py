"""What follows a class B destruction: the catalogue is annotated and sent again, and the batch is closed.

Number and day of the approval and the day of the destruction are written into the catalogue, which goes up
once more (銷毀辦法 §17); catalogue and approval are kept for ever (§18).
"""

import hashlib
from datetime import date, datetime
from typing import Final

from sqlmodel import Session

from retention.batches import BatchState
from retention.reasons import Reason
from signing.canonical import JsonValue, canonical_bytes
from webir_records.model.errors import FaultError, InputError, RefusedError
from webir_records.model.tables import BatchRow, BatchStepRow
from webir_records.services.context import Workspace, local_date
from webir_records.services.destruction.batches import (
    ANNOTATED,
    AUTHORITY,
    BATCH_CLOSED,
    RESUBMITTED,
    BatchView,
    StepView,
    evidence_path,
    move,
    put_papers,
    show_batch,
    step_of,
)
from webir_records.services.destruction.catalogue import read_catalogue
from webir_records.services.destruction.handling import batch_at, checked_day, permit_handler
from webir_records.services.destruction.plan import digests_of
from webir_records.services.papers.batch_data import batch_data
from webir_records.services.papers.batch_papers import FILES, ITEMS, kept_papers
from webir_records.services.texts_for_ledger import authority as checked_authority

ANNOTATED_FILE: Final = "catalogue-annotated.json"


def annotate(workspace: Workspace, batch: str, *, actor: str) -> BatchView:
    """Write number and days into the catalogue of a destroyed batch.

    Raises:
        InputError: U161.
        RefusedError: U159, U164 about the actor; U162 it was not destroyed and certified, or was
            annotated.
        FaultError: U423 the catalogue is not the one that was approved.
    """
    with Session(workspace.engine) as session, session.begin():
        row = batch_at(session, batch, BatchState.DESTROYED)
        permit_handler(workspace, actor, row)
        if not row.completed_at:
            raise RefusedError("U162", [Reason("U424", "銷毀辦法 §17", {"batch": batch})], batch=batch)
        number, destroyed_on, facts = _annotated(workspace, session, row)
        papers = _papers(workspace, session, row, number, destroyed_on)
        data = canonical_bytes({**facts, "papers": digests_of(papers)})
        digest = hashlib.sha256(data).hexdigest()
        path = evidence_path(batch, ANNOTATED_FILE)
        move(row, BatchState.ANNOTATED)
        step = BatchStepRow(
            batch=batch, step=ANNOTATED, on=destroyed_on, number=number, sha256=digest, path=path
        )
        session.add(step)
        event: dict[str, JsonValue] = {
            "event": "catalogue_annotated",
            "actor": actor,
            "batch": batch,
            "number": number,
            "destroyed_on": destroyed_on.isoformat(),
            "annotated_sha256": digest,
        }
        workspace.archive.ledger.append(session, [event])
        put_papers(workspace, batch, {**papers, ANNOTATED_FILE: data})
    workspace.archive.ledger.publish()
    return show_batch(workspace, batch)


def resubmit(workspace: Workspace, batch: str, *, letter: str, on: date, actor: str) -> BatchView:
    """Note that the annotated catalogue was sent up.

    Raises:
        InputError: U161; U142 about the letter; U401 the day is before the destruction, or to come;
            U425 it was sent already.
        RefusedError: U159, U164 about the actor; U162 the batch is not at this step.
    """
    letter = checked_authority(letter)
    with Session(workspace.engine) as session, session.begin():
        row = batch_at(session, batch, BatchState.ANNOTATED)
        permit_handler(workspace, actor, row)
        if step_of(session, batch, RESUBMITTED) is not None:
            raise InputError("U425", batch=batch)
        annotated = step_of(session, batch, ANNOTATED)
        on = checked_day(workspace, on, after=annotated.on if annotated else None)
        session.add(BatchStepRow(batch=batch, step=RESUBMITTED, on=on, number=letter))
        event: dict[str, JsonValue] = {
            "event": "catalogue_resubmitted",
            "actor": actor,
            "batch": batch,
            "letter": letter,
            "on": on.isoformat(),
        }
        workspace.archive.ledger.append(session, [event])
    workspace.archive.ledger.publish()
    return show_batch(workspace, batch)


def close(workspace: Workspace, batch: str, *, actor: str) -> BatchView:
    """Close a batch whose annotated catalogue was sent up.

    Raises:
        InputError: U161.
        RefusedError: U159, U164 about the actor; U162 the batch is not at this step, or the catalogue was not
            sent.
    """
    with Session(workspace.engine) as session, session.begin():
        row = batch_at(session, batch, BatchState.ANNOTATED)
        permit_handler(workspace, actor, row)
        if step_of(session, batch, RESUBMITTED) is None:
            raise RefusedError("U162", [Reason("U426", "銷毀辦法 §17", {"batch": batch})], batch=batch)
        move(row, BatchState.CLOSED)
        event: dict[str, JsonValue] = {
            "event": "destruction_phase",
            "actor": actor,
            "batch": batch,
            "phase": BATCH_CLOSED,
        }
        session.add(BatchStepRow(batch=batch, step=BATCH_CLOSED, on=workspace.today()))
        workspace.archive.ledger.append(session, [event])
    workspace.archive.ledger.publish()
    return show_batch(workspace, batch)


def _papers(
    workspace: Workspace, session: Session, row: BatchRow, number: str, destroyed_on: date
) -> dict[str, bytes]:
    """Return the annotated catalogues as they go up once more; they are kept for ever (銷毀辦法 §18)."""
    data = batch_data(workspace, session, row)
    step = StepView(ANNOTATED, destroyed_on, number, "")
    return kept_papers(workspace, data, (FILES, ITEMS), prefix=ANNOTATED, steps=(step,))


def _annotated(
    workspace: Workspace, session: Session, row: BatchRow
) -> tuple[str, date, dict[str, JsonValue]]:
    """Return the approval's number, the day of destruction, and the annotated catalogue."""
    approval = step_of(session, row.id, AUTHORITY)
    catalogue = read_catalogue(workspace, row)
    if approval is None or approval.on is None or catalogue.sha256 != row.catalogue_sha256:
        raise FaultError("U423", batch=row.id)
    finished = datetime.fromisoformat(row.completed_at)
    destroyed_on = local_date(finished, workspace.profile.timezone)
    facts: dict[str, JsonValue] = {
        "v": 1,
        "batch": row.id,
        "catalogue_sha256": row.catalogue_sha256,
        "certificate_sha256": row.certificate_sha256,
        "approval_number": approval.number,
        "approved_on": approval.on.isoformat(),
        "destroyed_on": destroyed_on.isoformat(),
        "method": row.method,
        "count": len(catalogue.items),
        "items": list(catalogue.items.values()),
    }
    return approval.number, destroyed_on, facts
