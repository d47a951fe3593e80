"""Record keys, wrapped under the key-encryption key of an epoch (docs/spec/keys.md).

`state/keys.db` holds the wrapped keys (RFC 3394), `keys/kek-<epoch>.key` the key-encryption key.
Destroying a record destroys its row; a rotation wraps what lives under a new epoch and destroys the
old epoch's key, after which every older backup of `keys.db` is dead. A rotation is cut into
transactions (docs/adr/0010): what a crash leaves is two epochs, and each row says to which it belongs.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from sqlalchemy import Connection, Engine, delete, insert, update
from sqlmodel import Session, SQLModel, col, func, select

from webir_records.archive.disk import Disk
from webir_records.archive.rewrapping import Told, Turn, rewrap, span
from webir_records.model.database import forget_deleted
from webir_records.model.errors import FaultError
from webir_records.model.tables import EpochRow, RecordKeyRow

KEY_SIZE: Final = 32  # bytes
ROTATION_CHUNK: Final = 20_000
"""Keys that are wrapped anew in one transaction: about 4 MB of the write-ahead log."""
_ROWS: Final = 1000  # fetched at a time
_ACTIVE: Final = "active"
_RETIRING: Final = "retiring"
_DESTROYED: Final = "destroyed"
_MAGIC: Final = "webir-kek/v1"
_ADD: Final = insert(SQLModel.metadata.tables["record_key"])
_ACTIVE_EPOCH: Final = select(EpochRow.id).where(col(EpochRow.state) == _ACTIVE)


@dataclass(frozen=True, slots=True)
class Rotation:
    """What an epoch rotation did; `rewrapped` counts keys."""

    old: str
    new: str
    rewrapped: int


@dataclass(frozen=True, slots=True)
class EpochStatus:
    """One epoch: how many keys it protects, and whether its key-encryption key is on this machine."""

    epoch: str
    state: str
    keys: int
    key_present: bool


class KeyStore:
    """The keys of all records.

    Args:
        engine: `state/keys.db`.
        disk: the folder `keys/`.
        random: source of key bytes, e.g. `secrets.token_bytes`.
    """

    def __init__(self, engine: Engine, disk: Disk, random: Callable[[int], bytes]) -> None:
        self._engine = engine
        self._disk = disk
        self._random = random
        self._keks: dict[str, bytes] = {}

    def close(self) -> None:
        """Close the database."""
        self._engine.dispose()

    def create(self, epoch: str) -> None:
        """Start the first epoch."""
        self._make_kek(epoch)
        with Session(self._engine) as session, session.begin():
            session.add(EpochRow(id=epoch, state=_ACTIVE))

    def fresh_key(self) -> bytes:
        """Return a new random record key, 32 bytes."""
        return self._random(KEY_SIZE)

    def put(self, keys: Sequence[tuple[str, int, bytes]]) -> None:
        """Wrap and store keys of (record, version); durable on return."""
        with self._engine.begin() as connection:
            epoch = self._active(connection)
            kek = self._kek(epoch)
            rows = [
                {"record": record, "version": version, "epoch": epoch, "wrapped": aes_key_wrap(kek, key)}
                for record, version, key in keys
            ]
            connection.execute(_ADD, rows)

    def get(self, record: str, version: int) -> bytes:
        """Return the key of one sealed file.

        Raises:
            FaultError: A130 there is no such key; A132 it does not open under its epoch's key.
        """
        with Session(self._engine) as session:
            row = session.get(RecordKeyRow, (record, version))
        if row is None:
            raise FaultError("A130", record=record, version=str(version))
        return self._open(row.record, row.epoch, row.wrapped)

    def known(self, records: Iterable[str]) -> set[str]:
        """Return those of the records that still have a key."""
        wanted = list(records)
        with Session(self._engine) as session:
            return set(session.exec(select(RecordKeyRow.record).where(col(RecordKeyRow.record).in_(wanted))))

    def all_versions(self) -> set[tuple[str, int]]:
        """Return (record, version) of every key."""
        with Session(self._engine) as session:
            return set(session.exec(select(RecordKeyRow.record, RecordKeyRow.version)))

    def versions_in_order(self) -> Iterator[tuple[str, int]]:
        """Yield (record, version) of every key, in order."""
        query = select(RecordKeyRow.record, RecordKeyRow.version)
        query = query.order_by(col(RecordKeyRow.record), col(RecordKeyRow.version))
        with Session(self._engine) as session:
            yield from session.exec(query.execution_options(yield_per=_ROWS))

    def drop_version(self, record: str, version: int) -> None:
        """Remove the key of a version that was never acknowledged."""
        with Session(self._engine) as session, session.begin():
            session.exec(
                delete(RecordKeyRow).where(
                    col(RecordKeyRow.record) == record, col(RecordKeyRow.version) == version
                )
            )

    def destroy_permanently(self, records: Sequence[str]) -> None:
        """Destroy every key of the records: their sealed files, wherever copied, are unreadable now."""
        with Session(self._engine) as session, session.begin():
            session.exec(delete(RecordKeyRow).where(col(RecordKeyRow.record).in_(list(records))))
        forget_deleted(self._engine)

    def active_epoch(self) -> str:
        """Return the epoch under which new keys are wrapped.

        Raises:
            FaultError: A103 there is none, or more than one: somebody changed the database.
        """
        with self._engine.connect() as connection:
            return self._active(connection)

    def _active(self, connection: Connection) -> str:
        found = connection.execute(_ACTIVE_EPOCH).scalars().all()
        if len(found) != 1:
            raise FaultError("A103", path=f"{self._engine.url.database}".rpartition("/")[2])
        return str(found[0])

    def next_epoch(self, year: int) -> str:
        """Name the next epoch: the year, with a number when the year has one already."""
        with Session(self._engine) as session:
            taken = set(session.exec(select(EpochRow.id)))
        names = [str(year), *(f"{year}-{number}" for number in range(2, len(taken) + 3))]
        return next(name for name in names if name not in taken)

    def rotate(self, new: str, *, told: Told | None = None) -> Rotation:
        """Wrap every living key under a new epoch and destroy the old epoch's key.

        First the new epoch becomes the active one, then keys move, some at a time; a crash in between is
        finished by `finish_rotation`, and until then every key opens under the epoch that its row names.

        Args:
            new: the new epoch, see `next_epoch`.
            told: called after each step.

        Raises:
            FaultError: A131 the old epoch's key is missing; A132 a key does not open under it.
        """
        old = self.active_epoch()
        self._kek(old)
        self._make_kek(new)
        with self._engine.begin() as connection:
            epoch = col(EpochRow.id)
            connection.execute(update(EpochRow).where(epoch == old).values(state=_RETIRING))
            connection.execute(insert(EpochRow).values(id=new, state=_ACTIVE))
        return Rotation(old, new, self.finish_rotation(told=told))

    def finish_rotation(self, *, told: Told | None = None) -> int:
        """Move what a rotation left under an older epoch, then remove key files of destroyed epochs.

        An unknown key file stays: when an older `keys.db` was put back by mistake, it opens every living
        record.

        Returns:
            How many keys were wrapped anew.

        Raises:
            FaultError: A131, A132; what was moved stays moved, the old epoch stays until all are.
        """
        retiring = self._epochs(_RETIRING)
        moved = sum(self._retire(epoch, told) for epoch in retiring)
        for epoch in self._epochs(_DESTROYED):
            self._disk.remove(kek_path(epoch))
            self._keks.pop(epoch, None)
        forget_deleted(self._engine)
        return moved

    def _epochs(self, state: str) -> Sequence[str]:
        with Session(self._engine) as session:
            return session.exec(select(EpochRow.id).where(col(EpochRow.state) == state)).all()

    def _retire(self, old: str, told: Told | None) -> int:
        """Move all keys of an epoch to the active one, then mark it destroyed."""
        new, moved = self.active_epoch(), 0
        count, _ = span(self._engine, old)
        if count:
            turn = Turn(old, self._kek(old), new, self._kek(new))
            moved = rewrap(self._engine, turn, at_once=ROTATION_CHUNK, told=told)
        with self._engine.begin() as connection:
            connection.execute(update(EpochRow).where(col(EpochRow.id) == old).values(state=_DESTROYED))
        return moved

    def status(self) -> tuple[EpochStatus, ...]:
        """Return every epoch, oldest first."""
        with Session(self._engine) as session:
            query = select(RecordKeyRow.epoch, func.count()).group_by(col(RecordKeyRow.epoch))
            counts = dict(session.exec(query).all())
            rows = session.exec(select(EpochRow).order_by(col(EpochRow.id))).all()
            return tuple(
                EpochStatus(row.id, row.state, counts.get(row.id, 0), self._disk.exists(kek_path(row.id)))
                for row in rows
            )

    def unopenable(self) -> Iterator[tuple[str, int]]:
        """Yield (record, version) of every key that does not open, but for epochs whose key is missing."""
        missing = {status.epoch for status in self.status() if not status.key_present}
        with Session(self._engine) as session:
            for row in session.exec(select(RecordKeyRow).execution_options(yield_per=_ROWS)):
                try:
                    if row.epoch not in missing:
                        self._open(row.record, row.epoch, row.wrapped)
                except FaultError:
                    yield row.record, row.version

    def check_kek(self, epoch: str, kek: bytes) -> None:
        """See that a key opens what is stored under an epoch; with nothing stored there is nothing to see.

        Raises:
            FaultError: A132 it does not.
        """
        with Session(self._engine) as session:
            row = session.exec(select(RecordKeyRow).where(col(RecordKeyRow.epoch) == epoch).limit(1)).first()
        if row is not None:
            _unwrap(row.record, epoch, kek, row.wrapped)

    def _open(self, record: str, epoch: str, wrapped: bytes) -> bytes:
        return _unwrap(record, epoch, self._kek(epoch), wrapped)

    def _kek(self, epoch: str) -> bytes:
        if epoch not in self._keks:
            self._keks[epoch] = self._read_kek(epoch)
        return self._keks[epoch]

    def _read_kek(self, epoch: str) -> bytes:
        try:
            return parse_kek(epoch, self._disk.read(kek_path(epoch)))
        except FileNotFoundError as error:
            raise FaultError("A131", epoch=epoch) from error

    def _make_kek(self, epoch: str) -> None:
        """Make the key of a new epoch; one that a broken run left is used, never overwritten."""
        if self._disk.exists(kek_path(epoch)):
            self._kek(epoch)
            return
        kek = self._random(KEY_SIZE)
        self._disk.write_many([(kek_path(epoch), format_kek(epoch, kek))])
        self._keks[epoch] = kek


def kek_path(epoch: str) -> str:
    """Return the name of the key file of an epoch, in `keys/`."""
    return f"kek-{epoch}.key"


def format_kek(epoch: str, kek: bytes) -> bytes:
    """Return the content of a key file."""
    return f"{_MAGIC} {epoch} {kek.hex()}\n".encode("ascii")


def parse_kek(epoch: str, data: bytes) -> bytes:
    """Return the key of an epoch, 32 bytes.

    Raises:
        FaultError: A133 this is not a key file, or that of another epoch.
    """
    try:
        magic, name, value = data.decode("ascii").split()
        kek = bytes.fromhex(value)
    except ValueError as error:
        raise FaultError("A133", path=kek_path(epoch)) from error
    if (magic, name, len(kek)) != (_MAGIC, epoch, KEY_SIZE):
        raise FaultError("A133", path=kek_path(epoch))
    return kek


def _unwrap(record: str, epoch: str, kek: bytes, wrapped: bytes) -> bytes:
    try:
        return aes_key_unwrap(kek, wrapped)
    except InvalidUnwrap as error:
        raise FaultError("A132", record=record, epoch=epoch) from error
