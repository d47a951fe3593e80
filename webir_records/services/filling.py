"""Check an agency's rows and fill the forms for those that are right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from retention.sections import Act
from signing.canonical import JsonValue
from webir_records.forms.checking import CheckContext, check
from webir_records.forms.mappings import (
    ColumnMapping,
    load_mapping,
    mapping_of,
    mapping_path,
    save_mapping,
)
from webir_records.forms.pdf import Converter
from webir_records.forms.problems import CheckResult
from webir_records.forms.specs import FormSpec, load_form
from webir_records.model.errors import InputError
from webir_records.services.acting import permit
from webir_records.services.collisions import without_collisions
from webir_records.services.context import OPERATOR, Progress, Workspace, silent
from webir_records.services.issuing import issue
from webir_records.services.rendering import FORMATS, NotMade, Rendered, renderer

MADE_BY_PROGRAM = frozenset({"certificate", "cancellation", "escrow_sheet", "yearly_report"})
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
    """What was checked, what was written for the rows that passed, and what could not be made of them."""

    check: CheckResult
    written: tuple[Written, ...]
    failed: tuple[NotMade, ...] = ()


@dataclass(frozen=True, slots=True)
class FillOptions:
    """What a clerk may choose.

    Attributes:
        formats: some of `FORMATS`.
        images: further pictures by the name that a layout gives them, such as a seal.
        mapping: file that says which column is which field; None for the one that was kept, if any.
    """

    formats: Sequence[str] = ("docx",)
    images: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    mapping: Path | None = None


DEFAULT: Final = FillOptions()


def check_data(
    workspace: Workspace, form: str, data: Path, *, mapping: Path | None = None
) -> tuple[FormSpec, CheckResult]:
    """Check every row of a file; nothing is written.

    Args:
        workspace: whose papers these are.
        form: id of the form.
        data: the file.
        mapping: file that says which column is which field; None for the one that was kept, if any.

    Raises:
        InputError: the form is unknown, or a file cannot be read at all.
    """
    spec = form_for_people(workspace, form)
    context = CheckContext(
        agency=workspace.agency,
        today=workspace.today(),
        profile=workspace.profile,
        mapping=_mapping(workspace, spec, mapping),
    )
    return spec, without_collisions(workspace, spec, check(spec, data, context))


def keep_mapping(workspace: Workspace, spec: FormSpec, result: CheckResult) -> Path:
    """Keep how the header of a file was read, for the next files of this form; return where.

    Raises:
        InputError: U186 the file has no header to keep; F225 it cannot be written.
    """
    if result.mapping.header is None:
        raise InputError("U186", form=spec.id)
    path = _kept(workspace, spec)
    save_mapping(path, mapping_of(spec.id, result.mapping.header))
    return path


def _kept(workspace: Workspace, spec: FormSpec) -> Path:
    return mapping_path(workspace.root / "mappings", spec.id)


def _mapping(workspace: Workspace, spec: FormSpec, given: Path | None) -> ColumnMapping | None:
    kept = _kept(workspace, spec)
    path = given or (kept if kept.is_file() else None)
    return load_mapping(path, spec) if path else None


def form_for_people(workspace: Workspace, form: str) -> FormSpec:
    """Return a form that people may fill.

    Raises:
        InputError: F201 there is no such form, U111 the program makes it by itself.
    """
    spec = load_form(form, *workspace.templates)
    if spec.id in MADE_BY_PROGRAM:
        raise InputError("U111", form=spec.id)
    return spec


def fill(
    workspace: Workspace,
    form: str,
    data: Path,
    out: Path,
    options: FillOptions = DEFAULT,
    *,
    actor: str = OPERATOR,
    progress: Progress = silent,
) -> FillResult:
    """Fill the form for every valid row into `out`; file names hold no personal data.

    Raises:
        InputError: U110 an unknown format; or the form, its layout or the file cannot be used.
        RefusedError: U159 the actor's roles do not allow it.
        EnvironmentMissingError: X101 PDF is wanted and LibreOffice is missing; nothing was written.
    """
    check_formats(options.formats)
    permit(workspace, actor, Act.FILL)
    if "pdf" in options.formats:
        Converter(workspace.machine.soffice, workspace.root).require()
    spec, result = check_data(workspace, form, data, mapping=options.mapping)
    written: list[Written] = []
    failed: list[NotMade] = []
    with renderer(workspace, spec, options.formats, images=options.images) as maker:
        issued = issue(workspace, spec, result.documents)
        try:
            for batch in maker.run(issued, progress=progress):
                failed += batch.failed
                written += _write(out, batch.made)
        finally:  # what lies in the folder stands in the ledger, also when the disk is full afterwards
            _record(workspace, spec, actor, written)
    return FillResult(result, tuple(written), tuple(failed))


def _record(workspace: Workspace, spec: FormSpec, actor: str, written: Sequence[Written]) -> None:
    if not written:
        return
    event: dict[str, JsonValue] = {
        "event": "forms_filled",
        "actor": actor,
        "form": spec.id,
        "count": len({item.record for item in written}),
        "batch": act_id(workspace),
    }
    workspace.archive.record_act(event)


def act_id(workspace: Workspace) -> str:
    """Return a name for one act in the ledger."""
    return workspace.machine.random(8).hex()


def check_formats(formats: Sequence[str]) -> None:
    """Refuse formats that nobody can make.

    Raises:
        InputError: U110, naming all of them.
    """
    unknown = [kind for kind in formats if kind not in FORMATS]
    if unknown or not formats:
        raise InputError("U110", got=", ".join(unknown), expected=", ".join(FORMATS))


def _write(out: Path, rendered: Sequence[Rendered]) -> list[Written]:
    if rendered:
        out.mkdir(parents=True, exist_ok=True)
    written: list[Written] = []
    for item in rendered:
        for kind, data in item.files.items():
            path = out / f"{item.issued.form_no}_{item.issued.record}.{kind}"
            write_whole(path, data)
            written.append(Written(path, item.issued.record, item.issued.form_no, item.issued.document.rows))
    return written


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    temporary = path.with_name(f"{path.name}.tmp")
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
