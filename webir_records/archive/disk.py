"""The one door through which archive and key files reach the disk.

A write is durable when the call returns: temporary file, fsync, rename, fsync of the folder. What may
never change is put, not written: its name is given to the finished file only if nobody has it yet. An
fsync error is fatal and never retried: after it the kernel may have dropped the data and marked the
pages clean (Rebello et al., USENIX ATC 2020), so only a fresh start from what is on disk is honest.
"""

import os
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence, Sized
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Final, Generic, Protocol, TypeVar

from signing.verifier.files import ArchiveFiles
from signing.verifier.folder import ArchiveFolder
from webir_records.archive.locks import Locks
from webir_records.model.errors import FaultError

TEMPORARY_SUFFIX: Final = ".tmp"
AT_ONCE: Final = 8
"""Files that are written and synced at one time; more did not help on an SSD."""

FEW: Final = 4
"""Fewer files than these are not worth threads."""

_Item = TypeVar("_Item")


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

    def discard(self, paths: Sequence[str]) -> None:
        """Remove files that nobody needs; after a power loss some may be there again."""
        ...

    def exists(self, path: str) -> bool:
        """Tell whether the file is there."""
        ...

    def list(self, prefix: str) -> Iterator[str]:
        """Yield every file below a folder, temporary ones included, in no order."""
        ...


class LocalDisk:
    """A folder of this machine; it passes for a `Store`, without locks of its own."""

    def __init__(self, root: Path, *, mode: int = 0o644) -> None:
        self._root = root
        self._mode = mode

    @property
    def root(self) -> Path:
        """The folder."""
        return self._root

    @property
    def locks(self) -> Locks | None:
        """None: whoever may write in a folder may delete in it."""
        return None

    def close(self) -> None:
        """Do nothing: no file is left open between calls."""

    def reader(self) -> ArchiveFiles:
        """Return what a verifier reads through."""
        return ArchiveFolder(self._root)

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
        self._all(files, self._write_file)

    def put(self, path: str, data: bytes) -> None:
        """Put one file that may never change."""
        self.put_many([(path, data)])

    def put_many(self, files: Iterable[tuple[str, bytes]]) -> None:
        """Put files that may never change, then make their folders durable once each.

        The same bytes again are fine, a broken run is repeated.

        Raises:
            FaultError: A110, A111 as `write_many`; A179 other bytes lie there: nothing was changed.
        """
        self._all(files, self._put_or_compare)

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

    def remove_many(self, paths: Sequence[str]) -> None:
        """Remove files, then make each of their folders durable once; what is not there is passed over.

        Raises:
            FaultError: A110 the disk refused; A111 fsync failed.
        """
        targets = [self._locate(path) for path in paths]
        _in_threads(_unlink, [targets[start::AT_ONCE] for start in range(AT_ONCE)], len(targets))
        folders = sorted({target.parent for target in targets if target.parent.is_dir()})
        _in_threads(_sync_folder, folders, len(folders))

    def discard(self, paths: Sequence[str]) -> None:
        """Remove files that nobody needs, without waiting until that is durable.

        Raises:
            FaultError: A110 the disk refused.
        """
        _unlink([self._locate(path) for path in paths])

    def exists(self, path: str) -> bool:
        """Tell whether the file is there."""
        return self._locate(path).is_file()

    def list(self, prefix: str) -> Iterator[str]:
        """Yield every file below a folder, in no order."""
        for folder, _, names in os.walk(self._locate(prefix)):
            for name in names:
                yield (Path(folder) / name).relative_to(self._root).as_posix()

    def _all(self, files: Iterable[tuple[str, bytes]], act: Callable[[Path, bytes], None]) -> None:
        """Do the same with many files, several at a time; then make their folders durable once each.

        The system gathers what several threads ask it to sync. With the first error no further file is begun.
        A file is taken from `files` when its turn comes, so that what makes them works beside the disk.
        """
        folders: set[Path] = set()

        def located() -> Iterator[tuple[Path, bytes]]:
            for path, data in files:
                target = self._locate(path)
                folder = target.parent
                if folder not in folders:
                    folders.update(self._make_folder(folder), (folder,))
                yield target, data

        _in_threads(lambda item: act(*item), located(), _length(files))
        _in_threads(_sync_folder, sorted(folders), len(folders))

    def _put_or_compare(self, target: Path, data: bytes) -> None:
        if not self._put_file(target, data) and target.read_bytes() != data:
            raise FaultError("A179", path=target.relative_to(self._root).as_posix())

    def _locate(self, path: str) -> Path:
        if path.startswith("/") or ".." in path.split("/"):
            raise ValueError(f"path leaves the folder: {path}")
        return self._root / path

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
        temporary = self._write_temporary(target, data)
        with _named_faults(target):
            temporary.replace(target)

    def _put_file(self, target: Path, data: bytes) -> bool:
        """Write a file beside its name and give it the name; False when the name is taken."""
        descriptor = _open_nameless(target.parent, self._mode)
        if descriptor is None:
            return _take_name(self._write_temporary(target, data), target)
        try:
            _write_all(descriptor, data, target)
            _sync(descriptor, target)
            named = _name_it(descriptor, target)
        finally:
            os.close(descriptor)
        _temporary(target).unlink(missing_ok=True)  # of a run that was broken on another system
        return named

    def _write_temporary(self, target: Path, data: bytes) -> Path:
        temporary = _temporary(target)
        with _named_faults(target):
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, self._mode)
        try:
            _write_all(descriptor, data, target)
            _sync(descriptor, target)
        finally:
            os.close(descriptor)
        return temporary


