"""Verify the archive with its own public verifier, remember the checkpoint, and write the act down."""

from dataclasses import replace
from typing import Final

from signing.verifier import Level, verify_archive

from signing.canonical import JsonValue
from signing.findings import Finding, Report, Verdict
from webir_records.services.context import OPERATOR, Progress, Workspace, silent

REMEMBERED: Final = "state/newest-checkpoint"


def verify(workspace: Workspace, level: str, *, actor: str = OPERATOR, progress: Progress = silent) -> Report:
    """Verify the archive; outside it a copy of the newest good checkpoint detects a rollback.

    Args:
        workspace: the open workspace.
        level: `structure`, `sample:N/T` or `full`.
        actor: who verifies.
        progress: told about sealed files.

    Raises:
        MalformedError: the level cannot be read.
    """
    remembered = workspace.root / REMEMBERED
    vkey = workspace.archive.ledger.vkey
    report = verify_archive(
        workspace.root / "archive",
        vkeys=[vkey],
        level=Level.parse(level),
        remembered=remembered.read_bytes() if remembered.is_file() else None,
        progress=lambda done, total: progress("verify", done, total),
    )
    report = _compare_database(workspace, report)
    if report.verdict is Verdict.VALID:
        workspace.state.write(remembered.name, workspace.files.read("checkpoint"))
    _record(workspace, report, actor)
    return report


def _compare_database(workspace: Workspace, report: Report) -> Report:
    """Add a finding when files and working database do not speak of the same ledger."""
    head = workspace.archive.ledger.head()
    found = report.checkpoint
    if found is None or (found.size, found.root.hex()) == (head.size, head.root):
        return report
    facts = {
        "reason": "database",
        "files": f"{found.size} {found.root.hex()[:16]}",
        "database": f"{head.size} {head.root[:16]}",
    }
    finding = Finding("DATABASE_DIFFERS", Verdict.INVALID, "checkpoint", facts)
    return replace(report, verdict=Verdict.INVALID, findings=(*report.findings, finding))


def _record(workspace: Workspace, report: Report, actor: str) -> None:
    event: dict[str, JsonValue] = {
        "event": "verified",
        "actor": actor,
        "level": report.level,
        "verdict": report.verdict.value,
        "findings": len(report.findings),
        "size": report.checkpoint.size if report.checkpoint else 0,
    }
    workspace.archive.record_act(event)
