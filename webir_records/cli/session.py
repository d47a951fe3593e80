"""What every command is given: where, who, and how to print."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from webir_records.cli.failing import message
from webir_records.cli.output import Output
from webir_records.model.errors import InputError

if TYPE_CHECKING:  # the services load the database library; --help must not wait for it
    from webir_records.services.context import Machine, Workspace


@dataclass(frozen=True, slots=True)
class Session:
    """One run of the program.

    Attributes:
        folder: the workspace's folder.
        actor: id given with --as, or empty.
    """

    folder: Path
    actor: str
    lang: str
    output: Output

    @property
    def machine(self) -> "Machine":
        """Clock, randomness and programs of this machine."""
        from webir_records.bootstrap import this_machine

        return this_machine()

    @property
    def templates(self) -> tuple[Path, ...]:
        """Folders of form folders, for commands that need no workspace."""
        from webir_records.services.context import form_folders

        return form_folders(self.folder, self.machine)

    @contextmanager
    def workspace(self) -> "Generator[Workspace]":
        """Open the workspace for the command."""
        from webir_records.bootstrap import open_workspace

        with open_workspace(self.folder, machine=self.machine) as workspace:
            for code, facts in workspace.remarks:
                self.output.note(f"{code}: {message(code, facts)}", style="yellow")
            yield workspace

    @property
    def actor_or_operator(self) -> str:
        """Who acts, where no signature is needed."""
        from webir_records.services.context import OPERATOR

        return self.actor or OPERATOR

    def require_actor(self) -> str:
        """Return who acts, where the person matters.

        Raises:
            InputError: U010 nobody was named.
        """
        if not self.actor:
            raise InputError("U010")
        return self.actor
