"""What changes between draft, approval and execution counts: the guard looks again each time."""

import shutil
from datetime import date

import pytest
from sqlmodel import Session, select

from webir_records.archive.archive import NewVersion
from webir_records.archive.package import Package
from webir_records.model.errors import FaultError, InputError, RefusedError
from webir_records.model.tables import RecordRow, StatementRow
from webir_records.services.cancelling import cancel_accounts
from webir_records.services.context import Workspace
from webir_records.services.destruction import drafting, execution, stating
from webir_records.services.destruction.batches import show_batch
from webir_records.services.filing import file_records
from webir_records.services.holding import ask_release, place_hold, release_hold
from webir_records.services.people import add_person
from webir_records.services.records import list_records, show_record
from webir_records.services.verifying import verify

PASSPHRASE = "correct horse battery"


@pytest.fixture
def lapsed(workspace, papers) -> Workspace:
    """Two lapsed applications, one that still runs, and three people."""
    _lapse(workspace, papers)
    return workspace


def _lapse(workspace, papers) -> None:
    file_records(workspace, "form_1_2", papers.applications(3))
    cancel_accounts(workspace, papers.cancellations(2))
    for person, role in (("arch-01", "archivist"), ("wit-01", "witness"), ("mgr-01", "agency_manager")):
        add_person(workspace, person, (role,), PASSPHRASE)


def _sign(workspace, batch: str, kind: str, person: str) -> None:
    stating.state(workspace, batch, kind=kind, actor=person, passphrase=PASSPHRASE)


def _approved(workspace) -> str:
    batch = drafting.draft(workspace, actor="arch-01").batch.batch
    _sign(workspace, batch, "approval", "mgr-01")
    _sign(workspace, batch, "witness", "wit-01")
    return batch


def _codes_of_refusal(workspace, batch: str) -> set[str]:
    with pytest.raises(RefusedError) as caught:
        execution.execute(workspace, batch, actor="arch-01", confirm=batch)
    assert {record.state for record in list_records(workspace)} == {"filed"}
    return {reason.code for reason in caught.value.reasons}


def _row(session: Session, form_no: str) -> RecordRow:
    return session.exec(select(RecordRow).where(RecordRow.form_no == form_no)).one()


def test_dates_moved_forward_in_the_database_do_not_shorten_what_the_ledger_says(lapsed, papers) -> None:
    cancel_accounts(
        lapsed,
        papers.cancellations(
            1, 我的e政府帳號="ta1002", 姓名="陳試驗", 註銷通報日="115/02/20", 離職或異動生效日="115/02/28",
            註銷日期="115/02/28", 權限移除日期="115/02/28",
        ),
    )  # fmt: skip
    with Session(lapsed.engine) as session, session.begin():
        row = _row(session, "1-2-115-0003")
        assert row.due == date(2029, 3, 1)
        row.trigger_date, row.due = date(2020, 1, 1), date(2023, 1, 2)
    draft = drafting.draft(lapsed, actor="arch-01")
    assert [(item.form_no, item.reasons[0].code) for item in draft.excluded] == [("1-2-115-0003", "R201")]


def test_version_filed_after_the_approval_stops_the_batch(lapsed) -> None:
    batch = _approved(lapsed)
    with Session(lapsed.engine) as session:
        row = _row(session, "1-2-115-0001")
        newer = NewVersion(
            record=row.id,
            version=row.version + 1,
            package=Package({"record": row.id}, {"name": "x"}),
            form=row.form,
            form_no=row.form_no,
            record_class=row.record_class,
            profile=row.profile,
            rule=row.rule,
            trigger=row.trigger,
            trigger_date=row.trigger_date,
            due=row.due,
            reason_code="correction",
        )
    lapsed.archive.store([newer], actor="operator", batch="late", year=2026)
    assert _codes_of_refusal(lapsed, batch) == {"R252"}


