"""Render the papers of a batch: each kind in every wanted format, under names that say what they are."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from retention.kinds import RecordClass
from signing.canonical import JsonValue
from webir_records.forms.problems import FormDocument
from webir_records.forms.specs import load_form
from webir_records.model.errors import InputError
from webir_records.services.context import Workspace
from webir_records.services.destruction.batches import StepView
from webir_records.services.issuing import Issued
from webir_records.services.papers import batch_forms
from webir_records.services.papers.batch_data import BatchData, PaperRecord, read_batch
from webir_records.services.papers.batch_forms import Additions
from webir_records.services.papers.catalogue_sheets import files_ods, items_ods
from webir_records.services.papers.opinion_sheets import SheetHead, SheetLine, sheet_bytes
from webir_records.services.rendering import available_formats, render

PLAN, FILES, ITEMS = "plan", "catalogue-files", "catalogue-items"
LETTER, UNITS, HISTORY, WITNESS = "submission-letter", "opinions", "selection", "witness"
KINDS: Final = (PLAN, FILES, ITEMS, LETTER, UNITS, HISTORY, WITNESS)
"""Papers of a batch, in the order in which they are needed."""

_OF_UNFILED: Final = (ITEMS, UNITS, WITNESS)
"""Papers of a batch that the agency decides itself: no plan goes up, nothing is offered."""

MOST_LINES: Final = 500
"""Lines of a catalogue that is kept as PDF too; LibreOffice takes some 20 ms for each."""
MOST_PDF_LINES: Final = 3000
"""Lines of a catalogue that LibreOffice lays out before the conversion is given up (F311)."""
FORMATS: Final = ("docx", "odt", "pdf", "ods")
_FORMS: Final[Mapping[str, str]] = {
    PLAN: "destruction_plan",
    FILES: "destruction_catalogue_files",
    ITEMS: "destruction_catalogue_items",
    LETTER: "submission_letter",
    UNITS: "opinion_letter",
    HISTORY: "destruction_selection",
    WITNESS: "destruction_witness",
}
_SHEETS: Final[Mapping[str, Callable[[Mapping[str, JsonValue], str], bytes]]] = {
    FILES: files_ods,
    ITEMS: items_ods,
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted of the papers of a batch.

    Attributes:
        kinds: some of `KINDS`; empty means all that the batch's class has.
        formats: some of `FORMATS`.
        reply_by: until when units and history office are asked to answer.
        office: the 史政機關.
        planned_on: day on which the destruction is intended.
    """

    kinds: tuple[str, ...] = ()
    formats: tuple[str, ...] = ("docx",)
    reply_by: date | None = None
    office: str = ""
    planned_on: date | None = None


def write_papers(workspace: Workspace, batch: str, out: Path, wish: Wish) -> tuple[Path, ...]:
    """Write papers into a folder; nothing is written unless all of them could be made.

    Args:
        workspace: the open workspace.
        batch: batch id.
        out: a folder; it is made when it is not there.
        wish: what is wanted.

    Raises:
        InputError: U161 no such batch; U110, U362 an unknown format or kind, U363 a kind that the class does
            not have; U369 a catalogue is too long for PDF; U012 a file is there already.
        EnvironmentMissingError: X101 a PDF is wanted and LibreOffice is missing.
    """
    _check(wish)
    data = read_batch(workspace, batch)
    kinds = _kinds(data, wish.kinds)
    _check_length(data, kinds, wish)
    papers = dict(_papers(workspace, data, kinds, wish))
    targets = {out / name: content for name, content in papers.items()}
    taken = next((path for path in targets if path.exists()), None)
    if taken is not None:
        raise InputError("U012", path=str(taken))
    out.mkdir(parents=True, exist_ok=True)
    for path, content in targets.items():
        path.write_bytes(content)
    return tuple(targets)


def kept_papers(
    workspace: Workspace,
    data: BatchData,
    kinds: Sequence[str],
    *,
    prefix: str,
    planned_on: date | None = None,
    steps: Sequence[StepView] = (),
) -> dict[str, bytes]:
    """Return what stays in the archive of the papers that go up, by the name of the file.

    Catalogues are kept as docx and ods, and as PDF where LibreOffice is and they are not too long for it.

    Args:
        workspace: the open workspace.
        data: the batch as it is.
        kinds: some of `KINDS`.
        prefix: what the names begin with, e.g. `submitted`.
        planned_on: day on which the destruction is intended.
        steps: steps that are being taken and that the batch does not know yet.
    """
    made: dict[str, bytes] = {}
    more = _additions(workspace, data, Wish(planned_on=planned_on))
    more = replace(more, steps={**more.steps, **{step.step: step for step in steps}})
    for kind in kinds:
        ((_, form_data),) = _data_of(kind, workspace, data, more)
        name, short = f"{prefix}-{kind}", kind not in _SHEETS or len(data.records) <= MOST_LINES
        formats = [form for form in available_formats(workspace) if form != "pdf" or short]
        made |= dict(_rendered(workspace, kind, name, form_data, formats))
        if kind in _SHEETS:
            made[f"{name}.ods"] = _SHEETS[kind](form_data, workspace.agency.name)
    return made


