"""Do `webir backup …`."""

from datetime import date
from pathlib import Path

from webir_records.cli.failing import Exit
from webir_records.cli.roc import roc, typed_date
from webir_records.cli.say import _
from webir_records.cli.session import Session
from webir_records.services.backing_up import Known, create_backup, list_backups
from webir_records.services.restoring.restore import Restored, restore_backup
from webir_records.services.restoring.unpacking import check_file


def create(session: Session, target: Path, expires: str) -> int:
    """Make a backup; damage that it found in the archive is a finding."""
    expires_on = typed_date(expires)
    with session.output.progress() as progress:
        made = create_backup(
            session.workspace,
            target,
            expires_on=expires_on,
            actor=session.actor_or_operator,
            progress=progress,
        )
    output = session.output
    output.line(_("Backup {backup} made: {path}", backup=made.backup, path=made.path))
    output.line(_("{size} ledger entries. SHA-256: {digest}", size=made.size, digest=made.sha256))
    output.note(_("keys/ is not part of it: make `webir keys backup` too, and keep the two apart."))
    for path in made.damaged:
        output.line(_("Damaged in the archive itself: {path}", path=path), style="bold red")
    output.result(
        {
            "backup": made.backup,
            "path": str(made.path),
            "size": made.size,
            "sha256": made.sha256,
            "expires_on": made.expires_on,
            "damaged": list(made.damaged),
        }
    )
    return Exit.FINDINGS if made.damaged else Exit.DONE


def check(session: Session, file: Path) -> int:
    """Check a backup."""
    found = check_file(file)
    facts = found.facts
    session.output.line(
        _(
            "Backup {backup} is whole: {files} files, {size} ledger entries, made {made_at}.",
            backup=facts["backup"],
            files=found.files,
            size=facts["size"],
            made_at=facts["made_at"],
        )
    )
    session.output.line(_("Compare with the ledger: SHA-256 {digest}", digest=found.sha256))
    session.output.result({"files": found.files, "sha256": found.sha256} | dict(facts))
    return Exit.DONE


def restore(session: Session, file: Path, into: Path, ledger: Path | None, accept: bool) -> int:
    """Restore a backup and say what is still to be done."""
    restored = restore_backup(file, into, newer=ledger, accept_missing=accept)
    output = session.output
    output.line(_("Restored into {path}.", path=restored.root))
    _say_what_is_missing(session, restored, followed=ledger is not None)
    output.line(
        _(
            "Next: put back keys/ (`webir -w {path} keys restore`; epoch {epoch}), "
            "then `webir -w {path} verify`.",
            path=restored.root,
            epoch=restored.epoch,
        )
    )
    output.result(
        {
            "workspace": str(restored.root),
            "backup": restored.backup,
            "size": restored.size,
            "newest_at": restored.newest_at,
            "ledger_size": restored.ledger_size,
            "destroyed": list(restored.destroyed),
            "without_key": [
                {"record": record, "version": version} for record, version in restored.without_key
            ],
            "epoch": restored.epoch,
        }
    )
    return Exit.DONE


def _say_what_is_missing(session: Session, restored: Restored, *, followed: bool) -> None:
    output = session.output
    if not followed:
        output.line(
            _(
                "The ledger ends with entry {last} of {moment}. Whatever was done after it is not here: "
                "filings, holds, loans, people, and destructions. Destroy again what was destroyed since.",
                last=restored.size - 1,
                moment=restored.newest_at,
            ),
            style="bold red",
        )
        return
    output.line(
        _(
            "{count} later acts were replayed; {destroyed} records destroyed since the backup "
            "are gone here too.",
            count=restored.ledger_size - restored.size,
            destroyed=len(restored.destroyed),
        )
    )
    if restored.without_key:
        output.line(
            _(
                "{count} versions were filed after the backup. Their keys were not in it, so they cannot be "
                "opened unless a newer state/keys.db is found.",
                count=len(restored.without_key),
            ),
            style="bold red",
        )


def list_all(session: Session) -> int:
    """List what copies exist."""
    with session.workspace() as workspace:
        found = list_backups(workspace)
    session.output.table(
        (
            _("Backup"),
            _("Of"),
            _("Epoch"),
            _("Made at"),
            _("Entries"),
            _("To be destroyed on"),
            _("Destroyed at"),
        ),
        (
            (
                b.backup,
                _kind(b.kind),
                b.epoch,
                b.made_at,
                str(b.size),
                _day(b.expires_on),
                b.destroyed_at or "–",
            )
            for b in found
        ),
    )
    session.output.line(_("{count} copies.", count=len(found)))
    session.output.result({"backups": [_json(backup) for backup in found]})
    return Exit.DONE


def _day(day: date | None) -> str:
    return roc(day) if day else "–"


def _kind(kind: str) -> str:
    names = {"workspace": _("workspace"), "keys": _("keys"), "escrow": _("keys on paper")}
    return names.get(kind, kind)


def _json(known: Known) -> dict[str, object]:
    return {
        "backup": known.backup,
        "kind": known.kind,
        "epoch": known.epoch,
        "made_at": known.made_at,
        "size": known.size,
        "sha256": known.sha256,
        "expires_on": known.expires_on,
        "expired": known.expired,
        "destroyed_at": known.destroyed_at,
        "method": known.method,
    }
