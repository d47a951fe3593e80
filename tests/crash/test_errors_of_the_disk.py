"""One sync of many fails, also in a thread: the program stops and acknowledges nothing."""

import errno
import os
import threading
from collections import Counter

import pytest

from signing.findings import Verdict
from signing.verifier import Level, verify_archive
from webir_records.archive import disk as disk_module
from webir_records.archive.disk import TEMPORARY_SUFFIX, LocalDisk
from webir_records.model.errors import FaultError

RECORDS = [f"{number:02}aaaaaaaaaaaaaa{number:04}" for number in range(12)]


class Failing:
    """Stands for a call of the system; from the n-th on it fails, in whatever thread."""

    def __init__(self, real, nth: int) -> None:
        self.real, self.nth, self.count, self.lock = real, nth, 0, threading.Lock()
        self.failed = Counter[int]()

    def __call__(self, descriptor: int, *more: object) -> object:
        with self.lock:
            self.count += 1
            fails = self.count >= self.nth
        if fails:
            self.failed[descriptor] += 1
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return self.real(descriptor, *more)


@pytest.mark.parametrize(("call", "code"), [("fsync", "A111"), ("write", "A110")])
@pytest.mark.parametrize("nth", [1, 2, 5, 9, 12, 13])
def test_error_in_one_of_many_files_ends_the_filing(
    call: str, code: str, nth: int, archive_folder, new_version, monkeypatch
) -> None:
    archive = archive_folder.open()
    with monkeypatch.context() as patch:
        failing = Failing(getattr(os, call), nth)
        patch.setattr(disk_module.os, call, failing)
        with pytest.raises(FaultError) as caught:
            archive.store([new_version(record) for record in RECORDS], actor="operator", batch="b", year=2026)
    archive_folder.close(archive)
    assert caught.value.code in ({code} if nth <= len(RECORDS) else {code, "A113"})
    _assert_nothing_or_all(archive_folder)


def _assert_nothing_or_all(archive_folder) -> None:
    archive = archive_folder.open()
    archive.recover()
    filed = [record for record in RECORDS if archive.intact(record)]
    assert filed in ([], RECORDS)  # all when it was committed: then the start has published it
    if not filed:
        assert not list(archive_folder.root.glob("archive/records/**/*.sealed"))
    report = verify_archive(
        archive_folder.root / "archive", vkeys=[archive_folder.signer.vkey], level=Level.parse("full")
    )
    assert report.verdict is Verdict.VALID, report.findings
    assert not list(archive_folder.root.rglob(f"*{TEMPORARY_SUFFIX}"))
    archive_folder.close(archive)


def test_failed_sync_is_never_tried_again(tmp_path, monkeypatch) -> None:
    failing = Failing(os.fsync, 1)
    monkeypatch.setattr(disk_module.os, "fsync", failing)
    with pytest.raises(FaultError, match="A111"):
        LocalDisk(tmp_path).put("a", b"x")
    assert failing.count == 1


def test_after_the_first_error_no_further_file_is_begun(tmp_path, monkeypatch) -> None:
    failing = Failing(os.fsync, 1)
    monkeypatch.setattr(disk_module.os, "fsync", failing)
    with pytest.raises(FaultError, match="A111"):
        LocalDisk(tmp_path).put_many((f"{number}", b"x") for number in range(400))
    assert failing.count < 200
    assert not list(tmp_path.iterdir())


def test_every_file_and_every_new_folder_is_synced(tmp_path, monkeypatch) -> None:
    """What a folder's name is written in is synced too, up to the folder that was there before."""
    synced: list[str] = []
    real = os.fsync

    def note(descriptor: int) -> None:
        synced.append(os.path.realpath(f"/proc/self/fd/{descriptor}"))
        real(descriptor)

    monkeypatch.setattr(disk_module.os, "fsync", note)
    LocalDisk(tmp_path).put_many((f"a/b/{number}", b"x") for number in range(6))
    folders = {str(tmp_path), str(tmp_path / "a"), str(tmp_path / "a/b")}
    assert folders <= set(synced)
    assert len(synced) == len(folders) + 6
    synced.clear()
    LocalDisk(tmp_path).write("a/b/0", b"y")
    LocalDisk(tmp_path).remove("a/b/1")
    assert synced.count(str(tmp_path / "a/b")) == 2
