"""People who sign: an opaque id, roles, and a personal key behind a passphrase."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from sqlmodel import Session, col, select

from retention.grants import check_act, check_roles
from retention.sections import Act
from signing.note import Signer, Verifier
from webir_records.archive.disk import LocalDisk
from webir_records.model.errors import InputError, RefusedError
from webir_records.model.tables import PersonKeyRow, PersonRow, PersonStateRow
from webir_records.services.context import OPERATOR, Workspace, utc_text

_ID: Final = re.compile(r"[a-z][a-z0-9-]{1,30}")
_DEVICES: Final = [f"{name}{number}" for name in ("com", "lpt") for number in range(10)]
_RESERVED: Final = frozenset({OPERATOR, "system", "con", "nul", "prn", "aux", *_DEVICES})
"""Ids that mean something already, here or as a file name on Windows."""
_SHORTEST_PASSPHRASE: Final = 8  # characters


class KeyState(StrEnum):
    """What became of a personal key."""

    ACTIVE = "active"
    REVOKED = "revoked"
    REPLACED = "replaced"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sign; the name of the human being stays outside the archive.

    Attributes:
        person: opaque id.
        roles: role keys of the profile.
        vkey: verifier key of the newest personal key.
        state: of this key: `left` if the person left.
    """

    person: str
    roles: tuple[str, ...]
    vkey: str
    state: KeyState = KeyState.ACTIVE


def add_person(
    workspace: Workspace, person: str, roles: tuple[str, ...], passphrase: str, *, actor: str = OPERATOR
) -> Person:
    """Register a person and make the personal key `keys/people/<id>.pem`.

    Raises:
        InputError: U150 the id is not usable, U151 it is taken, U152 an unknown role, U153 a short
            passphrase.
            U144 somebody manages people now, so the operator may not.
        RefusedError: U158 the roles exclude each other; U159 the actor may not manage people.
    """
    permit_managing(workspace, actor)
    _check_person(workspace, person, roles, passphrase)
    vkey = make_key(workspace, person, passphrase)
    with Session(workspace.engine) as session, session.begin():
        session.add(PersonRow(id=person, roles=",".join(dict.fromkeys(roles)), vkey=vkey))
        workspace.archive.ledger.append(
            session,
            [
                {
                    "event": "person_added",
                    "actor": actor,
                    "person": person,
                    "roles": list(roles),
                    "vkey": vkey,
                }
            ],
        )
    workspace.archive.ledger.publish()
    return Person(person, roles, vkey)


def list_people(workspace: Workspace) -> tuple[Person, ...]:
    """Return everybody who is registered."""
    with Session(workspace.engine) as session:
        rows = session.exec(select(PersonRow).order_by(col(PersonRow.id))).all()
        return tuple(plain_person(session, row) for row in rows)


def plain_person(session: Session, row: PersonRow) -> Person:
    """Return a row as a plain value."""
    key = session.get(PersonKeyRow, (row.id, row.vkey))
    state = KeyState(key.state) if key else KeyState.ACTIVE  # a key has a row of its own once one was retired
    if session.get(PersonStateRow, row.id) is not None:
        state = KeyState.LEFT
    return Person(row.id, tuple(row.roles.split(",")), row.vkey, state)


def find_person(workspace: Workspace, person: str) -> Person:
    """Return a registered person, also one who left.

    Raises:
        InputError: U154 nobody is registered under this id.
    """
    with Session(workspace.engine) as session:
        row = session.get(PersonRow, person)
        if row is None:
            raise InputError("U154", person=person)
        return plain_person(session, row)


def require_person(workspace: Workspace, person: str) -> Person:
    """Return a registered person who may act.

    Raises:
        InputError: U154 nobody is registered under this id.
        RefusedError: U290 the person left.
    """
    known = find_person(workspace, person)
    if known.state is KeyState.LEFT:
        raise RefusedError("U290", person=person)
    return known


def verifier_keys(session: Session, person: str, at: datetime | None = None) -> tuple[Verifier, ...]:
    """Return the keys with which a person could sign.

    Args:
        session: a transaction on the working database.
        person: opaque id; of an unknown one there are no keys.
        at: the moment of the signature, aware; None: every key that was ever the person's.
    """
    row = session.get(PersonRow, person)
    if row is None:
        return ()
    keys = session.exec(select(PersonKeyRow).where(PersonKeyRow.person == person)).all()
    if not keys:  # no key of this person was ever retired
        return (Verifier.parse(row.vkey),)
    moment = utc_text(at) if at else ""
    return tuple(
        Verifier.parse(key.vkey)
        for key in sorted(keys, key=lambda key: (key.since, key.vkey))
        if not moment or (key.since <= moment and (not key.until or moment <= key.until))
    )


