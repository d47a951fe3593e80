"""Do `webir verify`."""

import os
from pathlib import Path

from signing.report_text import report_lines, report_to_json
from webir_records.cli.failing import Exit, message
from webir_records.cli.session import Session
from webir_records.services.verification_report import check_target, write_report
from webir_records.services.verifying import Reading
from webir_records.services.verifying import verify as verify_archive


def verify(
    session: Session,
    level: str,
    *,
    against: tuple[Path, ...] = (),
    resume: Path | None = None,
    paper: Path | None = None,
    workers: int = 0,
) -> int:
    """Verify the archive and print the report."""
    how = Reading(against, resume, workers or os.cpu_count() or 1)
    actor = session.actor_or_operator
    if paper is not None:
        check_target(paper)
    with session.workspace() as workspace, session.output.progress() as progress:
        checked = verify_archive(workspace, level, actor=actor, progress=progress, reading=how)
        if paper is not None:
            write_report(workspace, checked, paper, actor=actor)
    for line in report_lines(checked.report, language=session.lang):
        session.output.line(line)
    for code, facts in checked.beyond:
        session.output.line(f"{code}: {message(code, facts)}", style="bold red")
    session.output.result(
        report_to_json(checked.report)
        | {"beyond": [{"code": code, "message": message(code, facts)} for code, facts in checked.beyond]}
    )
    return Exit.DONE if checked.fine else Exit.FINDINGS
