"""The one term of a file (案卷): its newest document and the longest of its terms govern all of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import bindparam, func, select
from sqlmodel import Session, col
from sqlmodel import select as choose

from retention.files import FileItem, file_due, longest_years
from retention.kinds import Disposition
from retention.schedule import NoDue
from retention.sections import Rule
from webir_records.archive.rows import FILED
from webir_records.model.tables import WORK_TABLES, FileRow, RecordFileRow, RetentionRow
from webir_records.services.context import Workspace
from webir_records.services.rules import Rules, rules_of

_PERMANENT: Final = frozenset({Disposition.AGENCY_PERMANENT, Disposition.NATIONAL})
_TABLES: Final = {table.name: table for table in WORK_TABLES}
_RECORD: Final = _TABLES["record"].c
_LYING: Final = _TABLES["record_file"].c
_PARTS: Final = (
    select(
        _LYING.file,
        _RECORD.form,
        _RECORD.profile,
        func.count().label("lying"),
        func.min(_RECORD.trigger_date).label("oldest"),
        func.max(_RECORD.trigger_date).label("newest"),
        func.min(_RECORD.id).filter(_RECORD.trigger_date.is_(None)).label("waits_for"),
    )
    .where(
        _RECORD.id == _LYING.record,
        _LYING.file.in_(bindparam("files", expanding=True)),
        _RECORD.state == FILED,
    )
    .group_by(_LYING.file, _RECORD.form, _RECORD.profile)
)
"""The records of each form and version of the rule within files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTerm:
    """What governs every record of a file.

    Attributes:
        due: first day for all of it; None while none runs.
        cause: `file`, or why there is no day: `permanent`, `file_waits`, `no_rule`.
        years: the longest of the rules' terms and the agency's; None when the file is empty or permanent.
        disposition: 清理處置 of the agency's schedule; None when it says nothing.
        oldest: day of the oldest document.
        newest: day of the newest document.
        count: records that lie in it and were not destroyed.
        waits_for: a record whose period has not begun; empty when there is none.
    """

    due: date | None
    cause: str
    years: int | None = None
    disposition: Disposition | None = None
    oldest: date | None = None
    newest: date | None = None
    count: int = 0
    waits_for: str = ""


@dataclass(frozen=True, slots=True)
class _Part:
    """The records of one form within a file, filed under one version of the rule."""

    form: str
    profile: str
    count: int
    oldest: date | None
    newest: date | None
    waits_for: str


def file_terms(workspace: Workspace, session: Session, files: Sequence[str]) -> dict[str, FileTerm]:
    """Return the term of each file, by its number."""
    if not files:
        return {}
    parts = _parts(session, files)
    later = _later(session, files)
    rows = {row.id: row for row in session.exec(choose(FileRow).where(col(FileRow.id).in_(files)))}
    rules = rules_of(workspace)
    return {file: _term(rules, rows.get(file), parts.get(file, []), later.get(file)) for file in files}


def _parts(session: Session, files: Sequence[str]) -> Mapping[str, list[_Part]]:
    parts: dict[str, list[_Part]] = {}
    for row in session.connection().execute(_PARTS, {"files": list(files)}):
        part = _Part(row.form, row.profile, row.lying, row.oldest, row.newest, row.waits_for or "")
        parts.setdefault(row.file, []).append(part)
    return parts


def _later(session: Session, files: Sequence[str]) -> Mapping[str, date | None]:
    """Return the latest day that was set later for a record of each file."""
    query = (
        choose(RecordFileRow.file, func.max(RetentionRow.due))
        .join(RetentionRow, col(RetentionRow.record) == col(RecordFileRow.record))
        .where(col(RecordFileRow.file).in_(files))
        .group_by(RecordFileRow.file)
    )
    return dict(session.exec(query).all())


def _term(known: Rules, row: FileRow | None, parts: Sequence[_Part], later: date | None) -> FileTerm:
    disposition = Disposition(row.disposition) if row and row.disposition else None
    days = [day for part in parts for day in (part.oldest, part.newest) if day is not None]
    oldest, newest = min(days, default=None), max(days, default=None)
    count = sum(part.count for part in parts)
    waits_for = next((part.waits_for for part in parts if part.waits_for), "")

    def term(due: date | None, cause: str, years: int | None = None) -> FileTerm:
        return FileTerm(
            due=due,
            cause=cause,
            years=years,
            disposition=disposition,
            oldest=oldest,
            newest=newest,
            count=count,
            waits_for=waits_for,
        )

    found = [known.find(part.profile, part.form) for part in parts]
    rules = [one.rule for one in found if one is not None]
    if len(rules) < len(found):
        return term(None, "no_rule")
    years = row.years if row and row.years else None
    longest = longest_years(rules, years)
    items = [_item(rule, part) for rule, part in zip(rules, parts, strict=True)]
    answer = file_due(items, years, schedule_permanent=disposition in _PERMANENT)
    if isinstance(answer, NoDue):
        return term(None, "permanent") if answer.permanent else term(None, "file_waits", longest)
    return term(max(answer.destroyable_from, later or answer.destroyable_from), "file", longest)


def _item(rule: Rule, part: _Part) -> FileItem:
    """Return what stands for all records of a part: its newest day, or none while one of them has none."""
    return FileItem(part.waits_for or part.form, rule, None if part.waits_for else part.newest)
