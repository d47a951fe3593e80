"""Filed documents of class B whose period has run out, the people of a destruction, and sheets."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from retention.schedule import Due, compute_due
from webir_records.archive.archive import NewVersion
from webir_records.archive.package import Package
from webir_records.services.context import Workspace
from webir_records.services.destruction import (
    drafting,
    execution,
    finishing,
    opinions,
    selection,
    stating,
    submitting,
)
from webir_records.services.destruction.batches import BatchView
from webir_records.services.marks import assign_unit
from webir_records.services.people import add_person
from webir_records.services.selecting import RecordQuery

PASSPHRASE = "correct horse battery"
PEOPLE = {
    "arch-01": "archivist",
    "arch-02": "archivist",
    "head-01": "agency_head",
    "wit-01": "witness",
    "clk-01": "clerk",
}
FORM = "form_4"
UNITS = ("unit-01", "unit-02")


def file_documents(
    workspace: Workspace, count: int, *, first: int = 0, on: date = date(2021, 5, 1)
) -> list[str]:
    """File documents of class B; half of them are of each unit. Returns their ids."""
    rule = workspace.profile.rule_for(FORM)
    due = compute_due(rule, on)
    assert isinstance(due, Due)
    names = [f"b{number:04}doc" for number in range(first, first + count)]
    versions = [
        NewVersion(
            record=name,
            version=1,
            package=Package({"record": name}, {"name": "林𠮷堃"}, {"renditions/form.docx": name.encode()}),
            form=FORM,
            form_no=f"D{number:04}",
            record_class=rule.record_class.value,
            profile=workspace.profile.id,
            rule=rule.id,
            trigger=due.trigger,
            trigger_date=on,
            due=due.destroyable_from,
        )
        for number, name in enumerate(names, first + 1)
    ]
    workspace.archive.store(versions, actor="operator", batch="filing", year=2026)
    for at, unit in enumerate(UNITS):
        if names[at::2]:
            assign_unit(workspace, RecordQuery(records=tuple(names[at::2])), unit)
    return names


def add_people(workspace: Workspace) -> None:
    for person, role in PEOPLE.items():
        actor = "head-01" if person in {"wit-01", "clk-01"} else "operator"
        add_person(workspace, person, (role,), PASSPHRASE, actor=actor)


@dataclass
class Steps:
    """The steps of one batch, each as its person takes it."""

    workspace: Workspace
    folder: Path
    clock: Any
    batch: str = ""
    letter: Path | None = None

    def draft(self, actor: str = "arch-01", **more: str) -> drafting.Draft:
        drafted = drafting.draft(self.workspace, actor=actor, record_class="B", **more)
        self.batch = drafted.batch.batch
        return drafted

    def ask(self, actor: str = "arch-01") -> opinions.Asked:
        out = self.folder / f"sheets-{len(list(self.folder.glob('sheets-*')))}"
        return opinions.ask(self.workspace, self.batch, out, actor=actor)

    def answer(self, sheet: Path, actor: str = "arch-01") -> opinions.Answered:
        return opinions.answer(self.workspace, self.batch, sheet, actor=actor)

    def answer_all(self, **extended: date) -> None:
        for sheet in self.ask().sheets:
            fill_sheet(sheet, **extended)
            self.answer(sheet)

    def skip(self, actor: str = "arch-01") -> object:
        return selection.skip(self.workspace, self.batch, reason_code="no-historic-value", actor=actor)

    def submit(self, actor: str = "arch-01", on: date | None = None) -> object:
        on = on or self.workspace.today()
        return submitting.submit(
            self.workspace, self.batch, letter="府勞資字第1150000001號", on=on, actor=actor
        )

    def approve(
        self, actor: str = "arch-01", digest: str = "", on: date | None = None, **more: Path
    ) -> object:
        return submitting.approve(
            self.workspace,
            self.batch,
            number="檔徵字第1150000002號",
            on=on or self.workspace.today(),
            catalogue_sha256=digest or self.view().catalogue_sha256,
            actor=actor,
            file=more.get("file", self.letter),
        )

    def state(self, kind: str, actor: str) -> object:
        return stating.state(self.workspace, self.batch, kind=kind, actor=actor, passphrase=PASSPHRASE)

    def execute(self, actor: str = "arch-01") -> execution.Executed:
        return execution.execute(self.workspace, self.batch, actor=actor, confirm=self.batch)

    def annotate(self, actor: str = "arch-01") -> object:
        return finishing.annotate(self.workspace, self.batch, actor=actor)

    def resubmit(self, actor: str = "arch-01", on: date | None = None) -> object:
        on = on or self.workspace.today()
        return finishing.resubmit(
            self.workspace, self.batch, letter="府勞資字第1150000003號", on=on, actor=actor
        )

    def close(self, actor: str = "arch-01") -> object:
        return finishing.close(self.workspace, self.batch, actor=actor)

    def view(self) -> BatchView:
        return drafting.show_batch(self.workspace, self.batch)

    def up_to(self, state: str) -> str:
        """Take every step until the batch stands at a state; returns the batch."""
        for reached, step in self.path():
            step()
            if reached == state:
                return self.batch
        raise AssertionError(state)

    def path(self) -> tuple[tuple[str, Callable[[], object]], ...]:
        return (
            ("drafted", self.draft),
            ("opinions", self.answer_all),
            ("selection", self.skip),
            ("submitted", self.submit),
            ("approved", self.approve),
            ("cooling", lambda: self.state("approval", "head-01")),
            ("witnessed", lambda: self.state("witness", "wit-01")),
            ("cooled", lambda: self.clock.forward(days=7)),
            ("destroyed", self.execute),
            ("annotated", self.annotate),
            ("resubmitted", self.resubmit),
            ("closed", self.close),
        )


def fill_sheet(path: Path, *, agree: bool = True, **extended: date) -> None:
    """Answer every row of a sheet: agree, or extend the records that are named until a day."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    header = next(row for row in sheet.iter_rows() if any(cell.value == "紀錄識別碼" for cell in row))
    at = {str(cell.value): cell.column for cell in header if cell.value}
    for row in range(header[0].row + 1, sheet.max_row + 1):
        record = str(sheet.cell(row, at["紀錄識別碼"]).value or "")
        if record in extended:
            sheet.cell(row, at["業務單位意見"]).value = "延長"
            sheet.cell(row, at["延長至"]).value = f"{extended[record].year - 1911}/{extended[record]:%m/%d}"
            sheet.cell(row, at["理由"]).value = "訴願案件審理中"
        elif record and agree:
            sheet.cell(row, at["業務單位意見"]).value = "同意銷毀"
    book.save(path)


@pytest.fixture
def staffed(workspace: Workspace) -> Workspace:
    """Six lapsed documents of two units and one that still runs, and five people."""
    file_documents(workspace, 6)
    file_documents(workspace, 1, first=6, on=date(2025, 5, 1))
    add_people(workspace)
    return workspace


@pytest.fixture
def steps(staffed: Workspace, tmp_path: Path, clock) -> Steps:
    return Steps(staffed, tmp_path, clock)
