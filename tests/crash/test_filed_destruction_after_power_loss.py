"""The plug is pulled at writes of the acts on a batch of filed documents: each is whole or absent.

A witness signs as an approver does; holds are tried in `test_every_act_after_power_loss`. Each act stands at
its place of the way; its n-th operation is lost, or reached the disk (by turns). Then the
workspace is opened as every command opens it, and the same command is given once more.
"""

import dataclasses
import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from signing.findings import Verdict
from tests.integration.destruction.conftest import Steps, add_people, file_documents, fill_sheet
from webir_records.archive.archive import Archive
from webir_records.archive.disk import TEMPORARY_SUFFIX
from webir_records.archive.ledger import Ledger
from webir_records.bootstrap import open_workspace
from webir_records.model.errors import InputError, RefusedError
from webir_records.services.context import Machine, Workspace
from webir_records.services.destruction import selection
from webir_records.services.destruction.leaving import take_off
from webir_records.services.files import NewFile, assign_records, open_file
from webir_records.services.marks import mark_records
from webir_records.services.selecting import RecordQuery
from webir_records.services.verifying import Reading, verify

Act = Callable[[Steps], object]
BATCH = "B2026-1"
EVERY = {"execute": 9, "submit": 5, "annotate": 5}
STRIDE = 3
"""Not each operation is tried, for time's sake: every third one, and fewer where there are very many."""


def _answer(steps: Steps) -> object:
    """One record stays until 2028: it leaves, and the catalogue is made anew."""
    return steps.answer(steps.folder / "extended.xlsx")


def _select(steps: Steps) -> object:
    letter = "國史字第1150000001號"
    return selection.answer(
        steps.workspace, steps.batch, selected=["b0001doc"], authority=letter, actor="arch-01"
    )


def _assign(steps: Steps) -> object:
    return assign_records(steps.workspace, "110/0503/1", RecordQuery(records=("b0004doc",)))


def _mark(steps: Steps) -> object:
    query = RecordQuery(records=("b0004doc",))
    return mark_records(steps.workspace, query, "national", authority="檔徵字第1號", actor="arch-01")


ACTS: dict[str, tuple[str, Act, str]] = {
    "draft": ("filed", lambda steps: steps.draft(), "drafted"),
    "assign": ("filed", _assign, ""),
    "mark": ("filed", _mark, ""),
    "opinions": ("drafted", lambda steps: steps.ask(), "opinions"),
    "leave": (
        "drafted",
        lambda s: take_off(s.workspace, s.batch, ["b0003doc"], reason_code="held", actor="arch-01"),
        "drafted",
    ),
    "answer": ("asked", _answer, "opinions"),
    "offer": (
        "answered",
        lambda s: selection.offer(s.workspace, s.batch, office="history-01", actor="arch-01"),
        "selection",
    ),
    "select": ("offered", _select, "selection"),
    "submit": ("selected", lambda steps: steps.submit(), "submitted"),
    "authority": (
        "submitted",
        lambda steps: steps.approve(file=steps.folder / "letter.pdf"),
        "approved",
    ),
    "approve": ("approved", lambda steps: steps.state("approval", "head-01"), "cooling"),
    "execute": ("witnessed", lambda steps: steps.execute(), "destroyed"),
    "annotate": ("destroyed", lambda steps: steps.annotate(), "annotated"),
    "resubmit": ("annotated", lambda steps: steps.resubmit(), "annotated"),
    "close": ("resubmitted", lambda steps: steps.close(), "closed"),
}
"""Place, act, and the state of the batch when it was done."""


@dataclasses.dataclass
class Way:
    """A folder for each place of the way, and the clock as it stood there."""

    folder: Path
    machine: Machine
    moments: dict[str, object] = dataclasses.field(default_factory=dict)

    def steps(self, workspace: Workspace, folder: Path) -> Steps:
        clock: Any = self.machine.now
        return Steps(workspace, folder, clock, BATCH)


