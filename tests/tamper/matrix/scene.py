"""Honest people in a workspace that somebody edits: what they do, what becomes of it, and who refuses."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.tamper.matrix import office
from webir_records.bootstrap import open_workspace
from webir_records.model.errors import WebirError
from webir_records.services.context import Machine, Workspace
from webir_records.services.destruction import drafting, execution, opinions, selection, stating, submitting
from webir_records.services.verifying import verify

if TYPE_CHECKING:
    from tests.conftest import Papers

THIEF: Final = "I stole this laptop"
FIRST_DAY: Final = "2020-01-01"


@dataclass
class Scene:
    """A workspace under attack; `codes` are those of refusals and findings."""

    root: Path
    machine: Machine
    papers: "Papers"
    records: dict[str, str]
    batch: str = ""
    codes: list[str] = field(default_factory=list[str])
    _stack: ExitStack = field(default_factory=ExitStack)
    _opened: Workspace | None = None

    def workspace(self) -> Workspace:
        """Return the workspace, which stays open until `close`."""
        if self._opened is None:
            self._opened = self._stack.enter_context(open_workspace(self.root, machine=self.machine))
        return self._opened

    def close(self) -> None:
        """Close the workspace, so that it is opened anew."""
        self._stack.close()
        self._opened = None

    def sql(self, statement: str, *values: object) -> None:
        """Edit the working database behind the program's back."""
        with closing(sqlite3.connect(self.root / "state/webir.db")) as connection, connection:
            assert connection.execute(statement, values).rowcount > 0

    def one(self, query: str, *values: object) -> tuple:
        with closing(sqlite3.connect(self.root / "state/webir.db")) as connection:
            return connection.execute(query, values).fetchone()

    def try_to(self, act: Callable[[Workspace], object]) -> bool:
        """Let somebody honest go one step; a refusal is noted with its reasons."""
        try:
            act(self.workspace())
        except WebirError as error:
            reasons = [reason.code for reason in getattr(error, "reasons", ())]
            self.codes += [error.code, *reasons, *(detail.code for detail in error.details)]
            return False
        return True

    def draft(self, record_class: str = "A") -> bool:
        def act(workspace: Workspace) -> None:
            self.batch = drafting.draft(workspace, actor="arch-01", record_class=record_class).batch.batch

        return self.try_to(act)

    def sign(self, passphrase: str = office.PASSPHRASE, approver: str = "mgr-01") -> bool:
        people = (("approval", approver), ("witness", "wit-01"))
        return all(
            self.try_to(
                lambda w, kind=kind, person=person: stating.state(
                    w, self.batch, kind=kind, actor=person, passphrase=passphrase
                )
            )
            for kind, person in people
        )

    def execute(self) -> bool:
        return self.try_to(lambda w: execution.execute(w, self.batch, actor="arch-01", confirm=self.batch))

    def cycle(self) -> bool:
        """Draft, sign and execute what has lapsed of class A."""
        return self.draft() and self.sign() and self.execute()

    def documents(self) -> bool:
        """The way of class B from the draft to the execution."""
        ask = self.root.parent / "sheets"
        steps = (
            lambda w: opinions.ask(w, self.batch, ask, actor="arch-01"),
            lambda w: [opinions.answer(w, self.batch, s, actor="arch-01") for s in _agreed(ask)],
            lambda w: selection.skip(w, self.batch, reason_code="none", actor="arch-01"),
            lambda w: submitting.submit(w, self.batch, letter="府字第1號", on=w.today(), actor="arch-01"),
            lambda w: approve_by_authority(w, self.batch),
        )
        if not (self.draft("B") and all(self.try_to(step) for step in steps)):
            return False
        if not self.sign(approver="head-01"):
            return False
        self.machine.now.moment += timedelta(days=8)
        return self.execute()

    def living(self) -> set[str]:
        """Return the records whose sealed files and keys are all there."""
        with closing(sqlite3.connect(self.root / "state/keys.db")) as keys:
            keyed = {record for (record,) in keys.execute("SELECT record FROM record_key")}
        sealed = {path.name.partition(".")[0] for path in self.root.glob("archive/records/*/*/*.sealed")}
        return {name for name, record in self.records.items() if record in keyed & sealed}

    def told(self) -> set[str]:
        """Return what `webir verify` says."""
        self.close()
        checked = verify(self.workspace(), "full")
        return {code for code, _ in checked.beyond} | {found.code for found in checked.report.findings}


def _agreed(folder: Path) -> Iterator[Path]:
    for sheet in folder.iterdir():
        office.fill_sheet(sheet)
        yield sheet


def approve_by_authority(workspace: Workspace, batch: str) -> None:
    """Enter the approval of the archive authority."""
    digest, today = drafting.show_batch(workspace, batch).catalogue_sha256, workspace.today()
    submitting.approve(
        workspace, batch, number="檔徵字第1號", on=today, catalogue_sha256=digest, actor="arch-01"
    )
