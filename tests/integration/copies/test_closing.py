"""From destroyed keys to the last copy: each phase comes when it is true, never before."""

import hashlib
import json
import shutil
from datetime import date, timedelta

import pytest
from docx import Document
from sqlmodel import Session

from signing.entries import Event
from webir_records.bootstrap import open_workspace
from webir_records.model.errors import InputError, RefusedError
from webir_records.model.tables import BatchStepRow, RecordRow
from webir_records.services.attesting import Witness
from webir_records.services.backing_up import create_backup, list_backups
from webir_records.services.closing import PHASES, Closing, Phase, advance, show_closing
from webir_records.services.copies import Description, add_copy, destroy_copy
from webir_records.services.copy_terms import list_copies
from webir_records.services.destruction import drafting
from webir_records.services.expiring import expire_backup
from webir_records.services.keys import key_status
from webir_records.services.restoring.restore import restore_backup
from webir_records.services.verifying import verify

WITNESS = Witness("wit-01", "correct horse battery")
LAST_DAY = date(2027, 3, 1)


def _advance(office) -> Closing:
    with office.reopen() as workspace:
        return advance(workspace, office.batch, actor="arch-01")


def _expire(office, backup: str, method: str = "erase", reason: str = "") -> None:
    with office.reopen() as workspace:
        expire_backup(workspace, backup, method=method, actor="arch-01", witness=WITNESS, reason=reason)


def _destroy_copy(office, copy: str, method: str = "smash") -> None:
    with office.reopen() as workspace:
        destroy_copy(workspace, copy, method=method, actor="arch-01", witness=WITNESS)


def _disc(office) -> str:
    with office.reopen() as workspace:
        what = Description("disc", number="1150802_V001", holder="chen-02")
        return add_copy(workspace, office.records, what).copy


def test_batch_without_copies_or_backups_closes_at_once(office, entries) -> None:
    office.destroy()
    done = _advance(office)
    assert list(done.reached) == list(PHASES)
    assert (done.phase, done.open) == (Phase.CLOSED, ())
    with office.reopen() as workspace:
        phases = [entry for entry in entries(workspace) if entry.event is Event.DESTRUCTION_PHASE]
        assert [entry.string("phase") for entry in phases] == [phase.value for phase in PHASES]
        size = workspace.archive.ledger.head().size
        assert advance(workspace, office.batch, actor="arch-01") == done  # nothing twice
        assert workspace.archive.ledger.head().size == size


def test_each_phase_waits_for_the_last_copy_and_the_last_backup(office) -> None:
    disc, backup = _disc(office), office.back_up(expires_on=LAST_DAY)
    keys, sheet = office.back_up_keys(), office.print_keys()
    office.destroy()
    first = _advance(office)
    assert first.phase is Phase.KEY_DESTROYED
    assert [code for code, _ in first.open] == ["U338", *["U339"] * 3]
    assert {facts["backup"] for code, facts in first.open if code == "U339"} == {backup, keys, sheet}
    _destroy_copy(office, disc)
    assert _advance(office).phase is Phase.COPIES_DELETED
    _expire(office, keys)
    _expire(office, sheet, "shred")
    office.wait_until(LAST_DAY)
    waiting = _advance(office)  # the day has come, and nobody has confirmed it
    assert (waiting.phase, waiting.expires_on) == (Phase.COPIES_DELETED, LAST_DAY)
    assert [facts["backup"] for _, facts in waiting.open] == [backup]
    _expire(office, backup)
    closed = _advance(office)
    assert (closed.phase, closed.open, closed.expires_on) == (Phase.CLOSED, (), None)
    assert closed.reached[Phase.KEY_DESTROYED] == date(2026, 11, 23)
    assert closed.reached[Phase.CLOSED] == LAST_DAY
    with office.reopen() as workspace:
        assert verify(workspace, "full").fine


def test_backups_of_the_new_epoch_keep_nothing_open(office) -> None:
    office.destroy()
    office.back_up("after.tar")
    office.back_up_keys("after.backup")
    assert _advance(office).phase is Phase.CLOSED


def test_copies_of_living_records_keep_nothing_open(office) -> None:
    with office.reopen() as workspace:
        add_copy(workspace, [office.records[2]], Description("print"))
    office.destroy()
    assert _advance(office).phase is Phase.CLOSED


def test_looking_enters_nothing(office) -> None:
    office.destroy()
    with office.reopen() as workspace:
        size = workspace.archive.ledger.head().size
        seen = show_closing(workspace, office.batch)
        assert (seen.phase, seen.open, seen.supplement) == (None, (), ())
        assert workspace.archive.ledger.head().size == size


