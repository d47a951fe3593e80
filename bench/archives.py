"""Archives to measure: made by the program's own rooms, with content that cannot be compressed."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlmodel import Session

from signing.note import Signer
from webir_records.archive.archive import Archive, NewVersion
from webir_records.archive.disk import LocalDisk
from webir_records.archive.keystore import KeyStore
from webir_records.archive.ledger import Event, Ledger
from webir_records.archive.package import Package
from webir_records.model.database import open_database
from webir_records.model.tables import KEY_TABLES, WORK_TABLES

YEAR: Final = 2026
CHUNK: Final = 200
"""Records in one call to `store`, as the filing service does it."""


@dataclass(frozen=True)
class Box:
    """An archive on disk without a workspace around it."""

    root: Path
    archive: Archive

    @property
    def folder(self) -> Path:
        """The folder `archive/`."""
        return self.root / "archive"

    @property
    def vkey(self) -> str:
        """The key that checks the ledger's signatures."""
        return self.archive.ledger.vkey

    def file(self, versions: Sequence[NewVersion], *, chunk: int = CHUNK) -> None:
        """File records, acknowledged by the chunk."""
        for start in range(0, len(versions), chunk):
            self.archive.store(versions[start : start + chunk], actor="bench", batch="bench", year=YEAR)

    def add(self, events: Sequence[Event]) -> None:
        """Put acts into the ledger as one step."""
        with Session(self.archive.engine) as session, session.begin():
            self.archive.ledger.append(session, events)
        self.archive.ledger.publish()


@contextmanager
def open_box(root: Path) -> Iterator[Box]:
    """Make an empty archive."""
    for name in ("state", "keys", "archive"):
        (root / name).mkdir(parents=True)
    engine = open_database(root / "state/webir.db", WORK_TABLES, create=True)
    keys = KeyStore(
        open_database(root / "state/keys.db", KEY_TABLES, create=True), LocalDisk(root / "keys"), os.urandom
    )
    keys.create(str(YEAR))
    files = LocalDisk(root / "archive")
    signer = Signer("bench.local/379300000A/1", bytes(range(32)))
    ledger = Ledger(engine, files, signer, lambda: datetime(YEAR, 11, 23, 5, tzinfo=UTC))
    box = Box(root, Archive(engine, files, keys, ledger))
    box.archive.record_act(
        {
            "event": "archive_created",
            "actor": "system",
            "agency": "379300000A",
            "profile": "taipei-2017",
            "origin": signer.name,
            "vkey": signer.vkey,
        }
    )
    yield box
    engine.dispose()
    keys.close()


def new_versions(first: int, count: int, size: int) -> list[NewVersion]:
    """Return first versions of new records whose packages hold `size` random bytes."""
    return [_new_version(f"{number:020x}"[::-1], size) for number in range(first, first + count)]


def _new_version(record: str, size: int) -> NewVersion:
    package = Package({"record": record}, {"name": "林𠮷堃"}, {"renditions/form.docx": os.urandom(size)})
    return NewVersion(
        record=record,
        version=1,
        package=package,
        form="form_1_2",
        form_no=f"1-2-115-{record[:6]}",
        record_class="A",
        profile="taipei-2017",
        rule="account-applications",
    )
