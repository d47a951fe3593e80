"""List what is due among many records, beside one SQL query that only counts them."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from sqlalchemy import func, insert, select
from sqlmodel import col
from timing import ROOT, Work, arguments, measure, progress, scratch, show

from webir_records.bootstrap import create_workspace, open_workspace, this_machine
from webir_records.model.tables import RecordRow
from webir_records.services.context import Workspace
from webir_records.services.retention_dates import list_due

TODAY: Final = date(2026, 11, 23)
COUNT: Final = "bare SQL count of the lapsed"
STEP: Final = 10_000  # rows inserted together


def main() -> None:
    given = arguments(__doc__ or "", records=100_000)
    count = given["records"]
    machine = replace(this_machine(), soffice=None)
    with scratch() as folder:
        root = folder / "workspace"
        create_workspace(root, ROOT / "examples/機關設定.json", machine=machine)
        with open_workspace(root, machine=machine) as workspace:
            _insert(workspace, count)
            few, many = TODAY - timedelta(days=1090), TODAY
            lines = measure(
                [
                    Work(COUNT, lambda: _count(workspace, TODAY)),
                    Work(f"due list, {_lapsed(workspace, few):,} lapsed", lambda: list_due(workspace, few)),
                    Work(f"due list, {_lapsed(workspace, many):,} lapsed", lambda: list_due(workspace, many)),
                ]
            )
    show(f"Due list over {count:,} records", lines, unit="list", peer=COUNT)


def _insert(workspace: Workspace, count: int) -> None:
    """Put records into the working database; a fifth has no trigger, the others end over six years."""
    progress(f"inserting {count} records …")
    for start in range(0, count, STEP):
        rows = [_row(number) for number in range(start, min(start + STEP, count))]
        with workspace.engine.begin() as connection:
            connection.execute(insert(RecordRow), rows)


def _row(number: int) -> dict[str, object]:
    begun = None if number % 5 == 0 else TODAY - timedelta(days=number % 2190)
    return {
        "id": f"{number:020d}",
        "form": "form_1_2",
        "form_no": f"1-2-115-{number:06d}",
        "record_class": "A",
        "profile": "taipei-2017",
        "rule": "account-applications",
        "version": 1,
        "state": "filed",
        "filed_at": "2026-11-23T05:00:00Z",
        "trigger": begun and "account_cancelled",
        "trigger_date": begun,
        "due": begun and begun + timedelta(days=1096),
    }


def _count(workspace: Workspace, day: date) -> int:
    with workspace.engine.connect() as connection:
        query = select(func.count()).select_from(RecordRow).where(col(RecordRow.due) <= day)
        return int(connection.execute(query).scalar_one())


def _lapsed(workspace: Workspace, day: date) -> int:
    return len(list_due(workspace, day).lapsed)


if __name__ == "__main__":
    main()
