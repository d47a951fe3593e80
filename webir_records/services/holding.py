"""Legal holds: keep a record although its period has passed; releasing one never destroys.

A hold belongs to a case. A record may be under many. A hold on a whole file holds its later records too.
It is released by two people: one asks, another one, who did not place it either, grants.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from retention.sections import Act
from signing.canonical import JsonValue
from webir_records.archive.ledger import Event
from webir_records.model.errors import InputError, RefusedError
from webir_records.model.tables import HoldRow, RecordFileRow, RecordRow
from webir_records.services.acting import permit, permit_person
from webir_records.services.context import OPERATOR, Workspace
from webir_records.services.governing import chunks
from webir_records.services.issuing import new_id
from webir_records.services.selecting import RecordQuery, select_records
from webir_records.services.texts_for_ledger import authority as checked_authority
from webir_records.services.texts_for_ledger import case_id, reason_code


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold: who asked for it (letter number or office), and when to look at it again.

    Attributes:
        case: id of the case; empty when it belongs to none.
        reason_code: short code of the reason, or empty.
        file: number of the file over which it was placed, or empty.
        placed_by: who placed it.
        asked_by: who asked for its release, or empty.
    """

    hold: str
    record: str
    authority: str
    review_on: date | None
    released: bool
    case: str = ""
    reason_code: str = ""
    file: str = ""
    placed_by: str = ""
    asked_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldTerms:
    """Why records are held.

    Attributes:
        authority: number of the letter, or the office, that asks for it.
        case: id of the case.
        reason_code: short code, such as `lawsuit` or `audit`.
        review_on: when to look at it again.
    """

    authority: str
    case: str = ""
    reason_code: str = ""
    review_on: date | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """What a query placed, or would place.

    Attributes:
        holds: new holds; their ids are empty in a preview.
        already: records that were under hold in this case before.
    """

    holds: tuple[Hold, ...]
    already: tuple[str, ...]


def place_hold(
    workspace: Workspace, record: str, *, authority: str, review_on: date | None = None, actor: str = OPERATOR
) -> Hold:
    """Place a hold on a record.

    Raises:
        InputError: U120 no such record; U140 it was destroyed already; U142 the authority is not usable.
        RefusedError: U159 the actor's roles do not allow it.
    """
    terms = HoldTerms(authority=authority, review_on=review_on)
    return place_holds(workspace, RecordQuery(records=(record,)), terms, actor=actor).holds[0]


def place_holds(
    workspace: Workspace,
    query: RecordQuery,
    terms: HoldTerms,
    *,
    actor: str = OPERATOR,
    dry_run: bool = False,
) -> Placed:
    """Place a hold on every record that is meant: all of them, or none.

    When nothing but a file is asked for, the hold is on the file: records that come into it later are held
    too.

    Args:
        workspace: the open workspace.
        query: which records.
        terms: why; a record that is under hold in the same case is left alone.
        actor: who places it.
        dry_run: change nothing, only say what would be held.

    Raises:
        InputError: U120, U140, U370, U371 as `select_records`; U142, U143, U382 the terms cannot stand in the
            ledger; U381 the file is empty; U383 the day of review is over.
        RefusedError: U159 the actor's roles do not allow it.
    """
    permit(workspace, actor, Act.HOLD)
    terms = _checked(workspace, terms)
    with Session(workspace.engine) as session, session.begin():
        rows = _select(workspace, session, query)
        held = _held_in(session, terms.case) if terms.case else set[str]()
        new = [row.id for row in rows if row.id not in held]
        already = tuple(row.id for row in rows if row.id in held)
        _require_keys(workspace, new)
        if dry_run:
            plain = tuple(_plain(_row("", record, terms, query.whole_file, actor)) for record in new)
            return Placed(plain, already)
        holds, events = add_holds(workspace, session, new, terms, file=query.whole_file, actor=actor)
        if events:
            workspace.archive.ledger.append(session, events)
    workspace.archive.ledger.publish()
    return Placed(holds, already)