@pytest.fixture(scope="module")
def way(tmp_path_factory, prepared_workspace) -> Way:
    folder = tmp_path_factory.mktemp("way")
    (folder / "now").mkdir()
    _, machine, _ = prepared_workspace(folder / "now")
    found = Way(folder, machine)
    (folder / "now/letter.pdf").write_bytes(b"%PDF-1.7 a letter")
    for place, step in (
        ("filed", _prepare),
        ("drafted", ACTS["draft"][1]),
        ("asked", _ask),
        ("answered", _answer_all),
        ("offered", ACTS["offer"][1]),
        ("selected", _select),
        *((place, ACTS[name][1]) for place, name in (("submitted", "submit"), ("approved", "authority"))),
        ("cooling", ACTS["approve"][1]),
        ("witnessed", lambda steps: steps.state("witness", "wit-01")),
        *((place, ACTS[name][1]) for place, name in (("destroyed", "execute"), ("annotated", "annotate"))),
        ("resubmitted", ACTS["resubmit"][1]),
    ):
        with open_workspace(folder / "now/workspace", machine=machine) as workspace:
            step(found.steps(workspace, folder / "now"))
        if place == "witnessed":
            machine.now.forward(days=7)
        shutil.copytree(folder / "now", folder / place)
        found.moments[place] = machine.now.moment
    return found


def _prepare(steps: Steps) -> None:
    file_documents(steps.workspace, 5)
    add_people(steps.workspace)
    open_file(steps.workspace, "110/0503/1", NewFile(title="稽核簽", years=3, summary="稽核簽", volumes=1))


def _ask(steps: Steps) -> None:
    first, second = steps.ask().sheets
    shutil.copy(first, steps.folder / "extended.xlsx")
    fill_sheet(steps.folder / "extended.xlsx", b0000doc=date(2028, 12, 31))
    fill_sheet(second)


def _answer_all(steps: Steps) -> None:
    _answer(steps)
    steps.answer(next((steps.folder / "sheets-0").glob("*unit-02.xlsx")))


@pytest.mark.parametrize("name", ACTS)
def test_act_on_filed_documents_is_whole_or_absent(
    name: str, way: Way, tmp_path, make_fuse, failing_disk, power_loss
) -> None:
    place, act, state = ACTS[name]
    nth, done = 1, False
    while not done:
        box = Path(shutil.copytree(way.folder / place, tmp_path / "box"))
        way.machine.now.moment = way.moments[place]
        with open_workspace(box / "workspace", machine=way.machine) as workspace, suppress(power_loss):
            broken = _with_failing_disks(workspace, make_fuse(nth, nth % 2 == 0), failing_disk)
            act(way.steps(broken, box))
            done = True
        if not done:
            _assert_goes_on(way, box, act, state, during=name == "execute")
        shutil.rmtree(box)
        nth += EVERY.get(name, STRIDE)
    assert nth > 6


def _assert_goes_on(way: Way, box: Path, act: Act, state: str, *, during: object) -> None:
    with open_workspace(box / "workspace", machine=way.machine) as workspace:
        between = verify(workspace, "structure", reading=Reading(workers=1))
        if during:
            assert between.report.verdict is not Verdict.INVALID, between.report.findings
        else:
            assert between.fine, (between.report.findings, between.beyond)
        steps = way.steps(workspace, box)
        with suppress(InputError, RefusedError):  # it was done, and is not done twice
            act(steps)
        after = verify(workspace, "structure", reading=Reading(workers=1))
        assert after.fine, (after.report.findings, after.beyond)
        if state:
            assert steps.view().state == state
    assert not list((box / "workspace").rglob(f"*{TEMPORARY_SUFFIX}"))


def _with_failing_disks(workspace, fuse, failing_disk) -> Workspace:
    archive = workspace.archive
    files = failing_disk(archive.disk, fuse)
    archive.keys._disk = failing_disk(archive.keys._disk, fuse)
    ledger = Ledger(workspace.engine, files, archive.ledger._signer, workspace.machine.now)
    fuse.burn_at_commits_of(workspace.engine, archive.keys._engine)
    parts = Archive(workspace.engine, files, archive.keys, ledger)
    return dataclasses.replace(workspace, archive=parts, files=files)
