"""The keys of the archive: what there is, new epochs, new log keys, backups of `keys/`."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from sqlmodel import Session, col, select

from retention.batches import BatchState
from retention.sections import Act
from signing.canonical import JsonValue
from webir_records.archive.key_backup import DEFAULT_COST, BackupHeader, Cost, require_strong, seal_backup
from webir_records.archive.key_files import check_key_files, read_key_files
from webir_records.archive.keystore import EpochStatus, Rotation
from webir_records.model.errors import RefusedError
from webir_records.model.tables import BackupRow, BatchRow
from webir_records.services.acting import permit
from webir_records.services.context import OPERATOR, Progress, Workspace, silent, utc_text
from webir_records.services.handing_out import hand_out
from webir_records.services.issuing import new_id
from webir_records.services.key_acts import announce, finish_key_act
from webir_records.services.log_keys import change_log_key, keys_disk, read_log_keys
from webir_records.services.texts_for_ledger import reason_code

FILE: Final = "keys"
ESCROW: Final = "escrow"
WORKSPACE: Final = "workspace"
"""Kinds of `BackupRow` that hold keys."""

Warned = tuple[str, Mapping[str, str]]
"""A code with its facts."""


@dataclass(frozen=True, slots=True)
class KeyCopy:
    """A copy of the keys outside the workspace, as far as it was made here.

    Attributes:
        kind: `keys` for a file, `escrow` for a sheet of paper.
        outdated: whether keys have changed since.
    """

    backup: str
    kind: str
    epoch: str
    made_at: str
    sha256: str
    outdated: bool


@dataclass(frozen=True, slots=True)
class KeyStatus:
    """All that is to be known of the keys.

    Attributes:
        log_vkeys: verifier keys of the log, newest first.
        copies: backups and sheets, newest first.
        warnings: what somebody should see to.
    """

    epochs: tuple[EpochStatus, ...]
    log_vkeys: tuple[str, ...]
    copies: tuple[KeyCopy, ...]
    warnings: tuple[Warned, ...]

    @property
    def complete(self) -> bool:
        """Whether every record can be opened."""
        return all(epoch.key_present for epoch in self.epochs if epoch.keys or epoch.state == "active")


def key_status(workspace: Workspace) -> KeyStatus:
    """Return what there is; reads only."""
    copies = key_copies(workspace)
    return KeyStatus(
        workspace.archive.keys.status(),
        workspace.archive.ledger.vkeys,
        copies,
        (*check_key_files(workspace.root), *_backup_warning(workspace, copies)),
    )


def key_copies(workspace: Workspace) -> tuple[KeyCopy, ...]:
    """Return every backup of the keys and every escrow sheet that was not destroyed, newest first."""
    epoch, since = workspace.archive.keys.active_epoch(), read_log_keys(workspace.engine).since
    with Session(workspace.engine) as session:
        query = select(BackupRow).where(col(BackupRow.kind).in_([FILE, ESCROW]), BackupRow.destroyed_at == "")
        rows = session.exec(query.order_by(col(BackupRow.size).desc(), col(BackupRow.id))).all()
        return tuple(
            KeyCopy(
                row.id, row.kind, row.epoch, row.made_at, row.sha256, row.epoch != epoch or row.size <= since
            )
            for row in rows
        )


def rotate_epoch(
    workspace: Workspace, *, reason: str, actor: str = OPERATOR, progress: Progress = silent
) -> Rotation:
    """Turn to a new epoch by hand: every copy of the old epoch's key, wherever it is, opens nothing new.

    Args:
        workspace: the open workspace.
        reason: short code for the ledger.
        actor: who decides it.
        progress: told about the keys.

    Raises:
        InputError: U143 about the reason.
        RefusedError: U159 the actor's roles; A199 a destruction is being executed and turns the epoch itself.
        FaultError: A131, A132, A210, A211.
    """
    permit(workspace, actor, Act.MANAGE_KEYS)
    code = reason_code(reason)
    workspace.archive.ledger.require_agreement()
    _refuse_within_destruction(workspace)
    keys = workspace.archive.keys
    old, new = keys.active_epoch(), keys.next_epoch(workspace.today().year)
    event: dict[str, JsonValue] = {
        "event": "epoch_rotated",
        "actor": actor,
        "from": old,
        "to": new,
        "reason_code": code,
    }
    announce(workspace.engine, event)
    finish_key_act(workspace, told=lambda done, total: progress("rewrap", done, total))
    return Rotation(old, new, sum(status.keys for status in keys.status() if status.epoch == new))


def rotate_log_key(workspace: Workspace, *, reason: str, actor: str = OPERATOR) -> str:
    """Sign the ledger with a new key from now on; returns its verifier key, to be printed and kept.

    The entry's checkpoint is signed by both keys: who trusts the old one learns the new one from it.

    Raises:
        InputError: U143 about the reason.
        RefusedError: U159 the actor's roles.
        FaultError: A210, A211, or the disk.
    """
    permit(workspace, actor, Act.MANAGE_KEYS)
    return change_log_key(workspace, actor=actor, reason_code=reason_code(reason))


def backup_keys(
    workspace: Workspace, path: Path, passphrase: str, *, actor: str = OPERATOR, cost: Cost = DEFAULT_COST
) -> KeyCopy:
    """Write all keys of the workspace into one file behind a passphrase; people's own keys stay theirs.

    The file is complete beside its place before the ledger names it, and takes its place only then: no copy
    of the keys is unknown to the ledger under its own name, and none is entered that the disk refused.

    Raises:
        InputError: A139 a weak passphrase; U012 the file exists.
        RefusedError: U159 the actor's roles.
        FaultError: A110 the disk refused.
    """
    permit(workspace, actor, Act.MANAGE_KEYS)
    require_strong(passphrase)
    copy = new_copy(workspace, FILE)
    header = BackupHeader(workspace.archive.ledger.origin, copy.backup, copy.made_at, copy.epoch)
    files = read_key_files(keys_disk(workspace))
    data = seal_backup(header, files, passphrase, random=workspace.machine.random, cost=cost)
    digest = hashlib.sha256(data).hexdigest()
    done = replace(copy, sha256=digest)
    hand_out(workspace, path, data, backup=copy.backup, enter=lambda: record_copy(workspace, done, actor))
    return done


def record_copy(workspace: Workspace, copy: KeyCopy, actor: str) -> None:
    """Enter a copy of the keys into the ledger and the list of copies."""
    event: dict[str, JsonValue] = {
        "event": "keys_backed_up",
        "actor": actor,
        "backup": copy.backup,
        "epoch": copy.epoch,
        "kind": "escrow" if copy.kind == ESCROW else "file",
    }
    if copy.sha256:
        event["backup_sha256"] = copy.sha256
    with Session(workspace.engine) as session, session.begin():
        added = workspace.archive.ledger.append(session, [event])
        session.add(
            BackupRow(
                id=copy.backup,
                kind=copy.kind,
                epoch=copy.epoch,
                made_at=copy.made_at,
                size=added.numbers[0] + 1,
                sha256=copy.sha256,
            )
        )
    workspace.archive.ledger.publish()


def new_copy(workspace: Workspace, kind: str) -> KeyCopy:
    """Name a copy that is to be made now."""
    made_at = utc_text(workspace.machine.now())
    return KeyCopy(
        new_id(workspace), kind, workspace.archive.keys.active_epoch(), made_at, "", outdated=False
    )


def _backup_warning(workspace: Workspace, copies: tuple[KeyCopy, ...]) -> tuple[Warned, ...]:
    """Warn when the keys in use are in no copy: losing them would be losing the archive."""
    if any(not copy.outdated for copy in copies):
        return ()
    newest = copies[0].made_at if copies else "–"
    return (("A198", {"epoch": workspace.archive.keys.active_epoch(), "newest": newest}),)


def _refuse_within_destruction(workspace: Workspace) -> None:
    under_way = [BatchState.EXECUTING.value, BatchState.DESTROYED.value]
    with Session(workspace.engine) as session:
        unfinished = select(BatchRow).where(col(BatchRow.state).in_(under_way), BatchRow.completed_at == "")
        row = session.exec(unfinished).first()
    if row is not None:
        raise RefusedError("A199", batch=row.id)
