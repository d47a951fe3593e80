"""Filing into a bucket is broken off at every write: what was acknowledged is whole, the rest is gone."""

import importlib.util
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from signing.findings import Verdict
from signing.verifier import Level, verify_archive
from webir_records.archive.archive import Archive
from webir_records.archive.disk import LocalDisk
from webir_records.archive.keystore import KeyStore
from webir_records.archive.ledger import Ledger
from webir_records.archive.store import Store
from webir_records.model.database import open_database
from webir_records.model.tables import KEY_TABLES, WORK_TABLES

_SPEC = importlib.util.spec_from_file_location("power_loss", Path(__file__).parents[2] / "crash/conftest.py")
power_loss = importlib.util.module_from_spec(_SPEC)  # the double of the crash tests, over another store
_SPEC.loader.exec_module(power_loss)


@pytest.fixture
def opened(s3_server, prefix, archive_folder) -> Callable[..., Archive]:
    """Open the archive of a folder whose files lie in a bucket."""
    files = s3_server.store(prefix)
    for path in LocalDisk(archive_folder.root / "archive").list(""):
        files.write(path, (archive_folder.root / "archive" / path).read_bytes())

    def make(wrap: Callable[[Store], Store] = lambda store: store) -> Archive:
        engine = open_database(archive_folder.root / "state/webir.db", WORK_TABLES)
        keys = open_database(archive_folder.root / "state/keys.db", KEY_TABLES)
        store, disk = KeyStore(keys, LocalDisk(archive_folder.root / "keys"), os.urandom), wrap(files)
        return Archive(engine, disk, store, Ledger(engine, disk, archive_folder.signer, archive_folder.clock))

    return make


@pytest.mark.allow_hosts(["127.0.0.1"])
@pytest.mark.parametrize("kept", [False, True], ids=["lost", "kept"])
def test_broken_filing_in_a_bucket_is_finished_or_undone(kept, opened, archive_folder, new_version) -> None:
    nth, acknowledged = 0, False
    while not acknowledged:
        nth += 1
        fuse = power_loss.Fuse(nth, kept)
        archive = opened(lambda store, fuse=fuse: power_loss.FailingDisk(store, fuse))
        fuse.burn_at_commits_of(archive.engine, archive.keys._engine)
        record = f"{nth:02}aaaaaaaaaaaaaa{nth:04}"
        with suppress(power_loss.PowerLossError):
            archive.store([new_version(record)], actor="operator", batch="b", year=2026)
            acknowledged = True
        archive_folder.close(archive)
        _assert_whole(opened, archive_folder, record, acknowledged)
    assert nth > 8


def _assert_whole(opened, archive_folder, record: str, acknowledged: object) -> None:
    archive = opened()
    archive.recover()
    vkey = archive_folder.signer.vkey
    report = verify_archive(archive.disk.reader(), vkeys=[vkey], level=Level.parse("full"))
    assert report.verdict is Verdict.VALID, report.findings
    assert archive.intact(record) or not acknowledged
    archive_folder.close(archive)
