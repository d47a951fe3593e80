"""Draft a batch, and destroy it record by record; beside a plain query with a stat, and plain unlinking."""

import itertools
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final, Self

from sqlmodel import Session, col, select
from timing import ROOT, Work, arguments, measure, progress, scratch, show

from webir_records.archive.archive import NewVersion
from webir_records.archive.package import Package
from webir_records.bootstrap import create_workspace, open_workspace, this_machine
from webir_records.model.tables import RecordRow, VersionRow
from webir_records.services.context import Workspace
from webir_records.services.destruction import drafting, execution, stating
from webir_records.services.people import add_person

PASSPHRASE: Final = "correct horse battery"  # noqa: S105 - of people who exist for a minute
PEOPLE: Final = (("arch-01", "archivist"), ("wit-01", "witness"), ("mgr-01", "agency_manager"))
DUE: Final = date(2024, 3, 1)
SIZE: Final = 4_000  # bytes of a package
QUERY: Final = "one query and a stat of each file"
PLAIN: Final = "unlink + fsync of its folder, a file each"
DESTROY: Final = "destroy an approved batch, without its certificate"
CHUNK: Final = 500


def main() -> None:
    given = arguments(__doc__ or "", draft=5_000, destroy=1_000)
    with scratch() as folder:
        _bench_draft(folder / "draft", given["draft"])
        _bench_destroy(folder, given["destroy"])


def _bench_draft(root: Path, count: int) -> None:
    with _workspace(root, count) as box:
        lines = measure(
            [
                Work(QUERY, lambda: _query(box.workspace), count),
                Work("draft a batch", box.draft, count, box.withdraw),
            ]
        )
    show(f"Drafting a batch of {count:,} records", lines, unit="record", peer=QUERY)


def _bench_destroy(folder: Path, count: int) -> None:
    numbers = itertools.count()
    made: list[_Box] = []
    plain = _Plain(folder / "plain")

    def approved() -> None:
        made.append(_workspace(folder / f"destroy-{next(numbers)}", count).__enter__())
        made[-1].approve()

    lines = measure(
        [
            Work(PLAIN, plain.remove, count, lambda: plain.make(count)),
            Work(DESTROY, lambda: _newest(made).destroy(), count, approved),
        ]
    )
    show(f"Destroying {count:,} records, durable", lines, unit="record", peer=PLAIN)


def _newest(made: "list[_Box]") -> "_Box":
    return made[-1]


@dataclass
class _Box:
    """A workspace with lapsed records."""

    root: Path
    workspace: Workspace
    leave: Callable[[], object]
    batch: str = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.leave()

    def draft(self) -> None:
        self.batch = drafting.draft(self.workspace, actor="arch-01").batch.batch

    def withdraw(self) -> None:
        if self.batch:
            drafting.withdraw(self.workspace, self.batch, actor="arch-01", reason_code="bench")

    def approve(self) -> None:
        self.draft()
        for kind, person in (("approval", "mgr-01"), ("witness", "wit-01")):
            stating.state(self.workspace, self.batch, kind=kind, actor=person, passphrase=PASSPHRASE)

    def destroy(self) -> None:
        execution.start(self.workspace, self.batch, "arch-01")
        execution.destroy_all(self.workspace, self.batch, "arch-01")
        if list((self.root / "archive/records").rglob("*.sealed")):
            raise RuntimeError("sealed files are left")
        self.leave()


@dataclass
class _Plain:
    """Removes files, syncing the folder after each."""

    folder: Path
    paths: tuple[Path, ...] = ()

    def make(self, count: int) -> None:
        self.folder.mkdir(exist_ok=True)
        self.paths = tuple(self.folder / str(number) for number in range(count))
        for path in self.paths:
            path.write_bytes(b"x" * SIZE)

    def remove(self) -> None:
        for path in self.paths:
            path.unlink()
            descriptor = os.open(self.folder, os.O_RDONLY)
            os.fsync(descriptor)
            os.close(descriptor)


def _workspace(root: Path, count: int) -> _Box:
    progress(f"filing {count} records …")
    machine = replace(this_machine(), soffice=None)
    create_workspace(root, ROOT / "examples/機關設定.json", machine=machine)
    context = open_workspace(root, machine=machine)
    workspace = context.__enter__()
    for start in range(0, count, CHUNK):
        versions = [_version(number) for number in range(start, min(start + CHUNK, count))]
        workspace.archive.store(versions, actor="operator", batch="bench", year=2026)
    for person, role in PEOPLE:
        add_person(workspace, person, (role,), PASSPHRASE)
    return _Box(root, workspace, lambda: context.__exit__(None, None, None))


def _version(number: int) -> NewVersion:
    record = f"{number:05x}"[::-1] + "0" * 15
    return NewVersion(
        record=record,
        version=1,
        package=Package({"record": record}, {"name": "林𠮷堃"}, {"renditions/form.docx": os.urandom(SIZE)}),
        form="form_1_2",
        form_no=f"1-2-110-{number:06d}",
        record_class="A",
        profile="taipei-2017",
        rule="application",
        trigger="account_cancelled",
        trigger_date=date(2021, 2, 28),
        due=DUE,
    )


def _query(workspace: Workspace) -> int:
    """Ask for the lapsed records and their files, and look at each file once."""
    with Session(workspace.engine) as session:
        query = select(VersionRow.path, VersionRow.size).join(
            RecordRow, col(RecordRow.id) == col(VersionRow.record)
        )
        found = session.exec(query.where(col(RecordRow.due) <= workspace.today())).all()
    return sum((workspace.root / "archive" / path).stat().st_size == size for path, size in found)


if __name__ == "__main__":
    main()
