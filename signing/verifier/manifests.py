"""Step 7 of docs/spec/verification.md: the chain of manifests and its agreement with the ledger."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from signing.checkpoint import open_checkpoint, unverified_checkpoint
from signing.errors import FileError, MalformedError, SigningError
from signing.findings import LedgerCode
from signing.manifest import NO_PREVIOUS, Manifest, ManifestEntry, parse_manifest
from signing.note import Verifier
from signing.verifier.collector import Collector
from signing.verifier.folder import ArchiveFolder
from signing.verifier.history import SealedVersion
from signing.verifier.tree import StoredTree

MAX_MANIFEST_SIZE: Final = 256 << 20  # bytes; about a million entries
_NAME: Final = re.compile(r"manifests/[0-9]{4}/([0-9]{6,15})\.json")


class ManifestReader:
    """Follows the manifests one by one; a broken link does not stop it."""

    def __init__(
        self,
        folder: ArchiveFolder,
        tree: StoredTree | None,
        versions: Sequence[SealedVersion],
        collector: Collector,
    ) -> None:
        self._folder = folder
        self._tree = tree
        self._versions = versions
        self._seqs = [version.seq for version in versions]
        self._collector = collector
        self._previous: str | None = NO_PREVIOUS
        self._next: int | None = 0

    def check(self, size: int, verifiers: Sequence[Verifier], origin: str) -> None:
        """Check every manifest against the one before and against the ledger of a size."""
        expected = 1
        for number, path in self._stored():
            if number < expected:
                self._broken(path, "number_twice", number=str(number))
                continue
            if number > expected:
                self._broken(path, "manifests_missing", count=str(number - expected), number=str(expected))
                self._previous = self._next = None
            self._check_file(number, path, size, verifiers, origin)
            expected = number + 1
        self._check_tail()

    def _stored(self) -> list[tuple[int, str]]:
        found: list[tuple[int, str]] = []
        for path in self._folder.listing("manifests"):
            name = _NAME.fullmatch(path)
            if name is None:
                self._folder.counts["other_files"] += 1
            else:
                found.append((int(name[1]), path))
        return sorted(found)

    def _check_file(
        self, number: int, path: str, size: int, verifiers: Sequence[Verifier], origin: str
    ) -> None:
        previous, first = self._previous, self._next
        self._previous = self._next = None  # until this one has been read
        try:
            data = self._folder.read(path, MAX_MANIFEST_SIZE)
            self._folder.counts["manifests"] += 1
            self._previous = sha256(data).hexdigest()
            manifest = parse_manifest(data)
        except FileError as error:
            self._broken(path, "file", problem=error.reason)
            return
        except MalformedError as error:
            self._broken(path, "malformed", detail=str(error))
            return
        self._next = manifest.next
        if manifest.seq != number:
            self._broken(path, "number", expected=str(number), got=str(manifest.seq))
        if previous is not None and manifest.previous_sha256 != previous:
            self._broken(path, "previous", expected=previous, got=manifest.previous_sha256)
        if (first is not None and manifest.first != first) or manifest.next < manifest.first:
            self._broken(path, "range", expected=str(first), got=f"{manifest.first}-{manifest.next}")
        self._check_checkpoint(path, manifest, verifiers, origin)
        if manifest.next > size:
            self._collector.undetermined(
                LedgerCode.BEYOND_CHECKPOINT,
                path,
                reason="manifest",
                count=str(manifest.next),
                size=str(size),
            )
        else:
            self._check_entries(path, manifest)

    def _check_checkpoint(
        self, path: str, manifest: Manifest, verifiers: Sequence[Verifier], origin: str
    ) -> None:
        try:
            checkpoint = unverified_checkpoint(manifest.checkpoint)
            if verifiers:
                checkpoint = open_checkpoint(manifest.checkpoint, verifiers, origin=origin)
        except SigningError as error:
            self._collector.invalid(
                LedgerCode.CHECKPOINT_INVALID, path, reason="in_manifest", detail=str(error)
            )
            return
        if checkpoint.size != manifest.next or checkpoint.root != manifest.root:
            self._broken(path, "checkpoint", expected=str(manifest.next), got=str(checkpoint.size))
            return
        if self._tree is None or manifest.next > self._tree.size:
            return  # BEYOND_CHECKPOINT or TILE_CORRUPT speaks of that
        if self._tree.root_at(manifest.next) != manifest.root:
            self._collector.invalid(LedgerCode.FORKED, path, reason="manifest", size=str(manifest.next))

    def _check_entries(self, path: str, manifest: Manifest) -> None:
        """Compare the listed files with the ledger's `filed` and `annotated` entries of the range."""
        start, stop = bisect_left(self._seqs, manifest.first), bisect_left(self._seqs, manifest.next)
        ledger = [_as_listed(version) for version in self._versions[start:stop]]
        if ledger == list(manifest.entries):
            return
        different = min((entry.seq for entry in set(ledger) ^ set(manifest.entries)), default=manifest.first)
        self._collector.by_ledger(LedgerCode.CHAIN_BROKEN, path, reason="entries", entry=str(different))

    def _check_tail(self) -> None:
        """Every filed version must lie in some manifest: the newest one may not be missing."""
        covered = self._next
        if covered is None:
            return
        rest = self._seqs[bisect_left(self._seqs, covered) :]
        if rest:
            self._collector.by_ledger(
                LedgerCode.CHAIN_BROKEN,
                "manifests",
                reason="uncovered",
                count=str(len(rest)),
                entry=str(rest[0]),
            )

    def _broken(self, path: str, reason: str, **facts: str) -> None:
        self._collector.invalid(LedgerCode.CHAIN_BROKEN, path, reason=reason, **facts)


def _as_listed(version: SealedVersion) -> ManifestEntry:
    return ManifestEntry(
        version.seq, version.record, version.version, version.path, version.sealed_sha256, version.size
    )
