"""Filed documents of class B with units and files, and a batch that goes through its steps."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from retention.schedule import Due, compute_due
from webir_records.archive.archive import NewVersion
from webir_records.archive.package import Package
from webir_records.forms.workbook_writing import cell_at
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
from webir_records.services.files import NewFile, assign_records, open_file
from webir_records.services.marks import assign_unit
from webir_records.services.people import add_person
from webir_records.services.selecting import RecordQuery

PASSPHRASE = "correct horse battery"
PEOPLE = {"arch-01": "archivist", "head-01": "agency_head", "wit-01": "witness"}
UNITS = ("unit-01", "unit-02")
FILE = "109/050302/1"
FORM = "form_4"


def file_documents(workspace: Workspace, count: int, *, on: date = date(2021, 5, 1)) -> list[str]:
    """File documents of class B and return their ids."""
    rule = workspace.profile.rule_for(FORM)
    due = compute_due(rule, on)
    assert isinstance(due, Due)
    names = [f"b{number:04}doc" for number in range(count)]
    versions = [
        NewVersion(
            record=name,
            version=1,
            package=Package({"record": name}, {"name": "林𠮷堃"}, {"renditions/form.docx": name.encode()}),
            form=FORM,
            form_no=f"4-109-{number:04}",
            record_class=rule.record_class.value,
            profile=workspace.profile.id,
            rule=rule.id,
            trigger=due.trigger,
            trigger_date=on,
            due=due.destroyable_from,
        )
        for number, name in enumerate(names, start=1)
    ]
    workspace.archive.store(versions, actor="operator", batch="filing", year=2026)
    return names


@dataclass
class Cycle:
    """One batch of class B; `to` takes every step up to the one that is named."""

    workspace: Workspace
    folder: Path
    forward: Callable[[], None]
    batch: str = ""
    done: list[str] = field(default_factory=list[str])

    def to(self, wanted: str) -> str:
        for name, step in self._path():
            if name not in self.done:
                step()
                self.done.append(name)
            if name == wanted:
                return self.batch
        raise AssertionError(wanted)

    def _path(self) -> tuple[tuple[str, Callable[[], object]], ...]:
        w, today = self.workspace, self.workspace.today()
        return (
            ("drafted", self._draft),
            ("asked", lambda: opinions.ask(w, self.batch, self.folder / "sheets", actor="arch-01")),
            ("answered", self._answer),
            ("skipped", lambda: selection.skip(w, self.batch, reason_code="no-value", actor="arch-01")),
            (
                "submitted",
                lambda: submitting.submit(
                    w, self.batch, letter="北市試字第1150000001號", on=today, actor="arch-01"
                ),
            ),
            ("approved", self._approve),
            ("stated", self._state),
            ("destroyed", lambda: execution.execute(w, self.batch, actor="arch-01", confirm=self.batch)),
            ("annotated", lambda: finishing.annotate(w, self.batch, actor="arch-01")),
        )

    def _draft(self) -> None:
        self.batch = drafting.draft(self.workspace, actor="arch-01", record_class="B").batch.batch

    def _answer(self) -> None:
        for path in sorted((self.folder / "sheets").glob("*.xlsx")):
            book = load_workbook(path)
            sheet = book.worksheets[0]
            for row in range(1, sheet.max_row + 1):
                if str(sheet.cell(row, 2).value or "").endswith("doc"):
                    cell_at(sheet, row, 8).value = "同意銷毀"
            book.save(path)
            opinions.answer(self.workspace, self.batch, path, actor="arch-01")

    def _approve(self) -> None:
        view = drafting.show_batch(self.workspace, self.batch)
        submitting.approve(
            self.workspace,
            self.batch,
            number="檔徵字第1150000002號",
            on=self.workspace.today(),
            catalogue_sha256=view.catalogue_sha256,
            actor="arch-01",
        )

    def _state(self) -> None:
        for kind, person in (("approval", "head-01"), ("witness", "wit-01")):
            stating.state(self.workspace, self.batch, kind=kind, actor=person, passphrase=PASSPHRASE)
        self.forward()


@pytest.fixture
def documents(workspace: Workspace) -> list[str]:
    """Six lapsed documents: two in a file, one of another unit, and three people."""
    names = file_documents(workspace, 6)
    for person, role in PEOPLE.items():
        actor = "head-01" if person == "wit-01" else "operator"
        add_person(workspace, person, (role,), PASSPHRASE, actor=actor)
    assign_unit(workspace, RecordQuery(records=tuple(names[:5])), UNITS[0])
    assign_unit(workspace, RecordQuery(records=(names[5],)), UNITS[1])
    facts = NewFile(
        title="勞保局 WebIR 系統內部稽核（109年）", years=3, summary="半年一次之內部稽核簽。", volumes=2
    )
    open_file(workspace, FILE, facts)
    assign_records(workspace, FILE, RecordQuery(records=tuple(names[:2])))
    return names


@pytest.fixture
def cycle(workspace: Workspace, documents: list[str], tmp_path: Path, clock) -> Cycle:
    assert documents
    return Cycle(workspace, tmp_path, lambda: clock.forward(days=8))
