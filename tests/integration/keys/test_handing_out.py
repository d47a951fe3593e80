"""Copies of the keys that a crash interrupts: the next opening finishes them, removes them, or says so."""

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from sqlmodel import Session

from webir_records.archive.disk import LocalDisk
from webir_records.archive.key_backup import open_backup, parse_backup
from webir_records.model.errors import FaultError
from webir_records.model.tables import MetaRow
from webir_records.services import handing_out
from webir_records.services.context import Workspace
from webir_records.services.handing_out import hand_out
from webir_records.services.keys import key_copies

Reopen = Callable[[], AbstractContextManager[Workspace]]


class PlugPulledError(BaseException):
    """Not an Exception: nothing of ours may handle it."""


def _pull(*_: object) -> None:
    raise PlugPulledError


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """A stick that can be pulled out."""
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def interrupted(reopen: Reopen, stick: Path) -> Path:
    """A copy that was broken off before the ledger named it."""
    with reopen() as workspace, pytest.raises(PlugPulledError):
        hand_out(workspace, stick / "keys.backup", b"all keys", backup="b1", enter=_pull)
    assert (stick / "keys.backup.part").read_bytes() == b"all keys"
    return stick


def _remarks(workspace: Workspace) -> list[str]:
    return [code for code, _ in workspace.remarks]


def test_part_of_a_copy_is_removed_at_the_next_opening(interrupted: Path, reopen: Reopen) -> None:
    with reopen() as workspace:
        assert not list(interrupted.iterdir())
        assert not _remarks(workspace)
        assert not key_copies(workspace)


def test_part_on_a_stick_that_was_pulled_out_is_told_until_the_stick_is_back(
    interrupted: Path, reopen: Reopen, tmp_path: Path
) -> None:
    shutil.move(interrupted, tmp_path / "away")
    for _ in range(2):
        with reopen() as workspace:
            assert _remarks(workspace) == ["A188"]
    shutil.move(tmp_path / "away", interrupted)
    with reopen() as workspace:
        assert not _remarks(workspace)
    assert not list(interrupted.iterdir())


def test_copy_that_the_ledger_names_gets_its_name_at_the_next_opening(
    reopen: Reopen,
    stick: Path,
    back_up: Callable[..., Path],
    passphrase: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Disk(LocalDisk):
        def write(self, path: str, data: bytes) -> None:
            super().write(path, data) if path.endswith(".part") else _pull()

    monkeypatch.setattr(handing_out, "LocalDisk", Disk)
    with reopen() as workspace, pytest.raises(PlugPulledError):
        back_up(workspace, "stick/keys.backup")
    monkeypatch.undo()
    assert [path.name for path in stick.iterdir()] == ["keys.backup.part"]
    with reopen() as workspace:
        assert len(key_copies(workspace)) == 1
        assert not _remarks(workspace)
    (path,) = stick.iterdir()
    assert path.name == "keys.backup"
    assert "log.key" in open_backup(parse_backup(path.read_bytes(), path=""), passphrase, path="")


def test_copy_that_the_ledger_names_and_that_is_gone_is_told_once(
    reopen: Reopen, stick: Path, back_up: Callable[..., Path]
) -> None:
    with reopen() as workspace:
        back_up(workspace, "stick/keys.backup")
        (copy,) = key_copies(workspace)
        with pytest.raises(PlugPulledError):
            hand_out(workspace, stick / "other", b"", backup=copy.backup, enter=_pull)
    (stick / "other.part").unlink()
    with reopen() as workspace:
        ((code, facts),) = workspace.remarks
        assert (code, facts["backup"]) == ("A189", copy.backup)
    with reopen() as workspace:
        assert not workspace.remarks


def test_refused_disk_leaves_neither_part_nor_mark(reopen: Reopen, stick: Path) -> None:
    def refuse() -> None:
        raise FaultError("A112", path="webir.db", cause="full")

    with reopen() as workspace:
        with pytest.raises(FaultError):
            hand_out(workspace, stick / "keys.backup", b"all keys", backup="b1", enter=refuse)
        assert not list(stick.iterdir())
        with Session(workspace.engine) as session:
            assert session.get(MetaRow, handing_out.HANDING_OUT) is None
