"""What the yearly report says, counted by the working database: no record is read, however many there are."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, tuple_
from sqlmodel import Session, col, func, select

from retention.kinds import Appraisal, RecordClass
from webir_records.archive.archive import DESTROYED
from webir_records.archive.rows import FILED
from webir_records.forms.dates import roc_date
from webir_records.model.tables import (
    BackupRow,
    BatchItemRow,
    BatchRow,
    CopyRow,
    HoldRow,
    IncidentRow,
    LoanRow,
    MarkRow,
    RecordRow,
)
from webir_records.services.context import Workspace
from webir_records.services.destruction.batches import SELECTED
from webir_records.services.retention_reports import offices_by_letter

SHOWN: Final = 8
"""Lines of a list on paper; the others are counted."""

CLASSES: Final = tuple(record_class.value for record_class in RecordClass)
_KEPT: Final = "kept"
_YEAR: Final = "%Y"
_KEEPING: Final = ((SELECTED, "yes"), ("classified", "yes"), ("appraised", Appraisal.KEEP.value))
"""Marks by which a record may not be destroyed."""
_OVER: Final = frozenset({"withdrawn"})

Counts = Mapping[str, int]
"""A number for each class."""


@dataclass(frozen=True, slots=True)
class YearData:
    """A year of the archive.

    Attributes:
        year: AD.
        today: the day on which it was counted.
        kept: records that are kept, by class.
        destroyed: records that were destroyed, by class.
        waiting: records whose period has not begun.
        lapsed: records whose period has run out and that are still there.
        barred: those of them that may not be destroyed: held, selected, classified, or appraised to be kept.
        held: records under a hold.
        by_year: records that are kept, by the AD year from which they may be destroyed, and class.
        oldest: the longest lapsed records that might go: form number, record id and day.
        selected: selections by a historical office of what is still there: number, office, letter and day.
    """

    year: int
    today: date
    kept: Counts
    destroyed: Counts
    waiting: Counts
    lapsed: Counts
    barred: Counts
    held: Counts
    by_year: Mapping[int, Counts]
    oldest: tuple[str, ...]
    selected: tuple[str, ...]
    holds: tuple[str, ...]
    loans: tuple[str, ...]
    incidents: tuple[str, ...]
    batches: tuple[str, ...]
    backups: tuple[str, ...]


def read_year(workspace: Workspace, year: int) -> YearData:
    """Return what happened in a year, and how things stand today."""
    today = workspace.today()
    with Session(workspace.engine) as session:
        states = _states(session)
        return YearData(
            year=year,
            today=today,
            kept=states.get(FILED, {}) | _copies(session),
            destroyed=states.get(DESTROYED, {}),
            waiting=_classes(session, col(RecordRow.due).is_(None)),
            lapsed=_classes(session, col(RecordRow.due) <= today),
            barred=_classes(session, (col(RecordRow.due) <= today) & _barred()),
            held=_classes(session, _held()),
            by_year=_by_year(session),
            oldest=_oldest(session, today),
            selected=_selected(session),
            holds=_holds(session),
            loans=_loans(session, today),
            incidents=_incidents(session, year),
            batches=_batches(session, year),
            backups=_backups(session, year),
        )


def _states(session: Session) -> dict[str, dict[str, int]]:
    query = select(RecordRow.state, RecordRow.record_class, func.count()).group_by(
        col(RecordRow.state), col(RecordRow.record_class)
    )
    found: dict[str, dict[str, int]] = {}
    for state, record_class, count in session.exec(query):
        found.setdefault(state, {})[record_class] = count
    return found


def _copies(session: Session) -> dict[str, int]:
    count = session.exec(select(func.count()).select_from(CopyRow).where(CopyRow.state == _KEPT)).one()
    return {RecordClass.C.value: count}


def _classes(session: Session, condition: ColumnElement[bool]) -> dict[str, int]:
    query = (
        select(RecordRow.record_class, func.count())
        .where(RecordRow.state == FILED, condition)
        .group_by(col(RecordRow.record_class))
    )
    return dict(session.exec(query).all())


def _held() -> ColumnElement[bool]:
    return col(RecordRow.id).in_(select(HoldRow.record).where(~col(HoldRow.released)))


def _barred() -> ColumnElement[bool]:
    """Return the condition of records that may not be destroyed, whoever wants it."""
    keeping = tuple_(MarkRow.mark, MarkRow.value).in_(_KEEPING)
    return _held() | col(RecordRow.id).in_(select(MarkRow.record).where(keeping))


def _by_year(session: Session) -> dict[int, Counter[str]]:
    found: dict[int, Counter[str]] = {}
    day = func.strftime(_YEAR, col(RecordRow.due))
    query = (
        select(day, RecordRow.record_class, func.count())
        .where(RecordRow.state == FILED, col(RecordRow.due).is_not(None))
        .group_by(day, col(RecordRow.record_class))
    )
    for year, record_class, count in session.exec(query):
        found.setdefault(int(year), Counter())[record_class] += count
    until = func.strftime(_YEAR, col(CopyRow.due))
    copies = (
        select(until, func.count())
        .where(CopyRow.state == _KEPT, col(CopyRow.due).is_not(None))
        .group_by(until)
    )
    for year, count in session.exec(copies):
        found.setdefault(int(year), Counter())[RecordClass.C.value] += count
    return found


def _oldest(session: Session, today: date) -> tuple[str, ...]:
    query = (
        select(RecordRow)
        .where(RecordRow.state == FILED, col(RecordRow.due) <= today, ~_barred())
        .order_by(col(RecordRow.due), col(RecordRow.form_no))
    )
    rows = session.exec(query.limit(SHOWN + 1)).all()
    return tuple(
        f"{row.form_no}（{row.id}）：得銷毀日 {roc_date(row.due)}，逾 {(today - row.due).days:,} 日"
        for row in rows
        if row.due is not None
    )


def _selected(session: Session) -> tuple[str, ...]:
    query = (
        select(MarkRow.authority, func.min(MarkRow.on), func.count())
        .join(RecordRow, col(RecordRow.id) == col(MarkRow.record))
        .where(RecordRow.state == FILED, MarkRow.mark == SELECTED)
        .group_by(col(MarkRow.authority), col(MarkRow.on))
        .order_by(col(MarkRow.on), col(MarkRow.authority))
    )
    offices = offices_by_letter(session)
    return tuple(
        f"史政機關檢選 {count:,} 件：{offices.get(letter) or '機關不明'}，{letter}，"
        f"自 {_day(on) if on else '日期不明'} 起，不得銷毀"
        for letter, on, count in session.exec(query)
    )


def _holds(session: Session) -> tuple[str, ...]:
    query = (
        select(HoldRow.case, HoldRow.authority, func.count(), func.min(HoldRow.review_on))
        .where(~col(HoldRow.released))
        .group_by(col(HoldRow.case), col(HoldRow.authority))
    )
    lines = (
        (f"{case or authority}：{count} 件", review) for case, authority, count, review in session.exec(query)
    )
    return tuple(sorted(f"{text}，檢視日 {_day(review)}" if review else text for text, review in lines))


def _loans(session: Session, today: date) -> tuple[str, ...]:
    query = select(LoanRow).where(col(LoanRow.returned_at).is_(None), col(LoanRow.return_by) < today)
    rows = session.exec(query.order_by(col(LoanRow.return_by), col(LoanRow.id)))
    return tuple(f"{r.id}：借閱人 {r.borrower}，應還 {roc_date(r.return_by)}" for r in rows)


def _incidents(session: Session, year: int) -> tuple[str, ...]:
    query = select(IncidentRow).where(col(IncidentRow.on).between(date(year, 1, 1), date(year, 12, 31)))
    names = {"emergency": "緊急銷毀", "loss": "檔案遺失", "damage": "檔案毀損", "unlawful": "違法銷毀"}
    rows = session.exec(query.order_by(col(IncidentRow.id)))
    return tuple(f"{row.id} {names.get(row.kind, row.kind)}：{roc_date(row.on)}" for row in rows)


def _batches(session: Session, year: int) -> tuple[str, ...]:
    counted = select(BatchItemRow.batch, func.count()).group_by(col(BatchItemRow.batch))
    sizes = dict(session.exec(counted).all())
    rows = session.exec(select(BatchRow).where(BatchRow.year == year).order_by(col(BatchRow.id)))
    return tuple(
        f"{row.id}（{row.record_class}類）：{_batch_state(row)}，{sizes.get(row.id, 0):,} 件" for row in rows
    )


def _batch_state(row: BatchRow) -> str:
    if row.state in _OVER:
        return "已撤回"
    return "已銷毀" if row.completed_at else "辦理中"


def _backups(session: Session, year: int) -> tuple[str, ...]:
    """Return the backups that are to be destroyed by the end of the next year."""
    names = {"keys": "金鑰備份檔", "escrow": "金鑰託管單", "workspace": "工作區備份"}
    query = select(BackupRow).where(
        BackupRow.destroyed_at == "", col(BackupRow.expires_on) <= date(year + 1, 12, 31)
    )
    rows = session.exec(query.order_by(col(BackupRow.expires_on), col(BackupRow.id)))
    return tuple(
        f"{row.id} {names.get(row.kind, row.kind)}：應於 {roc_date(row.expires_on)} 前銷毀"
        for row in rows
        if row.expires_on is not None
    )


def _day(value: object) -> str:
    """Return a date that came back from a function of the database, which gives text."""
    day = value if isinstance(value, date) else date.fromisoformat(str(value))
    return roc_date(day)


def shown(lines: Iterable[str], *, total: int | None = None) -> str:
    """Return some lines for the paper, and how many there are besides."""
    listed = list(lines)
    count = len(listed) if total is None else total
    rest = count - min(len(listed), SHOWN)
    more = [f"……另有 {rest:,} 項"] if rest > 0 else []
    return "\n".join([*listed[:SHOWN], *more]) or "無。"
