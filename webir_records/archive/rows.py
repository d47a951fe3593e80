"""Rows of sealed versions, many at a time.

These are plain statements and not mapped objects: filing thousands of records spent more time in making
objects than in writing files.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlmodel import Session

from webir_records.model.errors import InputError
from webir_records.model.tables import WORK_TABLES

FILED: Final = "filed"

_AT_ONCE: Final = 500
"""Values in one `IN`; SQLite takes 32,766 variables at most."""


_TABLES: Final = {table.name: table for table in WORK_TABLES}
_RECORD: Final = _TABLES["record"]
_VERSION: Final = _TABLES["version"]
_PENDING: Final = _TABLES["pending"]

_NEW_RECORD: Final = insert(_RECORD)
_NEW_VERSION: Final = insert(_VERSION)
_NEW_UNIT: Final = insert(_TABLES["unit"])
_NEW_PENDING: Final = insert(_PENDING)
_NEWEST: Final = select(_RECORD.c.id, _RECORD.c.version).where(
    _RECORD.c.id.in_(bindparam("records", expanding=True))
)
_LATER: Final = update(_RECORD).where(_RECORD.c.id == bindparam("record"))
_DONE: Final = delete(_PENDING).where(_PENDING.c.path == bindparam("done"))


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """What the database keeps of one version that was sealed.

    Attributes:
        facts: columns of `record` that never change, by name.
        path, sealed_sha256, size: of the sealed file; size in bytes.
        trigger, trigger_date, due: set once the period has begun.
        lookup: keyed HMAC of the account; None keeps what was there.
        unit: the unit whose record it is, if that is known; kept from version 1.
    """

    record: str
    version: int
    facts: Mapping[str, str]
    path: str
    sealed_sha256: str
    size: int
    trigger: str | None
    trigger_date: date | None
    due: date | None
    lookup: bytes | None
    unit: str | None = None


def announce(connection: Connection, versions: Iterable[tuple[str, int, str]]) -> None:
    """Write down what is about to be written: (record, version, path) of each sealed file.

    Raises:
        InputError: A140 a version exists already; A141 an earlier version is missing.
    """
    wanted = list(versions)
    newest = dict(_newest_versions(connection, [record for record, _, _ in wanted]))
    for record, version, _ in wanted:
        found = newest.get(record, 0)
        if version <= found:
            raise InputError("A140", record=record, version=str(version))
        if version != found + 1:
            raise InputError("A141", record=record, version=str(version))
        newest[record] = version
    rows = [{"record": record, "version": version, "path": path} for record, version, path in wanted]
    connection.execute(_NEW_PENDING, rows)


def store_versions(
    session: Session, versions: Sequence[StoredVersion], numbers: Sequence[int], at: str
) -> None:
    """Write the rows of versions that have their entries now; they are pending no longer.

    Args:
        session: within whose transaction the entries are committed.
        versions: in the order of their entries.
        numbers: their positions in the ledger.
        at: UTC time of the entries.
    """
    connection = session.connection()
    first = [_record_row(item, at) for item in versions if item.version == 1]
    if first:
        connection.execute(_NEW_RECORD, first)
    units = [{"record": item.record, "unit": item.unit} for item in versions if item.unit]
    if units:
        connection.execute(_NEW_UNIT, units)
    for item in versions:
        if item.version > 1:
            connection.execute(_LATER.values(_later(item)), {"record": item.record})
    rows = [_version_row(item, seq) for item, seq in zip(versions, numbers, strict=True)]
    connection.execute(_NEW_VERSION, rows)
    connection.execute(_DONE, [{"done": item.path} for item in versions])


def _newest_versions(connection: Connection, records: Sequence[str]) -> Iterator[tuple[str, int]]:
    for start in range(0, len(records), _AT_ONCE):
        some = records[start : start + _AT_ONCE]
        for row in connection.execute(_NEWEST, {"records": some}):
            yield row.id, row.version


def _record_row(item: StoredVersion, at: str) -> dict[str, Any]:
    return {
        **item.facts,
        "id": item.record,
        "version": item.version,
        "state": FILED,
        "filed_at": at,
        "trigger": item.trigger,
        "trigger_date": item.trigger_date,
        "due": item.due,
        "lookup": item.lookup,
    }


def _later(item: StoredVersion) -> dict[str, Any]:
    changed: dict[str, Any] = {
        "version": item.version,
        "trigger": item.trigger,
        "trigger_date": item.trigger_date,
        "due": item.due,
    }
    return changed if item.lookup is None else {**changed, "lookup": item.lookup}


def _version_row(item: StoredVersion, seq: int) -> dict[str, Any]:
    return {
        "record": item.record,
        "version": item.version,
        "path": item.path,
        "sealed_sha256": item.sealed_sha256,
        "size": item.size,
        "seq": seq,
    }
