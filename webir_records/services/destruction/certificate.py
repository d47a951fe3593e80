"""The certificate of destruction: facts as canonical JSON, and the same facts as a paper to sign."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, func, select

from signing.canonical import JsonValue, canonical_bytes
from webir_records.archive.store import put_unnamed
from webir_records.forms.problems import FormDocument
from webir_records.forms.specs import load_form
from webir_records.model.tables import BackupRow, BatchRow, PersonRow
from webir_records.services.context import Workspace, utc_text
from webir_records.services.destruction.batches import evidence_path, require_batch, statements_of
from webir_records.services.destruction.catalogue import read_catalogue
from webir_records.services.issuing import Issued
from webir_records.services.keys import ESCROW, FILE, WORKSPACE
from webir_records.services.rendering import available_formats, render

CERTIFICATE: Final = "certificate"
_STATEMENT: Final = (
    "上列紀錄已逾規定保存期限，經核准後於監毀人員全程監控下銷毀。每一紀錄之加密金鑰均已消除，封存檔案並已刪除；"
    "金鑰庫並已更換期別、消除舊期別主金鑰，舊有備份中之同一紀錄亦不能再行解讀。"
    "本證明所載目錄雜湊值、帳冊筆數及根雜湊值，得以公開方法驗證。"
)
"""What the paper says above the signatures; official papers are in Chinese whatever the language."""

_NO_COPIES: Final = "系統未登載舊期別之金鑰備份檔、託管單或工作區備份。"
_COPIES: Final = {FILE: "金鑰備份檔", ESCROW: "金鑰託管單", WORKSPACE: "工作區備份"}


@dataclass(frozen=True, slots=True)
class CertificateFiles:
    """Where the certificate lies; `sha256` is the digest of `certificate.json` (hex)."""

    paths: tuple[str, ...]
    sha256: str
    finished_at: str


def write_certificate(workspace: Workspace, batch: str) -> CertificateFiles:
    """Write certificate.json, .docx and, with LibreOffice, .pdf beside the catalogue; durable on return."""
    finished_at = utc_text(workspace.machine.now())
    with Session(workspace.engine) as session:
        row = require_batch(session, batch)
        data = _facts(workspace, session, row, finished_at)
    papers = _papers(workspace, batch, data)
    digests: dict[str, JsonValue] = {
        name: hashlib.sha256(paper).hexdigest() for name, paper in papers.items()
    }
    files = {"certificate.json": canonical_bytes({**data, "papers": digests}), **papers}
    for name, content in files.items():
        put_unnamed(workspace.files, evidence_path(batch, name), content)
    return CertificateFiles(
        tuple(evidence_path(batch, name) for name in files),
        hashlib.sha256(files["certificate.json"]).hexdigest(),
        finished_at,
    )


def _papers(workspace: Workspace, batch: str, data: Mapping[str, JsonValue]) -> dict[str, bytes]:
    spec = load_form(CERTIFICATE, *workspace.templates)
    item = Issued(FormDocument(form=spec.id, data=_printable(workspace, data), rows=()), batch.lower(), batch)
    (rendered,) = render(workspace, spec, [item], available_formats(workspace))
    return {f"{CERTIFICATE}.{kind}": content for kind, content in rendered.files.items()}


def _facts(workspace: Workspace, session: Session, row: BatchRow, finished_at: str) -> dict[str, JsonValue]:
    catalogue = read_catalogue(workspace, row)
    head = workspace.archive.ledger.head(session)
    copies = _copies(session, row)
    facts: dict[str, JsonValue] = {
        "v": 1,
        "agency_name": workspace.agency.name,
        "agency_code": workspace.agency.code,
        "batch": row.id,
        "record_class": row.record_class,
        "profile": workspace.profile.id,
        "authority": "; ".join(map(str, _people(session, row, "approval"))),
        "method": row.method,
        "place": row.place or workspace.agency.name,
        "started_at": row.started_at,
        "finished_at": finished_at,
        "count": len(catalogue.items),
        "catalogue_sha256": row.catalogue_sha256,
        "drafted_by": _named(session, row.drafted_by),
        "approvers": _people(session, row, "approval"),
        "witnesses": _people(session, row, "witness"),
        "epoch_from": row.epoch_before,
        "epoch_to": row.epoch_after,
        "key_copies": [_copy(found) for found in copies],
        "ledger_size": head.size,
        "ledger_root": head.root,
        "items": [_item(workspace, line) for line in catalogue.items.values()],
    }
    expiry = _expiry(copies)
    return facts if expiry is None else facts | {"backups_expire_on": expiry.isoformat()}


def _printable(workspace: Workspace, data: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return the facts as the form's fields: local times, lists, and the text above the signatures."""
    printed = {key: value for key, value in data.items() if key not in {"v", "items"}}
    for key in ("started_at", "finished_at"):
        printed[key] = _local_time(workspace, str(data[key]))
    items = data["items"]
    return printed | {
        "key_copies": _printed_copies(workspace, data["key_copies"]),
        "method": [str(data["method"])],
        "statement": _STATEMENT,
        "items": [
            {"seq": number, **item}
            for number, item in enumerate(items if isinstance(items, list) else [], start=1)
            if isinstance(item, dict)
        ],
    }


