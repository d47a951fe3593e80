"""`webir records lend|return|loans`."""

import click

from webir_records.cli.commands import record_argument
from webir_records.cli.say import _
from webir_records.cli.session import Session


def declare(app: click.Group) -> None:
    """Add the commands to the group `records`."""
    records = app.commands["records"]
    if not isinstance(records, click.Group):
        raise TypeError("`records` is declared before its further commands")
    _lend(records)
    _take_back(records)

    @records.command("loans", help=_("List what is lent: who has it, why, and until when."))
    @click.option("--overdue", is_flag=True, help=_("Only what should be back."))
    @click.pass_obj
    def _loans(session: Session, overdue: bool) -> int:
        from webir_records.cli.work import loans as work

        return work.loans(session, overdue)


def _lend(records: click.Group) -> None:
    @records.command("lend", help=_("Lend the paper of a record; destruction waits until it is back."))
    @record_argument()
    @click.option(
        "--to", "borrower", metavar="PERSON", required=True, help=_("Id of who must return it; no name.")
    )
    @click.option(
        "--reason",
        metavar="CODE",
        required=True,
        help=_("One of business, audit, lawsuit, complaint, disciplinary, archive-access, digitising."),
    )
    @click.option("--return-by", metavar="DATE", required=True, help=_("Last day."))
    @click.option("--authority", metavar="NO", default="", help=_("Number of the letter that asks for it."))
    @click.pass_obj
    def _lend(
        session: Session, record: str, *, borrower: str, reason: str, return_by: str, authority: str
    ) -> int:
        from webir_records.cli.work import loans as work
        from webir_records.services.lending import Terms

        day = work.day(return_by)
        return work.lend(session, record, Terms(borrower, reason, day, authority))


def _take_back(records: click.Group) -> None:
    @records.command("return", help=_("Take a record back (ID or LOAN) and verify it."))
    @click.argument("name", metavar="ID|LOAN")
    @click.option(
        "--condition",
        metavar="CODE",
        required=True,
        help=_("How the paper came back: intact, damaged, missing-pages, altered or lost."),
    )
    @click.pass_obj
    def _return(session: Session, name: str, condition: str) -> int:
        from webir_records.cli.work import loans as work

        return work.take_back(session, name, condition)
