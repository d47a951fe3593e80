"""The plug is pulled at every write of filing and annotating: what was acknowledged is there, all of it."""

from contextlib import suppress

import pytest
from sqlmodel import Session, select

from signing.findings import Verdict
from signing.verifier import Level, verify_archive
from webir_records.archive.disk import TEMPORARY_SUFFIX
from webir_records.model.tables import VersionRow

RECORDS = ("aaaaaaaaaaaaaaaa0001", "bbbbbbbbbbbbbbbb0002", "cccccccccccccccc0003")
OPERATIONS = 35
"""One more than the acts below have; a test of its own says so."""


def _act(archive, new_version, done: list[tuple[str, int]]) -> None:
    """File two records together, one alone, then annotate the first; note what was acknowledged."""
    steps = ([(RECORDS[0], 1), (RECORDS[1], 1)], [(RECORDS[2], 1)], [(RECORDS[0], 2)])
    for step in steps:
        archive.store([new_version(r, v) for r, v in step], actor="operator", batch="b1", year=2026)
        done += step


@pytest.mark.parametrize("kept", [False, True], ids=["lost", "kept"])
@pytest.mark.parametrize("nth", range(1, OPERATIONS))
def test_archive_is_whole_after_power_loss_at_nth_write(
    nth, kept, archive_folder, new_version, make_fuse, failing_disk, power_loss
) -> None:
    fuse, acknowledged = make_fuse(nth, kept), []
    broken = archive_folder.open(lambda disk: failing_disk(disk, fuse))
    fuse.burn_at_commits_of(broken.engine, broken.keys._engine)
    with suppress(power_loss):
        _act(broken, new_version, acknowledged)
    archive_folder.close(broken)
    _assert_reader_is_not_deceived(archive_folder)

    archive = archive_folder.open()
    archive.recover()
    for record, version in acknowledged:
        assert archive.read(record, version).data["name"] == "林𠮷堃 & <O'Brien>"
    archive.store([new_version("dddddddddddddddd0004")], actor="operator", batch="b2", year=2026)
    _assert_verifies(archive_folder, archive)
    archive_folder.close(archive)


def test_every_write_of_the_acts_is_covered(archive_folder, new_version, make_fuse, failing_disk) -> None:
    fuse = make_fuse(0, kept=False)
    archive = archive_folder.open(lambda disk: failing_disk(disk, fuse))
    fuse.burn_at_commits_of(archive.engine, archive.keys._engine)
    _act(archive, new_version, [])
    archive_folder.close(archive)
    assert fuse.count == OPERATIONS - 1


@pytest.mark.parametrize("kept", [False, True], ids=["lost", "kept"])
@pytest.mark.parametrize("nth", range(10, 14))
def test_step_past_a_full_tile_is_finished_after_power_loss(
    nth, kept, archive_folder, make_fuse, failing_disk, power_loss
) -> None:
    """A partial tile of level 1 gives way here: whoever repeats the step cannot read it once more."""
    opened = {"event": "opened", "actor": "operator", "record": RECORDS[0], "version": 1}
    grown = archive_folder.open()
    _append(grown, [opened] * 500)
    archive_folder.close(grown)
    fuse = make_fuse(nth, kept)
    broken = archive_folder.open(lambda disk: failing_disk(disk, fuse))
    fuse.burn_at_commits_of(broken.engine)
    with suppress(power_loss):
        _append(broken, [opened] * 20)
    archive_folder.close(broken)

    archive = archive_folder.open()
    archive.recover()
    assert archive.ledger.head().size == 521
    _append(archive, [opened])
    assert archive_folder.root.joinpath("archive/checkpoint").read_bytes().split(b"\n")[1] == b"522"
    archive_folder.close(archive)


def test_partial_tiles_that_come_back_after_power_loss_go_again(archive_folder) -> None:
    opened = {"event": "opened", "actor": "operator", "record": RECORDS[0], "version": 1}
    archive = archive_folder.open()
    tiles = archive_folder.root / "archive/tile"
    before = {path: path.read_bytes() for path in tiles.rglob("*") if path.is_file()}
    _append(archive, [opened])
    now = {path for path in tiles.rglob("*") if path.is_file()}
    assert len(before) == 2
    assert now.isdisjoint(before)
    for path, data in before.items():  # their removal was not waited for
        path.write_bytes(data)
    archive.recover()
    assert {path for path in tiles.rglob("*") if path.is_file()} == now
    archive_folder.close(archive)


def test_what_is_published_is_noted_without_a_sync_and_the_next_act_is_synced(archive) -> None:
    """The note of a publication is found out again; every other commit is durable."""
    archive.record_act({"event": "opened", "actor": "operator", "record": RECORDS[0], "version": 1})
    with archive.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2  # FULL
        notes = "SELECT count(*) FROM publication WHERE NOT published"
        assert connection.exec_driver_sql(notes).scalar_one() == 0


def _append(archive, events) -> None:
    with Session(archive.engine) as session, session.begin():
        archive.ledger.append(session, events)
    archive.ledger.publish()


def _assert_verifies(archive_folder, archive) -> None:
    root = archive_folder.root / "archive"
    report = verify_archive(root, vkeys=[archive_folder.signer.vkey], level=Level.parse("full"))
    assert report.verdict is Verdict.VALID, report.findings
    assert not list(root.rglob(f"*{TEMPORARY_SUFFIX}"))
    assert report.checkpoint.size == archive.ledger.head().size
    with Session(archive.engine) as session:
        filed = set(session.exec(select(VersionRow.record, VersionRow.version)))
    assert archive.keys.all_versions() == filed  # whatever the ledger names opens, and no other key is left


def _assert_reader_is_not_deceived(archive_folder) -> None:
    """Before anybody mends it: whatever the published checkpoint vouches for is there."""
    root, vkey = archive_folder.root / "archive", archive_folder.signer.vkey
    report = verify_archive(root, vkeys=[vkey], level=Level.parse("full"))
    harmless = {"BEYOND_CHECKPOINT", "UNLEDGERED"}
    assert {finding.code for finding in report.findings} <= harmless, report.findings
