"""Make proofs of an archive's entries from its stored tiles (see docs/spec/proof.md)."""

from pathlib import Path

from signing.checkpoint import unverified_checkpoint
from signing.merkle import leaf_hash, verify_inclusion
from signing.proof import TlogProof
from signing.tile_reader import TileTree
from signing.verifier.files import ArchiveFiles
from signing.verifier.folder import ArchiveFolder

MAX_CHECKPOINT_SIZE = 1 << 20  # bytes


def make_proof(archive: Path | ArchiveFiles, seq: int) -> TlogProof:
    """Return the proof that an entry is in the published log; the entry itself stands in `extra`.

    Reads the checkpoint, one bundle and the tiles on the entry's way to the root; the finished proof is
    checked against the checkpoint's root, so that damaged tiles give an error and no wrong proof.

    Args:
        archive: the archive folder, or a place that holds one.
        seq: position of the entry, counted from 0.

    Raises:
        FileError, MalformedError: checkpoint, bundle or a tile is missing or damaged.
        ProofError: the log has no such entry, or its tiles do not give its root.
    """
    files = ArchiveFolder(archive) if isinstance(archive, Path) else archive
    data = files.read("checkpoint", MAX_CHECKPOINT_SIZE)
    checkpoint = unverified_checkpoint(data)
    tree = TileTree(files.read, checkpoint.size)
    entry = tree.entry(seq)
    path = tree.inclusion_path(seq, checkpoint.size)
    verify_inclusion(leaf_hash(entry), path, index=seq, size=checkpoint.size, root=checkpoint.root)
    return TlogProof(seq, tuple(path), data, entry)
