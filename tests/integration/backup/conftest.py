"""A workspace with living, lapsed and destroyed records, and its backups."""

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from webir_records.bootstrap import open_workspace
from webir_records.services.backing_up import Backup, create_backup
from webir_records.services.cancelling import cancel_accounts
from webir_records.services.context import Machine, Workspace
from webir_records.services.destruction import drafting, execution, stating
from webir_records.services.filing import file_records
from webir_records.services.people import add_person

if TYPE_CHECKING:
    from tests.conftest import Papers

PASSPHRASE: Final = "correct horse battery"
Reopen = Callable[[], AbstractContextManager[Workspace]]


@dataclass
class Box:
    """Does to one workspace what its people do, and keeps copies of its keys."""

    root: Path
    reopen: Reopen
    papers: "Papers"
    machine: Machine

    def file(self, count: int = 4, **changes: str) -> list[str]:
        with self.reopen() as workspace:
            done = file_records(workspace, "form_1_2", self.papers.applications(count, **changes))
            return [item.record for item in done.filed]

    def cancel(self, count: int = 2) -> None:
        with self.reopen() as workspace:
            cancel_accounts(workspace, self.papers.cancellations(count))

    def people(self) -> None:
        with self.reopen() as workspace:
            for person, role in (
                ("arch-01", "archivist"),
                ("wit-01", "witness"),
                ("mgr-01", "agency_manager"),
            ):
                add_person(workspace, person, (role,), PASSPHRASE)

    def destroy(self) -> tuple[str, ...]:
        with self.reopen() as workspace:
            batch = drafting.draft(workspace, actor="arch-01").batch
            for kind, person in (("approval", "mgr-01"), ("witness", "wit-01")):
                stating.state(workspace, batch.batch, kind=kind, actor=person, passphrase=PASSPHRASE)
            execution.execute(workspace, batch.batch, actor="arch-01", confirm=batch.batch)
            return batch.records

    def back_up(self, target: Path) -> Backup:
        return create_backup(self.reopen, target)

    def copy_of(self, name: str, target: Path) -> Path:
        return Path(shutil.copytree(self.root / name, target))

    def open_with_keys(self, root: Path, keys: Path) -> AbstractContextManager[Workspace]:
        """Put keys back, as `keys restore` does, and open."""
        shutil.copytree(keys, root / "keys", dirs_exist_ok=True)
        return open_workspace(root, machine=self.machine)


@pytest.fixture
def box(workspace_root: Path, reopen: Reopen, papers: "Papers", machine: Machine) -> Box:
    return Box(workspace_root, reopen, papers, machine)
