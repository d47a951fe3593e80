"""A record that may not go leaves a drafted batch; the others go on under a new catalogue."""

import pytest

from signing.entries import Event, parse_entry
from tests.integration.destruction.conftest import PASSPHRASE, add_people, fill_sheet
from webir_records.model.errors import InputError, RefusedError
from webir_records.services.cancelling import cancel_accounts
from webir_records.services.destruction import drafting, execution, stating
from webir_records.services.destruction.leaving import take_off
from webir_records.services.files import NewFile, assign_records, open_file
from webir_records.services.filing import file_records
from webir_records.services.holding import place_hold
from webir_records.services.selecting import RecordQuery
from webir_records.services.verifying import verify


def test_held_record_leaves_amid_the_opinions_and_the_rest_is_destroyed(steps, staffed) -> None:
    steps.draft()
    first, second = steps.ask().sheets
    fill_sheet(first)
    steps.answer(first)
    place_hold(staffed, "b0000doc", authority="北院忠刑字第1130000001號")
    before = steps.view().catalogue_sha256
    assert "R225" in {reason.code for reason in execution.refusals(staffed, steps.batch)}
    view, left = take_off(staffed, steps.batch, ["D0001"], reason_code="held", actor="arch-01")
    assert (left, len(view.records), view.state) == (("b0000doc",), 5, "opinions")
    assert view.catalogue_sha256 != before
    entry = [parse_entry(body) for _, body in staffed.archive.ledger.bodies()][-1]
    assert (entry.event, entry.fields["left"]) == (Event.DESTRUCTION_DRAFTED, ["b0000doc"])
    assert entry.string("left_because") == "held"
    fill_sheet(second)
    steps.answer(second)
    for reached, step in steps.path()[2:]:
        step()
        if reached == "destroyed":
            break
    checked = verify(staffed, "full")
    assert checked.fine, (checked.report.findings, checked.beyond)
    assert checked.report.records == {"DESTROYED_AUTHORISED": 5, "OK": 2}


def test_file_leaves_as_one(steps, staffed) -> None:
    open_file(staffed, "110/0503/1", NewFile(title="稽核簽", years=3, summary="稽核簽", volumes=1))
    assign_records(staffed, "110/0503/1", RecordQuery(records=("b0001doc", "b0003doc")))
    steps.draft()
    _, left = take_off(staffed, steps.batch, ["b0003doc"], reason_code="lent", actor="arch-01")
    assert left == ("b0001doc", "b0003doc")


def test_who_takes_records_off_is_a_drafter_and_may_not_sign(steps, staffed) -> None:
    steps.draft()
    take_off(staffed, steps.batch, ["b0003doc"], reason_code="held", actor="arch-02")
    assert steps.view().drafted_by == "arch-02"


@pytest.mark.parametrize("reached", ["submitted", "cooling"])
def test_nothing_leaves_what_was_sent_up_and_a_new_draft_leaves_it_out(reached, steps, staffed) -> None:
    steps.up_to(reached)
    place_hold(staffed, "b0000doc", authority="政風室")
    head = staffed.archive.ledger.head()
    with pytest.raises(RefusedError, match="U162") as caught:
        take_off(staffed, steps.batch, ["b0000doc"], reason_code="held", actor="arch-01")
    assert [reason.code for reason in caught.value.reasons] == ["U427"]
    assert staffed.archive.ledger.head() == head
    drafting.withdraw(staffed, steps.batch, actor="arch-01", reason_code="held")
    drafted = steps.draft()
    assert [item.record for item in drafted.excluded] == ["b0000doc"]
    assert len(drafted.batch.records) == 5


def test_signed_batch_of_class_a_is_not_changed(workspace, papers) -> None:
    add_people(workspace)
    file_records(workspace, "form_1_2", papers.applications(3))
    cancel_accounts(workspace, papers.cancellations(3))
    batch = drafting.draft(workspace, actor="arch-01").batch
    view, _ = take_off(workspace, batch.batch, batch.records[:1], reason_code="held", actor="arch-01")
    assert view.records == batch.records[1:]
    stating.state(workspace, batch.batch, kind="approval", actor="head-01", passphrase=PASSPHRASE)
    with pytest.raises(RefusedError, match="U162"):
        take_off(workspace, batch.batch, batch.records[1:2], reason_code="held", actor="arch-01")


def test_names_that_cannot_be_and_the_last_record_are_refused(steps, staffed) -> None:
    steps.draft()
    head = staffed.archive.ledger.head()
    with pytest.raises(InputError, match="U411") as caught:
        take_off(staffed, steps.batch, ["b0006doc", "D0001", "b0000doc"], reason_code="held", actor="arch-01")
    assert [detail.code for detail in caught.value.details] == ["U414", "U415"]
    with pytest.raises(RefusedError, match="U418"):
        take_off(staffed, steps.batch, steps.view().records, reason_code="held", actor="arch-01")
    with pytest.raises(InputError, match="U411"):
        take_off(staffed, steps.batch, [], reason_code="held", actor="arch-01")
    assert staffed.archive.ledger.head() == head
