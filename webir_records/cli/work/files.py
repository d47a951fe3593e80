"""Do `webir files …`."""

from typing import Final

from webir_records.cli.failing import Exit
from webir_records.cli.roc import roc
from webir_records.cli.say import _
from webir_records.cli.session import Session
from webir_records.cli.work.records import state_name, summary_json
from webir_records.services.file_terms import FileTerm
from webir_records.services.files import (
    FileView,
    NewFile,
    assign_records,
    list_files,
    open_file,
    show_file,
)
from webir_records.services.selecting import RecordQuery

_PRINTED: Final = 500
"""Lines of a table; the JSON names them all."""


def open_new(session: Session, number: str, facts: NewFile) -> int:
    """Open a file."""
    with session.workspace() as workspace:
        view = open_file(workspace, number, facts, actor=session.actor_or_operator)
    session.output.line(_("File {file} opened.", file=view.file))
    session.output.result(_view_json(view))
    return Exit.DONE


def assign(session: Session, number: str, query: RecordQuery) -> int:
    """Put records into a file."""
    with session.workspace() as workspace:
        done = assign_records(workspace, number, query, actor=session.actor_or_operator)
    output = session.output
    output.line(_("{count} records put into file {file}.", count=len(done.assigned), file=done.file))
    if done.already:
        output.line(_("{count} lay in it before.", count=len(done.already)))
    if done.held:
        output.line(_("The file is under hold: {count} holds placed.", count=len(done.held)))
    output.table(
        (_("Record id"), _("Might go from"), _("May go from")),
        (
            (
                moved.record,
                roc(moved.before) if moved.before else "–",
                roc(moved.after) if moved.after else "–",
            )
            for moved in done.moved[:_PRINTED]
        ),
        title=_("{count} first days moved", count=len(done.moved)),
    )
    output.result(
        {
            "file": done.file,
            "assigned": list(done.assigned),
            "already": list(done.already),
            "moved": [
                {"record": moved.record, "before": moved.before, "after": moved.after} for moved in done.moved
            ],
            "holds": list(done.held),
        }
    )
    return Exit.DONE


def show(session: Session, number: str) -> int:
    """Show a file."""
    with session.workspace() as workspace:
        view = show_file(workspace, number)
    output = session.output
    output.line(f"{view.file}  {view.facts.title}", style="bold")
    output.line(term_line(view.term))
    for terms in view.holds:
        output.line(_("Under hold. Ask {authority}.", authority=terms.authority), style="bold yellow")
    output.table(
        (_("Form number"), _("Record id"), _("State"), _("Counted from"), _("May go from"), _("Holds")),
        (
            (
                r.form_no,
                r.record,
                state_name(r.state),
                roc(r.trigger_date) if r.trigger_date else "–",
                roc(r.due) if r.due else "–",
                str(len(r.holds) or ""),
            )
            for r in view.records[:_PRINTED]
        ),
    )
    output.result(_view_json(view) | {"records": [summary_json(record) for record in view.records]})
    return Exit.DONE


def list_all(session: Session) -> int:
    """List the files."""
    with session.workspace() as workspace:
        files = list_files(workspace)
    session.output.table(
        (_("File"), _("Title"), _("Records"), _("Years"), _("Documents"), _("May go from")),
        (
            (
                view.file,
                view.facts.title,
                str(view.term.count),
                str(view.term.years or ""),
                _days(view.term),
                roc(view.term.due) if view.term.due else "–",
            )
            for view in files[:_PRINTED]
        ),
    )
    session.output.line(_("{count} files.", count=len(files)))
    session.output.result({"files": [_view_json(view) for view in files]})
    return Exit.DONE


def term_line(term: FileTerm) -> str:
    """Say what governs a file."""
    if term.due is not None:
        return _(
            "{count} records, documents {days}; {years} years from the newest: may go from {due}",
            count=term.count,
            days=_days(term),
            years=term.years or "",
            due=roc(term.due),
        )
    reasons = {
        "permanent": _("It is kept for ever."),
        "no_rule": _("The profile has no rule for one of its forms."),
        "file_waits": _("No period runs yet: {record} has no date.", record=term.waits_for)
        if term.waits_for
        else _("It is empty."),
    }
    return reasons.get(term.cause, term.cause)


def _days(term: FileTerm) -> str:
    if term.oldest is None or term.newest is None:
        return "–"
    return f"{roc(term.oldest)} – {roc(term.newest)}"


def _view_json(view: FileView) -> dict[str, object]:
    return {
        "file": view.file,
        "title": view.facts.title,
        "summary": view.facts.summary,
        "producer": view.facts.producer,
        "volumes": view.facts.volumes,
        "schedule_years": view.facts.years,
        "schedule_disposition": view.facts.disposition,
        "count": view.term.count,
        "years": view.term.years,
        "oldest": view.term.oldest,
        "newest": view.term.newest,
        "due": view.term.due,
        "cause": view.term.cause,
        "waits_for": view.term.waits_for,
    }