def add_holds(
    workspace: Workspace,
    session: Session,
    records: Sequence[str],
    terms: HoldTerms,
    *,
    file: str,
    actor: str,
) -> tuple[tuple[Hold, ...], list[Event]]:
    """Add holds within the caller's transaction; returns them with the entries that tell of them."""
    rows = [_row(new_id(workspace)[:10], record, terms, file, actor) for record in records]
    holds = tuple(_plain(row) for row in rows)
    session.add_all(rows)
    return holds, [_placed(hold) for hold in holds]


def file_holds(session: Session, file: str) -> tuple[HoldTerms, ...]:
    """Return the terms of every open hold on a whole file."""
    query = select(HoldRow).where(HoldRow.file == file, col(HoldRow.released).is_(False))
    found: dict[str, HoldTerms] = {}
    for row in session.exec(query.order_by(col(HoldRow.id))):
        terms = HoldTerms(
            authority=row.authority, case=row.case, reason_code=row.reason_code, review_on=row.review_on
        )
        found.setdefault(f"{row.case}\0{row.authority}", terms)
    return tuple(found.values())


def ask_release(workspace: Workspace, name: str, *, actor: str = OPERATOR) -> tuple[Hold, ...]:
    """Ask for the release of a hold, or of all holds of a case; nothing is released by it.

    Raises:
        InputError: U141 there is no such open hold.
        RefusedError: U159 the actor's roles do not allow it.
    """
    permit(workspace, actor, Act.HOLD)
    with Session(workspace.engine) as session, session.begin():
        rows = _open_rows(session, name)
        for row in rows:
            row.asked_by = actor
        return tuple(_plain(row) for row in rows)


def release_hold(workspace: Workspace, name: str, *, actor: str) -> tuple[Hold, ...]:
    """Release a hold, or all holds of a case; other holds on the records stay.

    A hold on a file is released for the whole file.

    Args:
        workspace: the open workspace.
        name: id of the hold or of the case.
        actor: who grants it: a registered person who neither placed it nor asked for its release.

    Raises:
        InputError: U141 there is no such open hold; U154 nobody is registered under this id.
        RefusedError: U159 the actor's roles do not allow it; U379 nobody asked for it; U380 the same person
            placed it or asked for it.
    """
    permit_person(workspace, actor, Act.HOLD)
    with Session(workspace.engine) as session, session.begin():
        rows = _open_rows(session, name)
        for row in rows:
            if not row.asked_by:
                raise RefusedError("U379", hold=name)
            if actor in {row.asked_by, row.placed_by}:
                raise RefusedError("U380", person=actor, hold=row.id)
        for row in rows:
            row.released = True
        released = tuple(_plain(row) for row in rows)
        workspace.archive.ledger.append(session, [_released(hold, actor) for hold in released])
    workspace.archive.ledger.publish()
    return released


def list_holds(workspace: Workspace, *, to_review: bool = False, record: str = "") -> tuple[Hold, ...]:
    """Return every hold, open ones first; or the open ones whose day of review has come, the oldest first.

    Args:
        workspace: the open workspace.
        to_review: only those that are to be looked at now.
        record: only the open ones of this record id.
    """
    query = select(HoldRow).order_by(col(HoldRow.released), col(HoldRow.id))
    if record:
        query = query.where(HoldRow.record == record, col(HoldRow.released).is_(False))
    if to_review:
        due = col(HoldRow.review_on) <= workspace.today()
        query = select(HoldRow).where(due, col(HoldRow.released).is_(False))
        query = query.order_by(col(HoldRow.review_on), col(HoldRow.id))
    with Session(workspace.engine) as session:
        return tuple(_plain(row) for row in session.exec(query))


