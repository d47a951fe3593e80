"""Holds by case and by query, over whole files, and the two people whom a release needs."""

from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from tests.conftest import SettableClock
from webir_records.model.errors import InputError, RefusedError
from webir_records.model.tables import HoldRow, RecordRow
from webir_records.services import holding
from webir_records.services.comparing import compare_tables
from webir_records.services.context import Workspace
from webir_records.services.destruction import drafting
from webir_records.services.files import NewFile, assign_records, open_file
from webir_records.services.holding import (
    HoldTerms,
    ask_release,
    list_holds,
    place_hold,
    place_holds,
    release_hold,
)
from webir_records.services.marks import assign_unit
from webir_records.services.selecting import RecordQuery

LETTER = "北院忠刑字第1130000001號"
TERMS = HoldTerms(authority=LETTER, case="113-litig-7", reason_code="lawsuit", review_on=date(2027, 1, 1))
ALL = RecordQuery(form="form_1_2")


def _open(workspace: Workspace) -> list[str]:
    with Session(workspace.engine) as session:
        rows = session.exec(select(HoldRow).where(col(HoldRow.released).is_(False)))
        return [row.record for row in rows]


def _numbers(workspace: Workspace, records: list[str]) -> list[str]:
    with Session(workspace.engine) as session:
        rows = session.exec(select(RecordRow.form_no).where(col(RecordRow.id).in_(records)))
        return sorted(rows)


def test_a_case_holds_many_records_and_a_record_many_cases(lapsed: Workspace) -> None:
    first = place_holds(lapsed, ALL, TERMS, actor="arch-01")
    second = place_holds(lapsed, ALL, HoldTerms(authority="政風室", case="audit-2"), actor="arch-01")
    assert (len(first.holds), len(second.holds), len(list_holds(lapsed))) == (4, 4, 8)
    assert len({hold.hold for hold in (*first.holds, *second.holds)}) == 8
    again = place_holds(lapsed, ALL, TERMS, actor="arch-01")
    assert (len(again.holds), len(again.already)) == (0, 4)
    assert list(compare_tables(lapsed)) == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (RecordQuery(account="TA1001 "), ["1-2-115-0002"]),
        (RecordQuery(unit="unit-02"), ["1-2-115-0001", "1-2-115-0003"]),
        (RecordQuery(since=date(2026, 11, 23), until=date(2026, 11, 23), unit="unit-02"), None),
        (RecordQuery(records=("1-2-115-0004", "1-2-115-0002")), ["1-2-115-0002", "1-2-115-0004"]),
    ],
    ids=["account", "unit", "period and unit", "named"],
)
def test_records_are_found_by_account_unit_and_period(
    lapsed: Workspace, query: RecordQuery, expected: list[str] | None
) -> None:
    assign_unit(lapsed, RecordQuery(records=("1-2-115-0001", "1-2-115-0003")), "unit-02", actor="arch-01")
    preview = place_holds(lapsed, query, TERMS, actor="arch-01", dry_run=True)
    found = _numbers(lapsed, [hold.record for hold in preview.holds])
    assert found == (expected or ["1-2-115-0001", "1-2-115-0003"])
    assert _open(lapsed) == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (RecordQuery(), "U370"),
        (RecordQuery(account="nobody"), "U371"),
        (RecordQuery(until=date(2026, 11, 22)), "U371"),
        (RecordQuery(records=("1-2-115-0001", "1-2-115-0099")), "U120"),
        (RecordQuery(file="115/0601/1"), "U381"),
    ],
    ids=["nothing", "nobody", "earlier", "one unknown", "empty file"],
)
def test_a_query_that_is_wrong_holds_nothing(lapsed: Workspace, query: RecordQuery, code: str) -> None:
    head = lapsed.archive.ledger.head()
    with pytest.raises(InputError, match=code):
        place_holds(lapsed, query, TERMS, actor="arch-01")
    assert (_open(lapsed), lapsed.archive.ledger.head()) == ([], head)


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        (HoldTerms(authority="A123456789 說的"), "U142"),
        (HoldTerms(authority="政風室", case="林 試驗"), "U382"),
        (HoldTerms(authority="政風室", reason_code="He said so"), "U143"),
        (HoldTerms(authority="政風室", review_on=date(2026, 11, 22)), "U383"),
    ],
    ids=["authority", "case", "reason", "review"],
)
def test_terms_that_the_ledger_may_not_hold_are_refused(
    lapsed: Workspace, terms: HoldTerms, code: str
) -> None:
    with pytest.raises(InputError, match=code):
        place_holds(lapsed, ALL, terms, actor="arch-01")
    assert _open(lapsed) == []


