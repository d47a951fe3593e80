"""The archive: sealed records, their keys, and the ledger that speaks for them.

Write order (docs/adr/0003): sealed file → wrapped key → entries, rows and signed checkpoint in one
transaction → tiles, manifest, checkpoint published → only then is the caller told. A row in `pending`
precedes the files, so that recovery looks at what was under way and not at the whole archive.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Engine, delete
from sqlmodel import Session, col, select

from signing.canonical import JsonValue
from signing.entries import sealed_path
from webir_records.archive.disk import TEMPORARY_SUFFIX
from webir_records.archive.keystore import KeyStore
from webir_records.archive.ledger import Event, Ledger, Standing
from webir_records.archive.package import Package, parse_package
from webir_records.archive.rows import StoredVersion, announce, store_versions
from webir_records.archive.sealing import seal, unseal
from webir_records.archive.store import Store, take_back, take_back_many
from webir_records.model.errors import FaultError, InputError
from webir_records.model.tables import PendingRow, RecordRow, VersionRow

DESTROYED: Final = "destroyed"


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version of a record to be sealed.

    Attributes:
        record: record id.
        version: 1 for a new record, else one more than the newest.
        package: what is sealed.
        form, form_no, record_class, profile, rule: what the ledger says of it.
        trigger, trigger_date, due: set once the period has begun.
        reason_code: why there is a later version.
        lookup: keyed HMAC of the account, by which a cancellation finds the record.
        unit: opaque id of the unit whose record it is; named with version 1.
    """

    record: str
    version: int
    package: Package
    form: str
    form_no: str
    record_class: str
    profile: str
    rule: str
    trigger: str | None = None
    trigger_date: date | None = None
    due: date | None = None
    reason_code: str | None = None
    lookup: bytes | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class _Sealed:
    new: NewVersion
    path: str
    size: int
    digest: str
    key: bytes


class Archive:
    """Sealed records behind one ledger.

    Args:
        engine: the working database.
        disk: the store of `archive/`.
        keys: the key store.
        ledger: the ledger of the same database and folder.
    """

    def __init__(self, engine: Engine, disk: Store, keys: KeyStore, ledger: Ledger) -> None:
        self.engine = engine
        self.disk = disk
        self.keys = keys
        self.ledger = ledger

    def record_act(self, event: Event) -> int:
        """Put one act into the ledger and publish it; returns its sequence number."""
        with Session(self.engine) as session, session.begin():
            added = self.ledger.append(session, [event])
        self.ledger.publish()
        return added.numbers[0]

    def store(
        self,
        versions: Sequence[NewVersion],
        *,
        actor: str,
        batch: str,
        year: int,
        before: Sequence[Event] = (),
        after: Callable[[Session], Sequence[Event]] | None = None,
    ) -> None:
        """Seal and file versions; all of them are acknowledged, or none.

        Args:
            versions: keep a call to what fits in memory; callers cut large batches.
            actor: who files.
            batch: name of the act in the ledger.
            year: folder of the sealed files.
            before: acts that the ledger names before these versions.
            after: called within the transaction when the rows are written; may change further rows, and
                returns the acts that follow from it.

        Raises:
            InputError: A140 a version exists already; A141 an earlier version is missing.
            FaultError: the disk failed; nothing is acknowledged and recovery removes what was written.
        """
        self.ledger.require_agreement()
        packages = [new.package.to_bytes() for new in versions]
        self._announce(versions, year)
        sealed: list[_Sealed] = []
        files = self._sealing(versions, packages, year, sealed)
        self.disk.put_many(files if len(versions) > 1 else list(files))
        self.keys.put([(item.new.record, item.new.version, item.key) for item in sealed])
        with Session(self.engine) as session, session.begin():
            events = [*before, *(_event(item, actor, batch) for item in sealed)]
            added = self.ledger.append(session, events)
            numbers = added.numbers[len(before) :]
            store_versions(session, [_stored(item) for item in sealed], numbers, added.at)
            further = after(session) if after else ()
            if further:
                self.ledger.append(session, further)
        self.ledger.publish()

    def read(self, record: str, version: int | None = None) -> Package:
        """Open a record: its digest is checked before its key is used.

        Raises:
            InputError: A142 there is no such record; A143 it was destroyed.
            FaultError: A150 the sealed file is missing; A151 it is not what the ledger says; A120/A121/A13x.
        """
        row = self._version_row(record, version)
        data = self._sealed_bytes(row)
        key = self.keys.get(row.record, row.version)
        return parse_package(unseal(data, key, record=row.record, version=row.version))

    def intact(self, record: str) -> bool:
        """Tell whether every sealed file of a record is there, as the ledger says."""
        with Session(self.engine) as session:
            rows = session.exec(select(VersionRow).where(col(VersionRow.record) == record)).all()
        try:
            for row in rows:
                self._sealed_bytes(row)
        except FaultError:
            return False
        return bool(rows)

    def erase_permanently(self, records: Sequence[str], paths: Sequence[str]) -> None:
        """Destroy keys, then sealed files. Only `services.destruction` may call this: see the guard there."""
        self.keys.destroy_permanently(records)
        take_back_many(self.disk, paths)

    def recover(self) -> tuple[str, ...]:
        """Finish or undo what a crash left: leftovers go with a note, what was committed is published.

        Nothing is touched when the published ledger is not the database's: an old copy of the database must
        not take away what was acknowledged since.

        Returns:
            Paths of the leftovers that were removed.
        """
        if self.ledger.standing() is not Standing.AGREES:
            return ()
        self.keys.finish_rotation()
        removed = self._remove_leftovers()
        self.ledger.publish()
        self.ledger.discard_superseded()
        return removed

    def _sealing(
        self, versions: Sequence[NewVersion], packages: list[bytes], year: int, sealed: list[_Sealed]
    ) -> Iterator[tuple[str, bytes]]:
        """Seal one package after the other, as the disk takes them; `sealed` says what became of each."""
        for new, package in zip(versions, packages, strict=True):
            key = self.keys.fresh_key()
            data = seal(package, key, record=new.record, version=new.version)
            digest = hashlib.sha256(data).hexdigest()
            path = sealed_path(new.record, new.version, year)
            sealed.append(_Sealed(new, path, len(data), digest, key))
            yield path, data

    def _announce(self, versions: Sequence[NewVersion], year: int) -> None:
        with self.engine.begin() as connection:
            announce(
                connection,
                ((new.record, new.version, sealed_path(new.record, new.version, year)) for new in versions),
            )

    def _version_row(self, record: str, version: int | None) -> VersionRow:
        with Session(self.engine) as session:
            found = session.get(RecordRow, record)
            if found is None:
                raise InputError("A142", record=record)
            if found.state == DESTROYED:
                raise InputError("A143", record=record)
            row = session.get(VersionRow, (record, version or found.version))
        if row is None:
            raise InputError("A142", record=record)
        return row

    def _sealed_bytes(self, row: VersionRow) -> bytes:
        try:
            data = self.disk.read(row.path)
        except FileNotFoundError as error:
            raise FaultError("A150", path=row.path) from error
        if hashlib.sha256(data).hexdigest() != row.sealed_sha256:
            raise FaultError("A151", path=row.path)
        return data

    def _remove_leftovers(self) -> tuple[str, ...]:
        with Session(self.engine) as session:
            pending = session.exec(select(PendingRow)).all()
            acknowledged = _acknowledged(session) if pending else set[str]()
        if not pending:
            return ()
        leftovers = [row for row in pending if row.path not in acknowledged]
        for row in leftovers:
            take_back(self.disk, row.path)
            self.disk.remove(row.path + TEMPORARY_SUFFIX)
            self.keys.drop_version(row.record, row.version)
        with Session(self.engine) as session, session.begin():
            notes: list[Event] = [
                {
                    "event": "leftover_removed",
                    "actor": "system",
                    "path": row.path,
                    "reason_code": "interrupted",
                }
                for row in leftovers
            ]
            if notes:
                self.ledger.append(session, notes)
            session.exec(delete(PendingRow))
        return tuple(row.path for row in leftovers)


