"""`webir verify`."""

from pathlib import Path

import click

from webir_records.cli.commands import FILE
from webir_records.cli.say import _
from webir_records.cli.session import Session


def declare(app: click.Group) -> None:
    """Add the commands."""

    @app.command(
        "verify", help=_("Verify the archive: nothing lost, nothing changed, nothing destroyed unlawfully.")
    )
    @click.option(
        "--level",
        default="full",
        show_default=True,
        help=_("structure (no content is read), sample:N/T, or full."),
    )
    @click.option(
        "--against",
        metavar="FILE",
        multiple=True,
        type=FILE,
        help=_("An earlier checkpoint kept elsewhere; may be repeated."),
    )
    @click.option(
        "--resume",
        metavar="FILE",
        type=FILE,
        default=None,
        help=_("Go on with a broken reading."),
    )
    @click.option(
        "--report",
        metavar="FILE",
        type=FILE,
        default=None,
        help=_("Write the outcome as a paper to be filed (docx, odt or pdf, in Chinese)."),
    )
    @click.option("--workers", metavar="N", type=int, default=0, help=_("Files read at the same time."))
    @click.pass_obj
    def _verify(
        session: Session,
        level: str,
        *,
        against: tuple[Path, ...],
        resume: Path | None,
        report: Path | None,
        workers: int,
    ) -> int:
        from webir_records.cli.work import archive as work

        return work.verify(session, level, against=against, resume=resume, paper=report, workers=workers)
