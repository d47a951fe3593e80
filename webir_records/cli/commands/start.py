"""`webir init` and `webir demo`."""

from pathlib import Path

import click

from webir_records.cli.commands import FILE
from webir_records.cli.say import _
from webir_records.cli.session import Session


def declare(app: click.Group) -> None:
    """Add the commands."""

    @app.command("init", help=_("Make a new workspace for an agency in DIR, a new or empty folder."))
    @click.argument("folder", metavar="DIR", type=FILE)
    @click.option(
        "--agency", metavar="FILE", type=FILE, required=True, help=_("The agency's settings (JSON).")
    )
    @click.option("--profile", default="taipei-2017", show_default=True, help=_("The rule to follow."))
    @click.option(
        "--store",
        default="file:archive",
        show_default=True,
        metavar="URL",
        help=_("Where the archive's files lie: file:FOLDER or s3://BUCKET/PREFIX?endpoint=URL."),
    )
    @click.pass_obj
    def _init(session: Session, folder: Path, agency: Path, profile: str, store: str) -> int:
        from webir_records.cli.work import start as work

        return work.init(session, folder, agency, profile, store)

    @app.command(
        "demo", help=_("Run the main job on example data, from a spreadsheet to lawful destruction.")
    )
    @click.argument("folder", metavar="DIR", type=FILE)
    @click.pass_obj
    def _demo(session: Session, folder: Path) -> int:
        from webir_records.cli.work import demo as work

        return work.demo(session, folder)
