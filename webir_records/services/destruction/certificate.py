"""The certificate of destruction: facts as canonical JSON, and the same facts as a paper to sign."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from retention.sections import Rule
from signing.canonical import JsonValue, canonical_bytes
from webir_records.archive.store import put_unnamed
from webir_records.forms.problems import FormDocument
from webir_records.forms.specs import load_form
from webir_records.model.tables import BackupRow, BatchRow, CopyRow, PersonRow, RecordRow
from webir_records.services.context import Workspace, utc_text
from webir_records.services.copies import BAG, DISC, EXPORT, PRINT
from webir_records.services.copy_terms import kept_copies
from webir_records.services.destruction.batches import (
    AUTHORITY,
    evidence_path,
    item_records,
    require_batch,
    statements_of,
    step_of,
)
from webir_records.services.destruction.catalogue import CatalogueNow, read_catalogue
from webir_records.services.destruction.certificate_list import LIST, MOST_LINES, items_list, pointing_to
from webir_records.services.expiring import left_behind
from webir_records.services.governing import chunks
from webir_records.services.issuing import Issued
from webir_records.services.keys import ESCROW, FILE, WORKSPACE
from webir_records.services.rendering import available_formats, render
from webir_records.services.rules import rules_of

CERTIFICATE: Final = "certificate"
_STATEMENT: Final = (
    "上列紀錄已逾規定保存期限，經核准後於監毀人員全程監控下銷毀。每一紀錄之加密金鑰均已消除，封存檔案並已刪除；"
    "金鑰庫並已更換期別、消除舊期別主金鑰，舊有備份中之同一紀錄亦不能再行解讀。"
    "本證明所載目錄雜湊值、帳冊筆數及根雜湊值，得以公開方法驗證。"
)
"""What the paper says above the signatures; official papers are in Chinese whatever the language."""

_NO_COPIES: Final = "系統未登載舊期別之金鑰備份檔、託管單或工作區備份。"
_COPIES: Final = {FILE: "金鑰備份檔", ESCROW: "金鑰託管單", WORKSPACE: "工作區備份"}
_NO_OTHERS: Final = "系統未登載本批紀錄之匯出檔、光碟或列印本。"
_KINDS: Final = {BAG: "匯出封包", EXPORT: "匯出資料夾", DISC: "光碟", PRINT: "列印本"}
KEY_DESTROYED: Final = "KEY_DESTROYED"
_PHASES: Final = (
    "金鑰已銷毀（KEY_DESTROYED）。複製品刪除（COPIES_DELETED）、備份失效（BACKUPS_EXPIRED）後，"
    "另以補充證明結案（CLOSED）。"
)


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
    digest = put_papers(workspace, batch, CERTIFICATE, data, papers)
    names = ("certificate.json", *papers)
    return CertificateFiles(tuple(evidence_path(batch, name) for name in names), digest, finished_at)


def _papers(workspace: Workspace, batch: str, data: Mapping[str, JsonValue]) -> dict[str, bytes]:
    """Return the paper to sign; what is too much for a paper is listed in a spreadsheet beside it."""
    fields, items = _printable(workspace, data), _numbered(data)
    if len(items) <= MOST_LINES:
        lines: list[JsonValue] = [*items]
        return render_papers(workspace, CERTIFICATE, batch, {**fields, "items": lines})
    listed = items_list(data, items)
    fields |= {"items": [], "statement": f"{_STATEMENT}{pointing_to(listed, len(items))}"}
    return render_papers(workspace, CERTIFICATE, batch, fields) | {LIST: listed}


def render_papers(
    workspace: Workspace, form: str, batch: str, fields: Mapping[str, JsonValue], *, name: str = ""
) -> dict[str, bytes]:
    """Return a paper about a batch in every format that this machine can make, by the name of the file."""
    spec = load_form(form, *workspace.templates)
    item = Issued(FormDocument(form=spec.id, data=dict(fields), rows=()), batch.lower(), batch)
    (rendered,) = render(workspace, spec, [item], available_formats(workspace))
    return {f"{name or form}.{kind}": content for kind, content in rendered.files.items()}


def put_papers(
    workspace: Workspace, batch: str, name: str, facts: Mapping[str, JsonValue], papers: Mapping[str, bytes]
) -> str:
    """Put `name.json` with the facts and the papers' digests beside the catalogue, and the papers; durable.

    Returns:
        The digest of the facts (hex).
    """
    digests: dict[str, JsonValue] = {
        paper: hashlib.sha256(content).hexdigest() for paper, content in papers.items()
    }
    data = canonical_bytes({**facts, "papers": digests})
    for path, content in {f"{name}.json": data, **papers}.items():
        put_unnamed(workspace.files, evidence_path(batch, path), content)
    return hashlib.sha256(data).hexdigest()


def _facts(workspace: Workspace, session: Session, row: BatchRow, finished_at: str) -> dict[str, JsonValue]:
    catalogue = read_catalogue(workspace, row)
    head = workspace.archive.ledger.head(session)
    left = left_behind(session, epoch=row.epoch_after, until="")
    facts: dict[str, JsonValue] = {
        "v": 1,
        "agency_name": workspace.agency.name,
        "agency_code": workspace.agency.code,
        "batch": row.id,
        "record_class": row.record_class,
        "profile": workspace.profile.edition,
        "phase": KEY_DESTROYED,
        "authority": _authority(session, row),
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
        "key_copies": [backup_facts(found) for found in left],
        "copies": copy_facts(kept_copies(session, item_records(session, row.id))),
        "ledger_size": head.size,
        "ledger_root": head.root,
        "items": _items(workspace, session, catalogue),
    }
    expiry = _expiry(left)
    return facts if expiry is None else facts | {"backups_expire_on": expiry.isoformat()}


def _printable(workspace: Workspace, data: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return the facts as the form's fields: local times, lists, and the text above the signatures."""
    printed = {key: value for key, value in data.items() if key not in {"v", "items"}}
    for key in ("started_at", "finished_at"):
        printed[key] = local_time(workspace, str(data[key]))
    return printed | {
        "phase": _PHASES,
        "key_copies": _ticked(data["key_copies"], partial(printed_backup, workspace), _NO_COPIES),
        "copies": _ticked(data["copies"], partial(printed_copy, workspace), _NO_OTHERS),
        "method": [str(data["method"])],
        "statement": _STATEMENT,
    }


