"""Every `webir …` that the program prints, as a next step or in an error, is one that it understands."""

import re

import click

from tests.docs.test_commands_in_docs import ROOT
from webir_records.cli.arguments import split_arguments
from webir_records.cli.main import build

_SAID = re.compile(r"`(webir [^`…|]*)`")
_JOINED = re.compile(r'"\s*\n\s*"')
"""Where a text goes on in the next line of the source."""


def _printed() -> dict[str, str]:
    """Return every command in a text of the program, with the file that says it."""
    found: dict[str, str] = {}
    for folder in ("webir_records", "retention"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            text = _JOINED.sub("", path.read_text(encoding="utf-8"))
            found |= dict.fromkeys(_SAID.findall(text), str(path.relative_to(ROOT)))
    return found


def _fault(text: str) -> str | None:
    """Return what the program says against a command; one without arguments only names what is meant."""
    filled = re.sub(r"\{\w+\}", "NAME", text)
    arguments = list(split_arguments(filled.split()[1:]).rest)
    command: click.Command = build()
    context = click.Context(command, info_name="webir")
    while isinstance(command, click.Group) and arguments:
        if arguments[0] not in command.commands:
            return f"no command {arguments[0]}"
        command = command.commands[arguments.pop(0)]
    if not arguments or "--as ID" in filled or not re.search(r"\s(-o|--\w|[A-Z]{3,}|NAME)", filled):
        return None if isinstance(command, click.Group) or not arguments else _options(command, arguments)
    return _options(command, arguments, context)


def _options(command: click.Command, arguments: list[str], parent: click.Context | None = None) -> str | None:
    known = {name for option in command.params for name in option.opts}
    strange = [word for word in arguments if word.startswith("-") and word not in known]
    if strange:
        return f"no option {strange[0]}"
    if parent is None:
        return None
    try:
        command.make_context(command.name, arguments, parent=parent)
    except click.MissingParameter as error:
        return error.format_message()
    except click.UsageError as error:
        return None if "does not exist" in error.format_message() else error.format_message()
    return None


def test_every_printed_command_can_be_typed() -> None:
    printed = _printed()
    assert len(printed) > 60
    assert {(text, said) for text, said in printed.items() if _fault(text)} == set()


def test_a_wrong_command_is_seen() -> None:
    assert _fault("webir destruction destroy {batch}") == "no command destroy"
    assert _fault("webir destruction submit {batch} --on DATE") is not None
    assert _fault("webir destruction draft --clas B") == "no option --clas"
