"""Back up a whole workspace while it is in use (docs/adr/0011).

The workspace is locked twice, shortly: first for everything that changes (databases, checkpoint, partial
tiles, settings), at the end for the entry in the ledger. In between only files are copied that can never
change, so other people go on working. `keys/` is not part of it: neither this backup nor that of the keys
opens a record alone.
"""

import hashlib
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, Final

from sqlmodel import Session, col, select

from retention.sections import Act
from signing.canonical import JsonValue
from signing.entries import Event, parse_entry
from signing.tiles import TILE_WIDTH, entries_path, tile_path
from webir_records.archive.backup_file import FACTS, BackupWriter, Facts, facts_bytes, new_backup
from webir_records.archive.rows import FILED
from webir_records.model.errors import FaultError, InputError, RefusedError
from webir_records.model.tables import BackupRow, PublicationRow, RecordRow, VersionRow
from webir_records.services.acting import permit
from webir_records.services.context import OPERATOR, Progress, Workspace, silent, utc_text
from webir_records.services.issuing import new_id
from webir_records.services.keys import WORKSPACE
from webir_records.services.verifying import REMEMBERED

_SETTINGS: Final = ("webir.toml", "agency.json", "profile.toml")
_SETTINGS_FOLDERS: Final = ("templates", "mappings")
_SUFFIX: Final = ".webir-backup.tar"
_ROWS: Final = 1000  # fetched at a time
_PAGES: Final = 4096  # of a database in one step

Opener = Callable[[], AbstractContextManager[Workspace]]
"""Opens the workspace anew; everybody else may work in between."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made.

    Attributes:
        size: ledger entries in it.
        sha256: digest of the file (hex).
        damaged: sealed files that were missing or not what the ledger says; they are damaged in the archive.
    """

    backup: str
    path: Path
    size: int
    sha256: str
    expires_on: date | None
    damaged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """A backup that the workspace knows of.

    Attributes:
        expired: it should be destroyed by now, and nobody has said that it is.
        destroyed_at: UTC, when two people said so; empty as long as it is there.
        method: how it was destroyed.
    """

    backup: str
    kind: str
    epoch: str
    made_at: str
    size: int
    sha256: str
    expires_on: date | None
    expired: bool
    destroyed_at: str = ""
    method: str = ""


@dataclass(slots=True)
class _Run:
    """What the first part of a backup hands to the others."""

    facts: Facts
    size: int
    total: int
    expires_on: date | None
    damaged: list[str] = field(default_factory=list[str])


def create_backup(
    opener: Opener,
    target: Path,
    *,
    expires_on: date | None = None,
    actor: str = OPERATOR,
    progress: Progress = silent,
) -> Backup:
    """Write a backup of the workspace.

    Args:
        opener: opens the workspace; called twice.
        target: the file to be, or a folder that gets a file named after agency and moment.
        expires_on: day on which the backup is to be destroyed; the certificate of destruction names it.
        actor: who makes it.
        progress: told about sealed files.

    Raises:
        InputError: U012 the file exists; U215 it would lie in the workspace; U216 the day is over.
        RefusedError: U159 the actor's roles; U217 records were destroyed meanwhile: make the backup again.
        FaultError: A180 the disk refused; nothing is left of it.
    """
    with opener() as workspace:
        permit(workspace, actor, Act.MANAGE_KEYS)
        path = _place(workspace, target, expires_on)
        moment = workspace.machine.now()
    with new_backup(path, moment.timestamp()) as writer, tempfile.TemporaryFile(dir=path.parent) as fixed:
        with opener() as workspace:
            run = _changing_part(workspace, writer, fixed, expires_on)
            files = workspace.files
        _fixed_part(writer, fixed, files.read, run, progress)
        sha256 = writer.finish()
        with opener() as workspace:
            _refuse_destroyed_meanwhile(workspace, run)
    with opener() as workspace:  # only of a file that is whole and durable the ledger says that it exists
        return _acknowledge(workspace, run, path, sha256, actor)


