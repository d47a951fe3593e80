"""A trigger that was wrong: revoked, overtaken by a re-opened account or audit, or corrected to another date.

Two triggers are noted by hand and can be wrong: the cancellation of an account, the closing of an audit.

Nothing here lets a record go earlier on one person's word: an earlier date needs an authority and a second
person, who agrees with the passphrase of the personal key.
"""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from retention.sections import Act
from signing.canonical import JsonValue
from webir_records.archive.archive import NewVersion
from webir_records.archive.ledger import Event
from webir_records.archive.rows import FILED
from webir_records.model.errors import InputError, RefusedError
from webir_records.model.tables import MarkRow, RecordRow, RetentionRow
from webir_records.services.acting import permit, permit_person
from webir_records.services.cancellation_notes import follow, note_of, versions_of
from webir_records.services.cancelling import REOPENED, is_application, reopened_on, runs_from
from webir_records.services.closing_audits import closed_version, earliest_close, runs_from_audit
from webir_records.services.context import OPERATOR, Workspace, silent
from webir_records.services.filling import act_id
from webir_records.services.governing import (
    TRIGGER_CORRECTED,
    TRIGGER_REOPENED,
    TRIGGER_REVOKED,
    governing,
)
from webir_records.services.people import open_signer
from webir_records.services.records import find_record
from webir_records.services.settling import settle, with_their_files
from webir_records.services.texts_for_ledger import authority as checked_authority
from webir_records.services.texts_for_ledger import reason_code as checked_reason


@dataclass(frozen=True, slots=True)
class Agreement:
    """A second person who agrees, with the passphrase of the personal key."""

    person: str
    passphrase: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A record whose date was changed; None is none.

    Attributes:
        was, now: date of the cancellation.
        due_was, due_now: first day on which destruction is allowed.
    """

    record: str
    form_no: str
    was: date | None
    now: date | None
    due_was: date | None
    due_now: date | None


def revoke_cancellation(
    workspace: Workspace,
    record: str,
    *,
    authority: str,
    reason_code: str,
    reopened: date | None = None,
    actor: str = OPERATOR,
) -> Changed:
    """Take a cancellation back: no period runs until the next one.

    Args:
        workspace: the open workspace.
        record: id or form number of an application, or of a paper of an audit that was closed.
        authority: number of the letter, or the office, that says so.
        reason_code: short code of the reason.
        reopened: account or audit was opened again on this day; without it the event never happened.
        actor: who enters it.

    Raises:
        InputError: U120 no such record; U140 it was destroyed; U142, U143 the texts cannot stand in the
            ledger; U385 it is not cancelled; U386 its form knows no cancellation; U388 it was opened before
            that, or in the future.
        RefusedError: U159 the actor's roles do not allow it.
    """
    permit(workspace, actor, Act.CANCEL)
    authority, reason_code = checked_authority(authority), checked_reason(reason_code)
    cause = TRIGGER_REOPENED if reopened else TRIGGER_REVOKED
    with Session(workspace.engine) as session, session.begin():
        row, was = _cancelled(workspace, session, record)
        if reopened is not None and not was <= reopened <= workspace.today():
            raise InputError("U388", got=reopened.isoformat(), limit=was.isoformat())
        due = row.due
        session.merge(RetentionRow(record=row.id, cause=cause, reason_code=reason_code, authority=authority))
        row.trigger = row.trigger_date = row.due = None
        events: list[Event] = [
            {
                "event": "retention_changed",
                "actor": actor,
                "record": row.id,
                "cause": cause,
                "reason_code": reason_code,
                "authority": authority,
            }
        ]
        if reopened is not None:
            events.append(_reopened(session, row.id, reopened, authority, actor))
        events += settle(workspace, session, with_their_files(session, [row.id]), actor=actor)
        workspace.archive.ledger.append(session, events)
        changed = Changed(row.id, row.form_no, was, None, due, None)
    workspace.archive.ledger.publish()
    return changed


def correct_cancellation(
    workspace: Workspace,
    record: str,
    on: date,
    *,
    reason_code: str,
    authority: str = "",
    agreed: Agreement | None = None,
    actor: str = OPERATOR,
) -> Changed:
    """Correct the date of a cancellation; the annotated form becomes the record's next version.

    Args:
        workspace: the open workspace.
        record: id or form number of an application, or of a paper of an audit that was closed.
        on: the right date.
        reason_code: short code of the reason.
        authority: number of the letter, or the office, that says so; an earlier date needs it.
        agreed: the second person, whom an earlier date needs.
        actor: who enters it; of an earlier date a registered person.

    Raises:
        InputError: U120, U140, U385, U386 as `revoke_cancellation`; U142, U143; U154 to U157 the second one
            cannot sign; U387 it is that date already; U388 it is in the future, or before the account was
            granted or opened again.
        RefusedError: U159 somebody's roles do not allow it; U389 an earlier date needs a second person; U390
            the second person is the first one.
    """
    permit(workspace, actor, Act.CANCEL)
    reason_code = checked_reason(reason_code)
    with Session(workspace.engine) as session:
        row, was = _cancelled(workspace, session, record)
        session.expunge(row)
    _check_date(workspace, row, was, on)
    facts = {"reason_code": reason_code}
    if authority or on < was:
        facts["authority"] = checked_authority(authority)
    if on < was:
        facts["agreed_by"] = agreement(workspace, row.id, actor, agreed)
    first_day = _first_day(workspace, row.id, on) if on < was else None
    version = _redated(workspace, row, on, first_day)
    workspace.archive.store(
        [version],
        actor=actor,
        batch=act_id(workspace),
        year=workspace.machine.now().year,
        before=[_corrected(version, on, actor, facts)],
        after=lambda session: follow(workspace, session, [row.id], actor),
    )
    with Session(workspace.engine) as session:
        now = session.get_one(RecordRow, row.id)
        return Changed(row.id, row.form_no, was, on, row.due, now.due)


def _redated(workspace: Workspace, row: RecordRow, on: date, first_day: date | None) -> NewVersion:
    """Return the record's next version, which says the right date."""
    if runs_from_audit(workspace, row):
        return closed_version(workspace, row, on, reason_code="date-corrected", first_day=first_day)
    data = dict(workspace.archive.read(row.id).data) | {"cancelled_on": on.isoformat()}
    note = note_of(workspace, row, data, first_day=first_day)
    (version,) = versions_of(workspace, [note], silent, reason_code="date-corrected")
    return version


