"""A workspace of every kind of file and row, yesterday and today, made by the real services."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from sqlmodel import Session

from tests.tamper.matrix import office
from tests.tamper.matrix.office import PASSPHRASE
from webir_records.archive.key_backup import Cost
from webir_records.bootstrap import create_workspace, open_workspace
from webir_records.model.errors import WebirError
from webir_records.services.backing_up import create_backup
from webir_records.services.cancelling import cancel_accounts
from webir_records.services.comparing import compare_entries, compare_keys, compare_tables
from webir_records.services.context import Machine, Workspace
from webir_records.services.escrowing import write_sheet
from webir_records.services.filing import file_records
from webir_records.services.filling import fill
from webir_records.services.holding import ask_release, place_hold, release_hold
from webir_records.services.keys import backup_keys, rotate_epoch, rotate_log_key
from webir_records.services.lending import Terms, lend, take_back
from webir_records.services.people import add_person
from webir_records.services.verifying import Checked, Reading, look, verify

if TYPE_CHECKING:
    from tests.conftest import Papers

ROOT: Final = Path(__file__).resolve().parents[3]
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

    def verify(self, *against: Path) -> Checked:
        """Open and verify."""
        with open_workspace(self.root, machine=self.machine) as workspace:
            return verify(workspace, "full", reading=Reading(against=against, workers=1))

    def found(self, *against: Path) -> str:
        """Open and verify: `undetected`, `refused CODE`, or every code that was found, sorted."""
        try:
            checked = self.verify(*against)
        except WebirError as error:
            return f"refused {error.code}"
        codes = {finding.code for finding in checked.report.findings} | {code for code, _ in checked.beyond}
        assert checked.fine == (not codes)
        return " ".join(sorted(codes)) or "undetected"

    def expect(self, expected: str, *against: Path) -> None:
        """Compare with a cell."""
        agree(expected, self.found(*against))


def agree(expected: str, found: str) -> None:
    """Compare with a cell: its codes exactly, or with `…` at least; `A/B` is one of two."""
    if expected.endswith(" …"):
        assert set(expected.removesuffix(" …").split()) <= set(found.split())
    else:
        assert found in _alternatives(expected)


def _alternatives(expected: str) -> list[str]:
    before, _, last = expected.rpartition(" ")
    return [f"{before} {code}".strip() for code in last.split("/")]


@dataclass(frozen=True)
class Days:
    """Yesterday's workspace and today's, and today's before somebody looked often; copies only."""

    old: Path
    new: Path
    short: Path
    machine: Machine


def _first_day(root: Path, machine: Machine, papers: "Papers") -> None:
    with open_workspace(root, machine=machine) as workspace:
        office.add_people(workspace)
        filed = file_records(workspace, "form_1_2", papers.applications(6)).filed
        fill(workspace, "form_1_2", papers.applications(1, 職稱="股長"), root / "out")
        cancel_accounts(workspace, papers.cancellations(3))
        office.revoke(workspace, filed[2].record)
        living = [item.record for item in filed[3:]]
        place_hold(workspace, living[0], authority="北院忠刑字第1130000001號", review_on=date(2027, 1, 1))
        hold = place_hold(workspace, living[1], authority="北院忠刑字第1130000002號")
        ask_release(workspace, hold.hold)
        release_hold(workspace, hold.hold, actor="mgr-01")
        lend(workspace, living[1], Terms("p-audit", "audit", date(2026, 12, 1)))
        lend(workspace, living[2], Terms("p-court", "lawsuit", date(2026, 12, 2)))
        take_back(workspace, living[2], condition="intact")
        office.report_damage(workspace, living[2])
        office.copy_on_discs(workspace, living[2], "1150802")
        _keep_documents(workspace)
        words = "seven brown horses run"
        file = backup_keys(workspace, root.parent / "keys.backup", words, cost=Cost(1 << 10))
        sheet = write_sheet(workspace, root.parent / "sheet.docx")
        rotate_epoch(workspace, reason="yearly")
        rotate_log_key(workspace, reason="yearly")
        office.destroy_papers(workspace)
        office.expire(workspace, {file.backup: "erase", sheet.backup: "shred"})
        _destroy_documents(workspace, root.parent, machine.now)
        assert verify(workspace, "full").fine
    create_backup(lambda: open_workspace(root, machine=machine), root.parent, expires_on=date(2027, 11, 1))


def _keep_documents(workspace: Workspace) -> None:
    """File documents that stay: classified and national ones, and some in a file of ten years."""
    kept = office.file_documents(workspace, ("kept1", "kept2", "kept3", "kept4"), "unit-01")
    office.mark(workspace, kept[0], "classified")
    office.mark(workspace, kept[1], "national")
    office.put_into_file(workspace, "110/0305/1", kept[2:], years=10)


def _destroy_documents(workspace: Workspace, folder: Path, clock: TickingClock) -> None:
    """Destroy documents of two units; one extends, and an office selects one."""
    office.file_documents(workspace, ("doc1", "doc2", "doc3"), "unit-01")
    office.file_documents(workspace, ("doc4", "doc5"), "unit-02")
    batch = office.ask_units(workspace, folder, extend="doc1")
    letter = folder / "letter.pdf"
    letter.write_bytes(b"%PDF-1.7 approved")
    office.finish_documents(workspace, batch, "doc2", letter, clock)


