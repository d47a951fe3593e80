"""Proofs in one text file: C2SP tlog-proof@v1 (see docs/spec/proof.md)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from signing.checkpoint import Checkpoint, open_checkpoint, unverified_checkpoint
from signing.errors import IntegrityError, MalformedError
from signing.merkle import HASH_SIZE, MAX_SIZE, leaf_hash, verify_inclusion
from signing.note import Verifier, strict_base64, to_base64

HEADER: Final = "c2sp.org/tlog-proof@v1"
MAX_PATH: Final = 63  # hashes; no tree below 2^63 leaves is higher
MAX_PROOF_SIZE: Final = 1 << 20  # bytes: the extra data of one entry, the hashes, a hundred signatures
_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class TlogProof:
    """Everything needed to see that an entry is in a log, besides the entry and the log's key.

    Attributes:
        index: position of the entry, counted from 0.
        path: sibling hashes, 32 bytes each, nearest the leaf first.
        checkpoint: the signed checkpoint, as the log wrote it.
        extra: opaque data, not vouched for by itself; we put the entry's bytes here. `None`: no such line.
    """

    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def to_bytes(self) -> bytes:
        """Write the file."""
        lines = [HEADER]
        if self.extra is not None:
            lines.append(f"extra {to_base64(self.extra)}")
        lines += [f"index {self.index}", *map(to_base64, self.path), "", ""]
        return "\n".join(lines).encode() + self.checkpoint


def parse_proof(data: bytes) -> TlogProof:
    """Read a proof; nothing in it is checked yet beyond its form.

    Raises:
        MalformedError: the bytes are not a proof of version 1.
    """
    head, blank, checkpoint = data.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise MalformedError("proof is not text") from error
    if lines.pop(0) != HEADER:
        raise MalformedError("proof does not begin with its header")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = strict_base64(lines.pop(0).removeprefix("extra "))
    if not lines or not lines[0].startswith("index "):
        raise MalformedError("proof has no index")
    index = _parse_index(lines.pop(0).removeprefix("index "))
    if not blank or len(lines) > MAX_PATH:
        raise MalformedError("proof has no checkpoint after a blank line, or too many hashes")
    unverified_checkpoint(checkpoint)
    return TlogProof(index, tuple(_parse_hash(line) for line in lines), checkpoint, extra)


def verify_proof(
    proof: TlogProof, verifiers: Iterable[Verifier], *, entry: bytes | None = None
) -> Checkpoint:
    """Check that an entry is in the log of a given key.

    Follows "Verifying a tlog proof" of the specification; the numbers in the body are its steps. Step 3 asks
    for no witness: cosignatures stand on the checkpoint beside the log's signature, and none is demanded.

    Args:
        proof: what `parse_proof` read.
        verifiers: keys of logs; the checkpoint's origin must be the name of one of them.
        entry: bytes of the entry; `None` takes them from the extra line, which the proof then vouches for.

    Returns:
        The checkpoint, signed by the log's key.

    Raises:
        MalformedError: there are no entry bytes.
        IntegrityError: no given key signed the checkpoint, or (`ProofError`) the path does not lead to it.
    """
    leaf = proof.extra if entry is None else entry
    if leaf is None:
        raise MalformedError("proof holds no entry")
    claimed = unverified_checkpoint(proof.checkpoint)
    known = list(verifiers)
    if claimed.origin not in {verifier.name for verifier in known}:
        raise IntegrityError("proof is of another log")
    checkpoint = open_checkpoint(proof.checkpoint, known, origin=claimed.origin)  # 2
    verify_inclusion(  # 1, 4
        leaf_hash(leaf), proof.path, index=proof.index, size=checkpoint.size, root=checkpoint.root
    )
    return checkpoint


def _parse_index(text: str) -> int:
    if not _INDEX.fullmatch(text) or int(text) > MAX_SIZE:
        raise MalformedError("index is not a number without leading zeros")
    return int(text)


def _parse_hash(line: str) -> bytes:
    data = strict_base64(line)
    if len(data) != HASH_SIZE:
        raise MalformedError("hash of the proof is not 32 bytes")
    return data
