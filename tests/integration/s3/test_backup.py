"""A workspace with its files in a bucket, backed up and restored: the restored one has them in a folder."""

import shutil

import pytest

from webir_records.bootstrap import open_workspace
from webir_records.services.backing_up import create_backup
from webir_records.services.filing import file_records
from webir_records.services.records import list_records, show_record
from webir_records.services.restoring.restore import restore_backup
from webir_records.services.verifying import verify

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def test_backup_of_a_bucket_comes_back_as_a_folder_and_leaves_the_bucket_alone(
    bucket_workspace, papers, tmp_path, machine
) -> None:
    with bucket_workspace.open() as workspace:
        file_records(workspace, "form_1_2", papers.applications(2))
        keys = workspace.root / "keys"
    made = create_backup(bucket_workspace.open, tmp_path / "b.tar")
    before = bucket_workspace.versions()
    target = tmp_path / "restored"
    restore_backup(made.path, target, accept_missing=True)
    shutil.copytree(keys, target / "keys", dirs_exist_ok=True)
    with open_workspace(target, machine=machine) as workspace:
        records = [row.record for row in list_records(workspace)]
        assert {show_record(workspace, record).data["name"] for record in records} == {
            "林𠮷堃",
            "O'Brien & 李<小>明",
        }
        assert verify(workspace, "full").fine
        assert list((target / "archive/records").rglob("*.sealed"))
    assert bucket_workspace.versions() == before
