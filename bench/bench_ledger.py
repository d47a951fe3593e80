"""Check the structure of a long ledger, per entry, beside a linear chain of signed entries; and one proof."""

import hashlib
from collections.abc import Callable
from typing import Final

from archives import Box, new_versions, open_box
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from timing import Work, arguments, measure, progress, scratch, show

from signing.findings import Verdict
from signing.merkle import inclusion_path, leaf_hash, root_hash, verify_inclusion
from signing.verifier import Level, verify_archive
from webir_records.archive.ledger import Event

STEP: Final = 5000  # entries appended together
CHAIN: Final = "linear chain, an Ed25519 signature for each entry"
CHAIN_LENGTH: Final = 3000  # entries; longer ones take longer, not more for each
PROOFS: Final = 200


def main() -> None:
    given = arguments(__doc__ or "", entries=100_000)
    count = given["entries"]
    with scratch() as folder, open_box(folder / "box") as box:
        _fill(box, count)
        size = box.archive.ledger.head().size
        lines = measure(
            [
                Work("structure check (tiles, entries, manifests, signatures)", lambda: _verify(box), size),
                Work(CHAIN, _signed_chain(), CHAIN_LENGTH),
                Work("one inclusion proof, checked", _proofs(size), PROOFS),
            ]
        )
    show(f"Checking a ledger of {size:,} entries", lines, unit="entry", peer=CHAIN)


def _fill(box: Box, count: int) -> None:
    progress(f"appending {count} entries …")
    (version,) = new_versions(0, 1, 1000)
    box.file([version])
    event: Event = {"event": "exported", "actor": "bench", "record": version.record, "version": 1}
    for start in range(0, count, STEP):
        box.add([event] * min(STEP, count - start))


def _verify(box: Box) -> None:
    report = verify_archive(box.folder, vkeys=[box.vkey], level=Level.parse("structure"))
    if report.verdict is not Verdict.VALID:
        raise SystemExit(f"the ledger does not verify: {report.findings[:3]}")


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


def _proofs(size: int) -> Callable[[], None]:
    leaves = [leaf_hash(b"%d" % number) for number in range(size)]
    root = root_hash(leaves)
    index = size // 3
    path = inclusion_path(leaves, index, size)

    def check() -> None:
        for _ in range(PROOFS):
            verify_inclusion(leaves[index], path, index=index, size=size, root=root)

    return check


if __name__ == "__main__":
    main()
