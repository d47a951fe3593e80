"""Restore a workspace: unpack, follow the newer ledger, take away what was destroyed, settings last.

Until the settings are written the folder is no workspace and nobody can open it, so a backup from before a
destruction never opens with what was destroyed.
"""

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, delete
from sqlmodel import Session, col, select

from signing.canonical import parse_canonical
from signing.errors import SigningError
from signing.merkle import Frontier, leaf_hash
from webir_records.archive.backup_file import Facts
from webir_records.archive.disk import LocalDisk
from webir_records.archive.rows import FILED
from webir_records.model.database import forget_deleted, open_database
from webir_records.model.errors import InputError, RefusedError
from webir_records.model.tables import (
    KEY_TABLES,
    WORK_TABLES,
    EntryRow,
    EpochRow,
    PublicationRow,
    RecordKeyRow,
    RecordRow,
    VersionRow,
)
from webir_records.services.creating import SETTINGS
from webir_records.services.destruction.batches import evidence_path
from webir_records.services.destruction.catalogue import CATALOGUE
from webir_records.services.restoring.finishing import restored_mark
from webir_records.services.restoring.newer import Known, NewerLedger, read_newer
from webir_records.services.restoring.replaying import Replay, Replayed
from webir_records.services.restoring.unpacking import Unpacked, new_folder, unpack

_AT_ONCE: Final = 500  # values in one query
_PUBLISHED: Final = ("tile", "manifests", "certificates")


@dataclass(frozen=True, slots=True)
class Restored:
    """A workspace that waits for its keys.

    Attributes:
        size: ledger entries in the backup.
        newest_at: time (UTC) of the newest of them.
        ledger_size: ledger entries now; more when a newer ledger was followed.
        destroyed: records that were destroyed after the backup; they are gone here too.
        without_key: versions filed after the backup: sealed file and entry are here, the key is not.
        epoch: epoch whose key-encryption key is needed.
    """

    root: Path
    backup: str
    size: int
    newest_at: str
    ledger_size: int
    destroyed: tuple[str, ...]
    without_key: tuple[tuple[str, int], ...]
    epoch: str


def restore_backup(
    file: Path, root: Path, *, newer: Path | None = None, accept_missing: bool = False
) -> Restored:
    """Restore a backup into a new folder.

    Args:
        file: the backup.
        root: a folder that is new or empty.
        newer: a newer copy of `archive/`, whose acts are replayed.
        accept_missing: there is no newer copy, and the person knows what that means.

    Raises:
        InputError: U101, U210, U211; U220–U222 about the newer ledger.
        RefusedError: U223 there is no newer ledger and nobody accepted that; nothing was written.
        FaultError: A180 the disk refused.
    """
    if newer is None and not accept_missing:
        raise RefusedError("U223")
    root = root.resolve()
    with new_folder(root):
        unpacked = unpack(file, root)
        work = open_database(root / "state" / "webir.db", WORK_TABLES)
        keys = open_database(root / "state" / "keys.db", KEY_TABLES)
        try:
            restored = _restore(root, unpacked, newer, work, keys)
        finally:
            work.dispose()
            keys.dispose()
        for name in ("webir.db", "keys.db"):
            (root / "state" / name).chmod(0o600)
        LocalDisk(root).write(SETTINGS, _with_own_files(unpacked.settings))
    return restored


def _with_own_files(settings: bytes) -> bytes:
    """Let the restored workspace use the files that came with it, not the bucket that they are from."""
    return re.sub(rb"(?m)^store_url\s*=.*$", b'store_url = "file:archive"', settings)


def _restore(root: Path, unpacked: Unpacked, newer: Path | None, work: Engine, keys: Engine) -> Restored:
    facts = unpacked.facts
    known = _known(root, facts, work)
    ledger = read_newer(newer.resolve(), known) if newer is not None else None
    with Session(keys) as session:
        epoch = session.exec(select(EpochRow.id).where(EpochRow.state == "active")).one()
    replayed = _replay(ledger, epoch, known.vkeys, work) if ledger else Replayed()
    _forget(root, replayed.destroyed, work, keys)
    if ledger:
        _take_over(root, ledger, work)
    with Session(work) as session, session.begin():
        count = ledger.size - known.size if ledger else 0
        session.merge(restored_mark(str(facts["backup"]), known.size, count, replayed.epoch))
    forget_deleted(work)
    forget_deleted(keys)
    return Restored(
        root=root,
        backup=str(facts["backup"]),
        size=known.size,
        newest_at=str(facts["newest_at"]),
        ledger_size=ledger.size if ledger else known.size,
        destroyed=tuple(replayed.destroyed),
        without_key=tuple(item for item in replayed.filed if item[0] not in set(replayed.destroyed)),
        epoch=replayed.epoch or epoch,
    )


