"""Steps 10 and 11 of docs/spec/verification.md: what became of each record, and files that nobody filed.

Works part by part: the records whose ids begin with the same two characters, and the folders of that name.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from signing.findings import LedgerCode, RecordState
from signing.verifier.collector import Collector, Phase
from signing.verifier.content_checking import ContentChecker
from signing.verifier.evidence import UNREAD, Evidence
from signing.verifier.files import NOT_A_FILE, CountedFiles
from signing.verifier.history import History
from signing.verifier.record_history import (
    Destruction,
    Filing,
    RecordFollower,
    RecordHistory,
    SealedVersion,
    history_of,
)

UNFINISHED: Final = LedgerCode.DESTRUCTION_UNFINISHED
_OK: Final = RecordState.OK.value  # a plain text, which is counted much faster
_KEY: Final = 2  # characters of a record id that name its folder


class RecordChecker:
    """Compares the sealed files with what the ledger says must, and must not, be there.

    Attributes:
        intact: how many files that must be there are there, with their length.
    """

    def __init__(
        self,
        files: CountedFiles,
        history: History,
        evidence: Mapping[str, Evidence],
        collector: Collector,
        *,
        told: bool = True,
    ) -> None:
        """Prepare; without `told` no entry could be read, and nothing can be said of any file."""
        self.intact = 0
        self._told = told
        self._untold = 0  # files of which nothing can be said
        self._files = files
        self._history = history
        self._evidence = evidence
        self._collector = collector
        self._follower = RecordFollower(history.batches, collector)
        self._sizes: dict[str, int] = {}  # of the files of the part at hand that no entry has named so far

    def check(self, content: ContentChecker | None) -> None:
        """Judge every record, have the content read that the level asks for, and name what nobody filed."""
        folders = self._part_folders()
        for key in sorted({*map(bytes.decode, self._history.rows.keys()), *folders}):
            for folder in folders.get(key, ()):
                self._list(folder)
            records = self._follower.follow(self._history.rows.part(key.encode()))
            self._settle_all(records, content)
            self._note_unledgered()
        if content is not None:
            content.end()
        if self._untold:
            count = str(self._untold)
            self._collector.undetermined(
                LedgerCode.NOTHING_CHECKED, "records", reason="no_entries", count=count
            )
        self._note_counts()
        self._note_open_batches()

    def _part_folders(self) -> dict[str, list[str]]:
        """Return the folders of each part; whatever else lies around them is nobody's."""
        parts: dict[str, list[str]] = {}
        top = self._files.children("records")
        self._sizes.update(top.files)
        for year in top.folders:
            found = self._files.children(year)
            self._sizes.update(found.files)
            for folder in found.folders:
                key = folder.rpartition("/")[2]
                if len(key) == _KEY and key.isascii():
                    parts.setdefault(key, []).append(folder)
                else:
                    self._sizes.update(self._files.below(folder))
        self._files.counts["sealed_files"] += len(self._sizes)
        self._note_unledgered()
        return parts

    def _list(self, folder: str) -> None:
        found = self._files.children(folder)
        sizes = dict(found.files)
        for deeper in found.folders:
            sizes.update(self._files.below(deeper))
        self._files.counts["sealed_files"] += len(sizes)
        self._sizes.update(sizes)

    def _settle_all(
        self, records: Mapping[str, RecordHistory | Filing], content: ContentChecker | None
    ) -> None:
        """Settle every record; one that was only filed takes the short way if its file is as it must be."""
        sizes, fine = self._sizes, 0
        for record, history in records.items():
            if not isinstance(history, list):
                self._settle(record, history, content)
                continue
            path = f"records/{history[4]}/{record[:2]}/{record}.{history[3]}.sealed"
            if content is None and sizes.get(path) == int(history[6]):
                del sizes[path]
                fine += 1
            else:
                self._settle(record, history_of(history), content)
        if fine:
            self._collector.records[_OK] += fine
            self.intact += fine

    def _settle(self, record: str, history: RecordHistory, content: ContentChecker | None) -> None:
        """Settle a record's state as far as its files' existence and size tell."""
        versions = history.versions
        sizes = [self._sizes.pop(version.path, None) for version in versions]
        if history.destroyed is not None:
            kept = [one for one, size in zip(versions, sizes, strict=True) if size is not None]
            self._place(versions)
            state = self._judge_destroyed(record, history, history.destroyed, kept)
            self._collector.records[state] += 1
            return
        state, intact = _OK, versions
        if sizes != [version.size for version in versions]:
            self._place(versions)
            state, intact = self._judge_damaged(record, history, sizes)
        self._collector.records[state] += 1
        self.intact += len(intact)
        if content is not None:
            content.take(versions, intact, state)

    def _place(self, versions: Sequence[SealedVersion]) -> None:
        self._collector.place(Phase.RECORDS, versions[0].seq)

    def _judge_damaged(
        self, record: str, history: RecordHistory, sizes: Sequence[int | None]
    ) -> tuple[str, list[SealedVersion]]:
        """Judge a living record of whose files some are gone or of another size; return the intact ones."""
        state = _OK
        intact: list[SealedVersion] = []
        gone: list[SealedVersion] = []
        for version, size in zip(history.versions, sizes, strict=True):
            if size is None:
                gone.append(version)
            elif size == version.size:
                intact.append(version)
            else:
                state = self._corrupt(version, size)
        if gone:
            state = self._judge_gone(record, history, gone)
        return state, intact

    def _judge_destroyed(
        self, record: str, history: RecordHistory, destroyed: Destruction, kept: list[SealedVersion]
    ) -> str:
        problems = self._problems(history, destroyed)
        if kept:
            for version in kept:
                self._note(RecordState.RESURRECTED, version.path, record, "", batch=destroyed.batch)
            return RecordState.RESURRECTED
        if not problems:
            return RecordState.DESTROYED_AUTHORISED
        return self._unlawful(record, history.versions[0].path, destroyed, problems)

    def _judge_gone(self, record: str, history: RecordHistory, gone: list[SealedVersion]) -> str:
        """Judge a record whose file is gone without a `destroyed` entry."""
        if self._files.hides(gone[0].path):
            self._collector.undetermined(LedgerCode.UNREADABLE, gone[0].path, reason="hidden", record=record)
            return LedgerCode.UNREADABLE
        batch = self._open_batch(history)
        if batch is None and (unread := self._unread_catalogue()):
            return self._papers_unread(record, gone[0].path, unread)
        if batch is None:
            for version in gone:
                self._note(RecordState.MISSING, version.path, record, "no_entry")
            return RecordState.MISSING
        started = self._history.batches[batch].started
        day = started.local_day if started is not None else date.min
        due = history.due_day
        act = Destruction(-1, batch, len(history.versions), due, due, day, bool(history.holds))
        problems = self._problems(history, act)
        if problems:
            return self._unlawful(record, gone[0].path, act, problems)
        self._collector.undetermined(UNFINISHED, gone[0].path, reason="record", record=record, batch=batch)
        return UNFINISHED

    def _open_batch(self, history: RecordHistory) -> str | None:
        """Return the newest started and not completed batch whose catalogue lists the record."""
        found = [batch for batch in history.listed or () if self._evidence[batch].unfinished]
        return found[-1] if found else None

    def _problems(self, history: RecordHistory, act: Destruction) -> list[str]:
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
        batch = self._history.batches[act.batch]
        if (history.outside or batch.outside) and not batch.authorised:
            problems.append("authority_missing")
        started = batch.started
        if started is not None and 0 <= act.seq < started.seq:
            problems.append("before_start")
        filed = tuple(version.sealed_sha256 for version in history.versions)
        listed = (history.listed or {}).get(act.batch)
        if evidence.listed and listed is None:
            problems.append("not_listed")
        elif evidence.listed and listed != filed:
            problems.append("listed_otherwise")
        if act.stated_due != act.due or act.versions != len(filed):
            problems.append("entry_differs")
        return problems

    def _unlawful(self, record: str, path: str, act: Destruction, problems: list[str]) -> str:
        if UNREAD.issuperset(problems):
            return self._papers_unread(record, path, act.batch)
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

    def _unread_catalogue(self) -> str:
        """Return an unfinished batch whose catalogue cannot be read: it may list any record."""
        open_batches = ((name, one) for name, one in self._evidence.items() if one.unfinished)
        return next((name for name, one in open_batches if "catalogue_unread" in one.problems), "")

    def _papers_unread(self, record: str, path: str, batch: str) -> str:
        """Note a record of which only papers could tell that the system refuses to read."""
        self._collector.undetermined(LedgerCode.UNREADABLE, path, reason="papers", record=record, batch=batch)
        return LedgerCode.UNREADABLE

    def _corrupt(self, version: SealedVersion, size: int) -> str:
        facts = {"expected": str(version.size), "got": str(size)}
        reason, facts = ("not_a_file", {}) if size == NOT_A_FILE else ("size", facts)
        self._note(RecordState.CORRUPT, version.path, version.record, reason, **facts)
        return RecordState.CORRUPT

    def _note(self, code: RecordState, where: str, record: str, reason: str, **facts: str) -> None:
        if reason:
            facts["reason"] = reason
        self._collector.by_ledger(code, where, record=record, **facts)

    def _note_unledgered(self) -> None:
        """Name the files of the part at hand that no entry named."""
        if not self._told:
            self._untold += len(self._sizes)
            self._sizes.clear()
        self._collector.place(Phase.NOBODY)
        for path in sorted(self._sizes):
            self._collector.records[RecordState.UNLEDGERED] += 1
            self._collector.by_ledger(RecordState.UNLEDGERED, path)
        self._sizes.clear()

    def _note_counts(self) -> None:
        """Compare what completions say with the number of records that were entered as destroyed before."""
        for name, batch in self._history.batches.items():
            for one in batch.completions:
                if one.destroyed != one.count:
                    self._collector.place(Phase.LEDGER, one.seq)
                    self._collector.by_ledger(
                        LedgerCode.HISTORY_INVALID,
                        f"entry {one.seq}",
                        reason="count_differs",
                        batch=name,
                        expected=str(one.count),
                        got=str(one.destroyed),
                    )

    def _note_open_batches(self) -> None:
        """Name every batch that was started and not completed, even if no file is gone yet."""
        self._collector.place(Phase.BATCHES)
        for batch, evidence in self._evidence.items():
            if evidence.unfinished:
                self._collector.undetermined(UNFINISHED, f"certificates/{batch}", reason="batch", batch=batch)
