"""Fixtures of the tests about keys."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from webir_records.archive.key_backup import Cost, parse_backup
from webir_records.bootstrap import open_without_keys
from webir_records.services.context import Machine, Workspace
from webir_records.services.key_restoring import Restored, restore_backup
from webir_records.services.keys import KeyCopy, backup_keys

PASSPHRASE = "林𠮷堃的貓在屋頂上睡午覺"
CHEAP = Cost(2)


@pytest.fixture
def passphrase() -> str:
    return PASSPHRASE


@pytest.fixture
def back_up(tmp_path: Path) -> Callable[..., Path]:
    """Back the keys up into a new file, cheaply."""

    def make(workspace: Workspace, name: str = "keys.backup") -> Path:
        backup_keys(workspace, tmp_path / name, PASSPHRASE, cost=CHEAP)
        return tmp_path / name

    return make


@pytest.fixture
def back_up_facts(tmp_path: Path) -> Callable[[Workspace], KeyCopy]:
    """Back the keys up and say what the program says of it."""
    return lambda workspace: backup_keys(workspace, tmp_path / "facts.backup", PASSPHRASE, cost=CHEAP)


@pytest.fixture
def put_back(workspace_root: Path, machine: Machine) -> Callable[..., Restored]:
    """Restore the keys from a file, as `webir keys restore` does."""

    def restore(path: Path, passphrase: str = PASSPHRASE) -> Restored:
        read = parse_backup(path.read_bytes(), path=str(path))
        with open_without_keys(workspace_root, machine=machine) as locked:
            return restore_backup(locked, read, passphrase, path=str(path))

    return restore


@pytest.fixture
def lose_keys(workspace_root: Path) -> Callable[[], None]:
    """Lose the folder of keys."""
    return lambda: shutil.rmtree(workspace_root / "keys")


@pytest.fixture
def all_files(workspace_root: Path) -> Callable[[], dict[str, bytes]]:
    """Return every byte of keys/ and archive/."""
    return lambda: {
        path.relative_to(workspace_root).as_posix(): path.read_bytes()
        for folder in ("keys", "archive")
        for path in (workspace_root / folder).rglob("*")
        if path.is_file()
    }
