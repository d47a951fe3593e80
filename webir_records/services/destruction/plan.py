"""The destruction plan (檔案銷毀計畫, 銷毀辦法 §10) as facts; papers are made from it."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlmodel import Session

from signing.canonical import JsonValue, canonical_bytes
from webir_records.model.tables import BatchRow, RecordRow
from webir_records.services.context import Workspace
from webir_records.services.destruction.batches import ANSWERED, OFFERED, SKIPPED, step_of
from webir_records.services.governing import governing

PLAN: Final = "plan.json"


@dataclass(frozen=True, slots=True)
class Intention:
    """What people add to a plan.

    Attributes:
        place: where the records are destroyed; the agency when empty.
        planned_on: day on which it is intended; None = after the approval.
    """

    place: str = ""
    planned_on: date | None = None


NOTHING_ADDED: Final = Intention()


def plan_bytes(
    workspace: Workspace,
    session: Session,
    row: BatchRow,
    rows: Sequence[RecordRow],
    wish: Intention,
    *,
    papers: Mapping[str, bytes],
) -> bytes:
    """Return `plan.json`: years and quantity, present place, time, place and method, selection.

    Args:
        workspace: the open workspace.
        session: the transaction of the submission.
        row: the batch.
        rows: what is on it.
        wish: what people add.
        papers: what goes up with it, by the name of the file.
    """
    days = [record.trigger_date for record in rows if record.trigger_date]
    files = {found.file for found in governing(workspace, session, rows).values() if found.file}
    facts: dict[str, JsonValue] = {
        "v": 1,
        "batch": row.id,
        "record_class": row.record_class,
        "agency_name": workspace.agency.name,
        "agency_code": workspace.agency.code,
        "profile": workspace.profile.edition,
        "catalogue_sha256": row.catalogue_sha256,
        "count": len(rows),
        "files": len(files),
        "forms": _counted(record.form for record in rows),
        "years": _counted(str(day.year) for day in days),
        "present_place": workspace.agency.name,
        "place": wish.place or workspace.agency.name,
        "method": row.method,
        "shortened_by_copies": 0,
        "selection": _selection(session, row),
        "papers": digests_of(papers),
    }
    return canonical_bytes(facts | _days(wish, days))


def digests_of(papers: Mapping[str, bytes]) -> dict[str, JsonValue]:
    """Return the SHA-256 (hex) of some papers by the name of the file."""
    return {name: hashlib.sha256(content).hexdigest() for name, content in papers.items()}


def _days(wish: Intention, days: Sequence[date]) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {}
    if wish.planned_on is not None:
        found["planned_on"] = wish.planned_on.isoformat()
    if days:
        found |= {"oldest": min(days).isoformat(), "newest": max(days).isoformat()}
    return found


def _selection(session: Session, row: BatchRow) -> dict[str, JsonValue]:
    """Say how the selection by a 史政機關 ended; selected records have left the batch (銷毀辦法 §9)."""
    skipped, offered = step_of(session, row.id, SKIPPED), step_of(session, row.id, OFFERED)
    answered = step_of(session, row.id, ANSWERED)
    if offered is None or answered is None:
        return {"state": "not_offered", "reason_code": skipped.number if skipped else ""}
    return {"state": "answered", "office": offered.number, "letter": answered.number}


def _counted(names: Iterable[str]) -> dict[str, JsonValue]:
    return dict(sorted(Counter(names).items()))
