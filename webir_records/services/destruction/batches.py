"""Destruction batches as plain values, their steps, and where their evidence lies."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlmodel import Session, col, select

from retention.batches import BatchState, check_transition
from retention.kinds import RecordClass, Selection
from webir_records.archive.store import put_unnamed
from webir_records.model.errors import InputError, RefusedError
from webir_records.model.tables import BatchItemRow, BatchRow, BatchStepRow, OpinionRow, StatementRow
from webir_records.services.context import Workspace

DRAFTED: Final = "drafted"
OPINIONS: Final = "opinions"
OFFERED: Final = "selection-offered"
ANSWERED: Final = "selection-answered"
SKIPPED: Final = "selection-skipped"
SUBMITTED: Final = "submitted"
AUTHORITY: Final = "authority"
LETTER: Final = "authority-letter"
ANNOTATED: Final = "annotated"
RESUBMITTED: Final = "resubmitted"
"""Steps of a batch (`BatchStepRow.step`)."""
_ORDER: Final = (
    DRAFTED,
    OPINIONS,
    OFFERED,
    ANSWERED,
    SKIPPED,
    SUBMITTED,
    AUTHORITY,
    LETTER,
    ANNOTATED,
    RESUBMITTED,
)
NOBODY: Final = "nobody"
"""The office of a batch that was offered to nobody; its paper gives the reason."""
BATCH_CLOSED: Final = "batch-closed"
"""Phase of a batch whose papers are all done; copies and backups have phases of their own."""
UNIT_EXTENSION: Final = "unit_extension"
"""Cause of a later first day: a unit answered that it needs a record longer (銷毀辦法 §8 II)."""
UNIT_NEEDS_IT: Final = "unit-needs-it"
"""Its reason in ledger and table: the unit's own words stay on its sheet, they may name people."""
SELECTED: Final = "selected"
"""Mark of a record that a 史政機關 selected (銷毀辦法 §9)."""


@dataclass(frozen=True, slots=True)
class StatementView:
    """Who stated what about a batch; `sha256` is the digest of the signed note."""

    kind: str
    person: str
    sha256: str


@dataclass(frozen=True, slots=True)
class StepView:
    """One step: its day, the number of its letter (or office, or reason), and the digest of its paper."""

    step: str
    on: date | None
    number: str
    sha256: str


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit that was asked: `asked` or `answered`."""

    unit: str
    state: str


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
    steps: tuple[StepView, ...] = ()
    units: tuple[UnitView, ...] = ()


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


def step_of(session: Session, batch: str, step: str) -> BatchStepRow | None:
    """Return a step of a batch, if it was taken."""
    return session.get(BatchStepRow, (batch, step))


def selection_of(session: Session, batch: str) -> Selection | None:
    """Return where the selection by a 史政機關 stands for what is still on the batch; None = not decided."""
    if step_of(session, batch, SKIPPED) is not None:
        return Selection.NOT_OFFERED
    if step_of(session, batch, ANSWERED) is not None:
        return Selection.NOT_SELECTED
    return Selection.PENDING if step_of(session, batch, OFFERED) is not None else None


def units_of(session: Session, batch: str) -> tuple[OpinionRow, ...]:
    """Return the units that were asked about a batch."""
    query = select(OpinionRow).where(OpinionRow.batch == batch).order_by(col(OpinionRow.unit))
    return tuple(session.exec(query))


def evidence_path(batch: str, name: str) -> str:
    """Return where a piece of evidence lies in the archive."""
    return f"certificates/{batch}/{name}"


def put_papers(workspace: Workspace, batch: str, papers: Mapping[str, bytes]) -> None:
    """Put papers of a step, by name; called within its transaction, after all that may refuse."""
    for name, content in papers.items():
        put_unnamed(workspace.files, evidence_path(batch, name), content)


def view_of(session: Session, row: BatchRow) -> BatchView:
    """Return a batch as it stands within a transaction."""
    session.flush()
    return _view(session, row)


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
        steps=tuple(StepView(s.step, s.on, s.number, s.sha256) for s in _steps(session, row.id)),
        units=tuple(UnitView(unit.unit, unit.state) for unit in units_of(session, row.id)),
    )


def _steps(session: Session, batch: str) -> tuple[BatchStepRow, ...]:
    """Return the steps that were taken, in the order of the path."""
    rows = session.exec(select(BatchStepRow).where(BatchStepRow.batch == batch)).all()
    return tuple(sorted(rows, key=lambda row: _ORDER.index(row.step) if row.step in _ORDER else len(_ORDER)))
