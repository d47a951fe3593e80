"""The plug is pulled at every write of every act on a workspace: acknowledged acts are whole, others absent.

The act runs with disks and databases that fail at the n-th operation, in both forms: the operation is lost,
or it reached the disk and the answer was lost. Then the workspace is opened as every command opens it.
"""

import dataclasses
import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import Session, select

from signing.entries import parse_entry
from webir_records.archive.archive import Archive
from webir_records.archive.disk import TEMPORARY_SUFFIX
from webir_records.archive.key_backup import Cost
from webir_records.archive.ledger import Ledger, Standing
from webir_records.bootstrap import open_workspace
from webir_records.model.errors import InputError, RefusedError
from webir_records.model.tables import MetaRow, PendingRow
from webir_records.services import handing_out, log_keys
from webir_records.services.cancelling import cancel_accounts
from webir_records.services.context import Machine, Workspace
from webir_records.services.filing import file_records
from webir_records.services.holding import place_hold
from webir_records.services.keys import backup_keys, rotate_epoch, rotate_log_key
from webir_records.services.lending import Terms, lend, list_loans, take_back
from webir_records.services.records import list_records
from webir_records.services.verifying import Reading, verify

Act = Callable[[Workspace, Path], object]


def _file(workspace: Workspace, box: Path) -> object:
    return file_records(workspace, "form_1_2", box / "more.json")


def _cancel(workspace: Workspace, box: Path) -> object:
    return cancel_accounts(workspace, box / "gone.json")


def _hold(workspace: Workspace, _box: Path) -> object:
    return place_hold(workspace, list_records(workspace)[0].record, authority="北院忠刑字第1130000001號")


def _lend(workspace: Workspace, _box: Path) -> object:
    record = list_records(workspace)[0].record
    return lend(workspace, record, Terms("p-audit", "audit", date(2026, 12, 1)))


def _take_back(workspace: Workspace, _box: Path) -> object:
    return take_back(workspace, list_loans(workspace)[0].loan, condition="intact")


def _rotate_epoch(workspace: Workspace, _box: Path) -> object:
    return rotate_epoch(workspace, reason="yearly")


def _rotate_log_key(workspace: Workspace, _box: Path) -> object:
    return rotate_log_key(workspace, reason="yearly")


def _back_up_keys(workspace: Workspace, box: Path) -> object:
    return backup_keys(workspace, box / "keys.backup", "seven brown horses run", cost=Cost(1 << 4))


def _verify(workspace: Workspace, _box: Path) -> object:
    return verify(workspace, "structure")


ACTS: dict[str, tuple[Act, int, str]] = {
    "file": (_file, 13, "filed"),
    "cancel": (_cancel, 12, "annotated"),
    "hold": (_hold, 8, "hold_placed"),
    "lend": (_lend, 8, "lent"),
    "take-back": (_take_back, 8, "returned"),
    "rotate-epoch": (_rotate_epoch, 14, "epoch_rotated"),
    "rotate-log-key": (_rotate_log_key, 12, "log_key_rotated"),
    "back-up-keys": (_back_up_keys, 13, "keys_backed_up"),
    "verify": (_verify, 9, "verified"),
}
"""The act, its number of operations (a test counts them), and the entry that it leaves."""


@pytest.fixture(scope="module")
def filed(tmp_path_factory, prepared_workspace) -> tuple[Path, Machine]:
    """A workspace with two records, and the papers of the acts beside it."""
    folder = tmp_path_factory.mktemp("filed")
    root, machine, papers = prepared_workspace(folder)
    with open_workspace(root, machine=machine) as workspace:
        file_records(workspace, "form_1_2", papers.applications(2))
        lend(workspace, list_records(workspace)[1].record, Terms("p-audit", "audit", date(2026, 12, 1)))
    shutil.move(papers.applications(4), folder / "more.json")
    shutil.move(papers.cancellations(2), folder / "gone.json")
    return root, machine


@pytest.fixture
def box(tmp_path: Path, filed: tuple[Path, Machine]) -> Path:
    """A copy of it that may be broken."""
    shutil.copytree(filed[0].parent, tmp_path / "box", ignore=shutil.ignore_patterns("papers"))
    return tmp_path / "box"


