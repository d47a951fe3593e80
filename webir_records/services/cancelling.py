"""Note cancelled accounts on the original applications (五(四)); from that day the period runs (七(二)).

The original is not replaced: the annotated form is version 2 of the same record, version 1 stays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from sqlmodel import Session, col, select

from retention.schedule import Due
from retention.sections import Act
from signing.canonical import JsonValue
from webir_records.archive.archive import NewVersion
from webir_records.archive.package import Package
from webir_records.archive.rows import FILED
from webir_records.forms.checking import CheckContext, check
from webir_records.forms.problems import CheckResult, FormDocument, Problem
from webir_records.forms.specs import FormSpec, load_form
from webir_records.model.tables import RecordRow
from webir_records.services.acting import permit
from webir_records.services.collisions import column_of
from webir_records.services.context import OPERATOR, Progress, Workspace, silent
from webir_records.services.filing import ACCOUNT_CANCELLED, due_of, record_facts, renditions, start_of
from webir_records.services.filling import act_id
from webir_records.services.issuing import Issued, lookup
from webir_records.services.rendering import Rendered, available_formats, render

CANCELLATION: Final = "cancellation"
_ANNOTATION: Final = (
    "cancel_notified_on",
    "leave_effective_on",
    "cancelled_on",
    "cancel_reason",
    "removed_on",
    "removed_by",
)


@dataclass(frozen=True, slots=True)
class Cancelled:
    """One application that was annotated.

    Attributes:
        days_late: days between the end of the need (離職或異動生效日) and the cancellation, 0 when in time.
    """

    record: str
    form_no: str
    row: int
    cancelled_on: date
    due: date
    days_late: int


@dataclass(frozen=True, slots=True)
class CancelResult:
    """What was annotated; `problems` are all rows that could not be, of the input and of the archive."""

    check: CheckResult
    cancelled: tuple[Cancelled, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Match:
    """A row of the list with the application that it speaks of."""

    document: FormDocument
    row: RecordRow
    data: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class _Note:
    """An application with its cancellation written in, not filled yet."""

    spec: FormSpec
    row: RecordRow
    issued: Issued
    due: Due
    summary: Cancelled


def cancel_accounts(
    workspace: Workspace, accounts: Path, *, actor: str = OPERATOR, progress: Progress = silent
) -> CancelResult:
    """Annotate the application of every account on the list.

    Raises:
        InputError: the list cannot be read.
        RefusedError: U159 the actor's roles do not allow it.
        FaultError: the disk failed, or a sealed file is damaged; nothing of this list is acknowledged.
    """
    permit(workspace, actor, Act.CANCEL)
    spec = load_form(CANCELLATION, *workspace.templates)
    context = CheckContext(agency=workspace.agency, today=workspace.today(), profile=workspace.profile)
    result = check(spec, accounts, context)
    matches, problems = _match(workspace, result)
    notes = [_note(workspace, match) for match in matches]
    if notes:
        versions = _versions(workspace, notes, progress)
        year = workspace.machine.now().year
        workspace.archive.store(versions, actor=actor, batch=act_id(workspace), year=year)
    return CancelResult(result, tuple(note.summary for note in notes), (*result.problems, *problems))


def _match(workspace: Workspace, result: CheckResult) -> tuple[list[_Match], list[Problem]]:
    matches: list[_Match] = []
    problems: list[Problem] = []
    for document in result.documents:
        found = _find(workspace, document)
        if isinstance(found, str):
            problems.append(_problem(result, document, "egov_account", found))
            continue
        running = [_Match(document, row, workspace.archive.read(row.id).data) for row in found]
        wrong = next(filter(None, (_contradiction(document.data, match.data) for match in running)), None)
        if wrong:
            problems.append(_problem(result, document, *wrong))
        else:
            matches += running
    return matches, problems


def _find(workspace: Workspace, document: FormDocument) -> list[RecordRow] | str:
    """Return every application of the account that is not cancelled, or the code of what is wrong."""
    mac = lookup(workspace, str(document.data["egov_account"]))
    with Session(workspace.engine) as session:
        rows = session.exec(
            select(RecordRow)
            .where(RecordRow.lookup == mac, RecordRow.state == FILED)
            .order_by(col(RecordRow.filed_at))
        ).all()
        session.expunge_all()
    applications = [row for row in rows if _is_application(workspace, row)]
    running = [row for row in applications if row.trigger is None]
    if running:
        return running
    return "U131" if applications else "U130"


def _is_application(workspace: Workspace, row: RecordRow) -> bool:
    return workspace.profile.rule_for(row.form).trigger == ACCOUNT_CANCELLED


def _contradiction(notice: Mapping[str, JsonValue], data: Mapping[str, JsonValue]) -> tuple[str, str] | None:
    """Return (field, code) when the list and the application cannot both be right."""
    if notice.get("name") and notice["name"] != data.get("name"):
        return "name", "U132"
    granted = data.get("granted_on")
    if isinstance(granted, str) and granted > str(notice["cancelled_on"]):
        return "cancelled_on", "U133"
    return None


def _note(workspace: Workspace, match: _Match) -> _Note:
    """Work out the annotated form and its due date."""
    spec = load_form(match.row.form, *workspace.templates)
    rule = workspace.profile.rule_for(spec.id)
    noted = {key: match.document.data[key] for key in _ANNOTATION if match.document.data.get(key)}
    data = dict(match.data) | noted
    due = due_of(rule, start_of(rule, spec, data))
    if due is None:
        raise RuntimeError("a cancellation date starts the period")
    data["retain_until"] = due.end.isoformat()
    document = FormDocument(form=spec.id, data=data, rows=match.document.rows)
    return _Note(
        spec, match.row, Issued(document, match.row.id, match.row.form_no), due, _summary(match, due)
    )


def _versions(workspace: Workspace, notes: Sequence[_Note], progress: Progress) -> list[NewVersion]:
    """Fill the annotated forms, all of one form together, and pack them as next versions."""
    formats = available_formats(workspace)
    versions: list[NewVersion] = []
    for form in sorted({note.spec.id for note in notes}):
        of_form = [note for note in notes if note.spec.id == form]
        issued = [note.issued for note in of_form]
        rendered = render(workspace, of_form[0].spec, issued, formats, progress=progress)
        versions += [_version(workspace, note, item) for note, item in zip(of_form, rendered, strict=True)]
    return versions


def _version(workspace: Workspace, note: _Note, rendered: Rendered) -> NewVersion:
    row, due = note.row, note.due
    facts = record_facts(workspace, note.spec, workspace.profile.rule_for(row.form), note.issued, due)
    return NewVersion(
        record=row.id,
        version=row.version + 1,
        package=Package(facts, dict(note.issued.document.data), renditions(rendered)),
        form=row.form,
        form_no=row.form_no,
        record_class=row.record_class,
        profile=row.profile,
        rule=row.rule,
        trigger=due.trigger,
        trigger_date=due.trigger_date,
        due=due.destroyable_from,
        reason_code="account_cancelled",
    )


def _summary(match: _Match, due: Due) -> Cancelled:
    leave = match.document.data.get("leave_effective_on")
    late = (due.trigger_date - date.fromisoformat(leave)).days if isinstance(leave, str) and leave else 0
    return Cancelled(
        record=match.row.id,
        form_no=match.row.form_no,
        row=match.document.rows[0],
        cancelled_on=due.trigger_date,
        due=due.destroyable_from,
        days_late=max(late, 0),
    )


def _problem(result: CheckResult, document: FormDocument, field: str, code: str) -> Problem:
    """Blame a cell of the list for what the archive says; the value is not repeated."""
    return Problem(
        code=code,
        field=field,
        row=document.rows[0],
        column=column_of(result, field, field),
        clause="五(四)",
    )
