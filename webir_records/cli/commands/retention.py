"""`webir retention …`."""

import click

from webir_records.cli.commands import record_argument
from webir_records.cli.say import _
from webir_records.cli.session import Session


def declare(app: click.Group) -> None:
    """Add the commands."""
    retention = click.Group("retention", help=_("How long records are kept."))
    app.add_command(retention)

    @retention.command("due", help=_("List the records whose period has run out."))
    @click.option("--on", default="", metavar="DATE", help=_("Another day than today."))
    @click.pass_obj
    def _due(session: Session, on: str) -> int:
        from webir_records.cli.work import retention as work

        return work.due(session, on)

    @retention.command("show", help=_("Show the period of a record and how it is counted."))
    @record_argument()
    @click.pass_obj
    def _show(session: Session, record: str) -> int:
        from webir_records.cli.work import retention as work

        return work.show(session, record)

    _holds(retention)


def _holds(retention: click.Group) -> None:
    hold = click.Group("hold", help=_("Holds: keep a record although its period has run out."))
    retention.add_command(hold)

    @hold.command("add", help=_("Place a hold on a record."))
    @record_argument()
    @click.option(
        "--authority",
        required=True,
        help=_("Number of the letter or the office that asks for it; no names."),
    )
    @click.option("--review", default="", metavar="DATE", help=_("When to look at it again."))
    @click.pass_obj
    def _add(session: Session, record: str, authority: str, review: str) -> int:
        from webir_records.cli.work import retention as work

        return work.hold_add(session, record, authority, review)

    @hold.command("release", help=_("Release a hold; nothing is destroyed by it."))
    @click.argument("hold_id", metavar="HOLD")
    @click.pass_obj
    def _release(session: Session, hold_id: str) -> int:
        from webir_records.cli.work import retention as work

        return work.hold_release(session, hold_id)

    @hold.command("list", help=_("List the holds."))
    @click.pass_obj
    def _list(session: Session) -> int:
        from webir_records.cli.work import retention as work

        return work.hold_list(session)
