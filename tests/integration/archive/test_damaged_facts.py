"""What the database says of itself is damaged, older than the keys, or our own mistake: three things."""

import dataclasses
import json
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlmodel import Session

from signing.canonical import JsonValue
from webir_records.archive.archive import Archive
from webir_records.bootstrap import open_workspace
from webir_records.model.errors import FaultError
from webir_records.model.tables import MetaRow
from webir_records.services.context import Machine, Workspace
from webir_records.services.key_acts import announce
from webir_records.services.keys import rotate_log_key
from webir_records.services.verifying import verify

Prepare = Callable[[Path], tuple[Path, Machine, object]]
Reopen = Callable[[], AbstractContextManager[Workspace]]

DAMAGED = [
    *(("log_keys", value) for value in ("", "[]", "{}", '{"keys":"x","since":0}', '{"keys":[],"since":"x"}')),
    *(("log_keys", value) for value in ('{"keys":["not a key","x"],"since":0}', '{"since": 0}')),
    *(("restored", value) for value in ("x", "7", '{"backup":"b"}')),
    *(("key_act", value) for value in ("x", "[]", '{"event":"epoch_rotated"}', '{"event":"unknown"}')),
    *(("handing_out", value) for value in ("x", '{"path":1}')),
]


@pytest.mark.parametrize(("key", "value"), DAMAGED)
def test_fact_that_cannot_be_read_is_a_damaged_database(
    workspace_root: Path, reopen: Reopen, key: str, value: str
) -> None:
    engine = create_engine(f"sqlite:///{workspace_root / 'state/webir.db'}")
    with Session(engine) as session, session.begin():
        session.merge(MetaRow(key=key, value=value))
    engine.dispose()
    with pytest.raises(FaultError) as caught, reopen():
        pytest.fail("it was opened")
    assert (caught.value.code, caught.value.facts["path"]) == ("A103", "webir.db")


def test_first_entry_that_cannot_be_read_is_a_damaged_database(workspace_root: Path, reopen: Reopen) -> None:
    engine = create_engine(f"sqlite:///{workspace_root / 'state/webir.db'}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE entry SET body = CAST('{}' AS BLOB) WHERE seq = 0"))
    engine.dispose()
    with pytest.raises(FaultError) as caught, reopen():
        pytest.fail("it was opened")
    assert caught.value.code == "A103"


def test_mistake_of_ours_is_not_told_as_a_damaged_database(
    workspace_root: Path, reopen: Reopen, machine: Machine
) -> None:
    """A rotation is announced, and the source of its new key gives text where bytes are due."""
    with reopen() as workspace:
        event = {"event": "epoch_rotated", "actor": "operator", "to": "2030", "reason_code": "yearly"}
        event["from"] = workspace.archive.keys.active_epoch()
        announce(workspace.engine, dict(event))
    wrong = dataclasses.replace(machine, random=lambda count: "x" * count)  # type: ignore[arg-type,return-value]  # the mistake
    with pytest.raises((TypeError, AttributeError)), open_workspace(workspace_root, machine=wrong):
        pytest.fail("it was opened")


def test_database_from_before_a_change_of_the_log_key_says_so(
    workspace_root: Path, reopen: Reopen, tmp_path: Path
) -> None:
    shutil.copytree(workspace_root / "state", tmp_path / "old")
    with reopen() as workspace:
        rotate_log_key(workspace, reason="yearly")
    shutil.copytree(workspace_root / "state", tmp_path / "new")
    _put(tmp_path / "old", workspace_root / "state")
    with pytest.raises(FaultError) as caught, reopen():
        pytest.fail("it was opened")
    assert (caught.value.code, caught.value.facts["path"]) == ("A153", "keys/log.key")
    _put(tmp_path / "new", workspace_root / "state")
    with reopen() as workspace:
        assert verify(workspace, "full").fine


def test_log_key_from_before_its_change_says_so(workspace_root: Path, reopen: Reopen) -> None:
    old = (workspace_root / "keys/log.key").read_bytes()
    with reopen() as workspace:
        rotate_log_key(workspace, reason="yearly")
    (workspace_root / "keys/log.key").write_bytes(old)
    with pytest.raises(FaultError) as caught, reopen():
        pytest.fail("it was opened")
    assert (caught.value.code, caught.value.facts["path"]) == ("A154", "keys/log.key")


def test_log_key_of_another_workspace_says_so(
    workspace_root: Path, reopen: Reopen, prepared_workspace: Prepare, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    other, _, _ = prepared_workspace(tmp_path / "other")
    shutil.copy(other / "keys/log.key", workspace_root / "keys/log.key")
    with pytest.raises(FaultError) as caught, reopen():
        pytest.fail("it was opened")
    assert (caught.value.code, caught.value.facts["path"]) == ("A135", "keys/log.key")


def test_damaged_tile_is_not_told_as_a_damaged_database(archive: Archive, tmp_path: Path) -> None:
    """Tiles above the lowest level are read again while they grow."""
    event: dict[str, JsonValue] = {"event": "opened", "actor": "a", "record": "aa01", "version": 1}
    with Session(archive.engine) as session, session.begin():
        archive.ledger.append(session, [event] * 256)
    archive.ledger.publish()
    tile = tmp_path / "box/archive/tile/1/000.p/1"
    tile.write_bytes(tile.read_bytes()[:-1])
    with Session(archive.engine) as session, session.begin():
        archive.ledger.append(session, [event] * 256)
    with pytest.raises(FaultError) as caught:
        archive.ledger.publish()
    assert caught.value.code == "A213"
    with closing(archive.disk):
        assert json.dumps(archive.ledger.standing()) == '"agrees"'


def _put(source: Path, target: Path) -> None:
    shutil.rmtree(target)
    shutil.copytree(source, target)
