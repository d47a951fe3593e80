"""Let originals go earlier because a confirmed copy is kept in their place (銷毀辦法 §7, 檔案法 §9).

The copy is one that the archive knows and that is still kept; from then on it stays to the end of the full
term (§7 III). Two people say so: a term becomes shorter on nobody's word alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session, col, select

from retention.kinds import Medium
from retention.schedule import NoDue, compute_due
from retention.sections import Act
from retention.shortening import Shortened, shortened_due
from webir_records.archive.ledger import Event
from webir_records.archive.rows import FILED
from webir_records.model.errors import Detail, InputError
from webir_records.model.tables import CopyRow, RecordRow, RetentionRow
from webir_records.services.acting import permit_person
from webir_records.services.context import Workspace
from webir_records.services.copy_terms import GONE, rows_of
from webir_records.services.governing import STORED_COPY, Governing, chunks, governing
from webir_records.services.rules import rule_of
from webir_records.services.texts_for_ledger import authority as checked_authority
from webir_records.services.triggers import Agreement, agreement


@dataclass(frozen=True, slots=True)
class Shorter:
    """An original that may go earlier.

    Attributes:
        was, now: first local day on which destruction is allowed.
    """

    record: str
    form_no: str
    was: date
    now: date


def shorten_terms(
    workspace: Workspace,
    copy: str,
    confirmed_on: date,
    *,
    authority: str,
    agreed: Agreement | None,
    actor: str,
) -> tuple[Shorter, ...]:
    """Halve the term of every original of a copy: of all of them, or of none.

    Args:
        workspace: the open workspace.
        copy: id of a kept copy, or the number of its medium.
        confirmed_on: local day on which the agency confirmed the copy (檔案法 §9); no original goes before.
        authority: number of the paper by which it was confirmed.
        agreed: the second person.
        actor: the registered person who enters it.

    Raises:
        InputError: U320 no such copy; U142 the number cannot stand in the ledger; U154 to U157 the second
            person cannot sign; U398 with everything that speaks against it: U399 the copy is gone or of
            paper, U445 the day is in the future, U446 an original was destroyed or has no day, U447 it would
            not go earlier, and the reasons of 銷毀辦法 §7 (R102, R335, R336).
        RefusedError: U159, U389, U390 about the two people.
    """
    permit_person(workspace, actor, Act.CANCEL)
    authority = checked_authority(authority)
    with Session(workspace.engine) as session:
        copies = rows_of(session, copy)
        rows = _originals(session, copies)
        facts = {"authority": authority, "reason_code": f"copy-{copies[0].id}"}
        before = {row.id: row.due for row in rows}
        wrong = [*_against_copy(workspace, copies[0], confirmed_on)]
        days, against = _days(workspace, session, rows, confirmed_on)
        if wrong or against:
            raise InputError("U398", [*wrong, *against])
        session.expunge_all()
    facts["agreed_by"] = agreement(workspace, rows[0].id, actor, agreed)
    days = _governed(workspace, days, actor, facts)
    late = [
        Detail("U447", {"record": row.id, "due": f"{row.due}"}) for row in rows if _not_earlier(row, days)
    ]
    if late:
        raise InputError("U398", late)
    with Session(workspace.engine) as session, session.begin():
        workspace.archive.ledger.append(session, _enter(session, days, actor, facts))
    workspace.archive.ledger.publish()
    return tuple(Shorter(row.id, row.form_no, before[row.id] or days[row.id], days[row.id]) for row in rows)


def _originals(session: Session, copies: Sequence[CopyRow]) -> list[RecordRow]:
    found: list[RecordRow] = []
    for some in chunks([row.record for row in copies]):
        found += session.exec(select(RecordRow).where(col(RecordRow.id).in_(some))).all()
    return sorted(found, key=lambda row: row.id)


def _against_copy(workspace: Workspace, copy: CopyRow, confirmed_on: date) -> Sequence[Detail]:
    """Return what speaks against the copy: a print is no stored copy, and what is gone keeps nothing."""
    wrong: list[Detail] = []
    if copy.state == GONE or copy.medium == Medium.PAPER:
        wrong.append(Detail("U399", {"copy": copy.id, "medium": copy.medium, "state": copy.state}))
    if confirmed_on > workspace.today():
        facts = {"got": confirmed_on.isoformat(), "today": workspace.today().isoformat()}
        wrong.append(Detail("U445", facts))
    return wrong


def _days(
    workspace: Workspace, session: Session, rows: Sequence[RecordRow], confirmed_on: date
) -> tuple[dict[str, date], Sequence[Detail]]:
    """Return the shortened first day of each original, and what speaks against others."""
    governs = governing(workspace, session, rows)
    days: dict[str, date] = {}
    wrong: list[Detail] = []
    for row in rows:
        found = _shortened(workspace, row, governs[row.id], confirmed_on)
        if isinstance(found, Shortened):
            days[row.id] = found.original.destroyable_from
        else:
            wrong += found
    return days, wrong


def _shortened(
    workspace: Workspace, row: RecordRow, governs: Governing, confirmed_on: date
) -> Shortened | Sequence[Detail]:
    rule = rule_of(workspace, row)
    due = compute_due(rule, row.trigger_date)
    if row.state != FILED or isinstance(due, NoDue) or governs.due is None:
        return [Detail("U446", {"record": row.id})]
    found = shortened_due(
        rule, replace(due, years=governs.years or due.years), copy_confirmed_on=confirmed_on
    )
    if isinstance(found, Shortened):
        return found
    return [Detail(reason.code, {**reason.facts, "record": row.id}) for reason in found]


def _governed(
    workspace: Workspace, days: Mapping[str, date], actor: str, facts: Mapping[str, str]
) -> dict[str, date]:
    """Return what would govern each original beside its file and what was set later; nothing is written."""
    with Session(workspace.engine) as session:
        workspace.archive.ledger.append(session, _enter(session, days, actor, facts))
        session.flush()
        rows = [session.get_one(RecordRow, record) for record in days]
        found = governing(workspace, session, rows)
        session.rollback()
    return {record: max(day, found[record].due or date.max) for record, day in days.items()}


def _not_earlier(row: RecordRow, days: Mapping[str, date]) -> bool:
    return row.due is None or days[row.id] >= row.due


def _enter(
    session: Session, days: Mapping[str, date], actor: str, facts: Mapping[str, str]
) -> Sequence[Event]:
    """Write the earlier days down; returns their entries."""
    for record, day in days.items():
        session.get_one(RecordRow, record).due = day
        session.merge(
            RetentionRow(
                record=record,
                cause=STORED_COPY,
                due=day,
                reason_code=facts["reason_code"],
                authority=facts["authority"],
            )
        )
    return [
        {
            "event": "retention_changed",
            "actor": actor,
            "record": record,
            "cause": STORED_COPY,
            "due": day.isoformat(),
            **facts,
        }
        for record, day in days.items()
    ]
