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

from sqlalchemy import Engine, insert
from sqlmodel import Session, col, func, select

from signing.canonical import JsonValue, canonical_bytes
from signing.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from signing.entries import parse_entry
from signing.errors import SigningError
from signing.manifest import NO_PREVIOUS, Manifest, ManifestEntry, manifest_path
from signing.merkle import Frontier, leaf_hash
from signing.note import Signer, Verifier
from signing.tiles import published_files, superseded_files
from webir_records.archive.locking import lock_entries
from webir_records.archive.store import Store
from webir_records.model.errors import EnvironmentMissingError, FaultError, RefusedError
from webir_records.model.tables import EntryRow, PublicationRow

_SEALING_EVENTS: Final = frozenset({"filed", "annotated"})  # those that name a sealed file
_NOT_OURS: Final = frozenset({"A179", "A210", "A211"})  # the published ledger is another one
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
        before = _newest(session)
        first = before.next if before else 0
        at = self._time(session, first)
        bodies = [
            canonical_bytes({**event, "v": 1, "seq": first + index, "at": at})
            for index, event in enumerate(events)
        ]
        for body in bodies:
            parse_entry(body)  # what we could not read back must not be signed
        session.exec(
            insert(EntryRow),
            params=[{"seq": first + index, "body": body} for index, body in enumerate(bodies)],
        )
        session.add(self._publication(before, bodies, events, at, co_signers))
        return Added(tuple(range(first, first + len(bodies))), at)

    def head(self, session: Session | None = None) -> Head:
        """Return the newest committed state."""
        if session is None:
            with Session(self._engine) as own:
                return self.head(own)
        row = _newest(session)
        if row is None:
            return Head(0, "", "")
        return Head(row.next, row.manifest_sha256, Frontier.from_bytes(row.frontier).root().hex())

    def newest_time(self, session: Session) -> str:
        """Return the UTC time of the newest entry, or an empty text."""
        return _time_of(session, self.head(session).size)

    def standing(self) -> Standing:
        """Compare the published checkpoint with the database: an older database must not overwrite it."""
        with Session(self._engine) as session:
            try:
                data = self._disk.read("checkpoint")
                found = open_checkpoint(data, [self._signer.verifier, *self._older], origin=self.origin)
            except FileNotFoundError:
                some = session.exec(select(PublicationRow).where(col(PublicationRow.published))).first()
                return Standing.AGREES if some is None else Standing.UNREADABLE
            except SigningError:
                return Standing.UNREADABLE
            row = session.exec(select(PublicationRow).where(PublicationRow.next == found.size)).one_or_none()
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
            waiting = session.exec(
                select(PublicationRow)
                .where(col(PublicationRow.published).is_(False))
                .order_by(col(PublicationRow.seq))
            ).all()
            for row in waiting:
                self._publish_row(session, row)
        self._mark([row.seq for row in waiting])

    def entry(self, seq: int) -> bytes:
        """Return the bytes of one entry.

        Raises:
            FaultError: A212 the database lacks it.
        """
        with Session(self._engine) as session:
            row = session.get(EntryRow, seq)
        if row is None:
            raise FaultError("A212", seq=str(seq))
        return row.body

    def bodies(self) -> Iterator[tuple[int, bytes]]:
        """Yield every entry of the database with its number, in order, a thousand at a time."""
        start = 0
        with Session(self._engine) as session:
            while rows := session.exec(
                select(EntryRow).where(EntryRow.seq >= start).order_by(col(EntryRow.seq)).limit(_PAGE)
            ).all():
                yield from ((row.seq, row.body) for row in rows)
                start = rows[-1].seq + 1
                session.expunge_all()

    def _publish_row(self, session: Session, row: PublicationRow) -> None:
        def entries(start: int, stop: int) -> Sequence[bytes]:
            wanted = select(EntryRow.body).where(col(EntryRow.seq) >= start, col(EntryRow.seq) < stop)
            return session.exec(wanted.order_by(col(EntryRow.seq))).all()

        files = published_files(old_size=row.first, new_size=row.next, entries=entries, read=self._disk.read)
        self._disk.put_many(files)
        self._disk.put(row.path, row.manifest)
        self._disk.write("checkpoint", row.checkpoint)
        if self._disk.locks is not None:
            lock_entries(session, self._disk.locks, row.first, row.next)
        for path in superseded_files(row.first, row.next):
            self._disk.remove(path)

    def _mark(self, numbers: Sequence[int]) -> None:
        if not numbers:
            return
        with Session(self._engine) as session, session.begin():
            for row in session.exec(select(PublicationRow).where(col(PublicationRow.seq).in_(numbers))):
                row.published = True

    def _publication(
        self,
        before: PublicationRow | None,
        bodies: Sequence[bytes],
        events: Sequence[Event],
        at: str,
        co_signers: Sequence[Signer],
    ) -> PublicationRow:
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
        return PublicationRow(
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


def _newest(session: Session) -> PublicationRow | None:
    newest = select(func.max(col(PublicationRow.seq))).scalar_subquery()
    return session.exec(select(PublicationRow).where(col(PublicationRow.seq) == newest)).one_or_none()


def _time_of(session: Session, size: int) -> str:
    if size == 0:
        return ""
    body = session.exec(select(EntryRow.body).where(col(EntryRow.seq) == size - 1)).one()
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


def _integer(value: JsonValue) -> int:
    if not isinstance(value, int):
        raise TypeError("the ledger holds integers here")
    return value
