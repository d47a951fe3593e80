"""Step 6 of docs/spec/verification.md for single records: what the entries, in order, say became of each."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from signing.entries import SHORTENING_CAUSES, local_day_of
from signing.findings import LedgerCode
from signing.shape import parse_time
from signing.verifier.collector import Collector, Phase
from signing.verifier.history import BatchHistory


class SealedVersion(NamedTuple):
    """One `filed` or `annotated` entry: the file that must exist.

    Attributes:
        seq: position of the entry.
        record, version, year: they make the path.
        sealed_sha256: SHA-256 in hex.
        size: length in bytes.
        wanted: the level asks for its content.
    """

    seq: int
    record: str
    version: str
    year: str
    sealed_sha256: str
    size: int
    wanted: bool

    @property
    def path(self) -> str:
        """Its only possible place."""
        return f"records/{self.year}/{self.record[:2]}/{self.record}.{self.version}.sealed"


@dataclass(frozen=True, slots=True)
class Destruction:
    """One `destroyed` entry, with what the ledger said of the record at that moment.

    Attributes:
        seq: position of the entry.
        batch: destruction batch.
        versions: how many versions the entry says were destroyed.
        stated_due: `due` as the entry says.
        due: first day on which destruction was allowed; `None` if no period ran.
        local_day: day of the destruction in Taiwan.
        held: a hold was open.
    """

    seq: int
    batch: str
    versions: int
    stated_due: date | None
    due: date | None
    local_day: date
    held: bool


_NOTHING: Final[frozenset[str]] = frozenset()


@dataclass(slots=True)
class RecordHistory:
    """What the ledger says of one record.

    Attributes:
        versions: its sealed files.
        due: first day on which it may be destroyed, by the newest version or change; empty if no period runs.
        last_due: the newest `due` that was named, so that an entry without one does not hide a shortening.
        outside: a version is of class B: an authority outside the agency must approve its destruction.
        holds: holds in force.
        loan: the loan under which it is away; empty if it is not.
        destroyed: its destruction, if there was one.
        listed: digests of its files by the batches whose catalogue lists it.
    """

    versions: list[SealedVersion]
    due: str
    last_due: str
    outside: bool
    holds: frozenset[str] = _NOTHING
    loan: str = ""
    destroyed: Destruction | None = None
    listed: dict[str, tuple[str, ...]] | None = None

    @property
    def due_day(self) -> date | None:
        """`due` as a day."""
        return date.fromisoformat(self.due) if self.due else None


Filing = list[str]
"""The parts of the one row that speaks of a record: it was filed, and nothing was done with it but reading.

That is what nearly all records are, and nothing more is made of it as long as nobody asks.
"""


def history_of(filing: Filing) -> RecordHistory:
    """Return what such a row tells."""
    position, _, record, version, year, digest, size, due, wanted, outside = filing
    sealed = SealedVersion(int(position), record, version, year, digest, int(size), bool(wanted))
    return RecordHistory([sealed], due, due, bool(outside))


class RecordFollower:
    """Follows what `History.rows` holds of some records; contradictions become findings."""

    def __init__(self, batches: Mapping[str, BatchHistory], collector: Collector) -> None:
        self._batches = batches
        self._collector = collector
        self._records: dict[str, RecordHistory | Filing] = {}

    def follow(self, rows: Iterable[bytes]) -> Mapping[str, RecordHistory | Filing]:
        """Return the records that are spoken of, in the order of filing."""
        records = self._records = {}
        for row in rows:
            used = row.partition(b"\tx\t")[2]  # most rows only say that a living record was used
            if used and _lives(records.get(used.decode())):
                continue
            fields = row.decode().split("\t")
            if fields[1] == "f" and fields[3] == "1" and fields[2] not in records:
                records[fields[2]] = fields
            else:
                self._follow_row(fields)
        return records

    def _follow_row(self, fields: list[str]) -> None:
        position, kind, record, *more = fields
        history = self._records.get(record)
        if isinstance(history, list):
            history = self._records[record] = history_of(history)
        if kind == "f":
            self._filed(int(position), record, history, more)
        elif kind == "c":
            _list(history, more)
        elif history is None:
            self._contradicts(int(position), "unknown_record", record=record)
        elif kind == "k":
            return  # a copy may be found, and must be destroyed, when its record is gone already
        elif history.destroyed is not None:
            self._contradicts(int(position), "after_destruction", record=record)
        elif kind != "x":
            self._act(int(position), kind, record, history, more)

    def _filed(self, position: int, record: str, history: RecordHistory | None, more: list[str]) -> None:
        version, year, digest, size, due, wanted, outside = more
        sealed = SealedVersion(position, record, version, year, digest, int(size), bool(wanted))
        if history is None:
            history = self._records[record] = RecordHistory([sealed], due, due, bool(outside))
            if version != "1":
                self._contradicts(position, "version_gap", record=record, version=version)
            return
        if version == "1":
            self._contradicts(position, "filed_twice", record=record)
            return
        if int(version) != len(history.versions) + 1:
            self._contradicts(position, "version_gap", record=record, version=version)
        if history.destroyed is not None:
            self._contradicts(position, "after_destruction", record=record)
        self._governs(position, record, history, due)
        history.outside = history.outside or bool(outside)
        history.versions.append(sealed)

    def _governs(self, position: int, record: str, history: RecordHistory, due: str, cause: str = "") -> None:
        """Let a newer first day govern; an earlier one than the last needs a cause that allows it."""
        if due and due < history.last_due and cause not in SHORTENING_CAUSES:
            self._contradicts(position, "due_shortened", record=record, before=history.last_due, due=due)
        history.due = due
        history.last_due = due or history.last_due

    def _act(self, position: int, kind: str, record: str, history: RecordHistory, more: list[str]) -> None:
        what = more[0]
        if kind == "d":
            self._destroyed(position, history, more)
        elif kind == "t":
            self._governs(position, record, history, what, more[1])
        elif kind == "l":
            if history.loan:
                self._contradicts(position, "lent_twice", record=record, loan=history.loan)
            history.loan = what
        elif kind == "r":
            if history.loan != what:
                self._contradicts(position, "not_lent", record=record, loan=what)
            else:
                history.loan = ""
        elif kind == "h":
            if what in history.holds:
                self._contradicts(position, "hold_twice", record=record, hold=what)
            history.holds |= {what}
        else:
            if what not in history.holds:
                self._contradicts(position, "hold_not_open", record=record, hold=what)
            history.holds -= {what}

    def _destroyed(self, position: int, history: RecordHistory, more: list[str]) -> None:
        batch, versions, due, at = more
        history.destroyed = Destruction(
            position,
            batch,
            int(versions),
            date.fromisoformat(due) if due else None,
            history.due_day,
            local_day_of(parse_time(at)),
            bool(history.holds),
        )
        completions = self._batches[batch].completions
        for completion in completions[bisect_left([one.seq for one in completions], position) :]:
            completion.destroyed += 1

    def _contradicts(self, position: int, reason: str, **facts: str) -> None:
        self._collector.place(Phase.LEDGER, position)
        self._collector.by_ledger(LedgerCode.HISTORY_INVALID, f"entry {position}", reason=reason, **facts)


def _lives(history: RecordHistory | Filing | None) -> bool:
    return isinstance(history, list) or (history is not None and history.destroyed is None)


def _list(history: RecordHistory | None, more: list[str]) -> None:
    """Note that a batch's catalogue lists a record; one that nobody filed is not judged."""
    if history is None:
        return
    batch, digests = more
    history.listed = {**(history.listed or {}), batch: tuple(digests.split(","))}