def check_id(person: str) -> None:
    """Refuse what cannot be the id of a person; nobody needs to be registered under it.

    Raises:
        InputError: U150 it is not 2 to 31 of a-z, 0-9 and -, or means something else.
    """
    if not _ID.fullmatch(person) or person in _RESERVED:
        raise InputError("U150", got=person)


def open_signer(workspace: Workspace, person: str, passphrase: str) -> Signer:
    """Open a person's key.

    Raises:
        InputError: U154 unknown person; U155 the key file is missing; U156 wrong passphrase or damaged file;
            U157 the file holds another key than the registered one.
        RefusedError: U290 the person left; U291 the key was revoked.
    """
    known = require_person(workspace, person)
    if known.state is not KeyState.ACTIVE:
        raise RefusedError("U291", person=person)
    disk, path = _keys(workspace), _path(person)
    own = _path(person, known.vkey)
    try:
        pem = disk.read(own if disk.exists(own) else path)
        private = load_pem_private_key(pem, passphrase.encode())
    except FileNotFoundError as error:
        raise InputError("U155", path=path) from error
    except (ValueError, TypeError) as error:
        raise InputError("U156", person=person) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise InputError("U156", person=person)
    signer = _signer(workspace, person, private)
    if signer.vkey != known.vkey:
        raise InputError("U157", person=person)
    return signer


def permit_managing(workspace: Workspace, actor: str) -> None:
    """Let somebody manage people: a manager, or the operator of the machine while there is no manager.

    Who left or whose key was revoked is no manager for this: else nobody could put things right any more.

    Raises:
        InputError: U144 somebody manages people now, so the operator may not; U154 the actor is unknown.
        RefusedError: U159 none of the actor's roles may do this; U290 the actor left.
    """
    if actor != OPERATOR:
        reason = check_act(workspace.profile, require_person(workspace, actor).roles, Act.MANAGE_PEOPLE)
        if reason is not None:
            raise RefusedError("U159", [reason], person=actor)
        return
    for known in list_people(workspace):
        manages = check_act(workspace.profile, known.roles, Act.MANAGE_PEOPLE) is None
        if manages and known.state is KeyState.ACTIVE:
            raise InputError("U144", person=known.person)


def make_key(workspace: Workspace, person: str, passphrase: str) -> str:
    """Make a personal key and lay it beside an older one; returns its verifier key.

    Raises:
        InputError: U153 a short passphrase.
    """
    check_passphrase(passphrase)
    private = Ed25519PrivateKey.from_private_bytes(workspace.machine.random(32))
    vkey = _signer(workspace, person, private).vkey
    pem = private.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase.encode())
    )
    disk = _keys(workspace)
    path = _path(person, vkey) if disk.exists(_path(person)) else _path(person)
    disk.write_many([(path, pem)])
    return vkey


def check_passphrase(passphrase: str) -> None:
    """Refuse a passphrase that is too short.

    Raises:
        InputError: U153 it has fewer than 8 characters.
    """
    if len(passphrase) < _SHORTEST_PASSPHRASE:
        raise InputError("U153", expected=str(_SHORTEST_PASSPHRASE))


def _check_person(workspace: Workspace, person: str, roles: tuple[str, ...], passphrase: str) -> None:
    check_id(person)
    with Session(workspace.engine) as session:
        if session.get(PersonRow, person) is not None:
            raise InputError("U151", person=person)
    known = set(workspace.profile.roles)
    unknown = sorted(set(roles) - known)
    if unknown or not roles:
        raise InputError("U152", got=", ".join(unknown), expected=", ".join(sorted(known)))
    clashes = check_roles(workspace.profile, roles)
    if clashes:
        raise RefusedError("U158", clashes, person=person)
    check_passphrase(passphrase)


def _signer(workspace: Workspace, person: str, private: Ed25519PrivateKey) -> Signer:
    seed = private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    return Signer(f"{workspace.archive.ledger.origin}/person/{person}", seed)


def _path(person: str, vkey: str = "") -> str:
    """Return the place of the first key, or of a later one by its key id."""
    return f"people/{person}.{vkey.split('+')[1]}.pem" if vkey else f"people/{person}.pem"


def _keys(workspace: Workspace) -> LocalDisk:
    return LocalDisk(workspace.root / "keys", mode=0o600)
