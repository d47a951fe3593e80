"""`webir records …`."""

from pathlib import Path

import click

from webir_records.cli.commands import FILE, data_argument, form_argument, record_argument
from webir_records.cli.say import _
from webir_records.cli.session import Session


def declare(app: click.Group) -> None:
    """Add the commands."""
    records = click.Group("records", help=_("Records in the archive."))
    app.add_command(records)
    _writing(records)
    _looking(records)
    _proving(records)


def _writing(records: click.Group) -> None:
    @records.command("file", help=_("Fill the form for every row of DATA that is right, and file it."))
    @form_argument()
    @data_argument()
    @click.pass_obj
    def _file(session: Session, form: str, data: Path) -> int:
        from webir_records.cli.work import records as work

        return work.file(session, form, data)

    @records.command("cancel", help=_("Note cancelled accounts on the original applications."))
    @click.argument("accounts", metavar="ACCOUNTS.csv", type=FILE)
    @click.pass_obj
    def _cancel(session: Session, accounts: Path) -> int:
        from webir_records.cli.work import records as work

        return work.cancel(session, accounts)


def _looking(records: click.Group) -> None:
    @records.command("list", help=_("List the records."))
    @click.option("--form", default="", help=_("Only this form."))
    @click.option("--state", default="", help=_("Only filed or destroyed."))
    @click.pass_obj
    def _list(session: Session, form: str, state: str) -> int:
        from webir_records.cli.work import records as work

        return work.list_all(session, form, state)

    @records.command("show", help=_("Open a record (by id or form number) and show it."))
    @record_argument()
    @click.pass_obj
    def _show(session: Session, record: str) -> int:
        from webir_records.cli.work import records as work

        return work.show(session, record)


def _proving(records: click.Group) -> None:
    @records.command("proof", help=_("Write a file that proves a record's entry in the ledger, offline."))
    @record_argument()
    @click.option("-o", "--out", metavar="FILE", type=FILE, required=True, help=_("File for the proof."))
    @click.pass_obj
    def _proof(session: Session, record: str, out: Path) -> int:
        from webir_records.cli.work import proofs as work

        return work.prove(session, record, out)
