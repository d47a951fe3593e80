"""`webir people …` and `webir clock …`."""

from pathlib import Path

import click

from webir_records.cli.commands import FILE, passphrase_option
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

    @people.command("show", help=_("Show the roles and all keys of a person, old ones too."))
    @click.argument("person", metavar="ID")
    @click.pass_obj
    def _show(session: Session, person: str) -> int:
        from webir_records.cli.work import people as work

        return work.show(session, person)

    @people.command("left", help=_("Enter that a person left: signs and does nothing any more."))
    @click.argument("person", metavar="ID")
    @click.option("--reason", default="", metavar="CODE", help=_("A short word, such as retired."))
    @click.pass_obj
    def _left(session: Session, person: str, reason: str) -> int:
        from webir_records.cli.work import people as work

        return work.left(session, person, reason)

    _keys(people)
    _clock(app)


def _keys(people: click.Group) -> None:
    key = click.Group("key", help=_("Personal keys that were lost or stolen, and new ones."))
    people.add_command(key)

    @key.command("revoke", help=_("Let a key sign nothing from now on; what it signed stands."))
    @click.argument("person", metavar="ID")
    @click.option(
        "--reason", required=True, type=click.Choice(["lost", "stolen"]), help=_("What happened to it.")
    )
    @click.pass_obj
    def _revoke(session: Session, person: str, reason: str) -> int:
        from webir_records.cli.work import people as work

        return work.revoke(session, person, reason)

    @key.command("replace", help=_("Make a new key instead of an old or revoked one."))
    @click.argument("person", metavar="ID")
    @passphrase_option(_("Read the new passphrase from a file."))
    @click.option(
        "--old-passphrase-file",
        metavar="FILE",
        type=FILE,
        default=None,
        help=_("Read the passphrase of the key in force from a file."),
    )
    @click.pass_obj
    def _replace(
        session: Session, person: str, passphrase_file: Path | None, old_passphrase_file: Path | None
    ) -> int:
        from webir_records.cli.work import people as work

        return work.replace(session, person, passphrase_file, old_passphrase_file)


def _clock(app: click.Group) -> None:
    clock = click.Group("clock", help=_("The date of this machine, confirmed by two people."))
    app.add_command(clock)

    @clock.command(
        "confirm", help=_("Sign that today is DATE, by a calendar that does not depend on this machine.")
    )
    @click.option("--today", required=True, metavar="DATE", help=_("The date, such as 115/11/23."))
    @passphrase_option(_("Read the passphrase of your personal key from a file."))
    @click.pass_obj
    def _confirm(session: Session, today: str, passphrase_file: Path | None) -> int:
        from webir_records.cli.work import people as work

        return work.confirm_date(session, today, passphrase_file)
