"""The destruction catalogue: exactly which versions of which records; people sign its digest.

When records leave a batch, a new catalogue takes the place of the older one. A crash in between must not
lose it, so the new one lies beside under its digest before anything names it (`stage`), and is put in its
place afterwards (`settle`), by the same act or by the next one. As long as a batch was not started, no
reader asks for a catalogue that is not there.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from sqlalchemy import bindparam, select
from sqlmodel import Session

from signing.canonical import JsonValue, canonical_bytes, parse_canonical
from signing.errors import SigningError
from webir_records.archive.store import put_unnamed, take_back
from webir_records.model.tables import WORK_TABLES, BatchRow, RecordRow
from webir_records.services.context import Workspace
from webir_records.services.destruction.batches import evidence_path
from webir_records.services.governing import chunks

CATALOGUE = "catalogue.json"


class Sealed(NamedTuple):
    """One sealed file of a record, as the database has it; plain, because there are very many."""

    record: str
    version: int
    path: str
    sealed_sha256: str
    size: int
    seq: int


_VERSION: Final = next(table for table in WORK_TABLES if table.name == "version").c
_VERSIONS: Final = (
    select(*(getattr(_VERSION, name) for name in Sealed._fields))
    .where(_VERSION.record.in_(bindparam("records", expanding=True)))
    .order_by(_VERSION.record, _VERSION.version)
)


@dataclass(frozen=True, slots=True)
class CatalogueNow:
    """The catalogue as it lies in the archive now; `items` are its lines by record."""

    sha256: str | None
    items: Mapping[str, JsonValue]


def versions_of(session: Session, records: Sequence[str]) -> dict[str, list[Sealed]]:
    """Return the versions of many records, in order."""
    found: dict[str, list[Sealed]] = {record: [] for record in records}
    for some in chunks(records):
        for row in session.connection().execute(_VERSIONS, {"records": list(some)}):
            found[row.record].append(Sealed(*row))
    return found


def item_of(row: RecordRow, versions: Sequence[Sealed]) -> dict[str, JsonValue]:
    """Return the line of one record, as it is now."""
    digests: list[JsonValue] = [version.sealed_sha256 for version in versions]
    return {
        "record": row.id,
        "versions": len(digests),
        "form": row.form,
        "form_no": row.form_no,
        "rule": row.rule,
        "due": row.due.isoformat() if row.due else "",
        "sealed_sha256": digests,
    }


def items_of(session: Session, rows: Sequence[RecordRow]) -> list[dict[str, JsonValue]]:
    """Return the lines of many records, in the same order."""
    versions = versions_of(session, [row.id for row in rows])
    return [item_of(row, versions[row.id]) for row in rows]


def catalogue_bytes(
    workspace: Workspace,
    *,
    batch: str,
    record_class: str,
    drafted_by: str,
    items: Sequence[Mapping[str, JsonValue]],
) -> bytes:
    """Return the catalogue file (docs/spec/destruction.md)."""
    return canonical_bytes(
        {
            "v": 1,
            "batch": batch,
            "class": record_class,
            "profile": workspace.profile.edition,
            "drafted_by": drafted_by,
            "items": [dict(item) for item in items],
        }
    )


def read_catalogue(workspace: Workspace, row: BatchRow) -> CatalogueNow:
    """Read the catalogue back from the archive; a missing or broken one has no digest and no items."""
    data = _data(workspace, row)
    return CatalogueNow(None, {}) if data is None else parse_catalogue(data)


def parse_catalogue(data: bytes) -> CatalogueNow:
    """Read the lines of a catalogue; one that is broken has no digest and no items."""
    try:
        value = parse_canonical(data)
    except SigningError:
        return CatalogueNow(None, {})
    lines = value.get("items") if isinstance(value, dict) else None
    items = {
        str(line["record"]): line
        for line in (lines if isinstance(lines, list) else [])
        if isinstance(line, dict) and "record" in line
    }
    return CatalogueNow(hashlib.sha256(data).hexdigest(), items)


def catalogue_digest(workspace: Workspace, row: BatchRow) -> str | None:
    """Return the digest of the catalogue as it lies in the archive now, without reading its lines."""
    data = _data(workspace, row)
    return None if data is None else hashlib.sha256(data).hexdigest()


def stage(workspace: Workspace, row: BatchRow, data: bytes) -> None:
    """Put a new catalogue beside the older one, then take the older one out of its place.

    Called within the transaction that names the new one, after all that may refuse.
    """
    place = evidence_path(row.id, CATALOGUE)
    put_unnamed(workspace.files, _beside(row.id, hashlib.sha256(data).hexdigest()), data)
    if workspace.files.exists(place):
        older = workspace.files.read(place)
        put_unnamed(workspace.files, _beside(row.id, hashlib.sha256(older).hexdigest()), older)
        take_back(workspace.files, place)


def settle(workspace: Workspace, row: BatchRow) -> None:
    """Put the catalogue of which the database speaks in its place, if it lies beside; safe to repeat."""
    place = evidence_path(row.id, CATALOGUE)
    if workspace.files.exists(place):
        return
    data = _read(workspace, _beside(row.id, row.catalogue_sha256))
    if data is not None and hashlib.sha256(data).hexdigest() == row.catalogue_sha256:
        workspace.files.put(place, data)


def _data(workspace: Workspace, row: BatchRow) -> bytes | None:
    """Return the catalogue's bytes: from its place, or from beside when a run broke off before `settle`."""
    found = _read(workspace, evidence_path(row.id, CATALOGUE))
    return found if found is not None else _read(workspace, _beside(row.id, row.catalogue_sha256))


def _read(workspace: Workspace, path: str) -> bytes | None:
    try:
        return workspace.files.read(path)
    except FileNotFoundError:
        return None


def _beside(batch: str, digest: str) -> str:
    return evidence_path(batch, f"catalogue-{digest}.json")
