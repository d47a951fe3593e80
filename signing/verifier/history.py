"""Step 6 of docs/spec/verification.md: what the entries, read in order, say became of each record."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from signing.entries import Entry, Event, parse_entry
from signing.errors import MalformedError
from signing.findings import LedgerCode
from signing.note import Verifier
from signing.shape import format_time
from signing.statement import person_key_name
from signing.verifier.collector import Collector


@dataclass(frozen=True, slots=True)
class SealedVersion:
    """One `filed` or `annotated` entry: the file that must exist."""

    seq: int
    record: str
    version: int
    path: str
    sealed_sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Destruction:
    """One `destroyed` entry, with what the ledger said of the record at that moment.

    Attributes:
        seq: position of the entry.
        batch: destruction batch.
        versions: how many versions the entry says were destroyed.
        stated_due: `due` as the entry says.
        due: first day on which destruction was allowed, by the newest filing; `None` if there was no trigger.
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


@dataclass(slots=True)
class RecordHistory:
    """What the ledger says of one record.

    Attributes:
        versions: its sealed files.
        due: first day on which it may be destroyed, by the newest version; `None` without a trigger.
        last_due: the newest `due` that any version named, so that one without does not hide a shortening.
        holds: holds in force.
        destroyed: its destruction, if there was one.
    """

    versions: list[SealedVersion] = field(default_factory=list[SealedVersion])
    due: date | None = None
    last_due: date | None = None
    holds: set[str] = field(default_factory=set[str])
    destroyed: Destruction | None = None


@dataclass(frozen=True, slots=True)
class Stated:
    """One `destruction_stated` entry with the person's keys that the ledger knew at that moment."""

    seq: int
    kind: str
    person: str
    catalogue_sha256: str
    statement_sha256: str
    keys: tuple[Verifier, ...]


@dataclass(slots=True)
class BatchHistory:
    """What the ledger says of one destruction batch."""

    drafters: set[str] = field(default_factory=set[str])
    catalogue_sha256: str = ""
    stated: list[Stated] = field(default_factory=list[Stated])
    withdrawn: bool = False
    started: Entry | None = None
    destroyed: int = 0
    completed: Entry | None = None


