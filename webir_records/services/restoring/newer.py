"""Read the ledger of a newer copy of the archive, and see that it continues the backup's."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from signing.checkpoint import open_checkpoint, unverified_checkpoint
from signing.entries import Entry, Event, parse_entry
from signing.errors import FileError, SigningError
from signing.manifest import Manifest, ManifestEntry, parse_manifest
from signing.merkle import Frontier, leaf_hash
from signing.note import Verifier
from signing.tiles import MAX_BUNDLE_SIZE, TILE_WIDTH, decode_bundle, entries_path
from signing.verifier.folder import ArchiveFolder
from webir_records.model.errors import InputError

_MOST_CHECKPOINT: Final = 1 << 20  # bytes
_MOST_MANIFEST: Final = 1 << 28  # bytes
_BROKEN: Final = "unreadable"


@dataclass(frozen=True, slots=True)
class Known:
    """What the backup knows of the ledger.

    Attributes:
        origin: the log's name.
        vkeys: its keys.
        size: entries in the backup.
        root: root hash over them (hex).
    """

    origin: str
    vkeys: Sequence[str]
    size: int
    root: str


@dataclass(frozen=True, slots=True)
class Publication:
    """One manifest of the newer archive, with what the database keeps of it."""

    path: str
    data: bytes
    manifest: Manifest
    frontier: bytes


@dataclass(frozen=True, slots=True)
class NewerLedger:
    """A newer ledger that begins with the backup's.

    Attributes:
        folder: the newer copy of `archive/`.
        size: its entries.
        bodies: entries that the backup lacks, in order.
        entries: the same, parsed.
        publications: manifests that the backup lacks, in order.
        vkeys: keys of the log, the newest first.
    """

    folder: Path
    size: int
    bodies: Sequence[bytes]
    entries: Sequence[Entry]
    publications: Sequence[Publication]
    vkeys: Sequence[str]


def read_newer(folder: Path, known: Known) -> NewerLedger:
    """Read the newer ledger: every entry counts towards its root, every key is followed to the newest.

    Raises:
        InputError: U220 it cannot be read or does not verify; U221 it is older than the backup; U222 it does
            not continue the backup's ledger: one of the two was forged or exchanged.
    """
    files = ArchiveFolder(folder)
    try:
        data = files.read("checkpoint", _MOST_CHECKPOINT)
        size = unverified_checkpoint(data).size
        if size < known.size:
            raise InputError("U221", newer=str(size), size=str(known.size))
        frontiers, bodies = _follow(files, size, known)
        entries = tuple(parse_entry(body) for body in bodies)
        verifiers = [Verifier.parse(key) for key in reversed(known.vkeys)]
        publications = tuple(_publications(files, known, frontiers, entries, verifiers))
        head = open_checkpoint(data, verifiers, origin=known.origin)
        if frontiers[size].root() != head.root:
            raise FileError("tile/entries", _BROKEN)
        if publications and publications[-1].manifest.next != size:
            raise FileError("manifests", "missing")
    except SigningError as error:
        raise InputError("U220", path=str(folder), problem=str(error)) from error
    vkeys = tuple(dict.fromkeys(verifier.vkey for verifier in reversed(verifiers)))
    return NewerLedger(folder, size, bodies, entries, publications, vkeys)


def _follow(
    files: ArchiveFolder, total: int, known: Known
) -> tuple[Mapping[int, Frontier], tuple[bytes, ...]]:
    """Recompute the tree; returns its states from the backup's size on, and the entries behind it."""
    frontier, bodies = Frontier.empty(), list[bytes]()
    frontiers: dict[int, Frontier] = {}
    for body in _entries(files, total):
        if frontier.size >= known.size:
            bodies.append(body)
        frontier = frontier.append(leaf_hash(body))
        if frontier.size == known.size and frontier.root().hex() != known.root:
            raise InputError("U222", size=str(known.size))
        if frontier.size >= known.size:
            frontiers[frontier.size] = frontier
    return frontiers, tuple(bodies)


def _entries(files: ArchiveFolder, total: int) -> Iterator[bytes]:
    for index in range(-(-total // TILE_WIDTH)):
        width = min(TILE_WIDTH, total - index * TILE_WIDTH)
        path = entries_path(index, width)
        found = decode_bundle(files.read(path, MAX_BUNDLE_SIZE))
        if len(found) != width:
            raise FileError(path, _BROKEN)
        yield from found


def _publications(
    files: ArchiveFolder,
    known: Known,
    frontiers: Mapping[int, Frontier],
    entries: Sequence[Entry],
    verifiers: list[Verifier],
) -> Iterator[Publication]:
    """Yield the manifests behind the backup's; a new log key counts once the old one has signed it."""
    previous, expected = "", known.size
    folder = files.root / "manifests"
    for place in sorted(folder.rglob("*.json"), key=lambda found: found.name):
        path = place.relative_to(files.root).as_posix()
        data = files.read(path, _MOST_MANIFEST)
        manifest = parse_manifest(data)
        if previous and manifest.previous_sha256 != previous:
            raise FileError(path, _BROKEN)
        previous = hashlib.sha256(data).hexdigest()
        if manifest.next <= known.size:
            continue
        state = frontiers.get(manifest.next)
        head = open_checkpoint(manifest.checkpoint, verifiers, origin=known.origin)
        if state is None or manifest.first != expected or {manifest.root, head.root} != {state.root()}:
            raise FileError(path, _BROKEN)
        expected = manifest.next
        covered = entries[manifest.first - known.size : manifest.next - known.size]
        if manifest.entries != tuple(_sealed(covered)):
            raise FileError(path, _BROKEN)
        yield Publication(path, data, manifest, state.to_bytes())
        verifiers += _new_keys(covered)


def _sealed(entries: Sequence[Entry]) -> Iterator[ManifestEntry]:
    for entry in entries:
        if entry.event in {Event.FILED, Event.ANNOTATED}:
            yield ManifestEntry(
                seq=entry.seq,
                record=entry.string("record"),
                version=entry.integer("version"),
                path=entry.string("path"),
                sealed_sha256=entry.string("sealed_sha256"),
                size=entry.integer("size"),
            )


def _new_keys(entries: Sequence[Entry]) -> Iterator[Verifier]:
    for entry in entries:
        if entry.event is Event.LOG_KEY_ROTATED:
            yield Verifier.parse(entry.string("to"))
