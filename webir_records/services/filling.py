"""Check an agency's rows and fill the official forms for those that are right."""

import shutil
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from retention.sections import Act
from signing.canonical import JsonValue
from webir_records.forms.checking import CheckContext, check
from webir_records.forms.filling import FillContext, Template
from webir_records.forms.pdf import Converter
from webir_records.forms.problems import CheckResult
from webir_records.forms.specs import FormSpec, load_form
from webir_records.model.errors import InputError
from webir_records.services.acting import permit
from webir_records.services.collisions import without_collisions
from webir_records.services.context import OPERATOR, Progress, Workspace, silent
from webir_records.services.issuing import Issued, issue

FORMATS = ("docx", "pdf")
MADE_BY_PROGRAM = frozenset({"certificate", "cancellation"})
"""Not for people to fill: a certificate follows a destruction, cancellations are notes on applications."""


@dataclass(frozen=True, slots=True)
class Written:
    """One generated file; `rows` are the rows of the input that it came from."""

    path: Path
    record: str
    form_no: str
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FillResult:
    """What was checked, and what was written for the rows that passed."""

    check: CheckResult
    written: tuple[Written, ...]


@dataclass(frozen=True, slots=True)
class Rendered:
    """One filled document in every wanted format."""

    issued: Issued
    files: Mapping[str, bytes]  # by format


def check_data(workspace: Workspace, form: str, data: Path) -> tuple[FormSpec, CheckResult]:
    """Check every row of a file; nothing is written.

    Raises:
        InputError: the form is unknown or the file cannot be read at all.
    """
    spec = load_form(form, workspace.machine.templates)
    if spec.id in MADE_BY_PROGRAM:
        raise InputError("U111", form=spec.id)
    context = CheckContext(agency=workspace.agency, today=workspace.today(), profile=workspace.profile)
    return spec, without_collisions(workspace, spec, check(spec, data, context))


def fill(
    workspace: Workspace,
    form: str,
    data: Path,
    out: Path,
    formats: Sequence[str],
    *,
    actor: str = OPERATOR,
    progress: Progress = silent,
) -> FillResult:
    """Fill the form for every valid row into `out`; file names hold no personal data.

    Raises:
        InputError: U110 an unknown format; or the form or the file cannot be used.
        RefusedError: U159 the actor's roles do not allow it.
        EnvironmentMissingError: X101 PDF is wanted and LibreOffice is missing; nothing was written.
    """
    _check_formats(formats)
    permit(workspace, actor, Act.FILL)
    if "pdf" in formats:
        Converter(workspace.machine.soffice, workspace.root).require()
    spec, result = check_data(workspace, form, data)
    issued = issue(workspace, spec, result.documents)
    rendered = render(workspace, spec, issued, formats, progress=progress)
    written = _write(out, rendered)
    if written:
        event: dict[str, JsonValue] = {
            "event": "forms_filled",
            "actor": actor,
            "form": spec.id,
            "count": len(issued),
            "batch": act_id(workspace),
        }
        workspace.archive.record_act(event)
    return FillResult(result, written)


def render(
    workspace: Workspace,
    spec: FormSpec,
    issued: Sequence[Issued],
    formats: Sequence[str],
    *,
    progress: Progress = silent,
) -> tuple[Rendered, ...]:
    """Return every document in every format; each was read back and compared with its data."""
    template = Template.load(spec)
    filled: dict[str, bytes] = {}
    for number, item in enumerate(issued, start=1):
        filled[item.record] = template.fill(item.document.data, _context(workspace, item))
        progress("fill", number, len(issued))
    pdfs: Mapping[str, bytes] = _to_pdf(workspace, issued, filled, progress) if "pdf" in formats else {}
    return tuple(
        Rendered(
            item,
            {
                kind: source[item.record]
                for kind, source in (("docx", filled), ("pdf", pdfs))
                if kind in formats
            },
        )
        for item in issued
    )


def available_formats(workspace: Workspace) -> tuple[str, ...]:
    """Return the formats that a record gets on this machine: docx, and pdf where LibreOffice is."""
    return FORMATS if workspace.machine.soffice else ("docx",)


def act_id(workspace: Workspace) -> str:
    """Return a name for one act in the ledger."""
    return workspace.machine.random(8).hex()


def _context(workspace: Workspace, item: Issued) -> FillContext:
    return FillContext(
        record_id=item.record,
        form_no=item.form_no,
        agency=workspace.agency,
        notice=workspace.profile.notice.zh,
    )


def _to_pdf(
    workspace: Workspace,
    issued: Sequence[Issued],
    filled: Mapping[str, bytes],
    progress: Progress,
) -> Mapping[str, bytes]:
    progress("pdf", 0, len(issued))
    with _scratch(workspace) as work:
        machine = workspace.machine
        converter = Converter(machine.soffice, work, environment=machine.environment)
        pdfs = converter.convert(filled)
    progress("pdf", len(issued), len(issued))
    return pdfs


@contextmanager
def _scratch(workspace: Workspace) -> Generator[Path]:
    """Give a private folder inside the workspace; what lies there is gone afterwards."""
    folder = workspace.root / "state" / f"work-{workspace.machine.random(4).hex()}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _check_formats(formats: Sequence[str]) -> None:
    unknown = [kind for kind in formats if kind not in FORMATS]
    if unknown or not formats:
        raise InputError("U110", got=", ".join(unknown), expected=", ".join(FORMATS))


def _write(out: Path, rendered: Sequence[Rendered]) -> tuple[Written, ...]:
    if rendered:
        out.mkdir(parents=True, exist_ok=True)
    written: list[Written] = []
    for item in rendered:
        for kind, data in item.files.items():
            path = out / f"{item.issued.form_no}_{item.issued.record}.{kind}"
            temporary = path.with_suffix(f".{kind}.tmp")
            temporary.write_bytes(data)
            temporary.replace(path)
            written.append(Written(path, item.issued.record, item.issued.form_no, item.issued.document.rows))
    return tuple(written)
