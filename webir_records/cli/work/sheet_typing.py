"""Type an escrow sheet line by line; each line is judged at once."""

import sys
from collections.abc import Iterable, Mapping

import click

from webir_records.archive.escrow import TAGS, Line, Purpose, read_line, read_lines
from webir_records.cli.failing import message
from webir_records.cli.output import Output
from webir_records.cli.say import _
from webir_records.model.errors import Detail, InputError


def type_lines(output: Output) -> dict[str, Line]:
    """Ask for every line of a sheet, or read all of them from a pipe.

    An empty answer at the first line of a key passes it over: it is in `keys/` still.

    Raises:
        InputError: A196 lines from a pipe are wrong, each of them named.
    """
    if not sys.stdin.isatty():
        return scanned_lines(sys.stdin.read().splitlines())
    output.note(_("Type the lines of the sheet; blanks and small letters do not matter."))
    found: dict[str, Line] = {}
    for purpose in Purpose:
        for tag in (tag for tag in TAGS if tag.startswith(purpose.value)):
            line = _ask(output, tag, optional=tag.endswith("1"))
            if line is None:
                break
            found[tag] = line
    return found


def scanned_lines(texts: Iterable[str]) -> dict[str, Line]:
    """Read the lines of a sheet from a scanner or a file.

    Raises:
        InputError: A196 lines are wrong, each of them named.
    """
    try:
        return read_lines(texts)
    except InputError as error:
        details = [Detail(detail.code, _in_words(detail.facts)) for detail in error.details]
        raise InputError(error.code, details, **error.facts) from error


def _ask(output: Output, tag: str, *, optional: bool) -> Line | None:
    """Ask until the line is right."""
    while True:
        text = click.prompt(tag, default="", show_default=False, err=True)
        if not text and optional:
            return None
        try:
            return read_line(text, tag)
        except InputError as error:
            output.note(f"  {error.code}: {message(error.code, _in_words(error.facts))}", style="red")


def _in_words(facts: Mapping[str, str]) -> dict[str, str]:
    """Say the problem in the user's language."""
    words = {
        "tag": _("this is another line"),
        "character": _("character that is never used, number"),
        "length": _("number of characters"),
        "check": _("look at group"),
    }
    problem = facts.get("problem", "")
    return {**facts, "problem": words.get(problem, problem)}