def holds_of(session: Session, records: Sequence[str]) -> dict[str, tuple[Hold, ...]]:
    """Return the open holds of each record that has any."""
    found: dict[str, tuple[Hold, ...]] = {}
    for some in chunks(records):
        query = select(HoldRow).where(col(HoldRow.record).in_(some), col(HoldRow.released).is_(False))
        for row in session.exec(query.order_by(col(HoldRow.id))):
            found[row.record] = (*found.get(row.record, ()), _plain(row))
    return found


def _checked(workspace: Workspace, terms: HoldTerms) -> HoldTerms:
    today = workspace.today()
    if terms.review_on is not None and terms.review_on < today:
        raise InputError("U383", got=terms.review_on.isoformat(), today=today.isoformat())
    return HoldTerms(
        authority=checked_authority(terms.authority),
        case=case_id(terms.case) if terms.case else "",
        reason_code=reason_code(terms.reason_code) if terms.reason_code else "",
        review_on=terms.review_on,
    )


def _select(workspace: Workspace, session: Session, query: RecordQuery) -> Sequence[RecordRow]:
    if query.whole_file:
        lying = select(RecordFileRow.record).where(RecordFileRow.file == query.file).limit(1)
        if session.exec(lying).first() is None:
            raise InputError("U381", file=query.file)
    return select_records(workspace, session, query)


def _held_in(session: Session, case: str) -> set[str]:
    query = select(HoldRow.record).where(HoldRow.case == case, col(HoldRow.released).is_(False))
    return set(session.exec(query))


def _require_keys(workspace: Workspace, records: Sequence[str]) -> None:
    """Refuse records whose destruction has begun: a hold cannot keep them."""
    for some in chunks(records):
        known = workspace.archive.keys.known(some)
        gone = next((record for record in some if record not in known), None)
        if gone is not None:
            raise InputError("U140", record=gone)


def _open_rows(session: Session, name: str) -> Sequence[HoldRow]:
    """Return the open holds that an id of a hold or of a case names; a file's hold is one with its others."""
    row = session.get(HoldRow, name)
    query = select(HoldRow).where(col(HoldRow.released).is_(False))
    if row is not None and row.file:
        same = (HoldRow.file == row.file, HoldRow.case == row.case, HoldRow.authority == row.authority)
        query = query.where(*same)
    else:
        query = query.where(HoldRow.id == name) if row is not None else query.where(HoldRow.case == name)
    rows = session.exec(query.order_by(col(HoldRow.id))).all() if name else ()
    if not rows or (row is not None and row.released):
        raise InputError("U141", hold=name)
    return rows


def _row(hold: str, record: str, terms: HoldTerms, file: str, actor: str) -> HoldRow:
    return HoldRow(
        id=hold,
        record=record,
        authority=terms.authority,
        review_on=terms.review_on,
        case=terms.case,
        reason_code=terms.reason_code,
        file=file,
        placed_by=actor,
    )


def _placed(hold: Hold) -> Event:
    event: dict[str, JsonValue] = {
        "event": "hold_placed",
        "actor": hold.placed_by,
        "record": hold.record,
        "hold": hold.hold,
        "authority": hold.authority,
    }
    more = {
        "review_on": hold.review_on.isoformat() if hold.review_on else "",
        "case": hold.case,
        "reason_code": hold.reason_code,
        "file": hold.file,
    }
    return event | {name: value for name, value in more.items() if value}


def _released(hold: Hold, actor: str) -> Event:
    return {
        "event": "hold_released",
        "actor": actor,
        "record": hold.record,
        "hold": hold.hold,
        "asked_by": hold.asked_by,
    }


def _plain(row: HoldRow) -> Hold:
    return Hold(
        hold=row.id,
        record=row.record,
        authority=row.authority,
        review_on=row.review_on,
        released=row.released,
        case=row.case,
        reason_code=row.reason_code,
        file=row.file,
        placed_by=row.placed_by,
        asked_by=row.asked_by,
    )
