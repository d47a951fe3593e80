"""`webir forms …`."""

from pathlib import Path

import click

from webir_records.cli.commands import FILE, Declare, data_argument, form_argument
from webir_records.cli.say import _
from webir_records.cli.session import Session


def declare(app: click.Group) -> None:
    """Add the commands."""
    forms = click.Group("forms", help=_("Official forms: look, check data, fill."))
    app.add_command(forms)
    _looking(forms)
    _checking(forms)
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

    @forms.command(
        "copy", help=_("Copy a shipped form into templates/ of the workspace, to change it there.")
    )
    @form_argument()
    @click.option("-o", "--out", metavar="DIR", type=FILE, help=_("Another folder for the copy."))
    @click.pass_obj
    def _copy(session: Session, form: str, out: Path | None) -> int:
        from webir_records.cli.work import forms as work

        return work.copy(session, form, out)


def _checking(forms: click.Group) -> None:
    @forms.command(
        "check", help=_("Check every row of DATA (spreadsheet, csv or JSON); say everything wrong.")
    )
    @form_argument()
    @data_argument()
    @click.option(
        "--annotate",
        metavar="OUT.xlsx",
        type=FILE,
        help=_("Write a copy of DATA with every problem marked in its cell."),
    )
    @_mapping_option()
    @click.option(
        "--save-mapping",
        is_flag=True,
        help=_("Keep which column is which field in mappings/ of the workspace; it is used from then on."),
    )
    @click.pass_obj
    def _check(
        session: Session,
        *,
        form: str,
        data: Path,
        annotate: Path | None,
        mapping: Path | None,
        save_mapping: bool,
    ) -> int:
        from webir_records.cli.work import checking as work

        return work.check(session, form, data, annotate=annotate, mapping=mapping, save=save_mapping)

    @forms.command("lint", help=_("Look for mistakes in the template FILE (docx or odt); say all of them."))
    @click.argument("file", metavar="FILE", type=FILE)
    @click.option(
        "--form", metavar="FORM", default="", help=_("Compare the tags with the fields of this form.")
    )
    @click.option(
        "--annotate",
        metavar="OUT",
        type=FILE,
        help=_("Write a copy of FILE with a comment at every mistake."),
    )
    @click.pass_obj
    def _lint(session: Session, file: Path, form: str, annotate: Path | None) -> int:
        from webir_records.cli.work import linting as work

        return work.lint(session, file, form, annotate)


def _mapping_option() -> Declare:
    """Declare --mapping."""
    return click.option(
        "--mapping",
        metavar="FILE",
        type=FILE,
        help=_("Which column is which field; default: what was kept in mappings/ of the workspace."),
    )


def _working(forms: click.Group) -> None:
    @forms.command("fill", help=_("Fill the form for every row of DATA that is right."))
    @form_argument()
    @data_argument()
    @click.option("-o", "--out", metavar="DIR", type=FILE, help=_("Folder; default: out/ of the workspace."))
    @click.option(
        "--to", default="docx", show_default=True, help=_("Formats: docx, odt, pdf, with commas between.")
    )
    @click.option(
        "--image",
        "images",
        metavar="NAME=FILE",
        multiple=True,
        help=_("A picture (PNG or JPEG) for the place of this name in the layout, such as seal=seal.png."),
    )
    @_mapping_option()
    @click.pass_obj
    def _fill(
        session: Session,
        *,
        form: str,
        data: Path,
        out: Path | None,
        to: str,
        images: tuple[str, ...],
        mapping: Path | None,
    ) -> int:
        from webir_records.cli.work import forms as work

        return work.fill(session, form, data, out, to=to, images=images, mapping=mapping)

    @forms.command(
        "preview", help=_("Draw the first documents of DATA as pictures; nothing is numbered or kept.")
    )
    @form_argument()
    @data_argument()
    @click.option(
        "--rows",
        metavar="1-3",
        default="1",
        show_default=True,
        help=_("Which documents: the first that can be filled is 1."),
    )
    @click.option("-o", "--out", metavar="DIR", type=FILE, required=True, help=_("Folder of the pictures."))
    @click.option(
        "--dpi", default=110, show_default=True, type=click.IntRange(30, 400), help=_("Dots per inch.")
    )
    @click.pass_obj
    def _preview(session: Session, *, form: str, data: Path, rows: str, out: Path, dpi: int) -> int:
        from webir_records.cli.work import forms as work

        return work.preview(session, form, data, out, rows=rows, dpi=dpi)
