"""Do `webir keys …`."""

from pathlib import Path

from webir_records.archive.key_backup import parse_backup, require_strong
from webir_records.bootstrap import open_without_keys
from webir_records.cli.failing import Exit, message
from webir_records.cli.say import _
from webir_records.cli.session import Session
from webir_records.cli.work.secret import passphrase
from webir_records.cli.work.sheet_typing import scanned_lines, type_lines
from webir_records.model.errors import InputError
from webir_records.services import key_restoring
from webir_records.services.escrowing import write_sheet
from webir_records.services.keys import (
    ESCROW,
    KeyCopy,
    KeyStatus,
    backup_keys,
    key_copies,
    key_status,
    rotate_epoch,
    rotate_log_key,
)


def status(session: Session) -> int:
    """Show what keys and copies there are."""
    with session.workspace() as workspace:
        found = key_status(workspace)
    _show_status(session, found)
    session.output.result(_status_json(found))
    return Exit.DONE if found.complete else Exit.FINDINGS


def rotate(session: Session, reason: str) -> int:
    """Turn to a new epoch."""
    with session.workspace() as workspace, session.output.progress() as progress:
        done = rotate_epoch(workspace, reason=reason, actor=session.actor_or_operator, progress=progress)
        copies = key_copies(workspace)
    session.output.line(
        _(
            "Epoch {old} is destroyed, {new} is in use; {count} keys were wrapped anew.",
            old=done.old,
            new=done.new,
            count=str(done.rewrapped),
        )
    )
    _name_old_copies(session, copies)
    session.output.result(
        {
            "from": done.old,
            "to": done.new,
            "rewrapped": done.rewrapped,
            "copies": [_copy_json(copy) for copy in copies],
        }
    )
    return Exit.DONE


def rotate_log(session: Session, reason: str) -> int:
    """Turn to a new log key."""
    with session.workspace() as workspace:
        old = workspace.archive.ledger.vkey
        new = rotate_log_key(workspace, reason=reason, actor=session.actor_or_operator)
        copies = key_copies(workspace)
    session.output.line(_("The ledger is signed with a new key. Print it and keep it with the auditors:"))
    session.output.line(new, style="bold")
    _name_old_copies(session, copies)
    session.output.result({"from": old, "to": new, "copies": [_copy_json(copy) for copy in copies]})
    return Exit.DONE


def backup(session: Session, path: Path, passphrase_file: Path | None) -> int:
    """Write the keys into a file."""
    secret = passphrase(passphrase_file, confirm=True)
    require_strong(secret)
    with session.workspace() as workspace:
        copy = backup_keys(workspace, path, secret, actor=session.actor_or_operator)
    session.output.line(_("Keys of epoch {epoch}: {path}", epoch=copy.epoch, path=str(path)))
    session.output.line(
        _("Keep the file and the passphrase in two places, neither of them with the archive's backups.")
    )
    session.output.result(_copy_json(copy) | {"path": str(path)})
    return Exit.DONE


def escrow(session: Session, path: Path) -> int:
    """Make the sheet."""
    with session.workspace() as workspace:
        copy = write_sheet(workspace, path, actor=session.actor_or_operator)
    session.output.line(_("Escrow sheet of epoch {epoch}: {path}", epoch=copy.epoch, path=str(path)))
    session.output.line(_("It holds the keys in the clear: print it once, seal it, then delete the file."))
    session.output.result(_copy_json(copy) | {"path": str(path)})
    return Exit.DONE


def restore_backup(session: Session, path: Path | None, passphrase_file: Path | None) -> int:
    """Put keys back from a file."""
    if path is None:
        raise InputError("U004", name="FILE", command="webir keys restore")
    read = parse_backup(_bytes_of(path), path=str(path))
    with open_without_keys(session.folder, machine=session.machine) as locked:
        key_restoring.check_backup(locked, read)
        secret = passphrase(passphrase_file)
        done = key_restoring.restore_backup(
            locked, read, secret, path=str(path), actor=session.actor_or_operator
        )
    return _restored(session, done)


def restore_sheet(session: Session, path: Path | None) -> int:
    """Put keys back from a sheet, scanned or typed."""
    if path is not None:
        lines = scanned_lines(_bytes_of(path).decode("utf-8", errors="replace").splitlines())
    else:
        lines = type_lines(session.output)
    with open_without_keys(session.folder, machine=session.machine) as locked:
        done = key_restoring.restore_sheet(locked, lines, actor=session.actor_or_operator)
    return _restored(session, done)


def _restored(session: Session, done: key_restoring.Restored) -> int:
    """Open the workspace with its keys, which enters the act into the ledger, and say what came back."""
    with session.workspace():
        pass
    if done.written:
        session.output.line(_("Put back: {names}.", names=", ".join(done.written)))
    else:
        session.output.line(_("Nothing was missing: all these keys are there already."))
    session.output.line(_("Check what can be opened now: `webir verify --level full`."))
    session.output.result({"written": list(done.written), "kept": list(done.kept), "epoch": done.epoch})
    return Exit.DONE


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError("U014", path=str(path), cause=error.strerror or "") from error


def _show_status(session: Session, found: KeyStatus) -> None:
    output = session.output
    output.table(
        (_("Epoch"), _("State"), _("Record keys"), _("Key-encryption key")),
        (
            (e.epoch, _state(e.state), str(e.keys), _("present") if e.key_present else _("gone"))
            for e in found.epochs
        ),
    )
    output.table((_("Keys of the ledger, newest first"),), ((vkey,) for vkey in found.log_vkeys))
    output.table(
        (_("Copy"), _("Kind"), _("Epoch"), _("Made at"), _("Holds the keys in use")),
        (
            (c.backup, _kind(c.kind), c.epoch, c.made_at, _("no") if c.outdated else _("yes"))
            for c in found.copies
        ),
    )
    for code, facts in found.warnings:
        output.line(f"{code}: {message(code, facts)}", style="yellow")


def _name_old_copies(session: Session, copies: tuple[KeyCopy, ...]) -> None:
    """Say what is to be done by people: only they reach the copies."""
    old = [copy for copy in copies if copy.outdated]
    if old:
        session.output.line(
            _("These copies hold keys that are no longer in use; destroy them before witnesses:")
        )
    for copy in old:
        session.output.line(f"  {copy.backup}　{_kind(copy.kind)}　{copy.epoch}　{copy.made_at}")
    session.output.line(_("Make a new backup now: `webir keys backup FILE`, and a new escrow sheet."))


def _status_json(found: KeyStatus) -> dict[str, object]:
    return {
        "epochs": [
            {"epoch": e.epoch, "state": e.state, "keys": e.keys, "key_present": e.key_present}
            for e in found.epochs
        ],
        "log_vkeys": list(found.log_vkeys),
        "copies": [_copy_json(copy) for copy in found.copies],
        "warnings": [{"code": code, "message": message(code, facts)} for code, facts in found.warnings],
    }


def _copy_json(copy: KeyCopy) -> dict[str, object]:
    return {
        "backup": copy.backup,
        "kind": copy.kind,
        "epoch": copy.epoch,
        "made_at": copy.made_at,
        "sha256": copy.sha256,
        "outdated": copy.outdated,
    }


def _state(state: str) -> str:
    words = {"active": _("in use"), "destroyed": _("destroyed"), "retiring": _("being replaced")}
    return words.get(state, state)


def _kind(kind: str) -> str:
    return _("escrow sheet") if kind == ESCROW else _("backup file")
