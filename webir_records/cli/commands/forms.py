"""`webir forms …`."""

from pathlib import Path

import typer

from webir_records.cli.say import _


def declare(app: typer.Typer) -> None:
    """Add the commands."""
    forms = typer.Typer(help=_("Official forms: look, check data, fill."), no_args_is_help=True)
    app.add_typer(forms, name="forms")
    _looking(forms)
    _working(forms)


def _looking(forms: typer.Typer) -> None:
    @forms.command("list", help=_("List the forms."))
    def _list(context: typer.Context) -> int:
        from webir_records.cli.work import forms as work

        return work.list_all(context.obj)

    @forms.command("show", help=_("Show the fields of a form, with the clause behind each."))
    def _show(context: typer.Context, form: str = typer.Argument(..., metavar="FORM")) -> int:
        from webir_records.cli.work import forms as work

        return work.show(context.obj, form)

    @forms.command("blank", help=_("Write an empty spreadsheet to fill in."))
    def _blank(
        context: typer.Context,
        form: str = typer.Argument(..., metavar="FORM"),
        out: Path = typer.Option(..., "-o", "--out", metavar="X.xlsx", help=_("The file to write.")),
    ) -> int:
        from webir_records.cli.work import forms as work

        return work.blank(context.obj, form, out)


def _working(forms: typer.Typer) -> None:
    @forms.command("check", help=_("Check every row of a file and say everything that is wrong."))
    def _check(
        context: typer.Context,
        form: str = typer.Argument(..., metavar="FORM"),
        data: Path = typer.Argument(..., metavar="DATA", help=_("Spreadsheet, csv or JSON.")),
    ) -> int:
        from webir_records.cli.work import forms as work

        return work.check(context.obj, form, data)

    @forms.command("fill", help=_("Fill the form for every row that is right."))
    def _fill(
        context: typer.Context,
        form: str = typer.Argument(..., metavar="FORM"),
        data: Path = typer.Argument(..., metavar="DATA", help=_("Spreadsheet, csv or JSON.")),
        out: Path | None = typer.Option(
            None,
            "-o",
            "--out",
            metavar="DIR",
            help=_("Folder for the documents; default: out/ of the workspace."),
        ),
        to: str = typer.Option("docx", "--to", help=_("Formats: docx, pdf, or docx,pdf.")),
    ) -> int:
        from webir_records.cli.work import forms as work

        return work.fill(context.obj, form, data, out, to)
