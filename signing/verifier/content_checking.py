"""Step 10.4 of docs/spec/verification.md: the content of sealed files against the ledger's digests."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from signing.findings import LedgerCode, RecordState
from signing.verifier.collector import Collector, Phase
from signing.verifier.content import ContentReader, Read
from signing.verifier.record_history import SealedVersion
from signing.verifier.resume import Resumption

Progress = Callable[[int, int], None]
"""Takes how many sealed files are done, and how many there are to be read."""


class ContentChecker:
    """Has sealed files read and judges what comes back; keeps nothing of files that are right.

    Args:
        reader: reads them.
        resumption: what an earlier run has read, if this one goes on with it.
        collector: takes what is found; the states of records in it are put right.
        counts: what was read.
        progress: told of every file that is done.
        total: how many there will be, as far as the ledger tells.

    Attributes:
        asked: how many files were read, or were read by an earlier run.
    """

    def __init__(
        self,
        reader: ContentReader,
        resumption: Resumption | None,
        collector: Collector,
        *,
        counts: Counter[str],
        progress: Progress,
        total: int,
    ) -> None:
        self._reader = reader
        self._resumption = resumption
        self._collector = collector
        self._counts = counts
        self._progress = progress
        self._total = total
        self.asked = 0
        self._done = 0
        self._met = 0  # files in the order of reading, which the ledger alone determines
        self._numbers: dict[int, int] = {}  # of the files under way, by their entries
        self._states: dict[str, str] = {}  # of records that are not OK and have files under way

    def take(self, versions: Sequence[SealedVersion], intact: Sequence[SealedVersion], state: str) -> None:
        """Have those of a living record's files read that the level asks for.

        Args:
            versions: all its files, as the ledger names them.
            intact: those that are there with their length.
            state: what is known of the record without reading.
        """
        for version in versions:
            if not version.wanted:
                continue
            number = self._met
            self._met += 1
            if version not in intact:
                if self._resumption is not None:
                    self._resumption.again(number)
                self._tell()
                continue
            self.asked += 1
            if self._resumption is not None and self._resumption.skips(number):
                self._tell()
            else:
                if state != RecordState.OK:
                    self._states[version.record] = state
                self._numbers[version.seq] = number
                self._judge(self._reader.submit(version))

    def end(self) -> None:
        """Judge the rest; a run that came this far need not be gone on with."""
        self._judge(self._reader.rest())
        if self._resumption is not None:
            self._counts["sealed_taken_over"] += self._resumption.taken_over
            self._resumption.finish()

    def _judge(self, found: Iterable[tuple[SealedVersion, Read]]) -> None:
        for version, read in found:
            number = self._numbers.pop(version.seq)
            right = read.digest == version.sealed_sha256
            if read.digest is not None:
                self._counts["sealed_read"] += 1
                self._counts["bytes"] += read.length
            if not right:
                self._note(version, read)
            if self._resumption is not None:
                self._resumption.note(number, right=right)
            self._tell()

    def _note(self, version: SealedVersion, read: Read) -> None:
        self._collector.place(Phase.RECORDS, version.seq)
        if read.digest is None:
            self._collector.undetermined(
                LedgerCode.UNREADABLE,
                version.path,
                reason="file",
                record=version.record,
                problem=read.problem,
            )
            self._becomes(version.record, LedgerCode.UNREADABLE)
            return
        self._collector.by_ledger(
            RecordState.CORRUPT,
            version.path,
            record=version.record,
            reason="digest",
            expected=version.sealed_sha256,
            got=read.digest,
        )
        self._becomes(version.record, RecordState.CORRUPT)

    def _becomes(self, record: str, state: str) -> None:
        records = self._collector.records
        before = self._states.get(record, RecordState.OK)
        records[before] -= 1
        records[state] += 1
        if not records[before]:
            del records[before]
        self._states[record] = state

    def _tell(self) -> None:
        self._done += 1
        self._progress(self._done, max(self._total, self._done))
