"""A folder as a store: puts without links or nameless files, and what the self-test sees."""

import os
from pathlib import Path

import pytest

from webir_records.archive import disk as disk_module
from webir_records.archive.disk import LocalDisk
from webir_records.archive.folder_trials import file_system, try_folder
from webir_records.archive.trials import Outcome
from webir_records.model.errors import FaultError


@pytest.fixture(params=["nameless", "named", "no_links"])
def disk(request, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LocalDisk:
    """A disk on a system with nameless files, without them, and on a file system without links."""
    if request.param != "nameless":
        monkeypatch.setattr(disk_module, "_NAMELESS", 0)
    if request.param == "no_links":

        def no_links(*_: object, **__: object) -> None:
            raise PermissionError(1, "Operation not permitted")

        monkeypatch.setattr(os, "link", no_links)
    return LocalDisk(tmp_path / "archive")


def test_put_never_replaces_on_any_system(disk: LocalDisk) -> None:
    disk.put("records/a", b"first")
    disk.put("records/a", b"first")
    with pytest.raises(FaultError, match="A179"):
        disk.put("records/a", b"second")
    assert disk.read("records/a") == b"first"
    assert list(disk.list("")) == ["records/a"]


def test_failed_put_leaves_no_name(disk: LocalDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(FaultError, match="A111"):
        disk.put("records/a", b"first")
    assert not disk.exists("records/a")


def _outcomes(disk: LocalDisk) -> dict[str, Outcome]:
    return {proof.name: proof.outcome for proof in try_folder(disk, disk.root, "token")}


def test_two_programs_that_want_one_name_have_one_winner(tmp_path) -> None:
    root = tmp_path / "archive"
    root.mkdir()
    outcomes = _outcomes(LocalDisk(root))
    assert {name for name, outcome in outcomes.items() if outcome is Outcome.PROVEN} >= {
        "fsync",
        "put_if_absent",
        "put_never_replaces",
        "every_version_vanishes",
    }
    assert {name for name, outcome in outcomes.items() if outcome is Outcome.NOT_PROVEN} >= {
        "hold_refuses_deletion",
        "durability",
    }
    assert not list(root.iterdir())


class _Replacing(LocalDisk):
    def put(self, path: str, data: bytes) -> None:
        self.write(path, data)


def test_store_that_replaces_fails_the_test(tmp_path) -> None:
    (tmp_path / "archive").mkdir()
    assert _outcomes(_Replacing(tmp_path / "archive"))["put_never_replaces"] is Outcome.FAILED


@pytest.mark.parametrize(("kind", "outcome"), [("ext4", "proven"), ("nfs4", "failed"), ("tmpfs", "failed")])
def test_network_shares_and_memory_are_named(kind: str, outcome: str, tmp_path, monkeypatch) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        f"1 0 8:1 / / rw - ext4 /dev/sda rw\n2 1 0:9 / {tmp_path} rw shared:1 - {kind} server:/share rw\n"
        f"3 1 0:8 / {tmp_path}/other rw - xfs /dev/sdb rw\n"
    )
    monkeypatch.setattr("webir_records.archive.folder_trials._MOUNTS", mounts)
    (tmp_path / "archive").mkdir()
    assert file_system(tmp_path / "archive") == kind
    assert _outcomes(LocalDisk(tmp_path / "archive"))["local_disk"].value == outcome
