"""Units that the forms themselves name: known at filing, asked by name, told by the ledger without it."""

import json
import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlmodel import Session, select

from signing.canonical import canonical_bytes
from signing.entries import parse_entry
from tests.conftest import ROOT
from tests.integration.destruction.conftest import Steps, add_people, fill_sheet
from webir_records.bootstrap import open_workspace
from webir_records.model.database import open_database
from webir_records.model.errors import RefusedError
from webir_records.model.tables import WORK_TABLES, BatchItemRow, OpinionItemRow, OpinionRow, UnitRow
from webir_records.services.backing_up import create_backup
from webir_records.services.context import Workspace
from webir_records.services.destruction import opinions
from webir_records.services.destruction.batches import show_batch
from webir_records.services.filing import file_records
from webir_records.services.issuing import unit_id
from webir_records.services.papers.batch_data import read_batch
from webir_records.services.restoring.replaying_batches import replay_batches
from webir_records.services.restoring.restore import restore_backup
from webir_records.services.selecting import RecordQuery, select_records
from webir_records.services.verifying import verify

OWN, GONE = "第一科", "勞資關係科（已裁撤）"


def file_letter(workspace: Workspace, folder: Path, number: int, **changes: str) -> str:
    """File an authorisation of 2020 (class B) and return its id."""
    letter = json.loads((ROOT / "templates/form_3/specimen.json").read_text(encoding="utf-8"))
    letter = {key: value for key, value in letter.items() if not key.startswith("agency_")}
    letter |= {"business_items": ["低收入戶資格審查"], "legal_basis": ["社會救助法第44條之3"]}
    letter |= {"authoriser_scope": ["低收入戶資格審查"], "auth_no": f"代10900{number}", **changes}
    path = folder / f"letter-{number}.json"
    path.write_text(json.dumps([letter], ensure_ascii=False), encoding="utf-8")
    done = file_records(workspace, "form_3", path)
    assert done.filed, done.check.problems
    return done.filed[0].record


@pytest.fixture
def letters(workspace: Workspace, tmp_path: Path) -> list[str]:
    add_people(workspace)
    return [
        file_letter(workspace, tmp_path, number, authoriser_unit=unit)
        for number, unit in enumerate((OWN, GONE, OWN), start=1)
    ]


def test_unit_is_asked_by_its_name_and_the_ledger_knows_an_id_alone(
    workspace, letters, tmp_path, clock
) -> None:
    steps = Steps(workspace, tmp_path, clock)
    steps.draft()
    asked = steps.ask()
    names = {path: _named(path) for path in asked.sheets}
    assert sorted(names.values()) == sorted([OWN, GONE])
    assert {path.name for path in asked.sheets} == {
        f"{steps.batch}-{unit_id(workspace, name)}.xlsx" for name in (OWN, GONE)
    }
    told = b"".join(body for _, body in workspace.archive.ledger.bodies()).decode()
    assert unit_id(workspace, OWN) in told
    assert OWN not in told
    assert {file.producer for file in read_batch(workspace, steps.batch).files}
    assert read_batch(workspace, steps.batch).names == {unit_id(workspace, n): n for n in (OWN, GONE)}
    with Session(workspace.engine) as session:
        found = select_records(workspace, session, RecordQuery(unit=OWN))
    assert {row.id for row in found} == {letters[0], letters[2]}
    assert verify(workspace, "structure").fine


def test_unit_that_somebody_exchanges_in_the_table_is_told_by_verify(workspace, letters) -> None:
    with Session(workspace.engine) as session, session.begin():
        row = session.get(UnitRow, letters[0])
        assert row is not None
        row.unit = "u-0000000000"
        session.add(row)
    assert {facts["table"] for code, facts in verify(workspace, "structure").beyond} == {"unit"}


def test_batch_amid_its_opinions_goes_on_after_a_restore(
    workspace_root, reopen, machine, tmp_path, clock
) -> None:
    """The backup knows neither the letter of a known unit nor who was asked about the other one."""
    with reopen() as workspace:
        add_people(workspace)
        file_letter(workspace, tmp_path, 1, authoriser_unit="")
    create_backup(reopen, tmp_path / "b.tar")
    with reopen() as workspace:
        file_letter(workspace, tmp_path, 2, authoriser_unit=OWN)
        steps = Steps(workspace, tmp_path, clock)
        steps.draft()
        asked = opinions.ask(workspace, steps.batch, tmp_path / "sheets-0", actor="arch-01", unit="unit-07")
        first, second = sorted(asked.sheets, key=lambda path: "unit-07" not in path.name)
        fill_sheet(first)
        steps.answer(first)
        before = show_batch(workspace, steps.batch)
    restore_backup(tmp_path / "b.tar", tmp_path / "new", newer=workspace_root / "archive")
    shutil.copytree(workspace_root / "keys", tmp_path / "new/keys", dirs_exist_ok=True)
    with open_workspace(tmp_path / "new", machine=machine) as workspace:
        steps = Steps(workspace, tmp_path, clock, before.batch)
        assert show_batch(workspace, before.batch).units == before.units
        with pytest.raises(RefusedError, match="U410"):
            steps.skip()
        fill_sheet(second)
        steps.answer(second)
        steps.skip()
        told = verify(workspace, "structure").beyond
        assert [code for code, _ in told] == ["U173"]  # the later letter lost its key with its database


def test_answer_of_a_unit_that_an_older_ledger_does_not_name_is_taken_over(tmp_path) -> None:
    engine = open_database(tmp_path / "replayed.db", WORK_TABLES, create=True)
    common = {"v": 1, "at": "2026-11-23T00:00:00Z", "actor": "arch-01", "batch": "B2026-1"}
    given = {"unit": "unit-01", "sheet_sha256": "0" * 64, "agreed": 1, "extended": 0}
    entries = (
        {"event": "opinions_asked", "seq": 7, "units": 1, "count": 1, **common},
        {"event": "opinion_given", "seq": 8, **given, **common},
    )
    with Session(engine) as session:
        session.add(BatchItemRow(batch="B2026-1", record="ab12"))
        for entry in entries:
            replay_batches(session, parse_entry(canonical_bytes(entry)))
        units = [(row.unit, row.state) for row in session.exec(select(OpinionRow))]
        items = [(row.unit, row.opinion) for row in session.exec(select(OpinionItemRow))]
    engine.dispose()
    assert units == [("unit-01", "answered")]
    assert items == [("unit-01", "agreed")]


def _named(path: Path) -> str:
    sheet = load_workbook(path).worksheets[0]
    return next(str(row[1].value) for row in sheet.iter_rows(max_row=9) if row[0].value == "單位名稱")
