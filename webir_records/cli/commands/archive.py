"""`webir verify`."""

import click

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
    @click.pass_obj
    def _verify(session: Session, level: str) -> int:
        from webir_records.cli.work import archive as work

        return work.verify(session, level)
