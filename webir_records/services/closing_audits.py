"""Note that an audit is closed: from that day the period of its papers runs (trigger `audit_closed`, 八(二)).

Only under a profile whose rule counts so; Taipei's counts from the newest document. The papers themselves
stay as they are: the record's next version holds the same files, and its facts name the day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from retention.kinds import Trigger
from retention.schedule import Due, compute_due
from retention.sections import Act
from webir_records.archive.archive import NewVersion
from webir_records.archive.package import Package
from webir_records.forms.specs import load_form
from webir_records.model.errors import Detail, InputError
from webir_records.model.tables import RecordRow
from webir_records.services.acting import permit
from webir_records.services.cancellation_notes import follow
from webir_records.services.cancelling import reopened_on, runs_from
from webir_records.services.context import OPERATOR, Workspace
from webir_records.services.filing import due_facts
from webir_records.services.filling import act_id
from webir_records.services.rules import rule_of
from webir_records.services.selecting import RecordQuery, select_records


@dataclass(frozen=True, slots=True)
class Closed:
    """A record whose period runs from now on.

    Attributes:
        due: first day by the rule; a file may keep the record longer.
    """

    record: str
    form_no: str
    due: date


def close_audit(
    workspace: Workspace, query: RecordQuery, on: date, *, actor: str = OPERATOR
) -> tuple[Closed, ...]:
    """Note on every record that is meant that its audit was closed: on all of them, or on none.

    Args:
        workspace: the open workspace.
        query: which records; `file` for all of an audit's file.
        on: local day on which the last finding was followed up (結案日).
        actor: who enters it.

    Raises:
        InputError: U120, U140, U370, U371 as `select_records`; U394 with everything that speaks against it:
            U395 a rule counts from something else, U396 it was closed before, U397 the day is in
            the future, before the paper, or before the audit was opened again.
        RefusedError: U159 the actor's roles do not allow it.
    """
    permit(workspace, actor, Act.CANCEL)
    with Session(workspace.engine) as session:
        rows = list(select_records(workspace, session, query))
        session.expunge_all()
    wrong = [detail for row in rows for detail in _against(workspace, row, on)]
    if wrong:
        raise InputError("U394", wrong)
    versions = [closed_version(workspace, row, on, reason_code="audit-closed") for row in rows]
    workspace.archive.store(
        versions,
        actor=actor,
        batch=act_id(workspace),
        year=workspace.machine.now().year,
        after=lambda session: follow(workspace, session, [row.id for row in rows], actor),
    )
    return tuple(_closed(row, version) for row, version in zip(rows, versions, strict=True))


def runs_from_audit(workspace: Workspace, row: RecordRow) -> bool:
    """Tell whether the period of a record runs from the closing of an audit."""
    return rule_of(workspace, row).trigger == Trigger.AUDIT_CLOSED


def earliest_close(workspace: Workspace, row: RecordRow) -> date | None:
    """Return the day of the paper itself: no audit is closed before what it found was written down."""
    name = load_form(row.form, *workspace.templates).document_date
    said = workspace.archive.read(row.id).data.get(name) if name else None
    return date.fromisoformat(said[:10]) if isinstance(said, str) and said else None


def closed_version(
    workspace: Workspace, row: RecordRow, on: date, *, reason_code: str, first_day: date | None = None
) -> NewVersion:
    """Return the next version of a record: the same papers, and the day from which their period runs.

    Args:
        workspace: the open workspace.
        row: the record.
        on: local day on which the audit was closed.
        reason_code: why there is another version.
        first_day: what governs, when that was worked out already; else never before what governs now.
    """
    due = compute_due(rule_of(workspace, row), on)
    if not isinstance(due, Due):
        raise TypeError("a closed audit starts the period")
    was = workspace.archive.read(row.id)
    latest = max(due.destroyable_from, row.due) if row.due else due.destroyable_from
    return NewVersion(
        record=row.id,
        version=row.version + 1,
        package=Package({**was.record, **due_facts(due)}, was.data, was.files),
        form=row.form,
        form_no=row.form_no,
        record_class=row.record_class,
        profile=row.profile,
        rule=row.rule,
        trigger=due.trigger,
        trigger_date=on,
        due=first_day or latest,
        reason_code=reason_code,
    )


def _against(workspace: Workspace, row: RecordRow, on: date) -> Sequence[Detail]:
    """Return what speaks against closing the audit of a record on a day."""
    if not runs_from_audit(workspace, row):
        return [Detail("U395", {"record": row.id, "form": row.form})]
    if row.trigger_date is not None:
        return [Detail("U396", {"record": row.id, "on": row.trigger_date.isoformat()})]
    today, opened = workspace.today(), reopened_on(workspace, row.id)
    written = earliest_close(workspace, row)
    first = max((day for day in (written, opened) if day is not None), default=None)
    if on > today or (first is not None and on < first) or not runs_from(on, opened):
        facts = {"first": first.isoformat() if first else "–", "today": today.isoformat()}
        return [Detail("U397", {"record": row.id, "got": on.isoformat()} | facts)]
    return []


def _closed(row: RecordRow, version: NewVersion) -> Closed:
    if version.due is None:
        raise TypeError("a closed audit starts the period")
    return Closed(row.id, row.form_no, version.due)
