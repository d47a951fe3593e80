"""Step 6 of docs/spec/verification.md: the entries, read in order, as far as they concern the whole log.

What they say of single records is dealt into parts by the folder of the record (`rows`) and followed later,
part by part (`signing.verifier.record_history`), so that memory does not grow with the number of records.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from signing.entries import Entry, Event, parse_entry
from signing.entry_patterns import EVENT, PATTERNS, TIME
from signing.errors import MalformedError
from signing.findings import LedgerCode
from signing.shape import format_time, is_id, is_time, list_of
from signing.verifier.collector import Collector, Phase
from signing.verifier.keys import LogKeys
from signing.verifier.level import Level
from signing.verifier.named_papers import named_papers
from signing.verifier.people import People, Signing
from signing.verifier.spool import NumberedLines, SortedLines

Groups = tuple[bytes, ...]
_LISTED: Final = (  # as a manifest lists a sealed file (docs/spec/manifest.md)
    b'{"path":"records/%b/%b/%b.%b.sealed","record":"%b",'
    b'"sealed_sha256":"%b","seq":%b,"size":%b,"version":%b}'
)


@dataclass(frozen=True, slots=True)
class Stated:
    """One `destruction_stated` entry, and what the person could sign with at that moment."""

    seq: int
    kind: str
    person: str
    catalogue_sha256: str
    statement_sha256: str
    signing: Signing


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A statement that a `clock_confirmed` entry names."""

    today: str
    newest: str
    person: str
    statement_sha256: str
    signing: Signing


@dataclass(slots=True)
class Completion:
    """One `destruction_completed` entry, and how many records were destroyed before it."""

    seq: int
    count: int
    certificate_sha256: str
    destroyed: int = 0


@dataclass(slots=True)
class BatchHistory:
    """What the ledger says of one destruction batch.

    Attributes:
        drafters: who drafted it.
        catalogue_sha256: digest of the newest drafted catalogue.
        outside: the newest draft is of class B, which an authority outside the agency must approve.
        approved: digests of the catalogues that an authority approved so far.
        authorised: when it was started, an authority had approved the catalogue that was started.
        stated: statements, in order.
        withdrawn: it is given up.
        started: the first `destruction_started` that counts.
        completions: `destruction_completed` entries.
        papers: digest of each further paper, by the name of its file; the newest entry governs.
    """

    drafters: set[str] = field(default_factory=set[str])
    catalogue_sha256: str = ""
    outside: bool = False
    approved: set[str] = field(default_factory=set[str])
    authorised: bool = False
    stated: list[Stated] = field(default_factory=list[Stated])
    withdrawn: bool = False
    started: Entry | None = None
    completions: list[Completion] = field(default_factory=list[Completion])
    papers: dict[str, str] = field(default_factory=dict[str, str])


_Fast = tuple[Callable[[bytes], "re.Match[bytes] | None"], Callable[[int, Groups], None] | None, int]


def _no_match(_data: bytes) -> "re.Match[bytes] | None":
    return None


def _nothing(_position: int, _groups: Groups) -> None:
    """Follow nothing: the event has no pattern."""


_UNKNOWN: Final[_Fast] = (_no_match, _nothing, 0)
_PEOPLE: Final = frozenset(
    {Event.PERSON_ADDED, Event.PERSON_LEFT, Event.PERSON_KEY_REPLACED, Event.PERSON_KEY_REVOKED}
)
_PREPARING: Final = frozenset(
    {
        Event.OPINIONS_ASKED,
        Event.OPINION_GIVEN,
        Event.SELECTION_OFFERED,
        Event.SELECTION_ANSWERED,
        Event.DESTRUCTION_SUBMITTED,
        Event.AUTHORITY_APPROVED,
    }
)
"""Steps of a batch that is drafted and not started."""
_FOLLOWING_UP: Final = frozenset(
    {Event.DESTRUCTION_PHASE, Event.CATALOGUE_ANNOTATED, Event.CATALOGUE_RESUBMITTED}
)
"""Steps of a batch that was started."""
_TWO: Final = 2  # people who confirm the clock


