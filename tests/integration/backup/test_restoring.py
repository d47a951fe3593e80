"""Restoring: a backup from before a destruction never brings back what was destroyed."""

import shutil
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, select

from signing.entries import Event, parse_entry
from signing.findings import Verdict
from webir_records.bootstrap import create_workspace, open_workspace
from webir_records.model.errors import FaultError, InputError, RefusedError
from webir_records.model.tables import BatchRow, HoldRow, IssueRow, LoanRow, PersonRow
from webir_records.services.backing_up import Backup, list_backups
from webir_records.services.destruction.batches import show_batch
from webir_records.services.filing import file_records
from webir_records.services.holding import ask_release, list_holds, place_hold, release_hold
from webir_records.services.keys import rotate_log_key
from webir_records.services.lending import Terms, lend, list_loans, take_back
from webir_records.services.people import list_people
from webir_records.services.records import list_records, show_record
from webir_records.services.restoring.restore import restore_backup
from webir_records.services.verifying import verify

if TYPE_CHECKING:
    from tests.integration.backup.conftest import Box

Overtaken = tuple["Box", "Backup", Path, list[str], list[str]]
"""Workspace, backup, keys of that time, records destroyed since, records that live."""


def _entries(workspace) -> list[Event]:
    return [parse_entry(body).event for _, body in workspace.archive.ledger.bodies()]


def test_workspace_without_later_acts_comes_back_whole(box, tmp_path) -> None:
    records = box.file()
    box.people()
    made = box.back_up(tmp_path / "b.tar")
    restored = restore_backup(made.path, tmp_path / "new", accept_missing=True)
    assert (restored.size, restored.ledger_size, restored.destroyed) == (made.size, made.size, ())
    with box.open_with_keys(tmp_path / "new", box.root / "keys") as workspace:
        assert sorted(record.record for record in list_records(workspace)) == sorted(records)
        assert {show_record(workspace, record).data["name"] for record in records} >= {"林𠮷堃", "王大同"}
        assert verify(workspace, "full").fine
        assert _entries(workspace).count(Event.WORKSPACE_RESTORED) == 1
        assert len(file_records(workspace, "form_1_2", box.papers.applications(4)).already) == 4
        assert (
            file_records(workspace, "form_1_2", box.papers.applications(5)).filed[0].form_no == "1-2-115-0005"
        )
    with open_workspace(tmp_path / "new", machine=box.machine) as workspace:
        assert _entries(workspace).count(Event.WORKSPACE_RESTORED) == 1