def _copies(session: Session, row: BatchRow) -> Sequence[BackupRow]:
    """Return the known copies that this batch leaves behind: made since the one before, of an older epoch.

    Together they open what was destroyed; only people reach them, so witnesses attest to their end.
    """
    closed = select(func.max(BatchRow.completed_at)).where(col(BatchRow.id) != row.id)
    since = session.exec(closed).one() or ""
    query = select(BackupRow).where(
        col(BackupRow.kind).in_(list(_COPIES)),
        col(BackupRow.epoch) != row.epoch_after,
        col(BackupRow.made_at) >= since,
    )
    return session.exec(query.order_by(col(BackupRow.size), col(BackupRow.id))).all()


def _copy(row: BackupRow) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {
        "backup": row.id,
        "kind": row.kind,
        "epoch": row.epoch,
        "made_at": row.made_at,
        "sha256": row.sha256,
    }
    return found if row.expires_on is None else found | {"expires_on": row.expires_on.isoformat()}


def _expiry(copies: Sequence[BackupRow]) -> date | None:
    """Return the day on which the last backup of the workspace expires; None if one of them never does."""
    days = [copy.expires_on for copy in copies if copy.kind == WORKSPACE]
    return max((day for day in days if day), default=None) if None not in days else None


def _printed_copies(workspace: Workspace, copies: JsonValue) -> list[JsonValue]:
    """Return a line for each copy, with a box to be ticked by hand."""
    lines: list[JsonValue] = []
    for copy in copies if isinstance(copies, list) else []:
        if isinstance(copy, dict):
            kind = _COPIES[str(copy["kind"])]
            made = _local_time(workspace, str(copy["made_at"]))[:10]
            lines.append(f"□已銷毀 {kind} {copy['backup']}（期別 {copy['epoch']}，{made} 製作）")
    return lines or [_NO_COPIES]


def _local_time(workspace: Workspace, text: str) -> str:
    moment = datetime.fromisoformat(text).astimezone(ZoneInfo(workspace.profile.timezone))
    return moment.replace(tzinfo=None).isoformat(timespec="minutes")


def _people(session: Session, row: BatchRow, kind: str) -> list[JsonValue]:
    return [_named(session, s.person) for s in statements_of(session, row.id) if s.kind == kind]


def _named(session: Session, person: str) -> str:
    """Return e.g. `chen-01 (archivist)`; the human being signs the paper by hand."""
    row = session.get(PersonRow, person)
    return f"{person} ({row.roles})" if row else person


def _item(workspace: Workspace, line: JsonValue) -> dict[str, JsonValue]:
    if not isinstance(line, dict):
        raise TypeError("a catalogue line is an object")
    spec = load_form(str(line["form"]), *workspace.templates)
    return {
        "record": line["record"],
        "item_form_no": line["form_no"],
        "form_title": spec.title,
        "rule": workspace.profile.rule_for(spec.id).clause,
        "versions": line["versions"],
        "due": line["due"],
    }