def test_hold_placed_after_the_start_of_a_broken_run_keeps_the_record(lapsed, monkeypatch) -> None:
    batch = _approved(lapsed)
    with monkeypatch.context() as patch:

        def broken(*_arguments: object) -> None:
            raise KeyboardInterrupt

        patch.setattr(execution, "_destroy_chunk", broken)
        with pytest.raises(KeyboardInterrupt):
            execution.execute(lapsed, batch, actor="arch-01", confirm=batch)
    assert show_batch(lapsed, batch).state == "executing"
    hold = place_hold(lapsed, "1-2-115-0001", authority="府勞資字第1150000001號")
    assert _codes_of_refusal(lapsed, batch) == {"R225"}
    assert show_record(lapsed, "1-2-115-0001").data["name"]
    ask_release(lapsed, hold.hold, actor="arch-01")
    release_hold(lapsed, hold.hold, actor="mgr-01")
    assert execution.execute(lapsed, batch, actor="arch-01", confirm=batch).batch.state == "closed"


def test_signed_approval_does_not_count_as_the_testimony_of_a_witness(lapsed) -> None:
    add_person(lapsed, "both-01", ("agency_head", "witness"), PASSPHRASE, actor="mgr-01")
    batch = drafting.draft(lapsed, actor="arch-01").batch.batch
    _sign(lapsed, batch, "approval", "both-01")
    _sign(lapsed, batch, "approval", "mgr-01")
    with Session(lapsed.engine) as session, session.begin():
        row = session.get(StatementRow, (batch, "approval", "both-01"))
        assert row is not None
        session.add(
            StatementRow(batch=batch, kind="witness", person="both-01", sha256=row.sha256, path=row.path)
        )
        session.delete(row)
    assert _codes_of_refusal(lapsed, batch) == {"R265", "R271"}


def test_nobody_signs_the_same_statement_twice(lapsed) -> None:
    batch = drafting.draft(lapsed, actor="arch-01").batch.batch
    _sign(lapsed, batch, "approval", "mgr-01")
    note = lapsed.root / f"archive/certificates/{batch}/statement-approval-mgr-01.note"
    before, head = note.read_bytes(), lapsed.archive.ledger.head()
    with pytest.raises(InputError, match="U165"):
        _sign(lapsed, batch, "approval", "mgr-01")
    assert (note.read_bytes(), lapsed.archive.ledger.head()) == (before, head)


def test_withdrawn_batch_takes_no_statement(lapsed) -> None:
    batch = drafting.draft(lapsed, actor="arch-01").batch.batch
    drafting.withdraw(lapsed, batch, actor="arch-01", reason_code="wrong-year")
    head = lapsed.archive.ledger.head()
    with pytest.raises(RefusedError, match="U162"):
        _sign(lapsed, batch, "approval", "mgr-01")
    assert lapsed.archive.ledger.head() == head
    assert not (lapsed.root / f"archive/certificates/{batch}/statement-approval-mgr-01.note").exists()


def test_witness_may_not_withdraw_a_batch(lapsed) -> None:
    batch = drafting.draft(lapsed, actor="arch-01").batch.batch
    with pytest.raises(RefusedError, match="U159"):
        drafting.withdraw(lapsed, batch, actor="wit-01", reason_code="wrong-year")
    assert show_batch(lapsed, batch).state == "drafted"


def test_an_archive_put_back_from_before_a_hold_destroys_nothing(
    reopen, workspace_root, papers, tmp_path
) -> None:
    earlier = tmp_path / "earlier"
    with reopen() as workspace:
        _lapse(workspace, papers)
        batch = _approved(workspace)
    shutil.copytree(workspace_root, earlier)
    with reopen() as workspace:
        place_hold(workspace, "1-2-115-0001", authority="北院忠刑字第1150000001號")
        verify(workspace, "structure")
    shutil.rmtree(workspace_root / "archive")
    shutil.copytree(earlier / "archive", workspace_root / "archive")
    for path in (earlier / "state").glob("webir.db*"):
        shutil.copy(path, workspace_root / "state")
    with reopen() as back:
        with pytest.raises(FaultError, match="U428"):
            execution.execute(back, batch, actor="arch-01", confirm=batch)
        assert {record.state for record in list_records(back)} == {"filed"}
