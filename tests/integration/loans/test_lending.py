"""Lending out and taking back: ledger entries, refusals with every reason, destruction waits."""

from collections.abc import Callable
from datetime import date
from typing import Final

import pytest

from signing.entries import Entry, Event, parse_entry
from signing.findings import Verdict
from webir_records.model.errors import InputError, RefusedError
from webir_records.services.cancelling import cancel_accounts
from webir_records.services.context import Workspace
from webir_records.services.destruction import drafting, execution, stating
from webir_records.services.filing import file_records
from webir_records.services.lending import CONDITIONS, Terms, lend, list_loans, take_back
from webir_records.services.people import add_person
from webir_records.services.records import list_records, show_record
from webir_records.services.verifying import verify

PASSPHRASE: Final = "correct horse battery"
TODAY: Final = date(2026, 11, 23)
LATER: Final = date(2026, 12, 8)
TERMS: Final = Terms("wang-07", "lawsuit", LATER, "府勞資字第1150000001號")


@pytest.fixture
def filed(workspace, papers) -> Workspace:
    """Two applications whose period has run out, and one that still runs."""
    file_records(workspace, "form_1_2", papers.applications(3))
    cancel_accounts(workspace, papers.cancellations(2))
    return workspace


def _entries(workspace: Workspace, event: Event) -> list[Entry]:
    entries = [parse_entry(body) for _, body in workspace.archive.ledger.bodies()]
    return [entry for entry in entries if entry.event is event]


def _codes(act: Callable[[], object]) -> list[str]:
    with pytest.raises(RefusedError) as caught:
        act()
    return [reason.code for reason in caught.value.reasons]


def _draft(workspace: Workspace) -> drafting.Draft:
    for person, role in (("arch-01", "archivist"), ("wit-01", "witness"), ("mgr-01", "agency_manager")):
        add_person(workspace, person, (role,), PASSPHRASE)
    return drafting.draft(workspace, actor="arch-01")


def _sign(workspace: Workspace, batch: str) -> None:
    for kind, person in (("approval", "mgr-01"), ("witness", "wit-01")):
        stating.state(workspace, batch, kind=kind, actor=person, passphrase=PASSPHRASE)


def test_loan_and_return_stand_in_the_ledger_and_the_archive_stays_valid(filed, clock) -> None:
    loan = lend(filed, "1-2-115-0001", TERMS)
    clock.forward(days=3)
    returned = take_back(filed, loan.loan, condition="intact")
    (lent,), (back,) = _entries(filed, Event.LENT), _entries(filed, Event.RETURNED)
    assert dict(lent.fields) == {
        "record": loan.record,
        "version": 2,
        "loan": loan.loan,
        "borrower": "wang-07",
        "reason_code": "lawsuit",
        "return_by": "2026-12-08",
        "authority": "府勞資字第1150000001號",
    }
    assert dict(back.fields) == {"record": loan.record, "loan": loan.loan, "condition": "intact"}
    assert (returned.whole, returned.days_late) == (True, 0)
    assert verify(filed, "full").report.verdict is Verdict.VALID


def test_list_shows_what_is_out_first_and_overdue_only_when_the_day_has_passed(filed, clock) -> None:
    first = lend(filed, "1-2-115-0001", TERMS)
    second = lend(filed, "1-2-115-0003", Terms("lee-02", "audit", TODAY))
    take_back(filed, first.loan, condition="intact")
    assert [loan.loan for loan in list_loans(filed)] == [second.loan, first.loan]
    assert list_loans(filed, overdue=True) == ()
    clock.forward(days=1)
    assert [loan.borrower for loan in list_loans(filed, overdue=True)] == ["lee-02"]
    assert take_back(filed, "1-2-115-0003", condition="intact").days_late == 1
    assert list_loans(filed, overdue=True) == ()


@pytest.mark.parametrize("condition", [code for code in CONDITIONS if code != "intact"])
def test_damage_that_the_person_saw_is_entered_and_not_called_whole(filed, condition: str) -> None:
    loan = lend(filed, "1-2-115-0001", TERMS)
    assert not take_back(filed, loan.loan, condition=condition).whole
    (back,) = _entries(filed, Event.RETURNED)
    assert back.string("condition") == condition


def test_electronic_record_that_was_changed_meanwhile_is_found_at_the_return(filed) -> None:
    loan = lend(filed, "1-2-115-0001", TERMS)
    sealed = min((filed.root / "archive/records").rglob(f"{loan.record}.1.sealed"))
    data = bytearray(sealed.read_bytes())
    data[500] ^= 1
    sealed.write_bytes(bytes(data))
    returned = take_back(filed, loan.loan, condition="intact")
    assert (returned.electronic_whole, returned.whole) == (False, False)
    (back,) = _entries(filed, Event.RETURNED)
    assert back.string("condition") == "electronic-damaged"


# --- refusals


