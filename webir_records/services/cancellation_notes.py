"""Write a cancellation onto an application: the annotated form is the record's next version.

The original is not replaced: the version before stays (五(四)).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from retention.schedule import Due
from signing.canonical import JsonValue
from webir_records.archive.archive import NewVersion
from webir_records.archive.ledger import Event
from webir_records.archive.package import Package
from webir_records.forms.problems import FormDocument
from webir_records.forms.specs import FormSpec, load_form
from webir_records.model.tables import RecordRow, RetentionRow
from webir_records.services.context import Progress, Workspace
from webir_records.services.filing import due_of, record_facts, renditions, start_of
from webir_records.services.governing import STOPPED
from webir_records.services.issuing import Issued
from webir_records.services.rendering import Rendered, available_formats, render
from webir_records.services.rules import rule_of
from webir_records.services.settling import settle, with_their_files


@dataclass(frozen=True, slots=True)
class Note:
    """An application with its cancellation written in, not filled yet.

    Attributes:
        due: what follows from the date by the rule alone.
        first_day: what the ledger is to say; never before what governs already.
    """

    spec: FormSpec
    row: RecordRow
    issued: Issued
    due: Due
    first_day: date


def note_of(
    workspace: Workspace, row: RecordRow, data: Mapping[str, JsonValue], *, first_day: date | None = None
) -> Note:
    """Work out the annotated form and its due date.

    Args:
        workspace: the open workspace.
        row: the record.
        data: the whole form with the cancellation in it.
        first_day: what governs, when that was worked out already.
    """
    spec = load_form(row.form, *workspace.templates)
    rule = rule_of(workspace, row)
    due = due_of(rule, start_of(rule, spec, dict(data)))
    if due is None:
        raise RuntimeError("a cancellation date starts the period")
    noted = dict(data) | {"retain_until": due.end.isoformat()}
    document = FormDocument(form=spec.id, data=noted, rows=())
    latest = max(due.destroyable_from, row.due) if row.due else due.destroyable_from
    return Note(spec, row, Issued(document, row.id, row.form_no), due, first_day or latest)


def versions_of(
    workspace: Workspace, notes: Sequence[Note], progress: Progress, *, reason_code: str
) -> list[NewVersion]:
    """Fill the annotated forms, all of one form together, and pack them as next versions."""
    formats = available_formats(workspace)
    versions: list[NewVersion] = []
    for form in sorted({note.spec.id for note in notes}):
        of_form = [note for note in notes if note.spec.id == form]
        issued = [note.issued for note in of_form]
        rendered = render(workspace, of_form[0].spec, issued, formats, progress=progress)
        versions += [
            _version(workspace, note, item, reason_code) for note, item in zip(of_form, rendered, strict=True)
        ]
    return versions


def follow(workspace: Workspace, session: Session, records: Sequence[str], actor: str) -> list[Event]:
    """Let a new date take effect within the transaction that stores it.

    What stopped the period ends; everything in the same files moves with the new date.
    """
    stopped = col(RetentionRow.cause).in_(STOPPED)
    for row in session.exec(select(RetentionRow).where(col(RetentionRow.record).in_(records), stopped)):
        session.delete(row)
    return settle(workspace, session, with_their_files(session, records), actor=actor)


def _version(workspace: Workspace, note: Note, rendered: Rendered, reason_code: str) -> NewVersion:
    row, due = note.row, note.due
    facts = record_facts(workspace, note.spec, rule_of(workspace, row), note.issued, due)
    facts["profile"] = row.profile
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
        due=note.first_day,
        reason_code=reason_code,
    )
