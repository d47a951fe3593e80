"""`webir destruction …`."""

from pathlib import Path

import click

from webir_records.cli.commands import FILE, batch_argument, passphrase_option
from webir_records.cli.commands.destruction_steps import declare_steps
from webir_records.cli.say import _
from webir_records.cli.session import Session


def declare(app: click.Group) -> None:
    """Add the commands."""
    destruction = click.Group("destruction", help=_("Destroy records lawfully."))
    app.add_command(destruction)
    _deciding(destruction)
    declare_steps(destruction)
    _signing(destruction)
    _looking(destruction)


def _deciding(destruction: click.Group) -> None:
    @destruction.command("draft", help=_("Draft a batch of everything that may be destroyed today."))
    @click.option(
        "--class", "record_class", default="A", help=_("A: unfiled papers; B: filed official documents.")
    )
    @click.option("--reason", default="", help=_("Why this year has another batch: a short word, no names."))
    @click.option(
        "--thorough",
        is_flag=True,
        help=_("Read every sealed file now; else that is done when the batch is sent up or approved."),
    )
    @click.pass_obj
    def _draft(session: Session, record_class: str, reason: str, thorough: bool) -> int:
        from webir_records.cli.work import destruction as work

        return work.draft(session, record_class, reason, thorough=thorough)

    @destruction.command("withdraw", help=_("Withdraw a batch before its execution."))
    @batch_argument()
    @click.option("--reason", required=True, help=_("Why: a short word, no names."))
    @click.pass_obj
    def _withdraw(session: Session, batch: str, reason: str) -> int:
        from webir_records.cli.work import destruction as work

        return work.withdraw(session, batch, reason)

    @destruction.command(
        "leave", help=_("Take records off a batch before it is signed or sent up, e.g. because of a hold.")
    )
    @batch_argument()
    @click.argument("records", metavar="RECORD…", nargs=-1, required=True)
    @click.option("--reason", required=True, help=_("Why: a short word, no names."))
    @click.pass_obj
    def _leave(session: Session, batch: str, records: tuple[str, ...], reason: str) -> int:
        from webir_records.cli.work import destruction as work

        return work.take_off(session, batch, records, reason)

    @destruction.command("execute", help=_("Destroy the records of an approved batch; cannot be undone."))
    @batch_argument()
    @click.option("--confirm", default="", metavar="BATCH", help=_("The batch once more."))
    @click.pass_obj
    def _execute(session: Session, batch: str, confirm: str) -> int:
        from webir_records.cli.work import destruction as work

        return work.execute(session, batch, confirm)


def _signing(destruction: click.Group) -> None:
    @destruction.command("approve", help=_("Approve a batch with your personal key."))
    @batch_argument()
    @click.option("--authority", default="", help=_("Number of the internal approval, if any."))
    @click.option(
        "--witness",
        "witnesses",
        multiple=True,
        metavar="ID",
        help=_("Who may witness; may be repeated. Without it, whoever has the role."),
    )
    @passphrase_option(_("Read the passphrase from a file."))
    @click.pass_obj
    def _approve(
        session: Session,
        batch: str,
        authority: str,
        witnesses: tuple[str, ...],
        passphrase_file: Path | None,
    ) -> int:
        from webir_records.cli.work import destruction as work

        said = work.Approving(authority, witnesses)
        return work.sign(session, batch, "approval", passphrase_file, said)

    @destruction.command(
        "witness", help=_("State with your personal key that you watch over the destruction.")
    )
    @batch_argument()
    @passphrase_option(_("Read the passphrase from a file."))
    @click.pass_obj
    def _witness(session: Session, batch: str, passphrase_file: Path | None) -> int:
        from webir_records.cli.work import destruction as work

        return work.sign(session, batch, "witness", passphrase_file)


def _looking(destruction: click.Group) -> None:
    @destruction.command("list", help=_("List the batches."))
    @click.pass_obj
    def _list(session: Session) -> int:
        from webir_records.cli.work import destruction as work

        return work.list_all(session)

    @destruction.command("show", help=_("Show a batch, and what still speaks against its execution."))
    @batch_argument()
    @click.pass_obj
    def _show(session: Session, batch: str) -> int:
        from webir_records.cli.work import destruction as work

        return work.show(session, batch)

    @destruction.command("certificate", help=_("Copy the certificate of an executed batch into a folder."))
    @batch_argument()
    @click.option("-o", "--out", metavar="DIR", type=FILE, required=True, help=_("Folder for the copies."))
    @click.pass_obj
    def _certificate(session: Session, batch: str, out: Path) -> int:
        from webir_records.cli.work import destruction as work

        return work.certificate(session, batch, out)
