"""`webir doctor`."""

import click

from webir_records.cli.say import _
from webir_records.cli.session import Session


def declare(app: click.Group) -> None:
    """Add the command."""

    @app.command("doctor", help=_("Look the workspace and this machine over, and say what to do."))
    @click.pass_obj
    def _doctor(session: Session) -> int:
        from webir_records.cli.work import doctor as work

        return work.doctor(session)
