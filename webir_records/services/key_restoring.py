"""Put keys back into a workspace that cannot be opened without them.

Everything is judged before anything is written: whose keys these are, whether their epoch still lives, what
lies in `keys/` already. Then each file takes its place whole; a broken run is repeated with the same result.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Engine
from sqlmodel import Session

from retention.grants import check_act
from retention.profile import Profile
from retention.sections import Act
from signing.canonical import JsonValue, parse_canonical
from signing.entries import parse_entry
from signing.note import Signer
from webir_records.archive.disk import LocalDisk
from webir_records.archive.escrow import Line, Purpose, belongs, bound_name, key_of
from webir_records.archive.key_backup import KeyBackup, open_backup
from webir_records.archive.key_files import (
    LOG_KEY,
    LOOKUP_KEY,
    epoch_of,
    format_log_key,
    format_lookup_key,
    parse_key_files,
)
from webir_records.archive.keystore import KeyStore, format_kek, kek_path
from webir_records.model.errors import FaultError, InputError, RefusedError
from webir_records.model.tables import EntryRow, MetaRow, PersonRow
from webir_records.services.context import OPERATOR
from webir_records.services.key_acts import announce
from webir_records.services.log_keys import LogKeys, read_log_keys

LOOKUP_CHECK: Final = "lookup_check"
"""Row of the table of facts: what the lookup key makes of the word `check`, hex."""

_RESTORED: Final = "restored"  # the mark of a restored workspace names the epoch that is to come


@dataclass(frozen=True, slots=True)
class LockedWorkspace:
    """A workspace whose keys are not at hand.

    Attributes:
        root: its folder.
        profile: the rule that governs it.
        engine: the working database.
        keys: the key store.
        disk: the folder `keys/`.
    """

    root: Path
    profile: Profile
    engine: Engine
    keys: KeyStore
    disk: LocalDisk


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back.

    Attributes:
        written: names of the files that were put back.
        kept: those that were there already, and right.
        epoch: the epoch in use.
    """

    written: tuple[str, ...]
    kept: tuple[str, ...]
    epoch: str


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the workspace says about the keys that it needs."""

    origin: str
    log_keys: LogKeys
    lookup_check: str
    epoch: str
    dead: frozenset[str]


def lookup_check(key: bytes) -> str:
    """Return the value by which a workspace knows its lookup key again."""
    return hmac.new(key, b"check", hashlib.sha256).hexdigest()


def check_backup(locked: LockedWorkspace, backup: KeyBackup) -> None:
    """Judge what a backup says in the clear, before anybody is asked for its passphrase.

    Raises:
        InputError: A190 it is of another workspace.
        RefusedError: A191 its epoch was destroyed.
    """
    facts = _facts(locked)
    if backup.header.workspace != facts.origin:
        raise InputError("A190", found=backup.header.workspace, expected=facts.origin)
    _refuse_dead(facts, [backup.header.epoch])


def restore_backup(
    locked: LockedWorkspace, backup: KeyBackup, passphrase: str, *, path: str, actor: str = OPERATOR
) -> Restored:
    """Put back the keys of a backup file.

    Raises:
        InputError: A138 wrong passphrase; A190 another workspace; A192 other keys are there; A193 the epoch
            in use is not in it; A194 its log key is an older one; U154.
        RefusedError: A191 its epoch was destroyed; U159.
        FaultError: A132 its keys do not open what is stored. Nothing was changed by any of these.
    """
    check_backup(locked, backup)
    files = open_backup(backup, passphrase, path=path)
    return _put_back(locked, files, actor=actor, backup=backup.header.backup)


def restore_sheet(locked: LockedWorkspace, lines: Mapping[str, Line], *, actor: str = OPERATOR) -> Restored:
    """Put back the keys of an escrow sheet, whole or in part.

    Raises:
        InputError: A196 lines of a key are missing; and as `restore_backup`.
        RefusedError: A191, U159.
        FaultError: A132.
    """
    facts = _facts(locked)
    begun = [purpose for purpose in Purpose if any(tag.startswith(purpose.value) for tag in lines)]
    files: dict[str, bytes] = {}
    for purpose in begun:
        key, binding = key_of(purpose, lines)
        name, data = _sheet_file(facts, purpose, key, binding)
        files[name] = data
    return _put_back(locked, files, actor=actor, backup="")


def _sheet_file(facts: _Facts, purpose: Purpose, key: bytes, binding: bytes) -> tuple[str, bytes]:
    """Return name and content of the file of a key that was typed."""
    if purpose is Purpose.EPOCH:
        known = [
            epoch
            for epoch in (facts.epoch, *sorted(facts.dead))
            if belongs(purpose, bound_name(facts.origin, epoch), key, binding)
        ]
        _refuse_dead(facts, known)
        if known:
            return kek_path(facts.epoch), format_kek(facts.epoch, key)
    elif belongs(purpose, bound_name(facts.origin), key, binding):
        if purpose is Purpose.LOG:
            return LOG_KEY, format_log_key(Signer(facts.origin, key))
        return LOOKUP_KEY, format_lookup_key(key)
    raise InputError("A190", found="–", expected=facts.origin)


def _put_back(locked: LockedWorkspace, files: Mapping[str, bytes], *, actor: str, backup: str) -> Restored:
    facts = _facts(locked)
    _permit(locked, actor)
    wanted = {name: data for name, data in files.items() if _lives(facts, name)}
    kept = tuple(name for name, data in wanted.items() if _present(locked, name) == data)
    wanted = {name: data for name, data in wanted.items() if name not in kept}
    _judge(locked, facts, wanted, kept)
    _refuse_other_keys(locked, wanted)
    if wanted:
        event: dict[str, JsonValue] = {"event": "keys_restored", "actor": actor, "epoch": facts.epoch}
        announce(locked.engine, event | ({"backup": backup} if backup else {}))
        locked.disk.write_many(wanted.items())
    return Restored(tuple(wanted), kept, facts.epoch)


def _judge(locked: LockedWorkspace, facts: _Facts, wanted: Mapping[str, bytes], kept: Sequence[str]) -> None:
    """See that the keys are those that this workspace needs."""
    keys = parse_key_files(wanted)
    own = kek_path(facts.epoch)
    for epoch, kek in keys.keks.items():
        locked.keys.check_kek(epoch, kek)
    if own not in wanted and own not in kept and not _sound(locked, own):
        raise InputError("A193", expected=facts.epoch, found=", ".join(sorted(keys.keks)) or "–")
    if keys.signer is not None and keys.signer.vkey != facts.log_keys.vkeys[0]:
        older = keys.signer.vkey in facts.log_keys.vkeys
        raise InputError("A194" if older else "A190", found=keys.signer.name, expected=facts.origin)
    if keys.lookup is not None and lookup_check(keys.lookup) != facts.lookup_check:
        raise InputError("A190", found="–", expected=facts.origin)


def _refuse_other_keys(locked: LockedWorkspace, wanted: Mapping[str, bytes]) -> None:
    """Keep what might be a key that somebody still needs; a damaged file may be replaced."""
    others = [name for name in wanted if _sound(locked, name)]
    if others:
        raise InputError("A192", paths=", ".join(f"keys/{name}" for name in others))


def _sound(locked: LockedWorkspace, name: str) -> bool:
    """Tell whether a file holds a key, whichever it is."""
    data = _present(locked, name)
    if data is None:
        return False
    try:
        parse_key_files({name: data})
    except FaultError:
        return False
    return True


def _present(locked: LockedWorkspace, name: str) -> bytes | None:
    return locked.disk.read(name) if locked.disk.exists(name) else None


def _lives(facts: _Facts, name: str) -> bool:
    """Tell whether a file may come back: never the key of an epoch that was destroyed."""
    return epoch_of(name) not in facts.dead


def _refuse_dead(facts: _Facts, epochs: Sequence[str]) -> None:
    for epoch in epochs:
        if epoch in facts.dead:
            raise RefusedError("A191", epoch=epoch, expected=facts.epoch)


def _facts(locked: LockedWorkspace) -> _Facts:
    with Session(locked.engine) as session:
        first = session.get(EntryRow, 0)
        check = session.get(MetaRow, LOOKUP_CHECK)
        mark = session.get(MetaRow, _RESTORED)
    if first is None:
        raise FaultError("A212", seq="0")
    to_come = parse_canonical(mark.value.encode()) if mark is not None else None
    newest = str(to_come["epoch"]) if isinstance(to_come, dict) else ""
    active = locked.keys.active_epoch()
    dead = {status.epoch for status in locked.keys.status() if status.state == "destroyed"}
    return _Facts(
        origin=parse_entry(first.body).string("origin"),
        log_keys=read_log_keys(locked.engine),
        lookup_check=check.value if check is not None else "",
        epoch=newest or active,
        dead=frozenset(dead | ({active} if newest and newest != active else set())),
    )


def _permit(locked: LockedWorkspace, actor: str) -> None:
    """As `services.acting.permit`, which needs an open workspace."""
    if actor == OPERATOR:
        return
    with Session(locked.engine) as session:
        row = session.get(PersonRow, actor)
    if row is None:
        raise InputError("U154", person=actor)
    reason = check_act(locked.profile, row.roles.split(","), Act.MANAGE_KEYS)
    if reason is not None:
        raise RefusedError("U159", [reason], person=actor)
