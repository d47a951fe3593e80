"""`webir profile …`: the versions of the rule by which records are kept."""

from pathlib import Path

import click

from webir_records.cli.commands import FILE
from webir_records.cli.say import _
from webir_records.cli.session import Session


def declare(app: click.Group) -> None:
    """Add the commands."""
    profile = click.Group("profile", help=_("The rule by which records are kept, and its versions."))
    app.add_command(profile)

    @profile.command("list", help=_("List the versions of the rule, and what each makes shorter."))
    @click.pass_obj
    def _list(session: Session) -> int:
        from webir_records.cli.work import profile as work

        return work.list_all(session)

    @profile.command(
        "adopt", help=_("Take up a later version of the rule; longer terms take effect, shorter ones never.")
    )
    @click.argument("file", metavar="[FILE]", type=FILE, required=False)
    @click.pass_obj
    def _adopt(session: Session, file: Path | None) -> int:
        from webir_records.cli.work import profile as work

        return work.take_up(session, file)
