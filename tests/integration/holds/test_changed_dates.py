"""Cancellations that are repeated, back-dated, revoked, overtaken or corrected."""

import json
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import Session, select

from tests.conftest import CANCELLATION, Papers
from tests.integration.holds.facts import DUE, PASSPHRASE
from webir_records.model.errors import InputError, RefusedError
from webir_records.model.tables import RecordRow
from webir_records.services import cancelling
from webir_records.services.cancelling import cancel_accounts
from webir_records.services.comparing import compare_tables
from webir_records.services.context import Workspace
from webir_records.services.files import NewFile, assign_records, open_file
from webir_records.services.filing import file_records
from webir_records.services.records import show_record
from webir_records.services.retention_dates import list_due, show_due
from webir_records.services.selecting import RecordQuery
from webir_records.services.triggers import Agreement, correct_cancellation, revoke_cancellation
from webir_records.services.verifying import verify

FIRST = "1-2-115-0001"
LETTER = "府勞資字第1150000001號"
AGREED = Agreement("mgr-01", PASSPHRASE)


def _due(workspace: Workspace, number: str = FIRST) -> date | None:
    with Session(workspace.engine) as session:
        return session.exec(select(RecordRow).where(RecordRow.form_no == number)).one().due


def _agrees(workspace: Workspace) -> bool:
    """Say whether tables and ledger say the same, and the ledger verifies."""
    return list(compare_tables(workspace)) == [] and verify(workspace, "structure").fine


def test_the_first_of_two_cancellations_counts_and_the_second_is_told(
    lapsed: Workspace, papers: Papers
) -> None:
    later = papers.cancellations(1, 註銷日期="110/05/05", 權限移除日期="110/05/05")
    (problem,) = [p for p in cancel_accounts(lapsed, later).problems if p.code.startswith("U")]
    assert (problem.code, problem.facts["first"], problem.facts["got"]) == (
        "U392",
        "2021-02-28",
        "2021-05-05",
    )
    assert _due(lapsed) == DUE


