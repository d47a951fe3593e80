"""Workspaces made by released versions open, read and verify for ever."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from signing.findings import Verdict
from signing.verifier import Level, verify_archive
from webir_records.archive.key_backup import parse_backup
from webir_records.bootstrap import open_without_keys, open_workspace
from webir_records.services.filing import file_records
from webir_records.services.key_restoring import restore_backup
from webir_records.services.records import list_records, show_record
from webir_records.services.verifying import verify

VERSIONS = sorted(path.parent for path in (Path(__file__).parents[1] / "data/workspaces").glob("*/workspace"))
PASSPHRASE = "correct horse battery staple"


@pytest.fixture(autouse=True)
def _later(clock) -> None:
    """The workspaces were made on the day on which the tests' clock stands still, and in the week after."""
    clock.forward(days=9)


@pytest.fixture(params=VERSIONS, ids=lambda path: path.name)
def kept(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


@pytest.fixture
def root(kept: Path, tmp_path: Path) -> Path:
    """A copy, as a checkout or a backup medium gives it: open to read, without empty folders."""
    root = Path(shutil.copytree(kept / "workspace", tmp_path / "workspace"))
    shutil.rmtree(root / "out", ignore_errors=True)
    return root


def _expected(kept: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((kept / "expected.json").read_text(encoding="utf-8"))
    return found


def test_every_kept_one_is_read() -> None:
    assert {path.name for path in VERSIONS} == {"0.1.0", "0.1.0-schema-3"}


def test_archive_alone_verifies_with_the_key_of_its_day_and_with_all_keys(kept: Path) -> None:
    expected = _expected(kept)
    for vkeys in ([expected["vkey"]], [expected["vkey"], expected["first_vkey"]]):
        report = verify_archive(kept / "workspace/archive", vkeys=vkeys, level=Level.parse("full"))
        assert report.verdict is Verdict.VALID
        assert report.records == expected["records"]
        assert report.checkpoint is not None
        assert report.checkpoint.size == expected["size"]


def test_workspace_opens_reads_verifies_and_goes_on(kept: Path, root: Path, machine, papers) -> None:
    expected = _expected(kept)
    with open_workspace(root, machine=machine) as workspace:
        living = [row.record for row in list_records(workspace, state="filed")]
        assert verify(workspace, "full").report.records == expected["records"]
        assert sorted(str(show_record(workspace, one).data["name"]) for one in living) == sorted(
            expected["names"]
        )
        assert len(file_records(workspace, "form_1_2", papers.applications(1, 姓名="𠮷")).filed) == 1
        assert verify(workspace, "full").fine


def test_keys_come_back_from_the_backup_of_that_day(kept: Path, root: Path, machine) -> None:
    shutil.rmtree(root / "keys")
    with open_without_keys(root, machine=machine) as lost:
        backup = parse_backup((kept / "keys.backup").read_bytes(), path="keys.backup")
        restore_backup(lost, backup, PASSPHRASE, path="keys.backup", actor="mgr-01")
    with open_workspace(root, machine=machine) as workspace:
        assert verify(workspace, "full").fine
