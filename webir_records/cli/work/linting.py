"""Do `webir forms lint`."""

from pathlib import Path

from webir_records.cli.failing import Exit
from webir_records.cli.say import _, spoken
from webir_records.cli.session import Session
from webir_records.cli.work.problems import require_new
from webir_records.forms.linting import LintReport, Severity, message_of, report_json, where_of
from webir_records.forms.linting import lint as look
from webir_records.forms.specs import load_form
from webir_records.model.errors import InputError
from webir_records.services.filling import write_whole
from webir_records.services.linting import mark

_STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.HINT: ""}


def lint(session: Session, file: Path, form: str, out: Path | None) -> int:
    """Look for mistakes in a template and mark them in a copy if wanted."""
    if out is not None:
        require_new(out, file.suffix)
    spec = load_form(form, *session.templates) if form else None
    report = look(_read(file), file.name, spec)
    if out is not None:
        write_whole(out, mark(_read(file), report, spoken(), machine=session.machine))
    _show(session, report, out)
    session.output.result(
        {**report_json(report, spoken().text), "annotated": str(out) if out is not None else None}
    )
    return Exit.FINDINGS if report.errors or report.warnings else Exit.DONE


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError as error:
        raise InputError("F101", path=str(file)) from error
    except OSError as error:
        raise InputError("F111", path=str(file), problem=error.strerror or type(error).__name__) from error


def _show(session: Session, report: LintReport, out: Path | None) -> None:
    output, say = session.output, spoken().text
    kinds = {Severity.ERROR: _("error"), Severity.WARNING: _("warning"), Severity.HINT: _("hint")}
    for finding in report.findings:
        output.line(
            f"{kinds[finding.severity]} {finding.code}  {where_of(finding.place, say)}",
            style=_STYLES[finding.severity],
        )
        if finding.place.text:
            output.line(f"    {finding.place.text}", style="dim")
        output.line(f"    {message_of(finding, say)}")
    if report.form:
        used, unused = len(report.fields.used), report.fields.unused
        output.line(_("{used} fields are printed, {unused} are not.", used=used, unused=len(unused)))
    if out is not None:
        output.line(_("Marked copy: {path}", path=out))
    output.line(
        _(
            "{errors} errors, {warnings} warnings, {hints} hints.",
            errors=len(report.errors),
            warnings=len(report.warnings),
            hints=len(report.hints),
        ),
        style="bold red" if report.errors else "bold yellow" if report.warnings else "bold green",
    )
