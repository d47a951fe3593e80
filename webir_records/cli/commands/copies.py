"""`webir backup …`, `webir records export|import`."""

from pathlib import Path

import click

from webir_records.cli.commands import FILE
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
    ) -> int:
        from webir_records.cli.work import exporting as work

        if bag is None:
            return work.export(session, names, out)
        return work.export_into_bag(session, bag, names, form=form, everything=everything, content=content)


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
