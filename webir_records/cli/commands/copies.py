"""`webir backup …`, `webir copies …`, `webir records export|import`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from webir_records.cli.commands import FILE, Declare, batch_argument, passphrase_option
from webir_records.cli.say import _
from webir_records.cli.session import Session


def declare(app: click.Group) -> None:
    """Add the commands; `records` is declared before."""
    records = app.commands["records"]
    if not isinstance(records, click.Group):
        raise TypeError("`records` is declared before its further commands")
    _export(records)
    _import(records)
    backup = click.Group("backup", help=_("Backups of the whole workspace, keys/ excepted."))
    app.add_command(backup)
    _making(backup)
    _expiring(backup)
    copies = click.Group("copies", help=_("Copies of records outside the archive, and their end."))
    app.add_command(copies)
    _following(copies)
    _ending(copies)

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


def _expiring(backup: click.Group) -> None:
    @backup.command("expired", help=_("Enter that a backup of workspace or keys was destroyed."))
    @click.argument("backup", metavar="BACKUP")
    @_ended()
    @click.option("--reason", default="", help=_("Why before its day: a short word, no names."))
    @click.pass_obj
    def _expired(
        session: Session, backup: str, *, method: str, witness: str, passphrase_file: Path | None, reason: str
    ) -> int:
        from webir_records.cli.work import copies_ending as work

        return work.expire(session, backup, work.End(method, witness, passphrase_file), reason)


def _following(copies: click.Group) -> None:
    @copies.command("list", help=_("List the copies: exports, discs, prints."))
    @click.option("--due", is_flag=True, help=_("Only those that must be gone by now, or on the day given."))
    @click.option("--on", metavar="DATE", default="", help=_("Another day than today."))
    @click.pass_obj
    def _list(session: Session, *, due: bool, on: str) -> int:
        from webir_records.cli.work import copies_ending as work

        return work.list_all(session, due=due, on=on)

    @copies.command("add", help=_("Register a copy that was made by hand: a disc, a print."))
    @click.argument("names", metavar="ID...", nargs=-1, required=True)
    @click.option("--kind", required=True, metavar="KIND", help=_("bag, export, disc or print."))
    @click.option(
        "--medium",
        default="",
        metavar="MEDIUM",
        help=_("electronic, paper, optical, magnetic or film; as usual for the kind without it."),
    )
    @click.option("--number", default="", help=_("Number of the medium, e.g. 1150802_V001; a disc has one."))
    @click.option("--holder", metavar="PERSON", default="", help=_("Who has the copy: an id, no name."))
    @click.pass_obj
    def _add(
        session: Session, names: tuple[str, ...], *, kind: str, medium: str, number: str, holder: str
    ) -> int:
        from webir_records.cli.work import copies_ending as work

        return work.add(session, names, work.Description(kind, medium, number, holder))


def _ending(copies: click.Group) -> None:
    @copies.command("destroyed", help=_("Enter that a copy was destroyed."))
    @click.argument("copy", metavar="COPY")
    @_ended()
    @click.option(
        "--authority", default="", help=_("Letter by which it was reported, where the original went early.")
    )
    @click.pass_obj
    def _destroyed(
        session: Session,
        copy: str,
        *,
        method: str,
        witness: str,
        passphrase_file: Path | None,
        authority: str,
    ) -> int:
        from webir_records.cli.work import copies_ending as work

        return work.destroy(session, copy, work.End(method, witness, passphrase_file), authority)

    @copies.command(
        "closing", help=_("Show what a destroyed batch still waits for, and enter the phases it has reached.")
    )
    @batch_argument()
    @click.pass_obj
    def _closing(session: Session, batch: str) -> int:
        from webir_records.cli.work import copies_ending as work

        return work.close(session, batch)


def _ended() -> Declare:
    """Declare how a copy was destroyed, and before whose eyes."""
    options = (
        click.option(
            "--method",
            required=True,
            metavar="METHOD",
            help=_("shred, burn, smash, powder, degauss, erase or other."),
        ),
        click.option(
            "--witness", required=True, metavar="PERSON", help=_("Who watched; not who destroyed it.")
        ),
        passphrase_option(_("Read the witness's passphrase from a file.")),
    )

    def declare(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return declare


def _export(records: click.Group) -> None:
    @records.command("export", help=_("Write a record's documents into a folder, or records into a bag."))
    @click.argument("names", metavar="[ID]...", nargs=-1)
    @click.option("-o", "--out", metavar="DIR", type=FILE, default=None, help=_("Folder for the documents."))
    @click.option(
        "--bag", metavar="DIR", type=FILE, default=None, help=_("New folder for a bag (BagIt, RFC 8493).")
    )
    @click.option("--form", default="", help=_("Only this form."))
    @click.option("--all", "everything", is_flag=True, help=_("Every record that was not destroyed."))
    @click.option(
        "--content",
        type=click.Choice(["opened", "sealed", "both"]),
        default="opened",
        show_default=True,
        help=_("What of each record: opened documents, sealed files, or both."),
    )
    @click.option("--holder", metavar="PERSON", default="", help=_("Who gets the copy: an id, no name."))
    @click.pass_obj
    def _export(
        session: Session,
        names: tuple[str, ...],
        *,
        out: Path | None,
        bag: Path | None,
        form: str,
        everything: bool,
        content: str,
        holder: str,
    ) -> int:
        from webir_records.cli.work import exporting as work

        if bag is None:
            return work.export(session, names, out, holder)
        return work.export_into_bag(
            session, bag, names, form=form, everything=everything, content=content, holder=holder
        )


def _import(records: click.Group) -> None:
    @records.command("import", help=_("Take in a folder of scans with its index, or a bag."))
    @click.argument("folder", metavar="DIR|BAG", type=FILE)
    @click.option("--form", default="", help=_("Which paper the files of a folder are."))
    @click.option(
        "--as-scans",
        is_flag=True,
        help=_("The scans are the paper: the index needs account or date only, nothing is printed."),
    )
    @click.pass_obj
    def _import(session: Session, folder: Path, form: str, as_scans: bool) -> int:
        from webir_records.cli.work import importing as work

        return work.take_in(session, folder, form, as_scans)
