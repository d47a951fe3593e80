"""The supplement certificate (補充證明): what became of the copies and backups that the certificate named.

The certificate itself never changes, its digest is in the ledger; the supplement names that digest.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlmodel import Session, col, select

from signing.canonical import JsonValue
from webir_records.model.tables import BackupRow, BatchRow, CopyRow
from webir_records.services.attesting import FOLDER
from webir_records.services.context import Workspace, utc_text
from webir_records.services.destruction.batches import evidence_path, item_records
from webir_records.services.destruction.certificate import (
    backup_facts,
    copy_facts,
    local_time,
    printed_backup,
    printed_copy,
    put_papers,
    render_papers,
)
from webir_records.services.issuing import AT_ONCE

FORM: Final = "certificate_supplement"
SUPPLEMENT: Final = "supplement"
_NONE: Final = "系統未登載。"
_STATEMENT: Final = (
    "本批紀錄之金鑰、封存檔案（含儲存區各版本）、系統登載之複製品，以及金鑰換期前製作之金鑰副本與工作區備份，均已銷毀，"
    "各項銷毀並經另一人以個人金鑰簽署。系統未登載之複製品不在本證明範圍。"
)
_PHASES: Final = {
    "KEY_DESTROYED": "金鑰已銷毀",
    "COPIES_DELETED": "複製品已刪除",
    "BACKUPS_EXPIRED": "備份已失效",
    "CLOSED": "結案",
}


@dataclass(frozen=True, slots=True)
class Supplement:
    """Where the supplement's facts lie, and their digest (hex)."""

    path: str
    sha256: str


def write_supplement(
    workspace: Workspace,
    session: Session,
    row: BatchRow,
    phases: Mapping[str, date | None],
    actor: str,
) -> Supplement:
    """Write supplement.json, .docx and, with LibreOffice, .pdf beside the certificate; durable on return.

    Args:
        workspace: the open workspace.
        session: the transaction that closes the batch.
        row: the batch.
        phases: the day of every phase, in order.
        actor: who closes it.
    """
    facts = _facts(workspace, session, row, phases, actor)
    papers = render_papers(workspace, FORM, row.id, _printable(workspace, facts), name=SUPPLEMENT)
    digest = put_papers(workspace, row.id, SUPPLEMENT, facts, papers)
    return Supplement(evidence_path(row.id, f"{SUPPLEMENT}.json"), digest)


def _facts(
    workspace: Workspace, session: Session, row: BatchRow, phases: Mapping[str, date | None], actor: str
) -> dict[str, JsonValue]:
    records, head = item_records(session, row.id), workspace.archive.ledger.head(session)
    witnesses = _witnesses(workspace)
    return {
        "v": 1,
        "agency_name": workspace.agency.name,
        "agency_code": workspace.agency.code,
        "batch": row.id,
        "record_class": row.record_class,
        "certificate_sha256": row.certificate_sha256,
        "catalogue_sha256": row.catalogue_sha256,
        "count": len(records),
        "phases": [{"phase": phase, "on": f"{day or ''}"} for phase, day in phases.items()],
        "copies": _copies(_copies_of(session, records), witnesses),
        "backups": [_backup(found, witnesses) for found in _backups_of(session, row)],
        "closed_by": actor,
        "closed_at": utc_text(workspace.machine.now()),
        "ledger_size": head.size,
        "ledger_root": head.root,
    }


def _copies_of(session: Session, records: Sequence[str]) -> Iterator[CopyRow]:
    for start in range(0, len(records), AT_ONCE):
        some = col(CopyRow.record).in_(records[start : start + AT_ONCE])
        yield from session.exec(select(CopyRow).where(some).order_by(col(CopyRow.made_at), col(CopyRow.id)))


def _copies(rows: Iterator[CopyRow], witnesses: Mapping[str, str]) -> list[JsonValue]:
    known = list(rows)
    ends = {row.id: (row.destroyed_at, row.method) for row in known}
    return [
        {**fact, **_end(str(fact["copy"]), *ends[str(fact["copy"])], witnesses)}
        for fact in copy_facts(known)
        if isinstance(fact, dict)
    ]


def _backups_of(session: Session, row: BatchRow) -> Sequence[BackupRow]:
    """Return what was still there when the keys turned and is gone now."""
    query = select(BackupRow).where(
        col(BackupRow.epoch) != row.epoch_after,
        col(BackupRow.made_at) <= row.completed_at,
        col(BackupRow.destroyed_at) >= row.completed_at,
    )
    return session.exec(query.order_by(col(BackupRow.made_at), col(BackupRow.id))).all()


def _backup(row: BackupRow, witnesses: Mapping[str, str]) -> dict[str, JsonValue]:
    return {**backup_facts(row), **_end(row.id, row.destroyed_at, row.method, witnesses)}


def _end(subject: str, at: str, method: str, witnesses: Mapping[str, str]) -> dict[str, JsonValue]:
    return {"destroyed_at": at, "method": method, "witness": witnesses.get(subject, "")}


def _witnesses(workspace: Workspace) -> dict[str, str]:
    """Return who signed for the end of each copy and backup, by its id: the names of the notes say it."""
    found: dict[str, str] = {}
    for path in workspace.files.list(evidence_path(FOLDER, "").rstrip("/")):
        _, subject, person = path.removesuffix(".note").rpartition("/")[2].split("-", 2)
        found[subject] = person
    return found


def _printable(workspace: Workspace, facts: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    printed = {key: value for key, value in facts.items() if key != "v"}
    return printed | {
        "closed_at": local_time(workspace, str(facts["closed_at"])),
        "phases": "\n".join(
            f"{fact['on']}　{_PHASES[str(fact['phase'])]}（{fact['phase']}）"
            for fact in _objects(facts, "phases")
        ),
        "copies": _lines(workspace, facts, "copies", printed_copy),
        "backups": _lines(workspace, facts, "backups", printed_backup),
        "statement": _STATEMENT,
    }


def _lines(
    workspace: Workspace,
    facts: Mapping[str, JsonValue],
    name: str,
    printed: Callable[[Workspace, Mapping[str, JsonValue]], str],
) -> str:
    """Return a line for each copy or backup with its end."""
    return (
        "\n".join(
            f"{printed(workspace, fact)}：{_printed_end(workspace, fact)}" for fact in _objects(facts, name)
        )
        or _NONE
    )


def _printed_end(workspace: Workspace, fact: Mapping[str, JsonValue]) -> str:
    on = local_time(workspace, str(fact["destroyed_at"]))[:10]
    return f"{on} 以{fact['method']}銷毀，監毀人 {fact['witness']}"


def _objects(facts: Mapping[str, JsonValue], name: str) -> Iterator[Mapping[str, JsonValue]]:
    values = facts[name]
    yield from (value for value in (values if isinstance(values, list) else []) if isinstance(value, dict))
