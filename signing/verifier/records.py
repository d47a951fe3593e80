"""Steps 10 and 11 of docs/spec/verification.md: what became of each record, and files that nobody filed."""

from collections.abc import Callable, Mapping
from datetime import date

from signing.findings import LedgerCode, RecordState
from signing.verifier.collector import Collector
from signing.verifier.digests import digests
from signing.verifier.evidence import Evidence
from signing.verifier.files import NOT_A_FILE
from signing.verifier.folder import ArchiveFolder
from signing.verifier.history import Destruction, History, RecordHistory, SealedVersion
from signing.verifier.level import Level

UNFINISHED = LedgerCode.DESTRUCTION_UNFINISHED


class RecordChecker:
    """Compares the sealed files with what the ledger says must, and must not, be there."""

    def __init__(
        self,
        folder: ArchiveFolder,
        history: History,
        evidence: Mapping[str, Evidence],
        collector: Collector,
    ) -> None:
        self._folder = folder
        self._history = history
        self._evidence = evidence
        self._collector = collector
        self._files = folder.listing("records")
        self._states: dict[str, str] = {}
        self._open_batch = {
            record: batch for batch, one in evidence.items() if one.unfinished for record in one.items or ()
        }

    def check(self, level: Level, workers: int, progress: Callable[[int, int], None] | None) -> None:
        """Judge every record, read the content that the level asks for, and name what nobody filed."""
        self._folder.counts["sealed_files"] += len(self._files)
        intact = {
            version.path
            for record, history in self._history.records.items()
            for version in self._check_record(record, history)
        }
        wanted = [
            version
            for index, version in enumerate(self._history.versions)
            if level.reads(index) and version.path in intact
        ]
        self._check_content(wanted, workers, progress)
        if level.part and intact and not wanted:
            self._collector.undetermined(LedgerCode.NOTHING_CHECKED, "records", reason="content")
        self._collector.records.update(self._states.values())
        for path in sorted(self._files):
            self._collector.records[RecordState.UNLEDGERED] += 1
            self._collector.by_ledger(RecordState.UNLEDGERED, path)
        self._note_open_batches()

    def _check_record(self, record: str, history: RecordHistory) -> list[SealedVersion]:
        """Settle a record's state as far as its files' existence and size tell; return the intact files."""
        sizes = [self._files.pop(version.path, None) for version in history.versions]
        if history.destroyed is not None:
            kept = [v for v, size in zip(history.versions, sizes, strict=True) if size is not None]
            self._states[record] = self._judge_destroyed(record, history, history.destroyed, kept)
            return []
        self._states[record] = RecordState.OK
        gone = [v for v, size in zip(history.versions, sizes, strict=True) if size is None]
        intact: list[SealedVersion] = []
        for version, size in zip(history.versions, sizes, strict=True):
            if size == version.size:
                intact.append(version)
            elif size is not None:
                self._corrupt_size(version, size)
        if gone:
            self._states[record] = self._judge_gone(record, history, gone)
        return intact

    def _judge_destroyed(
        self, record: str, history: RecordHistory, destroyed: Destruction, kept: list[SealedVersion]
    ) -> str:
        problems = self._problems(record, history, destroyed)
        if kept:
            for version in kept:
                self._note(RecordState.RESURRECTED, version.path, record, "", batch=destroyed.batch)
            return RecordState.RESURRECTED
        if not problems:
            return RecordState.DESTROYED_AUTHORISED
        return self._unlawful(record, history.versions[0].path, destroyed, problems)

    def _judge_gone(self, record: str, history: RecordHistory, gone: list[SealedVersion]) -> str:
        """Judge a record whose file is gone without a `destroyed` entry."""
        if self._folder.hides(gone[0].path):
            self._collector.undetermined(LedgerCode.UNREADABLE, gone[0].path, reason="hidden", record=record)
            return LedgerCode.UNREADABLE
        batch = self._open_batch.get(record)
        if batch is None:
            for version in gone:
                self._note(RecordState.MISSING, version.path, record, "no_entry")
            return RecordState.MISSING
        started = self._history.batches[batch].started
        day = started.local_day if started is not None else date.min
        act = Destruction(
            -1, batch, len(history.versions), history.due, history.due, day, bool(history.holds)
        )
        problems = self._problems(record, history, act)
        if problems:
            return self._unlawful(record, gone[0].path, act, problems)
        self._collector.undetermined(UNFINISHED, gone[0].path, reason="record", record=record, batch=batch)
        return UNFINISHED

    def _problems(self, record: str, history: RecordHistory, act: Destruction) -> list[str]:
        """Return every reason why a destruction was not lawful, in the order of the spec."""
        problems: list[str] = []
        if act.due is None or act.local_day < act.due:
            problems.append("early")
        if act.held:
            problems.append("held")
        evidence = self._evidence.get(act.batch)
        if evidence is None:
            return [*problems, "no_batch"]
        problems.extend(evidence.problems)
        started = self._history.batches[act.batch].started
        if started is not None and 0 <= act.seq < started.seq:
            problems.append("before_start")
        filed = tuple(version.sealed_sha256 for version in history.versions)
        if evidence.items is not None and record not in evidence.items:
            problems.append("not_listed")
        elif evidence.items is not None and evidence.items[record] != filed:
            problems.append("listed_otherwise")
        if act.stated_due != act.due or act.versions != len(filed):
            problems.append("entry_differs")
        return problems

    def _unlawful(self, record: str, path: str, act: Destruction, problems: list[str]) -> str:
        if "early" in problems:
            state = RecordState.EARLY_DESTROYED
        elif "held" in problems:
            state = RecordState.HELD_BUT_DESTROYED
        else:
            state = RecordState.MISSING
        facts = {
            "batch": act.batch,
            "problems": ",".join(problems),
            "destroyed_on": act.local_day.isoformat(),
        }
        if act.due is not None:
            facts["due"] = act.due.isoformat()
        reason = "no_authority" if state is RecordState.MISSING else ""
        if state is RecordState.EARLY_DESTROYED and act.due is None:
            reason = "no_due"
        self._note(state, path, record, reason, **facts)
        return state

    def _corrupt_size(self, version: SealedVersion, size: int) -> None:
        if size == NOT_A_FILE:
            self._corrupt(version, "not_a_file")
        else:
            self._corrupt(version, "size", expected=str(version.size), got=str(size))

    def _check_content(
        self, wanted: list[SealedVersion], workers: int, progress: Callable[[int, int], None] | None
    ) -> None:
        counts = self._folder.counts
        for done, (version, read) in enumerate(digests(self._folder, wanted, workers), 1):
            if read.digest is None:
                self._unreadable(version, read.problem)
            else:
                counts["sealed_read"] += 1
                counts["bytes"] += read.length
                if read.digest != version.sealed_sha256:
                    self._corrupt(version, "digest", expected=version.sealed_sha256, got=read.digest)
            if progress is not None:
                progress(done, len(wanted))

    def _unreadable(self, version: SealedVersion, problem: str) -> None:
        self._collector.undetermined(
            LedgerCode.UNREADABLE, version.path, reason="file", record=version.record, problem=problem
        )
        self._states[version.record] = LedgerCode.UNREADABLE

    def _corrupt(self, version: SealedVersion, reason: str, **facts: str) -> None:
        self._states[version.record] = RecordState.CORRUPT
        self._note(RecordState.CORRUPT, version.path, version.record, reason, **facts)

    def _note(self, code: RecordState, where: str, record: str, reason: str, **facts: str) -> None:
        if reason:
            facts["reason"] = reason
        self._collector.by_ledger(code, where, record=record, **facts)

    def _note_open_batches(self) -> None:
        """Name every batch that was started and not completed, even if no file is gone yet."""
        for batch, evidence in self._evidence.items():
            if evidence.unfinished:
                self._collector.undetermined(UNFINISHED, f"certificates/{batch}", reason="batch", batch=batch)
