"""What else stops a batch or lets it go on: witnesses by name, letters, silence, files, selection."""

import dataclasses
from datetime import date

import pytest
from sqlmodel import Session, select

from tests.integration.destruction.conftest import PASSPHRASE, Steps, fill_sheet
from webir_records.model.errors import InputError, RefusedError
from webir_records.model.tables import HoldRow
from webir_records.services.destruction import selection, stating
from webir_records.services.files import NewFile, assign_records, open_file
from webir_records.services.holding import place_hold
from webir_records.services.people import add_person
from webir_records.services.selecting import RecordQuery
from webir_records.services.verifying import verify


def test_witness_whom_the_head_did_not_name_may_not_sign(steps: Steps, staffed) -> None:
    add_person(staffed, "wit-02", ("witness",), PASSPHRASE, actor="head-01")
    steps.up_to("approved")
    approval = {"kind": "approval", "actor": "head-01", "passphrase": PASSPHRASE}
    with pytest.raises(InputError, match="U154"):
        stating.state(staffed, steps.batch, witnesses=("wit-09",), **approval)
    stating.state(staffed, steps.batch, witnesses=("wit-02",), **approval)
    with pytest.raises(RefusedError, match="U166") as caught:
        steps.state("witness", "wit-01")
    assert [reason.code for reason in caught.value.reasons] == ["R285"]
    steps.state("witness", "wit-02")
    assert verify(staffed, "structure").fine


def test_letter_that_cannot_be_kept_is_refused(steps: Steps, staffed, tmp_path) -> None:
    steps.up_to("submitted")
    head = staffed.archive.ledger.head()
    (tmp_path / "函.txt").write_bytes(b"x")
    (tmp_path / "函.pdf").touch()
    for name in ("函.txt", "函.pdf", "no.pdf"):
        with pytest.raises(InputError, match="U420"):
            steps.approve(file=tmp_path / name)
    assert staffed.archive.ledger.head() == head


def test_silence_is_consent_only_where_the_profile_says_so(steps: Steps, staffed) -> None:
    steps.draft()
    steps.ask()
    with pytest.raises(RefusedError, match="U410") as caught:
        steps.skip()
    assert [(reason.code, reason.clause) for reason in caught.value.reasons] == [("U413", "銷毀辦法 §8 II")]
    policy = staffed.profile.destruction.model_copy(update={"silence_is_consent": True})
    lenient = staffed.profile.model_copy(update={"destruction": policy})
    steps.workspace = dataclasses.replace(staffed, versions=(lenient,))
    steps.skip()
    steps.submit()
    steps.approve()
    assert steps.view().state == "approved"


def test_extension_of_one_record_keeps_its_whole_file(steps: Steps, staffed) -> None:
    open_file(staffed, "110/0503/1", NewFile(title="稽核簽", years=3, summary="稽核簽", volumes=1))
    assign_records(staffed, "110/0503/1", RecordQuery(records=("b0000doc", "b0002doc")))
    steps.draft()
    first = steps.ask().sheets[0]
    fill_sheet(first, b0000doc=date(2028, 12, 31))
    given = steps.answer(first)
    assert (given.extended, given.left) == (("b0000doc",), ("b0000doc", "b0002doc"))


def test_selected_record_leaves_is_marked_and_stays_out_of_the_next_batch(steps: Steps, staffed) -> None:
    steps.draft()
    steps.answer_all()
    selection.offer(staffed, steps.batch, office="history-01", actor="arch-01")
    letter = "國史字第1150000001號"
    with pytest.raises(InputError, match="U411"):
        selection.answer(staffed, steps.batch, selected=["b0006doc"], authority=letter, actor="arch-01")
    selection.answer(staffed, steps.batch, selected=["D0001"], authority=letter, actor="arch-01")
    assert "b0000doc" not in steps.view().records
    steps.submit()
    checked = verify(staffed, "structure")
    assert checked.fine, (checked.report.findings, checked.beyond)
    drafted = steps.draft(reason_code="leftovers")
    assert [(item.record, item.reasons[0].code) for item in drafted.excluded] == [("b0000doc", "R230")]


def test_hold_that_somebody_took_out_of_the_table_still_stops_the_batch(steps: Steps, staffed) -> None:
    hold = place_hold(staffed, "b0000doc", authority="政風室").hold
    with Session(staffed.engine) as session, session.begin():
        row = session.exec(select(HoldRow).where(HoldRow.id == hold)).one()
        row.released = True
        session.add(row)
    drafted = steps.draft()
    reasons = {item.record: [reason.code for reason in item.reasons] for item in drafted.excluded}
    assert reasons == {"b0000doc": ["U400"]}
