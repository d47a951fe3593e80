"""The tree over the stored entries, kept so that the root at any earlier size can be told."""

from collections.abc import Sequence

from signing.merkle import HASH_SIZE, Frontier, root_hash
from signing.tiles import TILE_WIDTH, split_hashes

_TILE_BYTES = TILE_WIDTH * HASH_SIZE


class StoredTree:
    """Hashes of all tile levels: 32 bytes a leaf, and 1/255 of that above.

    Attributes:
        levels: concatenated hashes of each level, leaves first.
    """

    def __init__(self) -> None:
        self.levels: list[bytearray] = [bytearray()]

    @property
    def size(self) -> int:
        """Number of leaves."""
        return len(self.levels[0]) // HASH_SIZE

    def add(self, leaf_hashes: Sequence[bytes]) -> list[tuple[int, int, bytes]]:
        """Append the leaves of one bundle, the last of which alone may be partial.

        Returns:
            level, index and content of every hash tile that became full.
        """
        self.levels[0] += b"".join(leaf_hashes)
        full: list[tuple[int, int, bytes]] = []
        level = 0
        while len(self.levels[level]) % _TILE_BYTES == 0:
            tile = bytes(self.levels[level][-_TILE_BYTES:])
            full.append((level, len(self.levels[level]) // _TILE_BYTES - 1, tile))
            level += 1
            if level == len(self.levels):
                self.levels.append(bytearray())
            self.levels[level] += root_hash(split_hashes(tile))
        return full

    def partial_tiles(self) -> list[tuple[int, int, bytes]]:
        """Return level, index and content of every unfinished hash tile."""
        partial: list[tuple[int, int, bytes]] = []
        for level, hashes in enumerate(self.levels):
            rest = len(hashes) % _TILE_BYTES
            if rest:
                partial.append((level, len(hashes) // _TILE_BYTES, bytes(hashes[-rest:])))
        return partial

    def root_at(self, size: int) -> bytes:
        """Return the root that the log had at a size not beyond its own."""
        peaks: list[bytes] = []
        for level in reversed(range(len(self.levels))):
            stop = size >> 8 * level
            start = stop - stop % TILE_WIDTH
            nodes = split_hashes(bytes(self.levels[level][start * HASH_SIZE : stop * HASH_SIZE]))
            peaks.extend(Frontier.empty().extend(nodes).hashes)
        return Frontier(size, tuple(peaks)).root()