def _second_day(root: Path, machine: Machine, papers: "Papers", short: Path) -> None:
    with open_workspace(root, machine=machine) as workspace:
        filed = file_records(workspace, "form_1_2", papers.applications(3, 職稱="主任")).filed
        newest = filed[-1].record
        for person in ("arch-02", "old-02"):
            add_person(workspace, person, ("archivist",), PASSPHRASE, actor="mgr-01")
        office.retire(workspace, "arch-02", "old-02")
        place_hold(workspace, newest, authority="北院忠刑字第1130000003號")
        lend(workspace, newest, Terms("p-audit", "audit", date(2026, 12, 5)))
        office.report_damage(workspace, newest)
        office.copy_on_discs(workspace, newest, "1150803")
        cancel_accounts(workspace, papers.cancellations(1, 我的e政府帳號="ta1005", 姓名="O'Brien & 李<小>明"))
        office.destroy_papers(workspace, reason="backlog")
        _ask_again(workspace, root.parent)
        backup_keys(workspace, root.parent / "keys2.backup", "seven brown horses run", cost=Cost(1 << 10))
        rotate_log_key(workspace, reason="yearly")
        cancel_accounts(workspace, papers.cancellations(2))
        assert verify(workspace, "full").fine
    shutil.copytree(root, short)
    with open_workspace(root, machine=machine) as workspace:
        _look_often(workspace, newest)
        assert verify(workspace, "full").fine


def _ask_again(workspace: Workspace, folder: Path) -> None:
    """Ask about another batch; one of two units has answered."""
    new = office.file_documents(workspace, ("new1", "new2", "new3"), "unit-01")
    office.file_documents(workspace, ("new4", "new5"), "unit-02")
    kept = office.file_documents(workspace, ("kept5", "kept6"), "unit-02")
    office.mark(workspace, kept[0], "classified", authority="府密字第2號")
    office.put_into_file(workspace, "110/0305/2", kept[1:], years=15)
    office.ask_units(workspace, folder, extend=new[0], only="unit-01", reason_code="backlog")


def _look_often(workspace: Workspace, record: str) -> None:
    event = {"event": "opened", "actor": "operator", "record": record, "version": 1}
    with Session(workspace.engine) as session, session.begin():
        workspace.archive.ledger.append(session, [event] * LOOKED_AT)
    workspace.archive.ledger.publish()


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
    short = folder / "short"
    _second_day(new, machine, papers, short)
    return Days(old, new, short, machine)


@dataclass(frozen=True)
class Desk:
    """One workspace that stays open while its databases are edited and put back, time and again."""

    workspace: Workspace
    case: Case
    pristine: Path

    def beyond(self) -> list[tuple[str, Mapping[str, str]]]:
        """Return what `webir verify` says of the databases."""
        parts = (compare_entries, compare_tables, compare_keys)
        return [found for compare in parts for found in compare(self.workspace)]

    def found(self) -> str:
        """Return every code that `webir verify` would tell, sorted."""
        checked = look(self.workspace, "full", reading=Reading(workers=1))
        codes = {finding.code for finding in checked.report.findings} | {code for code, _ in checked.beyond}
        return " ".join(sorted(codes)) or "undetected"

    def mend(self, *paths: Path) -> None:
        """Put back files that were damaged."""
        for path in paths:
            shutil.copyfile(self.pristine / path.relative_to(self.case.root), path)

    def put_back(self) -> None:
        """Make both databases what they were."""
        for name in ("state/webir.db", "state/keys.db"):
            with (
                closing(sqlite3.connect(self.pristine / name)) as good,
                closing(sqlite3.connect(self.case.root / name)) as edited,
            ):
                good.backup(edited)


@pytest.fixture(scope="module")
def open_desk(days: Days, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Open a copy of today's workspace once."""
    root = tmp_path_factory.mktemp("desk") / "w"
    shutil.copytree(days.short, root)
    with open_workspace(root, machine=days.machine) as workspace:
        yield Desk(workspace, Case(root, days.old, days.machine), days.short)


@pytest.fixture
def desk(open_desk: Desk) -> Iterator[Desk]:
    """The open workspace; what the test edited is put back."""
    yield open_desk
    open_desk.put_back()


def _link_or_copy(source: str, target: str) -> None:
    """Share a file that the program replaces as a whole; copy what it changes in place."""
    if "archive" in Path(source).parts:
        os.link(source, target)
    else:
        shutil.copyfile(source, target)


@pytest.fixture
def short_case(days: Days, tmp_path: Path) -> Iterator[Case]:
    """A copy of today's workspace with few entries; files of the archive are replaced, never written into."""
    root = tmp_path / "w"
    shutil.copytree(days.short, root, copy_function=_link_or_copy)
    yield Case(root, days.old, days.machine)
    shutil.rmtree(root)


@pytest.fixture
def case(days: Days, tmp_path: Path) -> Iterator[Case]:
    """A copy of today's workspace that may be damaged."""
    root = tmp_path / "w"
    shutil.copytree(days.new, root, copy_function=shutil.copyfile)
    yield Case(root, days.old, days.machine)
    shutil.rmtree(root)
