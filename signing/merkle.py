"""Merkle trees and proofs: RFC 9162 section 2.1 (the same tree as RFC 6962 section 2.1), SHA-256."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from signing.errors import MalformedError, ProofError

HASH_SIZE: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()
MAX_SIZE: Final = 2**63 - 1


def leaf_hash(entry: bytes) -> bytes:
    """Hash an entry as a leaf: SHA-256(0x00 || entry)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into their parent: SHA-256(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """The right edge of a tree: all that is needed to append to it and to know its root.

    Attributes:
        size: number of leaves.
        hashes: roots of the perfect subtrees, the largest first; one for each bit set in `size`.
    """

    size: int
    hashes: tuple[bytes, ...]

    @classmethod
    def empty(cls) -> "Frontier":
        """Return the edge of the tree without leaves."""
        return cls(0, ())

    def append(self, leaf: bytes) -> "Frontier":
        """Return the edge after one more leaf hash (32 bytes)."""
        return self.extend((leaf,))

    def extend(self, leaf_hashes: Iterable[bytes]) -> "Frontier":
        """Return the edge after more leaf hashes (32 bytes each).

        Raises:
            MalformedError: a leaf hash is not 32 bytes.
        """
        size, stack = self.size, list(self.hashes)
        for leaf in leaf_hashes:
            if len(leaf) != HASH_SIZE:
                raise MalformedError("leaf hash is not 32 bytes")
            node, complete = leaf, size
            while complete & 1:  # each trailing one is a finished subtree of the node's height
                node = sha256(b"\x01" + stack.pop() + node).digest()
                complete >>= 1
            stack.append(node)
            size += 1
        return Frontier(size, tuple(stack))

    def root(self) -> bytes:
        """Return the tree's root hash; of the empty tree SHA-256 of nothing."""
        if not self.hashes:
            return EMPTY_ROOT
        root = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            root = node_hash(left, root)
        return root

    def to_bytes(self) -> bytes:
        """Write the size (8 bytes, big-endian) and the hashes."""
        return self.size.to_bytes(8, "big") + b"".join(self.hashes)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Frontier":
        """Read what `to_bytes` wrote.

        Raises:
            MalformedError: the length does not fit the size.
        """
        size = int.from_bytes(data[:8], "big")
        if len(data) != 8 + HASH_SIZE * size.bit_count() or size > MAX_SIZE:
            raise MalformedError("frontier has the wrong length for its size")
        return cls(size, tuple(data[at : at + HASH_SIZE] for at in range(8, len(data), HASH_SIZE)))


def root_hash(hashes: Iterable[bytes]) -> bytes:
    """Return the root over leaf hashes, or over the roots of equal perfect subtrees."""
    return Frontier.empty().extend(hashes).root()


def inclusion_path(leaf_hashes: Sequence[bytes], index: int, size: int) -> list[bytes]:
    """Return PATH(index, D[size]) of RFC 9162 section 2.1.3.1, nearest the leaf first.

    Args:
        leaf_hashes: at least `size` leaf hashes from the start of the log.
        index: position of the leaf, counted from 0.
        size: number of leaves of the tree that the proof is for.

    Raises:
        ProofError: the leaf is outside the tree, or too few leaf hashes were given.
    """
    if size > len(leaf_hashes):
        raise ProofError("no such proof", index=index, tree_size=size)
    return [root_hash(leaf_hashes[start:stop]) for start, stop in inclusion_ranges(index, size)]


def consistency_path(leaf_hashes: Sequence[bytes], size1: int, size2: int) -> list[bytes]:
    """Return PROOF(size1, D[size2]) of RFC 9162 section 2.1.4.1; empty for equal sizes.

    Raises:
        ProofError: `size1` is 0 (nothing could be proved), larger than `size2`, or leaf hashes are missing.
    """
    if size2 > len(leaf_hashes):
        raise ProofError("no such proof", index=size1, tree_size=size2)
    return [root_hash(leaf_hashes[start:stop]) for start, stop in consistency_ranges(size1, size2)]


def inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """Return the leaves `[start, stop)` whose roots are PATH(index, D[size]), nearest the leaf first.

    Raises:
        ProofError: the leaf is outside the tree.
    """
    if not 0 <= index < size:
        raise ProofError("no such proof", index=index, tree_size=size)
    ranges: list[tuple[int, int]] = []
    start, stop = 0, size
    while stop - start > 1:
        split = start + _largest_power_below(stop - start)
        if index < split:
            ranges.append((split, stop))
            stop = split
        else:
            ranges.append((start, split))
            start = split
    ranges.reverse()
    return ranges


def consistency_ranges(size1: int, size2: int) -> list[tuple[int, int]]:
    """Return the leaves `[start, stop)` whose roots are PROOF(size1, D[size2]); none for equal sizes.

    Raises:
        ProofError: `size1` is 0 (nothing could be proved) or larger than `size2`.
    """
    if not 0 < size1 <= size2:
        raise ProofError("no such proof", index=size1, tree_size=size2)
    ranges: list[tuple[int, int]] = []
    start, stop = 0, size2
    while size1 != stop:
        split = start + _largest_power_below(stop - start)
        if size1 <= split:
            ranges.append((split, stop))
            stop = split
        else:
            ranges.append((start, split))
            start = split
    if start > 0:  # b is false in SUBPROOF: the reader does not know this subtree
        ranges.append((start, stop))
    ranges.reverse()
    return ranges


def verify_inclusion(leaf: bytes, path: Sequence[bytes], *, index: int, size: int, root: bytes) -> None:
    """Check that a leaf is in the tree that `root` stands for.

    Follows RFC 9162 section 2.1.3.2; the numbers in the body are its steps.

    Args:
        leaf: leaf hash, 32 bytes.
        path: sibling hashes, 32 bytes each, nearest the leaf first.
        index: position of the leaf, counted from 0.
        size: number of leaves, at least 1.
        root: signed root, 32 bytes.

    Raises:
        ProofError: the path does not lead from the leaf to the root.
    """
    _refuse_wrong_lengths((leaf, root, *path), index=index, tree_size=size)
    if not 0 <= index < size:  # 1
        raise ProofError("leaf outside the tree", index=index, tree_size=size)
    fn, sn, r = index, size - 1, leaf  # 2, 3
    for p in path:  # 4
        if sn == 0:  # 4.a
            raise ProofError("inclusion path is too long", index=index, tree_size=size)
        if fn & 1 or fn == sn:  # 4.b
            r = node_hash(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1  # 4.c
    if sn != 0 or r != root:  # 5
        raise ProofError("inclusion path does not lead to the root", index=index, tree_size=size)


def verify_consistency(path: Sequence[bytes], *, size1: int, root1: bytes, size2: int, root2: bytes) -> None:
    """Check that the tree of `size2` only appended to the tree of `size1`.

    Follows RFC 9162 section 2.1.4.2; the numbers in the body are its steps. Equal sizes, which the RFC leaves
    to the caller, need equal roots and an empty path, and nothing is hashed; from size 0 there is no proof.

    Raises:
        ProofError: the path does not connect the two roots.
    """
    if size1 == size2:
        _check_same_tree(path, size1, root1, root2)
        return
    _refuse_wrong_lengths((root1, root2, *path), index=size1, tree_size=size2)
    if not 0 < size1 < size2 or not path:  # 1
        raise ProofError("no consistency can be proved", index=size1, tree_size=size2)
    first, *rest = path if size1 & (size1 - 1) else (root1, *path)  # 2
    fr, sr, sn = _climb(first, rest, size1, size2)
    if sn != 0 or fr != root1 or sr != root2:  # 7
        raise ProofError("consistency path does not connect the roots", index=size1, tree_size=size2)


def _climb(first: bytes, rest: Sequence[bytes], size1: int, size2: int) -> tuple[bytes, bytes, int]:
    """Do steps 3–6 of RFC 9162 section 2.1.4.2."""
    fn, sn = size1 - 1, size2 - 1  # 3
    while fn & 1:  # 4
        fn, sn = fn >> 1, sn >> 1
    fr = sr = first  # 5
    for c in rest:  # 6
        if sn == 0:  # 6.a
            raise ProofError("consistency path is too long", index=size1, tree_size=size2)
        if fn & 1 or fn == sn:  # 6.b
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1  # 6.c
    return fr, sr, sn


def _check_same_tree(path: Sequence[bytes], size: int, root1: bytes, root2: bytes) -> None:
    if path:
        raise ProofError("proof between equal sizes is not empty", index=size, tree_size=size)
    if root1 != root2 or size < 0 or (size == 0 and root1 != EMPTY_ROOT):
        raise ProofError("equal sizes with different roots", index=size, tree_size=size)


def _refuse_wrong_lengths(hashes: Iterable[bytes], *, index: int, tree_size: int) -> None:
    if any(len(item) != HASH_SIZE for item in hashes):
        raise ProofError("hash is not 32 bytes", index=index, tree_size=tree_size)


def _largest_power_below(size: int) -> int:
    """Return the largest power of two smaller than `size` (RFC 9162 section 2.1.1), for `size` > 1."""
    return 1 << (size - 1).bit_length() - 1