def test_all_or_none_are_held_when_the_middle_fails(
    lapsed: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    head, ids = lapsed.archive.ledger.head(), iter(["aaaaaaaaaa", "bbbbbbbbbb", "aaaaaaaaaa", "cccccccccc"])

    def _next_id(_workspace: Workspace) -> str:
        return next(ids)

    monkeypatch.setattr(holding, "new_id", _next_id)
    with pytest.raises(IntegrityError):
        place_holds(lapsed, ALL, TERMS, actor="arch-01")
    assert (_open(lapsed), lapsed.archive.ledger.head()) == ([], head)


def test_a_hold_on_a_file_holds_later_records_and_falls_as_a_whole(lapsed: Workspace) -> None:
    open_file(lapsed, "115/0601/1", NewFile(title="查詢申請"), actor="arch-01")
    assign_records(lapsed, "115/0601/1", RecordQuery(records=("1-2-115-0001",)), actor="arch-01")
    placed = place_holds(lapsed, RecordQuery(file="115/0601/1"), TERMS, actor="arch-01")
    later = assign_records(lapsed, "115/0601/1", RecordQuery(records=("1-2-115-0002",)), actor="arch-01")
    assert len(later.held) == 1
    assert _numbers(lapsed, _open(lapsed)) == ["1-2-115-0001", "1-2-115-0002"]
    ask_release(lapsed, placed.holds[0].hold, actor="arch-01")
    assert len(release_hold(lapsed, placed.holds[0].hold, actor="mgr-01")) == 2
    third = assign_records(lapsed, "115/0601/1", RecordQuery(records=("1-2-115-0003",)), actor="arch-01")
    assert (third.held, _open(lapsed)) == ((), [])
    assert list(compare_tables(lapsed)) == []


def test_a_release_needs_somebody_who_asks_and_another_who_grants(lapsed: Workspace) -> None:
    hold = place_hold(lapsed, "1-2-115-0001", authority=LETTER, actor="mgr-01").hold
    with pytest.raises(RefusedError, match="U379"):
        release_hold(lapsed, hold, actor="arch-01")
    ask_release(lapsed, hold, actor="arch-01")
    for person in ("arch-01", "mgr-01"):  # who asked, and who placed it
        with pytest.raises(RefusedError, match="U380"):
            release_hold(lapsed, hold, actor=person)
    with pytest.raises(RefusedError, match="U159"):
        release_hold(lapsed, hold, actor="wit-01")
    with pytest.raises(InputError, match="U154"):
        release_hold(lapsed, hold, actor="operator")
    ask_release(lapsed, hold)
    (released,) = release_hold(lapsed, hold, actor="arch-01")
    assert (released.released, released.asked_by, _open(lapsed)) == (True, "operator", [])
    with pytest.raises(InputError, match="U141"):
        release_hold(lapsed, hold, actor="arch-01")


def test_a_case_is_released_at_once_and_other_cases_stay(lapsed: Workspace) -> None:
    place_holds(lapsed, ALL, TERMS, actor="arch-01")
    place_hold(lapsed, "1-2-115-0001", authority="政風室", actor="arch-01")
    assert len(ask_release(lapsed, TERMS.case, actor="arch-01")) == 4
    assert len(release_hold(lapsed, TERMS.case, actor="mgr-01")) == 4
    assert _numbers(lapsed, _open(lapsed)) == ["1-2-115-0001"]
    with pytest.raises(InputError, match="U141"):
        ask_release(lapsed, "", actor="arch-01")


def test_holds_to_be_reviewed_are_listed_the_oldest_first(lapsed: Workspace, clock: SettableClock) -> None:
    for day in (5, 3, 9):
        review = date(2026, 11, 23) + timedelta(days=day)
        place_hold(lapsed, "1-2-115-0001", authority=LETTER, review_on=review, actor="arch-01")
    assert list_holds(lapsed, to_review=True) == ()
    clock.forward(days=5)
    found = [hold.review_on for hold in list_holds(lapsed, to_review=True)]
    assert found == [date(2026, 11, 26), date(2026, 11, 28)]


def test_the_guard_says_who_is_to_be_asked(lapsed: Workspace) -> None:
    hold = place_hold(lapsed, "1-2-115-0001", authority=LETTER, actor="arch-01").hold
    draft = drafting.draft(lapsed, actor="arch-01")
    (excluded,) = [item for item in draft.excluded if item.form_no == "1-2-115-0001"]
    assert [(reason.code, reason.facts["holds"]) for reason in excluded.reasons] == [
        ("R225", f"{hold} ({LETTER})")
    ]