class History:
    """Follows the ledger; contradictions become findings, never a stop.

    Attributes:
        keys: the log's keys, as the ledger names them.
        people: keys of each person.
        batches: destruction batches by id.
        confirmations: statements about the machine's date, in order.
        listed: what a manifest must list for each `filed` and `annotated` entry, by position.
        rows: what the entries say of single records, by the first two characters of the record.
        wanted: how many sealed files the level asks to be read, without those that were destroyed.
    """

    def __init__(self, keys: LogKeys, level: Level, collector: Collector) -> None:
        self.keys = keys
        self.people = People(keys)
        self.batches: dict[str, BatchHistory] = {}
        self.confirmations: list[Confirmation] = []
        self.listed = NumberedLines()
        self.rows = SortedLines()
        self.wanted = 0
        self._level = level
        self._collector = collector
        self._last_at = b""
        self._backups: dict[str, int] = {}
        self._fast = self._fast_events()
        self._follow = self._parsed_events()

    def take(self, first: int, entries: Sequence[bytes]) -> None:
        """Add the entries of one bundle, the first of which stands at a position of the ledger."""
        matches, follow, seq_at = _UNKNOWN
        last_at, waiting = self._last_at, self.rows.waiting
        for position, data in enumerate(entries, first):
            found = matches(data)
            if found is None:
                event = EVENT.search(data)
                matches, follow, seq_at = self._fast.get(event[1] if event else b"", _UNKNOWN)
                found = matches(data)
                if found is None:
                    self._parse(position, data)
                    last_at = self._last_at
                    continue
            groups: Groups = found.groups()
            if groups[0] != last_at:
                if not self._later(groups[0]):
                    self._parse(position, data)
                    last_at = self._last_at
                    continue
                last_at = groups[0]
            if int(groups[seq_at]) != position:
                self._parse(position, data)
            elif follow is None:  # the most common acts: exported, opened
                record = groups[1]
                waiting[record[:2]].append(b"\t".join((groups[2], b"x", record)))
            else:
                follow(position, groups)
        self.rows.settle()

    def close(self) -> None:
        """Forget everything that lies in temporary files."""
        self.listed.close()
        self.rows.close()

    def _later(self, at: bytes) -> bool:
        """Go on to a later moment; what is none, and the first entry of all, is left to the parser."""
        if not self._last_at or at < self._last_at or not (TIME.fullmatch(at) or is_time(at.decode())):
            return False
        self._last_at = at
        return True

    def _parse(self, position: int, data: bytes) -> None:
        """Take an entry of an uncommon kind or form."""
        self._collector.place(Phase.LEDGER, position)
        try:
            entry = parse_entry(data)
        except MalformedError as error:
            self._collector.invalid(
                LedgerCode.ENTRY_INVALID, _at(position), reason="malformed", detail=str(error)
            )
            return
        if entry.seq != position:
            self._collector.invalid(
                LedgerCode.ENTRY_INVALID, _at(position), reason="position", got=str(entry.seq)
            )
        at = format_time(entry.at).encode()
        if at < self._last_at:
            before = self._last_at.decode()
            self._contradicts(position, "time_backwards", at=at.decode(), before=before)
        self._last_at = at
        if (position == 0) != (entry.event is Event.ARCHIVE_CREATED):
            self._contradicts(position, "creation_misplaced")
        follow = self._follow.get(entry.event)
        if follow is not None:
            follow(position, entry)

    # entries that were recognised by their pattern; the first one of a ledger never is of these events

    def _fast_events(self) -> Mapping[bytes, "_Fast"]:
        follow: Mapping[Event, Callable[[int, Groups], None] | None] = {
            Event.FILED: self._filed,
            Event.ANNOTATED: self._filed,
            Event.EXPORTED: None,
            Event.OPENED: None,
            Event.LENT: lambda position, groups: self._row(position, b"l", groups[2], groups[1]),
            Event.RETURNED: lambda position, groups: self._row(position, b"r", groups[2], groups[1]),
            Event.HOLD_PLACED: lambda position, groups: self._row(position, b"h", groups[2], groups[1]),
            Event.HOLD_RELEASED: lambda position, groups: self._row(position, b"u", groups[2], groups[1]),
            Event.DESTROYED: self._destroyed,
            Event.RETENTION_CHANGED: self._retention_changed,
            Event.FILE_ASSIGNED: None,
            Event.RECORD_MARKED: None,
            Event.COPY_MADE: lambda position, groups: self._row(position, b"k", groups[1]),
        }
        return {
            name: (pattern.regex.fullmatch, follow[pattern.event], pattern.seq_at)
            for name, pattern in PATTERNS.items()
        }

    def _filed(self, position: int, groups: Groups) -> None:
        _, record_class, due, year, folder, record, version, digest, seq, size = groups
        asked = b""
        if self._level.part and self._level.reads(len(self.listed)):
            self.wanted += 1
            asked = b"1"
        self.listed.append(
            position, _LISTED % (year, folder, record, version, record, digest, seq, size, version)
        )
        outside = b"1" if record_class == b"B" else b""
        row = (b"%d" % position, b"f", record, version, year, digest, size, due or b"", asked, outside)
        self.rows.waiting[folder].append(b"\t".join(row))

    def _retention_changed(self, position: int, groups: Groups) -> None:
        _, cause, due, record, _ = groups
        self._row(position, b"t", record, due or b"", cause)

    def _destroyed(self, position: int, groups: Groups) -> None:
        at, batch, due, record, _, versions = groups
        if self._level.full:
            self.wanted -= int(versions)
        name = batch.decode()
        if name not in self.batches:
            self.batches[name] = BatchHistory()
        self._row(position, b"d", record, batch, versions, due, at)

    def _row(self, position: int, kind: bytes, record: bytes, *more: bytes) -> None:
        self.rows.waiting[record[:2]].append(b"\t".join((b"%d" % position, kind, record, *more)))

    # entries that were parsed

    def _parsed_events(self) -> Mapping[Event, Callable[[int, Entry], None]]:
        return {
            **dict.fromkeys((PATTERNS[name].event for name in PATTERNS), self._as_groups),
            Event.ARCHIVE_CREATED: self._created,
            Event.LOG_KEY_ROTATED: self._key_rotated,
            **dict.fromkeys(_PEOPLE, self._person),
            **dict.fromkeys(_PREPARING | _FOLLOWING_UP, self._step),
            Event.CLOCK_CONFIRMED: self._clock_confirmed,
            Event.DESTRUCTION_DRAFTED: self._drafted,
            Event.DESTRUCTION_STATED: self._stated,
            Event.DESTRUCTION_WITHDRAWN: self._withdrawn,
            Event.DESTRUCTION_STARTED: self._started,
            Event.DESTRUCTION_COMPLETED: self._completed,
            Event.COPY_DESTROYED: self._copy_destroyed,
            Event.WORKSPACE_BACKED_UP: self._backed_up,
            Event.WORKSPACE_RESTORED: self._restored,
        }

    def _as_groups(self, position: int, entry: Entry) -> None:
        """Follow an entry as if its pattern had matched."""
        pattern = PATTERNS[entry.event.value.encode()]
        values = {**entry.fields, "at": format_time(entry.at), "seq": entry.seq}
        if "path" in values:
            values |= {"year": entry.string("path")[8:12], "folder": entry.string("record")[:2]}
        follow = self._fast[entry.event.value.encode()][1]
        if follow is None:
            self._row(position, b"x", entry.string("record").encode())
        else:
            follow(position, tuple(str(values.get(name, "")).encode() for name in pattern.names))

    def _copy_destroyed(self, position: int, entry: Entry) -> None:
        self._row(position, b"k", entry.string("record").encode())

    def _created(self, position: int, entry: Entry) -> None:
        if position == 0 and not self.keys.created(entry.string("origin"), entry.string("vkey")):
            self._contradicts(position, "foreign_log", origin=entry.string("origin"))

    def _key_rotated(self, position: int, entry: Entry) -> None:
        if not self.keys.rotated(position, entry.string("from"), entry.string("to")):
            self._contradicts(position, "key_order")

    def _person(self, position: int, entry: Entry) -> None:
        person, vkey = entry.string("person"), entry.string("vkey")
        if entry.event is Event.PERSON_ADDED:
            contradiction = self.people.added(person, vkey)
        elif entry.event is Event.PERSON_KEY_REPLACED:
            contradiction = self.people.replaced(person, vkey, entry.string("previous"))
        elif entry.event is Event.PERSON_KEY_REVOKED:
            contradiction = self.people.revoked(person, vkey)
        else:
            contradiction = self.people.left(person)
        if contradiction:
            self._contradicts(position, contradiction, person=person)

    def _drafted(self, position: int, entry: Entry) -> None:
        batch = self.batches.setdefault(entry.string("batch"), BatchHistory())
        if batch.started is not None:
            self._contradicts(position, "batch_order", batch=entry.string("batch"))
            return
        batch.drafters.add(entry.actor)
        batch.catalogue_sha256 = entry.string("catalogue_sha256")
        batch.outside = entry.string("class") == "B"
        batch.withdrawn = False

    def _stated(self, position: int, entry: Entry) -> None:
        person = entry.string("person")
        self._batch(position, entry).stated.append(
            Stated(
                position,
                entry.string("kind"),
                person,
                entry.string("catalogue_sha256"),
                entry.string("statement_sha256"),
                self.people.signing(person),
            )
        )

    def _withdrawn(self, position: int, entry: Entry) -> None:
        batch = self._batch(position, entry)
        if batch.started is not None:
            self._contradicts(position, "batch_order", batch=entry.string("batch"))
        else:
            batch.withdrawn = True
            batch.papers.clear()

    def _started(self, position: int, entry: Entry) -> None:
        batch = self._batch(position, entry)
        wrong_catalogue = entry.string("catalogue_sha256") != batch.catalogue_sha256
        if batch.started is not None or batch.withdrawn or wrong_catalogue:
            self._contradicts(position, "batch_order", batch=entry.string("batch"))
        if batch.started is None and not batch.withdrawn:
            batch.started = entry
            batch.authorised = entry.string("catalogue_sha256") in batch.approved

    def _step(self, position: int, entry: Entry) -> None:
        """Follow a step before the start or after it; what the authority approves counts for the start."""
        name, before = entry.string("batch"), entry.event in _PREPARING
        known = name in self.batches
        batch = self._batch(position, entry)
        if known and (batch.withdrawn or before != (batch.started is None)):
            self._contradicts(position, "batch_order", batch=name)
        if entry.event is Event.AUTHORITY_APPROVED:
            batch.approved.add(entry.string("catalogue_sha256"))
        if known:
            batch.papers |= named_papers(entry)

    def _clock_confirmed(self, position: int, entry: Entry) -> None:
        """Two people say what day it is; that their papers are in order is judged later."""
        people, statements = (list_of(entry.fields, name) for name in ("people", "statements"))
        today, newest = entry.string("today"), entry.string("newest")
        usable = len(people) == len(statements) and all(map(is_id, people))  # they name files
        if not usable or len(set(map(str, people))) < _TWO or today < newest:
            self._contradicts(position, "clock", today=today, newest=newest)
        for person, digest in zip(map(str, people), map(str, statements), strict=False):
            if usable:
                signing = self.people.signing(person)
                self.confirmations.append(Confirmation(today, newest, person, digest, signing))

    def _completed(self, position: int, entry: Entry) -> None:
        batch = self._batch(position, entry)
        if batch.started is None or batch.completions:
            self._contradicts(position, "batch_order", batch=entry.string("batch"))
        certificate = entry.string("certificate_sha256")
        batch.completions.append(Completion(position, entry.integer("count"), certificate))

    def _backed_up(self, position: int, entry: Entry) -> None:
        """A backup cannot hold entries that were not there yet, and its name is used once."""
        backup, size = entry.string("backup"), entry.integer("size")
        if backup in self._backups:
            self._contradicts(position, "backup_twice", backup=backup)
        elif size > position:
            self._contradicts(position, "backup_size", backup=backup, size=str(size))
        self._backups.setdefault(backup, size)

    def _restored(self, position: int, entry: Entry) -> None:
        """A backup may be newer than the ledger that it restored, so an unknown one is no contradiction."""
        backup, size = entry.string("backup"), entry.integer("size")
        if size > position or self._backups.get(backup, size) != size:
            self._contradicts(position, "backup_size", backup=backup, size=str(size))

    def _batch(self, position: int, entry: Entry) -> BatchHistory:
        """Return the batch that an entry speaks of; one that was never drafted is a contradiction."""
        name = entry.string("batch")
        if name not in self.batches:
            self._contradicts(position, "batch_order", batch=name)
        return self.batches.setdefault(name, BatchHistory())

    def _contradicts(self, position: int, reason: str, **facts: str) -> None:
        self._collector.by_ledger(LedgerCode.HISTORY_INVALID, _at(position), reason=reason, **facts)


def _at(position: int) -> str:
    return f"entry {position}"
