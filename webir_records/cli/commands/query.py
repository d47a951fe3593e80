"""Options that say which records are meant, the same for every command that works on many."""

from collections.abc import Callable
from typing import Any

import click

from webir_records.cli.commands import FILE, Declare
from webir_records.cli.say import _


def query_options() -> Declare:
    """Declare [ID …] and the options by which records are found; every one that is given must hold."""
    options = (
        click.argument("records", metavar="[ID …]", nargs=-1),
        click.option(
            "--account-file",
            metavar="FILE",
            type=FILE,
            default=None,
            help=_("Records of one account; its name stands in the file's first line."),
        ),
        click.option("--unit", metavar="UNIT", default="", help=_("Records of a business unit.")),
        click.option("--form", metavar="FORM", default="", help=_("Records of a form.")),
        click.option("--file", metavar="NUMBER", default="", help=_("Records of a file.")),
        click.option("--class", "record_class", metavar="A|B|C", default="", help=_("Records of a class.")),
        click.option("--since", metavar="DATE", default="", help=_("Filed on this day or later.")),
        click.option("--until", metavar="DATE", default="", help=_("Filed on this day or earlier.")),
    )

    def declare(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return declare
