"""Note cancelled accounts on the original applications (五(四)); from that day the period runs (七(二)).

A list is worked off in pieces, so that a long one needs no more memory than a short one. Each piece is
acknowledged as a whole. The first cancellation of an account counts; a later one is told and changes nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Final

from sqlmodel import Session, col, select

from retention.sections import Act
from retention.triggers import AccountEvent, AccountEventKind, running_trigger
from signing.canonical import JsonValue
from webir_records.archive.rows import FILED
from webir_records.forms.checking import CheckContext, check
from webir_records.forms.problems import CheckResult, FormDocument, Problem
from webir_records.forms.specs import load_form
from webir_records.model.tables import MarkRow, RecordRow
from webir_records.services.acting import permit
from webir_records.services.cancellation_notes import Note, follow, note_of, versions_of
from webir_records.services.collisions import column_of
from webir_records.services.context import OPERATOR, Progress, Workspace, local_date, silent
from webir_records.services.filing import ACCOUNT_CANCELLED
from webir_records.services.filling import act_id
from webir_records.services.issuing import lookup
from webir_records.services.rules import rule_of

CANCELLATION: Final = "cancellation"
REOPENED: Final = "reopened"
"""Mark of an application whose account was opened again."""
CHUNK: Final = 100
"""Rows of the list that are in memory together as filled forms."""
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
        filed_on: local day of the filing; a cancellation before it was entered afterwards.
        due: first day by the rule; a file may keep the record longer.
    """

    record: str
    form_no: str
    row: int
    cancelled_on: date
    due: date
    days_late: int
    filed_on: date

    @property
    def back_dated(self) -> bool:
        """The account was cancelled before its application was filed here."""
        return self.cancelled_on < self.filed_on


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


@dataclass(slots=True)
class _Run:
    """One list that is being worked off."""

    workspace: Workspace
    actor: str
    batch: str
    result: CheckResult
    cancelled: list[Cancelled] = field(default_factory=list[Cancelled])
    problems: list[Problem] = field(default_factory=list[Problem])


def cancel_accounts(
    workspace: Workspace, accounts: Path, *, actor: str = OPERATOR, progress: Progress = silent
) -> CancelResult:
    """Annotate the application of every account on the list.

    Raises:
        InputError: the list cannot be read.
        RefusedError: U159 the actor's roles do not allow it.
        FaultError: the disk failed, or a sealed file is damaged; the pieces of the list before it stay
            acknowledged, and the list can be given again.
    """
    permit(workspace, actor, Act.CANCEL)
    spec = load_form(CANCELLATION, *workspace.templates)
    context = CheckContext(agency=workspace.agency, today=workspace.today(), profile=workspace.profile)
    result = check(spec, accounts, context)
    run = _Run(workspace, actor, act_id(workspace), result)
    for start in range(0, len(result.documents), CHUNK):
        _work_off(run, result.documents[start : start + CHUNK])
        progress("cancel", min(start + CHUNK, len(result.documents)), len(result.documents))
    return CancelResult(result, tuple(run.cancelled), (*result.problems, *run.problems))


def _work_off(run: _Run, documents: Sequence[FormDocument]) -> None:
    """Store one piece of the list: all its right rows, or none."""
    workspace = run.workspace
    matches = [match for document in documents for match in _matches(run, document)]
    if not matches:
        return
    notes = [_note(workspace, match) for match in matches]
    records = [note.row.id for note in notes]
    workspace.archive.store(
        versions_of(workspace, notes, silent, reason_code=ACCOUNT_CANCELLED),
        actor=run.actor,
        batch=run.batch,
        year=workspace.machine.now().year,
        after=lambda session: follow(workspace, session, records, run.actor),
    )
    pairs = zip(matches, notes, strict=True)
    run.cancelled += [_summary(workspace, match, note) for match, note in pairs]


def _matches(run: _Run, document: FormDocument) -> Iterator[_Match]:
    """Yield the applications that a row cancels; what is wrong becomes a problem of the row."""
    found = _find(run, document)
    if isinstance(found, Problem):
        run.problems.append(found)
        return
    workspace = run.workspace
    running = [_Match(document, row, workspace.archive.read(row.id).data) for row in found]
    wrong = next(filter(None, (_contradiction(run, match) for match in running)), None)
    if wrong is not None:
        run.problems.append(wrong)
        return
    yield from running


