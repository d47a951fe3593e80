"""Epochs and log keys turn by hand; the plug may be pulled anywhere, and old evidence stays good."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from sqlmodel import Session, col, func, select

from signing.checkpoint import open_checkpoint
from signing.entries import Entry, parse_entry
from signing.errors import SigningError
from signing.findings import Verdict
from signing.note import Verifier, split_note
from signing.verifier import Level, verify_archive
from webir_records.archive import keystore
from webir_records.archive.disk import LocalDisk
from webir_records.archive.keystore import KeyStore, Rotation
from webir_records.model.database import open_database
from webir_records.model.errors import FaultError, InputError, RefusedError
from webir_records.model.tables import KEY_TABLES, BatchRow, EpochRow, RecordKeyRow
from webir_records.services.context import Workspace
from webir_records.services.filing import file_records
from webir_records.services.keys import rotate_epoch, rotate_log_key
from webir_records.services.log_keys import NEXT_LOG_KEY
from webir_records.services.records import list_records

LOG_KEY_WRITES: Final = 11
"""One more than the writes of a change of the log key."""

ROOT: Final = Path(__file__).resolve().parents[3]


class PlugPulledError(BaseException):
    """Not an Exception: nothing of ours may handle it."""


def _newest(workspace: Workspace) -> Entry:
    return parse_entry(workspace.archive.ledger.entry(workspace.archive.ledger.head().size - 1))


def _epochs(workspace: Workspace) -> dict[str, tuple[str, int, bool]]:
    return {s.epoch: (s.state, s.keys, s.key_present) for s in workspace.archive.keys.status()}


# --- epochs


def test_epoch_turned_by_hand_is_an_entry_with_its_reason(workspace, papers) -> None:
    file_records(workspace, "form_1_2", papers.applications(3))
    assert rotate_epoch(workspace, reason="envelope-opened") == Rotation("2026", "2026-2", 3)
    entry = _newest(workspace)
    assert (entry.event, entry.string("from"), entry.string("to")) == ("epoch_rotated", "2026", "2026-2")
    assert (entry.integer("rewrapped"), entry.string("reason_code")) == (3, "envelope-opened")
    assert _epochs(workspace) == {"2026": ("destroyed", 0, False), "2026-2": ("active", 3, True)}
    for record in list_records(workspace):
        assert workspace.archive.read(record.record).data


def test_reason_must_be_one_that_may_stand_in_the_ledger(workspace) -> None:
    size = workspace.archive.ledger.head().size
    for turn in (rotate_epoch, rotate_log_key):
        with pytest.raises(InputError, match="U143"):
            turn(workspace, reason="林𠮷堃 lost it")
    assert workspace.archive.ledger.head().size == size
    assert list(_epochs(workspace)) == ["2026"]


@pytest.mark.parametrize("state", ["executing", "destroyed"])
def test_epoch_is_left_alone_while_a_destruction_is_under_way(state, workspace) -> None:
    with Session(workspace.engine) as session, session.begin():
        session.add(
            BatchRow(
                id="A-2026-01", year=2026, record_class="A", state=state, drafted_by="x", catalogue_sha256=""
            )
        )
    with pytest.raises(RefusedError, match="A199"):
        rotate_epoch(workspace, reason="yearly")
    assert list(_epochs(workspace)) == ["2026"]


@pytest.mark.parametrize("chunk", [1, 2, 3, 100])
def test_keys_move_some_at_a_time(chunk, archive, monkeypatch) -> None:
    monkeypatch.setattr(keystore, "ROTATION_CHUNK", chunk)
    keys = {(f"r{number}", 1): os.urandom(32) for number in range(7)}
    archive.keys.put([(*place, key) for place, key in keys.items()])
    told: list[tuple[int, int]] = []
    assert archive.keys.rotate("2027", told=lambda *at: told.append(at)).rewrapped == 7
    assert {place: archive.keys.get(*place) for place in keys} == keys
    assert told[-1] == (7, 7)
    assert len(told) == -(-7 // chunk)


@pytest.mark.parametrize("steps", range(4))
def test_rotation_broken_at_any_step_is_finished_at_the_next_start(
    steps, reopen, papers, monkeypatch
) -> None:
    monkeypatch.setattr(keystore, "ROTATION_CHUNK", 2)

    def pull(done: int, _total: int) -> None:
        if done >= 2 * steps:
            raise PlugPulledError

    with reopen() as workspace:
        file_records(workspace, "form_1_2", papers.applications(7))
        size = workspace.archive.ledger.head().size
    if steps == 0:
        monkeypatch.setattr(KeyStore, "rotate", _raise)
    with reopen() as workspace, pytest.raises(PlugPulledError):
        rotate_epoch(workspace, reason="yearly", progress=lambda _step, done, total: pull(done, total))
    monkeypatch.undo()
    with reopen() as workspace:
        assert _epochs(workspace) == {"2026": ("destroyed", 0, False), "2026-2": ("active", 7, True)}
        assert workspace.archive.ledger.head().size == size + 1
        assert (_newest(workspace).event, _newest(workspace).integer("rewrapped")) == ("epoch_rotated", 7)
        for record in list_records(workspace):
            assert workspace.archive.read(record.record).data


def test_key_that_does_not_open_is_named_and_what_moved_before_stays_moved(archive, monkeypatch) -> None:
    monkeypatch.setattr(keystore, "ROTATION_CHUNK", 2)
    keys = {(f"r{number}", 1): os.urandom(32) for number in range(7)}
    archive.keys.put([(*place, key) for place, key in keys.items()])
    engine = archive.keys._engine
    with Session(engine) as session, session.begin():
        row = session.get_one(RecordKeyRow, ("r4", 1))
        right, row.wrapped = row.wrapped, bytes(40)
        session.add(row)
    with pytest.raises(FaultError, match="A132") as broken:
        archive.keys.rotate("2027")
    assert broken.value.facts == {"record": "r4", "epoch": "2026"}
    assert {s.epoch: (s.state, s.keys) for s in archive.keys.status()} == {
        "2026": ("retiring", 3),
        "2027": ("active", 4),
    }
    with Session(engine) as session, session.begin():
        session.get_one(RecordKeyRow, ("r4", 1)).wrapped = right
    assert archive.keys.finish_rotation() == 3
    assert {place: archive.keys.get(*place) for place in keys} == keys


def test_keys_move_across_gaps_of_destroyed_records(archive, monkeypatch) -> None:
    monkeypatch.setattr(keystore, "ROTATION_CHUNK", 2)
    archive.keys.put([(f"r{number:02}", 1, bytes([number]) * 32) for number in range(20)])
    archive.keys.destroy_permanently([f"r{number:02}" for number in range(3, 17)])
    assert archive.keys.rotate("2027").rewrapped == 6
    assert [archive.keys.get(f"r{number:02}", 1)[0] for number in (0, 2, 17, 19)] == [0, 2, 17, 19]


def _raise(*_arguments: object, **_named: object) -> None:
    raise PlugPulledError


def test_records_filed_between_a_crash_and_its_end_are_under_the_new_epoch(archive, monkeypatch) -> None:
    monkeypatch.setattr(keystore, "ROTATION_CHUNK", 1)
    archive.keys.put([("old1", 1, b"1" * 32), ("old2", 1, b"2" * 32)])
    with pytest.raises(PlugPulledError):
        archive.keys.rotate("2027", told=_raise)
    archive.keys.put([("new1", 1, b"3" * 32)])
    assert [archive.keys.get(name, 1)[:1] for name in ("old1", "old2", "new1")] == [b"1", b"2", b"3"]
    assert archive.keys.finish_rotation() == 1
    assert {s.epoch: s.keys for s in archive.keys.status()} == {"2026": 0, "2027": 3}


def test_act_is_entered_once_when_the_plug_is_pulled_before_its_entry(reopen, monkeypatch) -> None:
    with reopen() as workspace, monkeypatch.context() as patch:
        size = workspace.archive.ledger.head().size
        patch.setattr(type(workspace.archive.ledger), "append", _raise)
        with pytest.raises(PlugPulledError):
            rotate_epoch(workspace, reason="yearly")
    for _ in range(2):
        with reopen() as workspace:
            assert workspace.archive.ledger.head().size == size + 1


_VICTIM: Final = """
import os, sys
from pathlib import Path
from webir_records.archive import keystore
from webir_records.archive.disk import LocalDisk
from webir_records.model.database import open_database
from webir_records.model.tables import KEY_TABLES
root = Path(sys.argv[1])
keystore.ROTATION_CHUNK = 500
store = keystore.KeyStore(open_database(root / "keys.db", KEY_TABLES), LocalDisk(root), os.urandom)
print("ready", flush=True)
store.rotate("2027", told=lambda done, total: print(done, flush=True))
"""


@pytest.mark.parametrize("after", [0, 4_500, 11_500])
def test_rotation_that_is_killed_loses_no_key(after: int, tmp_path: Path) -> None:
    """A real process, killed with SIGKILL between and within its transactions."""
    count = 12_000
    engine = open_database(tmp_path / "keys.db", KEY_TABLES, create=True)
    store = KeyStore(engine, LocalDisk(tmp_path), os.urandom)
    store.create("2026")
    keys = [(f"r{number:05d}", 1, number.to_bytes(32, "big")) for number in range(count)]
    store.put(keys)
    store.close()
    command = [sys.executable, "-c", _VICTIM, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as victim:
        assert victim.stdout is not None
        for line in victim.stdout:
            if after == 0 or (line.strip().isdigit() and int(line) >= after):
                break
        time.sleep(0.003)  # into the next transaction
        victim.send_signal(signal.SIGKILL)
    store = KeyStore(open_database(tmp_path / "keys.db", KEY_TABLES), LocalDisk(tmp_path), os.urandom)
    if store.active_epoch() == "2026":  # killed before anything was committed
        store.rotate("2027")
    store.finish_rotation()
    assert [store.get(record, version) for record, version, _ in keys[::97]] == [
        key for *_, key in keys[::97]
    ]
    assert {s.epoch: (s.state, s.keys, s.key_present) for s in store.status()} == {
        "2026": ("destroyed", 0, False),
        "2027": ("active", count, True),
    }
    store.close()


def test_row_of_a_dead_epoch_cannot_be_counted_as_moved(archive) -> None:
    archive.keys.put([("r1", 1, b"1" * 32)])
    archive.keys.rotate("2027")
    with Session(archive.keys._engine) as session:
        assert session.exec(select(func.count()).where(col(RecordKeyRow.epoch) == "2026")).one() == 0
        assert session.get_one(EpochRow, "2026").state == "destroyed"


# --- the log key


def test_checkpoint_of_the_change_is_signed_by_both_keys_and_later_ones_by_the_new_alone(
    workspace, workspace_root, papers
) -> None:
    old = workspace.archive.ledger.vkey
    new = rotate_log_key(workspace, reason="laptop-stolen")
    origin = workspace.archive.ledger.origin
    both = (workspace_root / "archive/checkpoint").read_bytes()
    for vkey in (old, new):
        assert open_checkpoint(both, [Verifier.parse(vkey)], origin=origin).size == 2
    assert len(split_note(both)[1]) == 2
    file_records(workspace, "form_1_2", papers.applications(1))
    later = (workspace_root / "archive/checkpoint").read_bytes()
    assert open_checkpoint(later, [Verifier.parse(new)], origin=origin).size == 3
    with pytest.raises(SigningError):
        open_checkpoint(later, [Verifier.parse(old)], origin=origin)
    entry = parse_entry(workspace.archive.ledger.entry(1))
    assert (entry.event, entry.string("from"), entry.string("to")) == ("log_key_rotated", old, new)
    assert entry.string("reason_code") == "laptop-stolen"


def test_verifier_keys_are_published_newest_first_and_the_old_private_key_is_gone(
    reopen, workspace_root
) -> None:
    with reopen() as workspace:
        keys = [workspace.archive.ledger.vkey]
        secret = (workspace_root / "keys/log.key").read_text()
        keys += [rotate_log_key(workspace, reason=reason) for reason in ("yearly", "again")]
    assert (workspace_root / "archive/log.vkey").read_text().splitlines() == keys[::-1]
    assert all(secret != path.read_text() for path in (workspace_root / "keys").glob("log*"))
    assert [path.name for path in (workspace_root / "keys").glob("log*")] == ["log.key"]
    with reopen() as workspace:
        assert workspace.archive.ledger.vkeys == tuple(keys[::-1])


class _PullingDisk:
    """Stands before `LocalDisk`'s writes of a process that loses power at the n-th of them."""

    def __init__(self, nth: int, monkeypatch: pytest.MonkeyPatch) -> None:
        self.nth, self.count = nth, 0
        for name in ("write", "remove", "put_many", "write_many"):
            monkeypatch.setattr(LocalDisk, name, self._pulling(getattr(LocalDisk, name)))

    def _pulling(self, real: Callable[..., object]) -> Callable[..., object]:
        def act(*arguments: object, **named: object) -> object:
            self.count += 1
            if self.count == self.nth:
                raise PlugPulledError
            return real(*arguments, **named)

        return act


