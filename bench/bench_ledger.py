"""Check the structure of a long ledger, per entry, beside a chain of signed entries; make and check proofs.

Peak memory is that of a whole `python -m signing` of its own.
"""

import hashlib
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from ledgers import LOG, Mix, write_ledger
from timing import ROOT, Work, arguments, measure, progress, scratch, show

from signing.findings import Verdict
from signing.proof import parse_proof, verify_proof
from signing.proving import make_proof
from signing.tile_reader import TileTree
from signing.verifier import Level, verify_archive
from signing.verifier.folder import ArchiveFolder

CHAIN: Final = "linear chain, an Ed25519 signature for each entry"
CHAIN_LENGTH: Final = 3000  # entries; longer ones take longer, not more for each
PROOFS: Final = 200
USES_FOR_EACH: Final = 9  # acts after each filing, in the mixed ledger


def main() -> None:
    given = arguments(__doc__ or "", entries=1_000_000, mixed=200_000)
    with scratch() as folder:
        acts, mixed = folder / "acts", folder / "mixed"
        progress(f"writing ledgers of {given['entries']:,} and {given['mixed']:,} entries …")
        write_ledger(acts, given["entries"], Mix(uses=given["entries"]))
        write_ledger(mixed, given["mixed"], Mix(uses=USES_FOR_EACH))
        size = given["entries"]
        entries = measure(
            [
                Work("structure check, acts on one record", lambda: _verify(acts), size),
                Work(
                    "structure check, one filing (with its file) for nine acts",
                    lambda: _verify(mixed),
                    given["mixed"],
                ),
                Work("of that, hashing alone: leaves and nodes", lambda: _hash(size // 4), size // 4),
                Work(CHAIN, _signed_chain(), CHAIN_LENGTH),
            ]
        )
        made = [make_proof(acts, index).to_bytes() for index in _places(size)]
        proofs = measure(
            [
                Work("one proof made from stored tiles", lambda: _make(acts, size), PROOFS),
                Work("one proof read and verified, with its signature", lambda: _check(made), PROOFS),
                Work("one consistency proof made", lambda: _consistency(acts, size), PROOFS),
            ]
        )
        notes = {"peak memory of python -m signing, acts": f"{_peak(acts)} MB"}
    show(f"Checking a ledger of {size:,} entries", entries, unit="entry", peer=CHAIN)
    show(f"Proofs in a ledger of {size:,} entries", proofs, unit="proof", peer="", notes=notes)


def _verify(folder: Path) -> None:
    report = verify_archive(folder, vkeys=[LOG.vkey], level=Level.parse("structure"))
    if report.verdict is not Verdict.VALID:
        raise SystemExit(f"the ledger does not verify: {report.findings[:3]}")


def _hash(count: int) -> None:
    """Hash as many leaves and nodes as a tree has, of the length of a common entry: nobody can do less."""
    entry, pair = bytes(124), bytes(65)
    for _ in range(count):
        hashlib.sha256(entry).digest()
        hashlib.sha256(pair).digest()


def _places(size: int) -> list[int]:
    return [size // PROOFS * place for place in range(PROOFS)]


def _make(folder: Path, size: int) -> None:
    for index in _places(size):
        make_proof(folder, index)


def _check(proofs: list[bytes]) -> None:
    for proof in proofs:
        verify_proof(parse_proof(proof), [LOG.verifier])


def _consistency(folder: Path, size: int) -> None:
    for index in _places(size):
        TileTree(ArchiveFolder(folder).read, size).consistency_path(index + 1, size)


def _peak(folder: Path) -> int:
    """Return the largest resident memory of a verification in a process of its own, in MB."""
    command = [sys.executable, "-m", "signing", str(folder), "--key", LOG.vkey, "--level", "structure"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024


def _signed_chain() -> Callable[[], None]:
    """Return the check of a chain in which each entry is signed and holds the hash of the one before."""
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public = key.public_key()
    chain: list[tuple[bytes, bytes]] = []
    previous = bytes(32)
    for number in range(CHAIN_LENGTH):
        entry = previous + b'{"seq":%d,"event":"exported","actor":"bench"}' % number
        chain.append((entry, key.sign(entry)))
        previous = hashlib.sha256(entry).digest()

    def check() -> None:
        before = bytes(32)
        for entry, signature in chain:
            public.verify(signature, entry)
            if entry[:32] != before:
                raise SystemExit("broken chain")
            before = hashlib.sha256(entry).digest()

    return check


if __name__ == "__main__":
    main()