def test_phases_need_an_executed_batch_and_somebody_who_may(office) -> None:
    with office.reopen() as workspace, pytest.raises(InputError, match="U161"):
        advance(workspace, "A2026-9", actor="arch-01")
    with office.reopen() as workspace:
        office.batch = drafting.draft(workspace, actor="arch-01").batch.batch
        with pytest.raises(InputError, match="U334"):
            show_closing(workspace, office.batch)
        with pytest.raises(RefusedError, match="U159"):
            advance(workspace, office.batch, actor="wit-01")


def test_copy_that_turns_up_late_keeps_the_batch_from_closing(office) -> None:
    backup = office.back_up(expires_on=LAST_DAY)
    office.destroy()
    assert _advance(office).phase is Phase.COPIES_DELETED
    with office.reopen() as workspace:
        found = add_copy(workspace, [office.records[0]], Description("print", holder="chen-02"))
        assert (found.orphaned, found.overdue) == (1, True)
    office.wait_until(LAST_DAY)
    _expire(office, backup)
    late = _advance(office)
    assert (late.phase, [code for code, _ in late.open]) == (Phase.COPIES_DELETED, ["U338"])
    _destroy_copy(office, found.copy, "shred")
    assert _advance(office).phase is Phase.CLOSED


@pytest.mark.parametrize("left", ["sealed", "out"])
def test_file_that_came_back_is_a_copy(office, left) -> None:
    with office.reopen() as workspace:
        sealed = list(workspace.files.list("records"))
    destroyed = office.destroy()
    if left == "sealed":
        name = next(name for name in sealed if destroyed[0] in name)
        target = office.root / "archive" / name
    else:
        name = f"out/form/1-2-115-0001_{destroyed[0]}.pdf"
        target = office.root / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(b"left")
    found = _advance(office)
    assert found.phase is Phase.KEY_DESTROYED
    assert [(code, facts["path"]) for code, facts in found.open] == [("U337", name)]
    target.unlink()
    assert _advance(office).phase is Phase.CLOSED


def test_key_that_came_back_is_told_and_stops_every_phase(office) -> None:
    old = (office.root / "keys/kek-2026.key").read_bytes()
    destroyed = office.destroy()
    with office.reopen() as workspace:
        workspace.archive.keys.put([(destroyed[0], 1, bytes(32))])
        (office.root / "keys/kek-2026.key").write_bytes(old)
        found = advance(workspace, office.batch, actor="arch-01")
    assert found.phase is None
    assert [code for code, _ in found.open] == ["U335", "U336"]


# --- the end of backups


def test_backup_before_its_day_needs_a_reason_that_the_ledger_keeps(office, entries) -> None:
    backup = office.back_up(expires_on=LAST_DAY)
    office.wait_until(LAST_DAY - timedelta(days=1))
    with pytest.raises(RefusedError, match="U332"):
        _expire(office, backup)
    _expire(office, backup, reason="disk-broken")
    with office.reopen() as workspace:
        (known,) = list_backups(workspace)
        (entry,) = [entry for entry in entries(workspace) if entry.event is Event.BACKUP_EXPIRED]
        assert (known.expired, bool(known.destroyed_at)) == (False, True)
        assert (entry.string("reason_code"), entry.fields["people"]) == ("disk-broken", ["arch-01", "wit-01"])
    with pytest.raises(InputError, match="U331"):
        _expire(office, backup)


def test_only_copy_of_the_keys_in_use_stays(office) -> None:
    first = office.back_up_keys()
    with pytest.raises(RefusedError, match="U333"):
        _expire(office, first)
    second = office.back_up_keys("second.backup")
    _expire(office, first)
    with office.reopen() as workspace:
        assert [copy.backup for copy in key_status(workspace).copies] == [second]
    office.destroy()  # the keys turn: the second is outdated, and may go
    _expire(office, second)


@pytest.mark.parametrize(("method", "code"), [("shred", "U341"), ("hide", "U324")])
def test_file_is_not_shredded(office, method, code) -> None:
    backup = office.back_up()
    with pytest.raises((RefusedError, InputError), match=code):
        _expire(office, backup, method)
    with pytest.raises(InputError, match="U330"):
        _expire(office, "nosuch")


# --- the papers


def _text(path) -> str:
    tables = Document(str(path)).tables
    return "\n".join(cell.text for table in tables for row in table.rows for cell in row.cells)


