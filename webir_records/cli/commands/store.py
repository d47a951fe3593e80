"""`webir store …`."""

import click

from webir_records.cli.say import _
from webir_records.cli.session import Session


def declare(app: click.Group) -> None:
    """Add the commands."""
    store = click.Group("store", help=_("The place where the archive's files lie: a folder or a bucket."))
    app.add_command(store)

    @store.command(
        "check",
        help=_(
            "Prove that the store refuses early deletion and overwriting and keeps what it acknowledges; "
            "say what cannot be proven."
        ),
    )
    @click.pass_obj
    def _check(session: Session) -> int:
        from webir_records.cli.work import store as work

        return work.check(session)
