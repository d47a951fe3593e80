"""People who sign: an opaque id, roles, and a personal key behind a passphrase."""

import re
from dataclasses import dataclass
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
from signing.note import Signer
from webir_records.archive.disk import LocalDisk
from webir_records.model.errors import InputError, RefusedError
from webir_records.model.tables import PersonRow
from webir_records.services.context import OPERATOR, Workspace

_ID: Final = re.compile(r"[a-z][a-z0-9-]{1,30}")
_DEVICES: Final = [f"{name}{number}" for name in ("com", "lpt") for number in range(10)]
_RESERVED: Final = frozenset({OPERATOR, "system", "con", "nul", "prn", "aux", *_DEVICES})
"""Ids that mean something already, here or as a file name on Windows."""
_SHORTEST_PASSPHRASE: Final = 8  # characters


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sign; the name of the human being stays outside the archive."""

    person: str
    roles: tuple[str, ...]
    vkey: str


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
    _permit_adding(workspace, actor)
    _check_person(workspace, person, roles, passphrase)
    private = Ed25519PrivateKey.from_private_bytes(workspace.machine.random(32))
    signer = _signer(workspace, person, private)
    pem = private.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase.encode())
    )
    _keys(workspace).write_many([(_path(person), pem)])
    with Session(workspace.engine) as session, session.begin():
        session.add(PersonRow(id=person, roles=",".join(dict.fromkeys(roles)), vkey=signer.vkey))
        workspace.archive.ledger.append(
            session,
            [
                {
                    "event": "person_added",
                    "actor": actor,
                    "person": person,
                    "roles": list(roles),
                    "vkey": signer.vkey,
                }
            ],
        )
    workspace.archive.ledger.publish()
    return Person(person, roles, signer.vkey)


def list_people(workspace: Workspace) -> tuple[Person, ...]:
    """Return everybody who is registered."""
    with Session(workspace.engine) as session:
        rows = session.exec(select(PersonRow).order_by(col(PersonRow.id)))
        return tuple(plain_person(row) for row in rows)


def plain_person(row: PersonRow) -> Person:
    """Return a row as a plain value."""
    return Person(row.id, tuple(row.roles.split(",")), row.vkey)


def require_person(workspace: Workspace, person: str) -> Person:
    """Return a registered person.

    Raises:
        InputError: U154 nobody is registered under this id.
    """
    with Session(workspace.engine) as session:
        row = session.get(PersonRow, person)
    if row is None:
        raise InputError("U154", person=person)
    return plain_person(row)


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
    """
    known = require_person(workspace, person)
    try:
        pem = _keys(workspace).read(_path(person))
        private = load_pem_private_key(pem, passphrase.encode())
    except FileNotFoundError as error:
        raise InputError("U155", path=_path(person)) from error
    except (ValueError, TypeError) as error:
        raise InputError("U156", person=person) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise InputError("U156", person=person)
    signer = _signer(workspace, person, private)
    if signer.vkey != known.vkey:
        raise InputError("U157", person=person)
    return signer


def _permit_adding(workspace: Workspace, actor: str) -> None:
    """The operator of the machine may add people until somebody is there who manages them."""
    if actor != OPERATOR:
        reason = check_act(workspace.profile, require_person(workspace, actor).roles, Act.MANAGE_PEOPLE)
        if reason is not None:
            raise RefusedError("U159", [reason], person=actor)
        return
    for known in list_people(workspace):
        if check_act(workspace.profile, known.roles, Act.MANAGE_PEOPLE) is None:
            raise InputError("U144", person=known.person)


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
    if len(passphrase) < _SHORTEST_PASSPHRASE:
        raise InputError("U153", expected=str(_SHORTEST_PASSPHRASE))


def _signer(workspace: Workspace, person: str, private: Ed25519PrivateKey) -> Signer:
    seed = private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    return Signer(f"{workspace.archive.ledger.origin}/person/{person}", seed)


def _path(person: str) -> str:
    return f"people/{person}.pem"


def _keys(workspace: Workspace) -> LocalDisk:
    return LocalDisk(workspace.root / "keys", mode=0o600)
