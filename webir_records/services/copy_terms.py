"""Copies outside the archive as they are known: of which records, in whose hands, when they must go.

A copy may go at any time, and must go when its original's own term is over (個資法 §11 III). One exception:
where the original's term was shortened because a copy took its place, the copy stays to the end of the full
term and goes only after a report (銷毀辦法 §7 III).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlmodel import Session, col, select

from retention.schedule import Due, compute_due
from webir_records.archive.archive import DESTROYED
from webir_records.model.errors import InputError
from webir_records.model.tables import CopyRow, RecordRow, RetentionRow
from webir_records.services.context import Workspace
from webir_records.services.governing import STORED_COPY, Governing, governing
from webir_records.services.issuing import AT_ONCE
from webir_records.services.rules import Rules, rules_of

KEPT: Final = "kept"
GONE: Final = "destroyed"


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy and what is to become of it.

    Attributes:
        made_at: UTC.
        due: first day on which it must go; None while no period of an original runs.
        keep_until: first day on which it may go, where it stands for a shortened original; else None.
        orphaned: how many of its originals were destroyed.
        overdue: the day has come.
        state: `kept` or `destroyed`.
    """

    copy: str
    kind: str
    medium: str
    number: str
    holder: str
    made_at: str
    records: tuple[str, ...]
    due: date | None
    keep_until: date | None
    orphaned: int
    overdue: bool
    state: str
    destroyed_at: str
    method: str


@dataclass(frozen=True, slots=True)
class Original:
    """What is known of the record that was copied."""

    destroyed: bool
    full_term: date | None
    shortened: bool


def list_copies(workspace: Workspace, *, due_on: date | None = None) -> tuple[Copy, ...]:
    """Return every copy, the oldest first; with a day, the kept ones that must be gone by then."""
    with Session(workspace.engine) as session:
        query = select(CopyRow)
        if due_on is not None:  # a shortened original lapses earlier than its copy: looked at below
            lapsed = (col(RecordRow.due) <= due_on) | (col(RecordRow.state) == DESTROYED)
            same = col(RecordRow.id) == CopyRow.record
            some = select(CopyRow.id).join(RecordRow, same).where(lapsed, CopyRow.state == KEPT)
            query = query.where(col(CopyRow.id).in_(some))
        found = _plain(workspace, session, session.exec(query).all(), due_on or workspace.today())
    return tuple(copy for copy in found if due_on is None or copy.overdue)


def show_copy(workspace: Workspace, copy: str) -> Copy:
    """Return one copy.

    Raises:
        InputError: U320 there is no such copy.
    """
    with Session(workspace.engine) as session:
        (found,) = _plain(workspace, session, rows_of(session, copy), workspace.today())
    return found


def kept_copies(session: Session, records: Iterable[str]) -> list[CopyRow]:
    """Return the rows of copies of these records that nobody has destroyed yet, in a fixed order."""
    wanted, found = list(records), list[CopyRow]()
    for start in range(0, len(wanted), AT_ONCE):
        some = col(CopyRow.record).in_(wanted[start : start + AT_ONCE])
        found += session.exec(select(CopyRow).where(some, CopyRow.state == KEPT))
    return sorted(found, key=lambda row: (row.made_at, row.id, row.record))


def rows_of(session: Session, copy: str) -> list[CopyRow]:
    """Return the rows of a copy, named by its id or by the number of a medium that is kept."""
    rows = session.exec(select(CopyRow).where(CopyRow.id == copy).order_by(col(CopyRow.record))).all()
    if not rows:
        numbered = select(CopyRow).where(CopyRow.medium_no == copy, CopyRow.state == KEPT)
        rows = session.exec(numbered.order_by(col(CopyRow.record))).all()
    if not copy or not rows:
        raise InputError("U320", copy=copy)
    return list(rows)


def originals_of(workspace: Workspace, session: Session, records: Sequence[RecordRow]) -> dict[str, Original]:
    """Return what the copies' originals say, in bulk."""
    answers, rules = governing(workspace, session, records), rules_of(workspace)
    shortened = set[str]()
    for start in range(0, len(records), AT_ONCE):
        some = col(RetentionRow.record).in_([row.id for row in records[start : start + AT_ONCE]])
        shortened |= set(
            session.exec(select(RetentionRow.record).where(RetentionRow.cause == STORED_COPY, some))
        )
    return {row.id: _original(rules, row, answers[row.id], shortened=row.id in shortened) for row in records}


def _original(rules: Rules, row: RecordRow, governs: Governing, *, shortened: bool) -> Original:
    """Undo a shortening: the copy is kept as long as the original would have been (銷毀辦法 §7 III)."""
    day, rule = governs.due, rules.rule(row)
    full = compute_due(rule, row.trigger_date) if shortened and rule is not None else None
    if isinstance(full, Due):
        day = max(day or full.destroyable_from, full.destroyable_from)
    return Original(row.state == DESTROYED, day, shortened)


def _plain(workspace: Workspace, session: Session, rows: Sequence[CopyRow], on: date) -> tuple[Copy, ...]:
    records = sorted({row.record for row in rows})
    found: list[RecordRow] = []
    for start in range(0, len(records), AT_ONCE):
        some = col(RecordRow.id).in_(records[start : start + AT_ONCE])
        found += session.exec(select(RecordRow).where(some))
    originals = originals_of(workspace, session, found)
    grouped: dict[str, list[CopyRow]] = {}
    for row in sorted(rows, key=lambda row: (row.made_at, row.id, row.record)):
        grouped.setdefault(row.id, []).append(row)
    return tuple(_copy(of_one, originals, on) for of_one in grouped.values())


def _copy(rows: Sequence[CopyRow], originals: Mapping[str, Original], on: date) -> Copy:
    known = [originals[row.record] for row in rows if row.record in originals]
    first = rows[0]
    due = min((original.full_term for original in known if original.full_term), default=None)
    keep = [original.full_term or date.max for original in known if original.shortened]
    return Copy(
        copy=first.id,
        kind=first.kind,
        medium=first.medium,
        number=first.medium_no,
        holder=first.holder,
        made_at=first.made_at,
        records=tuple(row.record for row in rows),
        due=due,
        keep_until=max(keep, default=None),
        orphaned=sum(original.destroyed for original in known),
        overdue=first.state == KEPT and due is not None and due <= on,
        state=first.state,
        destroyed_at=first.destroyed_at,
        method=first.method,
    )
