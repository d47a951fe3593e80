"""The destruction catalogue: exactly which versions of which records; people sign its digest."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from signing.canonical import JsonValue, canonical_bytes, parse_canonical
from signing.errors import SigningError
from webir_records.model.tables import BatchRow, RecordRow, VersionRow
from webir_records.services.context import Workspace
from webir_records.services.destruction.batches import evidence_path

CATALOGUE = "catalogue.json"


@dataclass(frozen=True, slots=True)
class CatalogueNow:
    """The catalogue as it lies in the archive now; `items` are its lines by record."""

    sha256: str | None
    items: Mapping[str, JsonValue]


def item_of(session: Session, row: RecordRow) -> dict[str, JsonValue]:
    """Return the line of one record, as it is now."""
    query = select(VersionRow).where(VersionRow.record == row.id).order_by(col(VersionRow.version))
    digests: list[JsonValue] = [version.sealed_sha256 for version in session.exec(query)]
    return {
        "record": row.id,
        "versions": len(digests),
        "form": row.form,
        "form_no": row.form_no,
        "rule": row.rule,
        "due": row.due.isoformat() if row.due else "",
        "sealed_sha256": digests,
    }


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
            "profile": workspace.profile.id,
            "drafted_by": drafted_by,
            "items": [dict(item) for item in items],
        }
    )


def read_catalogue(workspace: Workspace, row: BatchRow) -> CatalogueNow:
    """Read the catalogue back from the archive; a missing or broken one has no digest and no items."""
    try:
        data = workspace.files.read(evidence_path(row.id, CATALOGUE))
        value = parse_canonical(data)
    except (FileNotFoundError, SigningError):
        return CatalogueNow(None, {})
    lines = value.get("items") if isinstance(value, dict) else None
    items = {
        str(line["record"]): line
        for line in (lines if isinstance(lines, list) else [])
        if isinstance(line, dict) and "record" in line
    }
    return CatalogueNow(hashlib.sha256(data).hexdigest(), items)