def _acknowledged(session: Session) -> set[str]:
    """Return the paths of pending rows that speak of a filed version: somebody made such rows up.

    A version loses its pending row in the transaction that files it; what is filed is never a leftover.
    """
    same = (col(VersionRow.record) == PendingRow.record) & (col(VersionRow.version) == PendingRow.version)
    places = select(PendingRow.path).join(VersionRow, col(VersionRow.path) == PendingRow.path)
    versions = select(PendingRow.path).join(VersionRow, same)
    return {*session.exec(places), *session.exec(versions)}


def _event(item: _Sealed, actor: str, batch: str) -> Event:
    new = item.new
    event: dict[str, JsonValue] = {
        "event": "filed" if new.version == 1 else "annotated",
        "actor": actor,
        "record": new.record,
        "version": new.version,
        "form": new.form,
        "form_no": new.form_no,
        "class": new.record_class,
        "profile": new.profile,
        "rule": new.rule,
        "sealed_sha256": item.digest,
        "size": item.size,
        "path": item.path,
        "batch": batch,
    }
    optional: Mapping[str, str | date | None] = {
        "trigger": new.trigger,
        "trigger_date": new.trigger_date,
        "due": new.due,
        "reason_code": new.reason_code,
        "unit": new.unit,
    }
    return event | {key: str(value) for key, value in optional.items() if value is not None}


def _stored(item: _Sealed) -> StoredVersion:
    new = item.new
    return StoredVersion(
        record=new.record,
        version=new.version,
        facts={
            "form": new.form,
            "form_no": new.form_no,
            "record_class": new.record_class,
            "profile": new.profile,
            "rule": new.rule,
        },
        path=item.path,
        sealed_sha256=item.digest,
        size=item.size,
        trigger=new.trigger,
        trigger_date=new.trigger_date,
        due=new.due,
        lookup=new.lookup,
        unit=new.unit,
    )
