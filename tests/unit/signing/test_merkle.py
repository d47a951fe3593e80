from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.errors import MalformedError, ProofError
from signing.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_path,
    inclusion_path,
    leaf_hash,
    root_hash,
    verify_consistency,
    verify_inclusion,
)

MOST = 40


def mth(entries: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962 section 2.1, word for word."""
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    k = split(len(entries))
    return sha256(b"\x01" + mth(entries[:k]) + mth(entries[k:])).digest()


def path(m: int, entries: Sequence[bytes]) -> list[bytes]:
    """PATH of RFC 6962 section 2.1.1, word for word."""
    if len(entries) == 1:
        return []
    k = split(len(entries))
    if m < k:
        return [*path(m, entries[:k]), mth(entries[k:])]
    return [*path(m - k, entries[k:]), mth(entries[:k])]


def subproof(m: int, entries: Sequence[bytes], *, known: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962 section 2.1.2, word for word."""
    if m == len(entries):
        return [] if known else [mth(entries)]
    k = split(len(entries))
    if m <= k:
        return [*subproof(m, entries[:k], known=known), mth(entries[k:])]
    return [*subproof(m - k, entries[k:], known=False), mth(entries[:k])]


def split(size: int) -> int:
    k = 1
    while 2 * k < size:
        k *= 2
    return k


ENTRIES = [bytes([number]) * (number % 5) for number in range(MOST)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
SIZES = st.integers(1, MOST)


@pytest.mark.parametrize("size", range(MOST + 1))
def test_root_of_any_size_is_that_of_the_definition(size: int) -> None:
    assert root_hash(LEAVES[:size]) == mth(ENTRIES[:size])


@given(st.lists(st.binary(max_size=9), max_size=70), st.integers(0, 70))
def test_frontier_grown_in_two_steps_has_the_root_of_the_definition(entries: list[bytes], cut: int) -> None:
    leaves = [leaf_hash(entry) for entry in entries]
    frontier = Frontier.from_bytes(Frontier.empty().extend(leaves[:cut]).to_bytes()).extend(leaves[cut:])
    assert (frontier.size, frontier.root()) == (len(entries), mth(entries))


def test_frontier_stays_as_it_is_when_something_is_appended() -> None:
    before = Frontier.empty().append(LEAVES[0])
    before.append(LEAVES[1])
    assert before == Frontier(1, (LEAVES[0],))


@pytest.mark.parametrize("data", [b"", b"\0" * 7, b"\0" * 9, b"\0" * 7 + b"\1", b"\xff" * (8 + 64 * 32)])
def test_frontier_of_a_wrong_length_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedError):
        Frontier.from_bytes(data)


def test_leaf_hash_of_a_wrong_length_is_refused() -> None:
    with pytest.raises(MalformedError):
        Frontier.empty().append(b"x" * 31)


@pytest.mark.parametrize("size", range(1, MOST + 1))
def test_inclusion_path_of_every_leaf_is_that_of_the_definition_and_verifies(size: int) -> None:
    root = mth(ENTRIES[:size])
    for index in range(size):
        proof = inclusion_path(LEAVES, index, size)
        assert proof == path(index, ENTRIES[:size])
        verify_inclusion(LEAVES[index], proof, index=index, size=size, root=root)


@pytest.mark.parametrize("size2", range(1, MOST + 1))
def test_consistency_path_from_every_size_is_that_of_the_definition_and_verifies(size2: int) -> None:
    for size1 in range(1, size2 + 1):
        proof = consistency_path(LEAVES, size1, size2)
        assert proof == subproof(size1, ENTRIES[:size2], known=True)
        verify_consistency(
            proof, size1=size1, root1=mth(ENTRIES[:size1]), size2=size2, root2=mth(ENTRIES[:size2])
        )


@given(SIZES, SIZES, st.integers(-3, MOST + 3), st.integers(-3, MOST + 3))
def test_inclusion_path_verifies_for_its_own_leaf_and_size_alone(
    size: int, index: int, other_index: int, other_size: int
) -> None:
    index %= size
    proof, root = inclusion_path(LEAVES, index, size), mth(ENTRIES[:size])
    if (other_index, other_size) == (index, size):
        return
    shape = [len(proof)] if 0 <= other_index < other_size <= MOST else []
    same_walk = shape == [len(path(other_index, ENTRIES[:other_size]))] if shape else False
    try:
        verify_inclusion(LEAVES[index], proof, index=other_index, size=other_size, root=root)
    except ProofError:
        return
    # a proof may pass for another tree size only if the climb turns the same way at every step
    assert same_walk
    assert other_index == index


@given(SIZES, SIZES, st.data())
def test_inclusion_path_with_one_bit_flipped_is_refused(size: int, index: int, data: st.DataObject) -> None:
    index %= size
    proof = inclusion_path(LEAVES, index, size)
    parts = [LEAVES[index], mth(ENTRIES[:size]), *proof]
    at = data.draw(st.integers(0, len(parts) - 1))
    parts[at] = flipped(parts[at], data.draw(st.integers(0, 255)))
    with pytest.raises(ProofError):
        verify_inclusion(parts[0], parts[2:], index=index, size=size, root=parts[1])


@given(SIZES, SIZES, st.data())
def test_consistency_path_with_one_bit_flipped_is_refused(
    size1: int, size2: int, data: st.DataObject
) -> None:
    size1, size2 = sorted((size1, size2))
    parts = [mth(ENTRIES[:size1]), mth(ENTRIES[:size2]), *consistency_path(LEAVES, size1, size2)]
    at = data.draw(st.integers(0, len(parts) - 1))
    parts[at] = flipped(parts[at], data.draw(st.integers(0, 255)))
    with pytest.raises(ProofError):
        verify_consistency(parts[2:], size1=size1, root1=parts[0], size2=size2, root2=parts[1])


@pytest.mark.parametrize(("index", "size"), [(-1, 4), (4, 4), (0, 0), (5, 4), (-4, 4), (0, -1)])
def test_leaf_outside_the_tree_is_refused(index: int, size: int) -> None:
    proof = inclusion_path(LEAVES, 2, 4)
    with pytest.raises(ProofError) as caught:
        verify_inclusion(LEAVES[2], proof, index=index, size=size, root=mth(ENTRIES[:4]))
    assert (caught.value.index, caught.value.tree_size) == (index, size)
    with pytest.raises(ProofError):
        inclusion_path(LEAVES, index, size)


@pytest.mark.parametrize("size", range(1, 20))
def test_negative_index_with_the_low_bits_of_a_leaf_is_refused(size: int) -> None:
    for index in range(size):
        proof = inclusion_path(LEAVES, index, size)
        for bits in range(1, 7):
            with pytest.raises(ProofError):
                verify_inclusion(
                    LEAVES[index], proof, index=index - (1 << bits + 4), size=size, root=mth(ENTRIES[:size])
                )


@pytest.mark.parametrize(("size1", "size2"), [(0, 4), (5, 4), (-1, 4), (0, 0), (4, MOST + 1)])
def test_consistency_path_between_impossible_sizes_is_refused(size1: int, size2: int) -> None:
    with pytest.raises(ProofError):
        consistency_path(LEAVES, size1, size2)


def test_empty_tree_is_consistent_with_itself_alone() -> None:
    verify_consistency([], size1=0, root1=EMPTY_ROOT, size2=0, root2=EMPTY_ROOT)
    with pytest.raises(ProofError):
        verify_consistency([], size1=0, root1=EMPTY_ROOT, size2=1, root2=LEAVES[0])
    with pytest.raises(ProofError):
        verify_consistency([], size1=0, root1=LEAVES[0], size2=0, root2=LEAVES[0])


def flipped(data: bytes, bit: int) -> bytes:
    return (int.from_bytes(data, "big") ^ (1 << bit)).to_bytes(len(data), "big")
