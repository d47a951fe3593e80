"""What happens to people and their keys later: a key is lost or replaced, somebody leaves."""

from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session, col, select

from signing.canonical import JsonValue
from webir_records.model.errors import InputError, RefusedError
from webir_records.model.tables import PersonKeyRow, PersonRow, PersonStateRow
from webir_records.services.context import Workspace
from webir_records.services.people import (
    KeyState,
    Person,
    find_person,
    make_key,
    open_signer,
    permit_managing,
    require_person,
)
from webir_records.services.texts_for_ledger import reason_code as checked_reason


class Loss(StrEnum):
    """Why a key may sign nothing from now on."""

    LOST = "lost"
    STOLEN = "stolen"


@dataclass(frozen=True, slots=True)
class OldKey:
    """A key that a person has or had; times in UTC: `since` empty for the first, `until` while in force."""

    vkey: str
    state: KeyState
    since: str
    until: str


def key_history(workspace: Workspace, person: str) -> tuple[OldKey, ...]:
    """Return every key of a person, the oldest first.

    Raises:
        InputError: U154 nobody is registered under this id.
    """
    known = find_person(workspace, person)
    with Session(workspace.engine) as session:
        rows = session.exec(select(PersonKeyRow).where(PersonKeyRow.person == person)).all()
    keys = [OldKey(row.vkey, KeyState(row.state), row.since, row.until) for row in rows]
    return tuple(sorted(keys, key=lambda key: (key.since, key.vkey))) or (
        OldKey(known.vkey, known.state, "", ""),
    )


def revoke_key(workspace: Workspace, person: str, *, reason: Loss, actor: str) -> Person:
    """Let a personal key sign nothing from now on; what it signed before stands.

    Args:
        workspace: the open workspace.
        person: whose key it is.
        reason: why.
        actor: somebody who manages people, or the person.

    Raises:
        InputError: U154 unknown person; U144 about the operator; U292 no key is in force.
        RefusedError: U159 the actor may not manage people; U290 somebody left.
    """
    if actor != person:
        permit_managing(workspace, actor)
    known = require_person(workspace, person)
    if known.state is not KeyState.ACTIVE:
        raise InputError("U292", person=person)
    event: dict[str, JsonValue] = {
        "event": "person_key_revoked",
        "actor": actor,
        "person": person,
        "vkey": known.vkey,
        "reason_code": reason.value,
    }
    with Session(workspace.engine) as session, session.begin():
        at = workspace.archive.ledger.append(session, [event]).at
        retire_key(session, known.person, KeyState.REVOKED, at)
    workspace.archive.ledger.publish()
    return find_person(workspace, person)


def replace_key(
    workspace: Workspace, person: str, *, passphrase: str, old_passphrase: str | None, actor: str
) -> Person:
    """Make a new personal key; only this one signs from now on, and what the old ones signed stands.

    Args:
        workspace: the open workspace.
        person: whose key it is.
        passphrase: of the new key.
        old_passphrase: of the key in force; None after a revocation.
        actor: somebody who manages people; after a revocation somebody else than the person.

    Raises:
        InputError: U154 unknown person; U144 about the operator; U153 a short passphrase; U155–U157 about
            the old key; U294 its passphrase is not given.
        RefusedError: U159 the actor may not manage people; U290 the person left; U293 the own lost key.
    """
    permit_managing(workspace, actor)
    known = require_person(workspace, person)
    if known.state is KeyState.ACTIVE:
        if old_passphrase is None:
            raise InputError("U294", person=person)
        open_signer(workspace, person, old_passphrase)
    elif actor == person:
        raise RefusedError("U293", person=person)
    vkey = make_key(workspace, person, passphrase)
    event: dict[str, JsonValue] = {
        "event": "person_key_replaced",
        "actor": actor,
        "person": person,
        "vkey": vkey,
        "previous": known.vkey,
    }
    with Session(workspace.engine) as session, session.begin():
        at = workspace.archive.ledger.append(session, [event]).at
        put_new_key(session, person, vkey, at)
    workspace.archive.ledger.publish()
    return find_person(workspace, person)


def leave(workspace: Workspace, person: str, *, actor: str, reason_code: str = "") -> Person:
    """Let a person sign and do nothing from now on; the id is never given to somebody else.

    Args:
        workspace: the open workspace.
        person: who leaves.
        actor: somebody who manages people.
        reason_code: a short word, or empty.

    Raises:
        InputError: U154 unknown person; U144 about the operator; U143 a reason that cannot be used.
        RefusedError: U159 the actor may not manage people; U290 the person left already.
    """
    permit_managing(workspace, actor)
    require_person(workspace, person)
    event: dict[str, JsonValue] = {"event": "person_left", "actor": actor, "person": person}
    if reason_code:
        event["reason_code"] = checked_reason(reason_code)
    with Session(workspace.engine) as session, session.begin():
        at = workspace.archive.ledger.append(session, [event]).at
        put_leaving(session, person, at)
    workspace.archive.ledger.publish()
    return find_person(workspace, person)


# what the tables hold after each of these acts; also for a replay of the ledger


def put_new_key(session: Session, person: str, vkey: str, at: str) -> None:
    """Enter a new key, and retire the one before."""
    retire_key(session, person, KeyState.REPLACED, at)
    row = session.get_one(PersonRow, person)
    row.vkey = vkey
    session.add(row)
    session.merge(PersonKeyRow(person=person, vkey=vkey, state=KeyState.ACTIVE.value, since=at))


def put_leaving(session: Session, person: str, at: str) -> None:
    """Enter that somebody left."""
    retire_key(session, person, KeyState.LEFT, at)
    session.merge(PersonStateRow(person=person, left_at=at))


def retire_key(session: Session, person: str, state: KeyState, at: str) -> None:
    """Enter the end of whatever key is in force."""
    row = session.get_one(PersonRow, person)
    known = select(PersonKeyRow).where(PersonKeyRow.person == person)
    if session.exec(known).first() is None:  # the first key gets its row when it is retired
        session.add(PersonKeyRow(person=person, vkey=row.vkey, state=KeyState.ACTIVE.value, since=""))
        session.flush()
    for key in session.exec(known.where(col(PersonKeyRow.state) == KeyState.ACTIVE.value)):
        key.state, key.until = state.value, at
        session.add(key)
    session.flush()
