import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import Session, select

from signing.findings import Verdict
from webir_records.model.errors import FaultError, InputError, RefusedError
from webir_records.model.tables import RecordRow
from webir_records.services.cancelling import cancel_accounts
from webir_records.services.context import Workspace
from webir_records.services.destruction import certificate_files, drafting, execution, stating
from webir_records.services.destruction.batches import show_batch
from webir_records.services.filing import file_records
from webir_records.services.filling import fill
from webir_records.services.holding import ask_release, place_hold, release_hold
from webir_records.services.people import add_person
from webir_records.services.records import list_records, show_record
from webir_records.services.verifying import verify

PASSPHRASE = "correct horse battery"
PEOPLE = {
    "arch-01": "archivist",
    "wit-01": "witness",
    "mgr-01": "agency_manager",
}


@pytest.fixture
def lapsed(workspace, papers) -> Workspace:
    """Three lapsed applications and one that still runs, and four people."""
    file_records(workspace, "form_1_2", papers.applications(4))
    cancel_accounts(workspace, papers.cancellations(3))
    for person, role in PEOPLE.items():
        add_person(workspace, person, (role,), PASSPHRASE)
    add_person(workspace, "arch-02", ("archivist", "agency_manager"), PASSPHRASE, actor="mgr-01")
    return workspace


def _approve(workspace, batch: str) -> None:
    stating.state(workspace, batch, kind="approval", actor="mgr-01", passphrase=PASSPHRASE)
    stating.state(workspace, batch, kind="witness", actor="wit-01", passphrase=PASSPHRASE)


def _codes(error: RefusedError) -> set[str]:
    return {reason.code for reason in error.reasons}


def _refused(workspace, act: Callable[[], object]) -> RefusedError:
    """Do something that must be refused, and see that nothing changed."""
    before = _state(workspace)
    with pytest.raises(RefusedError) as caught:
        act()
    assert _state(workspace) == before
    return caught.value


def _state(workspace) -> tuple[object, ...]:
    files = {path: path.read_bytes() for path in (workspace.root / "archive").rglob("*") if path.is_file()}
    return workspace.archive.ledger.head(), files, list_records(workspace), workspace.archive.keys.status()


def test_approved_batch_destroys_exactly_what_lapsed_and_certifies_it(lapsed) -> None:
    batch = drafting.draft(lapsed, actor="arch-01").batch
    assert len(batch.records) == 3
    _approve(lapsed, batch.batch)
    done = execution.execute(lapsed, batch.batch, actor="arch-01", confirm=batch.batch)
    assert done.batch.state == "closed"
    assert {r.state for r in list_records(lapsed) if r.record in batch.records} == {"destroyed"}
    report = verify(lapsed, "full").report
    assert report.verdict is Verdict.VALID
    assert report.records == {"DESTROYED_AUTHORISED": 3, "OK": 1}
    assert show_record(lapsed, "1-2-115-0004").data["name"] == "王大同"


def test_destroyed_record_cannot_be_opened_even_with_an_old_key_store(lapsed) -> None:
    batch = drafting.draft(lapsed, actor="arch-01").batch
    backup = lapsed.root.parent / "backup"
    backup.mkdir()
    for path in (lapsed.root / "state").glob("keys.db*"):
        shutil.copy(path, backup)
    sealed = {p: p.read_bytes() for p in (lapsed.root / "archive/records").rglob("*.sealed")}
    _approve(lapsed, batch.batch)
    execution.execute(lapsed, batch.batch, actor="arch-01", confirm=batch.batch)
    lapsed.archive.keys.close()
    for path in (lapsed.root / "state").glob("keys.db*"):
        path.unlink()
    for path in backup.iterdir():
        shutil.copy(path, lapsed.root / "state")
    for path, data in sealed.items():
        path.write_bytes(data)
    with pytest.raises(FaultError, match="A131"):
        lapsed.archive.keys.get(batch.records[0], 1)


def test_execution_without_statements_is_refused_and_changes_nothing(lapsed) -> None:
    batch = drafting.draft(lapsed, actor="arch-01").batch.batch
    error = _refused(lapsed, lambda: execution.execute(lapsed, batch, actor="arch-01", confirm=batch))
    assert _codes(error) >= {"R270", "R271"}


