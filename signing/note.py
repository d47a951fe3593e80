"""Signed notes: C2SP signed-note with Ed25519 keys (signature type 0x01)."""

import base64
import binascii
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from signing.errors import IntegrityError, MalformedError

ED25519: Final = b"\x01"
KEY_SIZE: Final = 32
KEY_ID_SIZE: Final = 4
MAX_SIGNATURES: Final = 100  # as the reference implementation; keeps hostile notes cheap
_SKEY_PREFIX: Final = "PRIVATE+KEY"
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")  # "those below U+0020", says signed-note


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key by its name.

    Attributes:
        name: key name; for a log its origin.
        public_key: Ed25519 public key, 32 bytes.
        key_id: first 4 bytes of SHA-256(name || 0x0A || 0x01 || public key).
    """

    name: str
    public_key: bytes
    key_id: bytes = field(init=False)

    def __post_init__(self) -> None:
        """Derive the key id.

        Raises:
            MalformedError: the name or the key cannot be used.
        """
        _check_name(self.name)
        if len(self.public_key) != KEY_SIZE:
            raise MalformedError("public key is not 32 bytes")
        object.__setattr__(self, "key_id", _key_id(self.name, self.public_key))

    @classmethod
    def parse(cls, vkey: str) -> "Verifier":
        """Read a verifier key, `name+hash+base64(0x01 || public key)`.

        Raises:
            MalformedError: the text is not such a key, or its hash is not that of its name and key.
        """
        parts = vkey.split("+", 2)  # base64 may hold more of them
        if len(parts) != 3:
            raise MalformedError("verifier key is not name+hash+key")
        name, key_id, encoded = parts
        verifier = cls(name, _key_bytes(encoded))
        if key_id != verifier.key_id.hex():
            raise MalformedError("verifier key's hash is not that of its name and key")
        return verifier

    @property
    def vkey(self) -> str:
        """The verifier key as text."""
        return f"{self.name}+{self.key_id.hex()}+{to_base64(ED25519 + self.public_key)}"

    def check(self, message: bytes, signature: bytes) -> None:
        """Check a raw Ed25519 signature (64 bytes).

        Raises:
            IntegrityError: it is not this key's signature of this message.
        """
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(signature, message)
        except (InvalidSignature, ValueError) as error:
            raise IntegrityError(f"signature of {self.name} is wrong") from error


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key by its name.

    Attributes:
        name: key name; for a log its origin.
        seed: Ed25519 private key, 32 bytes; never shown by `repr`.
    """

    name: str
    seed: bytes = field(repr=False)
    verifier: Verifier = field(init=False)

    def __post_init__(self) -> None:
        """Derive the public key.

        Raises:
            MalformedError: the name or the key cannot be used.
        """
        if len(self.seed) != KEY_SIZE:
            raise MalformedError("private key is not 32 bytes")
        public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()
        object.__setattr__(self, "verifier", Verifier(self.name, public))

    @classmethod
    def from_skey(cls, skey: str) -> "Signer":
        """Read a signer key, `PRIVATE+KEY+name+hash+base64(0x01 || private key)`.

        Raises:
            MalformedError: the text is not such a key, or its hash is not that of its name and key.
        """
        parts = skey.split("+", 4)
        if len(parts) != 5 or "+".join(parts[:2]) != _SKEY_PREFIX:
            raise MalformedError("signer key is not PRIVATE+KEY+name+hash+key")
        signer = cls(parts[2], _key_bytes(parts[4]))
        if parts[3] != signer.verifier.key_id.hex():
            raise MalformedError("signer key's hash is not that of its name and key")
        return signer

    def to_skey(self) -> str:
        """Return the signer key as text: a secret."""
        return f"{_SKEY_PREFIX}+{self.name}+{self.verifier.key_id.hex()}+{to_base64(ED25519 + self.seed)}"

    @property
    def vkey(self) -> str:
        """The verifier key as text."""
        return self.verifier.vkey

    def sign(self, message: bytes) -> bytes:
        """Return the raw Ed25519 signature (64 bytes)."""
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)