def _find(run: _Run, document: FormDocument) -> list[RecordRow] | Problem:
    """Return every application of the account that is not cancelled, or what is wrong."""
    workspace = run.workspace
    mac = lookup(workspace, str(document.data["egov_account"]))
    with Session(workspace.engine) as session:
        rows = session.exec(
            select(RecordRow)
            .where(RecordRow.lookup == mac, RecordRow.state == FILED)
            .order_by(col(RecordRow.filed_at))
        ).all()
        session.expunge_all()
    applications = [row for row in rows if is_application(workspace, row)]
    running = [row for row in applications if row.trigger is None]
    if running:
        return running
    if not applications:
        return _problem(run.result, document, "egov_account", "U130")
    return _repeated(run.result, document, applications)


def _repeated(result: CheckResult, document: FormDocument, applications: Sequence[RecordRow]) -> Problem:
    """Tell of a cancellation that was noted before: the first one counts."""
    dates = [row.trigger_date for row in applications if row.trigger_date is not None]
    first, said = f"{max(dates)}", str(document.data["cancelled_on"])
    if first == said:
        return _problem(result, document, "egov_account", "U131")
    return _problem(result, document, "cancelled_on", "U392", first=first, got=said)


def is_application(workspace: Workspace, row: RecordRow) -> bool:
    """Tell whether the period of a record runs from the cancellation of an account."""
    return rule_of(workspace, row).trigger == ACCOUNT_CANCELLED


def _contradiction(run: _Run, match: _Match) -> Problem | None:
    """Return what is wrong when the list and the application cannot both be right."""
    notice, data = match.document.data, match.data
    account = data.get("egov_account")
    if isinstance(account, str) and lookup(run.workspace, account) != match.row.lookup:
        return _problem(run.result, match.document, "egov_account", "U442", record=match.row.id)
    if notice.get("name") and notice["name"] != data.get("name"):
        return _problem(run.result, match.document, "name", "U132")
    granted, said = data.get("granted_on"), str(notice["cancelled_on"])
    if isinstance(granted, str) and granted > said:
        return _problem(run.result, match.document, "cancelled_on", "U133")
    opened = reopened_on(run.workspace, match.row.id)
    if not runs_from(date.fromisoformat(said), opened):
        return _problem(run.result, match.document, "cancelled_on", "U393", got=said, limit=f"{opened}")
    return None


def reopened_on(workspace: Workspace, record: str) -> date | None:
    """Return the day on which the account of an application was opened again, or None."""
    with Session(workspace.engine) as session:
        row = session.get(MarkRow, (record, REOPENED))
        return row.on if row else None


def runs_from(on: date, opened: date | None) -> bool:
    """Tell whether a period runs from a cancellation, the account having been opened again on a day."""
    kind = AccountEventKind
    before = [AccountEvent(kind.CANCELLED, opened), AccountEvent(kind.REOPENED, opened)] if opened else []
    return running_trigger([*before, AccountEvent(kind.CANCELLED, on)]) == on


def _note(workspace: Workspace, match: _Match) -> Note:
    noted = {key: match.document.data[key] for key in _ANNOTATION if match.document.data.get(key)}
    return note_of(workspace, match.row, dict(match.data) | noted)


def _summary(workspace: Workspace, match: _Match, note: Note) -> Cancelled:
    leave = match.document.data.get("leave_effective_on")
    on = note.due.trigger_date
    late = (on - date.fromisoformat(leave)).days if isinstance(leave, str) and leave else 0
    filed_at = datetime.fromisoformat(match.row.filed_at)
    return Cancelled(
        record=match.row.id,
        form_no=match.row.form_no,
        row=match.document.rows[0],
        cancelled_on=on,
        due=note.due.destroyable_from,
        days_late=max(late, 0),
        filed_on=local_date(filed_at, workspace.profile.timezone),
    )


def _problem(result: CheckResult, document: FormDocument, name: str, code: str, **facts: str) -> Problem:
    """Blame a cell of the list for what the archive says; names and accounts are not repeated."""
    return Problem(
        code=code,
        field=name,
        row=document.rows[0],
        column=column_of(result, name, name),
        facts=facts,
        clause="五(四)",
    )