def test_execution_with_one_statement_is_refused(lapsed) -> None:
    batch = drafting.draft(lapsed, actor="arch-01").batch.batch
    stating.state(lapsed, batch, kind="approval", actor="mgr-01", passphrase=PASSPHRASE)
    error = _refused(lapsed, lambda: execution.execute(lapsed, batch, actor="arch-01", confirm=batch))
    assert _codes(error) == {"R271"}


def test_drafter_may_not_approve_the_own_batch(lapsed) -> None:
    batch = drafting.draft(lapsed, actor="arch-02").batch.batch
    error = _refused(
        lapsed, lambda: stating.state(lapsed, batch, kind="approval", actor="arch-02", passphrase=PASSPHRASE)
    )
    assert "R268" in _codes(error)


def test_person_without_the_role_may_not_witness(lapsed) -> None:
    batch = drafting.draft(lapsed, actor="arch-01").batch.batch
    error = _refused(
        lapsed, lambda: stating.state(lapsed, batch, kind="witness", actor="mgr-01", passphrase=PASSPHRASE)
    )
    assert "R267" in _codes(error)


def test_same_person_may_not_approve_and_witness(lapsed) -> None:
    add_person(lapsed, "both-01", ("agency_manager", "witness"), PASSPHRASE, actor="mgr-01")
    batch = drafting.draft(lapsed, actor="arch-01").batch.batch
    stating.state(lapsed, batch, kind="approval", actor="both-01", passphrase=PASSPHRASE)
    error = _refused(
        lapsed, lambda: stating.state(lapsed, batch, kind="witness", actor="both-01", passphrase=PASSPHRASE)
    )
    assert "R269" in _codes(error)


def test_wrong_passphrase_signs_nothing(lapsed) -> None:
    batch = drafting.draft(lapsed, actor="arch-01").batch.batch
    before = _state(lapsed)
    with pytest.raises(InputError, match="U156"):
        stating.state(lapsed, batch, kind="approval", actor="mgr-01", passphrase="wrong wrong")
    assert _state(lapsed) == before


def test_another_persons_key_file_signs_nothing(lapsed) -> None:
    batch = drafting.draft(lapsed, actor="arch-01").batch.batch
    people = lapsed.root / "keys/people"
    shutil.copy(people / "wit-01.pem", people / "mgr-01.pem")
    with pytest.raises(InputError, match="U157"):
        stating.state(lapsed, batch, kind="approval", actor="mgr-01", passphrase=PASSPHRASE)


def test_record_under_hold_stays_out_of_the_draft_with_its_reason(lapsed) -> None:
    hold = place_hold(lapsed, "1-2-115-0001", authority="府勞資字第1150000001號")
    draft = drafting.draft(lapsed, actor="arch-01")
    assert len(draft.batch.records) == 2
    assert [item.form_no for item in draft.excluded] == ["1-2-115-0001"]
    assert hold.record not in draft.batch.records


def test_hold_placed_after_the_approval_stops_the_whole_batch(lapsed) -> None:
    batch = drafting.draft(lapsed, actor="arch-01").batch.batch
    _approve(lapsed, batch)
    hold = place_hold(lapsed, "1-2-115-0002", authority="府勞資字第1150000001號")
    error = _refused(lapsed, lambda: execution.execute(lapsed, batch, actor="arch-01", confirm=batch))
    assert len(error.reasons) == 1
    ask_release(lapsed, hold.hold, actor="arch-01")
    release_hold(lapsed, hold.hold, actor="mgr-01")
    assert execution.execute(lapsed, batch, actor="arch-01", confirm=batch).batch.state == "closed"


def test_changed_catalogue_is_refused(lapsed) -> None:
    batch = drafting.draft(lapsed, actor="arch-01").batch.batch
    _approve(lapsed, batch)
    path = lapsed.root / f"archive/certificates/{batch}/catalogue.json"
    path.write_bytes(path.read_bytes().replace(b'"versions":2', b'"versions":1', 1))
    error = _refused(lapsed, lambda: execution.execute(lapsed, batch, actor="arch-01", confirm=batch))
    assert "R261" in _codes(error)


def test_forged_statement_is_refused(lapsed) -> None:
    batch = drafting.draft(lapsed, actor="arch-01").batch.batch
    _approve(lapsed, batch)
    folder = lapsed.root / f"archive/certificates/{batch}"
    shutil.copy(folder / "statement-witness-wit-01.note", folder / "statement-approval-mgr-01.note")
    error = _refused(lapsed, lambda: execution.execute(lapsed, batch, actor="arch-01", confirm=batch))
    assert _codes(error) >= {"R265", "R270"}


