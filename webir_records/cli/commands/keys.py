"""`webir keys …`."""

from pathlib import Path

import click

from webir_records.cli.commands import FILE, passphrase_option
from webir_records.cli.say import _
from webir_records.cli.session import Session


def declare(app: click.Group) -> None:
    """Add the commands."""
    keys = click.Group("keys", help=_("The keys of the archive."))
    app.add_command(keys)
    _looking(keys)
    _copying(keys)
    _restoring(keys)


def _looking(keys: click.Group) -> None:
    @keys.command("status", help=_("Show epochs, log keys, and which copies of the keys there are."))
    @click.pass_obj
    def _status(session: Session) -> int:
        from webir_records.cli.work import keys as work

        return work.status(session)

    @keys.command(
        "rotate",
        help=_("Turn to a new epoch, or to a new log key: copies of the old keys open nothing new."),
    )
    @click.option("--reason", required=True, help=_("Why: a short word, no names."))
    @click.option("--log", is_flag=True, help=_("The key that signs the ledger, not that of the epoch."))
    @click.pass_obj
    def _rotate(session: Session, reason: str, log: bool) -> int:
        from webir_records.cli.work import keys as work

        return work.rotate_log(session, reason) if log else work.rotate(session, reason)


def _copying(keys: click.Group) -> None:
    @keys.command("backup", help=_("Write the keys into one file behind a passphrase."))
    @click.argument("path", metavar="FILE", type=FILE)
    @passphrase_option(_("Read the passphrase from a file."))
    @click.pass_obj
    def _backup(session: Session, path: Path, passphrase_file: Path | None) -> int:
        from webir_records.cli.work import keys as work

        return work.backup(session, path, passphrase_file)

    @keys.command("escrow", help=_("Make a sheet of paper with the keys, for a sealed envelope."))
    @click.option(
        "-o", "--output", "path", metavar="FILE", type=FILE, required=True, help=_("FILE.pdf or FILE.docx.")
    )
    @click.pass_obj
    def _escrow(session: Session, path: Path) -> int:
        from webir_records.cli.work import keys as work

        return work.escrow(session, path)


def _restoring(keys: click.Group) -> None:
    @keys.command("restore", help=_("Put the keys back from a backup, or from an escrow sheet."))
    @click.argument("path", metavar="[FILE]", type=FILE, required=False)
    @click.option(
        "--escrow",
        is_flag=True,
        help=_("From an escrow sheet: FILE holds the scanned lines; without FILE they are typed."),
    )
    @passphrase_option(_("Read the passphrase from a file."))
    @click.pass_obj
    def _restore(session: Session, path: Path | None, escrow: bool, passphrase_file: Path | None) -> int:
        from webir_records.cli.work import keys as work

        if escrow:
            return work.restore_sheet(session, path)
        return work.restore_backup(session, path, passphrase_file)