def list_backups(workspace: Workspace) -> tuple[Known, ...]:
    """Return every copy of keys and workspace that was made, the newest first."""
    today = workspace.today()
    with Session(workspace.engine) as session:
        rows = session.exec(select(BackupRow).order_by(col(BackupRow.made_at).desc(), col(BackupRow.id)))
        return tuple(plain_backup(row, today) for row in rows)


def plain_backup(row: BackupRow, today: date) -> Known:
    """Return a row as a plain value."""
    return Known(
        backup=row.id,
        kind=row.kind,
        epoch=row.epoch,
        made_at=row.made_at,
        size=row.size,
        sha256=row.sha256,
        expires_on=row.expires_on,
        expired=row.expires_on is not None and row.expires_on <= today and not row.destroyed_at,
        destroyed_at=row.destroyed_at,
        method=row.method,
    )


def _place(workspace: Workspace, target: Path, expires_on: date | None) -> Path:
    if expires_on is not None and expires_on <= workspace.today():
        raise InputError("U216", got=expires_on.isoformat(), today=workspace.today().isoformat())
    path = target
    if target.is_dir():
        moment = workspace.machine.now().strftime("%Y%m%dT%H%M%SZ")
        path = target / f"{workspace.agency.code}-{moment}{_SUFFIX}"
    path = path.resolve()
    if path.is_relative_to(workspace.root):
        raise InputError("U215", path=str(path))
    return path


# --- what changes: under the lock


def _changing_part(
    workspace: Workspace, writer: BackupWriter, fixed: IO[bytes], expires_on: date | None
) -> _Run:
    """Copy everything that the next act may change, and list what will not change."""
    workspace.archive.ledger.require_agreement()
    head = workspace.archive.ledger.head()
    facts: Facts = {
        "v": 1,
        "backup": new_id(workspace)[:10],
        "agency": workspace.agency.code,
        "origin": workspace.archive.ledger.origin,
        "vkey": workspace.archive.ledger.vkey,
        "size": head.size,
        "root": head.root,
        "epoch": workspace.archive.keys.active_epoch(),
        "made_at": utc_text(workspace.machine.now()),
        "newest_at": _newest_at(workspace),
    }
    writer.add(FACTS, facts_bytes(facts))
    _add_settings(workspace, writer)
    _add_databases(workspace, writer)
    for path in _changing_files(workspace, head.size):
        writer.add(f"archive/{path}", workspace.files.read(path))
    total = _list_fixed(workspace, head.size, fixed)
    return _Run(facts, head.size, total, expires_on)


def _newest_at(workspace: Workspace) -> str:
    with Session(workspace.engine) as session:
        return workspace.archive.ledger.newest_time(session)


def _add_settings(workspace: Workspace, writer: BackupWriter) -> None:
    root = workspace.root
    paths = [*(root / name for name in _SETTINGS), *sorted(root.glob("profile@*.toml"))]
    for folder in _SETTINGS_FOLDERS:
        paths += sorted((root / folder).rglob("*"))
    for path in paths:
        if path.is_file() and not path.is_symlink():
            writer.add_file(path.relative_to(root).as_posix(), path)


def _add_databases(workspace: Workspace, writer: BackupWriter) -> None:
    with tempfile.TemporaryDirectory(prefix="work-", dir=workspace.root / "state") as folder:
        for name in ("webir.db", "keys.db"):
            copy = Path(folder) / name
            _snapshot(workspace.root / "state" / name, copy)
            writer.add_file(f"state/{name}", copy)
    if workspace.state.exists(REMEMBERED):
        writer.add(f"state/{REMEMBERED}", workspace.state.read(REMEMBERED))


