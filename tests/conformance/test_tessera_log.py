"""The log of transparency-dev/tessera: its checkpoints at 16 sizes, its tiles and its bundles."""

from pathlib import Path

import pytest

from signing.checkpoint import open_checkpoint
from signing.merkle import consistency_path, leaf_hash, root_hash, verify_consistency
from signing.note import Verifier
from signing.proof import TlogProof, parse_proof, verify_proof
from signing.tile_reader import TileTree
from signing.tiles import decode_bundle, entries_path, published_files, tile_path
from signing.verifier.folder import ArchiveFolder

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "conformance" / "tessera" / "log"
ORIGIN = "example.com/log/testdata"
KEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="the public vectors are not beside the project"),
]


def entries(size: int) -> list[bytes]:
    return decode_bundle((FOLDER / entries_path(0, size)).read_bytes()) if size else []


@pytest.mark.parametrize("size", range(16))
def test_checkpoint_of_every_size_opens_and_stands_for_the_entries(size: int) -> None:
    note = (FOLDER / f"checkpoint.{size}").read_bytes()
    checkpoint = open_checkpoint(note, [Verifier.parse(KEY)], origin=ORIGIN)
    assert (checkpoint.size, checkpoint.root) == (size, root_hash(map(leaf_hash, entries(size))))
    assert note.startswith(checkpoint.to_text().encode())


@pytest.mark.parametrize("size", range(1, 16))
def test_tiles_and_bundles_of_every_size_are_those_that_we_would_write(size: int) -> None:
    ours = dict(
        published_files(
            old_size=0,
            new_size=size,
            entries=lambda start, stop: entries(15)[start:stop],
            read=lambda path: (FOLDER / path).read_bytes(),
        )
    )
    theirs = {path: (FOLDER / path).read_bytes() for path in (tile_path(0, 0, size), entries_path(0, size))}
    assert ours == theirs


@pytest.mark.parametrize("size2", range(1, 16))
def test_log_of_every_size_is_consistent_with_every_smaller_one(size2: int) -> None:
    leaves = [leaf_hash(entry) for entry in entries(15)]
    verifiers = [Verifier.parse(KEY)]
    roots = [
        open_checkpoint((FOLDER / f"checkpoint.{size}").read_bytes(), verifiers, origin=ORIGIN).root
        for size in range(16)
    ]
    for size1 in range(1, size2 + 1):
        verify_consistency(
            consistency_path(leaves, size1, size2),
            size1=size1,
            root1=roots[size1],
            size2=size2,
            root2=roots[size2],
        )


def test_newest_checkpoint_is_that_of_fifteen_entries() -> None:
    assert (FOLDER / "checkpoint").read_bytes() == (FOLDER / "checkpoint.15").read_bytes()


@pytest.mark.parametrize("size", range(1, 16))
def test_proofs_made_from_their_tiles_hold_under_their_checkpoints(size: int) -> None:
    note = (FOLDER / f"checkpoint.{size}").read_bytes()
    tree = TileTree(ArchiveFolder(FOLDER).read, size)
    verifiers = [Verifier.parse(KEY)]
    root = open_checkpoint(note, verifiers, origin=ORIGIN).root
    for index, entry in enumerate(entries(size)):
        assert tree.entry(index) == entry
        made = TlogProof(index, tuple(tree.inclusion_path(index, size)), note, entry)
        assert verify_proof(parse_proof(made.to_bytes()), verifiers).size == size
    for size1 in range(1, size + 1):
        older = open_checkpoint((FOLDER / f"checkpoint.{size1}").read_bytes(), verifiers, origin=ORIGIN)
        assert tree.root(size1) == older.root
        verify_consistency(
            tree.consistency_path(size1, size), size1=size1, root1=older.root, size2=size, root2=root
        )
