"""`webir retention …`."""

import typer

from webir_records.cli.say import _


def declare(app: typer.Typer) -> None:
    """Add the commands."""
    retention = typer.Typer(help=_("How long records are kept."), no_args_is_help=True)
    app.add_typer(retention, name="retention")

    @retention.command("due", help=_("List the records whose period has run out."))
    def _due(
        context: typer.Context,
        on: str = typer.Option("", "--on", metavar="DATE", help=_("Another day than today.")),
    ) -> int:
        from webir_records.cli.work import retention as work

        return work.due(context.obj, on)

    @retention.command("show", help=_("Show the period of a record and how it is counted."))
    def _show(
        context: typer.Context,
        record: str = typer.Argument(..., metavar="ID", help=_("Record id or form number.")),
    ) -> int:
        from webir_records.cli.work import retention as work

        return work.show(context.obj, record)

    _holds(retention)


def _holds(retention: typer.Typer) -> None:
    hold = typer.Typer(help=_("Holds: keep a record although its period has run out."), no_args_is_help=True)
    retention.add_typer(hold, name="hold")

    @hold.command("add", help=_("Place a hold on a record."))
    def _add(
        context: typer.Context,
        record: str = typer.Argument(..., metavar="ID", help=_("Record id or form number.")),
        authority: str = typer.Option(
            ..., "--authority", help=_("Number of the letter or the office that asks for it; no names.")
        ),
        review: str = typer.Option("", "--review", metavar="DATE", help=_("When to look at it again.")),
    ) -> int:
        from webir_records.cli.work import retention as work

        return work.hold_add(context.obj, record, authority, review)

    @hold.command("release", help=_("Release a hold; nothing is destroyed by it."))
    def _release(context: typer.Context, hold_id: str = typer.Argument(..., metavar="HOLD")) -> int:
        from webir_records.cli.work import retention as work

        return work.hold_release(context.obj, hold_id)

    @hold.command("list", help=_("List the holds."))
    def _list(context: typer.Context) -> int:
        from webir_records.cli.work import retention as work

        return work.hold_list(context.obj)
