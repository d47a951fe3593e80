"""Destruction batches as plain values, and where their evidence lies."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from retention.batches import BatchState, check_transition
from retention.kinds import RecordClass
from webir_records.model.errors import InputError, RefusedError
from webir_records.model.tables import BatchItemRow, BatchRow, StatementRow
from webir_records.services.context import Workspace


@dataclass(frozen=True, slots=True)
class StatementView:
    """Who stated what about a batch; `sha256` is the digest of the signed note."""

    kind: str
    person: str
    sha256: str


@dataclass(frozen=True, slots=True)
class BatchView:
    """A batch and where it stands; `catalogue_sha256` is what its people sign."""

    batch: str
    record_class: str
    state: str
    drafted_by: str
    catalogue_sha256: str
    reason_code: str
    started_at: str
    completed_at: str
    certificate_sha256: str
    records: tuple[str, ...]
    statements: tuple[StatementView, ...]


def list_batches(workspace: Workspace) -> tuple[BatchView, ...]:
    """Return every batch, oldest first."""
    with Session(workspace.engine) as session:
        rows = session.exec(select(BatchRow).order_by(col(BatchRow.id))).all()
        return tuple(_view(session, row) for row in rows)


def show_batch(workspace: Workspace, batch: str) -> BatchView:
    """Return one batch.

    Raises:
        InputError: U161 there is no such batch.
    """
    with Session(workspace.engine) as session:
        return _view(session, require_batch(session, batch))


def require_batch(session: Session, batch: str) -> BatchRow:
    """Return the row of a batch.

    Raises:
        InputError: U161 there is no such batch.
    """
    row = session.get(BatchRow, batch)
    if row is None:
        raise InputError("U161", batch=batch)
    return row


def move(row: BatchRow, new: BatchState) -> None:
    """Take a batch to its next state.

    Raises:
        RefusedError: U162 the step is not allowed from where the batch stands.
    """
    reason = check_transition(BatchState(row.state), new, RecordClass(row.record_class))
    if reason is not None:
        raise RefusedError("U162", [reason], batch=row.id)
    row.state = new.value


def item_records(session: Session, batch: str) -> tuple[str, ...]:
    """Return the record ids of a batch, in a fixed order."""
    query = select(BatchItemRow.record).where(BatchItemRow.batch == batch).order_by(col(BatchItemRow.record))
    return tuple(session.exec(query))


def statements_of(session: Session, batch: str) -> tuple[StatementRow, ...]:
    """Return the statements about a batch."""
    query = select(StatementRow).where(StatementRow.batch == batch)
    return tuple(session.exec(query.order_by(col(StatementRow.kind), col(StatementRow.person))))


def evidence_path(batch: str, name: str) -> str:
    """Return where a piece of evidence lies in the archive."""
    return f"certificates/{batch}/{name}"


def _view(session: Session, row: BatchRow) -> BatchView:
    return BatchView(
        batch=row.id,
        record_class=row.record_class,
        state=row.state,
        drafted_by=row.drafted_by,
        catalogue_sha256=row.catalogue_sha256,
        reason_code=row.reason_code,
        started_at=row.started_at,
        completed_at=row.completed_at,
        certificate_sha256=row.certificate_sha256,
        records=item_records(session, row.id),
        statements=tuple(StatementView(s.kind, s.person, s.sha256) for s in statements_of(session, row.id)),
    )
