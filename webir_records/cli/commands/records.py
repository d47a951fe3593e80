"""`webir records …`."""

from pathlib import Path

import typer

from webir_records.cli.say import _


def declare(app: typer.Typer) -> None:
    """Add the commands."""
    records = typer.Typer(help=_("Records in the archive."), no_args_is_help=True)
    app.add_typer(records, name="records")
    _writing(records)
    _looking(records)


def _writing(records: typer.Typer) -> None:
    @records.command("file", help=_("Fill the form for every row that is right, and file it in the archive."))
    def _file(
        context: typer.Context,
        form: str = typer.Argument(..., metavar="FORM"),
        data: Path = typer.Argument(..., metavar="DATA", help=_("Spreadsheet, csv or JSON.")),
    ) -> int:
        from webir_records.cli.work import records as work

        return work.file(context.obj, form, data)

    @records.command("cancel", help=_("Note cancelled accounts on the original applications."))
    def _cancel(
        context: typer.Context,
        accounts: Path = typer.Argument(..., metavar="ACCOUNTS.csv", help=_("The list of cancellations.")),
    ) -> int:
        from webir_records.cli.work import records as work

        return work.cancel(context.obj, accounts)


def _looking(records: typer.Typer) -> None:
    @records.command("list", help=_("List the records."))
    def _list(
        context: typer.Context,
        form: str = typer.Option("", "--form", help=_("Only this form.")),
        state: str = typer.Option("", "--state", help=_("Only filed or destroyed.")),
    ) -> int:
        from webir_records.cli.work import records as work

        return work.list_all(context.obj, form, state)

    @records.command("show", help=_("Open a record and show it."))
    def _show(
        context: typer.Context,
        record: str = typer.Argument(..., metavar="ID", help=_("Record id or form number.")),
    ) -> int:
        from webir_records.cli.work import records as work

        return work.show(context.obj, record)

    @records.command("export", help=_("Write a record's documents into a folder."))
    def _export(
        context: typer.Context,
        record: str = typer.Argument(..., metavar="ID", help=_("Record id or form number.")),
        out: Path = typer.Option(..., "-o", "--out", metavar="DIR", help=_("Folder for the documents.")),
    ) -> int:
        from webir_records.cli.work import records as work

        return work.export(context.obj, record, out)