def test_an_account_that_stands_twice_on_one_list_is_cancelled_once(
    workspace: Workspace, papers: Papers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(cancelling, "CHUNK", 1)
    file_records(workspace, "form_1_2", papers.applications(2))
    both = tmp_path / "both.json"
    both.write_text(json.dumps([CANCELLATION, CANCELLATION | {"我的e政府帳號": "TA1000"}]), encoding="utf-8")
    result = cancel_accounts(workspace, both)
    assert [item.form_no for item in result.cancelled] == [FIRST]
    assert [p.code for p in result.problems] == ["F139"]


def test_a_long_list_is_stored_in_pieces(
    workspace: Workspace, papers: Papers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cancelling, "CHUNK", 2)
    file_records(workspace, "form_1_2", papers.applications(5))
    steps: list[tuple[str, int, int]] = []
    sizes: list[int] = []

    def progress(*step: object) -> None:
        sizes.append(workspace.archive.ledger.head().size)
        steps.append(step)  # type: ignore[arg-type]  # as `Progress` says

    before = workspace.archive.ledger.head().size
    result = cancel_accounts(workspace, papers.cancellations(5), progress=progress)
    assert len(result.cancelled) == 5
    assert steps == [("cancel", 2, 5), ("cancel", 4, 5), ("cancel", 5, 5)]
    assert [size - before for size in sizes] == [2, 4, 5]
    assert list_due(workspace, DUE).count == 5


def test_a_cancellation_before_the_filing_shows_both_dates(workspace: Workspace, papers: Papers) -> None:
    file_records(workspace, "form_1_2", papers.applications())
    (done,) = cancel_accounts(workspace, papers.cancellations()).cancelled
    assert (done.back_dated, done.cancelled_on, done.filed_on) == (
        True,
        date(2021, 2, 28),
        date(2026, 11, 23),
    )


def test_a_revoked_cancellation_runs_no_period_until_the_next_one(lapsed: Workspace, papers: Papers) -> None:
    changed = revoke_cancellation(
        lapsed, FIRST, authority=LETTER, reason_code="wrong-person", actor="arch-01"
    )
    assert (changed.was, changed.due_was, changed.now, changed.due_now) == (
        date(2021, 2, 28),
        DUE,
        None,
        None,
    )
    shown = show_due(lapsed, FIRST)
    assert (shown.lapsed, shown.end) == (False, None)
    assert shown.governs is not None
    assert shown.governs.cause == "trigger_revoked"
    assert _agrees(lapsed)
    with pytest.raises(InputError, match="U385"):
        revoke_cancellation(lapsed, FIRST, authority=LETTER, reason_code="again", actor="arch-01")
    again = papers.cancellations(1, 註銷日期="112/02/28", 權限移除日期="112/02/28")
    assert len(cancel_accounts(lapsed, again).cancelled) == 1
    assert _due(lapsed) == date(2026, 3, 1)
    assert _agrees(lapsed)


def test_after_a_reopened_account_only_a_later_cancellation_counts(lapsed: Workspace, papers: Papers) -> None:
    for day in (date(2021, 2, 27), date(2027, 1, 1)):
        with pytest.raises(InputError, match="U388"):
            revoke_cancellation(lapsed, FIRST, authority=LETTER, reason_code="back", reopened=day)
    opened = date(2022, 1, 1)
    revoke_cancellation(lapsed, FIRST, authority=LETTER, reason_code="back", reopened=opened, actor="arch-01")
    before = papers.cancellations(1, 註銷日期="110/12/31", 權限移除日期="110/12/31")
    assert "U393" in {p.code for p in cancel_accounts(lapsed, before).problems}
    assert _due(lapsed) is None
    after = papers.cancellations(1, 註銷日期="111/03/01", 權限移除日期="111/03/01")
    assert len(cancel_accounts(lapsed, after).cancelled) == 1
    assert _due(lapsed) == date(2025, 3, 2)
    assert _agrees(lapsed)


def test_a_later_date_is_corrected_by_one_person(lapsed: Workspace) -> None:
    changed = correct_cancellation(lapsed, FIRST, date(2021, 3, 31), reason_code="typo", actor="arch-01")
    assert (changed.due_was, changed.due_now) == (DUE, date(2024, 4, 1))
    view = show_record(lapsed, FIRST)
    assert (view.data["cancelled_on"], view.data["retain_until"]) == ("2021-03-31", "2024-03-31")
    assert _agrees(lapsed)


def test_an_earlier_date_needs_a_letter_and_a_second_person(lapsed: Workspace) -> None:
    early = date(2021, 1, 31)

    def correct(actor: str, agreed: Agreement | None, authority: str = LETTER) -> None:
        correct_cancellation(
            lapsed, FIRST, early, reason_code="typo", authority=authority, agreed=agreed, actor=actor
        )

    head = lapsed.archive.ledger.head()
    with pytest.raises(InputError, match="U142"):
        correct("arch-01", AGREED, authority="")
    with pytest.raises(RefusedError, match="U389"):
        correct("arch-01", None)
    with pytest.raises(InputError, match="U154"):
        correct("operator", AGREED)
    with pytest.raises(RefusedError, match="U390"):
        correct("mgr-01", AGREED)
    with pytest.raises(RefusedError, match="U159"):
        correct("arch-01", Agreement("wit-01", PASSPHRASE))
    with pytest.raises(InputError, match="U156"):
        correct("arch-01", Agreement("mgr-01", "not the passphrase"))
    assert (lapsed.archive.ledger.head(), _due(lapsed)) == (head, DUE)
    correct("arch-01", AGREED)
    assert _due(lapsed) == date(2024, 2, 1)
    assert _agrees(lapsed)


def test_a_date_that_cannot_be_is_refused(lapsed: Workspace) -> None:
    for day, code in (
        (date(2021, 2, 28), "U387"),
        (date(2026, 11, 24), "U388"),
        (date(2019, 8, 19), "U388"),  # granted on 2019-08-20
    ):
        with pytest.raises(InputError, match=code):
            correct_cancellation(lapsed, FIRST, day, reason_code="typo", authority=LETTER, agreed=AGREED)
    with pytest.raises(InputError, match="U385"):
        correct_cancellation(lapsed, "1-2-115-0004", date(2021, 1, 1), reason_code="typo")


def test_a_corrected_date_moves_the_whole_file(lapsed: Workspace) -> None:
    open_file(lapsed, "115/0601/1", NewFile(title="查詢申請"))
    assign_records(lapsed, "115/0601/1", RecordQuery(records=(FIRST, "1-2-115-0002")))
    correct_cancellation(lapsed, FIRST, date(2022, 5, 5), reason_code="typo")
    assert _due(lapsed, "1-2-115-0002") == _due(lapsed) == date(2025, 5, 6)
    assert _agrees(lapsed)
    revoke_cancellation(lapsed, FIRST, authority=LETTER, reason_code="wrong-person")
    assert _due(lapsed, "1-2-115-0002") is None
    assert _agrees(lapsed)
