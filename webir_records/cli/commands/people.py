"""`webir people …`."""

from pathlib import Path

import click

from webir_records.cli.commands import passphrase_option
from webir_records.cli.say import _
from webir_records.cli.session import Session


def declare(app: click.Group) -> None:
    """Add the commands."""
    people = click.Group("people", help=_("People who sign, and their keys."))
    app.add_command(people)

    @people.command(
        "add", help=_("Register a person under an opaque ID (not a name) and make the personal key.")
    )
    @click.argument("person", metavar="ID")
    @click.option(
        "--role", "roles", multiple=True, required=True, help=_("A role of the profile; may be repeated.")
    )
    @passphrase_option(_("Read the passphrase from a file."))
    @click.pass_obj
    def _add(session: Session, person: str, roles: tuple[str, ...], passphrase_file: Path | None) -> int:
        from webir_records.cli.work import people as work

        return work.add(session, person, roles, passphrase_file)

    @people.command("list", help=_("List the people and their roles."))
    @click.pass_obj
    def _list(session: Session) -> int:
        from webir_records.cli.work import people as work

        return work.list_all(session)
