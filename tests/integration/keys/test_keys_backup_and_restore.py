"""Keys are lost and come back; what must not come back is refused with its reason; nothing is half done."""

from pathlib import Path

import pytest
from sqlmodel import Session, select

from signing.entries import Entry, parse_entry
from webir_records.archive.keystore import kek_path
from webir_records.bootstrap import create_workspace, open_without_keys, open_workspace
from webir_records.model.errors import FaultError, InputError, RefusedError
from webir_records.model.tables import BackupRow
from webir_records.services.context import Workspace
from webir_records.services.filing import file_records
from webir_records.services.keys import backup_keys, key_copies, key_status, rotate_epoch, rotate_log_key
from webir_records.services.people import add_person
from webir_records.services.records import list_records


def _newest_entry(workspace: Workspace) -> Entry:
    return parse_entry(workspace.archive.ledger.entry(workspace.archive.ledger.head().size - 1))


def test_lost_keys_come_back_and_every_record_opens(
    reopen, papers, back_up, put_back, lose_keys, workspace_root
) -> None:
    with reopen() as workspace:
        file_records(workspace, "form_1_2", papers.applications(3))
        saved = back_up(workspace)
        backup = _newest_entry(workspace).string("backup")
    lose_keys()
    with pytest.raises(FaultError, match="A134"), reopen():
        pass
    done = put_back(saved)
    assert done.written == ("kek-2026.key", "log.key", "lookup.key")
    with reopen() as workspace:
        for record in list_records(workspace):
            assert workspace.archive.read(record.record).data
        entry = _newest_entry(workspace)
        assert (entry.event, entry.string("epoch"), entry.string("backup")) == (
            "keys_restored",
            "2026",
            backup,
        )
    modes = {path.name: path.stat().st_mode & 0o777 for path in (workspace_root / "keys").iterdir()}
    assert modes == dict.fromkeys(done.written, 0o600)
    assert (workspace_root / "keys").stat().st_mode & 0o777 == 0o700


def test_restored_act_is_entered_once(reopen, back_up, put_back, lose_keys) -> None:
    with reopen() as workspace:
        saved = back_up(workspace)
    lose_keys()
    put_back(saved)
    with reopen() as workspace:
        size = workspace.archive.ledger.head().size
    with reopen() as workspace:
        assert workspace.archive.ledger.head().size == size


@pytest.mark.parametrize("name", ["kek-2026.key", "log.key", "lookup.key"])
@pytest.mark.parametrize(
    "damage", [b"", b"\xff\x00", b"webir-kek/v1 2026 00\n"], ids=["empty", "binary", "cut"]
)
def test_damaged_file_is_replaced_and_the_others_are_left(
    name, damage, reopen, back_up, put_back, workspace_root
) -> None:
    with reopen() as workspace:
        saved = back_up(workspace)
    whole = (workspace_root / "keys" / name).read_bytes()
    (workspace_root / "keys" / name).write_bytes(damage)
    done = put_back(saved)
    assert done.written == (name,)
    assert len(done.kept) == 2
    assert (workspace_root / "keys" / name).read_bytes() == whole


def test_nothing_is_written_when_nothing_is_missing(reopen, back_up, put_back, all_files) -> None:
    with reopen() as workspace:
        saved = back_up(workspace)
        size = workspace.archive.ledger.head().size
    before = all_files()
    assert put_back(saved).written == ()
    with reopen() as workspace:
        assert workspace.archive.ledger.head().size == size
    assert all_files() == before


def test_wrong_passphrase_changes_nothing(reopen, back_up, put_back, all_files, workspace_root) -> None:
    with reopen() as workspace:
        saved = back_up(workspace)
    (workspace_root / "keys/log.key").unlink()
    before = all_files()
    with pytest.raises(InputError, match="A138"):
        put_back(saved, "another passphrase, and long")
    assert all_files() == before


