"""What the ledger says that the tables of copies and of the ends of backups must hold."""

from collections.abc import Callable, Mapping
from typing import Final, Protocol

from sqlmodel import SQLModel

from signing.entries import Entry, Event
from signing.shape import format_time
from webir_records.model.tables import BackupRow, BatchStepRow, CopyRow
from webir_records.services.copy_terms import GONE, KEPT
from webir_records.services.destruction.batches import evidence_path

SUPPLEMENT_FILE: Final = "supplement.json"
TABLES: Final[Mapping[type[SQLModel], tuple[str, ...]]] = {CopyRow: ("id", "record")}
"""The tables that are compared, each with the columns of its key."""


class Rows(Protocol):
    """Where it is said what a row holds."""

    def put(self, table: type[SQLModel], *key: str, **fields: object) -> None:
        """Say what a row holds from now on."""


def _backup_expired(acts: Rows, entry: Entry) -> None:
    at, method = format_time(entry.at), entry.string("method")
    acts.put(BackupRow, entry.string("backup"), destroyed_at=at, method=method)


def _copy_made(acts: Rows, entry: Entry) -> None:
    acts.put(
        CopyRow,
        entry.string("copy"),
        entry.string("record"),
        kind=entry.string("kind"),
        medium=entry.string("medium"),
        made_at=format_time(entry.at),
        holder=entry.string("holder"),
        medium_no=entry.string("medium_no"),
        due=entry.day("due"),
        state=KEPT,
        destroyed_at="",
        method="",
    )


def _copy_destroyed(acts: Rows, entry: Entry) -> None:
    acts.put(
        CopyRow,
        entry.string("copy"),
        entry.string("record"),
        state=GONE,
        destroyed_at=format_time(entry.at),
        method=entry.string("method"),
    )


def _phase_reached(acts: Rows, entry: Entry) -> None:
    batch, digest = entry.string("batch"), entry.string("certificate_sha256")
    path = evidence_path(batch, SUPPLEMENT_FILE) if digest else ""
    acts.put(BatchStepRow, batch, entry.string("phase"), on=entry.local_day, sha256=digest, path=path)


ACTS: Final[Mapping[Event, Callable[[Rows, Entry], None]]] = {
    Event.BACKUP_EXPIRED: _backup_expired,
    Event.COPY_MADE: _copy_made,
    Event.COPY_DESTROYED: _copy_destroyed,
    Event.DESTRUCTION_PHASE: _phase_reached,
}
