"""Replay what became of copies and backups, and how far destroyed batches are."""

from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy import update
from sqlmodel import Session, col

from signing.entries import Entry, Event
from signing.shape import format_time
from webir_records.model.tables import BackupRow, BatchStepRow, CopyRow
from webir_records.services.comparing_copies import SUPPLEMENT_FILE
from webir_records.services.copy_terms import GONE
from webir_records.services.destruction.batches import evidence_path


def replay_copies(session: Session, entry: Entry) -> None:
    """Apply one entry; other acts are passed over."""
    apply = _APPLY.get(entry.event)
    if apply is not None:
        apply(session, entry)


def _backup_expired(session: Session, entry: Entry) -> None:
    values = {"destroyed_at": format_time(entry.at), "method": entry.string("method")}
    session.exec(update(BackupRow).where(col(BackupRow.id) == entry.string("backup")).values(**values))


def _copy_made(session: Session, entry: Entry) -> None:
    session.merge(
        CopyRow(
            id=entry.string("copy"),
            record=entry.string("record"),
            kind=entry.string("kind"),
            medium=entry.string("medium"),
            made_at=format_time(entry.at),
            holder=entry.string("holder"),
            medium_no=entry.string("medium_no"),
            due=entry.day("due"),
        )
    )


def _copy_destroyed(session: Session, entry: Entry) -> None:
    row = session.get(CopyRow, (entry.string("copy"), entry.string("record")))
    if row is not None:
        row.state, row.method = GONE, entry.string("method")
        row.destroyed_at = format_time(entry.at)


def _phase_reached(session: Session, entry: Entry) -> None:
    batch, digest = entry.string("batch"), entry.string("certificate_sha256")
    path = evidence_path(batch, SUPPLEMENT_FILE) if digest else ""
    step = BatchStepRow(batch=batch, step=entry.string("phase"), on=entry.local_day, sha256=digest, path=path)
    session.merge(step)


_APPLY: Final[Mapping[Event, Callable[[Session, Entry], None]]] = {
    Event.BACKUP_EXPIRED: _backup_expired,
    Event.COPY_MADE: _copy_made,
    Event.COPY_DESTROYED: _copy_destroyed,
    Event.DESTRUCTION_PHASE: _phase_reached,
}