def test_lent_record_is_not_lent_again_and_the_refusal_says_who_has_it(filed) -> None:
    lend(filed, "1-2-115-0001", TERMS)
    with pytest.raises(RefusedError) as caught:
        lend(filed, "1-2-115-0001", TERMS)
    (reason,) = caught.value.reasons
    assert (reason.code, reason.facts["borrower"], reason.facts["return_by"]) == (
        "U202",
        "wang-07",
        "2026-12-08",
    )


def test_destroyed_and_drafted_records_are_not_lent(filed) -> None:
    batch = _draft(filed).batch.batch
    assert _codes(lambda: lend(filed, "1-2-115-0001", TERMS)) == ["U203"]
    _sign(filed, batch)
    execution.execute(filed, batch, actor="arch-01", confirm=batch)
    assert _codes(lambda: lend(filed, "1-2-115-0001", TERMS)) == ["U201"]
    assert lend(filed, "1-2-115-0003", TERMS).borrower == "wang-07"


def test_record_of_a_withdrawn_batch_is_lent_again(filed) -> None:
    batch = _draft(filed).batch.batch
    drafting.withdraw(filed, batch, actor="arch-01", reason_code="late-opinion")
    assert lend(filed, "1-2-115-0001", TERMS).record


def test_every_reason_is_named_at_once_and_nothing_is_entered(filed) -> None:
    loan = lend(filed, "1-2-115-0001", TERMS)
    min((filed.root / "archive/records").rglob(f"{loan.record}.2.sealed")).unlink()
    assert _codes(lambda: lend(filed, "1-2-115-0001", TERMS)) == ["U202", "U204"]
    assert len(_entries(filed, Event.LENT)) == 1
    assert len(list_loans(filed)) == 1


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        (Terms("林𠮷堃", "audit", LATER), "U150"),
        (Terms("wang-07", "curiosity", LATER), "U205"),
        (Terms("wang-07", "audit", date(2026, 11, 22)), "U206"),
        (Terms("wang-07", "audit", LATER, "A123456789"), "U142"),
    ],
)
def test_terms_that_say_a_name_no_reason_or_a_day_that_is_over_are_refused(
    filed, terms: Terms, code: str
) -> None:
    with pytest.raises(InputError) as caught:
        lend(filed, "1-2-115-0001", terms)
    assert caught.value.code == code
    assert list_loans(filed) == ()


def test_return_of_what_is_not_lent_and_an_unknown_condition_are_refused(filed) -> None:
    loan = lend(filed, "1-2-115-0001", TERMS)
    with pytest.raises(InputError, match="U208"):
        take_back(filed, loan.loan, condition="fine")
    take_back(filed, loan.loan, condition="intact")
    for name in (loan.loan, "1-2-115-0001", "1-2-115-0003"):
        with pytest.raises(InputError, match="U207"):
            take_back(filed, name, condition="intact")


def test_witness_may_not_lend(filed) -> None:
    add_person(filed, "wit-01", ("witness",), PASSPHRASE)
    with pytest.raises(RefusedError, match="U159"):
        lend(filed, "1-2-115-0001", TERMS, actor="wit-01")


# --- destruction waits


def test_lent_record_stays_out_of_the_draft_and_the_reason_names_the_borrower(filed) -> None:
    lend(filed, "1-2-115-0001", TERMS)
    draft = _draft(filed)
    assert len(draft.batch.records) == 1
    (excluded,) = draft.excluded
    (reason,) = excluded.reasons
    assert (excluded.form_no, reason.code, reason.facts["borrower"]) == ("1-2-115-0001", "R227", "wang-07")


def test_loan_entered_behind_the_drafts_back_stops_the_execution(filed, monkeypatch) -> None:
    batch = _draft(filed).batch.batch
    _sign(filed, batch)
    with monkeypatch.context() as patch:  # as a program of an older version would
        patch.setattr("webir_records.services.lending._running_batches", lambda *_: iter(()))
        loan = lend(filed, "1-2-115-0001", TERMS)
    with pytest.raises(RefusedError) as caught:
        execution.execute(filed, batch, actor="arch-01", confirm=batch)
    assert {reason.code for reason in caught.value.reasons} == {"R227"}
    assert {record.state for record in list_records(filed)} == {"filed"}
    take_back(filed, loan.loan, condition="intact")
    assert execution.execute(filed, batch, actor="arch-01", confirm=batch).batch.state == "closed"


# --- opening


def test_opening_a_record_leaves_an_entry_with_the_person(filed) -> None:
    add_person(filed, "arch-01", ("archivist",), PASSPHRASE)
    view = show_record(filed, "1-2-115-0001", actor="arch-01")
    (opened,) = _entries(filed, Event.OPENED)
    assert (opened.actor, opened.string("record"), opened.integer("version")) == (
        "arch-01",
        view.summary.record,
        2,
    )
    assert verify(filed, "full").fine


def test_nothing_personal_gets_into_the_ledger_by_lending(filed) -> None:
    lend(filed, "1-2-115-0001", TERMS)
    ledger = b"".join(body for _, body in filed.archive.ledger.bodies())
    assert "林𠮷堃".encode() not in ledger
    assert b"ta1000" not in ledger
