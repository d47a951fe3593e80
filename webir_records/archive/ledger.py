"""The ledger: the database sequences entries, files are published from it.

`append` runs inside the caller's transaction, so an act and its entry are committed together; it
also signs the checkpoint and fixes the manifest's bytes. `publish` writes tiles, manifest and
checkpoint, in this order, and can be repeated after a crash with the same result.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import Engine
from sqlmodel import Session

from signing.canonical import JsonValue, canonical_bytes
from signing.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint, unverified_checkpoint
from signing.entries import parse_entry
from signing.entry_patterns import EVENT, PATTERNS, TIME
from signing.errors import IntegrityError, SigningError
from signing.manifest import NO_PREVIOUS, Manifest, ManifestEntry, manifest_path
from signing.merkle import Frontier, leaf_hash
from signing.note import Signer, Verifier
from signing.tiles import published_files, superseded_files
from webir_records.archive.ledger_rows import (
    Publication,
    add_entries,
    entry_bodies,
    ever_published,
    mark_published,
    newest_publication,
    page_of_bodies,
    publication_of,
    states_in_order,
    waiting_publications,
)
from webir_records.archive.locking import lock_entries
from webir_records.archive.store import Store
from webir_records.model.errors import EnvironmentMissingError, FaultError, RefusedError

_SEALING_EVENTS: Final = frozenset({"filed", "annotated"})  # those that name a sealed file
_NOT_OURS: Final = frozenset({"A179", "A210", "A211", "A213"})  # the published ledger is another one
_STEP_BACK: Final = timedelta(minutes=2)  # what clock synchronisation may take back
_PAGE: Final = 1000  # entries
_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"

Event = Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class Added:
    """What `append` gave to its events: their sequence numbers and their common time (UTC)."""

    numbers: tuple[int, ...]
    at: str


@dataclass(frozen=True, slots=True)
class Head:
    """The newest committed state: size in entries, SHA-256 of the newest manifest (hex), root (hex)."""

    size: int
    manifest_sha256: str
    root: str


class Standing(StrEnum):
    """How the published checkpoint stands to the database."""

    AGREES = "agrees"
    AHEAD = "ahead"
    UNREADABLE = "unreadable"


class Ledger:
    """The append-only log of one archive.

    Args:
        engine: the working database.
        disk: the store of `archive/`.
        signer: the log key; its name is the origin.
        now: the clock, aware UTC.
        older: keys that the log had before, newest first.
    """

    def __init__(
        self,
        engine: Engine,
        disk: Store,
        signer: Signer,
        now: Callable[[], datetime],
        older: Sequence[Verifier] = (),
    ) -> None:
        self._engine = engine
        self._disk = disk
        self._signer = signer
        self._now = now
        self._older = tuple(older)
        self._agreed = b""  # the newest checkpoint that was found to be the database's

    @property
    def origin(self) -> str:
        """The name of the log."""
        return self._signer.name

    @property
    def vkey(self) -> str:
        """The key that checks the log's signatures."""
        return self._signer.vkey

    @property
    def vkeys(self) -> tuple[str, ...]:
        """Every key that the log ever had, newest first."""
        return (self.vkey, *(verifier.vkey for verifier in self._older))

    def turn(self, signer: Signer) -> None:
        """Sign with a new key from now on."""
        self._older = (self._signer.verifier, *self._older)
        self._signer = signer

    def append(
        self, session: Session, events: Sequence[Event], *, co_signers: Sequence[Signer] = ()
    ) -> Added:
        """Add entries within the caller's transaction and sign the checkpoint over them.

        Args:
            session: the caller's transaction.
            events: what was done.
            co_signers: further keys that sign this checkpoint: the new one when the log key changes.

        Raises:
            RefusedError: A201 the clock is behind the newest entry.
            FaultError: A210/A211 the published ledger is not the database's: an append would overwrite it.
        """
        self.require_agreement()
        before = newest_publication(session)
        first = before.next if before else 0
        at = self._time(session, first)
        bodies = [
            canonical_bytes({**event, "v": 1, "seq": first + index, "at": at})
            for index, event in enumerate(events)
        ]
        for body in bodies:
            _require_readable(body)  # what we could not read back must not be signed
        step = self._publication(before, bodies, events, at, co_signers)
        add_entries(session, first, bodies, step)
        return Added(tuple(range(first, first + len(bodies))), at)

    def head(self, session: Session | None = None) -> Head:
        """Return the newest committed state."""
        if session is None:
            with Session(self._engine) as own:
                return self.head(own)
        row = newest_publication(session)
        if row is None:
            return Head(0, "", "")
        return Head(row.next, row.manifest_sha256, Frontier.from_bytes(row.frontier).root().hex())

    def newest_time(self, session: Session) -> str:
        """Return the UTC time of the newest entry, or an empty text."""
        return _time_of(session, self.head(session).size)

    def standing(self) -> Standing:
        """Compare the published checkpoint with the database: an older database must not overwrite it."""
        try:
            data = self._disk.read("checkpoint")
        except FileNotFoundError:
            self._agreed = b""
            with Session(self._engine) as session:
                return Standing.UNREADABLE if ever_published(session) else Standing.AGREES
        if data == self._agreed:  # as long as we hold the workspace, the database only grows
            return Standing.AGREES
        standing = self.standing_of(data)
        if standing is Standing.AGREES:
            self._agreed = data
        return standing

    def standing_of(self, checkpoint: bytes) -> Standing:
        """Tell whether a signed checkpoint, from anywhere, is a state that the database passed through."""
        try:
            found = open_checkpoint(checkpoint, [self._signer.verifier, *self._older], origin=self.origin)
        except SigningError:
            return Standing.UNREADABLE
        with Session(self._engine) as session:
            row = publication_of(session, found.size)
        if row is None or Frontier.from_bytes(row.frontier).root() != found.root:
            return Standing.AHEAD
        return Standing.AGREES

    def require_agreement(self) -> None:
        """Refuse to write when the published ledger is not the database's.

        Raises:
            FaultError: A210 it is ahead of the database or differs; A211 it is missing or unreadable.
        """
        standing = self.standing()
        if standing is not Standing.AGREES:
            raise FaultError("A210" if standing is Standing.AHEAD else "A211")

    def publish(self) -> None:
        """Write what is committed and not yet published; safe to repeat.

        Raises:
            FaultError: A113 the store refused; the act is committed and is published at the next start.
                A213 a tile is missing or damaged, likewise.
                A179, A210, A211 the published ledger is not ours: nothing of it was changed.
        """
        try:
            self.require_agreement()
            self._publish_waiting()
        except (EnvironmentMissingError, FaultError) as error:
            if error.code in _NOT_OURS:
                raise
            where = error.facts.get("path") or error.facts.get("place", "")
            cause = error.facts.get("cause") or error.code
            raise FaultError("A113", path=where, cause=cause) from error

    def _publish_waiting(self) -> None:
        with Session(self._engine) as session:
            waiting = waiting_publications(session)
            reached = self._published_size()
            for step in waiting:
                if step.next >= reached:  # a row that says less was changed: the log never goes back
                    self._publish_step(session, step)
        if waiting:
            mark_published(self._engine, [step.seq for step in waiting])

    def _published_size(self) -> int:
        """Return the size of the published checkpoint, which was just found to be ours; 0 without one."""
        return unverified_checkpoint(self._agreed).size if self._agreed else 0

    def discard_superseded(self) -> None:
        """Remove the partial tiles that gave way last: a power loss may have brought them back."""
        if self._disk.locks is None:  # in a bucket they went for good
            with Session(self._engine) as session:
                newest = newest_publication(session)
            if newest is not None:
                self._disk.discard(superseded_files(newest.first, newest.next))

    def entry(self, seq: int) -> bytes:
        """Return the bytes of one entry.

        Raises:
            FaultError: A212 the database lacks it.
        """
        with Session(self._engine) as session:
            bodies = entry_bodies(session, seq, seq + 1)
        if not bodies:
            raise FaultError("A212", seq=str(seq))
        return bodies[0]

    def bodies(self) -> Iterator[tuple[int, bytes]]:
        """Yield every entry of the database with its number, in order, a thousand at a time."""
        start = 0
        with Session(self._engine) as session:
            while page := page_of_bodies(session, start, _PAGE):
                yield from page
                start = page[-1][0] + 1

    def states(self) -> Iterator[tuple[int, bytes]]:
        """Yield size and frontier after every committed step, in order."""
        with Session(self._engine) as session:
            yield from states_in_order(session)

    def _publish_step(self, session: Session, step: Publication) -> None:
        """Publish a step, then do what follows from it; both can be repeated."""
        if step.checkpoint != self._agreed:  # else a broken run wrote all of it: the checkpoint comes last
            self._write_step(session, step)
        if self._disk.locks is not None:
            lock_entries(session, self._disk.locks, step.first, step.next)
        self._disk.discard(superseded_files(step.first, step.next))

    def _write_step(self, session: Session, step: Publication) -> None:
        def entries(start: int, stop: int) -> Sequence[bytes]:
            return entry_bodies(session, start, stop)

        try:
            files = list(
                published_files(
                    old_size=step.first, new_size=step.next, entries=entries, read=self._disk.read
                )
            )
        except (IntegrityError, FileNotFoundError) as error:
            raise FaultError("A213", cause=str(error)) from error
        self._disk.put_many([*files, (step.path, step.manifest)])
        self._disk.write("checkpoint", step.checkpoint)
        self._agreed = step.checkpoint

    def _publication(
        self,
        before: Publication | None,
        bodies: Sequence[bytes],
        events: Sequence[Event],
        at: str,
        co_signers: Sequence[Signer],
    ) -> Publication:
        first = before.next if before else 0
        frontier = Frontier.from_bytes(before.frontier) if before else Frontier.empty()
        frontier = frontier.extend(leaf_hash(body) for body in bodies)
        head = Checkpoint(self._signer.name, frontier.size, frontier.root())
        checkpoint = sign_checkpoint(head, self._signer, *co_signers)
        manifest = Manifest(
            seq=before.seq + 1 if before else 1,
            previous_sha256=before.manifest_sha256 if before else NO_PREVIOUS,
            first=first,
            next=frontier.size,
            entries=tuple(_manifest_entries(first, events)),
            root=frontier.root(),
            checkpoint=checkpoint,
        ).to_bytes()
        number = before.seq + 1 if before else 1
        return Publication(
            seq=number,
            first=first,
            next=frontier.size,
            path=manifest_path(int(at[:4]), number),
            manifest=manifest,
            manifest_sha256=hashlib.sha256(manifest).hexdigest(),
            checkpoint=checkpoint,
            frontier=frontier.to_bytes(),
        )

    def _time(self, session: Session, size: int) -> str:
        """Return the time for new entries: never before the newest one."""
        now = self._now()
        newest = _time_of(session, size)
        if newest and now.strftime(_TIME) < newest:
            if parse_time(newest) - now > _STEP_BACK:
                raise RefusedError("A201", now=now.strftime(_TIME), newest=newest)
            return newest
        return now.strftime(_TIME)