def test_certificate_names_phase_copies_backups_and_the_sheet_of_paper(office) -> None:
    disc, backup = _disc(office), office.back_up(expires_on=LAST_DAY)
    office.destroy()
    folder = office.root / f"archive/certificates/{office.batch}"
    facts = json.loads((folder / "certificate.json").read_bytes())
    assert facts["phase"] == "KEY_DESTROYED"
    assert facts["backups_expire_on"] == LAST_DAY.isoformat()
    assert facts["copies"] == [
        {
            "copy": disc,
            "kind": "disc",
            "medium": "optical",
            "number": "1150802_V001",
            "holder": "chen-02",
            "made_at": "2026-11-23T05:00:00Z",
            "records": 2,  # of the three on the disc, those of this batch
        }
    ]
    text = _text(folder / "certificate.docx")
    assert f"□已銷毀 光碟 {disc}（編號 1150802_V001，持有人 chen-02，2 筆，2026-11-23 製作）" in text
    assert f"□已銷毀 工作區備份 {backup}（期別 2026，2026-11-23 製作，2027-03-01 失效）" in text
    assert "紙本原件銷毀人及" in text
    assert "□碎紙或紙漿" in text


def test_supplement_says_what_became_of_everything_and_leaves_the_certificate_alone(office, entries) -> None:
    disc, backup = _disc(office), office.back_up(expires_on=LAST_DAY)
    office.destroy()
    folder = office.root / f"archive/certificates/{office.batch}"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    office.wait_until(LAST_DAY)
    _destroy_copy(office, disc)
    _expire(office, backup)
    closed = _advance(office)
    assert {path.rpartition("/")[2] for path in closed.supplement} == {"supplement.json", "supplement.docx"}
    assert {name: (folder / name).read_bytes() for name in before} == before
    data = (folder / "supplement.json").read_bytes()
    facts = json.loads(data)
    assert facts["certificate_sha256"] == hashlib.sha256(before["certificate.json"]).hexdigest()
    assert [(fact["copy"], fact["witness"]) for fact in facts["copies"]] == [(disc, "wit-01")]
    assert [(fact["backup"], fact["destroyed_at"][:10]) for fact in facts["backups"]] == [
        (backup, "2027-03-01")
    ]
    with office.reopen() as workspace:
        newest = [entry for entry in entries(workspace) if entry.event is Event.DESTRUCTION_PHASE][-1]
        with Session(workspace.engine) as session:
            step = session.get_one(BatchStepRow, (office.batch, "CLOSED"))
            assert step.path == f"certificates/{office.batch}/supplement.json"
            assert step.sha256 == newest.string("certificate_sha256") == hashlib.sha256(data).hexdigest()
    text = _text(folder / "supplement.docx")
    assert f"光碟 {disc}" in text
    assert "以擊碎銷毀，監毀人 wit-01" in text
    assert "備份已失效（BACKUPS_EXPIRED）" in text


def test_closing_that_lost_power_before_its_entry_is_done_again(office, monkeypatch) -> None:
    office.destroy()
    with office.reopen() as workspace, monkeypatch.context() as patch:
        ledger = type(workspace.archive.ledger)
        real = ledger.append

        def pull(self, session, events) -> object:
            if any(event.get("phase") == "CLOSED" for event in events):
                raise KeyboardInterrupt
            return real(self, session, events)

        patch.setattr(ledger, "append", pull)
        with pytest.raises(KeyboardInterrupt):
            advance(workspace, office.batch, actor="arch-01")
    assert (office.root / f"archive/certificates/{office.batch}/supplement.json").exists()
    assert _advance(office).phase is Phase.CLOSED
    with office.reopen() as workspace:
        assert verify(workspace, "full").fine


def test_restored_workspace_knows_copies_ends_and_phases(office, tmp_path) -> None:
    old = create_backup(office.reopen, tmp_path / "old.tar").backup
    disc, backup = _disc(office), office.back_up("b.tar")
    office.destroy()
    _destroy_copy(office, disc)
    _expire(office, backup)
    _expire(office, old)
    done = _advance(office)
    assert done.phase is Phase.CLOSED
    new = restore_backup(tmp_path / "old.tar", tmp_path / "new", newer=office.root / "archive").root
    shutil.copytree(office.root / "keys", new / "keys", dirs_exist_ok=True)
    with open_workspace(new, machine=office.machine) as workspace:
        assert [(copy.number, copy.state) for copy in list_copies(workspace)] == [
            ("1150802_V001", "destroyed")
        ]
        assert {known.backup for known in list_backups(workspace) if known.destroyed_at} >= {backup}
        assert show_closing(workspace, office.batch).reached == done.reached
        with Session(workspace.engine) as session:
            assert session.get_one(RecordRow, office.records[0]).state == "destroyed"
        beyond = verify(workspace, "full").beyond
        assert [code for code, _ in beyond] == ["U176"]  # the key of the old epoch is gone for ever
