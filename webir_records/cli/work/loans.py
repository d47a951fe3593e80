"""Do `webir records lend|return|loans`."""

from datetime import date

from webir_records.cli.failing import Exit
from webir_records.cli.roc import roc, typed_date
from webir_records.cli.say import _
from webir_records.cli.session import Session
from webir_records.model.errors import InputError
from webir_records.services.lending import Loan, Terms, list_loans
from webir_records.services.lending import lend as lend_record
from webir_records.services.lending import take_back as take_record_back


def lend(session: Session, record: str, terms: Terms) -> int:
    """Lend a record."""
    with session.workspace() as workspace:
        loan = lend_record(workspace, record, terms, actor=session.actor_or_operator)
    session.output.line(
        _(
            "Lent: record {record}, loan {loan}; {borrower} must return it by {day}.",
            record=loan.record,
            loan=loan.loan,
            borrower=loan.borrower,
            day=roc(loan.return_by),
        )
    )
    session.output.result(_json(loan))
    return Exit.DONE


def take_back(session: Session, name: str, condition: str) -> int:
    """Take a record back; loss and damage are findings."""
    with session.workspace() as workspace:
        returned = take_record_back(workspace, name, condition=condition, actor=session.actor_or_operator)
    output, loan = session.output, returned.loan
    output.line(_("Returned: record {record}, loan {loan}.", record=loan.record, loan=loan.loan))
    if returned.days_late:
        output.line(_("It came back {days} days late.", days=returned.days_late))
    if not returned.electronic_whole:
        output.line(
            _("The electronic record does not agree with its digest. Run `webir verify` and report it."),
            style="bold red",
        )
    if not returned.whole:
        output.line(
            _("Loss or damage ({condition}): report it (銷毀辦法 §15).", condition=loan.condition),
            style="bold red",
        )
    output.result(
        _json(loan)
        | {
            "electronic_whole": returned.electronic_whole,
            "whole": returned.whole,
            "days_late": returned.days_late,
        }
    )
    return Exit.DONE if returned.whole else Exit.FINDINGS


def loans(session: Session, overdue: bool) -> int:
    """List the loans; overdue ones are findings when they were asked for."""
    with session.workspace() as workspace:
        found = list_loans(workspace, overdue=overdue)
    session.output.table(
        (_("Loan"), _("Record id"), _("Borrower"), _("Reason"), _("Return by"), _("State")),
        (
            (loan.loan, loan.record, loan.borrower, loan.reason_code, roc(loan.return_by), _state(loan))
            for loan in found
        ),
    )
    session.output.line(_("{count} loans.", count=len(found)))
    session.output.result({"loans": [_json(loan) for loan in found]})
    return Exit.FINDINGS if overdue and found else Exit.DONE


def day(text: str) -> date:
    """Read the day of return.

    Raises:
        InputError: U007 it is not a date.
    """
    found = typed_date(text)
    if found is None:
        raise InputError("U007", got=text)
    return found


def _state(loan: Loan) -> str:
    if loan.returned_at is not None:
        return _("returned: {condition}", condition=loan.condition)
    return _("overdue") if loan.overdue else _("out")


def _json(loan: Loan) -> dict[str, object]:
    return {
        "loan": loan.loan,
        "record": loan.record,
        "version": loan.version,
        "borrower": loan.borrower,
        "reason_code": loan.reason_code,
        "authority": loan.authority,
        "lent_at": loan.lent_at,
        "return_by": loan.return_by,
        "returned_at": loan.returned_at,
        "condition": loan.condition,
        "overdue": loan.overdue,
    }
