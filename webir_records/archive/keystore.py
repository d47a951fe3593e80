"""Record keys, wrapped under the key-encryption key of an epoch (docs/spec/keys.md).

`state/keys.db` holds the wrapped keys (RFC 3394), `keys/kek-<epoch>.key` the key-encryption key.
Destroying a record destroys its row; a rotation wraps what lives under a new epoch and destroys the
old epoch's key, after which every older backup of `keys.db` is dead.
"""

import binascii
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from sqlalchemy import Engine, delete, insert, update
from sqlmodel import Session, col, func, select

from webir_records.archive.disk import Disk
from webir_records.model.database import forget_deleted
from webir_records.model.errors import FaultError
from webir_records.model.tables import EpochRow, RecordKeyRow

KEY_SIZE: Final = 32  # bytes
_ACTIVE: Final = "active"
_DESTROYED: Final = "destroyed"
_MAGIC: Final = "webir-kek/v1"


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
        epoch = self.active_epoch()
        kek = self._kek(epoch)
        rows = [
            {"record": record, "version": version, "epoch": epoch, "wrapped": aes_key_wrap(kek, key)}
            for record, version, key in keys
        ]
        with Session(self._engine) as session, session.begin():
            session.exec(insert(RecordKeyRow), params=rows)

    def get(self, record: str, version: int) -> bytes:
        """Return the key of one sealed file.

        Raises:
            FaultError: A130 there is no such key; A132 it does not open under its epoch's key.
        """
        with Session(self._engine) as session:
            row = session.get(RecordKeyRow, (record, version))
        if row is None:
            raise FaultError("A130", record=record, version=str(version))
        return self._unwrap(row)

    def known(self, records: Iterable[str]) -> set[str]:
        """Return those of the records that still have a key."""
        wanted = list(records)
        with Session(self._engine) as session:
            return set(session.exec(select(RecordKeyRow.record).where(col(RecordKeyRow.record).in_(wanted))))

    def all_versions(self) -> set[tuple[str, int]]:
        """Return (record, version) of every key."""
        with Session(self._engine) as session:
            return set(session.exec(select(RecordKeyRow.record, RecordKeyRow.version)))

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
        """Return the epoch under which new keys are wrapped."""
        with Session(self._engine) as session:
            return session.exec(select(EpochRow.id).where(col(EpochRow.state) == _ACTIVE)).one()

    def next_epoch(self, year: int) -> str:
        """Name the next epoch: the year, with a number when the year has one already."""
        with Session(self._engine) as session:
            taken = set(session.exec(select(EpochRow.id)))
        names = [str(year), *(f"{year}-{number}" for number in range(2, len(taken) + 3))]
        return next(name for name in names if name not in taken)

    def rotate(self, new: str) -> Rotation:
        """Wrap every living key under a new epoch and destroy the old epoch's key.

        One transaction moves all keys; a crash before it leaves the old epoch whole, a crash after it is
        finished by `finish_rotation`.

        Raises:
            FaultError: A131 the old epoch's key is missing; A132 a key does not open. Nothing was changed.
        """
        old = self.active_epoch()
        self._kek(old)
        self._make_kek(new)
        with Session(self._engine) as session, session.begin():
            rows = session.exec(select(RecordKeyRow)).all()
            for row in rows:
                row.wrapped, row.epoch = aes_key_wrap(self._kek(new), self._unwrap(row)), new
            session.exec(update(EpochRow).where(col(EpochRow.id) == old).values(state=_DESTROYED))
            session.add(EpochRow(id=new, state=_ACTIVE))
            count = len(rows)
        self.finish_rotation()
        return Rotation(old, new, count)

    def finish_rotation(self) -> None:
        """Remove key files of epochs that are destroyed.

        An unknown one stays: when an older `keys.db` was put back by mistake, it opens every living record.
        """
        with Session(self._engine) as session:
            destroyed = session.exec(select(EpochRow.id).where(col(EpochRow.state) == _DESTROYED)).all()
        for epoch in destroyed:
            self._disk.remove(_kek_path(epoch))
            self._keks.pop(epoch, None)
        forget_deleted(self._engine)

    def status(self) -> tuple[EpochStatus, ...]:
        """Return every epoch, oldest first."""
        with Session(self._engine) as session:
            query = select(RecordKeyRow.epoch, func.count()).group_by(col(RecordKeyRow.epoch))
            counts = dict(session.exec(query).all())
            rows = session.exec(select(EpochRow).order_by(col(EpochRow.id))).all()
            return tuple(
                EpochStatus(row.id, row.state, counts.get(row.id, 0), self._disk.exists(_kek_path(row.id)))
                for row in rows
            )

    def _unwrap(self, row: RecordKeyRow) -> bytes:
        try:
            return aes_key_unwrap(self._kek(row.epoch), row.wrapped)
        except InvalidUnwrap as error:
            raise FaultError("A132", record=row.record, epoch=row.epoch) from error

    def _kek(self, epoch: str) -> bytes:
        if epoch not in self._keks:
            self._keks[epoch] = self._read_kek(epoch)
        return self._keks[epoch]

    def _read_kek(self, epoch: str) -> bytes:
        try:
            magic, name, value = self._disk.read(_kek_path(epoch)).decode("ascii").split()
            kek = bytes.fromhex(value)
        except FileNotFoundError as error:
            raise FaultError("A131", epoch=epoch) from error
        except (ValueError, binascii.Error) as error:
            raise FaultError("A133", path=_kek_path(epoch)) from error
        if (magic, name, len(kek)) != (_MAGIC, epoch, KEY_SIZE):
            raise FaultError("A133", path=_kek_path(epoch))
        return kek

    def _make_kek(self, epoch: str) -> None:
        """Make the key of a new epoch; one that a broken run left is used, never overwritten."""
        if self._disk.exists(_kek_path(epoch)):
            self._kek(epoch)
            return
        kek = self._random(KEY_SIZE)
        self._disk.write_many([(_kek_path(epoch), f"{_MAGIC} {epoch} {kek.hex()}\n".encode("ascii"))])
        self._keks[epoch] = kek


def _kek_path(epoch: str) -> str:
    return f"kek-{epoch}.key"
