"""The file of a backup: a plain tar with a list of digests at its end (docs/backup.md).

`tar xf FILE` and `sha256sum -c manifest-sha256.txt` check it without us. It is written and read member by
member; the list of digests goes through a temporary file, so memory does not grow with the archive.
"""

import hashlib
import os
import re
import tarfile
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final

from signing.canonical import JsonValue, canonical_bytes, parse_canonical
from signing.errors import SigningError
from webir_records.model.errors import FaultError, InputError

FACTS: Final = "backup.json"
DIGESTS: Final = "manifest-sha256.txt"
UNFINISHED: Final = ".unfinished"
_CHUNK: Final = 1 << 20  # bytes
_LONGEST_LINE: Final = 4096  # bytes of a line in the list of digests
_FOLDERS: Final = ("archive", "state", "templates", "mappings")
_FILES: Final = frozenset({"webir.toml", "agency.json", "profile.toml"})
_LATER_RULE: Final = re.compile(r"profile@[1-9][0-9]{0,3}\.toml")
"""A later version of the rule that the agency adopted."""
_DATABASES: Final = frozenset({"state/webir.db", "state/keys.db", "state/newest-checkpoint"})

Facts = dict[str, JsonValue]


class BackupWriter:
    """Writes the members of one backup; see `new_backup`."""

    def __init__(self, file: IO[bytes], digests: IO[bytes], moment: float) -> None:
        self._file = file
        self._digests = digests
        self._moment = moment
        self._hasher = hashlib.sha256()
        self._size = 0

    def add(self, path: str, data: bytes) -> None:
        """Add a small file."""
        self._begin(path, len(data))
        self._write(data)
        self._end(path, len(data), hashlib.sha256(data).hexdigest())

    def add_file(self, path: str, source: Path) -> None:
        """Add a file of any size.

        Raises:
            FaultError: A181 it changed its size meanwhile.
        """
        hasher, left = hashlib.sha256(), source.stat().st_size
        size = left
        self._begin(path, size)
        with source.open("rb") as file:
            while chunk := file.read(min(_CHUNK, left)):
                hasher.update(chunk)
                self._write(chunk)
                left -= len(chunk)
        if left:
            raise FaultError("A181", path=path)
        self._end(path, size, hasher.hexdigest())

    def finish(self) -> str:
        """Add the list of digests and the end of the tar; returns the SHA-256 of the whole file (hex)."""
        size = self._digests.tell()
        self._digests.seek(0)
        self._begin(DIGESTS, size)
        while chunk := self._digests.read(_CHUNK):
            self._write(chunk)
        self._pad(size)
        self._write(bytes(2 * tarfile.BLOCKSIZE))
        return self._hasher.hexdigest()

    def _begin(self, path: str, size: int) -> None:
        info = tarfile.TarInfo(path)
        info.size, info.mtime, info.mode = size, int(self._moment), 0o600
        self._write(info.tobuf(tarfile.PAX_FORMAT))

    def _end(self, path: str, size: int, digest: str) -> None:
        self._pad(size)
        self._digests.write(f"{digest}  {path}\n".encode())

    def _pad(self, size: int) -> None:
        self._write(bytes(-size % tarfile.BLOCKSIZE))

    def _write(self, data: bytes) -> None:
        self._file.write(data)
        self._hasher.update(data)
        self._size += len(data)


@contextmanager
def new_backup(target: Path, moment: float) -> Generator[BackupWriter]:
    """Write a backup beside its place; it takes its name only when everything is on the disk.

    Args:
        target: the file to be; it must not exist.
        moment: time of the members, seconds since 1970.

    Raises:
        InputError: U012 the file exists.
        FaultError: A180 the disk refused; nothing is left.
    """
    unfinished = target.with_name(target.name + UNFINISHED)
    if target.exists():
        raise InputError("U012", path=str(target))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=target.parent) as digests, _private(unfinished) as file:
            yield BackupWriter(file, digests, moment)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(target)
        _sync_folder(target.parent)
    except OSError as error:
        raise FaultError("A180", path=str(target), cause=error.strerror or "") from error
    finally:
        unfinished.unlink(missing_ok=True)


