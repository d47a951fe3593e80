"""The disk keeps its promises: durable in this order, whole or absent, never outside its folder."""

import os
from pathlib import Path

import pytest

from webir_records.archive.disk import LocalDisk
from webir_records.model.errors import FaultError


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note what is synchronised and renamed, in order."""
    done: list[str] = []
    real_fsync, real_replace = os.fsync, Path.replace

    def fsync(descriptor: int) -> None:
        done.append(f"fsync {Path(f'/proc/self/fd/{descriptor}').readlink().name}")
        real_fsync(descriptor)

    def replace(self: Path, target: Path) -> Path:
        done.append(f"rename {self.name} {Path(target).name}")
        return real_replace(self, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    return done


needs_proc = pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="names descriptors through /proc")


@needs_proc
def test_file_is_synchronised_before_its_rename_and_its_folder_after(tmp_path, calls) -> None:
    LocalDisk(tmp_path).write("records/a.sealed", b"x")
    assert calls[:2] == ["fsync a.sealed.tmp", "rename a.sealed.tmp a.sealed"]
    assert set(calls[2:]) == {"fsync records", f"fsync {tmp_path.name}"}


@needs_proc
def test_folder_is_synchronised_after_a_removal(tmp_path, calls) -> None:
    disk = LocalDisk(tmp_path)
    disk.write("records/a.sealed", b"x")
    calls.clear()
    assert disk.remove("records/a.sealed")
    assert calls == ["fsync records"]


def test_failed_write_leaves_the_old_file_whole(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = LocalDisk(tmp_path)
    disk.write("checkpoint", b"old")

    def full(_descriptor: int, _data: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(FaultError, match="A110"):
        disk.write("checkpoint", b"new")
    assert disk.read("checkpoint") == b"old"


def test_failed_fsync_is_a_fault_and_is_not_tried_again(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []

    def broken(descriptor: int) -> None:
        tried.append(descriptor)
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(FaultError, match="A111"):
        LocalDisk(tmp_path).write("checkpoint", b"new")
    assert len(tried) == 1
    assert not (tmp_path / "checkpoint").exists()


@pytest.mark.parametrize("path", ["../out", "a/../../out", "/etc/out"])
def test_path_outside_the_folder_is_refused(tmp_path, path: str) -> None:
    disk = LocalDisk(tmp_path / "box")
    for act in (disk.read, disk.remove, disk.exists, lambda p: disk.write(p, b"x")):
        with pytest.raises(ValueError, match="leaves the folder"):
            act(path)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_key_file_is_readable_by_its_owner_alone(tmp_path) -> None:
    LocalDisk(tmp_path, mode=0o600).write("log.key", b"secret")
    assert (tmp_path / "log.key").stat().st_mode & 0o777 == 0o600
