"""Where words go: results to stdout, everything else to stderr; with --json one object and nothing else."""

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Final, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from webir_records.cli.say import _

_WIDTH: Final = 130  # columns

Json = Mapping[str, object]


@dataclass(slots=True)
class Output:
    """Prints for one command.

    Attributes:
        as_json: print one JSON object on stdout instead of words.
    """

    as_json: bool
    out: Console = field(default_factory=lambda: _console(stderr=False))
    err: Console = field(default_factory=lambda: _console(stderr=True))

    def result(self, value: Json) -> None:
        """Print the JSON object; with words wanted, print nothing."""
        if self.as_json:
            self.out.file.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")

    def stream(self, head: Json, name: str, items: Iterable[Json]) -> None:
        """Print a JSON object with a long list in it, item by item; with words wanted, print nothing."""
        if not self.as_json:
            return
        write = self.out.file.write
        known = json.dumps(head, ensure_ascii=False, default=str)
        write(f"{known[:-1]}{', ' if head else ''}{json.dumps(name)}: [")
        for number, item in enumerate(items):
            write((", " if number else "") + json.dumps(item, ensure_ascii=False, default=str))
        write("]}\n")

    def line(self, text: str = "", *, style: str = "") -> None:
        """Print a line of the result."""
        if not self.as_json:
            self.out.print(Text(text, style=style))

    def note(self, text: str, *, style: str = "") -> None:
        """Print a remark beside the result."""
        if not self.as_json:
            self.err.print(Text(text, style=style))

    def table(self, headers: Sequence[str], rows: Iterable[Sequence[str]], *, title: str = "") -> None:
        """Print a table; cells are plain text, never markup."""
        lines = list(rows)
        if self.as_json or not lines:
            return
        table = Table(title=title or None, title_justify="left", header_style="bold")
        for header in headers:
            table.add_column(header, overflow="fold")
        for row in lines:
            table.add_row(*(Text(cell) for cell in row))
        self.out.print(table, soft_wrap=False)

    def progress(self) -> "Steps":
        """Return a display of progress, to be used in a with statement."""
        return Steps(self)


class Steps:
    """Shows how far long work is: a bar in a terminal, a line for each step elsewhere."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._bar: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._context: AbstractContextManager[object] = nullcontext()

    def __enter__(self) -> Self:
        """Begin to show."""
        if self._output.err.is_terminal and not self._output.as_json:
            self._bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                console=self._output.err,
                transient=True,
            )
            self._context = self._bar
        self._context.__enter__()
        return self

    def __exit__(self, *details: object) -> None:
        """Stop showing."""
        self._context.__exit__(None, None, None)

    def __call__(self, step: str, done: int, total: int) -> None:
        """Take a step's news from a service."""
        if self._bar is None:
            self._say_once(step, total)
            return
        if step not in self._tasks:
            self._tasks[step] = self._bar.add_task(step_name(step), total=total)
        self._bar.update(self._tasks[step], completed=done, total=total)

    def _say_once(self, step: str, total: int) -> None:
        if step not in self._tasks:
            self._tasks[step] = TaskID(0)
            self._output.note(f"{step_name(step)} … ({total})")


def _console(*, stderr: bool) -> Console:
    """Return a console; what is not a terminal gets lines of a fixed, generous width."""
    console = Console(stderr=stderr, highlight=False, soft_wrap=True)
    if not console.is_terminal:
        console.width = _WIDTH
    return console


def step_name(step: str) -> str:
    """Return a step's name for people."""
    names = {
        "fill": _("Filling forms"),
        "pdf": _("Making PDF files"),
        "cancel": _("Noting cancellations"),
        "verify": _("Verifying sealed files"),
        "destroy": _("Destroying records"),
        "rewrap": _("Wrapping keys anew"),
        "backup": _("Copying sealed files"),
        "export": _("Exporting records"),
        "import": _("Importing records"),
    }
    return names.get(step, step)
