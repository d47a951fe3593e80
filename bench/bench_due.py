"""List what is due among many records, beside one SQL query that only counts them.

The first page with all counts is what a person waits for; the stream is what `--json` writes, and its
memory is measured in a process of its own.
"""

import multiprocessing
import resource
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import func, select, text
from sqlmodel import col
from timing import ROOT, Work, arguments, measure, progress, scratch, show

from webir_records.bootstrap import create_workspace, open_workspace, this_machine
from webir_records.model.tables import RecordRow
from webir_records.services.context import Workspace
from webir_records.services.retention_dates import count_due, due_lines, list_due

TODAY: Final = date(2026, 11, 23)
FEW: Final = TODAY - timedelta(days=1090)
COUNT: Final = "bare SQL count of the lapsed"
PAGE: Final = 500  # lines of the first page
STEP: Final = 100_000  # rows inserted together
_ROWS: Final = """
    WITH RECURSIVE number(n) AS (SELECT :first UNION ALL SELECT n + 1 FROM number WHERE n < :last),
    begun AS (SELECT n, CASE WHEN n % 5
                    THEN date(:today, '-' || (n % 2190) || ' days') END AS day FROM number)
    INSERT INTO record (id, form, form_no, record_class, profile, rule, version, state, filed_at,
                        "trigger", trigger_date, due)
    SELECT printf('%020d', n), 'form_1_2', printf('1-2-115-%06d', n), 'A', 'taipei-2017',
           'account-applications', 1, 'filed', '2026-11-23T05:00:00Z',
           iif(day IS NULL, NULL, 'account_cancelled'), day, date(day, '+1096 days')
    FROM begun
"""


def main() -> None:
    given = arguments(__doc__ or "", records=100_000)
    count = given["records"]
    machine = replace(this_machine(), soffice=None)
    with scratch() as folder:
        root = folder / "workspace"
        create_workspace(root, ROOT / "examples/機關設定.json", machine=machine)
        with open_workspace(root, machine=machine) as workspace:
            _insert(workspace, count)
            lines = measure(
                [
                    Work(COUNT, lambda: _count(workspace, TODAY)),
                    Work("counts alone", lambda: count_due(workspace, TODAY)),
                    Work(
                        f"counts and first page of {_lapsed(workspace, FEW):,}", lambda: _page(workspace, FEW)
                    ),
                    Work(
                        f"counts and first page of {_lapsed(workspace, TODAY):,}",
                        lambda: _page(workspace, TODAY),
                    ),
                ]
            )
        memory = {name: _memory(root, what) for name, what in (("first page", PAGE), ("whole stream", 0))}
    show(f"Due list over {count:,} records", lines, unit="list", peer=COUNT)
    for name, megabytes in memory.items():
        print(f"peak memory, {name}: {megabytes:.0f} MB")


def _memory(root: Path, lines: int) -> float:
    """Return the peak memory of a process that lists so many lines, 0 for all of them; MB."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_list_apart, (root, lines))


def _list_apart(root: Path, lines: int) -> float:
    with open_workspace(root, machine=replace(this_machine(), soffice=None)) as workspace:
        for _line in due_lines(workspace, TODAY, limit=lines or None):
            pass
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _insert(workspace: Workspace, count: int) -> None:
    """Put records into the working database; a fifth has no trigger, the others end over six years."""
    progress(f"inserting {count} records …")
    with workspace.engine.begin() as connection:
        for start in range(0, count, STEP):
            last = min(start + STEP, count) - 1
            connection.execute(text(_ROWS), {"first": start, "last": last, "today": TODAY.isoformat()})


def _count(workspace: Workspace, day: date) -> int:
    with workspace.engine.connect() as connection:
        query = select(func.count()).select_from(RecordRow).where(col(RecordRow.due) <= day)
        return int(connection.execute(query).scalar_one())


def _lapsed(workspace: Workspace, day: date) -> int:
    return count_due(workspace, day).lapsed


def _page(workspace: Workspace, day: date) -> None:
    list_due(workspace, day, limit=PAGE)


if __name__ == "__main__":
    main()