def test_without_newer_ledger_nothing_is_restored_unless_accepted(box, tmp_path) -> None:
    made = box.back_up(tmp_path / "b.tar")
    with pytest.raises(RefusedError, match="U223"):
        restore_backup(made.path, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_restored_folder_does_not_open_before_its_keys_are_back(box, tmp_path) -> None:
    box.file(1)
    restore_backup(box.back_up(tmp_path / "b.tar").path, tmp_path / "new", accept_missing=True)
    with pytest.raises(FaultError, match="A134"), open_workspace(tmp_path / "new", machine=box.machine):
        pass


@pytest.fixture
def overtaken(box, tmp_path) -> "Overtaken":
    """A backup from before a destruction, the keys of that time, and the archive of after it."""
    records = box.file()
    box.cancel()
    box.people()
    made = box.back_up(tmp_path / "b.tar")
    old_keys = box.copy_of("keys", tmp_path / "old-keys")
    destroyed = box.destroy()
    return box, made, old_keys, sorted(destroyed), sorted(set(records) - set(destroyed))


def test_destroyed_records_stay_destroyed_even_with_the_old_keys(overtaken, tmp_path) -> None:
    box, made, old_keys, gone, living = overtaken
    restored = restore_backup(made.path, tmp_path / "new", newer=box.root / "archive")
    assert sorted(restored.destroyed) == gone
    assert len(gone) == len(living) == 2
    assert not [path for name in gone for path in (tmp_path / "new/archive").rglob(f"{name}*")]
    with box.open_with_keys(tmp_path / "new", old_keys) as workspace:
        for record in gone:
            with pytest.raises(InputError, match="A143"):
                workspace.archive.read(record)
            with pytest.raises(FaultError, match="A130"):
                workspace.archive.keys.get(record, 1)
        assert {show_record(workspace, record).data["name"] for record in living} == {"陳試驗", "王大同"}
        checked = verify(workspace, "full")
        assert checked.fine, (checked.report.findings, checked.beyond)
        assert checked.report.records == {"DESTROYED_AUTHORISED": 2, "OK": 2}
        assert workspace.archive.keys.active_epoch() == "2026-2"
    assert not (tmp_path / "new/keys/kek-2026.key").exists()


def test_nothing_of_the_destroyed_is_in_any_byte_of_the_restored_databases(overtaken, tmp_path) -> None:
    box, made, old_keys, gone, _ = overtaken
    plain = restore_backup(made.path, tmp_path / "before", accept_missing=True)
    traces: list[bytes] = []
    with box.open_with_keys(plain.root, old_keys) as workspace, Session(workspace.engine) as session:
        for row in session.exec(select(IssueRow)):
            traces += [row.data_mac] if row.record in gone else []
    assert len(traces) == 2
    assert all(trace in (plain.root / "state/webir.db").read_bytes() for trace in traces)
    restored = restore_backup(made.path, tmp_path / "new", newer=box.root / "archive")
    after = b"".join(path.read_bytes() for path in (restored.root / "state").iterdir())
    assert [trace for trace in traces if trace in after] == []


def test_with_the_new_keys_alone_living_records_are_named_as_unreadable(overtaken, tmp_path) -> None:
    box, made, _, gone, living = overtaken
    restore_backup(made.path, tmp_path / "new", newer=box.root / "archive")
    with box.open_with_keys(tmp_path / "new", box.root / "keys") as workspace:
        for record in (*gone, *living):
            with pytest.raises((InputError, FaultError), match=r"A143|A131"):
                workspace.archive.read(record)
        checked = verify(workspace, "full")
        assert checked.report.verdict is Verdict.VALID
        assert [code for code, _ in checked.beyond] == ["U176"]
        (filed,) = file_records(workspace, "form_1_2", box.papers.applications(5)).filed[-1:]
        assert show_record(workspace, filed.record).data["name"]


def test_every_kind_of_later_act_is_in_the_restored_database(box, tmp_path) -> None:
    box.file(3)
    box.cancel(1)
    made = box.back_up(tmp_path / "b.tar")
    box.people()
    with box.reopen() as workspace:
        hold = place_hold(workspace, "1-2-115-0002", authority="府勞資字第1號", review_on=date(2027, 1, 1))
        loose = place_hold(workspace, "1-2-115-0003", authority="政風室")
        ask_release(workspace, loose.hold)
        release_hold(workspace, loose.hold, actor="mgr-01")
        out = lend(workspace, "1-2-115-0002", Terms("wang-07", "audit", date(2026, 12, 1), "府政字第2號"))
        back = lend(workspace, "1-2-115-0003", Terms("lee-02", "lawsuit", date(2026, 12, 2)))
        take_back(workspace, back.loan, condition="damaged")
    box.file(5)
    gone = box.destroy()
    later = box.back_up(tmp_path / "later.tar")
    with box.reopen() as workspace:
        expected = _state_of(workspace)
    restore_backup(made.path, tmp_path / "new", newer=box.root / "archive")
    with box.open_with_keys(tmp_path / "new", box.root / "keys") as workspace:
        assert _state_of(workspace) == expected
        assert [hold.hold for hold in list_holds(workspace) if not hold.released] == [hold.hold]
        assert [loan.loan for loan in list_loans(workspace) if not loan.returned_at] == [out.loan]
        assert {known.backup for known in list_backups(workspace)} == {made.backup, later.backup}
        assert set(gone) == {r.record for r in list_records(workspace, state="destroyed")}
        assert verify(workspace, "full").report.verdict is Verdict.VALID


def _state_of(workspace) -> tuple[object, ...]:
    """Return what the tables say, but for what only the row of data could tell (the lookup values)."""
    with Session(workspace.engine) as session:
        holds = [row.model_dump() for row in session.exec(select(HoldRow).order_by(HoldRow.id))]
        loans = [row.model_dump() for row in session.exec(select(LoanRow).order_by(LoanRow.id))]
        people = [row.model_dump() for row in session.exec(select(PersonRow).order_by(PersonRow.id))]
        batches = [row.model_dump() for row in session.exec(select(BatchRow))]
    views = [show_batch(workspace, str(batch["id"])) for batch in batches]
    return list_records(workspace), holds, loans, people, batches, views, list_people(workspace)


def test_records_filed_later_are_there_with_their_files_and_named_as_without_key(box, tmp_path) -> None:
    box.file(2)
    made = box.back_up(tmp_path / "b.tar")
    later = sorted(box.file(4))
    restored = restore_backup(made.path, tmp_path / "new", newer=box.root / "archive")
    assert sorted(restored.without_key) == [(record, 1) for record in later]
    with box.open_with_keys(tmp_path / "new", box.root / "keys") as workspace:
        assert verify(workspace, "full").report.records == {"OK": 4}
        filed = file_records(workspace, "form_1_2", box.papers.applications(6)).filed
        assert min(item.form_no for item in filed) == "1-2-115-0005"  # no number is given out twice


# --- what is refused


def _fork(box, tmp_path: Path) -> Path:
    """Return the archive of a copy that went another way from the middle of the backup on."""
    other = Path(shutil.copytree(box.root, tmp_path / "other"))
    with open_workspace(other, machine=box.machine) as workspace:
        file_records(workspace, "form_1_2", box.papers.applications(1, 職稱="技士"))
        place_hold(workspace, "1-2-115-0001", authority="政風室")
        place_hold(workspace, "1-2-115-0001", authority="政風室")
    return other / "archive"


def test_fork_is_refused_and_nothing_is_left(box, tmp_path) -> None:
    forked = _fork(box, tmp_path)
    box.file(1)
    made = box.back_up(tmp_path / "b.tar")
    (tmp_path / "empty").mkdir()
    for target in ("new", "empty"):
        with pytest.raises(InputError, match="U222"):
            restore_backup(made.path, tmp_path / target, newer=forked)
    assert not (tmp_path / "new").exists()
    assert list((tmp_path / "empty").iterdir()) == []


def test_older_archive_is_not_taken_for_a_newer_one(box, tmp_path) -> None:
    older = box.copy_of("archive", tmp_path / "older")
    box.file(1)
    with pytest.raises(InputError, match="U221"):
        restore_backup(box.back_up(tmp_path / "b.tar").path, tmp_path / "new", newer=older)


@pytest.mark.parametrize("damage", ["tile/entries/000.p/*", "manifests/2026/*", "checkpoint"])
def test_damaged_newer_ledger_is_refused(box, tmp_path, damage: str) -> None:
    made = box.back_up(tmp_path / "b.tar")
    box.file(2)
    newer = box.copy_of("archive", tmp_path / "newer")
    path = max(newer.glob(damage))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(InputError, match="U220"):
        restore_backup(made.path, tmp_path / "new", newer=newer)
    assert not (tmp_path / "new").exists()


def test_newer_ledger_signed_with_another_key_is_refused(box, tmp_path, machine) -> None:
    made = box.back_up(tmp_path / "b.tar")
    create_workspace(tmp_path / "foreign", box.root / "agency.json", machine=machine)
    with open_workspace(tmp_path / "foreign", machine=machine) as workspace:
        file_records(workspace, "form_1_2", box.papers.applications(3))
    with pytest.raises(InputError, match="U222"):
        restore_backup(made.path, tmp_path / "new", newer=tmp_path / "foreign/archive")


def test_folder_with_something_in_it_and_damaged_backup_are_left_alone(box, tmp_path) -> None:
    made = box.back_up(tmp_path / "b.tar")
    with pytest.raises(InputError, match="U101"):
        restore_backup(made.path, box.root, accept_missing=True)
    data = bytearray(made.path.read_bytes())
    data[len(data) // 2] ^= 1
    made.path.write_bytes(bytes(data))
    with pytest.raises(InputError, match="U21"):
        restore_backup(made.path, tmp_path / "new", accept_missing=True)
    assert not (tmp_path / "new").exists()
    with box.reopen() as workspace:
        assert verify(workspace, "full").fine


def test_new_log_key_since_the_backup_is_followed(box, tmp_path) -> None:
    box.file(1)
    made = box.back_up(tmp_path / "b.tar")
    box.people()
    with box.reopen() as workspace:
        rotate_log_key(workspace, reason="yearly")
    box.file(2)
    restore_backup(made.path, tmp_path / "new", newer=box.root / "archive")
    assert len((tmp_path / "new/archive/log.vkey").read_text().split()) == 2
    with box.open_with_keys(tmp_path / "new", box.root / "keys") as workspace:
        assert _entries(workspace)[-1] is Event.WORKSPACE_RESTORED
        assert verify(workspace, "full").report.verdict is Verdict.VALID
