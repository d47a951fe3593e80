"""A rule that counts from the closing of an audit (八(二)): noted, repeated, wrong, re-opened, corrected."""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from retention.profile import FOLDER
from tests.conftest import ROOT
from tests.integration.holds.facts import PASSPHRASE
from webir_records.bootstrap import create_workspace, open_workspace
from webir_records.model.errors import InputError, RefusedError
from webir_records.services.closing_audits import close_audit
from webir_records.services.comparing import compare_tables
from webir_records.services.context import Machine, Workspace
from webir_records.services.destruction.drafting import draft
from webir_records.services.files import NewFile, assign_records, open_file
from webir_records.services.filing import file_records
from webir_records.services.people import add_person
from webir_records.services.records import list_records, show_record
from webir_records.services.retention_reports import list_dateless
from webir_records.services.selecting import RecordQuery
from webir_records.services.triggers import Agreement, correct_cancellation, revoke_cancellation
from webir_records.services.verifying import verify

CLOSED = date(2021, 3, 10)
FIRST = date(2025, 1, 1)
"""Three years from 1 January after the closing."""
LETTER = "府勞資字第1150000001號"
FILE = "109/0601/1"


def _profile(folder: Path) -> Path:
    """Write a city's own rule: the papers of an audit wait until it is closed."""
    text = (FOLDER / "taipei-2017.toml").read_text(encoding="utf-8")
    head, found, audit = text.partition('id = "audit"')
    audit = audit.replace('trigger = "file_last_document"', 'trigger = "audit_closed"      ', 1)
    text = (head + found + audit).replace('id = "taipei-2017"', 'id = "own-city"', 1)
    path = folder / "own.toml"
    path.write_text(re.sub(r'^number = ".*"', 'number = "X-1"', text, count=1, flags=re.MULTILINE), "utf-8")
    return path


@pytest.fixture
def audited(tmp_path: Path, workspace_root: Path, machine: Machine) -> Iterator[Workspace]:
    """A letter of 15 October 2020 about an audit that is open, and two people."""
    root, letter = tmp_path / "own", tmp_path / "letter.json"
    agency, profile = workspace_root / "agency.json", str(_profile(tmp_path))
    create_workspace(root, agency, profile=profile, machine=machine)
    specimen = json.loads((ROOT / "templates/report_letter/specimen.json").read_text(encoding="utf-8"))
    letter.write_text(json.dumps([specimen | {"letter_date": "109/10/15"}]), encoding="utf-8")
    with open_workspace(root, machine=machine) as workspace:
        add_person(workspace, "arch-01", ("archivist",), PASSPHRASE)
        add_person(workspace, "mgr-01", ("agency_manager",), PASSPHRASE)
        file_records(workspace, "report_letter", letter)
        yield workspace


def _record(workspace: Workspace) -> str:
    (record,) = list_records(workspace)
    return record.record


def _close(workspace: Workspace, on: date = CLOSED) -> None:
    close_audit(workspace, RecordQuery(records=(_record(workspace),)), on, actor="arch-01")


def _due(workspace: Workspace) -> date | None:
    (record,) = list_records(workspace)
    assert list(compare_tables(workspace)) == []
    return record.due


def _details(workspace: Workspace, on: date) -> list[str]:
    before = workspace.archive.ledger.head()
    with pytest.raises(InputError, match="U394") as caught:
        _close(workspace, on)
    assert workspace.archive.ledger.head() == before
    return [detail.code for detail in caught.value.details]


def test_papers_wait_until_their_audit_is_closed_and_may_go_three_years_later(audited: Workspace) -> None:
    ((waiting,), due) = list(list_dateless(audited)), _due(audited)
    assert (waiting.cause, waiting.trigger, due) == ("no_trigger", "audit_closed", None)
    with pytest.raises(RefusedError, match="U163"):
        draft(audited, actor="arch-01", record_class="B")
    papers = show_record(audited, _record(audited)).files
    _close(audited)
    assert _due(audited) == FIRST
    assert show_record(audited, _record(audited)).files == papers
    assert draft(audited, actor="arch-01", record_class="B").batch.records == (_record(audited),)
    assert verify(audited, "full").fine


def test_closing_again_before_the_paper_or_tomorrow_is_refused(audited: Workspace) -> None:
    assert _details(audited, date(2020, 10, 14)) == ["U397"]
    assert _details(audited, date(2026, 11, 24)) == ["U397"]
    _close(audited)
    assert _details(audited, CLOSED) == ["U396"]


def test_an_audit_that_was_opened_again_counts_from_its_next_closing(audited: Workspace) -> None:
    _close(audited)
    day = date(2021, 6, 1)
    revoke_cancellation(audited, _record(audited), authority=LETTER, reason_code="new-finding", reopened=day)
    assert _due(audited) is None
    assert _details(audited, date(2021, 5, 31)) == ["U397"]
    _close(audited, date(2022, 1, 5))
    assert _due(audited) == date(2026, 1, 1)


def test_a_wrong_day_is_corrected_and_an_earlier_one_needs_a_second_person(audited: Workspace) -> None:
    _close(audited)
    record, actor = _record(audited), "arch-01"
    correct_cancellation(audited, record, date(2022, 2, 1), reason_code="wrong-date", actor=actor)
    assert _due(audited) == date(2026, 1, 1)
    with pytest.raises(RefusedError, match="U389"):
        correct_cancellation(audited, record, CLOSED, reason_code="wrong-date", authority=LETTER, actor=actor)
    agreed = Agreement("mgr-01", PASSPHRASE)
    correct_cancellation(
        audited, record, CLOSED, reason_code="wrong-date", authority=LETTER, agreed=agreed, actor=actor
    )
    assert _due(audited) == FIRST
    with pytest.raises(InputError, match="U388"):
        correct_cancellation(audited, record, date(2020, 10, 14), reason_code="wrong-date", actor=actor)
    assert verify(audited, "structure").fine


def test_a_file_waits_for_the_audit_and_moves_as_one(audited: Workspace) -> None:
    open_file(audited, FILE, NewFile(title="稽核案", years=10))
    assign_records(audited, FILE, RecordQuery(records=(_record(audited),)))
    close_audit(audited, RecordQuery(file=FILE), CLOSED, actor="arch-01")
    assert _due(audited) == date(2032, 1, 1)


def test_what_counts_from_its_document_knows_no_closing(workspace: Workspace, tmp_path: Path) -> None:
    letter = ROOT / "templates/report_letter/specimen.json"
    path = tmp_path / "letter.json"
    path.write_text(json.dumps([json.loads(letter.read_text(encoding="utf-8"))]), encoding="utf-8")
    file_records(workspace, "report_letter", path)
    with pytest.raises(InputError, match="U394") as caught:
        close_audit(workspace, RecordQuery(form="report_letter"), CLOSED)
    assert [detail.code for detail in caught.value.details] == ["U395"]