def _snapshot(source: Path, target: Path) -> None:
    """Copy a database that is in use, by SQLite's own means; the copy needs no write-ahead log.

    Raises:
        FaultError: A112 the disk refuses.
    """
    try:
        with closing(sqlite3.connect(source)) as original, closing(sqlite3.connect(target)) as copy:
            original.backup(copy, pages=_PAGES)
            copy.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise FaultError("A112", path=source.name, cause=str(error)) from error


def _changing_files(workspace: Workspace, size: int) -> Iterator[str]:
    """Yield the checkpoint, the log's keys, the tiles that still grow, and the papers of destructions."""
    yield "checkpoint"
    yield "log.vkey"
    level, count = 0, size
    while count:
        if width := count % TILE_WIDTH:
            yield tile_path(level, count // TILE_WIDTH, width)
            if level == 0:
                yield entries_path(count // TILE_WIDTH, width)
        level, count = level + 1, count // TILE_WIDTH
    yield from sorted(workspace.files.list("certificates"))


def _list_fixed(workspace: Workspace, size: int, fixed: IO[bytes]) -> int:
    """Write path and digest (or `-`) of every file that will not change into a temporary file."""
    total = 0
    for path, digest in _fixed_files(workspace, size):
        fixed.write(f"{digest} {path}\n".encode())
        total += 1
    return total


def _fixed_files(workspace: Workspace, size: int) -> Iterator[tuple[str, str]]:
    level, count = 0, size
    while full := count // TILE_WIDTH:
        for index in range(full):
            yield tile_path(level, index), "-"
            if level == 0:
                yield entries_path(index), "-"
        level, count = level + 1, full
    with Session(workspace.engine) as session:
        manifests = select(PublicationRow.path, PublicationRow.manifest_sha256)
        yield from session.exec(manifests.execution_options(yield_per=_ROWS))
        living = col(RecordRow.id) == col(VersionRow.record), RecordRow.state == FILED
        sealed = select(VersionRow.path, VersionRow.sealed_sha256).join(RecordRow, living[0]).where(living[1])
        yield from session.exec(sealed.execution_options(yield_per=_ROWS))


# --- what does not change: while others work


def _fixed_part(
    writer: BackupWriter, fixed: IO[bytes], read: Callable[[str], bytes], run: _Run, progress: Progress
) -> None:
    fixed.seek(0)
    for done, line in enumerate(fixed, start=1):
        digest, _, path = line.decode().rstrip("\n").partition(" ")
        try:
            data = read(path)
        except FileNotFoundError:
            run.damaged.append(path)
            continue
        if digest not in {"-", hashlib.sha256(data).hexdigest()}:
            run.damaged.append(path)
        writer.add(f"archive/{path}", data)
        progress("backup", done, run.total)


def _refuse_destroyed_meanwhile(workspace: Workspace, run: _Run) -> None:
    """A destruction must not run past a backup that still holds what it destroyed."""
    for seq in range(run.size, workspace.archive.ledger.head().size):
        if parse_entry(workspace.archive.ledger.entry(seq)).event in {Event.DESTROYED, Event.EPOCH_ROTATED}:
            raise RefusedError("U217")


def _acknowledge(workspace: Workspace, run: _Run, path: Path, sha256: str, actor: str) -> Backup:
    backup, expires_on = str(run.facts["backup"]), run.expires_on
    event: dict[str, JsonValue] = {
        "event": "workspace_backed_up",
        "actor": actor,
        "backup": backup,
        "size": run.size,
        "backup_sha256": sha256,
    }
    with Session(workspace.engine) as session, session.begin():
        session.add(
            BackupRow(
                id=backup,
                kind=WORKSPACE,
                epoch=str(run.facts["epoch"]),
                made_at=str(run.facts["made_at"]),
                size=run.size,
                sha256=sha256,
                expires_on=expires_on,
            )
        )
        more: dict[str, JsonValue] = {"expires_on": expires_on.isoformat()} if expires_on else {}
        workspace.archive.ledger.append(session, [event | more])
    workspace.archive.ledger.publish()
    return Backup(backup, path, run.size, sha256, expires_on, tuple(run.damaged))