def _known(root: Path, facts: Facts, work: Engine) -> Known:
    """Recompute the backup's ledger from its database: it must be what the backup says of itself.

    Raises:
        InputError: U211 it is not.
    """
    frontier = Frontier.empty()
    with Session(work) as session:
        bodies = select(EntryRow.body).order_by(col(EntryRow.seq)).execution_options(yield_per=1000)
        frontier = frontier.extend(leaf_hash(body) for body in session.exec(bodies))
    if (frontier.size, frontier.root().hex()) != (facts["size"], facts["root"]):
        raise InputError("U211", path=root.name, problem="state/webir.db")
    vkeys = (root / "archive" / "log.vkey").read_text(encoding="ascii").split()
    return Known(str(facts["origin"]), vkeys, frontier.size, frontier.root().hex())


def _replay(ledger: NewerLedger, epoch: str, vkeys: Sequence[str], work: Engine) -> Replayed:
    def catalogue(batch: str) -> Sequence[str]:
        return _catalogue(ledger.folder / evidence_path(batch, CATALOGUE))

    with Session(work) as session, session.begin():
        replay = Replay(session, epoch=epoch, vkeys=vkeys, catalogue=catalogue)
        for body, entry in zip(ledger.bodies, ledger.entries, strict=True):
            session.add(EntryRow(seq=entry.seq, body=body))
            replay.take(entry)
        for item in ledger.publications:
            session.add(
                PublicationRow(
                    seq=item.manifest.seq,
                    first=item.manifest.first,
                    next=item.manifest.next,
                    path=item.path,
                    manifest=item.data,
                    manifest_sha256=item.manifest.sha256(),
                    checkpoint=item.manifest.checkpoint,
                    frontier=item.frontier,
                    published=True,
                )
            )
    return replay.replayed


def _catalogue(path: Path) -> Sequence[str]:
    """Return the records of a catalogue; a missing or broken one is found by the next verification."""
    try:
        value = parse_canonical(path.read_bytes())
    except (OSError, SigningError):
        return ()
    items = value.get("items") if isinstance(value, dict) else None
    return [
        str(item["record"]) for item in (items if isinstance(items, list) else []) if isinstance(item, dict)
    ]


def _forget(root: Path, destroyed: Sequence[str], work: Engine, keys: Engine) -> None:
    """Destroy again: keys first, then sealed files, as the execution of the batch did."""
    files = LocalDisk(root / "archive")
    for start in range(0, len(destroyed), _AT_ONCE):
        some = list(destroyed[start : start + _AT_ONCE])
        with Session(keys) as session, session.begin():
            session.exec(delete(RecordKeyRow).where(col(RecordKeyRow.record).in_(some)))
        with Session(work) as session:
            for path in session.exec(select(VersionRow.path).where(col(VersionRow.record).in_(some))).all():
                files.remove(path)


def _take_over(root: Path, ledger: NewerLedger, work: Engine) -> None:
    """Take the published ledger of the newer archive, and the sealed files that only it has."""
    target = root / "archive"
    shutil.rmtree(target / "tile", ignore_errors=True)  # the newer one has all of it, and other partial tiles
    for name in _PUBLISHED:
        for source in sorted((ledger.folder / name).rglob("*")):
            _copy(source, target / source.relative_to(ledger.folder))
    with Session(work) as session:
        living = select(VersionRow.path).join(RecordRow, col(RecordRow.id) == col(VersionRow.record))
        for path in session.exec(living.where(RecordRow.state == FILED).execution_options(yield_per=1000)):
            if not (target / path).exists():
                _copy(ledger.folder / path, target / path)
    files = LocalDisk(target)
    files.write("log.vkey", "".join(f"{key}\n" for key in ledger.vkeys).encode())
    files.write("checkpoint", (ledger.folder / "checkpoint").read_bytes())


def _copy(source: Path, target: Path) -> None:
    if source.is_file() and not source.is_symlink():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
