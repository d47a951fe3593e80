"""The order of a verification: the numbered steps of docs/spec/verification.md."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from signing.checkpoint import Checkpoint, open_checkpoint, unverified_checkpoint
from signing.errors import FileError, MalformedError, SigningError, UsageError
from signing.findings import LedgerCode, Report, worst_verdict
from signing.note import Verifier
from signing.verifier.collector import Collector
from signing.verifier.evidence import EvidenceReader
from signing.verifier.folder import ArchiveFolder
from signing.verifier.history import History
from signing.verifier.ledger import LedgerReader
from signing.verifier.level import Level
from signing.verifier.manifests import ManifestReader
from signing.verifier.records import RecordChecker

MAX_CHECKPOINT_SIZE: Final = 1 << 20  # bytes
WORKERS: Final = 4  # threads that hash; more than processors do no harm
_COUNTED: Final = (
    "entries",
    "bundles",
    "tiles",
    "manifests",
    "certificates",
    "sealed_files",
    "sealed_read",
    "other_files",
    "bytes",
)


def verify_archive(
    root: Path,
    *,
    vkeys: Sequence[str],
    level: Level,
    remembered: bytes | None = None,
    progress: Callable[[int, int], None] | None = None,
    workers: int = WORKERS,
) -> Report:
    """Check an archive folder, whatever it holds: damage becomes findings, not errors.

    Args:
        root: the archive folder.
        vkeys: verifier keys of the log; without any the verdict is UNDETERMINED at best.
        level: how much content is read.
        remembered: an earlier checkpoint of this log, kept outside the archive.
        progress: called with the number of sealed files read so far, and of those to be read.
        workers: threads that hash, at least 1.

    Raises:
        UsageError: the folder does not exist, or a key cannot be used.
    """
    if not root.is_dir():
        raise UsageError("archive folder does not exist")
    try:
        verifiers = [Verifier.parse(vkey) for vkey in vkeys]
    except MalformedError as error:
        raise UsageError(str(error)) from error
    run = _Verification(root, verifiers)
    run.check_ledger()
    run.check_remembered(remembered)
    run.check_records(level, workers, progress)
    return run.report(level)


class _Verification:
    """One verification; its methods are called once each, in the order of the spec."""

    def __init__(self, root: Path, verifiers: Sequence[Verifier]) -> None:
        self._folder = ArchiveFolder(root)
        self._verifiers = verifiers
        self._collector = Collector()
        self._signed: Checkpoint | None = (
            None  # the published checkpoint, once its signature is known to hold
        )
        self._claimed = self._read_checkpoint()
        self._origin = self._log_name()
        self._ledger = LedgerReader(self._folder, self._collector)
        self._size = self._claimed.size if self._claimed else self._ledger.stored_size()
        self._history = History(
            self._origin or None,
            frozenset(verifier.vkey for verifier in verifiers),
            self._collector,
        )

    def _read_checkpoint(self) -> Checkpoint | None:
        """Do steps 1 and 2: return what the checkpoint claims, and note whether its signature holds."""
        claimed: Checkpoint | None = None
        try:
            data = self._folder.read("checkpoint", MAX_CHECKPOINT_SIZE)
            claimed = unverified_checkpoint(data)
            if self._verifiers:
                self._signed = open_checkpoint(data, self._verifiers, origin=claimed.origin)
            else:
                self._collector.undetermined(LedgerCode.CHECKPOINT_INVALID, "checkpoint", reason="no_key")
        except FileError as error:
            self._bad_checkpoint("file", problem=error.reason)
        except MalformedError as error:
            self._bad_checkpoint("malformed", detail=str(error))
        except SigningError as error:
            self._bad_checkpoint("signature", detail=str(error))
        return claimed

    def _log_name(self) -> str:
        """Return the log's origin: what the checkpoint claims if a key has that name, else a key's name."""
        names = [verifier.name for verifier in self._verifiers]
        claimed = self._claimed.origin if self._claimed else ""
        return names[0] if names and claimed not in names else claimed

    def check_ledger(self) -> None:
        """Do steps 3 to 7: entries, tree, tiles, history, manifests."""
        self._ledger.read(self._size, self._history.take)
        tree = self._ledger.tree if self._ledger.whole else None
        agrees = tree is not None and self._claimed is not None
        if tree is not None and self._claimed is not None:
            got = tree.root_at(self._size)
            if got != self._claimed.root:
                agrees = False
                self._bad_checkpoint("root", expected=self._claimed.root.hex(), got=got.hex())
        self._collector.blind = not (agrees and self._signed is not None)
        if self._size == 0:
            self._collector.undetermined(LedgerCode.NOTHING_CHECKED, "checkpoint", reason="ledger")
        reader = ManifestReader(self._folder, tree, self._history.versions, self._collector)
        reader.check(self._size, self._verifiers, self._origin)

    def check_remembered(self, remembered: bytes | None) -> None:
        """Do step 8: the log may have grown since the remembered checkpoint, and nothing else."""
        if remembered is None:
            return
        try:
            earlier = open_checkpoint(
                remembered, self._verifiers, origin=unverified_checkpoint(remembered).origin
            )
        except SigningError as error:
            self._collector.undetermined(
                LedgerCode.CHECKPOINT_INVALID, "remembered", reason="remembered", detail=str(error)
            )
            return
        tree = self._ledger.tree
        if self._claimed is not None and earlier.origin != self._claimed.origin:
            self._collector.undetermined(
                LedgerCode.CHECKPOINT_INVALID, "remembered", reason="other_log", origin=earlier.origin
            )
        elif earlier.size > self._size:
            self._collector.invalid(
                LedgerCode.ROLLED_BACK, "checkpoint", expected=str(earlier.size), got=str(self._size)
            )
        elif self._ledger.whole and tree.root_at(earlier.size) != earlier.root:
            self._collector.invalid(
                LedgerCode.FORKED, "checkpoint", reason="remembered", size=str(earlier.size)
            )

    def check_records(self, level: Level, workers: int, progress: Callable[[int, int], None] | None) -> None:
        """Do steps 9 to 11: papers of destruction, sealed files, files that nobody filed."""
        evidence = EvidenceReader(self._folder, self._history, self._collector).judge_all()
        checker = RecordChecker(self._folder, self._history, evidence, self._collector)
        checker.check(level, workers, progress)
        for folder in self._folder.unreadable:
            self._collector.undetermined(LedgerCode.UNREADABLE, folder, reason="folder")

    def report(self, level: Level) -> Report:
        """Do step 12: the worst finding is the verdict."""
        findings = self._collector.findings()
        return Report(
            verdict=worst_verdict(findings),
            level=str(level),
            read={name: self._folder.counts[name] for name in _COUNTED},
            records=dict(sorted(self._collector.records.items())),
            findings=findings,
            checkpoint=self._signed,
        )

    def _bad_checkpoint(self, reason: str, **facts: str) -> None:
        self._collector.invalid(LedgerCode.CHECKPOINT_INVALID, "checkpoint", reason=reason, **facts)
