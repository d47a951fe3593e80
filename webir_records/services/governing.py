"""What governs the first day on which a record may be destroyed: the latest of everything that speaks of it.

A record's own term is the latest of what the database, the entry of its newest version and the rule
computed anew say; the rule is that of the day of filing, or a later version where that is longer. In a file
(案卷) the newest document and the longest term govern all of it (施行細則 §23 III). Whatever was set later
beside the rule (`RetentionRow`) counts too. As soon as one of them says that no period runs, none runs.
`RecordRow.due` holds this answer, so that lists need only its index.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

from sqlalchemy import text
from sqlmodel import Session, col, select

from retention.kinds import Disposition
from retention.schedule import Due, NoDue, compute_due
from retention.sections import Rule
from webir_records.model.tables import EntryRow, MarkRow, RecordFileRow, RecordRow, RetentionRow, VersionRow
from webir_records.services.context import Workspace
from webir_records.services.file_terms import FileTerm, file_terms
from webir_records.services.rules import rules_of

AT_ONCE: Final = 500
"""Values in one query; SQLite takes some thousands."""
STORED_COPY: Final = "stored_copy"
"""Cause of the one change that makes a term shorter (銷毀辦法 §7)."""
TRIGGER_REVOKED: Final = "trigger_revoked"
TRIGGER_REOPENED: Final = "trigger_reopened"
STOPPED: Final = frozenset({TRIGGER_REVOKED, TRIGGER_REOPENED})
"""Causes by which a cancellation counts no more: no period runs until the next one."""
TRIGGER_CORRECTED: Final = "trigger_corrected"
RULE: Final = "rule"
FILE: Final = "file"
NO_ENTRY: Final = "no_entry"
NO_TRIGGER: Final = "no_trigger"
NO_RULE: Final = "no_rule"
PERMANENT: Final = "permanent"
FILE_WAITS: Final = "file_waits"

_STRICTNESS: Final = tuple(Disposition)
"""From what may be destroyed to what never may."""
_T = TypeVar("_T")
_SHORTENED: Final = text(
    'SELECT body FROM entry WHERE instr(body, CAST(\'"cause":"stored_copy"\' AS BLOB))'
    " AND instr(body, CAST('\"due\":' AS BLOB)) ORDER BY seq"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Governing:
    """What governs one record.

    Attributes:
        due: first local day on which destruction is allowed; None while no period runs.
        cause: what set it: `rule`, `file`, or the cause of a later change. Without a day, why there is none:
            `no_trigger`, `no_rule`, `no_entry`, `permanent`, `file_waits`, or a cause as `trigger_revoked`.
        own: the same day without the file and without later changes.
        end: last day of the record's own term by its rule, None while none runs.
        years: the term that governs: the longest of the rule's and the file's; None for permanent ones.
        clause: source of the rule; empty when the profile has none.
        disposition: the strictest of the rule's and the file's; None when nobody knows.
        permanent: kept for ever; None when nobody knows.
        file: number of the file it lies in, or empty.
        waits_for: in the file, a record whose period has not begun; empty otherwise.
    """

    due: date | None
    cause: str
    own: date | None = None
    end: date | None = None
    years: int | None = None
    clause: str = ""
    disposition: Disposition | None = None
    permanent: bool | None = None
    file: str = ""
    waits_for: str = ""


@dataclass(frozen=True, slots=True)
class _Known:
    """What is read for many records at once."""

    entries: Mapping[str, date | None]
    changes: Mapping[str, Sequence[RetentionRow]]
    files: Mapping[str, str]
    terms: Mapping[str, FileTerm]
    national: frozenset[str]
    copied: Mapping[str, date]


def governing(
    workspace: Workspace, session: Session, rows: Sequence[RecordRow], *, afresh: bool = False
) -> dict[str, Governing]:
    """Return what governs each record, by record id.

    Args:
        workspace: the open workspace.
        session: the transaction in which the decision is taken.
        rows: any number of records; read in bulk.
        afresh: leave out the days that database and entry hold, so that a wrong one can be corrected. Only
            for who changes days; the guard never asks so.
    """
    answer: dict[str, Governing] = {}
    rules = rules_of(workspace)
    for some in chunks(rows):
        known = _known(workspace, session, [row.id for row in some])
        answer |= {row.id: _governing(rules.rule(row), row, known, afresh=afresh) for row in some}
    return answer


def chunks(items: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """Cut a long list into pieces for one query each."""
    for start in range(0, len(items), AT_ONCE):
        yield items[start : start + AT_ONCE]


def _known(workspace: Workspace, session: Session, records: Sequence[str]) -> _Known:
    changes: dict[str, list[RetentionRow]] = {}
    for change in session.exec(select(RetentionRow).where(col(RetentionRow.record).in_(records))):
        changes.setdefault(change.record, []).append(change)
    found = session.exec(select(RecordFileRow).where(col(RecordFileRow.record).in_(records)))
    files = {row.record: row.file for row in found}
    terms = file_terms(workspace, session, sorted(set(files.values())))
    marked = select(MarkRow.record).where(col(MarkRow.record).in_(records), MarkRow.mark == "national")
    national = frozenset(session.exec(marked))
    shortened = any(change.cause == STORED_COPY for some in changes.values() for change in some)
    copied = _copied(session) if shortened else {}
    return _Known(dict(_entry_days(session, records)), changes, files, terms, national, copied)


def _entry_days(session: Session, records: Sequence[str]) -> Iterator[tuple[str, date | None]]:
    """Yield what the ledger entry of each record's newest version says; no entry yields nothing."""
    newest = (col(VersionRow.record) == col(RecordRow.id)) & (
        col(VersionRow.version) == col(RecordRow.version)
    )
    query = (
        select(RecordRow.id, EntryRow.body)
        .join(VersionRow, newest)
        .join(EntryRow, col(EntryRow.seq) == col(VersionRow.seq))
        .where(col(RecordRow.id).in_(records))
    )
    for record, body in session.exec(query):
        entry = json.loads(body)
        if entry.get("record") == record:
            yield record, date.fromisoformat(entry["due"]) if "due" in entry else None


