"""`webir papers …`, `webir incident …`, `webir report …`."""

from pathlib import Path

import click

from webir_records.cli.commands import FILE, batch_argument
from webir_records.cli.say import _
from webir_records.cli.session import Session


def declare(app: click.Group) -> None:
    """Add the commands."""
    _papers(app)
    _incident(app)
    report = click.Group("report", help=_("Reports for the head of the agency."))
    app.add_command(report)

    @report.command("yearly", help=_("Write the yearly report: what is kept, due, overdue and destroyed."))
    @click.option("--year", default="", metavar="YEAR", help=_("2026 or 115; this year when left out."))
    @click.option("-o", "--out", metavar="FILE", type=FILE, required=True, help=_("FILE.docx, .odt or .pdf."))
    @click.pass_obj
    def _yearly(session: Session, year: str, out: Path) -> int:
        from webir_records.cli.work import papers as work

        return work.yearly(session, year, out)


def _papers(app: click.Group) -> None:
    papers = click.Group("papers", help=_("The papers of a destruction batch."))
    app.add_command(papers)

    @papers.command("batch", help=_("Write plan, catalogues, letters and lists of a batch into a folder."))
    @batch_argument()
    @click.option("-o", "--out", metavar="DIR", type=FILE, required=True, help=_("Folder for the papers."))
    @click.option("--kind", default="", metavar="KIND[,KIND]", help=_("Only these; see the page on papers."))
    @click.option(
        "--format",
        "formats",
        default="docx",
        show_default=True,
        metavar="FORMAT[,FORMAT]",
        help=_("Some of docx, odt, pdf and, for catalogues, ods."),
    )
    @click.option("--reply-by", default="", metavar="DATE", help=_("Until when others are to answer."))
    @click.option("--office", default="", help=_("The history office that may select."))
    @click.option("--planned", default="", metavar="DATE", help=_("When the destruction is intended."))
    @click.pass_obj
    def _batch(  # noqa: PLR0917 - click gives every option by name
        session: Session,
        batch: str,
        out: Path,
        kind: str,
        formats: str,
        reply_by: str,
        office: str,
        planned: str,
    ) -> int:
        from webir_records.cli.work import papers as work

        dates = {"reply_by": reply_by, "planned_on": planned}
        return work.batch(session, batch, out, kinds=kind, formats=formats, office=office, dates=dates)


def _incident(app: click.Group) -> None:
    incident = click.Group("incident", help=_("What went wrong: emergencies, loss, damage, unlawful acts."))
    app.add_command(incident)

    @incident.command("report", help=_("Report an incident; the report is kept in the archive."))
    @click.option("--kind", required=True, metavar="KIND", help=_("emergency, loss, damage or unlawful."))
    @click.option("--on", required=True, metavar="DATE", help=_("When it happened."))
    @click.option("--found-on", default="", metavar="DATE", help=_("When it was found."))
    @click.option(
        "--record", "records", multiple=True, metavar="ID", help=_("A record that it is about; repeat it.")
    )
    @click.option("--cause", default="", help=_("Why it happened; no names of people."))
    @click.option("--place", default="", help=_("Where it happened."))
    @click.option("--course", default="", help=_("What happened; no names of people."))
    @click.option("--method", default="", help=_("How it was destroyed."))
    @click.option("--evidence", default="", help=_("What proves the loss."))
    @click.option("--appraisal", default="", help=_("What the appraisal of the damage found."))
    @click.option("--measures", default="", help=_("What was done about it."))
    @click.option("--authority", default="", help=_("Number of the letter about it."))
    @click.option("--batch", default="", help=_("The destruction batch that it belongs to."))
    @click.pass_obj
    def _report(session: Session, /, **given: object) -> int:
        from webir_records.cli.work import papers as work

        return work.incident_report(session, given)

    @incident.command("list", help=_("List the incidents that were reported."))
    @click.pass_obj
    def _list(session: Session) -> int:
        from webir_records.cli.work import papers as work

        return work.incident_list(session)