def test_damaged_record_is_not_destroyed(lapsed) -> None:
    batch = drafting.draft(lapsed, actor="arch-01").batch
    _approve(lapsed, batch.batch)
    path = next((lapsed.root / "archive/records").rglob(f"{batch.records[0]}.1.sealed"))
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    error = _refused(
        lapsed, lambda: execution.execute(lapsed, batch.batch, actor="arch-01", confirm=batch.batch)
    )
    assert any(reason.facts.get("record") == batch.records[0] for reason in error.reasons)


def test_wrong_confirmation_destroys_nothing(lapsed) -> None:
    batch = drafting.draft(lapsed, actor="arch-01").batch.batch
    _approve(lapsed, batch)
    before = _state(lapsed)
    with pytest.raises(InputError, match="U167"):
        execution.execute(lapsed, batch, actor="arch-01", confirm="A2026-9")
    assert _state(lapsed) == before


def test_nothing_due_drafts_nothing(workspace, papers) -> None:
    file_records(workspace, "form_1_2", papers.applications())
    add_person(workspace, "arch-01", ("archivist",), PASSPHRASE)
    assert _refused(workspace, lambda: drafting.draft(workspace, actor="arch-01")).code == "U163"


@pytest.mark.parametrize("record_class", ["C", "D", ""])
def test_copies_have_a_way_of_their_own_and_no_batches(lapsed, record_class: str) -> None:
    error = _refused(lapsed, lambda: drafting.draft(lapsed, actor="arch-01", record_class=record_class))
    assert error.code == "U160"


def test_witness_may_not_draft(lapsed) -> None:
    assert "R264" in _codes(_refused(lapsed, lambda: drafting.draft(lapsed, actor="wit-01")))


def test_second_batch_in_a_year_needs_a_reason(lapsed) -> None:
    drafting.draft(lapsed, actor="arch-01")
    assert "R280" in _codes(_refused(lapsed, lambda: drafting.draft(lapsed, actor="arch-01")))


def test_withdrawn_batch_cannot_be_executed(lapsed) -> None:
    batch = drafting.draft(lapsed, actor="arch-01").batch.batch
    _approve(lapsed, batch)
    drafting.withdraw(lapsed, batch, actor="arch-01", reason_code="wrong-year")
    error = _refused(lapsed, lambda: execution.execute(lapsed, batch, actor="arch-01", confirm=batch))
    assert show_batch(lapsed, batch).state == "withdrawn"
    assert error.code in {"U162", "U168"}


def test_clock_behind_the_ledger_is_refused(lapsed, clock) -> None:
    batch = drafting.draft(lapsed, actor="arch-01").batch.batch
    _approve(lapsed, batch)
    clock.forward(days=-3)
    error = _refused(lapsed, lambda: execution.execute(lapsed, batch, actor="arch-01", confirm=batch))
    assert "R203" in _codes(error)


def test_form_numbers_are_not_given_out_again_after_destruction(lapsed, papers) -> None:
    batch = drafting.draft(lapsed, actor="arch-01").batch.batch
    _approve(lapsed, batch)
    execution.execute(lapsed, batch, actor="arch-01", confirm=batch)
    filed = file_records(lapsed, "form_1_2", papers.applications(1, 我的e政府帳號="tb1")).filed
    assert [item.form_no for item in filed] == ["1-2-115-0005"]


def test_certificate_is_handed_out_only_after_execution(lapsed, tmp_path: Path) -> None:
    batch = drafting.draft(lapsed, actor="arch-01").batch.batch
    with pytest.raises(InputError, match="U171"):
        certificate_files.copy_certificate(lapsed, batch, tmp_path / "out")
    _approve(lapsed, batch)
    execution.execute(lapsed, batch, actor="arch-01", confirm=batch)
    paths = certificate_files.copy_certificate(lapsed, batch, tmp_path / "out")
    assert {path.name for path in paths} == {f"{batch}-certificate.json", f"{batch}-certificate.docx"}


