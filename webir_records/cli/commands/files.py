"""`webir files …`: files (案卷), which are kept and destroyed as a whole."""

import click

from webir_records.cli.commands.query import query_options
from webir_records.cli.say import _
from webir_records.cli.session import Session


def declare(app: click.Group) -> None:
    """Add the commands."""
    files = click.Group("files", help=_("Files: records that are kept and destroyed together."))
    app.add_command(files)
    _open(files)
    _assign(files)

    @files.command("list", help=_("List the files."))
    @click.pass_obj
    def _list(session: Session) -> int:
        from webir_records.cli.work import files as work

        return work.list_all(session)

    @files.command("show", help=_("Show a file, what governs it, and its records."))
    @click.argument("number", metavar="NUMBER")
    @click.pass_obj
    def _show(session: Session, number: str) -> int:
        from webir_records.cli.work import files as work

        return work.show(session, number)


def _open(files: click.Group) -> None:
    @files.command("open", help=_("Open a file, e.g. 115/0601/1: year, class and number."))
    @click.argument("number", metavar="NUMBER")
    @click.option("--title", required=True, metavar="TEXT", help=_("What it is about; names nobody."))
    @click.option("--years", type=int, default=None, metavar="N", help=_("Term of the agency's schedule."))
    @click.option("--disposition", default="", metavar="TEXT", help=_("Disposition in the same schedule."))
    @click.option("--summary", default="", metavar="TEXT", help=_("A summary; names nobody."))
    @click.option("--producer", default="", metavar="TEXT", help=_("The office whose file it is."))
    @click.option("--volumes", type=int, default=1, metavar="N", help=_("Number of volumes."))
    @click.pass_obj
    def _open(
        session: Session,
        number: str,
        *,
        title: str,
        years: int | None,
        disposition: str,
        summary: str,
        producer: str,
        volumes: int,
    ) -> int:
        from webir_records.cli.work import files as work
        from webir_records.services.files import NewFile

        facts = NewFile(
            title=title,
            years=years,
            disposition=disposition,
            summary=summary,
            producer=producer,
            volumes=volumes,
        )
        return work.open_new(session, number, facts)


def _assign(files: click.Group) -> None:
    @files.command("assign", help=_("Put records into a file: all that are meant, or none."))
    @click.argument("number", metavar="NUMBER")
    @query_options()
    @click.pass_obj
    def _assign(session: Session, /, number: str, **asked: object) -> int:
        from webir_records.cli.work import files as work
        from webir_records.cli.work.query import query_of

        return work.assign(session, number, query_of(asked))
