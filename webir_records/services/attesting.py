"""The second pair of eyes at the end of a copy: another person signs with a personal key that it is gone."""

import hashlib
from dataclasses import dataclass
from typing import Final

from retention.kinds import Medium, Method
from retention.reasons import Reason
from retention.sections import Act
from signing.canonical import JsonValue
from signing.statement import sign_statement
from webir_records.model.errors import InputError, RefusedError
from webir_records.services.acting import permit_person
from webir_records.services.context import Workspace, utc_text
from webir_records.services.destruction.batches import evidence_path
from webir_records.services.people import open_signer

FOLDER: Final = "copies"
"""Where the statements lie, beside the papers of the batches."""
_METHODS: Final = {
    "shred": Method.SHRED,
    "burn": Method.BURN,
    "smash": Method.SMASH,
    "powder": Method.POWDER,
    "degauss": Method.DEGAUSS,
    "erase": Method.ERASE,
    "other": Method.OTHER,
}
METHODS: Final = tuple(_METHODS)
"""Ways of destruction (銷毀辦法 §13), as they are typed."""


@dataclass(frozen=True, slots=True)
class Witness:
    """Who watched, with the passphrase of the personal key."""

    person: str
    passphrase: str


@dataclass(frozen=True, slots=True)
class Attested:
    """A signed statement that is to be put into the archive.

    Attributes:
        people: who destroyed and who watched.
        sha256: digest of the note (hex).
    """

    people: tuple[str, str]
    path: str
    note: bytes
    sha256: str


def method_of(text: str) -> Method:
    """Return a way of destruction by its short word or its name in the law.

    Raises:
        InputError: U324 there is no such way.
    """
    named = _METHODS | {method.value: method for method in Method}
    if text not in named:
        raise InputError("U324", got=text, expected=", ".join(METHODS))
    return named[text]


def refused_method(workspace: Workspace, subject: str, medium: Medium, method: Method) -> tuple[Reason, ...]:
    """Return why a medium may not be destroyed in a way, or nothing."""
    if method in workspace.profile.destruction.methods.get(medium, frozenset()):
        return ()
    facts = {"record": subject, "medium": medium.value, "method": method.value}
    return (Reason("R255", "銷毀辦法 §13", facts),)


def attest(
    workspace: Workspace, subject: dict[str, JsonValue], *, actor: str, act: Act, witness: Witness
) -> Attested:
    """Let the witness sign that the actor destroyed something; nothing is written yet.

    Args:
        workspace: the open workspace.
        subject: what was destroyed: `copy` or `backup`, `method`, and what else is to be signed.
        actor: who destroyed it; a registered person.
        act: what the actor must be allowed to do.
        witness: who watched; another person, who may witness destructions.

    Raises:
        InputError: U154–U157 about the people and the key.
        RefusedError: U159 a role is missing; U323 one person for both.
    """
    permit_person(workspace, actor, act)
    permit_person(workspace, witness.person, Act.WITNESS_DESTRUCTION)
    if actor == witness.person:
        raise RefusedError("U323", person=actor)
    signer = open_signer(workspace, witness.person, witness.passphrase)
    at = utc_text(workspace.machine.now())
    fields = {**subject, "actor": actor, "person": witness.person, "at": at}
    note = sign_statement(fields, signer)
    name = f"statement-{subject.get('copy') or subject.get('backup')}-{witness.person}.note"
    return Attested(
        (actor, witness.person), evidence_path(FOLDER, name), note, hashlib.sha256(note).hexdigest()
    )
