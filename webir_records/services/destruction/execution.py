"""Execute an approved batch. The one door to destruction: `Archive.erase_permanently` is called here only.

Order (docs/adr/0004): an entry that names the catalogue's digest, so that a broken run never looks like
loss; then per record: guard again → key → sealed file → rows → entry. After the last record the key
store turns to a new epoch, which makes every older backup of it dead; then the certificate.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, update
from sqlmodel import Session, col

from retention.batches import BatchState
from retention.kinds import RecordClass
from retention.reasons import Reason
from retention.sections import Act
from signing.canonical import JsonValue
from webir_records.archive.archive import DESTROYED
from webir_records.archive.ledger import Event
from webir_records.model.database import forget_deleted
from webir_records.model.errors import InputError, RefusedError
from webir_records.model.tables import BatchRow, IssueRow, RecordRow
from webir_records.services.acting import permit_person
from webir_records.services.adopting import require_adopted
from webir_records.services.context import Progress, Workspace, silent, utc_text
from webir_records.services.destruction.batch_facts import batch_facts, batch_refusals
from webir_records.services.destruction.batches import (
    AUTHORITY,
    BatchView,
    item_records,
    move,
    require_batch,
    show_batch,
    statements_of,
    step_of,
)
from webir_records.services.destruction.catalogue import (
    CatalogueNow,
    catalogue_digest,
    read_catalogue,
    settle,
    versions_of,
)
from webir_records.services.destruction.certificate import write_certificate
from webir_records.services.destruction.facts import FactReader
from webir_records.services.destruction.handling import batch_rows, rows_of
from webir_records.services.destruction.truth import (
    LedgerTruth,
    read_truth,
    require_true_tables,
    require_whole_ledger,
)

CHUNK: Final = 500
"""Records whose destruction is committed together; a broken run is resumed within them, record by record."""


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
        FaultError: U174 the ledger is not whole, U441 the tables say something else; nothing was changed.
    """
    permit_person(workspace, actor, Act.EXECUTE_DESTRUCTION)
    workspace.archive.ledger.require_agreement()
    if confirm != batch:
        raise InputError("U167", expected=batch, got=confirm)
    start(workspace, batch, actor)
    destroy_all(workspace, batch, actor, progress)
    _remove_copies(workspace, batch)
    _turn_epoch(workspace, batch)
    certificate = _complete(workspace, batch, actor)
    return Executed(show_batch(workspace, batch), certificate)


def refusals(workspace: Workspace, batch: str) -> tuple[Reason, ...]:
    """Return every reason why a batch may not be executed now; empty means it may."""
    with Session(workspace.engine) as session:
        row = require_batch(session, batch)
        living = [record for record in batch_rows(session, batch) if record.state != DESTROYED]
        return _Guard(workspace, read_truth(session)).refusals(session, row, living)


@dataclass(slots=True)
class _Guard:
    """Asks the guard again and again during one execution; reads only what may have changed since.

    Attributes:
        truth: what the ledger says; read on before each question.
        catalogue: as it was read last; its digest is taken anew each time.
    """

    workspace: Workspace
    truth: LedgerTruth
    catalogue: CatalogueNow | None = None

    def refusals(self, session: Session, row: BatchRow, records: Sequence[RecordRow]) -> tuple[Reason, ...]:
        """Return every reason against the batch and these records; every sealed file is read."""
        self.truth.read_on(session)
        catalogue = self.catalogue
        if catalogue is None or catalogue.sha256 != catalogue_digest(self.workspace, row):
            self.catalogue = catalogue = read_catalogue(self.workspace, row)
        batch = batch_facts(self.workspace, session, row, self.truth)
        reader = FactReader(self.workspace, session, row.id, self.truth, catalogue, thorough=True)
        found = [reason for _, reasons in reader.refusals(records, batch) for reason in reasons]
        return (*batch_refusals(batch, self.truth), *found)