def _numbered(data: Mapping[str, JsonValue]) -> list[dict[str, JsonValue]]:
    items = data["items"]
    lines = [item for item in (items if isinstance(items, list) else []) if isinstance(item, dict)]
    return [{"seq": number, **item} for number, item in enumerate(lines, start=1)]


def _authority(session: Session, row: BatchRow) -> str:
    """Return the letter of the archive authority, if there is one, and who approved."""
    letter = step_of(session, row.id, AUTHORITY)
    people = map(str, _people(session, row, "approval"))
    return "; ".join([f"{letter.number}（{letter.on}）", *people] if letter else people)


def backup_facts(row: BackupRow) -> dict[str, JsonValue]:
    """Return what a certificate says of a backup."""
    found: dict[str, JsonValue] = {
        "backup": row.id,
        "kind": row.kind,
        "epoch": row.epoch,
        "made_at": row.made_at,
        "sha256": row.sha256,
    }
    return found if row.expires_on is None else found | {"expires_on": row.expires_on.isoformat()}


def copy_facts(rows: Iterable[CopyRow]) -> list[JsonValue]:
    """Return what a certificate says of copies outside the archive, one object for each."""
    found: dict[str, dict[str, JsonValue]] = {}
    for row in rows:
        fact = found.setdefault(
            row.id,
            {
                "copy": row.id,
                "kind": row.kind,
                "medium": row.medium,
                "number": row.medium_no,
                "holder": row.holder,
                "made_at": row.made_at,
                "records": 0,
            },
        )
        fact["records"] = int(str(fact["records"])) + 1
    return list(found.values())


def _expiry(copies: Sequence[BackupRow]) -> date | None:
    """Return the day on which the last backup of the workspace expires; None if one of them never does."""
    days = [copy.expires_on for copy in copies if copy.kind == WORKSPACE]
    return max((day for day in days if day), default=None) if None not in days else None


def printed_backup(workspace: Workspace, fact: Mapping[str, JsonValue]) -> str:
    """Return the line of a backup, e.g. `工作區備份 ab12（期別 2026，2026-11-23 製作，2027-03-01 失效）`."""
    made = local_time(workspace, str(fact["made_at"]))[:10]
    until = f"，{fact['expires_on']} 失效" if "expires_on" in fact else ""
    return f"{_COPIES[str(fact['kind'])]} {fact['backup']}（期別 {fact['epoch']}，{made} 製作{until}）"


def printed_copy(workspace: Workspace, fact: Mapping[str, JsonValue]) -> str:
    """Return the line of a copy outside the archive."""
    made = local_time(workspace, str(fact["made_at"]))[:10]
    more = [f"編號 {fact['number']}"] if fact["number"] else []
    more += [f"持有人 {fact['holder']}"] if fact["holder"] else []
    facts = "，".join([*more, f"{fact['records']} 筆", f"{made} 製作"])
    return f"{_KINDS[str(fact['kind'])]} {fact['copy']}（{facts}）"


def _ticked(facts: JsonValue, printed: Callable[[Mapping[str, JsonValue]], str], none: str) -> str:
    """Return a line for each, with a box to be ticked by hand."""
    known = [fact for fact in (facts if isinstance(facts, list) else []) if isinstance(fact, dict)]
    return "\n".join(f"□已銷毀 {printed(fact)}" for fact in known) or none


def local_time(workspace: Workspace, text: str) -> str:
    """Return a moment of the ledger in local time, to the minute."""
    moment = datetime.fromisoformat(text).astimezone(ZoneInfo(workspace.profile.timezone))
    return moment.replace(tzinfo=None).isoformat(timespec="minutes")


def _people(session: Session, row: BatchRow, kind: str) -> list[JsonValue]:
    return [_named(session, s.person) for s in statements_of(session, row.id) if s.kind == kind]


def _named(session: Session, person: str) -> str:
    """Return e.g. `chen-01 (archivist)`; the human being signs the paper by hand."""
    row = session.get(PersonRow, person)
    return f"{person} ({row.roles})" if row else person


def _items(workspace: Workspace, session: Session, catalogue: CatalogueNow) -> list[JsonValue]:
    """Return the lines, each with the clause of the rule that governed its record."""
    rules, records = rules_of(workspace), list(catalogue.items)
    found: dict[str, Rule | None] = {}
    for some in chunks(records):
        rows = session.exec(select(RecordRow).where(col(RecordRow.id).in_(some)))
        found |= {row.id: rules.rule(row) for row in rows}
    return [_item(workspace, line, found.get(record)) for record, line in catalogue.items.items()]


def _item(workspace: Workspace, line: JsonValue, rule: Rule | None) -> dict[str, JsonValue]:
    if not isinstance(line, dict):
        raise TypeError("a catalogue line is an object")
    spec = load_form(str(line["form"]), *workspace.templates)
    return {
        "record": line["record"],
        "item_form_no": line["form_no"],
        "form_title": spec.title,
        "rule": rule.clause if rule else "",
        "versions": line["versions"],
        "due": line["due"],
    }