def _in_threads(act: Callable[[_Item], None], items: Iterable[_Item], count: int | None) -> None:
    """Do the same with every item, in threads when there are many; the first error ends it.

    Args:
        act: what is done.
        items: taken one after the other, by one thread at a time.
        count: how many there are, if that is known.
    """
    if count is not None and count < FEW:
        for item in items:
            act(item)
        return
    queue = _Queue(items)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        running = [threads.submit(queue.work, act) for _ in range(AT_ONCE)]
        try:
            for one in running:
                one.result()
        except BaseException:
            queue.end()
            raise


class _Queue(Generic[_Item]):
    """Items that several threads take in turn; after an error nobody gets another one."""

    def __init__(self, items: Iterable[_Item]) -> None:
        self._items = iter(items)
        self._turn = Lock()
        self._ended = False

    def work(self, act: Callable[[_Item], None]) -> None:
        """Take items and act on them until there are no more."""
        try:
            while (item := self._take()) is not None:
                act(item[0])
        except BaseException:
            self.end()
            raise

    def end(self) -> None:
        """Give no further item to anybody."""
        self._ended = True

    def _take(self) -> tuple[_Item] | None:
        with self._turn:
            if self._ended:
                return None
            for item in self._items:
                return (item,)
            return None


def _length(files: Iterable[object]) -> int | None:
    return len(files) if isinstance(files, Sized) else None


def _unlink(targets: Sequence[Path]) -> None:
    for target in targets:
        with _named_faults(target):
            target.unlink(missing_ok=True)


_BINARY: Final[int] = getattr(os, "O_BINARY", 0)  # Windows would translate line ends
_NAMELESS: Final[int] = getattr(os, "O_TMPFILE", 0)  # Linux alone
_DESCRIPTORS: Final = Path("/proc/self/fd")


def _temporary(target: Path) -> Path:
    return target.with_name(target.name + TEMPORARY_SUFFIX)


@contextmanager
def _named_faults(target: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise FaultError("A110", path=target.name, cause=error.strerror or "") from error


def _open_nameless(folder: Path, mode: int) -> int | None:
    """Open a file that has no name yet, so that two writers never share one and a crash leaves nothing.

    None where the system or the file system knows no such files.
    """
    if not _NAMELESS or not _DESCRIPTORS.is_dir():
        return None
    with suppress(OSError):  # the way with a temporary name says what is wrong
        return os.open(folder, _NAMELESS | os.O_WRONLY, mode)
    return None


def _name_it(descriptor: int, target: Path) -> bool:
    source = str(_DESCRIPTORS / str(descriptor))
    try:
        # a folder's descriptor makes Python call linkat(2), which alone follows the link in /proc
        os.link(source, target, src_dir_fd=descriptor, follow_symlinks=True)
    except FileExistsError:
        return False
    except OSError as error:
        raise FaultError("A110", path=target.name, cause=error.strerror or "") from error
    return True


def _take_name(temporary: Path, target: Path) -> bool:
    """Give a written temporary file its name unless that is taken; the temporary name is gone either way."""
    try:
        os.link(temporary, target)
    except FileExistsError:
        temporary.unlink()
        return False
    except OSError:  # a file system without links; the lock on the workspace keeps other writers out
        return _rename_unless_taken(temporary, target)
    temporary.unlink()
    return True


def _rename_unless_taken(temporary: Path, target: Path) -> bool:
    if target.exists():
        temporary.unlink()
        return False
    with _named_faults(target):
        temporary.replace(target)
    return True


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
