"""One program at a time, nothing in the clear left behind, and no way back behind a checkpoint once seen."""

import shutil
from contextlib import suppress

import pytest
from filelock import FileLock

from webir_records import bootstrap
from webir_records.model.errors import FaultError
from webir_records.services.filing import file_records
from webir_records.services.verifying import REMEMBERED, verify


def _findings(checked) -> set[str]:
    return {finding.code for finding in checked.report.findings} | {code for code, _ in checked.beyond}


def test_workspace_that_another_program_holds_is_not_opened(
    workspace_root, reopen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "_LOCK_WAIT_S", 0.05)
    with (
        FileLock(workspace_root / "state/lock"),
        pytest.raises(FaultError, match="A160"),
        reopen(),
    ):
        pass
    with reopen():
        pass


def test_documents_in_the_clear_of_a_killed_run_are_removed(workspace_root, reopen) -> None:
    scratch = workspace_root / "state/work-0badf00d"
    scratch.mkdir()
    (scratch / "000000.docx").write_bytes("林𠮷堃".encode())
    with reopen():
        assert not scratch.exists()


def test_what_was_committed_and_not_published_is_published_by_the_next_open(
    workspace_root, reopen, papers, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed() -> None:
        raise Killed

    with suppress(Killed), reopen() as workspace:
        monkeypatch.setattr(workspace.archive.ledger, "publish", killed)
        file_records(workspace, "form_1_2", papers.applications())
        pytest.fail("nothing was published, yet the caller was told that it was filed")
    before = (workspace_root / "archive/checkpoint").read_bytes()
    with reopen() as workspace:
        assert (workspace_root / "archive/checkpoint").read_bytes() != before
        assert verify(workspace, "full").fine


def test_older_archive_and_databases_put_back_together_are_a_rollback(
    workspace_root, reopen, papers, copy_of
) -> None:
    older = copy_of(workspace_root)
    with reopen() as workspace:
        file_records(workspace, "form_1_2", papers.applications(2))
        assert verify(workspace, "structure").fine
    remembered = (workspace_root / "state" / REMEMBERED).read_bytes()
    for name in ("archive", "state"):
        shutil.rmtree(workspace_root / name)
        shutil.copytree(older / name, workspace_root / name)
    (workspace_root / "state" / REMEMBERED).write_bytes(remembered)
    with reopen() as workspace:
        checked = verify(workspace, "structure")
    assert not checked.fine
    assert "ROLLED_BACK" in _findings(checked)
    assert (workspace_root / "state" / REMEMBERED).read_bytes() == remembered


def test_damaged_archive_is_not_remembered(workspace_root, reopen, papers) -> None:
    with reopen() as workspace:
        file_records(workspace, "form_1_2", papers.applications())
        next((workspace_root / "archive/records").rglob("*.sealed")).unlink()
        assert not verify(workspace, "structure").fine
    assert not (workspace_root / "state" / REMEMBERED).exists()


def test_older_files_beside_a_newer_database_are_reported(workspace_root, reopen, papers, copy_of) -> None:
    older = copy_of(workspace_root / "archive")
    with reopen() as workspace:
        file_records(workspace, "form_1_2", papers.applications())
        for name in ("checkpoint", "tile"):
            target = workspace_root / "archive" / name
            _replace(older / name, target)
        assert "U172" in _findings(verify(workspace, "structure"))


def _replace(source, target) -> None:
    if target.is_dir():
        shutil.rmtree(target)
        shutil.copytree(source, target)
    else:
        shutil.copy(source, target)
