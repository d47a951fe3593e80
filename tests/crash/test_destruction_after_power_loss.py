"""The plug is pulled at every write of a destruction: run again, it ends the same; nothing looks lost."""

import dataclasses
import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from signing.findings import Report, Verdict
from signing.verifier import Level, verify_archive
from webir_records.archive.archive import Archive
from webir_records.archive.disk import TEMPORARY_SUFFIX
from webir_records.archive.ledger import Ledger
from webir_records.bootstrap import open_workspace
from webir_records.services.cancelling import cancel_accounts
from webir_records.services.context import Machine, Workspace
from webir_records.services.destruction import drafting, execution, stating
from webir_records.services.destruction.batches import show_batch
from webir_records.services.filing import file_records
from webir_records.services.people import add_person

PASSPHRASE = "correct horse battery"
OPERATIONS = 38


@pytest.fixture(scope="module")
def approved(tmp_path_factory, prepared_workspace) -> tuple[Path, Machine, str]:
    """A workspace with two lapsed records in an approved batch and one that stays."""
    root, machine, papers = prepared_workspace(tmp_path_factory.mktemp("approved"))
    with open_workspace(root, machine=machine) as workspace:
        file_records(workspace, "form_1_2", papers.applications(3))
        cancel_accounts(workspace, papers.cancellations(2))
        for person, role in (("arch-01", "archivist"), ("wit-01", "witness"), ("mgr-01", "agency_manager")):
            add_person(workspace, person, (role,), PASSPHRASE)
        batch = drafting.draft(workspace, actor="arch-01").batch.batch
        for kind, person in (("approval", "mgr-01"), ("witness", "wit-01")):
            stating.state(workspace, batch, kind=kind, actor=person, passphrase=PASSPHRASE)
    return root, machine, batch


def _with_failing_disks(workspace, fuse, failing_disk) -> Workspace:
    archive = workspace.archive
    files = failing_disk(archive.disk, fuse)
    archive.keys._disk = failing_disk(archive.keys._disk, fuse)
    ledger = Ledger(workspace.engine, files, archive.ledger._signer, workspace.machine.now)
    fuse.burn_at_commits_of(workspace.engine, archive.keys._engine)
    return dataclasses.replace(
        workspace, archive=Archive(workspace.engine, files, archive.keys, ledger), files=files
    )


def _execute(workspace, batch: str) -> None:
    execution.execute(workspace, batch, actor="arch-01", confirm=batch)


@pytest.mark.parametrize("kept", [False, True], ids=["lost", "kept"])
@pytest.mark.parametrize("nth", range(1, OPERATIONS))
def test_broken_destruction_is_finished_by_the_same_command(
    nth, kept, approved, tmp_path, make_fuse, failing_disk, power_loss
) -> None:
    source, machine, batch = approved
    root = tmp_path / "workspace"
    shutil.copytree(source, root)
    with suppress(power_loss), open_workspace(root, machine=machine) as workspace:
        _execute(_with_failing_disks(workspace, make_fuse(nth, kept), failing_disk), batch)

    with open_workspace(root, machine=machine) as workspace:
        between = _verify(workspace)
        assert between.verdict is not Verdict.INVALID, between.findings
        assert "MISSING" not in between.records
        if show_batch(workspace, batch).state != "closed":
            _execute(workspace, batch)
        after = _verify(workspace)
        assert after.verdict is Verdict.VALID, after.findings
        assert after.records == {"DESTROYED_AUTHORISED": 2, "OK": 1}
        assert show_batch(workspace, batch).state == "closed"
        assert [s.keys for s in workspace.archive.keys.status() if s.state == "active"] == [1]
        assert not list((root / "keys").glob("kek-2026.key"))
        assert not list((root / "archive").rglob(f"*{TEMPORARY_SUFFIX}"))


def test_every_write_of_the_destruction_is_covered(approved, tmp_path, make_fuse, failing_disk) -> None:
    source, machine, batch = approved
    shutil.copytree(source, tmp_path / "workspace")
    fuse = make_fuse(0, kept=False)
    with open_workspace(tmp_path / "workspace", machine=machine) as workspace:
        _execute(_with_failing_disks(workspace, fuse, failing_disk), batch)
    assert fuse.count == OPERATIONS - 1


def _verify(workspace) -> Report:
    vkey = workspace.archive.ledger.vkey
    return verify_archive(workspace.root / "archive", vkeys=[vkey], level=Level.parse("full"))
