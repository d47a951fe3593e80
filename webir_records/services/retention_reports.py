"""Two lists for the archivist: records without a date, and lapsed records that are still there, and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlmodel import Session, col, select

from retention.batches import BatchState
from retention.kinds import Appraisal, Disposition
from webir_records.model.tables import BatchItemRow, BatchRow, BatchStepRow, LoanRow, MarkRow, RecordRow
from webir_records.services.context import Workspace
from webir_records.services.destruction.batches import ANSWERED, OFFERED, SELECTED
from webir_records.services.governing import Governing, governing
from webir_records.services.holding import Hold, holds_of
from webir_records.services.marks import RecordMarks, marks_of
from webir_records.services.records import RecordSummary, summarise
from webir_records.services.retention_dates import dateless_pages, lapsed_pages
from webir_records.services.rules import rules_of

KEEPING: Final = frozenset({"held", "classified", "keep", "selected"})
"""Obstacles by which a record may not be destroyed, whoever wants it."""
_OVER: Final = (BatchState.WITHDRAWN.value, BatchState.CLOSED.value)


@dataclass(frozen=True, slots=True)
class Dateless:
    """A record that has no first day of destruction, and why.

    Attributes:
        cause: as `Governing.cause`: `no_trigger`, `trigger_revoked`, `file_waits`, `permanent` …
        waits_for: with `file_waits`, the record whose period has not begun.
        clause: source of the rule.
        trigger: event from which its period runs; empty when the profile has no rule, or it is permanent.
    """

    summary: RecordSummary
    cause: str
    file: str
    waits_for: str
    clause: str
    trigger: str


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One reason why a record is still there.

    Attributes:
        code: `held`, `lent`, `on_batch`, `classified`, `appraise`, `keep`, `selected` or `no_batch`.
        name: what stands in the way: a hold, a loan, a batch, the letter of a decision; may be empty.
        ask: who can be asked: an authority, a historical office or an opaque id; empty when nobody is known.
        since: day of the decision, where one is known.
    """

    code: str
    name: str = ""
    ask: str = ""
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Lapsed:
    """A record that lapsed before this year and is still there: overdue, or kept because it may not go.

    Attributes:
        since: first day on which it might have gone.
        days: how many days ago that was.
    """

    summary: RecordSummary
    since: date
    days: int
    obstacles: tuple[Obstacle, ...]

    @property
    def overdue(self) -> bool:
        """Whether somebody ought to have acted; what may not be destroyed is not late."""
        return KEEPING.isdisjoint(obstacle.code for obstacle in self.obstacles)


@dataclass(frozen=True, slots=True)
class _Facts:
    holds: Mapping[str, tuple[Hold, ...]]
    loans: Mapping[str, list[Obstacle]]
    batches: Mapping[str, list[Obstacle]]
    marks: Mapping[str, RecordMarks]
    decided: Mapping[tuple[str, str], MarkRow]
    offices: Mapping[str, str]
    governs: Mapping[str, Governing]


def list_dateless(workspace: Workspace) -> Iterator[Dateless]:
    """Yield every record without a date, by form number."""
    rules = rules_of(workspace)
    for page in dateless_pages(workspace):
        with Session(workspace.engine) as session:
            found = governing(workspace, session, page)
            holds = holds_of(session, [row.id for row in page])
        for row in page:
            governs = found[row.id]
            summary = summarise(row, tuple(hold.hold for hold in holds.get(row.id, ())))
            rule = rules.rule(row)
            trigger = rule.trigger.value if rule and rule.trigger else ""
            yield Dateless(summary, governs.cause, governs.file, governs.waits_for, governs.clause, trigger)


def list_lapsed(workspace: Workspace, on: date | None = None) -> Iterator[Lapsed]:
    """Yield every record that had lapsed when the year began and is still there, the oldest first.

    Destruction is a yearly work (銷毀辦法 §8): what lapsed before 1 January stood on this year's list.
    Of each, `overdue` says whether it is late, or kept because it may not go.

    Args:
        workspace: the open workspace.
        on: another day than today.
    """
    day = on or workspace.today()
    last = date(day.year, 1, 1) - timedelta(days=1)
    for page in lapsed_pages(workspace, last):
        with Session(workspace.engine) as session:
            facts = _facts(workspace, session, page)
        for row in page:
            if row.due is not None:
                obstacles = tuple(_obstacles(row, facts)) or (Obstacle("no_batch"),)
                summary = summarise(row, tuple(hold.hold for hold in facts.holds.get(row.id, ())))
                yield Lapsed(summary, row.due, (day - row.due).days, obstacles)


def _facts(workspace: Workspace, session: Session, page: Sequence[RecordRow]) -> _Facts:
    records = [row.id for row in page]
    loans: dict[str, list[Obstacle]] = {}
    lent = select(LoanRow).where(col(LoanRow.record).in_(records), col(LoanRow.returned_at).is_(None))
    for loan in session.exec(lent.order_by(col(LoanRow.id))):
        loans.setdefault(loan.record, []).append(Obstacle("lent", loan.id, loan.borrower))
    batches: dict[str, list[Obstacle]] = {}
    query = select(BatchItemRow.record, BatchRow.id, BatchRow.drafted_by).where(
        BatchItemRow.batch == BatchRow.id,
        col(BatchItemRow.record).in_(records),
        col(BatchRow.state).not_in(_OVER),
    )
    for record, batch, drafter in session.exec(query):
        batches.setdefault(record, []).append(Obstacle("on_batch", batch, drafter))
    decided = {
        (row.record, row.mark): row
        for row in session.exec(select(MarkRow).where(col(MarkRow.record).in_(records)))
    }
    return _Facts(
        holds=holds_of(session, records),
        loans=loans,
        batches=batches,
        marks=marks_of(session, records),
        decided=decided,
        offices=offices_by_letter(session) if any(mark == SELECTED for _, mark in decided) else {},
        governs=governing(workspace, session, page),
    )


def _obstacles(row: RecordRow, facts: _Facts) -> Iterator[Obstacle]:
    for hold in facts.holds.get(row.id, ()):
        yield Obstacle("held", hold.hold, hold.authority)
    yield from facts.loans.get(row.id, ())
    marks = facts.marks[row.id]
    if marks.classified:
        yield _decided("classified", facts.decided[row.id, "classified"])
    if marks.appraisal is Appraisal.KEEP:
        yield _decided("keep", facts.decided[row.id, "appraised"])
    if marks.appraisal is None and facts.governs[row.id].disposition is Disposition.APPRAISE:
        yield Obstacle("appraise")
    chosen = facts.decided.get((row.id, SELECTED))
    if chosen is not None:
        yield _decided("selected", chosen, facts.offices.get(chosen.authority, ""))
    yield from facts.batches.get(row.id, ())


def _decided(code: str, row: MarkRow, ask: str = "") -> Obstacle:
    return Obstacle(code, row.authority, ask, row.on)


def offices_by_letter(session: Session) -> dict[str, str]:
    """Return which historical office wrote each answer about a selection, by the number of its letter."""
    asked = {
        row.batch: row.number
        for row in session.exec(select(BatchStepRow).where(BatchStepRow.step == OFFERED))
    }
    answered = session.exec(select(BatchStepRow).where(BatchStepRow.step == ANSWERED))
    return {row.number: asked.get(row.batch, "") for row in answered}
