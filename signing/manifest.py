"""Manifests: one per filing batch, each holding the SHA-256 of the one before (see docs/spec/manifest.md)."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from signing.canonical import JsonValue, canonical_bytes, parse_canonical
from signing.errors import MalformedError
from signing.merkle import HASH_SIZE
from signing.note import strict_base64, to_base64
from signing.shape import (
    checked_object,
    integer_of,
    is_count,
    is_digest,
    is_id,
    is_list,
    is_positive,
    list_of,
    text_of,
)

VERSION: Final = 1
NO_PREVIOUS: Final = "0" * 64  # stands before the first manifest


@dataclass(frozen=True, slots=True)
class ManifestEntry:
    """One sealed file that the batch brought in.

    Attributes:
        seq: sequence number of its ledger entry.
        record: opaque record id.
        version: 1 for the filing, more for annotations.
        path: place in the archive, `records/…`.
        sealed_sha256: SHA-256 of the sealed file, lower-case hex.
        size: length of the sealed file in bytes.
    """

    seq: int
    record: str
    version: int
    path: str
    sealed_sha256: str
    size: int

    def to_json(self) -> dict[str, JsonValue]:
        """Return the object that stands in a manifest."""
        return {
            "seq": self.seq,
            "record": self.record,
            "version": self.version,
            "path": self.path,
            "sealed_sha256": self.sealed_sha256,
            "size": self.size,
        }

    def to_bytes(self) -> bytes:
        """Write the entry as it stands in a manifest.

        Raises:
            MalformedError: a value has no canonical form.
        """
        return canonical_bytes(self.to_json())


@dataclass(frozen=True, slots=True)
class Manifest:
    """What one filing batch added to the archive.

    Attributes:
        seq: number of the manifest, counted from 1, over all years.
        previous_sha256: SHA-256 of the manifest before, lower-case hex; `NO_PREVIOUS` for the first.
        first: first ledger entry that this manifest covers; the `next` of the one before, 0 for the first.
        next: first ledger entry that it does not cover.
        entries: the covered `filed` and `annotated` entries, in the ledger's order.
        root: root hash of the ledger at size `next`, 32 bytes.
        checkpoint: the signed checkpoint of that size.
    """

    seq: int
    previous_sha256: str
    first: int
    next: int
    entries: tuple[ManifestEntry, ...]
    root: bytes
    checkpoint: bytes

    def to_bytes(self) -> bytes:
        """Write the manifest as canonical JSON, the bytes of the file.

        Raises:
            MalformedError: a value has no canonical form.
        """
        entries: list[JsonValue] = [entry.to_json() for entry in self.entries]
        value: dict[str, JsonValue] = {
            "v": VERSION,
            "seq": self.seq,
            "previous_sha256": self.previous_sha256,
            "first": self.first,
            "next": self.next,
            "entries": entries,
            "root": to_base64(self.root),
            "checkpoint": self.checkpoint.decode(),
        }
        return canonical_bytes(value)

    def sha256(self) -> str:
        """Return the SHA-256 that the next manifest holds and that the audit memo prints."""
        return sha256(self.to_bytes()).hexdigest()


def manifest_path(year: int, seq: int) -> str:
    """Return the place of a manifest, e.g. `manifests/2026/000001.json`; `year` is that of the filing."""
    return f"manifests/{year:04}/{seq:06}.json"


def parse_manifest(data: bytes) -> Manifest:
    """Read a manifest.

    Raises:
        MalformedError: the bytes are not a manifest of version 1 in canonical form.
    """
    fields = checked_object(parse_canonical(data), _FIELDS, {}, what="manifest")
    return Manifest(
        seq=integer_of(fields, "seq"),
        previous_sha256=text_of(fields, "previous_sha256"),
        first=integer_of(fields, "first"),
        next=integer_of(fields, "next"),
        entries=tuple(_parse_entry(item) for item in list_of(fields, "entries")),
        root=strict_base64(text_of(fields, "root")),
        checkpoint=text_of(fields, "checkpoint").encode(),
    )


def _parse_entry(value: JsonValue) -> ManifestEntry:
    fields = checked_object(value, _ENTRY_FIELDS, {}, what="manifest entry")
    return ManifestEntry(
        seq=integer_of(fields, "seq"),
        record=text_of(fields, "record"),
        version=integer_of(fields, "version"),
        path=text_of(fields, "path"),
        sealed_sha256=text_of(fields, "sealed_sha256"),
        size=integer_of(fields, "size"),
    )


def _is_version(value: JsonValue) -> bool:
    return value == VERSION and is_count(value)


def _is_string(value: JsonValue) -> bool:
    return isinstance(value, str)


def _is_root(value: JsonValue) -> bool:
    if not isinstance(value, str):
        return False
    try:
        return len(strict_base64(value)) == HASH_SIZE
    except MalformedError:
        return False


_FIELDS: Final = {
    "v": _is_version,
    "seq": is_positive,
    "previous_sha256": is_digest,
    "first": is_count,
    "next": is_count,
    "entries": is_list,
    "root": _is_root,
    "checkpoint": _is_string,
}
_ENTRY_FIELDS: Final = {
    "seq": is_count,
    "record": is_id,
    "version": is_positive,
    "path": _is_string,
    "sealed_sha256": is_digest,
    "size": is_count,
}
