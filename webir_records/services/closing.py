"""From destroyed keys to the end of the last copy: how far a batch is, what is open, and the last step.

`KEY_DESTROYED → COPIES_DELETED → BACKUPS_EXPIRED → CLOSED`. A phase is entered into the ledger when all that
it says is true, looked at anew and in order; a copy that turns up later keeps the next one from coming.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from sqlmodel import Session, col, select

from retention.batches import BatchState
from retention.sections import Act
from signing.canonical import JsonValue
from webir_records.archive.archive import DESTROYED
from webir_records.model.errors import InputError
from webir_records.model.tables import BatchRow, BatchStepRow, RecordRow, VersionRow
from webir_records.services.acting import permit_person
from webir_records.services.context import Workspace
from webir_records.services.copy_terms import kept_copies
from webir_records.services.destruction.batches import item_records, require_batch
from webir_records.services.destruction.certificate_supplement import Supplement, write_supplement
from webir_records.services.expiring import left_behind
from webir_records.services.issuing import AT_ONCE

Point = tuple[str, Mapping[str, str]]
"""What is still open: a message code with its facts."""


class Phase(StrEnum):
    """What has gone, in this order."""

    KEY_DESTROYED = "KEY_DESTROYED"
    COPIES_DELETED = "COPIES_DELETED"
    BACKUPS_EXPIRED = "BACKUPS_EXPIRED"
    CLOSED = "CLOSED"


PHASES: Final = tuple(Phase)


@dataclass(frozen=True, slots=True)
class Closing:
    """How far a batch is.

    Attributes:
        reached: the phases in the ledger, with the local day on which each was entered.
        open: what still stands against the next ones, looked at now.
        expires_on: day on which the last backup that is left expires; None when there is none, or one that
            never does.
        supplement: papers of the last phase, in the archive.
    """

    batch: str
    reached: Mapping[Phase, date | None]
    open: tuple[Point, ...]
    expires_on: date | None
    supplement: tuple[str, ...]

    @property
    def phase(self) -> Phase | None:
        """The newest phase."""
        return max(self.reached, key=PHASES.index, default=None)


def show_closing(workspace: Workspace, batch: str) -> Closing:
    """Return how far a batch is and what is open; changes nothing.

    Raises:
        InputError: U161 no such batch; U334 it was not executed.
    """
    with Session(workspace.engine) as session:
        row = _executed(session, batch)
        return _view(workspace, session, row)


def advance(workspace: Workspace, batch: str, *, actor: str) -> Closing:
    """Enter every phase that is true by now; with the last one the supplement certificate is written.

    Run again after a crash: what is entered stays, what is not is looked at again.

    Raises:
        InputError: U154, U161; U334 the batch was not executed.
        RefusedError: U159 the actor's roles do not allow it.
    """
    permit_person(workspace, actor, Act.EXECUTE_DESTRUCTION)
    workspace.archive.ledger.require_agreement()
    for phase in PHASES:
        with Session(workspace.engine) as session, session.begin():
            row = _executed(session, batch)
            if phase in _reached(session, batch):
                continue
            if any(_points_until(workspace, session, row, phase)):
                break
            _enter(workspace, session, row, phase, actor)
        workspace.archive.ledger.publish()
    return show_closing(workspace, batch)


def _enter(workspace: Workspace, session: Session, row: BatchRow, phase: Phase, actor: str) -> None:
    paper = Supplement("", "")
    if phase is Phase.CLOSED:
        reached = {known.value: day for known, day in _reached(session, row.id).items()}
        paper = write_supplement(workspace, session, row, reached | {phase.value: workspace.today()}, actor)
    event: dict[str, JsonValue] = {
        "event": "destruction_phase",
        "actor": actor,
        "batch": row.id,
        "phase": phase.value,
    }
    workspace.archive.ledger.append(
        session, [event | ({"certificate_sha256": paper.sha256} if paper.sha256 else {})]
    )
    session.add(
        BatchStepRow(
            batch=row.id, step=phase.value, on=workspace.today(), sha256=paper.sha256, path=paper.path
        )
    )


def _executed(session: Session, batch: str) -> BatchRow:
    row = require_batch(session, batch)
    if not row.completed_at or not row.certificate_sha256:
        raise InputError("U334", batch=batch)
    return row


def _view(workspace: Workspace, session: Session, row: BatchRow) -> Closing:
    left = left_behind(session, epoch=row.epoch_after, until=row.completed_at)
    days = [found.expires_on for found in left]
    reached = _reached(session, row.id)
    folder = f"certificates/{row.id}"
    papers = tuple(path for path in sorted(workspace.files.list(folder)) if "/supplement." in path)
    return Closing(
        row.id,
        reached,
        tuple(_points_until(workspace, session, row, Phase.CLOSED)),
        None if None in days else max((day for day in days if day), default=None),
        papers if Phase.CLOSED in reached else (),
    )


def _reached(session: Session, batch: str) -> dict[Phase, date | None]:
    query = select(BatchStepRow).where(
        BatchStepRow.batch == batch, col(BatchStepRow.step).in_([phase.value for phase in PHASES])
    )
    days = {Phase(row.step): row.on for row in session.exec(query)}
    return {phase: days[phase] for phase in PHASES if phase in days}


def _points_until(workspace: Workspace, session: Session, row: BatchRow, last: Phase) -> Iterator[Point]:
    for phase in PHASES[: PHASES.index(last) + 1]:
        yield from _POINTS[phase](workspace, session, row)


def _keys(workspace: Workspace, session: Session, row: BatchRow) -> Iterator[Point]:
    """Tell whose keys are left, in the key store or by the key of the old epoch."""
    records, left = item_records(session, row.id), set[str]()
    for some in _pieces(records):
        left |= workspace.archive.keys.known(some)
        living = col(RecordRow.id).in_(some), col(RecordRow.state) != DESTROYED
        left |= set(session.exec(select(RecordRow.id).where(*living)))
    if left:
        yield "U335", {"count": str(len(left))}
    for epoch in workspace.archive.keys.status():
        if epoch.epoch == row.epoch_before and (epoch.key_present or epoch.state != DESTROYED):
            yield "U336", {"epoch": epoch.epoch}


def _copies(workspace: Workspace, session: Session, row: BatchRow) -> Iterator[Point]:
    """Tell which copies are left: those that people have, sealed files with all their versions, `out/`."""
    records = item_records(session, row.id)
    rows = kept_copies(session, records)
    for copy in dict.fromkeys(found.id for found in rows):
        of_one = [found for found in rows if found.id == copy]
        yield (
            "U338",
            {
                "copy": copy,
                "kind": of_one[0].kind,
                "number": of_one[0].medium_no or "–",
                "holder": of_one[0].holder or "–",
                "records": str(len(of_one)),
            },
        )
    for some in _pieces(records):
        for path in session.exec(select(VersionRow.path).where(col(VersionRow.record).in_(some))):
            if count := _versions(workspace, path):
                yield "U337", {"path": path, "count": str(count)}
    yield from _generated(workspace, frozenset(records))


def _versions(workspace: Workspace, path: str) -> int:
    """Count what the store still has of a file; a bucket lists its versions and marks of deletion."""
    locks = workspace.files.locks
    return len(locks.versions(path)) if locks is not None else int(workspace.files.exists(path))


def _generated(workspace: Workspace, records: frozenset[str]) -> Iterator[Point]:
    for path in sorted(workspace.out.rglob("*_*")):
        if path.name.rpartition("_")[2].partition(".")[0] in records:
            yield "U337", {"path": path.relative_to(workspace.root).as_posix(), "count": "1"}


def _backups(_workspace: Workspace, session: Session, row: BatchRow) -> Iterator[Point]:
    """Tell which backups of keys and workspace from before the turn nobody has confirmed to be destroyed."""
    for found in left_behind(session, epoch=row.epoch_after, until=row.completed_at):
        day = found.expires_on.isoformat() if found.expires_on else "–"
        yield (
            "U339",
            {"backup": found.id, "kind": found.kind, "epoch": found.epoch, "day": day},
        )


def _batch(_workspace: Workspace, _session: Session, row: BatchRow) -> Iterator[Point]:
    if row.state != BatchState.CLOSED.value:
        yield "U340", {"batch": row.id}


def _pieces(records: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(records), AT_ONCE):
        yield records[start : start + AT_ONCE]


_POINTS: Final[Mapping[Phase, Callable[[Workspace, Session, BatchRow], Iterator[Point]]]] = {
    Phase.KEY_DESTROYED: _keys,
    Phase.COPIES_DELETED: _copies,
    Phase.BACKUPS_EXPIRED: _backups,
    Phase.CLOSED: _batch,
}
