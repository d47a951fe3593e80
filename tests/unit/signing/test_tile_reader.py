from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.errors import FileError, IntegrityError, ProofError
from signing.merkle import (
    EMPTY_ROOT,
    consistency_path,
    inclusion_path,
    leaf_hash,
    root_hash,
    verify_consistency,
    verify_inclusion,
)
from signing.tile_reader import TileTree
from signing.tiles import entries_path, published_files, tile_path

LARGEST = 70_000  # three levels of tiles
ENTRIES = [b"entry %d" % number for number in range(LARGEST)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]


def published(size: int) -> dict[str, bytes]:
    return dict(
        published_files(
            old_size=0, new_size=size, entries=lambda start, stop: ENTRIES[start:stop], read=lambda _: b""
        )
    )


def reader(files: dict[str, bytes], seen: list[str] | None = None) -> Callable[[str, int], bytes]:
    def read(path: str, limit: int) -> bytes:
        if path not in files:
            raise FileError(path, "missing")
        assert len(files[path]) <= limit
        if seen is not None:
            seen.append(path)
        return files[path]

    return read


SIZES = (1, 2, 255, 256, 257, 300, 511, 512, 513, 700)
LOGS = {size: published(size) for size in SIZES}


@settings(deadline=None)
@given(st.sampled_from(SIZES), st.data())
def test_proofs_from_tiles_are_those_from_leaves(size: int, data: st.DataObject) -> None:
    tree = TileTree(reader(LOGS[size]), size)
    older = data.draw(st.integers(1, size))
    index = data.draw(st.integers(0, older - 1))
    assert tree.inclusion_path(index, older) == inclusion_path(LEAVES[:size], index, older)
    assert tree.consistency_path(older, size) == consistency_path(LEAVES[:size], older, size)
    assert (tree.root(older), tree.entry(index)) == (root_hash(LEAVES[:older]), ENTRIES[index])


def test_proof_reads_one_tile_a_level_and_the_edge() -> None:
    seen: list[str] = []
    tree = TileTree(reader(published(LARGEST), seen), LARGEST)
    path = tree.inclusion_path(40_000, LARGEST)
    verify_inclusion(LEAVES[40_000], path, index=40_000, size=LARGEST, root=root_hash(LEAVES))
    assert len(seen) == len(set(seen)) <= 5
    older = tree.consistency_path(65_000, LARGEST)
    verify_consistency(
        older,
        size1=65_000,
        root1=root_hash(LEAVES[:65_000]),
        size2=LARGEST,
        root2=root_hash(LEAVES),
    )
    assert len(seen) == len(set(seen)) <= 7


def test_empty_tree_has_the_empty_root_and_no_entry() -> None:
    tree = TileTree(reader({}), 0)
    assert tree.root(0) == EMPTY_ROOT
    with pytest.raises(ProofError):
        tree.entry(0)


def test_partial_tile_that_became_full_is_read_from_the_full_one() -> None:
    files, full = dict(LOGS[300]), LOGS[512]
    for part, whole in ((tile_path(0, 1, 44), tile_path(0, 1)), (entries_path(1, 44), entries_path(1))):
        del files[part]
        files[whole] = full[whole]
    tree = TileTree(reader(files), 300)  # its checkpoint is older than the tiles
    assert tree.inclusion_path(299, 300) == inclusion_path(LEAVES, 299, 300)
    assert tree.entry(299) == ENTRIES[299]


@pytest.mark.parametrize("beyond", [(300, 300), (0, 301), (-1, 300)])
def test_proof_outside_the_tree_is_refused(beyond: tuple[int, int]) -> None:
    with pytest.raises(ProofError):
        TileTree(reader(LOGS[300]), 300).inclusion_path(*beyond)


@pytest.mark.parametrize(("size1", "size2"), [(0, 300), (5, 4), (1, 301)])
def test_consistency_that_cannot_be_proved_is_refused(size1: int, size2: int) -> None:
    with pytest.raises(ProofError):
        TileTree(reader(LOGS[300]), 300).consistency_path(size1, size2)
    with pytest.raises(ProofError):
        TileTree(reader(LOGS[300]), 300).root(301)


@pytest.mark.parametrize("path", [tile_path(0, 1, 44), entries_path(1, 44)])
def test_missing_or_short_file_is_an_error(path: str) -> None:
    files = dict(LOGS[300])
    whole = files.pop(path)
    with pytest.raises(FileError):
        _use(TileTree(reader(files), 300))
    for damaged in (whole[:-1], b""):
        with pytest.raises(IntegrityError):
            _use(TileTree(reader(files | {path: damaged}), 300))


def _use(tree: TileTree) -> None:
    tree.entry(299)
    tree.inclusion_path(299, 300)
