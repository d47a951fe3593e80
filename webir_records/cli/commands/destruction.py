"""`webir destruction …`."""

from pathlib import Path

import typer

from webir_records.cli.say import _


def declare(app: typer.Typer) -> None:
    """Add the commands."""
    destruction = typer.Typer(help=_("Destroy records lawfully."), no_args_is_help=True)
    app.add_typer(destruction, name="destruction")
    _deciding(destruction)
    _signing(destruction)
    _looking(destruction)


def _deciding(destruction: typer.Typer) -> None:
    @destruction.command("draft", help=_("Draft a batch of everything that may be destroyed today."))
    def _draft(
        context: typer.Context,
        record_class: str = typer.Option(
            "A", "--class", help=_("Record class; this version destroys class A.")
        ),
        reason: str = typer.Option("", "--reason", help=_("Why this year has another batch.")),
    ) -> int:
        from webir_records.cli.work import destruction as work

        return work.draft(context.obj, record_class, reason)

    @destruction.command("withdraw", help=_("Withdraw a batch before its execution."))
    def _withdraw(
        context: typer.Context,
        batch: str = typer.Argument(..., metavar="BATCH"),
        reason: str = typer.Option(..., "--reason", help=_("Why; a short word, no names.")),
    ) -> int:
        from webir_records.cli.work import destruction as work

        return work.withdraw(context.obj, batch, reason)

    @destruction.command("execute", help=_("Destroy the records of an approved batch; cannot be undone."))
    def _execute(
        context: typer.Context,
        batch: str = typer.Argument(..., metavar="BATCH"),
        confirm: str = typer.Option("", "--confirm", metavar="BATCH", help=_("The batch once more.")),
    ) -> int:
        from webir_records.cli.work import destruction as work

        return work.execute(context.obj, batch, confirm)


def _signing(destruction: typer.Typer) -> None:
    @destruction.command("approve", help=_("Approve a batch with your personal key."))
    def _approve(
        context: typer.Context,
        batch: str = typer.Argument(..., metavar="BATCH"),
        authority: str = typer.Option("", "--authority", help=_("Number of the internal approval, if any.")),
        passphrase_file: Path | None = typer.Option(None, "--passphrase-file", metavar="FILE"),
    ) -> int:
        from webir_records.cli.work import destruction as work

        return work.sign(context.obj, batch, "approval", authority, passphrase_file)

    @destruction.command(
        "witness", help=_("State with your personal key that you watch over the destruction.")
    )
    def _witness(
        context: typer.Context,
        batch: str = typer.Argument(..., metavar="BATCH"),
        passphrase_file: Path | None = typer.Option(None, "--passphrase-file", metavar="FILE"),
    ) -> int:
        from webir_records.cli.work import destruction as work

        return work.sign(context.obj, batch, "witness", "", passphrase_file)


def _looking(destruction: typer.Typer) -> None:
    @destruction.command("list", help=_("List the batches."))
    def _list(context: typer.Context) -> int:
        from webir_records.cli.work import destruction as work

        return work.list_all(context.obj)

    @destruction.command("show", help=_("Show a batch, and what still speaks against its execution."))
    def _show(context: typer.Context, batch: str = typer.Argument(..., metavar="BATCH")) -> int:
        from webir_records.cli.work import destruction as work

        return work.show(context.obj, batch)

    @destruction.command("certificate", help=_("Copy the certificate of an executed batch into a folder."))
    def _certificate(
        context: typer.Context,
        batch: str = typer.Argument(..., metavar="BATCH"),
        out: Path = typer.Option(..., "-o", "--out", metavar="DIR"),
    ) -> int:
        from webir_records.cli.work import destruction as work

        return work.certificate(context.obj, batch, out)
