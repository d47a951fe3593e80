"""Tiles and entry bundles of a log: C2SP tlog-tiles (see docs/spec/ledger.md)."""

import re
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from signing.errors import IntegrityError, MalformedError
from signing.merkle import HASH_SIZE, root_hash

TILE_WIDTH: Final = 256
MAX_ENTRY_SIZE: Final = 2**16 - 1  # bytes; the length prefix of a bundle has 16 bits
MAX_BUNDLE_SIZE: Final = TILE_WIDTH * (2 + MAX_ENTRY_SIZE)
ENTRIES: Final = -1  # stands for the level of entry bundles in `TileName`
_NAME: Final = re.compile(r"tile/(entries|0|[1-5]?[0-9])/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


@dataclass(frozen=True, slots=True)
class TileName:
    """What the path of a tile says.

    Attributes:
        level: 0 and up for hash tiles, `ENTRIES` for entry bundles.
        index: position in the level, counted from 0.
        width: 1 to 256 hashes or entries.
    """

    level: int
    index: int
    width: int


def tile_path(level: int, index: int, width: int = TILE_WIDTH) -> str:
    """Return the path of a hash tile, e.g. `tile/0/x001/067.p/8`."""
    return f"tile/{level}/{_index_path(index, width)}"


def entries_path(index: int, width: int = TILE_WIDTH) -> str:
    """Return the path of an entry bundle, e.g. `tile/entries/x001/067.p/8`."""
    return f"tile/entries/{_index_path(index, width)}"


def parse_tile_path(path: str) -> TileName | None:
    """Read a path that `tile_path` or `entries_path` wrote; anything else gives `None`."""
    match = _NAME.fullmatch(path)
    if match is None:
        return None
    kind, digits, width = match.groups()
    name = TileName(
        ENTRIES if kind == "entries" else int(kind),
        int(digits.replace("x", "").replace("/", "")),
        int(width or TILE_WIDTH),
    )
    return name if _path_of(name) == path else None


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Write entries one after the other, each behind its length (2 bytes, big-endian).

    Raises:
        MalformedError: an entry is longer than 65535 bytes, or there are more than 256.
    """
    lengths = list(map(len, entries))
    if len(entries) > TILE_WIDTH or max(lengths, default=0) > MAX_ENTRY_SIZE:
        raise MalformedError("bundle holds too many entries or too long an entry")
    prefixes = struct.pack(f">{len(lengths)}H", *lengths)
    return b"".join(
        [part for at, entry in enumerate(entries) for part in (prefixes[2 * at : 2 * at + 2], entry)]
    )


def decode_bundle(data: bytes) -> list[bytes]:
    """Read the entries of a bundle.

    Raises:
        MalformedError: the last entry is cut off, or there are more than 256.
    """
    entries: list[bytes] = []
    at, end = 0, len(data)
    while at < end - 1:
        start = at + 2
        at = start + (data[at] << 8 | data[at + 1])
        entries.append(data[start:at])
    if at != end or len(entries) > TILE_WIDTH:
        raise MalformedError("bundle is cut off or holds more than 256 entries")
    return entries


def split_hashes(tile: bytes) -> list[bytes]:
    """Return the hashes of a tile, 32 bytes each (the last one shorter if the tile is cut off)."""
    return [tile[at : at + HASH_SIZE] for at in range(0, len(tile), HASH_SIZE)]


def published_files(
    *,
    old_size: int,
    new_size: int,
    entries: Callable[[int, int], Sequence[bytes]],
    read: Callable[[str], bytes],
) -> Iterator[tuple[str, bytes]]:
    """Yield path and content of every file to write so that the log of `new_size` is complete.

    The result depends on the sizes and entries alone, so a broken run is finished by doing it again.

    Args:
        old_size: size of the newest published checkpoint; its tiles are all there.
        new_size: size of the checkpoint to be published, not smaller.
        entries: returns the leaf bytes `start` to `stop` (not included); asked for at most 256 at a time.
        read: returns the content of a tile that is already there, by its path.

    Raises:
        IntegrityError: an existing tile has the wrong length, or `entries` returned too few.
    """
    if old_size >= new_size:
        return
    full: list[bytes] = []  # roots of the level-0 tiles that are full now
    for index in range(old_size // TILE_WIDTH, -(-new_size // TILE_WIDTH)):
        start, stop = index * TILE_WIDTH, min((index + 1) * TILE_WIDTH, new_size)
        bundle = entries(start, stop)
        if len(bundle) != stop - start:
            raise IntegrityError(f"entries {start} to {stop} are not all there")
        hashes = [sha256(b"\x00" + entry).digest() for entry in bundle]
        yield entries_path(index, stop - start), encode_bundle(bundle)
        yield tile_path(0, index, stop - start), b"".join(hashes)
        if stop - start == TILE_WIDTH:
            full.append(root_hash(hashes))
    level = 1
    while full:
        count = old_size >> 8 * level  # hashes that the level already has
        hashes = _with_existing(level, count, full, read)
        yield from _changed_tiles(level, hashes, count)
        full = _full_roots(hashes)
        level += 1


def superseded_files(old_size: int, new_size: int) -> list[str]:
    """Return the partial tiles of `old_size` that may go once the checkpoint of `new_size` is published."""
    names: list[str] = []
    level, old, new = 0, old_size, new_size
    while old < new:
        if old % TILE_WIDTH:
            names.append(tile_path(level, old // TILE_WIDTH, old % TILE_WIDTH))
            if level == 0:
                names.append(entries_path(old // TILE_WIDTH, old % TILE_WIDTH))
        level, old, new = level + 1, old // TILE_WIDTH, new // TILE_WIDTH
    return names


def _with_existing(
    level: int, count: int, added: Sequence[bytes], read: Callable[[str], bytes]
) -> list[bytes]:
    """Return the hashes of the level's last, unfinished tile (if any) followed by the added ones."""
    width = count % TILE_WIDTH
    if not width:
        return list(added)
    path = tile_path(level, count // TILE_WIDTH, width)
    tile = read(path)
    if len(tile) != width * HASH_SIZE:
        raise IntegrityError(f"{path} is not {width * HASH_SIZE} bytes long")
    return [*split_hashes(tile), *added]


def _changed_tiles(level: int, hashes: Sequence[bytes], count: int) -> Iterator[tuple[str, bytes]]:
    for at in range(0, len(hashes), TILE_WIDTH):
        tile = hashes[at : at + TILE_WIDTH]
        yield tile_path(level, (count + at) // TILE_WIDTH, len(tile)), b"".join(tile)


def _full_roots(hashes: Sequence[bytes]) -> list[bytes]:
    whole = len(hashes) - len(hashes) % TILE_WIDTH
    return [root_hash(hashes[at : at + TILE_WIDTH]) for at in range(0, whole, TILE_WIDTH)]


def _index_path(index: int, width: int) -> str:
    """Write an index in groups of three digits, all but the last behind an `x`."""
    groups = [f"{index % 1000:03}"]
    while index := index // 1000:
        groups.append(f"x{index % 1000:03}")
    path = "/".join(reversed(groups))
    return path if width == TILE_WIDTH else f"{path}.p/{width}"


def _path_of(name: TileName) -> str:
    if not 0 < name.width <= TILE_WIDTH:
        return ""
    if name.level == ENTRIES:
        return entries_path(name.index, name.width)
    return tile_path(name.level, name.index, name.width)
