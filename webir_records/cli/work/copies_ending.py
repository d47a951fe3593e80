"""Do `webir copies …` and `webir backup expired`."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from webir_records.cli.failing import Exit, message
from webir_records.cli.roc import roc, typed_date
from webir_records.cli.say import _
from webir_records.cli.session import Session
from webir_records.cli.work.secret import passphrase
from webir_records.services.attesting import Witness
from webir_records.services.closing import PHASES, Closing, Phase, advance, show_closing
from webir_records.services.copies import Description, add_copy, destroy_copy
from webir_records.services.copy_terms import Copy, list_copies
from webir_records.services.expiring import expire_backup

__all__ = ["Description", "End", "add", "close", "destroy", "expire", "list_all"]


@dataclass(frozen=True, slots=True)
class End:
    """How something ended: the method, who watched, and where the witness's passphrase is."""

    method: str
    witness: str
    passphrase_file: Path | None

    def signed_by(self) -> Witness:
        """Return the witness, asking for the passphrase."""
        return Witness(self.witness, passphrase(self.passphrase_file))


def list_all(session: Session, *, due: bool, on: str) -> int:
    """List the copies; with `due` those that must go are a finding."""
    day = typed_date(on)
    with session.workspace() as workspace:
        wanted = (day or workspace.today()) if due or day else None
        found = list_copies(workspace, due_on=wanted)
    session.output.table(
        (
            _("Copy"),
            _("Kind"),
            _("Medium"),
            _("Number"),
            _("Holder"),
            _("Records"),
            _("Must go from"),
            _("State"),
        ),
        (
            (
                copy.copy,
                _kind(copy.kind),
                copy.medium,
                copy.number or "–",
                copy.holder or "–",
                str(len(copy.records)),
                _day(copy.due),
                _state(copy),
            )
            for copy in found
        ),
    )
    session.output.line(_("{count} copies outside the archive.", count=len(found)))
    session.output.result({"copies": [_json(copy) for copy in found]})
    return Exit.FINDINGS if due and found else Exit.DONE


def add(session: Session, names: Sequence[str], what: Description) -> int:
    """Register a copy."""
    with session.workspace() as workspace:
        copy = add_copy(workspace, names, what, actor=session.actor_or_operator)
    _show(session, copy)
    return Exit.DONE


def destroy(session: Session, copy: str, end: End, authority: str) -> int:
    """Enter the end of a copy."""
    actor, witness = session.require_actor(), end.signed_by()
    with session.workspace() as workspace:
        done = destroy_copy(
            workspace, copy, method=end.method, actor=actor, witness=witness, authority=authority
        )
    _show(session, done)
    return Exit.DONE


def expire(session: Session, backup: str, end: End, reason: str) -> int:
    """Enter the end of a backup."""
    actor, witness = session.require_actor(), end.signed_by()
    with session.workspace() as workspace:
        done = expire_backup(
            workspace, backup, method=end.method, actor=actor, witness=witness, reason=reason
        )
    session.output.line(
        _(
            "Backup {backup}: destroyed {at} ({method}).",
            backup=done.backup,
            at=done.destroyed_at,
            method=done.method,
        )
    )
    session.output.result({"backup": done.backup, "destroyed_at": done.destroyed_at, "method": done.method})
    return Exit.DONE


def close(session: Session, batch: str) -> int:
    """Move a batch on; what is open is a finding. Without --as it is only looked at."""
    with session.workspace() as workspace:
        if session.actor:
            found = advance(workspace, batch, actor=session.actor)
        else:
            found = show_closing(workspace, batch)
    _show_closing(session, found)
    session.output.result(
        {
            "batch": found.batch,
            "phase": found.phase,
            "reached": {phase.value: day for phase, day in found.reached.items()},
            "open": [
                {"code": code, "message": message(code, facts), "facts": dict(facts)}
                for code, facts in found.open
            ],
            "expires_on": found.expires_on,
            "supplement": list(found.supplement),
        }
    )
    return Exit.DONE if found.phase is Phase.CLOSED and not found.open else Exit.FINDINGS


def _show_closing(session: Session, found: Closing) -> None:
    output = session.output
    for phase in PHASES:
        day = found.reached.get(phase)
        mark = "☒" if phase in found.reached else "☐"
        output.line(f"{mark} {_phase(phase)} ({phase.value})  {roc(day) if day else ''}".rstrip())
    if found.open:
        output.line(_("Still open:"), style="bold yellow")
    for code, facts in found.open:
        output.line(f"  • {code} {message(code, facts)}")
    if found.expires_on:
        output.line(_("The last backup expires on {day}.", day=roc(found.expires_on)))
    for path in found.supplement:
        output.line(f"  {path}")
    if not session.actor and found.phase is not Phase.CLOSED:
        output.note(_("Only looked at: name a person with --as to enter what has been reached."))


def _show(session: Session, copy: Copy) -> None:
    session.output.line(
        _(
            "Copy {copy}: {kind}, {records} records, {state}.",
            copy=copy.copy,
            kind=_kind(copy.kind),
            records=len(copy.records),
            state=_state(copy),
        )
    )
    if copy.state == "kept" and copy.due:
        session.output.line(_("It must be gone from {day} on.", day=roc(copy.due)))
    session.output.result(_json(copy))


def _json(copy: Copy) -> dict[str, object]:
    return {**asdict(copy), "records": list(copy.records)}


def _day(day: date | None) -> str:
    return roc(day) if day else "–"


def _state(copy: Copy) -> str:
    if copy.state != "kept":
        return _("destroyed")
    return _("must go now") if copy.overdue else _("kept")


def _kind(kind: str) -> str:
    names = {"bag": _("bag"), "export": _("folder"), "disc": _("disc"), "print": _("print")}
    return names.get(kind, kind)


def _phase(phase: Phase) -> str:
    names = {
        Phase.KEY_DESTROYED: _("keys destroyed"),
        Phase.COPIES_DELETED: _("copies deleted"),
        Phase.BACKUPS_EXPIRED: _("backups expired"),
        Phase.CLOSED: _("closed"),
    }
    return names[phase]