@dataclass(frozen=True, slots=True)
class Note:
    """A text and the keys that signed it.

    Attributes:
        text: the signed text with its last newline.
        signer_names: names of the known keys whose signatures were checked, once each, in the note's order.
    """

    text: str
    signer_names: tuple[str, ...]


def generate_signer(name: str, random: Callable[[int], bytes]) -> Signer:
    """Make a new key from 32 bytes of `random`.

    Raises:
        MalformedError: the name is empty or holds a space, a control character or `+`.
    """
    return Signer(name, random(KEY_SIZE))


def sign_note(text: str, *signers: Signer) -> bytes:
    """Sign a text (it must end with a newline) with one or more keys.

    Raises:
        MalformedError: the text cannot be a note's text, or no signer was given.
    """
    _check_text(text)
    if not signers:
        raise MalformedError("note without a signer")
    message = text.encode()
    lines = [
        f"— {signer.name} {to_base64(signer.verifier.key_id + signer.sign(message))}\n" for signer in signers
    ]
    return message + b"\n" + "".join(lines).encode()


def open_note(data: bytes, verifiers: Iterable[Verifier]) -> Note:
    """Check a note's signatures; those of unknown keys are ignored, a wrong one of a known key is fatal.

    Raises:
        MalformedError: the bytes are not a note.
        IntegrityError: a known key's signature is wrong, or no known key signed.
    """
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    text, signatures = split_note(data)
    checked: dict[tuple[str, bytes], str] = {}
    for name, blob in signatures:
        key = (name, blob[:KEY_ID_SIZE])
        if key in known and key not in checked:
            known[key].check(text.encode(), blob[KEY_ID_SIZE:])
            checked[key] = name
    if not checked:
        raise IntegrityError("no known key signed this note")
    return Note(text, tuple(checked.values()))


def split_note(data: bytes) -> tuple[str, list[tuple[str, bytes]]]:
    """Take a note apart without checking any signature.

    Returns:
        the text, and for each signature line the key name and the bytes (key id, then signature).

    Raises:
        MalformedError: the bytes are not a note.
    """
    try:
        note = data.decode()
    except UnicodeDecodeError as error:
        raise MalformedError("note is not UTF-8") from error
    body, blank, tail = note.rpartition("\n\n")
    text = body + "\n"
    _check_text(text)
    lines = tail.split("\n")
    if not blank or len(lines) < 2 or lines.pop() or len(lines) > MAX_SIGNATURES:
        raise MalformedError("note has no signature lines, too many, or none after the blank line")
    return text, [_parse_signature(line) for line in lines]


def to_base64(data: bytes) -> str:
    """Return standard base64 with padding."""
    return base64.b64encode(data).decode()


def strict_base64(text: str) -> bytes:
    """Decode standard base64 that has exactly one spelling (RFC 4648 section 3.5).

    Raises:
        MalformedError: another spelling, or no base64 at all.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedError("not base64") from error
    if to_base64(data) != text:
        raise MalformedError("base64 is not canonical")
    return data


def _parse_signature(line: str) -> tuple[str, bytes]:
    dash, _, rest = line.partition(" ")
    name, space, encoded = rest.partition(" ")
    if dash != "—" or not space:
        raise MalformedError("signature line is not a dash, a name and base64")
    _check_name(name)
    blob = strict_base64(encoded)
    if len(blob) <= KEY_ID_SIZE:
        raise MalformedError("signature is too short")
    return name, blob


def _check_text(text: str) -> None:
    if not text.endswith("\n") or _CONTROL.search(text):
        raise MalformedError("note text has a control character or no newline at its end")


def _check_name(name: str) -> None:
    if not name or "+" in name or any(char.isspace() for char in name) or _CONTROL.search(name):
        raise MalformedError("key name is empty or holds a space, a control character or a plus sign")


def _key_bytes(encoded: str) -> bytes:
    blob = strict_base64(encoded)
    if len(blob) != 1 + KEY_SIZE or blob[:1] != ED25519:
        raise MalformedError("key is not an Ed25519 key (type 0x01, 32 bytes)")
    return blob[1:]


def _key_id(name: str, public_key: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + ED25519 + public_key).digest()[:KEY_ID_SIZE]
