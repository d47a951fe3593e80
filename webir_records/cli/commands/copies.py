"""`webir backup …`."""

from pathlib import Path

import click

from webir_records.cli.commands import FILE
from webir_records.cli.say import _
from webir_records.cli.session import Session


def declare(app: click.Group) -> None:
    """Add the commands."""
    backup = click.Group("backup", help=_("Backups of the whole workspace, keys/ excepted."))
    app.add_command(backup)
    _making(backup)

    @backup.command("restore", help=_("Restore a backup into DIR, a new or empty folder."))
    @click.argument("file", metavar="FILE", type=FILE)
    @click.option("--into", metavar="DIR", type=FILE, required=True, help=_("Folder of the new workspace."))
    @click.option(
        "--ledger",
        metavar="DIR",
        type=FILE,
        default=None,
        help=_("A newer copy of archive/: destructions and other acts since the backup are replayed."),
    )
    @click.option(
        "--without-newer-ledger",
        "accept",
        is_flag=True,
        help=_("There is no newer copy; acts since the backup are lost, also destructions."),
    )
    @click.pass_obj
    def _restore(session: Session, file: Path, into: Path, ledger: Path | None, accept: bool) -> int:
        from webir_records.cli.work import copies as work

        return work.restore(session, file, into, ledger, accept)


def _making(backup: click.Group) -> None:
    @backup.command("create", help=_("Back up the workspace into FILE, or into a file in folder DIR."))
    @click.argument("target", metavar="FILE|DIR", type=FILE)
    @click.option(
        "--expires", metavar="DATE", default="", help=_("Day on which the backup is to be destroyed.")
    )
    @click.pass_obj
    def _create(session: Session, target: Path, expires: str) -> int:
        from webir_records.cli.work import copies as work

        return work.create(session, target, expires)

    @backup.command("check", help=_("Read a whole backup and compare it with its digests."))
    @click.argument("file", metavar="FILE", type=FILE)
    @click.pass_obj
    def _check(session: Session, file: Path) -> int:
        from webir_records.cli.work import copies as work

        return work.check(session, file)

    @backup.command("list", help=_("List the copies of keys and workspace that were made."))
    @click.pass_obj
    def _list(session: Session) -> int:
        from webir_records.cli.work import copies as work

        return work.list_all(session)
