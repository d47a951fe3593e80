"""The plug is pulled at every write of filing and annotating: what was acknowledged is there, all of it."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import pytest
from sqlalchemy import event

from signing.findings import Verdict
from signing.verifier import Level, verify_archive
from webir_records.archive.archive import Archive, NewVersion
from webir_records.archive.disk import TEMPORARY_SUFFIX, Disk

RECORDS = ("aaaaaaaaaaaaaaaa0001", "bbbbbbbbbbbbbbbb0002", "cccccccccccccccc0003")


class PowerLossError(BaseException):
    """Not an Exception: no handler of ours may mistake it for an error that it can go on after."""


@dataclass
class Fuse:
    """Burns at the n-th operation; `kept` says whether that operation reached the disk."""

    nth: int
    kept: bool
    count: int = 0

    def burns(self) -> bool:
        self.count += 1
        return self.count == self.nth


class FailingDisk:
    def __init__(self, inner: Disk, fuse: Fuse) -> None:
        self.inner, self.fuse = inner, fuse

    def read(self, path: str) -> bytes:
        return self.inner.read(path)

    def exists(self, path: str) -> bool:
        return self.inner.exists(path)

    def list(self, prefix: str) -> Iterator[str]:
        return self.inner.list(prefix)

    def write_many(self, files: Iterable[tuple[str, bytes]]) -> None:
        for path, data in files:
            burns = self.fuse.burns()
            if not burns or self.fuse.kept:
                self.inner.write_many([(path, data)])
            if burns:
                if not self.fuse.kept:
                    self.inner.write_many([(path + TEMPORARY_SUFFIX, data[: len(data) // 2])])
                raise PowerLossError

    def remove(self, path: str) -> bool:
        burns = self.fuse.burns()
        removed = self.inner.remove(path) if not burns or self.fuse.kept else True
        if burns:
            raise PowerLossError
        return removed


def _burn_at_commits(archive: Archive, fuse: Fuse) -> None:
    def committing(_connection: object) -> None:
        if fuse.burns():
            raise PowerLossError

    event.listen(archive.engine, "commit", committing)
    event.listen(archive.keys._engine, "commit", committing)


def _act(archive: Archive, new_version: Callable[..., NewVersion], done: list[tuple[str, int]]) -> None:
    """File two records together, one alone, then annotate the first; note what was acknowledged."""
    steps = ([(RECORDS[0], 1), (RECORDS[1], 1)], [(RECORDS[2], 1)], [(RECORDS[0], 2)])
    for step in steps:
        archive.store([new_version(r, v) for r, v in step], actor="operator", batch="b1", year=2026)
        done += step


def _fuses() -> Iterator[tuple[int, bool]]:
    return ((nth, kept) for nth in range(1, 46) for kept in (False, True))


@pytest.mark.parametrize(("nth", "kept"), list(_fuses()), ids=lambda value: str(value))
def test_archive_is_whole_after_power_loss_at_nth_write(
    nth: int, kept: bool, archive_folder, new_version: Callable[..., NewVersion]
) -> None:
    fuse, acknowledged = Fuse(nth, kept), []
    broken = archive_folder.open(lambda disk: FailingDisk(disk, fuse))
    _burn_at_commits(broken, fuse)
    with suppress(PowerLossError):
        _act(broken, new_version, acknowledged)
    broken.engine.dispose()
    broken.keys.close()

    archive = archive_folder.open()
    archive.recover()
    for record, version in acknowledged:
        assert archive.read(record, version).data["name"] == "林𠮷堃 & <O'Brien>"
    archive.store([new_version("dddddddddddddddd0004")], actor="operator", batch="b2", year=2026)
    _assert_verifies(archive_folder, archive)
    archive.engine.dispose()
    archive.keys.close()


def test_every_write_of_the_acts_is_covered(archive_folder, new_version: Callable[..., NewVersion]) -> None:
    fuse = Fuse(nth=0, kept=False)
    archive = archive_folder.open(lambda disk: FailingDisk(disk, fuse))
    _burn_at_commits(archive, fuse)
    _act(archive, new_version, [])
    assert fuse.count < 46
    archive.engine.dispose()
    archive.keys.close()


def _assert_verifies(archive_folder, archive: Archive) -> None:
    root = archive_folder.root / "archive"
    report = verify_archive(root, vkeys=[archive_folder.signer.vkey], level=Level.parse("full"))
    assert report.verdict is Verdict.VALID, report.findings
    assert not list(root.rglob(f"*{TEMPORARY_SUFFIX}"))
    assert report.checkpoint.size == archive.ledger.head().size
