"""What is due, when and why."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from retention.schedule import Due, compute_due
from webir_records.archive.rows import FILED
from webir_records.model.tables import RecordRow
from webir_records.services.context import Workspace
from webir_records.services.records import RecordSummary, find_record, open_holds, summarise


@dataclass(frozen=True, slots=True)
class DueLine:
    """A record with its period.

    Attributes:
        end: last day of the period; None while no period runs.
        other_strategy_from: first day under the other way of counting, for comparison.
        lapsed: the period has run out on the day asked for.
        clause: source of the rule.
    """

    summary: RecordSummary
    end: date | None
    other_strategy_from: date | None
    lapsed: bool
    clause: str


@dataclass(frozen=True, slots=True)
class DueList:
    """The answer for one day; `running` and `untriggered` are counts of the records that are not lapsed."""

    on: date
    lapsed: tuple[DueLine, ...]
    running: int
    untriggered: int


def list_due(workspace: Workspace, on: date | None = None) -> DueList:
    """Return every record whose period has run out on a day (today when None), by due date."""
    day = on or workspace.today()
    with Session(workspace.engine) as session:
        holds = open_holds(session)
        rows = session.exec(
            select(RecordRow)
            .where(RecordRow.state == FILED, col(RecordRow.due) <= day)
            .order_by(col(RecordRow.due), col(RecordRow.form_no))
        )
        lapsed = tuple(_line(workspace, summarise(row, holds.get(row.id, ())), day) for row in rows)
        running = session.exec(_count(col(RecordRow.due) > day)).one()
        untriggered = session.exec(_count(col(RecordRow.due).is_(None))).one()
    return DueList(day, lapsed, running, untriggered)


def show_due(workspace: Workspace, record: str) -> DueLine:
    """Return the period of one record.

    Raises:
        InputError: U120 there is no such record.
    """
    with Session(workspace.engine) as session:
        row = find_record(session, record)
        summary = summarise(row, open_holds(session).get(row.id, ()))
    return _line(workspace, summary, workspace.today())


def _count(condition: ColumnElement[bool]) -> SelectOfScalar[int]:
    return select(func.count()).select_from(RecordRow).where(RecordRow.state == FILED, condition)


def _line(workspace: Workspace, summary: RecordSummary, day: date) -> DueLine:
    rule = workspace.profile.rule_for(summary.form)
    due = compute_due(rule, summary.trigger_date)
    end = summary.due - timedelta(days=1) if summary.due else None
    other = due.other_strategy_from if isinstance(due, Due) else None
    return DueLine(summary, end, other, summary.due is not None and summary.due <= day, rule.clause)
