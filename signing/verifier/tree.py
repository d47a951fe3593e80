"""The tree over the stored entries, kept so that the root at any earlier size can be told."""

from collections.abc import Sequence
from hashlib import sha256
from tempfile import SpooledTemporaryFile

from signing.merkle import HASH_SIZE, Frontier
from signing.tiles import TILE_WIDTH, split_hashes
from signing.verifier.spool import IN_MEMORY

_TILE_BYTES = TILE_WIDTH * HASH_SIZE


class StoredTree:
    """Hashes of all tile levels; leaves go to a temporary file, 1/255 of their volume stays in memory.

    Attributes:
        size: number of leaves.
    """

    def __init__(self) -> None:
        self.size = 0
        self._leaves = SpooledTemporaryFile[bytes](IN_MEMORY)
        self._levels: list[bytearray] = [bytearray()]  # that of the leaves stays empty

    def add(self, leaf_hashes: Sequence[bytes]) -> list[tuple[int, int, bytes]]:
        """Append the leaves of one bundle, the last of which alone may be partial.

        Returns:
            level, index and content of every hash tile that became full.
        """
        tile = b"".join(leaf_hashes)
        self._leaves.write(tile)
        self.size += len(leaf_hashes)
        if len(leaf_hashes) < TILE_WIDTH:
            return []
        full = [(0, self.size // TILE_WIDTH - 1, tile)]
        root = full_tile_root(leaf_hashes)
        for level in range(1, len(self._levels) + 1):
            if level == len(self._levels):
                self._levels.append(bytearray())
            self._levels[level] += root
            if len(self._levels[level]) % _TILE_BYTES:
                break
            tile = bytes(self._levels[level][-_TILE_BYTES:])
            full.append((level, len(self._levels[level]) // _TILE_BYTES - 1, tile))
            root = full_tile_root(split_hashes(tile))
        return full

    def partial_tiles(self) -> list[tuple[int, int, bytes]]:
        """Return level, index and content of every unfinished hash tile."""
        partial: list[tuple[int, int, bytes]] = []
        for level in range(len(self._levels)):
            count = self.size >> 8 * level
            start = count - count % TILE_WIDTH
            if start < count:
                partial.append((level, start // TILE_WIDTH, self._hashes(level, start, count)))
        return partial

    def root_at(self, size: int) -> bytes:
        """Return the root that the log had at a size not beyond its own."""
        peaks: list[bytes] = []
        for level in reversed(range(len(self._levels))):
            stop = size >> 8 * level
            start = stop - stop % TILE_WIDTH
            peaks.extend(Frontier.empty().extend(split_hashes(self._hashes(level, start, stop))).hashes)
        return Frontier(size, tuple(peaks)).root()

    def close(self) -> None:
        """Forget everything."""
        self._leaves.close()

    def _hashes(self, level: int, start: int, stop: int) -> bytes:
        if level:
            return bytes(self._levels[level][start * HASH_SIZE : stop * HASH_SIZE])
        self._leaves.seek(start * HASH_SIZE)
        data = self._leaves.read((stop - start) * HASH_SIZE)
        self._leaves.seek(0, 2)
        return data


def full_tile_root(hashes: Sequence[bytes]) -> bytes:
    """Return the root over 256 hashes; the same as `root_hash`, and faster."""
    level = list(hashes)
    while len(level) > 1:
        following = iter(level)
        pairs = zip(following, following, strict=True)
        level = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
    return level[0]
