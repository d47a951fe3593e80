"""`webir people …`."""

from pathlib import Path

import typer

from webir_records.cli.say import _


def declare(app: typer.Typer) -> None:
    """Add the commands."""
    people = typer.Typer(help=_("People who sign, and their keys."), no_args_is_help=True)
    app.add_typer(people, name="people")

    @people.command("add", help=_("Register a person and make the personal key."))
    def _add(
        context: typer.Context,
        person: str = typer.Argument(..., metavar="ID", help=_("An opaque id, not a name.")),
        role: list[str] = typer.Option(..., "--role", help=_("A role of the profile; may be repeated.")),
        passphrase_file: Path | None = typer.Option(
            None, "--passphrase-file", metavar="FILE", help=_("Read the passphrase from a file.")
        ),
    ) -> int:
        from webir_records.cli.work import people as work

        return work.add(context.obj, person, role, passphrase_file)

    @people.command("list", help=_("List the people and their roles."))
    def _list(context: typer.Context) -> int:
        from webir_records.cli.work import people as work

        return work.list_all(context.obj)
