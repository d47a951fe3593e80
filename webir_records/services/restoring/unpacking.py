"""Unpack a backup into a new folder; without its settings, which come last, it is no workspace."""

import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from webir_records.archive.backup_file import FACTS, BackupReader, Facts, Member, facts_of, read_backup
from webir_records.model.errors import FaultError, InputError
from webir_records.services.creating import SETTINGS

_MOST_FACTS: Final = 1 << 16  # bytes
_FOLDERS: Final = ("state", "keys/people", "archive", "out")
_PRIVATE: Final = ("state/", "agency.json")


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A backup that was read to its end and agrees with its list of digests.

    Attributes:
        facts: what it says of itself.
        sha256: digest of the file (hex).
        settings: `webir.toml`, not written yet.
        files: how many files it holds.
    """

    facts: Facts
    sha256: str
    settings: bytes
    files: int


def check_file(path: Path) -> Unpacked:
    """Read a whole backup and compare it with its digests; nothing is written.

    Raises:
        InputError: U210 it is no backup, U211 it is damaged.
    """
    return _read(path, None)


def unpack(path: Path, root: Path) -> Unpacked:
    """Unpack a backup into a folder; see `new_folder`.

    Raises:
        InputError: U210 it is no backup, U211 it is damaged.
        FaultError: A180 the disk refused.
    """
    for name in _FOLDERS:
        (root / name).mkdir(parents=True, exist_ok=True)
    for name in ("state", "keys", "keys/people"):
        (root / name).chmod(0o700)
    return _read(path, root)


@contextmanager
def new_folder(root: Path) -> Generator[Path]:
    """Make a folder that must be new or empty; when something goes wrong it is as it was.

    Raises:
        InputError: U101 it is not empty, U014 it cannot be made.
    """
    existed = root.exists()
    try:
        if existed and any(root.iterdir()):
            raise InputError("U101", path=str(root))
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError("U014", path=str(root), cause=error.strerror or "") from error
    try:
        yield root
    except BaseException:
        shutil.rmtree(root, ignore_errors=True)
        if existed:
            root.mkdir()
        raise


def _read(path: Path, root: Path | None) -> Unpacked:
    reader, facts, settings, files = BackupReader(), Facts(), b"", 0
    for member in read_backup(path, reader):
        files += 1
        if member.path == FACTS:
            facts = facts_of(member.content.read(_MOST_FACTS), path.name)
        elif not facts:
            raise InputError("U210", path=path.name)
        elif member.path == SETTINGS:
            settings = member.content.read(_MOST_FACTS)
        elif root is not None:
            _write(root / member.path, member)
    if not facts or not settings:
        raise InputError("U210", path=path.name)
    return Unpacked(facts, reader.sha256, settings, files)


def _write(target: Path, member: Member) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with _opened(target, 0o600 if member.path.startswith(_PRIVATE) else 0o644) as file:
            member.copy_to(file)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError as error:
        raise InputError("U211", path=target.name, problem=member.path) from error
    except OSError as error:
        raise FaultError("A180", path=str(target), cause=error.strerror or "") from error


@contextmanager
def _opened(path: Path, mode: int) -> Generator[IO[bytes]]:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, mode), "wb") as file:
        yield file
