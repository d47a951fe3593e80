"""Two people say what day it is: only then may a clock that is far ahead of the ledger destroy anything."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlmodel import Session, col, select

from signing.canonical import JsonValue
from signing.entries import CLOCK, Entry, Event, local_day_of, parse_entry
from signing.errors import SigningError
from signing.note import Signer
from signing.shape import list_of
from signing.statement import open_statement, sign_statement
from webir_records.archive.store import put_unnamed, take_back
from webir_records.model.errors import InputError
from webir_records.model.tables import EntryRow, MetaRow
from webir_records.services.context import Workspace, utc_text
from webir_records.services.people import open_signer, verifier_keys

_PENDING: Final = "clock_pending"  # the first of two statements, in the table of facts about the workspace
_CHUNK: Final = 500  # entries fetched at a time


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What people said of the date.

    Attributes:
        today: the day that they confirmed.
        newest: day of the newest entry when the first of them did, in Taiwan.
        people: who confirmed so far.
        complete: two people did, and the ledger says so.
    """

    today: date
    newest: date
    people: tuple[str, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class _Pending:
    """The first statement; its note lies in the archive already, and no entry names it."""

    today: str
    newest: str
    person: str
    sha256: str


def confirm_clock(workspace: Workspace, *, today: date, actor: str, passphrase: str) -> Confirmed:
    """Sign that today is this day; the second person's statement makes the entry `clock_confirmed`.

    Args:
        workspace: the open workspace.
        today: the day by a calendar that does not depend on this machine.
        actor: who signs.
        passphrase: opens the person's key.

    Raises:
        InputError: U295 the machine has another date; U296 the person did so before; U297 two people did;
            U154–U157 about the key.
        RefusedError: U290, U291 the person may not sign; A201 the clock is behind the newest entry.
    """
    if today != workspace.today():
        raise InputError("U295", got=today.isoformat(), today=workspace.today().isoformat())
    signer = open_signer(workspace, actor, passphrase)
    with Session(workspace.engine) as session, session.begin():
        if _entered(session, today) is not None:
            raise InputError("U297", today=today.isoformat())
        pending = _usable(workspace, session, today)
        if pending is not None and pending.person == actor:
            raise InputError("U296", person=actor, today=today.isoformat())
        newest = pending.newest if pending else _newest_day(workspace, session)
        own = _sign(workspace, signer, _Pending(today.isoformat(), newest, actor, ""))
        if pending is None:
            _remember(session, own)
        else:
            _enter(workspace, session, pending, own)
    workspace.archive.ledger.publish()
    people = (*((pending.person,) if pending else ()), actor)
    return Confirmed(today, date.fromisoformat(newest), people, pending is not None)


def clock_confirmed_by(workspace: Workspace, session: Session, day: date) -> tuple[str, ...]:
    """Return who confirmed a day, by the ledger and by the signed statements that lie in the archive.

    Entries are read backwards from the newest one, as far as the day goes back.
    """
    entry = _entered(session, day)
    if entry is None:
        return ()
    people, digests = (list_of(entry.fields, name) for name in ("people", "statements"))
    said = (
        _Pending(entry.string("today"), entry.string("newest"), str(person), str(digest))
        for person, digest in zip(people, digests, strict=True)
    )
    return tuple(one.person for one in said if _holds(workspace, session, one, entry.at))


def _entered(session: Session, day: date) -> Entry | None:
    """Return the entry by which a day was confirmed."""
    entries = _backwards(session, day - timedelta(days=1))  # a clock may be set back a little at midnight
    confirmed = (entry for entry in entries if entry.event is Event.CLOCK_CONFIRMED)
    return next((entry for entry in confirmed if entry.day("today") == day), None)


def _backwards(session: Session, oldest: date) -> Iterator[Entry]:
    """Yield entries from the newest one back to a day."""
    newest = session.exec(select(EntryRow.seq).order_by(col(EntryRow.seq).desc()).limit(1)).first()
    stop = 0 if newest is None else newest + 1
    while stop > 0:
        chunk = select(EntryRow).where(EntryRow.seq < stop, EntryRow.seq >= stop - _CHUNK)
        for row in session.exec(chunk.order_by(col(EntryRow.seq).desc())):
            entry = parse_entry(row.body)
            if local_day_of(entry.at) < oldest:
                return
            yield entry
        stop -= _CHUNK


def _usable(workspace: Workspace, session: Session, today: date) -> _Pending | None:
    """Return the first statement, if it is of today and still holds; another one is forgotten."""
    row = session.get(MetaRow, _PENDING)
    if row is None:
        return None
    pending = _Pending(**json.loads(row.value))
    if pending.today == today.isoformat() and _holds(workspace, session, pending, workspace.machine.now()):
        return pending
    take_back(workspace.files, _path(pending))
    session.delete(row)
    session.flush()
    return None


def _holds(workspace: Workspace, session: Session, said: _Pending, at: datetime) -> bool:
    """Say whether a statement lies in the archive, signed with a key that is in force at a moment."""
    try:
        note = workspace.files.read(_path(said))
        fields = open_statement(note, verifier_keys(session, said.person, at)).fields
    except (FileNotFoundError, SigningError):
        return False
    says = tuple(fields.get(name) for name in ("kind", "today", "newest", "person"))
    expected = (CLOCK, said.today, said.newest, said.person)
    return hashlib.sha256(note).hexdigest() == said.sha256 and says == expected


def _sign(workspace: Workspace, signer: Signer, said: _Pending) -> _Pending:
    """Sign a statement and put its note into the archive."""
    fields: dict[str, JsonValue] = {
        "kind": CLOCK,
        "person": said.person,
        "today": said.today,
        "newest": said.newest,
        "at": utc_text(workspace.machine.now()),
    }
    note = sign_statement(fields, signer)
    put_unnamed(workspace.files, _path(said), note)
    return _Pending(said.today, said.newest, said.person, hashlib.sha256(note).hexdigest())


def _remember(session: Session, pending: _Pending) -> None:
    session.merge(MetaRow(key=_PENDING, value=json.dumps(asdict(pending))))


def _enter(workspace: Workspace, session: Session, first: _Pending, second: _Pending) -> None:
    event: dict[str, JsonValue] = {
        "event": Event.CLOCK_CONFIRMED.value,
        "actor": second.person,
        "today": first.today,
        "newest": first.newest,
        "people": [first.person, second.person],
        "statements": [first.sha256, second.sha256],
    }
    workspace.archive.ledger.append(session, [event])
    row = session.get(MetaRow, _PENDING)
    if row is not None:
        session.delete(row)


def _newest_day(workspace: Workspace, session: Session) -> str:
    newest = workspace.archive.ledger.newest_time(session)
    return local_day_of(datetime.fromisoformat(newest)).isoformat()


def _path(said: _Pending) -> str:
    return f"certificates/{CLOCK}/{said.today}-{said.person}.note"