class History:
    """Follows the ledger; contradictions become findings, never a stop.

    Attributes:
        records: by record id, in the order of filing.
        versions: all sealed files, in the ledger's order.
        batches: destruction batches by id.
        people: keys of each person.
    """

    def __init__(self, origin: str | None, log_keys: frozenset[str], collector: Collector) -> None:
        self.records: dict[str, RecordHistory] = {}
        self.versions: list[SealedVersion] = []
        self.batches: dict[str, BatchHistory] = {}
        self.people: dict[str, tuple[Verifier, ...]] = {}
        self._origin = origin
        self._log_keys = log_keys
        self._collector = collector
        self._last_at: datetime | None = None
        self._follow: Mapping[Event, Callable[[Entry], None]] = {
            Event.ARCHIVE_CREATED: self._created,
            Event.PERSON_ADDED: self._person_added,
            Event.FILED: self._filed,
            Event.ANNOTATED: self._filed,
            Event.EXPORTED: self._exported,
            Event.HOLD_PLACED: self._hold_placed,
            Event.HOLD_RELEASED: self._hold_released,
            Event.DESTRUCTION_DRAFTED: self._drafted,
            Event.DESTRUCTION_STATED: self._stated,
            Event.DESTRUCTION_WITHDRAWN: self._withdrawn,
            Event.DESTRUCTION_STARTED: self._started,
            Event.DESTROYED: self._destroyed,
            Event.DESTRUCTION_COMPLETED: self._completed,
        }

    def take(self, position: int, data: bytes) -> None:
        """Add the entry at a position of the ledger."""
        try:
            entry = parse_entry(data)
        except MalformedError as error:
            self._collector.invalid(
                LedgerCode.ENTRY_INVALID, _place(position), reason="malformed", detail=str(error)
            )
            return
        if entry.seq != position:
            self._collector.invalid(
                LedgerCode.ENTRY_INVALID, _place(position), reason="position", got=str(entry.seq)
            )
        if self._last_at is not None and entry.at < self._last_at:
            self._contradicts(
                entry, "time_backwards", at=format_time(entry.at), before=format_time(self._last_at)
            )
        self._last_at = entry.at
        if (position == 0) != (entry.event is Event.ARCHIVE_CREATED):
            self._contradicts(entry, "creation_misplaced")
        follow = self._follow.get(entry.event)
        if follow is not None:
            follow(entry)

    def _created(self, entry: Entry) -> None:
        if self._origin is None:
            self._origin = entry.string("origin")
        if entry.string("origin") != self._origin or (
            self._log_keys and entry.string("vkey") not in self._log_keys
        ):
            self._contradicts(entry, "foreign_log", origin=entry.string("origin"))

    def _person_added(self, entry: Entry) -> None:
        person = entry.string("person")
        try:
            key = Verifier.parse(entry.string("vkey"))
        except MalformedError:
            self._contradicts(entry, "bad_key", person=person)
            return
        if key.name != person_key_name(self._origin or "", person):
            self._contradicts(entry, "bad_key", person=person)
            return
        self.people[person] = (*self.people.get(person, ()), key)

    def _filed(self, entry: Entry) -> None:
        record, version = entry.string("record"), entry.integer("version")
        sealed = SealedVersion(
            entry.seq,
            record,
            version,
            entry.string("path"),
            entry.string("sealed_sha256"),
            entry.integer("size"),
        )
        self.versions.append(sealed)
        known = self.records.get(record)
        if version == 1 and known is not None:
            self._contradicts(entry, "filed_twice", record=record)
            return
        if version > 1 and (known is None or len(known.versions) != version - 1):
            self._contradicts(entry, "version_gap", record=record, version=str(version))
        history = self.records.setdefault(record, RecordHistory())
        if history.destroyed is not None:
            self._contradicts(entry, "after_destruction", record=record)
        self._follow_due(entry, history)
        history.versions.append(sealed)

    def _follow_due(self, entry: Entry, history: RecordHistory) -> None:
        """Let the newest version govern; a shorter period than before is a contradiction."""
        due, before = entry.day("due"), history.last_due
        if due is not None and before is not None and due < before:
            self._contradicts(
                entry,
                "due_shortened",
                record=entry.string("record"),
                before=before.isoformat(),
                due=due.isoformat(),
            )
        history.due = due
        history.last_due = due or before

    def _exported(self, entry: Entry) -> None:
        self._living(entry)

    def _hold_placed(self, entry: Entry) -> None:
        history, hold = self._living(entry), entry.string("hold")
        if history is not None and hold in history.holds:
            self._contradicts(entry, "hold_twice", record=entry.string("record"), hold=hold)
        elif history is not None:
            history.holds.add(hold)

    def _hold_released(self, entry: Entry) -> None:
        history, hold = self._living(entry), entry.string("hold")
        if history is not None and hold not in history.holds:
            self._contradicts(entry, "hold_not_open", record=entry.string("record"), hold=hold)
        elif history is not None:
            history.holds.remove(hold)

    def _drafted(self, entry: Entry) -> None:
        batch = self.batches.setdefault(entry.string("batch"), BatchHistory())
        if batch.started is not None:
            self._contradicts(entry, "batch_order", batch=entry.string("batch"))
            return
        batch.drafters.add(entry.actor)
        batch.catalogue_sha256 = entry.string("catalogue_sha256")
        batch.withdrawn = False

    def _stated(self, entry: Entry) -> None:
        batch = self._batch(entry)
        person = entry.string("person")
        batch.stated.append(
            Stated(
                entry.seq,
                entry.string("kind"),
                person,
                entry.string("catalogue_sha256"),
                entry.string("statement_sha256"),
                self.people.get(person, ()),
            )
        )

    def _withdrawn(self, entry: Entry) -> None:
        batch = self._batch(entry)
        if batch.started is not None:
            self._contradicts(entry, "batch_order", batch=entry.string("batch"))
        else:
            batch.withdrawn = True

    def _started(self, entry: Entry) -> None:
        batch = self._batch(entry)
        wrong_catalogue = entry.string("catalogue_sha256") != batch.catalogue_sha256
        if batch.started is not None or batch.withdrawn or wrong_catalogue:
            self._contradicts(entry, "batch_order", batch=entry.string("batch"))
        if batch.started is None and not batch.withdrawn:
            batch.started = entry

    def _destroyed(self, entry: Entry) -> None:
        history = self._living(entry)
        if history is None:
            return
        history.destroyed = Destruction(
            entry.seq,
            entry.string("batch"),
            entry.integer("versions"),
            entry.day("due"),
            history.due,
            entry.local_day,
            bool(history.holds),
        )
        batch = self.batches.setdefault(entry.string("batch"), BatchHistory())
        batch.destroyed += 1

    def _completed(self, entry: Entry) -> None:
        batch = self._batch(entry)
        if batch.started is None or batch.completed is not None:
            self._contradicts(entry, "batch_order", batch=entry.string("batch"))
        if batch.destroyed != entry.integer("count"):
            self._contradicts(
                entry,
                "count_differs",
                batch=entry.string("batch"),
                expected=str(entry.integer("count")),
                got=str(batch.destroyed),
            )
        batch.completed = entry

    def _living(self, entry: Entry) -> RecordHistory | None:
        """Return the record that an entry speaks of; acts on unknown or destroyed ones are contradictions."""
        record = entry.string("record")
        history = self.records.get(record)
        if history is None:
            self._contradicts(entry, "unknown_record", record=record)
        elif history.destroyed is not None:
            self._contradicts(entry, "after_destruction", record=record)
            return None
        return history

    def _batch(self, entry: Entry) -> BatchHistory:
        """Return the batch that an entry speaks of; one that was never drafted is a contradiction."""
        name = entry.string("batch")
        if name not in self.batches:
            self._contradicts(entry, "batch_order", batch=name)
        return self.batches.setdefault(name, BatchHistory())

    def _contradicts(self, entry: Entry, reason: str, **facts: str) -> None:
        self._collector.by_ledger(LedgerCode.HISTORY_INVALID, _place(entry.seq), reason=reason, **facts)


def _place(position: int) -> str:
    return f"entry {position}"
