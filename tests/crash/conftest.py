"""A disk and databases that lose power at the n-th operation."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine, event

from signing.verifier.files import ArchiveFiles
from webir_records.archive.disk import TEMPORARY_SUFFIX
from webir_records.archive.locks import Locks
from webir_records.archive.store import Store


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

    def burn_at_commits_of(self, *engines: Engine) -> None:
        for engine in engines:
            event.listen(engine, "commit", self._committing)

    def _committing(self, _connection: object) -> None:
        if self.burns():
            raise PowerLossError


class FailingDisk:
    def __init__(self, inner: Store, fuse: Fuse) -> None:
        self.inner, self.fuse = inner, fuse

    def read(self, path: str) -> bytes:
        return self.inner.read(path)

    def exists(self, path: str) -> bool:
        return self.inner.exists(path)

    def list(self, prefix: str) -> Iterator[str]:
        return self.inner.list(prefix)

    @property
    def locks(self) -> Locks | None:
        return self.inner.locks

    def reader(self) -> ArchiveFiles:
        return self.inner.reader()

    def write(self, path: str, data: bytes) -> None:
        self.write_many([(path, data)])

    def put(self, path: str, data: bytes) -> None:
        self.put_many([(path, data)])

    def write_many(self, files: Iterable[tuple[str, bytes]]) -> None:
        self._write_until_power_is_lost(files, self.inner.write_many)

    def put_many(self, files: Iterable[tuple[str, bytes]]) -> None:
        self._write_until_power_is_lost(files, self.inner.put_many)

    def _write_until_power_is_lost(self, files, write) -> None:
        for path, data in files:
            burns = self.fuse.burns()
            if not burns or self.fuse.kept:
                write([(path, data)])
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

    def remove_many(self, paths: Iterable[str]) -> None:
        for path in paths:
            self.remove(path)

    def discard(self, paths: Iterable[str]) -> None:
        self.remove_many(paths)


@pytest.fixture
def power_loss() -> type[BaseException]:
    return PowerLossError


@pytest.fixture
def make_fuse() -> type[Fuse]:
    return Fuse


@pytest.fixture
def failing_disk() -> type[FailingDisk]:
    return FailingDisk
