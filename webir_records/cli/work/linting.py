"""Do `webir forms lint`."""

from pathlib import Path

from webir_records.cli.failing import Exit, message
from webir_records.cli.say import _
from webir_records.cli.session import Session
from webir_records.forms.linting import LintReport, Severity, annotate, lint as look, report_json
from webir_records.forms.specs import load_form
from webir_records.model.errors import InputError
from webir_records.services.filling import write_whole


def lint(session: Session, file: Path, form: str, out: Path | None) -> int:
    """Look for mistakes in a template."""
    if out is not None and out.exists():
        raise InputError("U012", path=str(out))
    spec = load_form(form, *session.templates) if form else None
    try:
        data = file.read_bytes()
    except OSError as error:
        raise InputError("F111", path=str(file), problem=error.strerror or type(error).__name__) from error
    report = look(data, file.name, spec)
    if out is not None:
        write_whole(out, annotate(data, report, message))
    return Exit.DONE
