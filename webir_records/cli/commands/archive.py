"""`webir verify` and `webir keys …`."""

import typer

from webir_records.cli.say import _


def declare(app: typer.Typer) -> None:
    """Add the commands."""

    @app.command(
        "verify", help=_("Verify the archive: nothing lost, nothing changed, nothing destroyed unlawfully.")
    )
    def _verify(
        context: typer.Context,
        level: str = typer.Option(
            "full", "--level", help=_("structure (no content is read), sample:N/T, or full.")
        ),
    ) -> int:
        from webir_records.cli.work import archive as work

        return work.verify(context.obj, level)

    keys = typer.Typer(help=_("The keys of the archive."), no_args_is_help=True)
    app.add_typer(keys, name="keys")

    @keys.command("status", help=_("Show the epochs of the key store."))
    def _status(context: typer.Context) -> int:
        from webir_records.cli.work import archive as work

        return work.keys_status(context.obj)
