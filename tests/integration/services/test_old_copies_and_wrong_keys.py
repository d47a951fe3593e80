"""Parts of a workspace put back from another time or another workspace: nothing is overwritten or lost."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import Session, delete, select

from signing.findings import Verdict
from webir_records.bootstrap import create_workspace, open_workspace
from webir_records.model.errors import FaultError, InputError
from webir_records.model.tables import EntryRow, PendingRow, RecordRow
from webir_records.services.cancelling import cancel_accounts
from webir_records.services.creating import Plan, create_files
from webir_records.services.filing import file_records
from webir_records.services.records import list_records
from webir_records.services.verifying import verify


def _archive_bytes(root: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in (root / "archive").rglob("*") if path.is_file()}


def _put_back(saved: Path, root: Path) -> None:
    for path in (root / "state").glob("webir.db*"):
        path.unlink()
    for path in saved.iterdir():
        shutil.copy(path, root / "state")


def _save(root: Path, target: Path) -> Path:
    target.mkdir()
    for path in (root / "state").glob("webir.db*"):
        shutil.copy(path, target)
    return target


def test_old_database_overwrites_nothing_and_verify_says_so(reopen, workspace_root, papers, tmp_path) -> None:
    with reopen() as workspace:
        file_records(workspace, "form_1_2", papers.applications(1))
        saved = _save(workspace_root, tmp_path / "saved")
    with reopen() as workspace:
        file_records(workspace, "form_1_2", papers.applications(3))
    _put_back(saved, workspace_root)
    before = _archive_bytes(workspace_root)
    with reopen() as workspace:
        with pytest.raises(FaultError, match="A210"):
            file_records(workspace, "form_1_2", papers.applications(4))
        checked = verify(workspace, "full")
        assert next(code for code, _ in checked.beyond) == "U172"
        assert checked.report.verdict is Verdict.VALID
    assert _archive_bytes(workspace_root) == before


def test_old_database_with_pending_files_takes_no_acknowledged_record_away(
    reopen, workspace_root, papers, tmp_path
) -> None:
    with reopen() as workspace:
        file_records(workspace, "form_1_2", papers.applications(2))
        with Session(workspace.engine) as session, session.begin():
            for path in (workspace_root / "archive/records").rglob("*.sealed"):
                record, version, _ = path.name.split(".")
                place = path.relative_to(workspace_root / "archive").as_posix()
                session.add(PendingRow(path=place, record=record, version=int(version)))
        saved = _save(workspace_root, tmp_path / "saved")
        with Session(workspace.engine) as session, session.begin():
            session.exec(delete(PendingRow))
        cancel_accounts(workspace, papers.cancellations(1))
    _put_back(saved, workspace_root)
    before = _archive_bytes(workspace_root)
    with reopen():
        pass
    assert _archive_bytes(workspace_root) == before


def test_removed_or_foreign_checkpoint_is_not_replaced(reopen, workspace_root, papers) -> None:
    with reopen() as workspace:
        file_records(workspace, "form_1_2", papers.applications(1))
    path = workspace_root / "archive/checkpoint"
    good = path.read_bytes()
    for wrong in (None, good.replace(b"webir", b"wehir")):
        path.unlink() if wrong is None else path.write_bytes(wrong)
        with reopen() as workspace, pytest.raises(FaultError, match="A211"):
            file_records(workspace, "form_1_2", papers.applications(2))
        assert (path.read_bytes() if path.exists() else None) == wrong
        path.write_bytes(good)


@pytest.mark.parametrize("name", ["log.key", "lookup.key"])
def test_key_of_another_workspace_is_refused_at_once(reopen, workspace_root, tmp_path, machine, name) -> None:
    other = tmp_path / "other"
    create_workspace(other, workspace_root / "agency.json", machine=machine)
    shutil.copy(other / "keys" / name, workspace_root / "keys" / name)
    with pytest.raises(FaultError, match="A135"), reopen():
        pass


@pytest.mark.parametrize("content", ["", "zz", "00ff"])
def test_lookup_key_that_is_no_key_is_refused(reopen, workspace_root, content) -> None:
    (workspace_root / "keys/lookup.key").write_text(content)
    with pytest.raises(FaultError, match="A134"), reopen():
        pass


def _drop_entry(workspace) -> None:
    with Session(workspace.engine) as session, session.begin():
        session.exec(delete(EntryRow).where(EntryRow.seq == 1))  # type: ignore[arg-type]  # a column


def _change_due(workspace) -> None:
    with Session(workspace.engine) as session, session.begin():
        session.exec(select(RecordRow)).first().state = "destroyed"


def _drop_record(workspace) -> None:
    with Session(workspace.engine) as session, session.begin():
        session.exec(delete(RecordRow))


@pytest.mark.parametrize(
    ("damage", "code"), [(_drop_entry, "U174"), (_change_due, "U175"), (_drop_record, "U175")]
)
def test_database_that_contradicts_the_ledger_is_reported(
    workspace, papers, damage: Callable[..., None], code: str
) -> None:
    file_records(workspace, "form_1_2", papers.applications(2))
    damage(workspace)
    checked = verify(workspace, "structure")
    assert code in {found for found, _ in checked.beyond}
    assert checked.report.verdict is Verdict.VALID


def test_missing_key_of_the_epoch_is_reported(workspace, papers) -> None:
    file_records(workspace, "form_1_2", papers.applications(1))
    next((workspace.root / "keys").glob("kek-*.key")).unlink()
    assert {code for code, _ in verify(workspace, "structure").beyond} == {"U176"}


def test_interrupted_init_leaves_no_workspace_that_opens(tmp_path, machine, workspace) -> None:
    root = tmp_path / "half"
    plan = Plan(root, workspace.root / "agency.json", workspace.agency, workspace.profile, None, "en")
    create_files(plan, machine)
    with pytest.raises(InputError, match="U102"), open_workspace(root, machine=machine):
        pass
    with pytest.raises(InputError, match="U101"):
        create_workspace(root, workspace.root / "agency.json", machine=machine)


def test_own_profile_is_kept_in_the_workspace(tmp_path, machine, workspace, papers) -> None:
    shipped = Path(__file__).parents[3] / "retention/profiles/taipei-2017.toml"
    own = tmp_path / "ten-years.toml"
    own.write_text(shipped.read_text(encoding="utf-8").replace("years = 3", "years = 10"), encoding="utf-8")
    root = tmp_path / "own"
    create_workspace(root, workspace.root / "agency.json", profile=str(own), machine=machine)
    own.unlink()
    with open_workspace(root, machine=machine) as opened:
        file_records(opened, "form_1_2", papers.applications(1))
        cancel_accounts(opened, papers.cancellations(1))
        assert [record.due.year for record in list_records(opened)] == [2031]


def test_folder_with_a_question_mark_is_a_folder(tmp_path, machine, workspace) -> None:
    root = tmp_path / "a?b"
    create_workspace(root, workspace.root / "agency.json", machine=machine)
    assert (root / "state/webir.db").is_file()
    assert not (tmp_path / "a").exists()


def test_every_running_application_of_an_account_is_cancelled(workspace, papers) -> None:
    file_records(workspace, "form_1_2", papers.applications(1))
    file_records(workspace, "form_1_2", papers.applications(1, 申請類別="異動", 職稱="股長"))
    assert len(cancel_accounts(workspace, papers.cancellations(1)).cancelled) == 2
    assert {record.version for record in list_records(workspace)} == {2}
