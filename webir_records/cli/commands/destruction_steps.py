"""`webir destruction …`: the steps that only filed documents (class B) take."""

from pathlib import Path

import click

from webir_records.cli.commands import FILE, batch_argument
from webir_records.cli.say import _
from webir_records.cli.session import Session


def declare_steps(destruction: click.Group) -> None:
    """Add the commands."""
    _opinions(destruction)
    selection = click.Group("selection", help=_("Let a historical institution select."))
    destruction.add_command(selection)
    _selection(selection)
    _authority(destruction)
    _afterwards(destruction)


def _opinions(destruction: click.Group) -> None:
    @destruction.command("opinions", help=_("Ask the units about a batch: write a sheet for each of them."))
    @batch_argument()
    @click.option("-o", "--out", metavar="DIR", type=FILE, required=True, help=_("Folder for the sheets."))
    @click.option("--unit", default="", help=_("The unit that answers for records of which none is known."))
    @click.pass_obj
    def _opinions(session: Session, batch: str, out: Path, unit: str) -> int:
        from webir_records.cli.work import destruction_steps as work

        return work.ask(session, batch, out, unit)

    @destruction.command("answer", help=_("Take the answer of a unit: the sheet that came back."))
    @batch_argument()
    @click.argument("sheet", metavar="SHEET", type=FILE)
    @click.pass_obj
    def _answer(session: Session, batch: str, sheet: Path) -> int:
        from webir_records.cli.work import destruction_steps as work

        return work.answer(session, batch, sheet)


def _selection(selection: click.Group) -> None:
    @selection.command("offer", help=_("Note that the batch was offered to an institution."))
    @batch_argument()
    @click.option("--office", required=True, help=_("Id of the institution, e.g. archives-01."))
    @click.pass_obj
    def _offer(session: Session, batch: str, office: str) -> int:
        from webir_records.cli.work import destruction_steps as work

        return work.offer(session, batch, office)

    @selection.command("answer", help=_("Enter the answer; what was selected leaves the batch."))
    @batch_argument()
    @click.option("--selected", multiple=True, metavar="ID", help=_("A selected record; may be repeated."))
    @click.option(
        "--list", "listed", type=FILE, metavar="FILE", default=None, help=_("Selected: one a line.")
    )
    @click.option("--letter", required=True, help=_("Number of the institution's letter."))
    @click.pass_obj
    def _answer(
        session: Session, batch: str, selected: tuple[str, ...], listed: Path | None, letter: str
    ) -> int:
        from webir_records.cli.work import destruction_steps as work

        return work.selected(session, batch, selected, listed, letter)

    @selection.command("skip", help=_("Note that the batch is not offered, and why."))
    @batch_argument()
    @click.option("--reason", required=True, help=_("Why: a short word, no names."))
    @click.pass_obj
    def _skip(session: Session, batch: str, reason: str) -> int:
        from webir_records.cli.work import destruction_steps as work

        return work.skip(session, batch, reason)


def _authority(destruction: click.Group) -> None:
    @destruction.command("submit", help=_("Note that plan and catalogue were sent to the archive authority."))
    @batch_argument()
    @click.option("--letter", required=True, help=_("Number of your letter."))
    @click.option("--on", "on", required=True, metavar="DATE", help=_("Date of the letter."))
    @click.option("--place", default="", help=_("Where the records will be destroyed; the agency if empty."))
    @click.option("--planned", default="", metavar="DATE", help=_("When they will be destroyed."))
    @click.pass_obj
    def _submit(session: Session, /, batch: str, **given: str) -> int:
        from webir_records.cli.work import destruction_steps as work

        return work.submit(session, batch, work.Submission(**given))

    @destruction.command("authority", help=_("Enter the approval of the archive authority."))
    @batch_argument()
    @click.option("--number", required=True, help=_("Number of the approval."))
    @click.option("--on", "on", required=True, metavar="DATE", help=_("Date of the letter."))
    @click.option(
        "--catalogue-sha256",
        "catalogue_sha256",
        required=True,
        help=_("SHA-256 of the catalogue that was approved."),
    )
    @click.option(
        "--letter", "--file", "file", type=FILE, default=None, help=_("The letter itself, e.g. a PDF.")
    )
    @click.pass_obj
    def _approval(session: Session, /, batch: str, file: Path | None, **given: str) -> int:
        from webir_records.cli.work import destruction_steps as work

        return work.approval(session, batch, work.Approval(**given), file)


def _afterwards(destruction: click.Group) -> None:
    @destruction.command("annotate", help=_("Write approval and day of destruction into the catalogue."))
    @batch_argument()
    @click.pass_obj
    def _annotate(session: Session, batch: str) -> int:
        from webir_records.cli.work import destruction_steps as work

        return work.annotate(session, batch)

    @destruction.command("resubmit", help=_("Note that the annotated catalogue was sent up again."))
    @batch_argument()
    @click.option("--letter", required=True, help=_("Number of your letter."))
    @click.option("--on", "on", required=True, metavar="DATE", help=_("Date of the letter."))
    @click.pass_obj
    def _resubmit(session: Session, batch: str, letter: str, on: str) -> int:
        from webir_records.cli.work import destruction_steps as work

        return work.resubmit(session, batch, letter, on)

    @destruction.command("close", help=_("Close a batch whose annotated catalogue was sent up."))
    @batch_argument()
    @click.pass_obj
    def _close(session: Session, batch: str) -> int:
        from webir_records.cli.work import destruction_steps as work

        return work.close(session, batch)
