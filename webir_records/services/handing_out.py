"""Give a copy of the keys away: the file, the entry and the name come in an order that a crash cannot break.

The content lies complete beside its place (`.part`) before the ledger names it, and takes its place only
then. A mark in the table of facts says that this is under way: the next opening gives the file its name if
the ledger has it, and takes it away if not.
"""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from sqlmodel import Session

from signing.canonical import canonical_bytes
from webir_records.archive.disk import TEMPORARY_SUFFIX, Disk, LocalDisk
from webir_records.model.errors import FaultError, InputError, WebirError
from webir_records.model.tables import BackupRow, MetaRow
from webir_records.services.context import Workspace
from webir_records.services.own_facts import facts_of

HANDING_OUT: Final = "handing_out"
"""Row of the table of facts: JSON with the copy's id, the file's path and its SHA-256."""

_PART: Final = ".part"


def hand_out(
    workspace: Workspace, path: Path, data: bytes, *, backup: str, enter: Callable[[], None]
) -> None:
    """Write a secret file outside the workspace, mode 0600.

    Args:
        workspace: the open workspace.
        path: where; nothing may lie there.
        data: its content.
        backup: id of the copy; `enter` makes its row.
        enter: what is to be committed once the disk has taken the content, and before the file has its name.

    Raises:
        InputError: U012 the file exists.
        FaultError: A110, A111 the disk refused; before `enter` nothing was committed, after it the next
            opening finishes.
    """
    if path.exists():
        raise InputError("U012", path=str(path))
    path = path.absolute()
    mark = {"backup": backup, "path": str(path), "sha256": hashlib.sha256(data).hexdigest()}
    with Session(workspace.engine) as session, session.begin():
        session.merge(MetaRow(key=HANDING_OUT, value=canonical_bytes(mark).decode()))
    disk = LocalDisk(path.parent, mode=0o600)
    try:
        disk.write(path.name + _PART, data)
        enter()
        disk.write(path.name, data)
        disk.remove(path.name + _PART)
    except WebirError:
        finish_hand_out(workspace)
        raise
    _forget(workspace)


def finish_hand_out(workspace: Workspace) -> tuple[tuple[str, Mapping[str, str]], ...]:
    """Finish or undo what a broken run began to hand out; does nothing otherwise.

    Returns:
        What somebody must see to: A188 the file cannot be reached, and is looked for at every opening; A189
        the ledger names a copy that is not there.
    """
    with Session(workspace.engine) as session:
        row = session.get(MetaRow, HANDING_OUT)
        if row is None:
            return ()
        facts = facts_of(row, {"backup": str, "path": str, "sha256": str})
        entered = session.get(BackupRow, str(facts["backup"])) is not None
    path = Path(str(facts["path"]))
    disk = LocalDisk(path.parent, mode=0o600)
    try:
        path.parent.stat()  # a stick that was pulled out must not pass for an empty folder
        there = _settle(disk, path.name, str(facts["sha256"]), entered=entered)
    except (OSError, FaultError):
        return (("A188", {"path": str(path)}),)
    _forget(workspace)
    return () if there or not entered else (("A189", {"path": str(path), "backup": str(facts["backup"])}),)


def _settle(disk: Disk, name: str, sha256: str, *, entered: bool) -> bool:
    """Give a file its name if it is entered, remove what else lies there; True when the file is there."""
    part = name + _PART
    if entered and not _is(disk, name, sha256) and _is(disk, part, sha256):
        disk.write_many([(name, disk.read(part))])
    for left in (part + TEMPORARY_SUFFIX, part, name + TEMPORARY_SUFFIX):
        disk.remove(left)
    return _is(disk, name, sha256)


def _is(disk: Disk, name: str, sha256: str) -> bool:
    return disk.exists(name) and hashlib.sha256(disk.read(name)).hexdigest() == sha256


def _forget(workspace: Workspace) -> None:
    with Session(workspace.engine) as session, session.begin():
        row = session.get(MetaRow, HANDING_OUT)
        if row is not None:
            session.delete(row)
