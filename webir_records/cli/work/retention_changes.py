"""Do `webir retention audit-closed`, `revoke`, `correct` and `shorten`."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from webir_records.cli.failing import Exit
from webir_records.cli.roc import roc, typed_date
from webir_records.cli.say import _
from webir_records.cli.session import Session
from webir_records.cli.work.secret import passphrase
from webir_records.model.errors import InputError
from webir_records.services.closing_audits import close_audit
from webir_records.services.selecting import RecordQuery
from webir_records.services.shortening_terms import shorten_terms
from webir_records.services.triggers import Agreement, Changed, correct_cancellation, revoke_cancellation


@dataclass(frozen=True, slots=True)
class Order:
    """What is typed to correct a date or to shorten terms."""

    on: str
    reason: str
    authority: str
    agreed_by: str
    passphrase_file: Path | None


def audit_closed(session: Session, query: RecordQuery, on: str) -> int:
    """Note that an audit is closed."""
    day = typed_date(on)
    if day is None:
        raise InputError("U007", got=on)
    with session.workspace() as workspace:
        closed = close_audit(workspace, query, day, actor=session.actor_or_operator)
    session.output.line(_("{count} records: the audit was closed on {day}.", count=len(closed), day=roc(day)))
    headers = (_("Form number"), _("Record id"), _("Might go from"))
    session.output.table(headers, ((one.form_no, one.record, roc(one.due)) for one in closed))
    found = [{"record": one.record, "form_no": one.form_no, "due": one.due} for one in closed]
    session.output.result({"on": day, "closed": found})
    return Exit.DONE


def shorten(session: Session, copy: str, order: Order) -> int:
    """Let the originals of a copy go earlier."""
    on = typed_date(order.on)
    if on is None:
        raise InputError("U007", got=order.on)
    agreed = Agreement(order.agreed_by, passphrase(order.passphrase_file)) if order.agreed_by else None
    with session.workspace() as workspace:
        done = shorten_terms(
            workspace, copy, on, authority=order.authority, agreed=agreed, actor=session.actor_or_operator
        )
    session.output.line(
        _(
            "{count} originals may go earlier; the copy {copy} stays for their full term.",
            count=len(done),
            copy=copy,
        )
    )
    headers = (_("Form number"), _("Record id"), _("Before"), _("Might go from"))
    session.output.table(headers, ((one.form_no, one.record, roc(one.was), roc(one.now)) for one in done))
    found = [{"record": one.record, "form_no": one.form_no, "was": one.was, "now": one.now} for one in done]
    session.output.result({"copy": copy, "confirmed_on": on, "shortened": found})
    return Exit.DONE


def revoke(session: Session, record: str, *, authority: str, reason: str, reopened: str) -> int:
    """Take a cancellation back."""
    day = typed_date(reopened)
    with session.workspace() as workspace:
        changed = revoke_cancellation(
            workspace,
            record,
            authority=authority,
            reason_code=reason,
            reopened=day,
            actor=session.actor_or_operator,
        )
    session.output.line(
        _(
            "{form_no}: the date {was} counts no more.",
            form_no=changed.form_no,
            was=_day(changed.was),
        )
    )
    session.output.line(
        _(
            "No period runs. Note the next cancellation with `webir records cancel`, the closing of an audit "
            "with `webir retention audit-closed`."
        )
    )
    session.output.result(_json(changed))
    return Exit.DONE


def correct(session: Session, record: str, order: Order) -> int:
    """Correct the date of a cancellation."""
    on = typed_date(order.on)
    if on is None:
        raise InputError("U007", got=order.on)
    agreed = Agreement(order.agreed_by, passphrase(order.passphrase_file)) if order.agreed_by else None
    with session.workspace() as workspace:
        changed = correct_cancellation(
            workspace,
            record,
            on,
            reason_code=order.reason,
            authority=order.authority,
            agreed=agreed,
            actor=session.actor_or_operator,
        )
    session.output.line(
        _(
            "{form_no}: {now} is the date, not {was}. May go from {due_now}, before from {due_was}.",
            form_no=changed.form_no,
            now=_day(changed.now),
            was=_day(changed.was),
            due_now=_day(changed.due_now),
            due_was=_day(changed.due_was),
        )
    )
    session.output.result(_json(changed))
    return Exit.DONE


def _day(day: date | None) -> str:
    return roc(day) if day else "–"


def _json(changed: Changed) -> dict[str, object]:
    return {
        "record": changed.record,
        "form_no": changed.form_no,
        "was": changed.was,
        "now": changed.now,
        "due_was": changed.due_was,
        "due_now": changed.due_now,
    }
