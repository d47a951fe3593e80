"""Proofs from stored tiles: as many reads as the tree is high, whatever its size (docs/spec/proof.md)."""

from collections.abc import Callable
from typing import Final

from signing.errors import FileError, IntegrityError, MalformedError, ProofError
from signing.merkle import EMPTY_ROOT, HASH_SIZE, consistency_ranges, inclusion_ranges, node_hash, root_hash
from signing.tiles import MAX_BUNDLE_SIZE, TILE_WIDTH, decode_bundle, entries_path, split_hashes, tile_path

_TILE_HEIGHT: Final = 8

ReadFile = Callable[[str, int], bytes]
"""Returns a file by its path, up to a size in bytes; raises `FileError`."""


class TileTree:
    """The tree of a published log, read tile by tile; every tile at most once.

    What it returns is only as good as the tiles: check a proof against the signed root before using it.
    """

    def __init__(self, read: ReadFile, size: int) -> None:
        """Read the tiles of the log of a published size."""
        self.size = size
        self._read = read
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def root(self, size: int) -> bytes:
        """Return the root of the tree of a size that is not beyond this one.

        Raises:
            FileError, IntegrityError: a tile is missing, or has another length.
            ProofError: the size is beyond the tree.
        """
        self._refuse_beyond(size, size)
        return self._subtree(0, size) if size else EMPTY_ROOT

    def inclusion_path(self, index: int, size: int) -> list[bytes]:
        """Return the proof that a leaf is in the tree of a size, nearest the leaf first.

        Raises:
            FileError, IntegrityError: a tile is missing, or has another length.
            ProofError: the leaf is outside the tree.
        """
        self._refuse_beyond(index, size)
        return [self._subtree(start, stop) for start, stop in inclusion_ranges(index, size)]

    def consistency_path(self, size1: int, size2: int) -> list[bytes]:
        """Return the proof that the tree of `size2` only appended to that of `size1`.

        Raises:
            FileError, IntegrityError: a tile is missing, or has another length.
            ProofError: there is no such proof.
        """
        self._refuse_beyond(size1, size2)
        return [self._subtree(start, stop) for start, stop in consistency_ranges(size1, size2)]

    def entry(self, index: int) -> bytes:
        """Return the stored bytes of an entry.

        Raises:
            FileError, IntegrityError: its bundle is missing or damaged.
            ProofError: the log has no such entry.
        """
        if not 0 <= index < self.size:
            raise ProofError("no such entry", index=index, tree_size=self.size)
        number, at = divmod(index, TILE_WIDTH)
        width = min(TILE_WIDTH, self.size - number * TILE_WIDTH)
        try:
            entries = decode_bundle(
                self._file(entries_path(number, width), entries_path(number), MAX_BUNDLE_SIZE)
            )
        except MalformedError as error:
            raise IntegrityError(f"entry bundle {number} is damaged") from error
        if len(entries) < width:
            raise IntegrityError(f"entry bundle {number} is cut off")
        return entries[at]

    def _subtree(self, start: int, stop: int) -> bytes:
        """Return the root over `[start, stop)`; `start` is a multiple of the largest power of two in it."""
        height = (stop - start).bit_length() - 1
        whole = start + (1 << height)
        left = self._perfect(height, start >> height)
        return left if whole == stop else node_hash(left, self._subtree(whole, stop))

    def _perfect(self, height: int, index: int) -> bytes:
        """Return the root of the perfect subtree of 2^height leaves at an index, from one tile."""
        level, above = divmod(height, _TILE_HEIGHT)
        first = index << above  # of the hashes of that level
        number, at = divmod(first, TILE_WIDTH)
        return root_hash(self._tile(level, number)[at : at + (1 << above)])

    def _tile(self, level: int, index: int) -> list[bytes]:
        known = self._tiles.get((level, index))
        if known is not None:
            return known
        width = min(TILE_WIDTH, (self.size >> _TILE_HEIGHT * level) - index * TILE_WIDTH)
        path = tile_path(level, index, width)
        data = self._file(path, tile_path(level, index), TILE_WIDTH * HASH_SIZE)
        if len(data) < width * HASH_SIZE:
            raise IntegrityError(f"{path} is not {width * HASH_SIZE} bytes long")
        tile = self._tiles[level, index] = split_hashes(data[: width * HASH_SIZE])
        return tile

    def _file(self, path: str, full: str, limit: int) -> bytes:
        """Return a tile; a partial one that is no longer there may have become a full one (tlog-tiles)."""
        try:
            return self._read(path, limit)
        except FileError:
            if path == full:
                raise
        return self._read(full, limit)

    def _refuse_beyond(self, index: int, size: int) -> None:
        if size > self.size:
            raise ProofError("no such proof", index=index, tree_size=size)
