"""Do `webir records …`."""

from pathlib import Path
from typing import cast

from webir_records.cli.failing import Exit
from webir_records.cli.roc import roc
from webir_records.cli.say import _
from webir_records.cli.session import Session
from webir_records.cli.work.holds import hold_json, hold_lines
from webir_records.cli.work.problems import (
    check_json,
    exit_after,
    failed_json,
    show_check,
    show_check_briefly,
    show_failed,
)
from webir_records.forms.specs import load_form
from webir_records.model.errors import InputError
from webir_records.services.cancelling import Cancelled, CancelResult, cancel_accounts
from webir_records.services.filing import Filed, FileResult, file_records
from webir_records.services.holding import list_holds
from webir_records.services.records import RecordSummary, RecordView, list_records, show_record


def file(session: Session, form: str, data: Path) -> int:
    """File every right row."""
    with session.workspace() as workspace, session.output.progress() as progress:
        result = file_records(workspace, form, data, actor=session.actor_or_operator, progress=progress)
    show_check_briefly(session.output, result.check)
    show_failed(session.output, result.failed)
    _show_filed(session, result)
    session.output.result(
        check_json(result.check)
        | {
            "filed": [_filed_json(item) for item in result.filed],
            "already": [_filed_json(item) for item in result.already],
            "renditions": list(result.formats),
            "failed": failed_json(result.failed),
        }
    )
    return exit_after(result.check, result.failed)


def cancel(session: Session, accounts: Path) -> int:
    """Note cancellations on the applications."""
    with session.workspace() as workspace, session.output.progress() as progress:
        result = cancel_accounts(workspace, accounts, actor=session.actor_or_operator, progress=progress)
    show_check(session.output, result.check, result.problems)
    _show_cancelled(session, result)
    session.output.result(
        check_json(result.check, result.problems)
        | {"cancelled": [_cancelled_json(item) for item in result.cancelled]}
    )
    return Exit.FINDINGS if result.problems else Exit.DONE


def list_all(session: Session, form: str, state: str) -> int:
    """List records."""
    if state not in {"", "filed", "destroyed"}:
        raise InputError("U005", name="--state", problem=state, command="webir records list")
    with session.workspace() as workspace:
        if form:
            load_form(form, *workspace.templates)  # says so when there is no such form
        records = list_records(workspace, form=form or None, state=state or None)
    session.output.table(
        (
            _("Form number"),
            _("Record id"),
            _("Form"),
            _("Class"),
            _("Version"),
            _("State"),
            _("May go from"),
            _("Holds"),
        ),
        (
            (
                r.form_no,
                r.record,
                r.form,
                r.record_class,
                str(r.version),
                state_name(r.state),
                roc(r.due) if r.due else "–",
                str(len(r.holds) or ""),
            )
            for r in records
        ),
    )
    session.output.line(_("{count} records.", count=len(records)))
    session.output.result({"records": [summary_json(record) for record in records]})
    return Exit.DONE


def show(session: Session, record: str) -> int:
    """Open one record and show its content to the person who asks."""
    with session.workspace() as workspace:
        view = show_record(workspace, record, actor=session.actor_or_operator)
        holds = list_holds(workspace, record=view.summary.record)
    _show_view(session, view)
    for text in hold_lines(holds):
        session.output.line(text, style="bold yellow")
    session.output.result(
        summary_json(view.summary)
        | {
            "held_by": [hold_json(hold) for hold in holds],
            "versions": [
                {
                    "version": v.version,
                    "path": v.path,
                    "sealed_sha256": v.sealed_sha256,
                    "size": v.size,
                    "seq": v.seq,
                }
                for v in view.versions
            ],
            "data": dict(view.data),
            "files": list(view.files),
        }
    )
    return Exit.DONE


def summary_json(summary: RecordSummary) -> dict[str, object]:
    """Return a record for other programs."""
    return {
        "record": summary.record,
        "form": summary.form,
        "form_no": summary.form_no,
        "class": summary.record_class,
        "rule": summary.rule,
        "version": summary.version,
        "state": summary.state,
        "filed_at": summary.filed_at,
        "trigger": summary.trigger,
        "trigger_date": summary.trigger_date,
        "due": summary.due,
        "holds": list(summary.holds),
    }


def state_name(state: str) -> str:
    """Return a record's state for people."""
    return {"filed": _("filed"), "destroyed": _("destroyed lawfully")}.get(state, state)


def _show_filed(session: Session, result: FileResult) -> None:
    output = session.output
    output.line(_("{count} records filed and acknowledged.", count=len(result.filed)))
    if result.already:
        output.line(_("{count} rows were filed before and left alone.", count=len(result.already)))
    if "pdf" not in result.formats:
        output.note(_("LibreOffice was not found: the records hold docx, no PDF."))


def _show_cancelled(session: Session, result: CancelResult) -> None:
    output = session.output
    output.table(
        (
            _("Form number"),
            _("Record id"),
            _("Cancelled on"),
            _("Filed on"),
            _("May go from"),
            _("Days late"),
        ),
        (
            (
                c.form_no,
                c.record,
                roc(c.cancelled_on),
                roc(c.filed_on),
                roc(c.due),
                str(c.days_late or ""),
            )
            for c in result.cancelled
        ),
    )
    earlier = sum(1 for item in result.cancelled if item.back_dated)
    if earlier:
        output.line(_("{count} of them were cancelled before their application was filed.", count=earlier))
    late = [item for item in result.cancelled if item.days_late]
    output.line(
        _("{count} applications annotated, {late} of them late.", count=len(result.cancelled), late=len(late))
    )


def _show_view(session: Session, view: RecordView) -> None:
    output, summary = session.output, view.summary
    output.line(f"{summary.form_no}  {summary.record}  {state_name(summary.state)}", style="bold")
    output.table(
        (_("Version"), _("Ledger entry"), _("Sealed file"), "SHA-256"),
        ((str(v.version), str(v.seq), v.path, v.sealed_sha256) for v in view.versions),
    )
    if view.data:
        output.table((_("Field"), _("Value")), ((key, _printed(value)) for key, value in view.data.items()))
    if view.files:
        output.line(_("In the package: {files}", files=", ".join(view.files)))


def _printed(value: object) -> str:
    if isinstance(value, list):
        return "、".join(_printed(item) for item in cast("list[object]", value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def _filed_json(item: Filed) -> dict[str, object]:
    return {"record": item.record, "form_no": item.form_no, "rows": list(item.rows)}


def _cancelled_json(item: Cancelled) -> dict[str, object]:
    return {
        "record": item.record,
        "form_no": item.form_no,
        "row": item.row,
        "cancelled_on": item.cancelled_on,
        "filed_on": item.filed_on,
        "back_dated": item.back_dated,
        "due": item.due,
        "days_late": item.days_late,
    }
