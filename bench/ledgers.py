"""Long published ledgers to measure the verifier: written with the formats alone, without a database."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from signing.checkpoint import Checkpoint, sign_checkpoint
from signing.manifest import NO_PREVIOUS, Manifest, ManifestEntry, manifest_path
from signing.merkle import Frontier, leaf_hash
from signing.note import Signer
from signing.tiles import published_files, superseded_files

LOG: Final = Signer("bench.local/379300000A/1", bytes(range(32)))
AT: Final = "2026-11-23T05:00:00Z"
STEP: Final = 5000  # entries published together
CONTENT: Final = b"x"
DIGEST: Final = sha256(CONTENT).hexdigest()


@dataclass(frozen=True)
class Mix:
    """What the entries are: each record is filed, then used `uses` times.

    Attributes:
        files: sealed files are really there.
    """

    uses: int
    files: bool = True


def write_ledger(folder: Path, size: int, mix: Mix) -> None:
    """Write an archive folder whose ledger has `size` entries."""
    frontier, previous, number, first = Frontier.empty(), NO_PREVIOUS, 0, 0
    lines = _entries(size, mix)
    while first < size:
        pairs = [pair for _, pair in zip(range(min(STEP, size - first)), lines, strict=False)]
        new = [entry for entry, _ in pairs]
        frontier = frontier.extend(map(leaf_hash, new))
        checkpoint = sign_checkpoint(Checkpoint(LOG.name, frontier.size, frontier.root()), LOG)
        number += 1
        listed = tuple(one for _, one in pairs if one is not None)
        manifest = Manifest(number, previous, first, frontier.size, listed, frontier.root(), checkpoint)
        data = manifest.to_bytes()
        previous = sha256(data).hexdigest()
        _publish(folder, first, new, {manifest_path(2026, number): data, "checkpoint": checkpoint})
        if mix.files:
            for one in listed:
                _write(folder, one.path, CONTENT)
        first = frontier.size


def _entries(size: int, mix: Mix) -> Iterator[tuple[bytes, ManifestEntry | None]]:
    vkey = LOG.vkey
    created = (
        f'{{"actor":"system","agency":"379300000A","at":"{AT}","event":"archive_created","origin":"{LOG.name}",'
        f'"profile":"taipei-2017","seq":0,"v":1,"vkey":"{vkey}"}}'
    )
    yield created.encode(), None
    for seq in range(1, size):
        turn, use = divmod(seq - 1, mix.uses + 1)
        record = f"{turn:020x}"[::-1]
        if use:
            used = (
                f'{{"actor":"p-1","at":"{AT}","event":"exported","record":"{record}","seq":{seq},'
                f'"v":1,"version":1}}'
            )
            yield used.encode(), None
            continue
        one = ManifestEntry(seq, record, 1, f"records/2026/{record[:2]}/{record}.1.sealed", DIGEST, 1)
        yield _filed(one), one


def _filed(one: ManifestEntry) -> bytes:
    return (
        f'{{"actor":"p-1","at":"{AT}","batch":"b-1","class":"A","event":"filed","form":"form_1_2",'
        f'"form_no":"1-2-115-000001","path":"{one.path}","profile":"taipei-2017","record":"{one.record}",'
        f'"rule":"account-applications","sealed_sha256":"{one.sealed_sha256}","seq":{one.seq},"size":1,'
        f'"v":1,"version":1}}'
    ).encode()


def _publish(folder: Path, first: int, new: list[bytes], more: dict[str, bytes]) -> None:
    tail = first - first % 256
    old = _tail(folder, first) if first % 256 else []
    entries = old + new
    files = published_files(
        old_size=first,
        new_size=first + len(new),
        entries=lambda start, stop: entries[start - tail : stop - tail],
        read=lambda path: (folder / path).read_bytes(),
    )
    for path, data in (*files, *more.items()):
        _write(folder, path, data)
    for path in superseded_files(first, first + len(new)):
        (folder / path).unlink()


def _tail(folder: Path, size: int) -> list[bytes]:
    """Return the entries of the unfinished bundle."""
    from signing.tiles import decode_bundle, entries_path  # noqa: PLC0415

    return decode_bundle((folder / entries_path(size // 256, size % 256)).read_bytes())


def _write(folder: Path, path: str, data: bytes) -> None:
    full = folder / path
    try:
        full.write_bytes(data)
    except FileNotFoundError:
        full.parent.mkdir(parents=True)
        full.write_bytes(data)
