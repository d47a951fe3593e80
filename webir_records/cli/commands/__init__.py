"""What can be typed: one module for each group of commands, declared with click.

Commands import their work when they run, so that `--help` starts fast.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click

FILE: Final = click.Path(path_type=Path)
"""A file or folder; whether it exists is judged where it is used, in the user's words."""

Declare = Callable[[Callable[..., Any]], Callable[..., Any]]


def form_argument() -> Declare:
    """Declare FORM."""
    return click.argument("form", metavar="FORM")


def data_argument() -> Declare:
    """Declare DATA, a spreadsheet, csv or JSON."""
    return click.argument("data", metavar="DATA", type=FILE)


def record_argument() -> Declare:
    """Declare ID, a record id or form number."""
    return click.argument("record", metavar="ID")


def batch_argument() -> Declare:
    """Declare BATCH."""
    return click.argument("batch", metavar="BATCH")


def passphrase_option(text: str) -> Declare:
    """Declare --passphrase-file with its help text."""
    return click.option("--passphrase-file", metavar="FILE", type=FILE, default=None, help=text)