def test_backup_of_another_workspace_is_refused(
    reopen, tmp_path, machine, passphrase, put_back, lose_keys, all_files
) -> None:
    with reopen():
        pass
    create_workspace(tmp_path / "other", tmp_path / "agency.json", machine=machine)
    with open_workspace(tmp_path / "other", machine=machine) as other:
        backup_keys(other, tmp_path / "other.backup", passphrase)
    lose_keys()
    before = all_files()
    with pytest.raises(InputError, match="A190"):
        put_back(tmp_path / "other.backup")
    assert all_files() == before


def test_backup_of_a_destroyed_epoch_is_refused_even_when_keys_are_lost(
    reopen, papers, back_up, put_back, lose_keys, all_files
) -> None:
    with reopen() as workspace:
        file_records(workspace, "form_1_2", papers.applications(2))
        old = back_up(workspace, "old.backup")
        rotate_epoch(workspace, reason="envelope-lost")
        new = back_up(workspace, "new.backup")
    lose_keys()
    before = all_files()
    with pytest.raises(RefusedError, match="A191") as caught:
        put_back(old)
    assert caught.value.facts == {"epoch": "2026", "expected": "2026-2"}
    assert all_files() == before
    assert put_back(new).epoch == "2026-2"
    with reopen() as workspace:
        assert len(list_records(workspace)) == 2


def test_backup_made_in_the_middle_of_an_epoch_never_brings_a_dead_key_back(
    reopen, back_up, put_back, lose_keys, workspace_root
) -> None:
    """A key file of a dead epoch that somebody put back into keys/ gets into a backup, not out of it."""
    with reopen() as workspace:
        dead = (workspace_root / "keys/kek-2026.key").read_bytes()
        rotate_epoch(workspace, reason="yearly")
        (workspace_root / "keys/kek-2026.key").write_bytes(dead)
        saved = back_up(workspace)
    lose_keys()
    assert "kek-2026.key" not in put_back(saved).written
    assert not (workspace_root / "keys/kek-2026.key").exists()


def test_backup_older_than_the_log_key_is_refused_when_the_new_one_is_lost(
    reopen, back_up, put_back, lose_keys, all_files
) -> None:
    with reopen() as workspace:
        saved = back_up(workspace)
        rotate_log_key(workspace, reason="laptop-stolen")
    lose_keys()
    before = all_files()
    with pytest.raises(InputError, match="A194"):
        put_back(saved)
    assert all_files() == before


def test_other_keys_that_are_there_are_not_overwritten(
    reopen, back_up, put_back, workspace_root, all_files
) -> None:
    with reopen() as workspace:
        saved = back_up(workspace)
    lookup = workspace_root / "keys/lookup.key"
    lookup.write_text("ab" * 32 + "\n")
    before = all_files()
    with pytest.raises(InputError, match="A192") as caught:
        put_back(saved)
    assert caught.value.facts["paths"] == "keys/lookup.key"
    assert all_files() == before


def test_kek_that_does_not_open_the_stored_keys_is_refused(
    reopen, papers, back_up, put_back, workspace_root
) -> None:
    """`state/keys.db` of another time: the same epoch's name, another key."""
    with reopen() as workspace:
        file_records(workspace, "form_1_2", papers.applications(1))
        kek = workspace_root / "keys" / kek_path("2026")
        kek.write_text(f"webir-kek/v1 2026 {'ab' * 32}\n")
        saved = back_up(workspace)
    kek.unlink()
    with pytest.raises(FaultError, match="A132"):
        put_back(saved)
    assert not kek.exists()


def test_interrupted_restore_is_finished_by_the_same_command(
    reopen, back_up, put_back, lose_keys, workspace_root
) -> None:
    with reopen() as workspace:
        saved = back_up(workspace)
    lose_keys()
    put_back(saved)
    (workspace_root / "keys/lookup.key").unlink()  # as if power had failed before the last file
    (workspace_root / "keys/log.key").rename(workspace_root / "keys/log.key.tmp")
    assert set(put_back(saved).written) == {"log.key", "lookup.key"}
    with reopen() as workspace:
        assert _newest_entry(workspace).event == "keys_restored"


