"""The outcome of a verification on paper, in Traditional Chinese, for the auditor's file (八(一)4)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from sqlmodel import Session

import webir_records
from signing.canonical import JsonValue
from signing.findings import Report, Verdict
from signing.note import to_base64
from signing.report_text import Words
from webir_records.archive.ledger_rows import publication_of
from webir_records.forms.problems import FormDocument
from webir_records.forms.specs import load_form
from webir_records.model.errors import InputError
from webir_records.model.texts import Texts
from webir_records.services.context import OPERATOR, Workspace
from webir_records.services.issuing import Issued
from webir_records.services.messages import MESSAGES
from webir_records.services.rendering import renderer
from webir_records.services.verifying import Checked

PAPER: Final = "verification_report"
PRINTED: Final = 500
"""Findings on paper; the JSON has all of them."""

_FORMATS: Final = (".docx", ".odt", ".pdf")
_LANGUAGE: Final = "zh-Hant"
_NOTHING_EARLIER: Final = "無先前檢查點可比對。"


def check_target(path: Path) -> None:
    """Refuse before anything is read: a verification may take hours.

    Raises:
        InputError: U110 another format, U012 the file exists, U014 there is no such folder.
    """
    if path.suffix not in _FORMATS:
        raise InputError("U110", got=path.suffix or path.name, expected=", ".join(_FORMATS))
    if path.exists():
        raise InputError("U012", path=str(path))
    if not path.parent.is_dir():
        raise InputError("U014", path=str(path), cause="no such folder")


def write_report(workspace: Workspace, checked: Checked, path: Path, *, actor: str = OPERATOR) -> None:
    """Write the paper.

    Args:
        workspace: whose archive was verified.
        checked: the outcome.
        path: FILE.docx, .odt or .pdf; nothing may lie there.
        actor: who verified.

    Raises:
        InputError: see `check_target`.
        EnvironmentMissingError: X101 a PDF is wanted and LibreOffice is missing.
    """
    check_target(path)
    spec = load_form(PAPER, *workspace.templates)
    data = _data(workspace, checked, actor)
    item = Issued(
        FormDocument(form=spec.id, data=data, rows=()), _mark(checked.report), str(data["report_no"])
    )
    kind = path.suffix.removeprefix(".")
    with renderer(workspace, spec, [kind]) as maker:
        for result in maker.run([item]):
            if result.failed:
                raise result.failed[0].error
            path.write_bytes(result.made[0].files[kind])


def _mark(report: Report) -> str:
    """Return what ties the paper to the ledger: the beginning of the root that was verified."""
    return report.checkpoint.root.hex()[:20] if report.checkpoint else "none"


def _data(workspace: Workspace, checked: Checked, actor: str) -> dict[str, JsonValue]:
    report, words = checked.report, Words(_LANGUAGE)
    now = workspace.machine.now().astimezone(ZoneInfo(workspace.profile.timezone))
    lines = list(_findings(checked, words))
    data: dict[str, JsonValue] = {
        "agency_name": workspace.agency.name,
        "agency_code": workspace.agency.code,
        "report_no": f"V-{report.checkpoint.size if report.checkpoint else 0}-{now:%Y%m%d%H%M}",
        "verified_at": now.replace(tzinfo=None).isoformat(timespec="minutes"),
        "verifier": actor,
        "program": f"webir-records {webir_records.__version__}",
        "verdict": words.say(f"verdict.{_verdict(checked)}"),
        "level": words.say(f"level.{report.level.partition(':')[0]}", level=report.level),
        "log_name": workspace.archive.ledger.origin,
        "manifest_sha256": _manifest(workspace, report),
        "earlier": "\n".join(_earlier(report, words)),
        "read": "\n".join(
            words.say(f"read.{name}", count=f"{count:,}") for name, count in report.read.items()
        ),
        "records": "\n".join(_records(report, words)),
        "finding_count": len(lines),
        "findings": [{"no": number, **line} for number, line in enumerate(lines[:PRINTED], start=1)],
    }
    if report.checkpoint is not None:
        data |= {
            "checkpoint_size": report.checkpoint.size,
            "checkpoint_root": to_base64(report.checkpoint.root),
        }
    return data if len(lines) <= PRINTED else data | {"left_out": len(lines) - PRINTED}


def _verdict(checked: Checked) -> Verdict:
    """Return the verdict of everything: a database that says otherwise than the ledger counts too."""
    found = checked.report.verdict
    return found if found is not Verdict.VALID or checked.fine else Verdict.INVALID


def _findings(checked: Checked, words: Words) -> Iterator[dict[str, JsonValue]]:
    """Yield what is printed of each finding: those of the archive, then those of the working database."""
    for finding in checked.report.findings:
        code, text = words.explain(finding)
        yield {"code": f"{finding.code} {code}".strip(), "where": finding.where, "said": text}
    texts = Texts.load(_LANGUAGE)
    for code, facts in checked.beyond:
        yield {"code": code, "where": "state/", "said": texts.text(MESSAGES[code], **facts)}


def _manifest(workspace: Workspace, report: Report) -> str:
    """Return the digest of the newest manifest that was verified; the database may know it no more."""
    if report.checkpoint is None:
        return ""
    with Session(workspace.engine) as session:
        step = publication_of(session, report.checkpoint.size)
    return step.manifest_sha256 if step else ""


def _earlier(report: Report, words: Words) -> Iterator[str]:
    if not report.consistency:
        yield _NOTHING_EARLIER
    for proof in report.consistency:
        sizes = {"size": str(proof.earlier.size), "newest": str(proof.newest.size)}
        yield words.say("consistency", count=str(len(proof.path)), **sizes).rstrip("：:")


def _records(report: Report, words: Words) -> Iterator[str]:
    if not report.records:
        yield words.say("records.none")
    for code, count in report.records.items():
        label = words.say(f"record.{code}")
        yield words.say("record.line", label=label, code=code, count=f"{count:,}")
