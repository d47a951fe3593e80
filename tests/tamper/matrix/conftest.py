"""A workspace of every kind of file and row, yesterday and today, made by the real services."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from sqlmodel import Session

from webir_records.archive.key_backup import Cost
from webir_records.bootstrap import create_workspace, open_workspace
from webir_records.model.errors import WebirError
from webir_records.services.backing_up import create_backup
from webir_records.services.cancelling import cancel_accounts
from webir_records.services.context import Machine, Workspace
from webir_records.services.destruction import drafting, execution, stating
from webir_records.services.escrowing import write_sheet
from webir_records.services.filing import file_records
from webir_records.services.filling import fill
from webir_records.services.holding import ask_release, place_hold, release_hold
from webir_records.services.keys import backup_keys, rotate_epoch, rotate_log_key
from webir_records.services.lending import Terms, lend, take_back
from webir_records.services.people import add_person
from webir_records.services.verifying import Reading, verify

if TYPE_CHECKING:
    from tests.conftest import Papers

ROOT: Final = Path(__file__).resolve().parents[3]
PASSPHRASE: Final = "correct horse battery"
PEOPLE: Final = {"arch-01": "archivist", "wit-01": "witness", "mgr-01": "agency_manager"}
LOOKED_AT: Final = 540  # entries that fill two whole tiles


@dataclass
class TickingClock:
    """Every look is a second later, so that each act has a time of its own."""

    moment: datetime = datetime(2026, 11, 22, 1, 0, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment


@dataclass(frozen=True)
class Case:
    """A workspace that may be damaged; `old` is the same one as it was yesterday, and stays as it is."""

    root: Path
    old: Path
    machine: Machine

    def found(self, *against: Path) -> str:
        """Open and verify: `undetected`, `refused CODE`, or every code that was found, sorted."""
        try:
            with open_workspace(self.root, machine=self.machine) as workspace:
                checked = verify(workspace, "full", reading=Reading(against=against, workers=1))
        except WebirError as error:
            return f"refused {error.code}"
        codes = {finding.code for finding in checked.report.findings} | {code for code, _ in checked.beyond}
        assert checked.fine == (not codes)
        return " ".join(sorted(codes)) or "undetected"

    def expect(self, expected: str, *against: Path) -> None:
        """Compare with a cell: its codes exactly, or with `…` at least; `A/B` is one of two."""
        found = self.found(*against)
        if expected.endswith(" …"):
            assert set(expected.removesuffix(" …").split()) <= set(found.split())
        else:
            assert found in _alternatives(expected)


def _alternatives(expected: str) -> list[str]:
    before, _, last = expected.rpartition(" ")
    return [f"{before} {code}".strip() for code in last.split("/")]


@dataclass(frozen=True)
class Days:
    """Yesterday's workspace and today's; copies only."""

    old: Path
    new: Path
    machine: Machine


def _first_day(root: Path, machine: Machine, papers: "Papers") -> None:
    with open_workspace(root, machine=machine) as workspace:
        for person, role in PEOPLE.items():
            add_person(workspace, person, (role,), PASSPHRASE)
        filed = file_records(workspace, "form_1_2", papers.applications(5)).filed
        fill(workspace, "form_1_2", papers.applications(1, 職稱="股長"), root / "out")
        cancel_accounts(workspace, papers.cancellations(2))
        living = [item.record for item in filed[2:]]
        place_hold(workspace, living[0], authority="北院忠刑字第1130000001號", review_on=date(2027, 1, 1))
        hold = place_hold(workspace, living[1], authority="北院忠刑字第1130000002號")
        ask_release(workspace, hold.hold)
        release_hold(workspace, hold.hold, actor="mgr-01")
        lend(workspace, living[1], Terms("p-audit", "audit", date(2026, 12, 1)))
        lend(workspace, living[2], Terms("p-court", "lawsuit", date(2026, 12, 2)))
        take_back(workspace, living[2], condition="intact")
        backup_keys(workspace, root.parent / "keys.backup", "seven brown horses run", cost=Cost(1 << 10))
        write_sheet(workspace, root.parent / "sheet.docx")
        rotate_epoch(workspace, reason="yearly")
        rotate_log_key(workspace, reason="yearly")
        _look_often(workspace, living[0])
        _destroy(workspace)
        assert verify(workspace, "full").fine
    create_backup(lambda: open_workspace(root, machine=machine), root.parent, expires_on=date(2027, 11, 1))


def _second_day(root: Path, machine: Machine, papers: "Papers") -> None:
    with open_workspace(root, machine=machine) as workspace:
        filed = file_records(workspace, "form_1_2", papers.applications(3, 職稱="主任")).filed
        add_person(workspace, "arch-02", ("archivist",), PASSPHRASE, actor="mgr-01")
        place_hold(workspace, filed[-1].record, authority="北院忠刑字第1130000003號")
        lend(workspace, filed[-1].record, Terms("p-audit", "audit", date(2026, 12, 5)))
        cancel_accounts(workspace, papers.cancellations(1, 我的e政府帳號="ta1004"))
        _destroy(workspace, reason="backlog")
        backup_keys(workspace, root.parent / "keys2.backup", "seven brown horses run", cost=Cost(1 << 10))
        rotate_log_key(workspace, reason="yearly")
        cancel_accounts(workspace, papers.cancellations(3))
        assert verify(workspace, "full").fine


def _look_often(workspace: Workspace, record: str) -> None:
    event = {"event": "opened", "actor": "operator", "record": record, "version": 1}
    with Session(workspace.engine) as session, session.begin():
        workspace.archive.ledger.append(session, [event] * LOOKED_AT)
    workspace.archive.ledger.publish()


def _destroy(workspace: Workspace, *, reason: str = "") -> None:
    batch = drafting.draft(workspace, actor="arch-01", reason_code=reason).batch.batch
    for kind, person in (("approval", "mgr-01"), ("witness", "wit-01")):
        stating.state(workspace, batch, kind=kind, actor=person, passphrase=PASSPHRASE)
    execution.execute(workspace, batch, actor="arch-01", confirm=batch)


@pytest.fixture(scope="session")
def days(tmp_path_factory: pytest.TempPathFactory, prepared_workspace: Callable[..., tuple]) -> Days:
    """Make the workspace once, with a profile of its own, and keep what it was like yesterday."""
    folder = tmp_path_factory.mktemp("matrix")
    template, machine, papers = prepared_workspace(folder)
    machine = replace(machine, now=TickingClock(), random=os.urandom)
    profile = folder / "own.toml"
    shutil.copy(ROOT / "retention/profiles/taipei-2017.toml", profile)
    new, old = folder / "today", folder / "yesterday"
    create_workspace(new, template / "agency.json", profile=str(profile), machine=machine)
    _first_day(new, machine, papers)
    shutil.copytree(new, old)
    machine.now.moment += timedelta(days=1)
    _second_day(new, machine, papers)
    return Days(old, new, machine)


@pytest.fixture
def case(days: Days, tmp_path: Path) -> Iterator[Case]:
    """A copy of today's workspace that may be damaged."""
    root = tmp_path / "w"
    shutil.copytree(days.new, root, copy_function=shutil.copyfile)
    yield Case(root, days.old, days.machine)
    shutil.rmtree(root)