def test_people_keep_their_own_keys(reopen, back_up, put_back, lose_keys) -> None:
    with reopen() as workspace:
        add_person(workspace, "arch-01", ("archivist",), "correct horse battery")
        saved = back_up(workspace)
    assert b"arch-01" not in saved.read_bytes()
    lose_keys()
    assert not any("people" in name for name in put_back(saved).written)


def test_backup_is_an_entry_a_row_and_a_closed_file(workspace, back_up_facts, tmp_path) -> None:
    copy = back_up_facts(workspace)
    entry = _newest_entry(workspace)
    assert (entry.event, entry.string("kind"), entry.string("backup_sha256")) == (
        "keys_backed_up",
        "file",
        copy.sha256,
    )
    with Session(workspace.engine) as session:
        (row,) = session.exec(select(BackupRow)).all()
        assert (row.id, row.kind, row.epoch, row.sha256) == (copy.backup, "keys", "2026", copy.sha256)
    assert (tmp_path / "facts.backup").stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.glob("facts*")) == ["facts.backup"]


def test_backup_never_overwrites_and_weak_passphrases_leave_no_entry(workspace, tmp_path, passphrase) -> None:
    (tmp_path / "there").write_bytes(b"mine")
    size = workspace.archive.ledger.head().size
    with pytest.raises(InputError, match="U012"):
        backup_keys(workspace, tmp_path / "there", passphrase)
    with pytest.raises(InputError, match="A139"):
        backup_keys(workspace, tmp_path / "new", "correct horse")
    with pytest.raises(FaultError, match="A110"):
        backup_keys(workspace, tmp_path / "agency.json" / "new", passphrase)
    assert workspace.archive.ledger.head().size == size
    assert not (tmp_path / "new").exists()


def test_person_needs_a_role_that_manages_keys(workspace, tmp_path, passphrase) -> None:
    add_person(workspace, "clerk-01", ("clerk",), "correct horse battery")
    with pytest.raises(RefusedError, match="U159"):
        backup_keys(workspace, tmp_path / "new", passphrase, actor="clerk-01")
    with pytest.raises(RefusedError, match="U159"):
        rotate_epoch(workspace, reason="yearly", actor="clerk-01")
    with pytest.raises(RefusedError, match="U159"):
        rotate_log_key(workspace, reason="yearly", actor="clerk-01")
    assert _newest_entry(workspace).event == "person_added"


def test_status_warns_until_the_keys_in_use_are_in_a_copy(workspace, back_up) -> None:
    def codes() -> list[str]:
        return [code for code, _ in key_status(workspace).warnings]

    assert codes() == ["A198"]
    back_up(workspace, "1")
    assert codes() == []
    rotate_epoch(workspace, reason="yearly")
    assert codes() == ["A198"]
    back_up(workspace, "2")
    assert codes() == []
    rotate_log_key(workspace, reason="yearly")
    assert codes() == ["A198"]
    back_up(workspace, "3")
    assert codes() == []
    assert [copy.outdated for copy in key_copies(workspace)] == [False, True, True]


def test_opening_without_keys_reads_no_settings_of_a_folder_that_is_none(tmp_path, machine) -> None:
    with pytest.raises(InputError, match="U102"), open_without_keys(tmp_path / "nothing", machine=machine):
        pass
    assert not (tmp_path / "nothing").exists()


def test_stranger_opens_a_backup_with_the_program_of_the_specification(
    workspace, back_up, passphrase
) -> None:
    """The Python of docs/spec/keys.md, run as it stands there."""
    spec = (Path(__file__).resolve().parents[3] / "docs/spec/keys.md").read_text(encoding="utf-8")
    program = spec.partition("```python\n")[2].partition("```")[0]
    names: dict[str, object] = {}
    exec(program, names)  # noqa: S102 - what the specification tells strangers to run
    files: dict[str, str] = names["open_backup"](back_up(workspace).read_text(encoding="utf-8"), passphrase)  # type: ignore[operator]
    assert files["kek-2026.key"].startswith("webir-kek/v1 2026 ")
    assert set(files) == {"kek-2026.key", "log.key", "lookup.key"}
