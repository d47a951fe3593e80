"""Every `webir …` line in a code block of our pages is one that the program understands."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from webir_records.cli.arguments import split_arguments
from webir_records.cli.main import build

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    path
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "examples/README.md")
    if path.name != "commands.md"  # generated from the program itself
)


def _commands(page: Path) -> Iterator[tuple[int, str]]:
    inside = False
    lines = page.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    for number, line in enumerate(lines, 1):
        if line.lstrip().startswith("```"):
            inside = not inside
        elif inside and "webir " in line:
            yield from ((number, part.strip()) for part in re.split(r"[;|]|&&", line) if "webir " in part)


def _fault(text: str) -> str | None:
    """Return what the program says against a command, or None."""
    text = re.sub(r"\s+#.*$", "", text).removeprefix("$ ")
    if not text.startswith("webir "):
        return None
    words = shlex.split(text)[1:]
    if "…" in text or "..." in text or not words:
        return None
    arguments = list(split_arguments(words).rest)
    command: click.Command = build()
    context = click.Context(command, info_name="webir")
    while isinstance(command, click.Group):
        if not arguments or arguments[0] not in command.commands:
            return f"no command {arguments[:1]}" if arguments and arguments[0] != "--help" else None
        command = command.commands[arguments.pop(0)]
    try:
        command.make_context(command.name, arguments, parent=context)
    except click.UsageError as error:
        return error.format_message()
    except click.exceptions.Exit:  # --help
        return None
    return None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_of_a_page_can_be_typed(page: Path) -> None:
    found = [(number, text, _fault(text)) for number, text in _commands(page)]
    assert [(number, text, fault) for number, text, fault in found if fault] == []


def test_commands_are_found_and_judged() -> None:
    assert sum(len(list(_commands(page))) for page in PAGES) > 60
    assert _fault("webir keys backup -o FILE") is not None
    assert _fault("webir keys backup FILE  ") is None
    assert _fault("webir -w DIR --as boss keys borrow FILE") is not None
