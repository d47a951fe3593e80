"""Every act on a class B batch, at every place of its way: what is not the next step changes nothing.

The way is walked once; each place is kept as a folder, and every act that is wrong there is tried in it.
"""

import dataclasses
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any

import pytest

from tests.integration.destruction.conftest import Steps, add_people, file_documents, fill_sheet
from webir_records.bootstrap import open_workspace
from webir_records.model.errors import InputError, RefusedError
from webir_records.services.context import Machine, Workspace
from webir_records.services.destruction import drafting, selection

Act = Callable[[Steps], object]


def _answer(steps: Steps) -> object:
    return steps.answer(steps.folder / "filled.xlsx")


def _offer(steps: Steps) -> object:
    return selection.offer(steps.workspace, steps.batch, office="archives-01", actor="arch-01")


def _selected(steps: Steps) -> object:
    return selection.answer(
        steps.workspace, steps.batch, selected=[], authority="國史字第1號", actor="arch-01"
    )


def _withdraw(steps: Steps) -> object:
    return drafting.withdraw(steps.workspace, steps.batch, actor="arch-01", reason_code="wrong-year")


ACTS: dict[str, Act] = {
    "draft": lambda steps: drafting.draft(steps.workspace, actor="arch-01", record_class="B"),
    "opinions": lambda steps: steps.ask(),
    "answer": _answer,
    "selection-offer": _offer,
    "selection-answer": _selected,
    "selection-skip": lambda steps: steps.skip(),
    "submit": lambda steps: steps.submit(),
    "authority": lambda steps: steps.approve(),
    "approve": lambda steps: steps.state("approval", "head-01"),
    "witness": lambda steps: steps.state("witness", "wit-01"),
    "execute": lambda steps: steps.execute(),
    "annotate": lambda steps: steps.annotate(),
    "resubmit": lambda steps: steps.resubmit(),
    "close": lambda steps: steps.close(),
    "withdraw": _withdraw,
}
RIGHT: dict[str, set[str]] = {
    "drafted": {"opinions", "withdraw"},
    "asked": {"opinions", "answer", "withdraw"},
    "answered": {"opinions", "selection-offer", "selection-skip", "withdraw"},
    "offered": {"selection-answer", "withdraw"},
    "selected": {"submit", "withdraw"},
    "submitted": {"authority", "withdraw"},
    "approved": {"approve", "withdraw"},
    "cooling": {"witness", "withdraw"},
    "witnessed": {"withdraw"},
    "cooled": {"execute", "withdraw"},
    "destroyed": {"annotate"},
    "annotated": {"resubmit"},
    "resubmitted": {"close"},
    "closed": set(),
    "withdrawn": {"draft"},
}
"""What may be done at each place; everything else is wrong there."""


@dataclasses.dataclass
class Places:
    """The folders of the places, with the clock as it stood there."""

    folder: Path
    machine: Machine
    clock: Any
    moments: dict[str, object]

    def keep(self, place: str) -> None:
        shutil.copytree(self.folder / "now", self.folder / place)
        self.moments[place] = self.clock.moment

    def open(self, place: str) -> AbstractContextManager[Workspace]:
        self.clock.moment = self.moments[place]
        return open_workspace(self.folder / place / "workspace", machine=self.machine)


@pytest.fixture(scope="module")
def places(tmp_path_factory, prepared_workspace) -> Places:
    folder = tmp_path_factory.mktemp("places")
    (folder / "now").mkdir()
    _, machine, _ = prepared_workspace(folder / "now")
    clock = machine.now
    found = Places(folder, machine, clock, {})
    for place, step in _way(found):
        with open_workspace(folder / "now/workspace", machine=found.machine) as workspace:
            step(Steps(workspace, folder / "now", clock, "B2026-1"))
        found.keep(place)
    shutil.rmtree(folder / "now")
    shutil.copy(folder / "asked/filled.xlsx", folder / "drafted")
    shutil.copytree(folder / "selected", folder / "withdrawn")
    found.moments["withdrawn"] = found.moments["selected"]
    with found.open("withdrawn") as workspace:
        _withdraw(Steps(workspace, folder / "withdrawn", clock, "B2026-1"))
    return found


def _way(places: Places) -> list[tuple[str, Act]]:
    return [
        ("drafted", _prepare),
        ("asked", _ask),
        ("answered", _answer_both),
        ("offered", _offer),
        ("selected", _selected),
        ("submitted", ACTS["submit"]),
        ("approved", ACTS["authority"]),
        ("cooling", ACTS["approve"]),
        ("witnessed", ACTS["witness"]),
        ("cooled", lambda _: places.clock.forward(days=7)),
        ("destroyed", ACTS["execute"]),
        ("annotated", ACTS["annotate"]),
        ("resubmitted", ACTS["resubmit"]),
        ("closed", ACTS["close"]),
    ]


def _prepare(steps: Steps) -> None:
    file_documents(steps.workspace, 4)
    add_people(steps.workspace)
    steps.draft()


def _ask(steps: Steps) -> None:
    for sheet in steps.ask().sheets:
        fill_sheet(sheet)
    shutil.copy(sheet, steps.folder / "filled.xlsx")


def _answer_both(steps: Steps) -> None:
    for sheet in (steps.folder / "sheets-0").iterdir():
        steps.answer(sheet)


def test_every_place_of_the_way_was_reached(places: Places) -> None:
    assert {path.name for path in places.folder.iterdir()} == RIGHT.keys()


@pytest.mark.parametrize(
    ("place", "act"), [(place, act) for place, right in RIGHT.items() for act in ACTS if act not in right]
)
def test_act_at_a_wrong_place_is_refused_and_changes_nothing(place: str, act: str, places: Places) -> None:
    with places.open(place) as workspace:
        before = _state(workspace)
        with pytest.raises((RefusedError, InputError)) as caught:
            ACTS[act](Steps(workspace, places.folder / place, places.clock, "B2026-1"))
        assert _state(workspace) == before
        reasons = caught.value.reasons if isinstance(caught.value, RefusedError) else caught.value.details
        assert reasons or caught.value.code in {"U165", "U169", "U163", "U425"}


def _state(workspace: Workspace) -> tuple[object, ...]:
    """Return the ledger's size, every table and every file, but for locks."""
    files = {
        path: path.read_bytes()
        for name in ("archive", "keys", "out")
        for path in sorted((workspace.root / name).rglob("*"))
        if path.is_file()
    }
    return workspace.archive.ledger.head().size, _dump(workspace, "webir"), _dump(workspace, "keys"), files


def _dump(workspace: Workspace, name: str) -> list[str]:
    with closing(sqlite3.connect(workspace.root / f"state/{name}.db")) as database:
        return list(database.iterdump())
