"""Step 7 of docs/spec/verification.md: the chain of manifests and its agreement with the ledger."""

import re
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from signing.canonical import parse_canonical
from signing.checkpoint import open_checkpoint, unverified_checkpoint
from signing.errors import FileError, IntegrityError, MalformedError, SigningError
from signing.findings import LedgerCode
from signing.manifest import NO_PREVIOUS, parse_manifest
from signing.note import KEY_ID_SIZE, Verifier, split_note, strict_base64
from signing.verifier.collector import Collector, Phase
from signing.verifier.files import CountedFiles
from signing.verifier.keys import LogKeys
from signing.verifier.spool import NumberedLines
from signing.verifier.tree import StoredTree

MAX_MANIFEST_SIZE: Final = 256 << 20  # bytes; about a million entries
_NAME: Final = re.compile(r"manifests/([0-9]{4})/([0-9]{6,15})\.json")
_YEARS: Final = 10_000
_HEAD: Final = b'{"checkpoint":'
_ENTRIES: Final = b',"entries":['
_TAIL: Final = re.compile(
    rb'\],"first":(0|[1-9][0-9]{0,14}),"next":(0|[1-9][0-9]{0,14}),"previous_sha256":"([0-9a-f]{64})",'
    rb'"root":"([A-Za-z0-9+/]{43}=)","seq":([1-9][0-9]{0,14}),"v":1\}'
)


@dataclass(frozen=True, slots=True)
class _Read:
    """What a manifest says; `entry` is the first ledger entry that it lists wrongly, if it does."""

    seq: int
    previous_sha256: str
    first: int
    next: int
    root: bytes
    checkpoint: bytes
    entry: int | None


