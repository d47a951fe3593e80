"""Checkpoints: C2SP tlog-checkpoint, a signed note that commits to a log's size and root."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from signing.errors import IntegrityError, MalformedError
from signing.merkle import EMPTY_ROOT, HASH_SIZE, MAX_SIZE
from signing.note import Signer, Verifier, open_note, sign_note, split_note, strict_base64, to_base64

_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself at one moment.

    Attributes:
        origin: the log's name, also the name of its key.
        size: number of entries.
        root: root hash of the tree over them, 32 bytes.
    """

    origin: str
    size: int
    root: bytes

    def to_text(self) -> str:
        """Return the text that is signed."""
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n"


def sign_checkpoint(checkpoint: Checkpoint, *signers: Signer) -> bytes:
    """Sign a checkpoint with the log's key (and others).

    Raises:
        MalformedError: size or root cannot be a log's.
    """
    text = checkpoint.to_text()
    _parse_text(text)
    return sign_note(text, *signers)


def open_checkpoint(data: bytes, verifiers: Iterable[Verifier], *, origin: str) -> Checkpoint:
    """Check a checkpoint's signature and origin.

    Only keys whose name is the origin count: a witness alone cannot make a checkpoint.

    Raises:
        MalformedError: the bytes are not a checkpoint.
        IntegrityError: the log's key did not sign it, or it belongs to another log.
    """
    note = open_note(data, [verifier for verifier in verifiers if verifier.name == origin])
    checkpoint = _parse_text(note.text)
    if checkpoint.origin != origin:
        raise IntegrityError("checkpoint belongs to another log")
    return checkpoint


def unverified_checkpoint(data: bytes) -> Checkpoint:
    """Read a checkpoint without checking who signed it.

    Raises:
        MalformedError: the bytes are not a checkpoint.
    """
    text, _ = split_note(data)
    return _parse_text(text)


def _parse_text(text: str) -> Checkpoint:
    lines = text.split("\n")[:-1]  # lines after the third are extensions: opaque, but signed
    if len(lines) < 3 or not all(lines):
        raise MalformedError("checkpoint has fewer than three lines or an empty one")
    origin, size, encoded = lines[:3]
    root = strict_base64(encoded)
    if not _SIZE.fullmatch(size) or int(size) > MAX_SIZE:
        raise MalformedError("checkpoint size is not a number without leading zeros")
    if len(root) != HASH_SIZE or (size == "0" and root != EMPTY_ROOT):
        raise MalformedError("checkpoint root is not 32 bytes, or not that of the empty log at size 0")
    return Checkpoint(origin, int(size), root)