def _copied(session: Session) -> dict[str, date]:
    """Return the days that the ledger gives to originals of stored copies: no table alone shortens a term."""
    found: dict[str, date] = {}
    for (body,) in session.connection().execute(_SHORTENED):
        entry = json.loads(body)
        found[entry["record"]] = date.fromisoformat(entry["due"])
    return found


def _governing(rule: Rule | None, row: RecordRow, known: _Known, *, afresh: bool) -> Governing:
    file = known.files.get(row.id, "")
    term = known.terms.get(file)
    if rule is None or row.id not in known.entries:
        return Governing(due=None, cause=NO_RULE if rule is None else NO_ENTRY, file=file)
    changes = known.changes.get(row.id, ())
    own = _own(rule, row, known, afresh=afresh)
    base = _base(rule, row, term, file, national=row.id in known.national)
    if isinstance(own, NoDue):
        return _of(base, due=None, cause=_cause_of(own, changes))
    return _latest(base, own, term, changes)


def _own(rule: Rule, row: RecordRow, known: _Known, *, afresh: bool) -> date | NoDue:
    """Return the latest of the record's own terms: entry, database, rule; unknown to one is unknown."""
    computed = compute_due(rule, row.trigger_date)
    if isinstance(computed, NoDue):
        return computed
    said, changes = known.entries[row.id], known.changes.get(row.id, ())
    if said is None:  # the database names a trigger of which the ledger knows nothing
        return NoDue("R401", rule.clause)
    copied = known.copied.get(row.id)
    if copied is not None and any(change.cause == STORED_COPY for change in changes):
        return copied
    if afresh:
        return computed.destroyable_from
    return max(computed.destroyable_from, said, *([row.due] if row.due else []))


def _base(rule: Rule, row: RecordRow, term: FileTerm | None, file: str, *, national: bool) -> Governing:
    dispositions = [rule.disposition, *([term.disposition] if term and term.disposition else [])]
    dispositions += [Disposition.NATIONAL] if national else []
    disposition = max(dispositions, key=_STRICTNESS.index)
    permanent = rule.permanent or disposition in {Disposition.AGENCY_PERMANENT, Disposition.NATIONAL}
    years = max((years for years in (rule.years, term.years if term else None) if years), default=None)
    computed = compute_due(rule, row.trigger_date)
    return Governing(
        due=None,
        cause=NO_TRIGGER,
        end=computed.end if isinstance(computed, Due) else None,
        years=None if permanent else years,
        clause=rule.clause,
        disposition=disposition,
        permanent=permanent,
        file=file,
        waits_for=term.waits_for if term else "",
    )


def _latest(base: Governing, own: date, term: FileTerm | None, changes: Sequence[RetentionRow]) -> Governing:
    """Weigh the record's own day against its file and against what was set later."""
    if base.permanent:
        return _of(base, due=None, cause=PERMANENT, own=own)
    stopped = next((change.cause for change in changes if change.due is None), "")
    if stopped:
        return _of(base, due=None, cause=stopped, own=own)
    days = [(own, RULE)]
    if term is not None:
        if term.due is None:
            return _of(base, due=None, cause=term.cause, own=own)
        days.append((term.due, FILE))
    days += [(change.due, change.cause) for change in changes if change.due]
    day, cause = max(days, key=lambda pair: pair[0])  # of equal ones the first: the rule's
    return _of(base, due=day, cause=cause, own=own)


def _cause_of(none: NoDue, changes: Iterable[RetentionRow]) -> str:
    """Say why there is no day."""
    revoked = any(change.cause == TRIGGER_REVOKED for change in changes)
    without = TRIGGER_REVOKED if revoked else NO_TRIGGER
    return {"R402": PERMANENT, "R403": PERMANENT}.get(none.code, without)


def _of(base: Governing, *, due: date | None, cause: str, own: date | None = None) -> Governing:
    return Governing(
        due=due,
        cause=cause,
        own=own,
        end=base.end,
        years=base.years,
        clause=base.clause,
        disposition=base.disposition,
        permanent=base.permanent,
        file=base.file,
        waits_for=base.waits_for,
    )
