"""`webir init` and `webir demo`."""

from pathlib import Path

import typer

from webir_records.cli.say import _


def declare(app: typer.Typer) -> None:
    """Add the commands."""

    @app.command("init", help=_("Make a new workspace for an agency."))
    def _init(
        context: typer.Context,
        folder: Path = typer.Argument(..., metavar="DIR", help=_("A new or empty folder.")),
        agency: Path = typer.Option(..., "--agency", metavar="FILE", help=_("The agency's settings (JSON).")),
        profile: str = typer.Option("taipei-2017", "--profile", help=_("The rule to follow.")),
    ) -> int:
        from webir_records.cli.work import start as work

        return work.init(context.obj, folder, agency, profile)

    @app.command(
        "demo", help=_("Run the main job on example data, from a spreadsheet to lawful destruction.")
    )
    def _demo(
        context: typer.Context,
        folder: Path = typer.Argument(..., metavar="DIR", help=_("A new or empty folder.")),
    ) -> int:
        from webir_records.cli.work import demo as work

        return work.demo(context.obj, folder)