def _cancelled(workspace: Workspace, session: Session, record: str) -> tuple[RecordRow, date]:
    row = find_record(session, record)
    if row.state != FILED:
        raise InputError("U140", record=row.id)
    if not is_application(workspace, row) and not runs_from_audit(workspace, row):
        raise InputError("U386", record=row.id)
    if row.trigger_date is None:
        raise InputError("U385", record=row.id)
    return row, row.trigger_date


def _check_date(workspace: Workspace, row: RecordRow, was: date, on: date) -> None:
    if on == was:
        raise InputError("U387", got=on.isoformat())
    if on > workspace.today():
        raise InputError("U388", got=on.isoformat(), limit=workspace.today().isoformat())
    first = _earliest(workspace, row)
    if first is not None and first > on:
        raise InputError("U388", got=on.isoformat(), limit=first.isoformat())
    opened = reopened_on(workspace, row.id)
    if not runs_from(on, opened):
        raise InputError("U388", got=on.isoformat(), limit=f"{opened}")


def _earliest(workspace: Workspace, row: RecordRow) -> date | None:
    """Return the day before which the event cannot have happened."""
    if runs_from_audit(workspace, row):
        return earliest_close(workspace, row)
    granted = workspace.archive.read(row.id).data.get("granted_on")
    return date.fromisoformat(granted) if isinstance(granted, str) and granted else None


def agreement(workspace: Workspace, record: str, actor: str, agreed: Agreement | None) -> str:
    """Return who agrees to an earlier day, after the personal key has opened.

    Raises:
        InputError: U154 to U157 the second one cannot sign.
        RefusedError: U159 somebody's roles do not allow it; U389 nobody agrees; U390 it is the first one.
    """
    if agreed is None:
        raise RefusedError("U389", record=record)
    permit_person(workspace, actor, Act.CANCEL)
    permit_person(workspace, agreed.person, Act.CANCEL)
    if agreed.person == actor:
        raise RefusedError("U390", person=actor)
    open_signer(workspace, agreed.person, agreed.passphrase)
    return agreed.person


def _first_day(workspace: Workspace, record: str, on: date) -> date | None:
    """Return what would govern with another date; nothing is written."""
    with Session(workspace.engine) as session:
        row = session.get_one(RecordRow, record)
        row.trigger_date = on
        session.flush()
        found = governing(workspace, session, [row], afresh=True)[record].due
        session.rollback()
    return found


def _corrected(version: NewVersion, on: date, actor: str, facts: dict[str, str]) -> Event:
    event: dict[str, JsonValue] = {
        "event": "retention_changed",
        "actor": actor,
        "record": version.record,
        "cause": TRIGGER_CORRECTED,
        "trigger": version.trigger,
        "trigger_date": on.isoformat(),
        "due": version.due.isoformat() if version.due else "",
    }
    return event | facts


def _reopened(session: Session, record: str, on: date, authority: str, actor: str) -> Event:
    session.merge(MarkRow(record=record, mark=REOPENED, value="yes", on=on, authority=authority))
    return {
        "event": "record_marked",
        "actor": actor,
        "record": record,
        "mark": REOPENED,
        "authority": authority,
        "on": on.isoformat(),
    }
