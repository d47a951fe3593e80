"""A workspace with people, copies and backups around one destruction."""

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from signing.entries import Entry, parse_entry
from webir_records.archive.key_backup import Cost
from webir_records.bootstrap import open_workspace
from webir_records.services.attesting import Witness
from webir_records.services.backing_up import create_backup
from webir_records.services.cancelling import cancel_accounts
from webir_records.services.context import Machine, Workspace
from webir_records.services.destruction import drafting, execution, stating
from webir_records.services.escrowing import write_sheet
from webir_records.services.filing import file_records
from webir_records.services.keys import backup_keys
from webir_records.services.people import add_person

if TYPE_CHECKING:
    from tests.conftest import Papers, SettableClock

PASSPHRASE: Final = "correct horse battery"
KEYS_PASSPHRASE: Final = "林𠮷堃的貓在屋頂上睡午覺"
WITNESS: Final = Witness("wit-01", PASSPHRASE)
Reopen = Callable[[], AbstractContextManager[Workspace]]


@dataclass
class Office:
    """Does to one workspace what its people do."""

    root: Path
    machine: Machine
    papers: "Papers"
    outside: Path
    clock: "SettableClock | None" = None
    records: list[str] = field(default_factory=list[str])
    batch: str = ""

    def reopen(self) -> AbstractContextManager[Workspace]:
        return open_workspace(self.root, machine=self.machine)

    def wait_until(self, day: date) -> None:
        """Set the clock to noon of a day."""
        assert self.clock is not None
        self.clock.moment = datetime.combine(day, time(4), UTC)

    def people(self) -> None:
        with self.reopen() as workspace:
            for person, role in (
                ("arch-01", "archivist"),
                ("wit-01", "witness"),
                ("clerk-01", "clerk"),
                ("mgr-01", "agency_manager"),
            ):
                add_person(workspace, person, (role,), PASSPHRASE)

    def file(self, count: int = 3) -> list[str]:
        with self.reopen() as workspace:
            done = file_records(workspace, "form_1_2", self.papers.applications(count))
            self.records = [item.record for item in done.filed]
        return self.records

    def cancel(self, count: int = 2) -> None:
        with self.reopen() as workspace:
            cancel_accounts(workspace, self.papers.cancellations(count))

    def destroy(self) -> tuple[str, ...]:
        with self.reopen() as workspace:
            batch = drafting.draft(workspace, actor="arch-01").batch
            for kind, person in (("approval", "mgr-01"), ("witness", "wit-01")):
                stating.state(workspace, batch.batch, kind=kind, actor=person, passphrase=PASSPHRASE)
            execution.execute(workspace, batch.batch, actor="arch-01", confirm=batch.batch)
            self.batch = batch.batch
            return batch.records

    def back_up(self, name: str = "b.tar", expires_on: date | None = None) -> str:
        return create_backup(self.reopen, self.outside / name, expires_on=expires_on).backup

    def back_up_keys(self, name: str = "keys.backup") -> str:
        with self.reopen() as workspace:
            return backup_keys(workspace, self.outside / name, KEYS_PASSPHRASE, cost=Cost(2)).backup

    def print_keys(self) -> str:
        with self.reopen() as workspace:
            return write_sheet(workspace, self.outside / "sheet.docx").backup


@pytest.fixture(scope="session")
def office_folder(
    tmp_path_factory: pytest.TempPathFactory,
    prepared_workspace: Callable[[Path], tuple[Path, Machine, "Papers"]],
) -> tuple[Path, tuple[str, ...]]:
    """Make the office once: its folder and its records."""
    folder = tmp_path_factory.mktemp("office")
    root, machine, papers = prepared_workspace(folder)
    made = Office(root, machine, papers, folder)
    made.people()
    made.file()
    made.cancel()
    return root, tuple(made.records)


@pytest.fixture
def office(
    office_folder: tuple[Path, tuple[str, ...]],
    tmp_path: Path,
    machine: Machine,
    papers: "Papers",
    clock: "SettableClock",
) -> Office:
    """Give each test its own copy of the office, with a clock of its own."""
    source, records = office_folder
    root, outside = Path(shutil.copytree(source, tmp_path / "office")), tmp_path / "outside"
    outside.mkdir()
    return Office(root, machine, papers, outside, clock, list(records))


@pytest.fixture
def entries() -> Callable[[Workspace], list[Entry]]:
    """Return every entry of a ledger."""
    return lambda workspace: [
        parse_entry(workspace.archive.ledger.entry(seq))
        for seq in range(workspace.archive.ledger.head().size)
    ]
