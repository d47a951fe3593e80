"""The order of a verification: the numbered steps of docs/spec/verification.md."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from signing.checkpoint import Checkpoint, open_checkpoint, unverified_checkpoint
from signing.errors import FileError, MalformedError, SigningError, UsageError
from signing.findings import Consistency, LedgerCode, Report, worst_verdict
from signing.note import Verifier
from signing.tile_reader import TileTree
from signing.verifier.collector import Collector, Phase
from signing.verifier.content import ContentReader
from signing.verifier.content_checking import ContentChecker
from signing.verifier.evidence import EvidenceReader
from signing.verifier.files import ArchiveFiles, CountedFiles
from signing.verifier.folder import ArchiveFolder
from signing.verifier.history import History
from signing.verifier.keys import LogKeys
from signing.verifier.ledger import LedgerReader
from signing.verifier.level import Level
from signing.verifier.manifests import ManifestReader
from signing.verifier.records import RecordChecker
from signing.verifier.resume import Resumption

MAX_CHECKPOINT_SIZE: Final = 1 << 20  # bytes
WORKERS: Final = 2  # processes that hash
_COUNTED: Final = (
    "entries",
    "bundles",
    "tiles",
    "manifests",
    "certificates",
    "sealed_files",
    "sealed_read",
    "sealed_taken_over",
    "other_files",
    "bytes",
)

Progress = Callable[[str, int, int], None]
"""Takes `ledger` or `content`, how many entries or sealed files are done, and how many there are."""


def verify_archive(
    archive: Path | ArchiveFiles,
    *,
    vkeys: Sequence[str],
    level: Level,
    remembered: Sequence[bytes] = (),
    progress: Progress | None = None,
    workers: int = WORKERS,
    resume: Path | None = None,
) -> Report:
    """Check an archive, whatever it holds: damage becomes findings, not errors.

    Args:
        archive: the archive folder, or another place that holds one.
        vkeys: verifier keys of the log; without any the verdict is UNDETERMINED at best.
        level: how much content is read.
        remembered: earlier checkpoints of this log, kept outside the archive.
        progress: told how far the work has come.
        workers: processes or threads that hash, at least 1.
        resume: a file outside the archive by which an interrupted reading of content goes on; made if it is
            missing, removed at the end. Whoever can write it can hide changes: the report says how much
            was taken over.

    Raises:
        UsageError: the folder does not exist, or a key or the resume file cannot be used.
    """
    if isinstance(archive, Path) and not archive.is_dir():
        raise UsageError("archive folder does not exist")
    try:
        verifiers = [Verifier.parse(vkey) for vkey in vkeys]
    except MalformedError as error:
        raise UsageError(str(error)) from error
    files = ArchiveFolder(archive) if isinstance(archive, Path) else archive
    run = _Verification(files, verifiers, level, progress or _silent)
    try:
        run.check_ledger()
        for data in remembered:
            run.check_remembered(data)
        run.check_records(workers, resume)
        return run.report()
    finally:
        run.close()


def _silent(_step: str, _done: int, _total: int) -> None:
    """Show no progress."""


class _Verification:
    """One verification; its methods are called in the order of the spec."""

    def __init__(
        self, files: ArchiveFiles, verifiers: Sequence[Verifier], level: Level, progress: Progress
    ) -> None:
        self._files = CountedFiles(files)
        self._level = level
        self._progress = progress
        self._collector = Collector()
        self._verifiers = verifiers
        self._data = b""
        self._signed: Checkpoint | None = None  # the published checkpoint, once its signature holds
        self._claimed = self._read_checkpoint()
        self._keys = LogKeys(self._log_name(), verifiers)
        self._ledger = LedgerReader(self._files, self._collector)
        self._size = self._claimed.size if self._claimed else self._ledger.stored_size()
        self._history = History(self._keys, level, self._collector)
        self._nothing = False  # entries should be there, and not one could be read
        self._consistency: list[Consistency] = []

    def _read_checkpoint(self) -> Checkpoint | None:
        """Do steps 1 and 2: return what the checkpoint claims, and note whether its signature holds."""
        claimed: Checkpoint | None = None
        try:
            self._data = self._files.read("checkpoint", MAX_CHECKPOINT_SIZE)
            claimed = unverified_checkpoint(self._data)
            if self._verifiers:
                self._signed = open_checkpoint(self._data, self._verifiers, origin=claimed.origin)
            else:
                self._collector.undetermined(LedgerCode.CHECKPOINT_INVALID, "checkpoint", reason="no_key")
        except FileError as error:
            self._collector.unread(LedgerCode.CHECKPOINT_INVALID, "checkpoint", error.reason)
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
        self._ledger.read(
            self._size, self._history.take, lambda done, total: self._progress("ledger", done, total)
        )
        tree = self._ledger.tree if self._ledger.whole else None
        agrees = tree is not None and self._claimed is not None
        self._collector.place(Phase.ROOT)
        if tree is not None and self._claimed is not None:
            got = tree.root_at(self._size)
            if got != self._claimed.root:
                agrees = False
                self._bad_checkpoint("root", expected=self._claimed.root.hex(), got=got.hex())
        self._collector.blind = not (agrees and self._signed is not None)
        if self._size == 0:
            self._collector.undetermined(LedgerCode.NOTHING_CHECKED, "checkpoint", reason="ledger")
        self._check_keys()
        self._nothing = self._collector.blind and not self._files.counts["entries"]
        listed = None if self._nothing else self._history.listed
        reader = ManifestReader(self._files, tree, listed, self._keys, self._collector)
        reader.check(self._size)

    def _check_keys(self) -> None:
        """Compare the keys that the ledger names with the given ones, and with the checkpoint's signature."""
        if self._keys.foreign:
            self._collector.place(Phase.LEDGER)
            self._collector.by_ledger(
                LedgerCode.HISTORY_INVALID, "entry 0", reason="foreign_log", origin=self._keys.origin
            )
        elif not self._collector.blind:
            try:
                signers = self._keys.signers(self._size, trusted=True)
                open_checkpoint(self._data, signers, origin=self._keys.origin)
            except SigningError as error:
                self._collector.place(Phase.ROOT)
                self._bad_checkpoint("retired_key", detail=str(error))

    def check_remembered(self, remembered: bytes) -> None:
        """Do step 8: the log may have grown since the remembered checkpoint, and nothing else."""
        self._collector.place(Phase.REMEMBERED)
        keys = self._keys.all(trusted=not self._collector.blind)
        try:
            origin = unverified_checkpoint(remembered).origin
            earlier = open_checkpoint(remembered, keys, origin=origin)
        except SigningError as error:
            self._collector.undetermined(
                LedgerCode.CHECKPOINT_INVALID, "remembered", reason="remembered", detail=str(error)
            )
            return
        if self._claimed is not None and earlier.origin != self._claimed.origin:
            self._collector.undetermined(
                LedgerCode.CHECKPOINT_INVALID, "remembered", reason="other_log", origin=earlier.origin
            )
        elif self._claimed is None and self._ledger.hidden:
            return  # nothing shows how far the ledger reaches; UNREADABLE speaks of the folder
        elif earlier.size > self._size:
            self._collector.invalid(
                LedgerCode.ROLLED_BACK, "checkpoint", expected=str(earlier.size), got=str(self._size)
            )
        elif self._ledger.whole:
            self._compare_roots(earlier)

    def _compare_roots(self, earlier: Checkpoint) -> None:
        if self._ledger.tree.root_at(earlier.size) != earlier.root:
            self._collector.invalid(
                LedgerCode.FORKED, "checkpoint", reason="remembered", size=str(earlier.size)
            )
        elif self._signed is not None and earlier.size > 0 and not self._collector.blind:
            try:
                path = TileTree(self._files.files.read, self._size).consistency_path(earlier.size, self._size)
            except SigningError:
                return  # TILE_CORRUPT speaks of the tile
            self._consistency.append(Consistency(earlier, self._signed, tuple(path)))

    def check_records(self, workers: int, resume: Path | None) -> None:
        """Do steps 9 to 11: papers of destruction, sealed files, files that nobody filed."""
        evidence = EvidenceReader(self._files, self._history, self._collector).judge_all()
        checker = RecordChecker(self._files, self._history, evidence, self._collector, told=not self._nothing)
        if self._level.part:
            self._check_with_content(checker, workers, resume)
        else:
            checker.check(None)
        self._collector.place(Phase.FOLDERS)
        for folder in self._files.unreadable:
            self._collector.undetermined(LedgerCode.UNREADABLE, folder, reason="folder")

    def _check_with_content(self, checker: RecordChecker, workers: int, resume: Path | None) -> None:
        resumption = None
        if resume is not None and self._signed is not None and not self._collector.blind:
            resumption = Resumption(resume, self._signed, self._level)
        wanted = self._history.wanted
        reader = ContentReader(self._files.files, workers, wanted)
        content = ContentChecker(
            reader,
            resumption,
            self._collector,
            counts=self._files.counts,
            progress=lambda done, total: self._progress("content", done, total),
            total=wanted,
        )
        try:
            checker.check(content)
        finally:
            reader.close()
            if resumption is not None:
                resumption.interrupt()
        if checker.intact and not content.asked:
            self._collector.place(Phase.NOBODY)
            self._collector.undetermined(LedgerCode.NOTHING_CHECKED, "records", reason="content")

    def report(self) -> Report:
        """Do step 12: the worst finding is the verdict."""
        findings = self._collector.findings()
        return Report(
            verdict=worst_verdict(findings),
            level=str(self._level),
            read={name: self._files.counts[name] for name in _COUNTED},
            records=dict(sorted(self._collector.records.items())),
            findings=findings,
            checkpoint=self._signed,
            consistency=tuple(self._consistency),
        )

    def close(self) -> None:
        """Forget what lies in temporary files."""
        self._history.close()
        self._ledger.tree.close()

    def _bad_checkpoint(self, reason: str, **facts: str) -> None:
        self._collector.invalid(LedgerCode.CHECKPOINT_INVALID, "checkpoint", reason=reason, **facts)
