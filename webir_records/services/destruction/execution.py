"""Execute an approved batch. The one door to destruction: `Archive.erase_permanently` is called here only.

Order (docs/adr/0004): an entry that names the catalogue's digest, so that a broken run never looks like
loss; then per record: guard again → key → sealed file → rows → entry. After the last record the key
store turns to a new epoch, which makes every older backup of it dead; then the certificate.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete
from sqlmodel import Session, col, select

from retention.batches import BatchState
from retention.facts import BatchFacts
from retention.guard import evaluate, evaluate_batch
from retention.reasons import Reason
from retention.sections import Act
from signing.canonical import JsonValue
from webir_records.archive.archive import DESTROYED
from webir_records.archive.ledger import Event
from webir_records.model.database import forget_deleted
from webir_records.model.errors import InputError, RefusedError
from webir_records.model.tables import BatchRow, IssueRow, RecordRow, VersionRow
from webir_records.services.acting import permit_person
from webir_records.services.context import Progress, Workspace, silent, utc_text
from webir_records.services.destruction.batches import (
    BatchView,
    item_records,
    move,
    require_batch,
    show_batch,
    statements_of,
)
from webir_records.services.destruction.catalogue import CatalogueNow, read_catalogue
from webir_records.services.destruction.certificate import write_certificate
from webir_records.services.destruction.facts import batch_facts, record_facts

CHUNK: Final = 50
"""Records whose destruction is committed together."""


@dataclass(frozen=True, slots=True)
class Executed:
    """A batch after its execution, with the paths of its certificate in the archive."""

    batch: BatchView
    certificate: tuple[str, ...]


def execute(
    workspace: Workspace, batch: str, *, actor: str, confirm: str, progress: Progress = silent
) -> Executed:
    """Destroy every record of an approved batch; run it again after a crash to finish.

    Args:
        workspace: the open workspace.
        batch: batch id.
        actor: who executes; a registered person.
        confirm: the batch id once more, typed by the person.
        progress: told about each chunk.

    Raises:
        InputError: U154, U161; U167 the confirmation is not the batch id; U169 the batch is closed.
        RefusedError: U159 the actor's roles; U168 the guard refuses, with every reason; nothing was
            changed by this call.
    """
    permit_person(workspace, actor, Act.EXECUTE_DESTRUCTION)
    workspace.archive.ledger.require_agreement()
    if confirm != batch:
        raise InputError("U167", expected=batch, got=confirm)
    _start(workspace, batch, actor)
    _destroy_all(workspace, batch, actor, progress)
    _remove_copies(workspace, batch)
    _turn_epoch(workspace, batch)
    certificate = _complete(workspace, batch, actor)
    return Executed(show_batch(workspace, batch), certificate)


def refusals(workspace: Workspace, batch: str) -> tuple[Reason, ...]:
    """Return every reason why a batch may not be executed now; empty means it may."""
    with Session(workspace.engine) as session:
        row = require_batch(session, batch)
        living = [record for record in _rows(session, batch) if record.state != DESTROYED]
        return _refusals(workspace, session, row, living)


def _start(workspace: Workspace, batch: str, actor: str) -> None:
    with Session(workspace.engine) as session, session.begin():
        row = require_batch(session, batch)
        if row.state == BatchState.CLOSED.value:
            raise InputError("U169", batch=batch)
        if row.state in {BatchState.EXECUTING.value, BatchState.DESTROYED.value}:
            return  # a broken run is being finished
        rows = _rows(session, batch)
        reasons = _refusals(workspace, session, row, rows)
        if reasons:
            raise RefusedError("U168", reasons, batch=batch)
        move(row, BatchState.EXECUTING)
        row.started_at = utc_text(workspace.machine.now())
        event: dict[str, JsonValue] = {
            "event": "destruction_started",
            "actor": actor,
            "batch": batch,
            "catalogue_sha256": row.catalogue_sha256,
            "count": len(rows),
        }
        workspace.archive.ledger.append(session, [event])
    workspace.archive.ledger.publish()


def _destroy_all(workspace: Workspace, batch: str, actor: str, progress: Progress) -> None:
    with Session(workspace.engine) as session:
        records = item_records(session, batch)
        living = [row.id for row in _rows(session, batch) if row.state != DESTROYED]
    done = len(records) - len(living)
    for start in range(0, len(living), CHUNK):
        chunk = living[start : start + CHUNK]
        _destroy_chunk(workspace, batch, actor, chunk)
        done += len(chunk)
        progress("destroy", done, len(records))
    with Session(workspace.engine) as session, session.begin():
        row = require_batch(session, batch)
        if row.state == BatchState.EXECUTING.value:
            move(row, BatchState.DESTROYED)
            row.epoch_before = workspace.archive.keys.active_epoch()
            row.epoch_after = workspace.archive.keys.next_epoch(row.year)
    forget_deleted(workspace.engine)


def _destroy_chunk(workspace: Workspace, batch: str, actor: str, chunk: Sequence[str]) -> None:
    with Session(workspace.engine) as session, session.begin():
        row = require_batch(session, batch)
        records = list(session.exec(select(RecordRow).where(col(RecordRow.id).in_(chunk))))
        keyed = workspace.archive.keys.known(chunk)
        untouched = [
            record for record in records if record.id in keyed
        ]  # the others lost their key in a broken run
        reasons = _refusals(workspace, session, row, untouched)
        if reasons:
            raise RefusedError("U168", reasons, batch=batch)
        versions = session.exec(select(VersionRow).where(col(VersionRow.record).in_(chunk))).all()
        workspace.archive.erase_permanently(chunk, [version.path for version in versions])
        authority = _authority(session, batch)
        events = [_destroyed(record, row, actor, authority) for record in records]
        _purge(session, records)
        workspace.archive.ledger.append(session, events)
    workspace.archive.ledger.publish()


def _remove_copies(workspace: Workspace, batch: str) -> None:
    """Remove what `forms fill` and `records export` left anywhere in out/ (個資法施行細則 §5).

    Both name their files and folders after the record, so that copies can fall with it.
    """
    with Session(workspace.engine) as session:
        records = set(item_records(session, batch))
    for path in list(workspace.out.rglob("*_*")):
        if path.name.rpartition("_")[2].partition(".")[0] not in records:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _destroyed(record: RecordRow, row: BatchRow, actor: str, authority: str) -> Event:
    return {
        "event": "destroyed",
        "actor": actor,
        "record": record.id,
        "versions": record.version,
        "batch": row.id,
        "authority": authority,
        "method": row.method,
        "due": record.due.isoformat() if record.due else "",
    }


def _purge(session: Session, records: Sequence[RecordRow]) -> None:
    """Take away what still leads from data to a record; numbers, dates and digests stay as the tombstone."""
    for record in records:
        record.state = DESTROYED
        record.lookup = None
    wanted = [record.id for record in records]
    session.exec(delete(IssueRow).where(col(IssueRow.record).in_(wanted)))


def _turn_epoch(workspace: Workspace, batch: str) -> None:
    with Session(workspace.engine) as session:
        new = require_batch(session, batch).epoch_after
    if new and workspace.archive.keys.active_epoch() != new:
        workspace.archive.keys.rotate(new)


def _complete(workspace: Workspace, batch: str, actor: str) -> tuple[str, ...]:
    written = write_certificate(workspace, batch)
    with Session(workspace.engine) as session, session.begin():
        row = require_batch(session, batch)
        move(row, BatchState.CLOSED)
        row.completed_at = written.finished_at
        row.certificate_sha256 = written.sha256
        living = sum(
            status.keys for status in workspace.archive.keys.status() if status.epoch == row.epoch_after
        )
        rotated: dict[str, JsonValue] = {
            "event": "epoch_rotated",
            "actor": "system",
            "from": row.epoch_before,
            "to": row.epoch_after,
            "rewrapped": living,
        }
        completed: dict[str, JsonValue] = {
            "event": "destruction_completed",
            "actor": actor,
            "batch": batch,
            "count": len(item_records(session, batch)),
            "certificate_sha256": written.sha256,
        }
        workspace.archive.ledger.append(session, [rotated, completed])
    workspace.archive.ledger.publish()
    return written.paths


def _refusals(
    workspace: Workspace, session: Session, row: BatchRow, records: Sequence[RecordRow]
) -> tuple[Reason, ...]:
    catalogue = read_catalogue(workspace, row)
    batch = batch_facts(workspace, session, row)
    return evaluate_batch(batch) + _record_refusals(workspace, session, batch, catalogue, records)


def _record_refusals(
    workspace: Workspace,
    session: Session,
    batch: BatchFacts,
    catalogue: CatalogueNow,
    records: Sequence[RecordRow],
) -> tuple[Reason, ...]:
    return tuple(
        reason
        for record in records
        for reason in evaluate(record_facts(workspace, session, record, catalogue), batch)
    )


def _rows(session: Session, batch: str) -> list[RecordRow]:
    wanted = item_records(session, batch)
    return [row for row in (session.get(RecordRow, record) for record in wanted) if row is not None]


def _authority(session: Session, batch: str) -> str:
    """Return what permits the destruction: the people whose signed statements lie beside the catalogue."""
    return "; ".join(f"{s.kind} {s.person}" for s in statements_of(session, batch))
