"""Do `webir people …` and `webir clock …`."""

from collections.abc import Sequence
from pathlib import Path

from webir_records.cli.failing import Exit
from webir_records.cli.roc import typed_date
from webir_records.cli.say import _
from webir_records.cli.session import Session
from webir_records.cli.work.secret import passphrase
from webir_records.model.errors import InputError
from webir_records.services.clock import confirm_clock
from webir_records.services.people import KeyState, Person, add_person, find_person, list_people
from webir_records.services.people_changes import (
    Loss,
    OldKey,
    key_history,
    leave,
    replace_key,
    revoke_key,
)


def add(session: Session, person: str, roles: Sequence[str], passphrase_file: Path | None) -> int:
    """Register a person."""
    secret = passphrase(passphrase_file, confirm=True)
    with session.workspace() as workspace:
        added = add_person(workspace, person, tuple(roles), secret, actor=session.actor_or_operator)
    session.output.line(
        _("Registered: {person}. The key keys/people/{person}.pem is theirs alone.", person=person)
    )
    session.output.result(_json(added))
    return Exit.DONE


def list_all(session: Session) -> int:
    """List everybody."""
    with session.workspace() as workspace:
        people = list_people(workspace)
        names = {key: entry.name for key, entry in workspace.profile.roles.items()}
    language = "en" if session.lang == "en" else "zh"
    states = _states()
    session.output.table(
        (_("Person"), _("Roles"), _("Key"), _("State")),
        (
            (
                p.person,
                "、".join(f"{getattr(names[r], language)} ({r})" for r in p.roles),
                p.vkey.split("+")[1],
                states[p.state],
            )
            for p in people
        ),
    )
    session.output.result({"people": [_json(person) for person in people]})
    return Exit.DONE


def show(session: Session, person: str) -> int:
    """Show one person with all keys."""
    with session.workspace() as workspace:
        known = find_person(workspace, person)
        keys = key_history(workspace, person)
    states = _states()
    session.output.line(f"{known.person}: {'、'.join(known.roles)}")
    session.output.table(
        (_("Key"), _("State"), _("Since"), _("Until")),
        ((key.vkey.split("+")[1], states[key.state], key.since, key.until) for key in keys),
    )
    session.output.result({**_json(known), "keys": [_key_json(key) for key in keys]})
    return Exit.DONE


def left(session: Session, person: str, reason: str) -> int:
    """Enter that a person left."""
    with session.workspace() as workspace:
        gone = leave(workspace, person, actor=session.actor_or_operator, reason_code=reason)
    session.output.line(_("{person} left. The id is never given to anybody else.", person=person))
    session.output.result(_json(gone))
    return Exit.DONE


def revoke(session: Session, person: str, reason: str) -> int:
    """Revoke a key."""
    with session.workspace() as workspace:
        known = revoke_key(workspace, person, reason=Loss(reason), actor=session.actor_or_operator)
    session.output.line(
        _("The key of {person} signs nothing any more; what it signed before stands.", person=person)
    )
    session.output.result(_json(known))
    return Exit.DONE


def replace(
    session: Session, person: str, passphrase_file: Path | None, old_passphrase_file: Path | None
) -> int:
    """Make a new key; the passphrase of the old one is asked for as long as it is in force."""
    with session.workspace() as workspace:
        old = None
        if find_person(workspace, person).state is KeyState.ACTIVE:
            old = passphrase(old_passphrase_file)
        new = passphrase(passphrase_file, confirm=True)
        actor = session.actor_or_operator
        known = replace_key(workspace, person, passphrase=new, old_passphrase=old, actor=actor)
    session.output.line(_("{person} has a new key. Only this one signs from now on.", person=person))
    session.output.result(_json(known))
    return Exit.DONE


def confirm_date(session: Session, today: str, passphrase_file: Path | None) -> int:
    """Confirm the date of the machine."""
    actor, day = session.require_actor(), typed_date(today)
    if day is None:
        raise InputError("U007", got=today)
    secret = passphrase(passphrase_file)
    with session.workspace() as workspace:
        said = confirm_clock(workspace, today=day, actor=actor, passphrase=secret)
    if said.complete:
        session.output.line(_("{first} and {second} confirmed the date.", first=said.people[0], second=actor))
    else:
        session.output.line(_("{first} confirmed the date. A second person must do so today.", first=actor))
    session.output.result(
        {
            "today": said.today.isoformat(),
            "newest": said.newest.isoformat(),
            "people": list(said.people),
            "complete": said.complete,
        }
    )
    return Exit.DONE


def _states() -> dict[KeyState, str]:
    return {
        KeyState.ACTIVE: _("in force"),
        KeyState.REVOKED: _("revoked"),
        KeyState.REPLACED: _("replaced"),
        KeyState.LEFT: _("left"),
    }


def _json(person: Person) -> dict[str, object]:
    return {
        "person": person.person,
        "roles": list(person.roles),
        "vkey": person.vkey,
        "state": person.state.value,
    }


def _key_json(key: OldKey) -> dict[str, object]:
    return {"vkey": key.vkey, "state": key.state.value, "since": key.since, "until": key.until}