@pytest.fixture
def run(filed, box, failing_disk, power_loss, monkeypatch) -> Callable[..., bool]:
    """Do an act with a fuse in every disk and database; True when its caller was told that it is done."""

    def break_off(act: Act, fuse) -> bool:
        with open_workspace(box / "workspace", machine=filed[1]) as workspace, suppress(power_loss):
            archive = workspace.archive
            files = failing_disk(archive.disk, fuse)
            archive.keys._disk = failing_disk(archive.keys._disk, fuse)
            ledger = Ledger(workspace.engine, files, archive.ledger._signer, workspace.machine.now)
            fuse.burn_at_commits_of(workspace.engine, archive.keys._engine)
            with monkeypatch.context() as patch:
                for module in (handing_out, log_keys):
                    patch.setattr(module, "LocalDisk", _failing_local_disk(module, failing_disk, fuse))
                act(
                    dataclasses.replace(
                        workspace,
                        archive=Archive(workspace.engine, files, archive.keys, ledger),
                        files=files,
                        state=failing_disk(workspace.state, fuse),
                    ),
                    box,
                )
            return True
        return False

    return break_off


def _failing_local_disk(module, failing_disk, fuse) -> Callable[..., object]:
    real = module.LocalDisk
    return lambda *given, **named: failing_disk(real(*given, **named), fuse)


CASES = [
    pytest.param(name, nth, kept, id=f"{name}-{nth}-{'kept' if kept else 'lost'}")
    for name, (_, operations, _) in ACTS.items()
    for nth in range(1, operations + 1)
    for kept in (False, True)
]


@pytest.mark.parametrize(("name", "nth", "kept"), CASES)
def test_act_is_whole_or_absent_after_power_loss_at_its_nth_operation(
    name: str, nth: int, kept: object, box: Path, filed, run, make_fuse
) -> None:
    act, _, event = ACTS[name]
    before = {"filed": 2, "lent": 1}.get(event, 0)
    assert not run(act, make_fuse(nth, kept))
    with open_workspace(box / "workspace", machine=filed[1]) as workspace:
        told = _entries(workspace, event) - before
        _assert_whole(workspace, box)
        between = _entries(workspace, event)
        with suppress(InputError, RefusedError):  # it was done, and is not done twice
            act(workspace, box)
        again = _entries(workspace, event) - between
        assert workspace.archive.ledger.standing() is Standing.AGREES
    assert (told, again) in _EXPECTED.get(name, {(0, 1), (1, 1)})


_EXPECTED = {
    "file": {(0, 2), (2, 0)},
    "cancel": {(0, 2), (2, 0)},
    "lend": {(0, 1), (1, 0)},
    "take-back": {(0, 1), (1, 0)},
    "back-up-keys": {(0, 1), (1, 0)},
}
"""Entries of the broken run and of its repetition; filing and cancelling do nothing twice."""


@pytest.mark.parametrize("name", ACTS)
def test_every_operation_of_the_act_is_covered(name: str, run, make_fuse) -> None:
    act, operations, _ = ACTS[name]
    fuse = make_fuse(0, kept=False)
    assert run(act, fuse)
    assert fuse.count == operations


def _entries(workspace: Workspace, event: str) -> int:
    return sum(parse_entry(body).event == event for _, body in workspace.archive.ledger.bodies())


def _assert_whole(workspace: Workspace, box: Path) -> None:
    checked = verify(workspace, "full", reading=Reading(workers=1))
    assert checked.fine, (checked.report.findings, checked.beyond)
    for record in list_records(workspace):
        for version in range(1, record.version + 1):
            assert workspace.archive.read(record.record, version).data["name"]
    endings = (TEMPORARY_SUFFIX, ".part", ".next.key")
    assert not [path.name for path in box.rglob("*") if path.name.endswith(endings)]
    with Session(workspace.engine) as session:
        assert not session.exec(select(PendingRow)).all()
        assert not session.get(MetaRow, "key_act")
