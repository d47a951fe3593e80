"""Originals of a confirmed stored copy go earlier (銷毀辦法 §7): who says so, which, and the copy after."""

import json
import zipfile
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import Session

from tests.conftest import ROOT
from tests.integration.holds.facts import PASSPHRASE
from webir_records.archive.ledger import Head
from webir_records.model.errors import InputError, RefusedError
from webir_records.model.tables import RetentionRow
from webir_records.services.comparing import compare_tables
from webir_records.services.context import Workspace
from webir_records.services.copies import Description, add_copy
from webir_records.services.copy_terms import show_copy
from webir_records.services.destruction.drafting import draft
from webir_records.services.files import NewFile, assign_records, open_file
from webir_records.services.filing import file_records
from webir_records.services.papers.batch_data import read_batch
from webir_records.services.papers.batch_papers import Wish, write_papers
from webir_records.services.people import add_person
from webir_records.services.records import list_records
from webir_records.services.selecting import RecordQuery
from webir_records.services.shortening_terms import shorten_terms
from webir_records.services.triggers import Agreement
from webir_records.services.verifying import verify

FULL = date(2027, 1, 1)
"""Three years from 1 January after the letter's day, 1 May 2023."""
HALVED = date(2026, 1, 1)
"""Two years: half of three, rounded up."""
CONFIRMED = date(2025, 1, 10)
NUMBER = "府檔字第1140000001號"


@pytest.fixture
def filed(workspace: Workspace, tmp_path: Path) -> Workspace:
    """Hold two letters of 1 May 2023, and two people."""
    specimen = json.loads((ROOT / "templates/report_letter/specimen.json").read_text(encoding="utf-8"))
    letters = [
        specimen | {"letter_date": "112/05/01", "letter_no": f"府勞資字第112000000{n}號"} for n in (1, 2)
    ]
    path = tmp_path / "letters.json"
    path.write_text(json.dumps(letters), encoding="utf-8")
    add_person(workspace, "arch-01", ("archivist",), PASSPHRASE)
    add_person(workspace, "mgr-01", ("agency_manager",), PASSPHRASE)
    file_records(workspace, "report_letter", path)
    return workspace


def _names(workspace: Workspace) -> list[str]:
    return [record.record for record in list_records(workspace)]


def _copy(workspace: Workspace, kind: str = "disc") -> str:
    what = Description(kind, number="1150802_V001" if kind == "disc" else "", holder="chen-02")
    return add_copy(workspace, _names(workspace), what, actor="arch-01").copy


def _shorten(workspace: Workspace, copy: str, on: date = CONFIRMED, agreed: str = "mgr-01") -> None:
    second = Agreement(agreed, PASSPHRASE) if agreed else None
    shorten_terms(workspace, copy, on, authority=NUMBER, agreed=second, actor="arch-01")


def _dues(workspace: Workspace) -> set[date | None]:
    assert list(compare_tables(workspace)) == []
    return {record.due for record in list_records(workspace)}


def _refused(workspace: Workspace, copy: str, on: date = CONFIRMED) -> set[str]:
    before, dues = _head(workspace), _dues(workspace)
    with pytest.raises(InputError, match="U398") as caught:
        _shorten(workspace, copy, on)
    assert (_head(workspace), _dues(workspace)) == (before, dues)
    return {detail.code for detail in caught.value.details}


def _head(workspace: Workspace) -> Head:
    return workspace.archive.ledger.head()


def test_originals_go_earlier_and_the_copy_stays_for_the_full_term(filed: Workspace, tmp_path: Path) -> None:
    assert _dues(filed) == {FULL}
    disc = _copy(filed)
    with pytest.raises(RefusedError, match="U163"):
        draft(filed, actor="arch-01", record_class="B")
    _shorten(filed, "1150802_V001")
    assert _dues(filed) == {HALVED}
    assert show_copy(filed, disc).keep_until == FULL
    batch = draft(filed, actor="arch-01", record_class="B").batch
    assert sorted(batch.records) == sorted(_names(filed))
    assert all(
        row.shortened and NUMBER in row.adjust_reason for row in read_batch(filed, batch.batch).records
    )
    (plan,) = write_papers(filed, batch.batch, tmp_path / "papers", Wish(kinds=("plan",)))
    assert "（請機關填寫）" in zipfile.ZipFile(plan).read("word/document.xml").decode()
    assert verify(filed, "full").fine


def test_two_people_say_so(filed: Workspace) -> None:
    copy = _copy(filed)
    for agreed, code in (("", "U389"), ("arch-01", "U390")):
        with pytest.raises(RefusedError, match=code):
            _shorten(filed, copy, agreed=agreed)
    assert _dues(filed) == {FULL}


def test_paper_and_days_to_come_shorten_nothing_and_all_is_said_at_once(filed: Workspace) -> None:
    assert _refused(filed, _copy(filed, "print"), date(2026, 11, 24)) == {"U399", "U445"}


def test_no_original_goes_before_its_copy_was_confirmed(filed: Workspace) -> None:
    _shorten(filed, _copy(filed), date(2026, 11, 20))
    assert _dues(filed) == {date(2026, 11, 20)}


def test_what_a_file_keeps_longer_is_named(filed: Workspace) -> None:
    open_file(filed, "113/0601/1", NewFile(title="查詢案", years=10))
    assign_records(filed, "113/0601/1", RecordQuery(records=(_names(filed)[0],)))
    assert _refused(filed, _copy(filed)) == {"U447"}


def test_twice_is_refused(filed: Workspace) -> None:
    copy = _copy(filed)
    _shorten(filed, copy)
    assert _refused(filed, copy) == {"U447"}


def test_a_row_without_its_entry_is_found(filed: Workspace) -> None:
    with Session(filed.engine) as session, session.begin():
        session.add(RetentionRow(record=_names(filed)[0], cause="stored_copy", due=HALVED))
    assert list(compare_tables(filed)) != []