def sheet_lines(records: Sequence[PaperRecord]) -> tuple[SheetLine, ...]:
    """Return the lines of an opinion sheet."""
    return tuple(SheetLine(r.record, r.form_no, r.file, r.title, r.term, r.due) for r in records)


def _check(wish: Wish) -> None:
    for got, known, code in ((wish.formats, FORMATS, "U110"), (wish.kinds, KINDS, "U362")):
        wrong = [name for name in got if name not in known]
        if wrong:
            raise InputError(code, got=", ".join(wrong), expected=", ".join(known))


def _check_length(data: BatchData, kinds: Sequence[str], wish: Wish) -> None:
    """Refuse before the work starts what LibreOffice would give up after it."""
    count = len(data.records)
    if "pdf" in wish.formats and ITEMS in kinds and count > MOST_PDF_LINES:
        raise InputError("U369", batch=data.view.batch, count=str(count), longest=str(MOST_PDF_LINES))


def _kinds(data: BatchData, wanted: Sequence[str]) -> tuple[str, ...]:
    filed = data.view.record_class == RecordClass.B.value
    possible = KINDS if filed else _OF_UNFILED
    if wrong := [kind for kind in wanted if kind not in possible]:
        got, record_class = ", ".join(wrong), data.view.record_class
        raise InputError("U363", got=got, record_class=record_class, expected=", ".join(possible))
    return tuple(kind for kind in possible if not wanted or kind in wanted)


def _papers(
    workspace: Workspace, data: BatchData, kinds: Sequence[str], wish: Wish
) -> Iterator[tuple[str, bytes]]:
    more = _additions(workspace, data, wish)
    for kind in kinds:
        for name, form_data in _data_of(kind, workspace, data, more):
            yield from _rendered(workspace, kind, name, form_data, wish.formats)
            if kind in _SHEETS and "ods" in wish.formats:
                yield f"{name}.ods", _SHEETS[kind](form_data, workspace.agency.name)
        if kind == UNITS:
            yield from _sheets(data)


def _data_of(
    kind: str, workspace: Workspace, data: BatchData, more: Additions
) -> Iterator[tuple[str, dict[str, JsonValue]]]:
    name, agency = f"{data.view.batch}-{kind}", workspace.agency
    makers: Mapping[str, Callable[[], dict[str, JsonValue]]] = {
        PLAN: lambda: batch_forms.plan(data, agency, more),
        FILES: lambda: batch_forms.catalogue_files(data, more),
        ITEMS: lambda: batch_forms.catalogue_items(data, agency, more),
        LETTER: lambda: batch_forms.submission(data, agency, more),
        HISTORY: lambda: batch_forms.selection(data, more),
        WITNESS: lambda: batch_forms.witness(data, more),
    }
    if kind != UNITS:
        yield name, makers[kind]()
        return
    for unit in _units(data):
        sheet = f"{data.view.batch}-sheet-{unit}.xlsx"
        yield f"{name}-{unit}", batch_forms.circulation(data, unit, sheet, more)


def _units(data: BatchData) -> tuple[str, ...]:
    return tuple(sorted({record.unit for record in data.records if record.unit}))


def _sheets(data: BatchData) -> Iterator[tuple[str, bytes]]:
    """Yield the empty opinion sheet of each unit."""
    view = data.view
    for unit in _units(data):
        lines = sheet_lines([record for record in data.records if record.unit == unit])
        head = SheetHead(unit, view.batch, view.catalogue_sha256, data.names.get(unit, ""))
        content = sheet_bytes(lines, head)
        yield f"{view.batch}-sheet-{unit}.xlsx", content


def _rendered(
    workspace: Workspace, kind: str, name: str, data: Mapping[str, JsonValue], formats: Sequence[str]
) -> Iterator[tuple[str, bytes]]:
    wanted = [form for form in formats if form != "ods"]
    if not wanted:
        return
    spec = load_form(_FORMS[kind], *workspace.templates)
    agency: dict[str, JsonValue] = {
        "agency_name": workspace.agency.name,
        "agency_code": workspace.agency.code,
    }
    document = FormDocument(form=spec.id, data=agency | dict(data), rows=())
    (made,) = render(workspace, spec, [Issued(document, name.lower(), name)], wanted)
    yield from ((f"{name}.{form}", content) for form, content in made.files.items())


def _additions(workspace: Workspace, data: BatchData, wish: Wish) -> Additions:
    view = data.view
    return Additions(
        today=workspace.today(),
        reply_by=wish.reply_by,
        office=wish.office,
        planned_on=wish.planned_on,
        silence_counts=workspace.profile.destruction.silence_is_consent,
        times=(_local(workspace, view.started_at), _local(workspace, view.completed_at)),
        steps={step.step: step for step in view.steps},
    )


def _local(workspace: Workspace, text: str) -> str:
    """Return a moment of the ledger as people here read it, or an empty text."""
    if not text:
        return ""
    moment = datetime.fromisoformat(text).astimezone(ZoneInfo(workspace.profile.timezone))
    return moment.replace(tzinfo=None).isoformat(timespec="minutes")
