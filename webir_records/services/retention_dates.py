"""What is due, when and why; what has no date, and what should have gone and did not.

Lists are read page by page in the order of the index: a long one needs no more memory than a short one.
"""

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import ColumnElement, tuple_
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from retention.reasons import Reason
from retention.schedule import Due, compute_due
from webir_records.archive.rows import FILED
from webir_records.model.tables import MarkRow, RecordRow
from webir_records.services.context import Workspace
from webir_records.services.governing import Governing, governing
from webir_records.services.holding import Hold, holds_of
from webir_records.services.records import RecordSummary, find_record, summarise
from webir_records.services.rules import Rules, rules_of

PAGE: Final = 500
"""Records that are in memory together."""


@dataclass(frozen=True, slots=True)
class DueLine:
    """A record with its period.

    Attributes:
        end: last day of the period; None while no period runs.
        other_strategy_from: first day under the other way of counting, for comparison.
        lapsed: the period has run out on the day asked for.
        clause: source of the rule.
        holds: open holds, with the authority to ask.
        governs: what governs the day; only of a single record that is shown.
        filed_under: version of the rule that the record carries.
        notices: what the term that governs outweighs (R320, R321, R324).
        marks: what was found out about it; only of a single record that is shown.
    """

    summary: RecordSummary
    end: date | None
    other_strategy_from: date | None
    lapsed: bool
    clause: str
    holds: tuple[Hold, ...] = ()
    governs: Governing | None = None
    filed_under: str = ""
    notices: tuple[Reason, ...] = ()
    marks: tuple[MarkRow, ...] = ()


@dataclass(frozen=True, slots=True)
class DueCounts:
    """How many records were filed and not destroyed: lapsed on a day, still running, without a date."""

    on: date
    lapsed: int
    running: int
    untriggered: int


@dataclass(frozen=True, slots=True)
class DueList:
    """The answer for one day; `running` and `untriggered` are counts of the records that are not lapsed.

    Attributes:
        lapsed: the lapsed records, as many as were asked for.
        count: how many have lapsed.
    """

    on: date
    lapsed: tuple[DueLine, ...]
    running: int
    untriggered: int
    count: int = 0


def list_due(workspace: Workspace, on: date | None = None, *, limit: int | None = None) -> DueList:
    """Return the records whose period has run out on a day (today when None), by due date.

    Args:
        workspace: the open workspace.
        on: the day.
        limit: the first so many; None for all of them. For a long list take `due_lines`.
    """
    counts = count_due(workspace, on)
    lapsed = tuple(due_lines(workspace, counts.on, limit=limit))
    return DueList(counts.on, lapsed, counts.running, counts.untriggered, counts.lapsed)


def count_due(workspace: Workspace, on: date | None = None) -> DueCounts:
    """Return how many have lapsed on a day (today when None), from the index alone."""
    day = on or workspace.today()
    with Session(workspace.engine) as session:
        lapsed = session.exec(_count(col(RecordRow.due) <= day)).one()
        running = session.exec(_count(col(RecordRow.due) > day)).one()
        untriggered = session.exec(_count(col(RecordRow.due).is_(None))).one()
    return DueCounts(day, lapsed, running, untriggered)


def due_lines(workspace: Workspace, on: date, *, limit: int | None = None) -> Iterator[DueLine]:
    """Yield the records whose period has run out on a day, by due date and form number."""
    rules = rules_of(workspace)
    for page in lapsed_pages(workspace, on, limit=limit):
        with Session(workspace.engine) as session:
            holds = holds_of(session, [row.id for row in page])
        yield from (_line(rules, row, holds.get(row.id, ()), on) for row in page)


def lapsed_pages(
    workspace: Workspace, on: date, *, limit: int | None = None
) -> Iterator[Sequence[RecordRow]]:
    """Yield the rows of what has lapsed on a day, page by page, by due date and form number."""
    place = tuple_(RecordRow.due, RecordRow.form_no, RecordRow.id)
    after: tuple[object, ...] | None = None
    left = limit
    while left is None or left > 0:
        query = select(RecordRow).where(RecordRow.state == FILED, col(RecordRow.due) <= on)
        query = query if after is None else query.where(place > after)
        query = query.order_by(col(RecordRow.due), col(RecordRow.form_no), col(RecordRow.id))
        page = _page(workspace, query, PAGE if left is None else min(PAGE, left))
        if not page:
            return
        yield page
        after = (page[-1].due, page[-1].form_no, page[-1].id)
        left = None if left is None else left - len(page)


def dateless_pages(workspace: Workspace) -> Iterator[Sequence[RecordRow]]:
    """Yield the rows of records without a date, page by page, by form number."""
    place = tuple_(RecordRow.form_no, RecordRow.id)
    after: tuple[object, ...] | None = None
    while True:
        query = select(RecordRow).where(RecordRow.state == FILED, col(RecordRow.due).is_(None))
        query = query if after is None else query.where(place > after)
        page = _page(workspace, query.order_by(col(RecordRow.form_no), col(RecordRow.id)), PAGE)
        if not page:
            return
        yield page
        after = (page[-1].form_no, page[-1].id)


def show_due(workspace: Workspace, record: str) -> DueLine:
    """Return the period of one record, with what governs it.

    Raises:
        InputError: U120 there is no such record.
    """
    with Session(workspace.engine) as session:
        row = find_record(session, record)
        holds = holds_of(session, [row.id]).get(row.id, ())
        governs = governing(workspace, session, [row])[row.id]
        marks = tuple(session.exec(select(MarkRow).where(MarkRow.record == row.id)))
        session.expunge_all()
    line = _line(rules_of(workspace), row, holds, workspace.today(), governs)
    return dataclasses.replace(line, marks=marks)


def _page(workspace: Workspace, query: SelectOfScalar[RecordRow], size: int) -> Sequence[RecordRow]:
    with Session(workspace.engine) as session:
        page = session.exec(query.limit(size)).all()
        session.expunge_all()
    return page


def _count(condition: ColumnElement[bool]) -> SelectOfScalar[int]:
    return select(func.count()).select_from(RecordRow).where(RecordRow.state == FILED, condition)


def _line(
    rules: Rules,
    row: RecordRow,
    holds: tuple[Hold, ...],
    day: date,
    governs: Governing | None = None,
) -> DueLine:
    found = rules.find(row.profile, row.form)
    rule = found.rule if found else None
    due = compute_due(rule, row.trigger_date) if rule else None
    return DueLine(
        summary=summarise(row, tuple(hold.hold for hold in holds)),
        end=row.due - timedelta(days=1) if row.due else None,
        other_strategy_from=due.other_strategy_from if isinstance(due, Due) else None,
        lapsed=row.due is not None and row.due <= day,
        clause=rule.clause if rule else "",
        holds=holds,
        governs=governs,
        filed_under=row.profile,
        notices=found.notices if found else (),
    )