def test_documents_in_out_fall_with_their_record(lapsed, papers) -> None:
    fill(lapsed, "form_1_2", papers.applications(4), lapsed.out)
    batch = drafting.draft(lapsed, actor="arch-01").batch
    _approve(lapsed, batch.batch)
    execution.execute(lapsed, batch.batch, actor="arch-01", confirm=batch.batch)
    (left,) = lapsed.out.iterdir()
    assert left.name.startswith("1-2-115-0004_")


def test_due_date_moved_forward_in_the_database_alone_destroys_nothing(lapsed) -> None:
    with Session(lapsed.engine) as session, session.begin():
        row = session.exec(select(RecordRow).where(RecordRow.form_no == "1-2-115-0004")).one()
        row.trigger, row.trigger_date, row.due = "account_cancelled", date(2020, 1, 1), date(2023, 1, 2)
    draft = drafting.draft(lapsed, actor="arch-01")
    assert len(draft.batch.records) == 3
    assert [(item.form_no, item.reasons[0].code) for item in draft.excluded] == [("1-2-115-0004", "R202")]


def test_clerk_may_not_execute(lapsed) -> None:
    add_person(lapsed, "clk-01", ("clerk",), PASSPHRASE, actor="mgr-01")
    batch = drafting.draft(lapsed, actor="arch-01").batch.batch
    _approve(lapsed, batch)
    error = _refused(lapsed, lambda: execution.execute(lapsed, batch, actor="clk-01", confirm=batch))
    assert (error.code, _codes(error)) == ("U159", {"R310"})


def test_nobody_may_hold_roles_that_exclude_each_other(workspace) -> None:
    error = _refused(
        workspace, lambda: add_person(workspace, "two-hats", ("agency_manager", "auditor_it"), PASSPHRASE)
    )
    assert (error.code, _codes(error)) == ("U158", {"R311"})


def test_verify_reports_a_record_whose_key_is_gone(lapsed) -> None:
    lapsed.archive.keys.drop_version(list_records(lapsed)[0].record, 1)
    checked = verify(lapsed, "structure")
    assert [code for code, _ in checked.beyond] == ["U173"]
    assert not checked.fine


def test_closed_batch_says_that_it_is_closed(lapsed) -> None:
    batch = drafting.draft(lapsed, actor="arch-01").batch.batch
    _approve(lapsed, batch)
    execution.execute(lapsed, batch, actor="arch-01", confirm=batch)
    with pytest.raises(InputError, match="U169"):
        execution.execute(lapsed, batch, actor="arch-01", confirm=batch)


@pytest.mark.parametrize("reason", ["補銷毀", "second batch", "A" * 50, "a\nb"])
def test_reason_that_is_no_short_word_is_refused_before_anything_is_written(lapsed, reason) -> None:
    before = _state(lapsed)
    with pytest.raises(InputError, match="U143"):
        drafting.draft(lapsed, actor="arch-01", reason_code=reason)
    assert _state(lapsed) == before


@pytest.mark.parametrize("authority", ["", "a\nb", "x" * 600, "王小明 A123456789"])
def test_authority_of_a_hold_that_may_not_stand_in_the_ledger_is_refused(lapsed, authority) -> None:
    before = _state(lapsed)
    with pytest.raises(InputError, match="U142"):
        place_hold(lapsed, "1-2-115-0001", authority=authority)
    assert _state(lapsed) == before


def test_record_whose_key_is_gone_takes_no_hold(lapsed) -> None:
    record = list_records(lapsed)[0].record
    lapsed.archive.keys.destroy_permanently([record])
    with pytest.raises(InputError, match="U140"):
        place_hold(lapsed, record, authority="府勞資字第1150000001號")


def test_witness_may_not_add_people_and_the_operator_only_the_first(lapsed) -> None:
    error = _refused(
        lapsed, lambda: add_person(lapsed, "gg-03", ("agency_manager",), PASSPHRASE, actor="wit-01")
    )
    assert (error.code, _codes(error)) == ("U159", {"R310"})
    with pytest.raises(InputError, match="U144"):
        add_person(lapsed, "gg-03", ("agency_manager",), PASSPHRASE)


@pytest.mark.parametrize("person", ["operator", "system", "con", "lpt1", "王大明"])
def test_reserved_or_unusable_id_is_refused(workspace, person) -> None:
    with pytest.raises(InputError, match="U150"):
        add_person(workspace, person, ("clerk",), PASSPHRASE)