class ManifestReader:
    """Follows the manifests one by one; a broken link does not stop it.

    Args:
        files: the archive.
        tree: the tree over the stored entries; `None` if it is not that of the log.
        listed: what manifests must list for each position of the ledger; `None` if no entry could be read.
        keys: the log's keys.
        collector: takes what is found.
    """

    def __init__(
        self,
        files: CountedFiles,
        tree: StoredTree | None,
        listed: NumberedLines | None,
        keys: LogKeys,
        collector: Collector,
    ) -> None:
        self._files = files
        self._tree = tree
        self._listed = listed
        self._keys = keys
        self._collector = collector
        self._previous: str | None = NO_PREVIOUS
        self._next: int | None = 0
        self._hidden = False  # a folder of manifests cannot be listed: what seems to be missing may be there

    def check(self, size: int) -> None:
        """Check every manifest against the one before and against the ledger of a size."""
        expected = 1
        for number, path in self._stored():
            self._collector.place(Phase.MANIFESTS, number)
            if number < expected:
                self._broken(path, "number_twice", number=str(number))
                continue
            if number > expected and not self._hidden:
                self._broken(path, "manifests_missing", count=str(number - expected), number=str(expected))
            if number > expected:
                self._previous = self._next = None
            self._check_file(number, path, size)
            expected = number + 1
        self._collector.place(Phase.MANIFESTS, expected)
        self._check_tail()

    def _stored(self) -> Iterator[tuple[int, str]]:
        """Yield number and path of each manifest by number, then by year; eight bytes each are kept."""
        found = array("Q")
        for path, _ in self._files.below("manifests"):
            name = _NAME.fullmatch(path)
            if name is None:
                self._files.counts["other_files"] += 1
            else:
                found.append(int(name[2]) * _YEARS + int(name[1]))
        self._hidden = any(f"{folder}/".startswith("manifests/") for folder in self._files.unreadable)
        for both in sorted(found):
            number, year = divmod(both, _YEARS)
            yield number, f"manifests/{year:04}/{number:06}.json"

    def _check_file(self, number: int, path: str, size: int) -> None:
        previous, first = self._previous, self._next
        self._previous = self._next = None  # until this one has been read
        try:
            data = self._files.read(path, MAX_MANIFEST_SIZE)
            self._files.counts["manifests"] += 1
            self._previous = sha256(data).hexdigest()
            manifest = self._expected(data) or self._parsed(data)
        except FileError as error:
            self._collector.unread(LedgerCode.CHAIN_BROKEN, path, error.reason)
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
        self._check_checkpoint(path, manifest)
        if manifest.next > size:
            count = str(manifest.next)
            self._collector.undetermined(
                LedgerCode.BEYOND_CHECKPOINT, path, reason="manifest", count=count, size=str(size)
            )
        elif manifest.entry is not None:
            entry = str(manifest.entry)
            self._collector.by_ledger(LedgerCode.CHAIN_BROKEN, path, reason="entries", entry=entry)

    def _expected(self, data: bytes) -> _Read | None:
        """Read a manifest that lists exactly what the ledger says, byte for byte, without parsing the list.

        Canonical JSON has one spelling, so the list is compared as it must be written. Whatever is not
        exactly so gives `None` and is parsed.
        """
        start, stop = data.find(_ENTRIES), data.rfind(b'],"first":')
        tail = _TAIL.fullmatch(data, max(stop, 0))
        if start < 0 or tail is None or not data.startswith(_HEAD):
            return None
        first, after = int(tail[1]), int(tail[2])
        if self._listed is None:
            return None
        if data[start + len(_ENTRIES) : stop] != b",".join(self._listed.between(first, after)):
            return None
        try:
            checkpoint = parse_canonical(data[len(_HEAD) : start])
            root = strict_base64(tail[4].decode())
        except MalformedError:
            return None
        if not isinstance(checkpoint, str):
            return None
        return _Read(int(tail[5]), tail[3].decode(), first, after, root, checkpoint.encode(), None)

    def _parsed(self, data: bytes) -> _Read:
        """Read any manifest; compare what it lists with the ledger's `filed` and `annotated` entries."""
        manifest = parse_manifest(data)
        entry = None
        if self._listed is not None:
            must = list(self._listed.between(manifest.first, manifest.next))
            lists = [entry.to_bytes() for entry in manifest.entries]
            if must != lists:
                differing = (_seq_of(line) for line in set(must) ^ set(lists))
                entry = min(differing, default=manifest.first)
        return _Read(
            manifest.seq,
            manifest.previous_sha256,
            manifest.first,
            manifest.next,
            manifest.root,
            manifest.checkpoint,
            entry,
        )

    def _check_checkpoint(self, path: str, manifest: _Read) -> None:
        try:
            checkpoint = unverified_checkpoint(manifest.checkpoint)
            signers = self._keys.signers(checkpoint.size, trusted=not self._collector.blind)
            if signers:
                checkpoint = open_checkpoint(manifest.checkpoint, signers, origin=self._keys.origin)
            elif self._keys.given:
                raise IntegrityError("no key signs for this size")
        except MalformedError as error:
            self._bad_checkpoint(self._collector.invalid, path, error)
            return
        except SigningError as error:
            # no given key signed: perhaps an older one did, which only a trusted ledger can name
            wrong = _has_signature_of(self._keys.given, manifest.checkpoint)
            note = self._collector.invalid if wrong else self._collector.by_ledger
            self._bad_checkpoint(note, path, error)
            return
        if checkpoint.size != manifest.next or checkpoint.root != manifest.root:
            self._broken(path, "checkpoint", expected=str(manifest.next), got=str(checkpoint.size))
            return
        if self._tree is None or manifest.next > self._tree.size:
            return  # BEYOND_CHECKPOINT or TILE_CORRUPT speaks of that
        if self._tree.root_at(manifest.next) != manifest.root:
            self._collector.by_ledger(LedgerCode.FORKED, path, reason="manifest", size=str(manifest.next))

    def _check_tail(self) -> None:
        """Every filed version must lie in some manifest: the newest one may not be missing."""
        if self._next is None or self._listed is None or self._hidden:
            return
        covered = self._listed.place(self._next)
        if covered < len(self._listed):
            self._collector.by_ledger(
                LedgerCode.CHAIN_BROKEN,
                "manifests",
                reason="uncovered",
                count=str(len(self._listed) - covered),
                entry=str(self._listed.number(covered)),
            )

    def _bad_checkpoint(self, note: Callable[..., None], path: str, error: SigningError) -> None:
        note(LedgerCode.CHECKPOINT_INVALID, path, reason="in_manifest", detail=str(error))

    def _broken(self, path: str, reason: str, **facts: str) -> None:
        self._collector.invalid(LedgerCode.CHAIN_BROKEN, path, reason=reason, **facts)


def _has_signature_of(keys: Iterable[Verifier], note: bytes) -> bool:
    """Say whether a note has a line of one of these keys, right or wrong."""
    known = {(key.name, key.key_id) for key in keys}
    return any((name, blob[:KEY_ID_SIZE]) in known for name, blob in split_note(note)[1])


def _seq_of(line: bytes) -> int:
    return int(line.partition(b'"seq":')[2].partition(b",")[0])
