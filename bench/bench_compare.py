"""Compare the tables of a large workspace with its ledger, as `webir verify` does; time and memory apart.

The records have entries, rows and keys, and no sealed files: those are the matter of `bench_verify.py`.
"""

import multiprocessing
import resource
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from sqlmodel import Session
from timing import ROOT, arguments, machine, progress, scratch

from signing.canonical import JsonValue
from signing.entries import sealed_path
from webir_records.archive.rows import StoredVersion, store_versions
from webir_records.bootstrap import create_workspace, open_workspace, this_machine
from webir_records.services.comparing import compare_entries, compare_keys, compare_tables
from webir_records.services.context import Workspace

STEP: Final = 5000  # records entered together
DIGEST: Final = "0" * 64
FACTS: Final = {
    "form": "form_1_2",
    "form_no": "1-2-115-000001",
    "profile": "taipei-2017",
    "rule": "account-applications",
}
PARTS: Final = {"entries": compare_entries, "tables": compare_tables, "keys": compare_keys}


def main() -> None:
    given = arguments(__doc__ or "", records=50_000)
    count = given["records"]
    with scratch() as folder:
        root = folder / "workspace"
        create_workspace(root, ROOT / "examples/機關設定.json", machine=replace(this_machine(), soffice=None))
        done = 0
        print(f"Comparing tables with the ledger\n{machine()}")
        for wanted in (count // 2, count):
            progress(f"entering records up to {wanted:,} …")
            with open_workspace(root, machine=replace(this_machine(), soffice=None)) as workspace:
                _enter(workspace, done, wanted)
            done = wanted
            for name, (seconds, megabytes) in _apart(root).items():
                each = seconds / wanted * 1e6
                print(f"{wanted:>10,} records, {name:8} {each:7.1f} µs each, {megabytes:5.0f} MB", flush=True)


def _enter(workspace: Workspace, done: int, wanted: int) -> None:
    """Enter filings into ledger, tables and key store."""
    archive = workspace.archive
    for first in range(done, wanted, STEP):
        ids = [f"{number:020x}"[::-1] for number in range(first, min(first + STEP, wanted))]
        archive.keys.put([(record, 1, bytes(32)) for record in ids])
        with Session(workspace.engine) as session, session.begin():
            added = archive.ledger.append(session, [_event(record) for record in ids])
            store_versions(session, [_stored(record) for record in ids], added.numbers, added.at)
        archive.ledger.publish()


def _event(record: str) -> dict[str, JsonValue]:
    return {
        "event": "filed",
        "actor": "operator",
        "record": record,
        "version": 1,
        **FACTS,
        "class": "A",
        "sealed_sha256": DIGEST,
        "size": 1,
        "path": sealed_path(record, 1, 2026),
        "batch": "b-1",
        "unit": "unit-1",
    }


def _stored(record: str) -> StoredVersion:
    return StoredVersion(
        record=record,
        version=1,
        facts={**FACTS, "record_class": "A"},
        path=sealed_path(record, 1, 2026),
        sealed_sha256=DIGEST,
        size=1,
        trigger=None,
        trigger_date=None,
        due=None,
        lookup=None,
        unit="unit-1",
    )


def _apart(root: Path) -> Mapping[str, tuple[float, float]]:
    """Return time and peak memory of each part, in a process of its own."""
    found: dict[str, tuple[float, float]] = {}
    for name in PARTS:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            found[name] = pool.apply(_compare, (root, name))
    return found


def _compare(root: Path, name: str) -> tuple[float, float]:
    with open_workspace(root, machine=replace(this_machine(), soffice=None)) as workspace:
        begun = time.perf_counter()
        for code, facts in _told(workspace, name):
            raise SystemExit(f"{code} {facts}")
        seconds = time.perf_counter() - begun
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _told(workspace: Workspace, name: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Return what a part finds, but for the numbers of forms, which nobody gave out here."""
    return (told for told in PARTS[name](workspace) if told[1].get("table") != "counter")


if __name__ == "__main__":
    main()
