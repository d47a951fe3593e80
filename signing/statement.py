"""Statements: what a person signs with the own key (see docs/spec/statement.md)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from signing.canonical import JsonValue, canonical_bytes, parse_canonical
from signing.errors import IntegrityError, MalformedError
from signing.note import Signer, Verifier, open_note, sign_note

HEADER: Final = "webir-records/statement@v1"  # no checkpoint can begin like this: its second line is a number


@dataclass(frozen=True, slots=True)
class Statement:
    """A signed statement.

    Attributes:
        fields: what was stated.
        signer_name: name of the one known key that signed.
    """

    fields: Mapping[str, JsonValue]
    signer_name: str


def sign_statement(fields: Mapping[str, JsonValue], signer: Signer) -> bytes:
    """Sign a statement.

    Raises:
        MalformedError: the fields have no canonical form.
    """
    return sign_note(f"{HEADER}\n{canonical_bytes(fields).decode()}\n", signer)


def open_statement(data: bytes, verifiers: Iterable[Verifier]) -> Statement:
    """Check a statement's signature.

    Raises:
        MalformedError: the bytes are not a statement.
        IntegrityError: no known key signed, or more than one did, or a known key's signature is wrong.
    """
    note = open_note(data, verifiers)
    header, _, body = note.text.removesuffix("\n").partition("\n")
    if header != HEADER:
        raise MalformedError("note is not a statement of version 1")
    fields = parse_canonical(body.encode())
    if not isinstance(fields, Mapping):
        raise MalformedError("statement is not an object")
    if len(note.signer_names) != 1:
        raise IntegrityError("statement is signed by more than one known key")
    return Statement(fields, note.signer_names[0])


def person_key_name(origin: str, person: str) -> str:
    """Return the name of a person's key: `<origin>/person/<person>`."""
    return f"{origin}/person/{person}"