class _Hashing:
    """Reads a file and remembers the digest of what went by."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self._file = file
        self._name = name
        self.hasher = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes.

        Raises:
            InputError: U211 the backup ends in the middle of a file.
        """
        try:
            data = self._file.read(size)
        except tarfile.ReadError as error:
            raise InputError("U211", path=self._name, problem=str(error)) from error
        self.hasher.update(data)
        return data


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a backup; its content can be read until the next member is asked for."""

    path: str
    size: int
    content: _Hashing

    def copy_to(self, target: IO[bytes]) -> None:
        """Write the content into an open file."""
        while chunk := self.content.read(_CHUNK):
            target.write(chunk)


@dataclass(slots=True)
class BackupReader:
    """What was read of a backup: its digest is known after the last member."""

    sha256: str = ""


def read_backup(path: Path, reader: BackupReader) -> Iterator[Member]:
    """Yield the files of a backup in order and compare them with its list of digests.

    Nothing that was read may be relied on before the iteration has ended.

    Raises:
        InputError: U210 it is no backup; U211 it is damaged, with what is wrong.
        FaultError: A180 the disk refused.
    """
    try:
        with path.open("rb") as raw, tempfile.TemporaryFile() as seen:
            file = _Hashing(raw, path.name)
            with _stream(file) as tar:
                yield from _members(tar, seen, path.name)
            while file.read(_CHUNK):
                pass
            reader.sha256 = file.hasher.hexdigest()
    except tarfile.ReadError as error:
        raise InputError("U210", path=path.name) from error
    except (tarfile.TarError, EOFError) as error:
        raise InputError("U211", path=path.name, problem=str(error)) from error
    except FileNotFoundError as error:
        raise InputError("U014", path=str(path), cause=error.strerror or "") from error
    except OSError as error:
        raise FaultError("A180", path=str(path), cause=error.strerror or "") from error


def facts_of(data: bytes, name: str) -> Facts:
    """Read what a backup says of itself.

    Raises:
        InputError: U210 it is no backup of ours.
    """
    try:
        value = parse_canonical(data)
    except SigningError as error:
        raise InputError("U210", path=name) from error
    if not isinstance(value, dict) or value.get("v") != 1 or not isinstance(value.get("size"), int):
        raise InputError("U210", path=name)
    return value


def facts_bytes(facts: Facts) -> bytes:
    """Write what a backup says of itself."""
    return canonical_bytes(facts)


def _stream(file: _Hashing) -> tarfile.TarFile:
    reader: Any = file  # all that a stream is asked for is `read`
    return tarfile.open(fileobj=reader, mode="r|")


def _members(tar: tarfile.TarFile, seen: IO[bytes], name: str) -> Iterator[Member]:
    listed = False
    while (info := tar.next()) is not None:
        tar.members.clear()  # type: ignore[attr-defined]  # the module keeps every member for ever
        if listed or not info.isreg() or not (info.name in {FACTS, DIGESTS} or _belongs(info.name)):
            raise InputError("U211", path=name, problem=info.name)
        source = tar.extractfile(info)
        if source is None:
            raise InputError("U211", path=name, problem=info.name)
        if info.name == DIGESTS:
            _compare(source, seen, name)
            listed = True
            continue
        hashed = _Hashing(source, name)
        yield Member(info.name, info.size, hashed)
        while hashed.read(_CHUNK):
            pass
        seen.write(f"{hashed.hasher.hexdigest()}  {info.name}\n".encode())
    if not listed:
        raise InputError("U211", path=name, problem=DIGESTS)


def _compare(listed: IO[bytes], seen: IO[bytes], name: str) -> None:
    seen.seek(0)
    while True:
        line, expected = seen.readline(_LONGEST_LINE), listed.readline(_LONGEST_LINE)
        if line != expected:
            problem = (line or expected).decode("utf-8", "replace").strip()[66:]
            raise InputError("U211", path=name, problem=problem)
        if not line:
            return


def _belongs(path: str) -> bool:
    """Tell whether a path may be part of a workspace's backup; nothing else is ever written."""
    pure = PurePosixPath(path)
    if (
        str(pure) != path
        or pure.is_absolute()
        or ".." in pure.parts
        or not path.isprintable()
        or "\\" in path
    ):
        return False
    if len(pure.parts) == 1:
        return path in _FILES or _LATER_RULE.fullmatch(path) is not None
    return pure.parts[0] in _FOLDERS and (pure.parts[0] != "state" or path in _DATABASES)


@contextmanager
def _private(path: Path) -> Generator[IO[bytes]]:
    path.unlink(missing_ok=True)  # what an earlier run left behind
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(descriptor, "wb") as file:
        yield file


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