def start(workspace: Workspace, batch: str, actor: str) -> None:
    """Judge everything and enter that the destruction begins; of a begun one nothing is asked here."""
    require_whole_ledger(workspace)
    require_adopted(workspace)
    with Session(workspace.engine) as session, session.begin():
        row = require_batch(session, batch)
        if row.state == BatchState.CLOSED.value or row.completed_at:
            raise InputError("U169", batch=batch)
        if row.state in {BatchState.EXECUTING.value, BatchState.DESTROYED.value}:
            require_true_tables(workspace)
            return  # a broken run is being finished
        rows = batch_rows(session, batch)
        reasons = _Guard(workspace, read_truth(session)).refusals(session, row, rows)
        if reasons:
            raise RefusedError("U168", reasons, batch=batch)
        require_true_tables(workspace)
        move(row, BatchState.EXECUTING)
        row.started_at = utc_text(workspace.machine.now())
        event: dict[str, JsonValue] = {
            "event": "destruction_started",
            "actor": actor,
            "batch": batch,
            "catalogue_sha256": row.catalogue_sha256,
            "count": len(rows),
        }
        settle(workspace, row)  # from here on verifiers want the catalogue in its place
        workspace.archive.ledger.append(session, [event])
    workspace.archive.ledger.publish()


def destroy_all(workspace: Workspace, batch: str, actor: str, progress: Progress = silent) -> None:
    """Destroy what is left of a begun batch, some hundred records at a time."""
    with Session(workspace.engine) as session:
        rows = batch_rows(session, batch)
        guard = _Guard(workspace, read_truth(session))
    living = [row.id for row in rows if row.state != DESTROYED]  # by id: neighbours share folders
    done = len(rows) - len(living)
    for start in range(0, len(living), CHUNK):
        chunk = living[start : start + CHUNK]
        _destroy_chunk(workspace, guard, batch, actor, chunk)
        done += len(chunk)
        progress("destroy", done, len(rows))
    with Session(workspace.engine) as session, session.begin():
        row = require_batch(session, batch)
        if row.state == BatchState.EXECUTING.value:
            move(row, BatchState.DESTROYED)
            row.epoch_before = workspace.archive.keys.active_epoch()
            row.epoch_after = workspace.archive.keys.next_epoch(row.year)
    forget_deleted(workspace.engine)


def _destroy_chunk(workspace: Workspace, guard: _Guard, batch: str, actor: str, chunk: Sequence[str]) -> None:
    with Session(workspace.engine) as session, session.begin():
        row = require_batch(session, batch)
        records = rows_of(session, chunk)
        keyed = workspace.archive.keys.known(chunk)
        untouched = [
            record for record in records if record.id in keyed
        ]  # the others lost their key in a broken run
        reasons = guard.refusals(session, row, untouched)
        if reasons:
            raise RefusedError("U168", reasons, batch=batch)
        versions = versions_of(session, chunk)
        paths = [version.path for found in versions.values() for version in found]
        workspace.archive.erase_permanently(chunk, paths)
        authority = _authority(session, row)
        events = [_destroyed(record, row, actor, authority) for record in records]
        _purge(session, chunk)
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


def _purge(session: Session, records: Sequence[str]) -> None:
    """Take away what still leads from data to a record; numbers, dates and digests stay as the tombstone."""
    gone = update(RecordRow).where(col(RecordRow.id).in_(records)).values(state=DESTROYED, lookup=None)
    session.exec(gone)
    session.exec(delete(IssueRow).where(col(IssueRow.record).in_(records)))


def _turn_epoch(workspace: Workspace, batch: str) -> None:
    with Session(workspace.engine) as session:
        new = require_batch(session, batch).epoch_after
    if new and workspace.archive.keys.active_epoch() != new:
        workspace.archive.keys.rotate(new)


def _complete(workspace: Workspace, batch: str, actor: str) -> tuple[str, ...]:
    written = write_certificate(workspace, batch)
    with Session(workspace.engine) as session, session.begin():
        row = require_batch(session, batch)
        if row.record_class == RecordClass.A.value:
            move(row, BatchState.CLOSED)  # the others are annotated and sent up once more
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


def _authority(session: Session, row: BatchRow) -> str:
    """Return what permits the destruction: the authority's letter, and who signed beside the catalogue."""
    people = [f"{s.kind} {s.person}" for s in statements_of(session, row.id)]
    letter = step_of(session, row.id, AUTHORITY)
    return "; ".join([letter.number, *people] if letter else people)