def parse_time(text: str) -> datetime:
    """Read the time of an entry as aware UTC."""
    return datetime.fromisoformat(text)


def _time_of(session: Session, size: int) -> str:
    if size == 0:
        return ""
    (body,) = entry_bodies(session, size - 1, size)
    return parse_entry(body).at.strftime(_TIME)


def _manifest_entries(first: int, events: Sequence[Event]) -> list[ManifestEntry]:
    return [
        ManifestEntry(
            seq=first + index,
            record=str(event["record"]),
            version=_integer(event["version"]),
            path=str(event["path"]),
            sealed_sha256=str(event["sealed_sha256"]),
            size=_integer(event["size"]),
        )
        for index, event in enumerate(events)
        if event["event"] in _SEALING_EVENTS
    ]


def _require_readable(body: bytes) -> None:
    """See that an entry can be read back; what its pattern matches needs no parsing.

    Raises:
        MalformedError: it cannot.
    """
    event = EVENT.search(body)
    pattern = PATTERNS.get(event[1]) if event else None
    found = pattern.regex.fullmatch(body) if pattern else None
    if found is None or not TIME.fullmatch(found["at"]):
        parse_entry(body)


def _integer(value: JsonValue) -> int:
    if not isinstance(value, int):
        raise TypeError("the ledger holds integers here")
    return value