@pytest.mark.parametrize("nth", range(1, LOG_KEY_WRITES + 1))
def test_broken_change_of_the_log_key_is_finished_or_undone(
    nth, reopen, workspace_root, papers, monkeypatch
) -> None:
    with reopen() as workspace:
        old = workspace.archive.ledger.vkey
    broken = True
    with reopen() as workspace, monkeypatch.context() as patch:
        _PullingDisk(nth, patch)
        try:
            rotate_log_key(workspace, reason="yearly")
            broken = False
        except PlugPulledError:
            pass
    with reopen() as workspace:
        changed = workspace.archive.ledger.vkey != old
        assert broken == (nth < LOG_KEY_WRITES)  # every one of them is covered
        assert broken or changed
        assert workspace.archive.ledger.head().size == (2 if changed else 1)
        vkeys = workspace.archive.ledger.vkeys
        assert vkeys[-1] == old
        file_records(workspace, "form_1_2", papers.applications(1))
        published = (workspace_root / "archive/checkpoint").read_bytes()
        open_checkpoint(published, [Verifier.parse(vkeys[0])], origin=workspace.archive.ledger.origin)
    assert (workspace_root / "archive/log.vkey").read_text().splitlines() == list(vkeys)
    assert not (workspace_root / "keys" / NEXT_LOG_KEY).exists()


def test_archive_with_three_log_keys_verifies_by_the_newest_and_by_all(
    workspace, workspace_root, papers
) -> None:
    remembered = []
    for reason in ("yearly", "again"):
        file_records(workspace, "form_1_2", papers.applications(1, 職稱=reason))
        remembered.append((workspace_root / "archive/checkpoint").read_bytes())
        rotate_log_key(workspace, reason=reason)
    file_records(workspace, "form_1_2", papers.applications(1))
    vkeys = workspace.archive.ledger.vkeys
    for keys in (vkeys[:1], vkeys):
        report = verify_archive(
            workspace_root / "archive", vkeys=keys, level=Level.parse("full"), remembered=remembered
        )
        assert report.verdict is Verdict.VALID, report.findings
    by_old = verify_archive(workspace_root / "archive", vkeys=vkeys[-1:], level=Level.parse("full"))
    assert by_old.verdict is not Verdict.VALID  # the newest checkpoint is not signed by it
