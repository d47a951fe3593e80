"""`webir forms …`."""

from pathlib import Path

import click

from webir_records.cli.commands import FILE, data_argument, form_argument
from webir_records.cli.say import _
from webir_records.cli.session import Session


def declare(app: click.Group) -> None:
    """Add the commands."""
    forms = click.Group("forms", help=_("Official forms: look, check data, fill."))
    app.add_command(forms)
    _looking(forms)
    _working(forms)


def _looking(forms: click.Group) -> None:
    @forms.command("list", help=_("List the forms."))
    @click.pass_obj
    def _list(session: Session) -> int:
        from webir_records.cli.work import forms as work

        return work.list_all(session)

    @forms.command("show", help=_("Show the fields of a form, with the clause behind each."))
    @form_argument()
    @click.pass_obj
    def _show(session: Session, form: str) -> int:
        from webir_records.cli.work import forms as work

        return work.show(session, form)

    @forms.command("blank", help=_("Write an empty spreadsheet to fill in."))
    @form_argument()
    @click.option("-o", "--out", metavar="X.xlsx", type=FILE, required=True, help=_("The file to write."))
    @click.pass_obj
    def _blank(session: Session, form: str, out: Path) -> int:
        from webir_records.cli.work import forms as work

        return work.blank(session, form, out)


def _working(forms: click.Group) -> None:
    @forms.command(
        "check", help=_("Check every row of DATA (spreadsheet, csv or JSON); say everything wrong.")
    )
    @form_argument()
    @data_argument()
    @click.pass_obj
    def _check(session: Session, form: str, data: Path) -> int:
        from webir_records.cli.work import forms as work

        return work.check(session, form, data)

    @forms.command("fill", help=_("Fill the form for every row of DATA that is right."))
    @form_argument()
    @data_argument()
    @click.option("-o", "--out", metavar="DIR", type=FILE, help=_("Folder; default: out/ of the workspace."))
    @click.option("--to", default="docx", show_default=True, help=_("Formats: docx, pdf, or docx,pdf."))
    @click.pass_obj
    def _fill(session: Session, form: str, data: Path, out: Path | None, to: str) -> int:
        from webir_records.cli.work import forms as work

        return work.fill(session, form, data, out, to)
