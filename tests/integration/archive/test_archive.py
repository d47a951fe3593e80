"""What the archive refuses, and what it never reuses."""

from contextlib import suppress
from pathlib import Path

import pytest
from sqlmodel import Session, select

from signing.findings import Verdict
from signing.verifier import Level, verify_archive
from webir_records.archive.archive import NewVersion
from webir_records.archive.disk import LocalDisk
from webir_records.model.errors import FaultError, InputError, RefusedError
from webir_records.model.tables import PendingRow, RecordRow, VersionRow

RECORD = "aaaaaaaaaaaaaaaa0001"


def _store(archive, *versions: NewVersion) -> None:
    archive.store(list(versions), actor="operator", batch="b1", year=2026)


def _sealed(archive_folder) -> Path:
    return archive_folder.root / "archive" / f"records/2026/aa/{RECORD}.1.sealed"


def test_changed_sealed_file_is_named_before_its_key_is_used(archive, archive_folder, new_version) -> None:
    _store(archive, new_version(RECORD))
    path = _sealed(archive_folder)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(FaultError, match="A151"):
        archive.read(RECORD)
    assert not archive.intact(RECORD)


def test_missing_sealed_file_is_named(archive, archive_folder, new_version) -> None:
    _store(archive, new_version(RECORD))
    _sealed(archive_folder).unlink()
    with pytest.raises(FaultError, match="A150"):
        archive.read(RECORD)
    assert not archive.intact(RECORD)


def test_record_that_nobody_filed_is_not_intact(archive) -> None:
    assert not archive.intact(RECORD)


@pytest.mark.parametrize(("version", "code"), [(1, "A140"), (3, "A141")])
def test_version_out_of_order_files_nothing(
    version: int, code: str, archive, archive_folder, new_version
) -> None:
    _store(archive, new_version(RECORD))
    before = archive.ledger.head()
    with pytest.raises(InputError, match=code):
        _store(archive, new_version("bbbbbbbbbbbbbbbb0002"), new_version(RECORD, version))
    assert archive.ledger.head() == before
    assert [path.name for path in (archive_folder.root / "archive").rglob("*.sealed")] == [
        f"{RECORD}.1.sealed"
    ]
    with Session(archive.engine) as session:
        assert not session.exec(select(PendingRow)).all()


def test_no_two_versions_share_a_key(archive, new_version) -> None:
    _store(archive, new_version(RECORD), new_version("bbbbbbbbbbbbbbbb0002"))
    _store(archive, new_version(RECORD, 2))
    places = ((RECORD, 1), (RECORD, 2), ("bbbbbbbbbbbbbbbb0002", 1))
    assert len({archive.keys.get(record, version) for record, version in places}) == 3


def test_later_version_keeps_what_finds_the_record(archive, new_version) -> None:
    _store(archive, new_version(RECORD, lookup=b"l" * 32))
    _store(archive, new_version(RECORD, 2))
    with Session(archive.engine) as session:
        assert session.exec(select(RecordRow.lookup)).one() == b"l" * 32


def test_entry_that_no_reader_could_read_is_not_signed(archive, archive_folder) -> None:
    before = archive.ledger.head()
    with suppress(Exception):  # which error is the ledger's affair; that nothing was signed is ours
        archive.record_act(
            {"event": "forms_filled", "actor": "王大明", "form": "x", "count": 1, "batch": "b"}
        )
    assert archive.ledger.head() == before
    assert (archive_folder.root / "archive/checkpoint").read_text().splitlines()[1] == str(before.size)


def test_clock_behind_the_ledger_files_nothing_and_leaves_nothing(
    archive_folder, archive, clock, new_version
) -> None:
    before = archive.ledger.head()
    clock.forward(minutes=-3)
    with pytest.raises(RefusedError, match="A201"):
        _store(archive, new_version(RECORD))
    clock.forward(minutes=3)
    assert archive.ledger.head() == before
    assert archive.recover() == (f"records/2026/aa/{RECORD}.1.sealed",)
    assert not list((archive_folder.root / "archive").rglob("*.sealed"))
    assert not archive.keys.known([RECORD])


def test_small_step_back_of_the_clock_keeps_the_time_of_the_newest_entry(archive, clock, new_version) -> None:
    _store(archive, new_version(RECORD))
    with Session(archive.engine) as session:
        newest = archive.ledger.newest_time(session)
    clock.forward(seconds=-90)
    _store(archive, new_version(RECORD, 2))
    with Session(archive.engine) as session:
        assert archive.ledger.newest_time(session) == newest


class _Ordered(LocalDisk):
    """Notes the order in which files of the archive are written."""

    def __init__(self, inner: LocalDisk, written: list[str]) -> None:
        super().__init__(inner._root)
        self.written = written

    def write_many(self, files) -> None:
        files = list(files)
        self.written += [path for path, _ in files]
        super().write_many(files)

    def put_many(self, files) -> None:
        files = list(files)
        self.written += [path for path, _ in files]
        super().put_many(files)


def test_checkpoint_is_published_last_and_the_sealed_file_first(archive_folder, new_version) -> None:
    written: list[str] = []
    archive = archive_folder.open(lambda disk: _Ordered(disk, written))
    _store(archive, new_version(RECORD))
    archive_folder.close(archive)
    kinds = [path.split("/")[0] for path in written]
    assert kinds[0] == "records"
    assert kinds[-2:] == ["manifests", "checkpoint"]
    assert set(kinds[1:-2]) == {"tile"}


def test_key_is_stored_only_when_the_sealed_file_is_durable(archive_folder, new_version, monkeypatch) -> None:
    archive = archive_folder.open()
    seen: list[bool] = []
    put = archive.keys.put

    def checked(keys) -> None:
        seen.append(archive.disk.exists(f"records/2026/aa/{RECORD}.1.sealed"))
        put(keys)

    monkeypatch.setattr(archive.keys, "put", checked)
    _store(archive, new_version(RECORD))
    archive_folder.close(archive)
    assert seen == [True]


def test_keys_go_before_sealed_files_when_records_are_destroyed(archive, archive_folder, new_version) -> None:
    _store(archive, new_version(RECORD))
    with Session(archive.engine) as session:
        paths = list(session.exec(select(VersionRow.path)))
    known: list[set[str]] = []
    remove = archive.disk.remove_many

    def checked(paths: list[str]) -> None:
        known.append(archive.keys.known([RECORD]))
        remove(paths)

    archive.disk.remove_many = checked
    archive.erase_permanently([RECORD], paths)
    assert known == [set()]
    wrapped_log = archive_folder.root / "state/keys.db-wal"
    assert not wrapped_log.exists() or wrapped_log.stat().st_size == 0


def test_interrupted_filing_leaves_neither_file_nor_key(archive_folder, new_version, monkeypatch) -> None:
    archive = archive_folder.open()

    def broken(*_arguments: object) -> None:
        raise FaultError("A111", path="x", cause="x")

    monkeypatch.setattr(archive.ledger, "append", broken)
    with pytest.raises(FaultError):
        _store(archive, new_version(RECORD))
    archive_folder.close(archive)

    archive = archive_folder.open()
    assert archive.keys.known([RECORD]) == {RECORD}
    archive.recover()
    assert not archive.keys.known([RECORD])
    _store(archive, new_version(RECORD))
    archive_folder.close(archive)
    report = verify_archive(
        archive_folder.root / "archive", vkeys=[archive_folder.signer.vkey], level=Level.parse("full")
    )
    assert report.verdict is Verdict.VALID
