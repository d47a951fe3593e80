"""Get a passphrase without showing it."""

import sys
from pathlib import Path

import click

from webir_records.cli.say import _
from webir_records.environment import variable
from webir_records.model.errors import InputError


def passphrase(file: Path | None, *, confirm: bool = False) -> str:
    """Read the passphrase from a file (first line), or ask for it.

    Raises:
        InputError: U008 the file cannot be read, U009 nobody can be asked.
    """
    named = file or (Path(name) if (name := variable("WEBIR_PASSPHRASE_FILE")) else None)
    if named is not None:
        return _from_file(named)
    if not sys.stdin.isatty():
        raise InputError("U009")
    return str(click.prompt(_("Passphrase"), hide_input=True, confirmation_prompt=confirm))


def _from_file(path: Path) -> str:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("U008", path=str(path)) from error
    if not lines:
        raise InputError("U008", path=str(path))
    return lines[0]
