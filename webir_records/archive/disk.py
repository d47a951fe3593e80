"""The one door through which archive and key files reach the disk.

A write is durable when the call returns: temporary file, fsync, rename, fsync of the folder. An
fsync error is fatal and never retried: after it the kernel may have dropped the data and marked the
pages clean (Rebello et al., USENIX ATC 2020), so only a fresh start from what is on disk is honest.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Final, Protocol

from webir_records.model.errors import FaultError

TEMPORARY_SUFFIX: Final = ".tmp"


class Disk(Protocol):
    """Files by relative path with `/`; every change is durable when the call returns."""

    def read(self, path: str) -> bytes:
        """Return the whole file; `FileNotFoundError` when it is not there."""
        ...

    def write_many(self, files: Iterable[tuple[str, bytes]]) -> None:
        """Write or replace files; each is whole or absent, whatever happens in between."""
        ...

    def remove(self, path: str) -> bool:
        """Remove a file; False when it was not there."""
        ...

    def exists(self, path: str) -> bool:
        """Tell whether the file is there."""
        ...

    def list(self, prefix: str) -> Iterator[str]:
        """Yield every file below a folder, temporary ones included, in no order."""
        ...


class LocalDisk:
    """A folder of this machine."""

    def __init__(self, root: Path, *, mode: int = 0o644) -> None:
        self._root = root
        self._mode = mode

    def read(self, path: str) -> bytes:
        """Return the whole file; `FileNotFoundError` when it is not there."""
        return self._locate(path).read_bytes()

    def write(self, path: str, data: bytes) -> None:
        """Write or replace one file."""
        self.write_many([(path, data)])

    def write_many(self, files: Iterable[tuple[str, bytes]]) -> None:
        """Write or replace files, then make their folders durable once each.

        Raises:
            FaultError: A110 the disk refused to write (full, read-only, no permission); A111 fsync failed.
        """
        folders: set[Path] = set()
        for path, data in files:
            target = self._locate(path)
            folders |= self._make_folder(target.parent)
            self._write_file(target, data)
            folders.add(target.parent)
        for folder in folders:
            _sync_folder(folder)

    def remove(self, path: str) -> bool:
        """Remove a file; False when it was not there."""
        target = self._locate(path)
        try:
            target.unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise FaultError("A110", path=target.name, cause=error.strerror or "") from error
        _sync_folder(target.parent)
        return True

    def exists(self, path: str) -> bool:
        """Tell whether the file is there."""
        return self._locate(path).is_file()

    def list(self, prefix: str) -> Iterator[str]:
        """Yield every file below a folder, in no order."""
        for folder, _, names in os.walk(self._locate(prefix)):
            for name in names:
                yield (Path(folder) / name).relative_to(self._root).as_posix()

    def _locate(self, path: str) -> Path:
        pure = PurePosixPath(path)
        if pure.is_absolute() or ".." in pure.parts:
            raise ValueError(f"path leaves the folder: {path}")
        return self._root / pure

    def _make_folder(self, folder: Path) -> set[Path]:
        """Make a folder and say which parents got a new name to make durable."""
        if folder.is_dir():
            return set()
        parents = self._make_folder(folder.parent)
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            raise FaultError("A110", path=folder.name, cause=error.strerror or "") from error
        return parents | {folder.parent}

    def _write_file(self, target: Path, data: bytes) -> None:
        temporary = target.with_name(target.name + TEMPORARY_SUFFIX)
        try:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, self._mode)
        except OSError as error:
            raise FaultError("A110", path=target.name, cause=error.strerror or "") from error
        try:
            _write_all(descriptor, data, target)
            _sync(descriptor, target)
        finally:
            os.close(descriptor)
        try:
            temporary.replace(target)
        except OSError as error:
            raise FaultError("A110", path=target.name, cause=error.strerror or "") from error


_BINARY: Final[int] = getattr(os, "O_BINARY", 0)  # Windows would translate line ends


def _write_all(descriptor: int, data: bytes, target: Path) -> None:
    view = memoryview(data)
    try:
        while view:
            view = view[os.write(descriptor, view) :]
    except OSError as error:
        raise FaultError("A110", path=target.name, cause=error.strerror or "") from error


def _sync(descriptor: int, target: Path) -> None:
    try:
        os.fsync(descriptor)
    except OSError as error:
        raise FaultError("A111", path=target.name, cause=error.strerror or "") from error


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows has no fsync of folders; NTFS journals the rename itself
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        _sync(descriptor, folder)
    finally:
        os.close(descriptor)
