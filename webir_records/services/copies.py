"""Copies outside the archive (class C): exports, discs, prints. Each is entered, and so is its end."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlmodel import Session, col, select

from retention.kinds import Medium
from retention.reasons import Reason
from retention.sections import Act
from signing.canonical import JsonValue
from webir_records.archive.archive import DESTROYED
from webir_records.archive.ledger import Event
from webir_records.archive.store import put_unnamed
from webir_records.model.errors import Detail, InputError, RefusedError
from webir_records.model.tables import BatchItemRow, CopyRow, RecordRow
from webir_records.services.acting import permit
from webir_records.services.attesting import Witness, attest, method_of, refused_method
from webir_records.services.context import OPERATOR, Workspace
from webir_records.services.copy_terms import GONE, KEPT, Copy, originals_of, rows_of, show_copy
from webir_records.services.issuing import AT_ONCE, new_id
from webir_records.services.people import check_id
from webir_records.services.records import find_record
from webir_records.services.texts_for_ledger import authority as checked_authority

BAG: Final = "bag"
EXPORT: Final = "export"
DISC: Final = "disc"
PRINT: Final = "print"
_MEDIA: Final[Mapping[str, Medium]] = {
    BAG: Medium.ELECTRONIC,
    EXPORT: Medium.ELECTRONIC,
    DISC: Medium.OPTICAL,
    PRINT: Medium.PAPER,
}
"""Kinds of copies, each with what usually carries it."""
KINDS: Final = tuple(_MEDIA)
_NUMBER: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,15}")


@dataclass(frozen=True, slots=True)
class Description:
    """What sort of copy it is.

    Attributes:
        kind: one of `KINDS`.
        medium: what carries it; empty for what is usual.
        number: 電子媒體編號, e.g. `1150802_V001`; a disc has one.
        holder: opaque id of who has it.
    """

    kind: str
    medium: str = ""
    number: str = ""
    holder: str = ""


def register_copy(
    workspace: Workspace, session: Session, rows: Sequence[RecordRow], what: Description, *, actor: str
) -> str:
    """Enter a copy of records into list and ledger, within the transaction of whoever makes it.

    Returns:
        The copy's id.

    Raises:
        InputError: U150 the holder is no id; U325 kind, U326 medium, U327 number are not usable; U328 the
            number is taken.
    """
    what = _checked(session, what)
    copy, originals = new_id(workspace)[:10], originals_of(workspace, session, rows)
    days = {record: original.full_term for record, original in originals.items()}
    events = [_made(copy, row, days[row.id], what, actor=actor) for row in rows]
    made_at = workspace.archive.ledger.append(session, events).at
    session.add_all(
        CopyRow(
            id=copy,
            record=row.id,
            kind=what.kind,
            medium=what.medium,
            made_at=made_at,
            holder=what.holder,
            medium_no=what.number,
            due=days[row.id],
        )
        for row in rows
    )
    return copy


def add_copy(workspace: Workspace, names: Sequence[str], what: Description, *, actor: str = OPERATOR) -> Copy:
    """Register a copy that was made outside the program: a disc that was burnt, a print.

    Args:
        workspace: the open workspace.
        names: record ids or form numbers.
        what: the copy.
        actor: who made it.

    Raises:
        InputError: U120, U329 about the records, all named; and what `register_copy` raises.
        RefusedError: U159 the actor's roles do not allow it.
    """
    permit(workspace, actor, Act.EXPORT)
    with Session(workspace.engine) as session, session.begin():
        copy = register_copy(workspace, session, _named(session, names), what, actor=actor)
    workspace.archive.ledger.publish()
    return show_copy(workspace, copy)


def destroy_copy(
    workspace: Workspace, copy: str, *, method: str, actor: str, witness: Witness, authority: str = ""
) -> Copy:
    """Enter that a copy was destroyed; one person did it, another one watched and signs.

    Args:
        workspace: the open workspace.
        copy: id of the copy, or the number of its medium.
        method: short word of `attesting.METHODS`, or its name in the law.
        actor: who destroyed it.
        witness: who watched.
        authority: number of the letter by which the destruction was reported (備查); needed where the copy
            stands for a shortened original.

    Raises:
        InputError: U320 no such copy, U321 it was destroyed already, U324 the method, U142 the authority;
            U154–U157 about the people.
        RefusedError: U159, U323 the people; U322 the law keeps the copy, or the method is not for its medium,
            with every reason. Nothing was changed.
    """
    chosen, authority = method_of(method), authority and checked_authority(authority)
    with Session(workspace.engine) as session, session.begin():
        rows = rows_of(session, copy)
        if all(row.state == GONE for row in rows):
            raise InputError("U321", copy=rows[0].id, at=rows[0].destroyed_at)
        subject: dict[str, JsonValue] = {"copy": rows[0].id, "method": chosen.value}
        attested = attest(workspace, subject, actor=actor, act=Act.EXPORT, witness=witness)
        reasons = refused_method(workspace, rows[0].id, Medium(rows[0].medium), chosen)
        reasons += tuple(_kept_by_law(workspace, session, rows, reported=bool(authority)))
        if reasons:
            raise RefusedError("U322", reasons, copy=rows[0].id)
        batches = _batches(session, rows)
        common: Event = {
            "event": "copy_destroyed",
            "actor": actor,
            **subject,
            "people": list(attested.people),
            "statement_sha256": attested.sha256,
            **({"authority": authority} if authority else {}),
        }
        events = [{**common, "record": row.record, **batches.get(row.record, {})} for row in rows]
        at = workspace.archive.ledger.append(session, events).at
        for row in rows:
            row.state, row.destroyed_at, row.method = GONE, at, chosen.value
        put_unnamed(workspace.files, attested.path, attested.note)  # after all that may refuse
        done = rows[0].id
    workspace.archive.ledger.publish()
    return show_copy(workspace, done)


def _checked(session: Session, what: Description) -> Description:
    """Return a description that can be registered, its medium filled in."""
    if what.kind not in _MEDIA:
        raise InputError("U325", got=what.kind, expected=", ".join(KINDS))
    if what.medium and what.medium not in {medium.value for medium in Medium}:
        raise InputError("U326", got=what.medium, expected=", ".join(medium.value for medium in Medium))
    if what.holder:
        check_id(what.holder)
    if (what.number or what.kind == DISC) and not _NUMBER.fullmatch(what.number):
        raise InputError("U327", got=what.number)
    taken = select(CopyRow.id).where(CopyRow.medium_no == what.number, CopyRow.state == KEPT)
    if what.number and (other := session.exec(taken.limit(1)).first()):
        raise InputError("U328", number=what.number, copy=other)
    return replace(what, medium=what.medium or _MEDIA[what.kind].value)


def _named(session: Session, names: Sequence[str]) -> list[RecordRow]:
    """Return records, destroyed ones too: a copy that turns up late is followed like the others."""
    found: dict[str, RecordRow] = {}
    problems: list[Detail] = []
    for name in names:
        try:
            row = find_record(session, name)
            found[row.id] = row
        except InputError as error:
            problems.append(Detail(error.code, error.facts))
    if problems or not found:
        raise InputError("U329", problems)
    return list(found.values())


def _kept_by_law(
    workspace: Workspace, session: Session, rows: Sequence[CopyRow], *, reported: bool
) -> Iterable[Reason]:
    """Yield why a copy must stay: it stands for an original whose term was shortened."""
    records = [row for row in (session.get(RecordRow, row.record) for row in rows) if row is not None]
    today = workspace.today()
    for record, original in originals_of(workspace, session, records).items():
        if not original.shortened:
            continue
        facts = {"record": record}
        if original.full_term is None:
            yield Reason("R241", "銷毀辦法 §7 III", facts)
        elif today < original.full_term:
            days = {"due": original.full_term.isoformat(), "today": today.isoformat()}
            yield Reason("R240", "銷毀辦法 §7 III", facts | days)
        if not reported:
            yield Reason("R242", "銷毀辦法 §7 III", facts)


def _batches(session: Session, rows: Sequence[CopyRow]) -> dict[str, dict[str, JsonValue]]:
    """Name the batch with which each original went."""
    found: dict[str, dict[str, JsonValue]] = {}
    records = [row.record for row in rows]
    for start in range(0, len(records), AT_ONCE):
        gone = col(RecordRow.id) == BatchItemRow.record, RecordRow.state == DESTROYED
        some = col(BatchItemRow.record).in_(records[start : start + AT_ONCE])
        query = select(BatchItemRow.record, BatchItemRow.batch).join(RecordRow, gone[0]).where(gone[1], some)
        found |= {record: {"batch": batch} for record, batch in session.exec(query)}
    return found


def _made(copy: str, row: RecordRow, due: date | None, what: Description, *, actor: str) -> Event:
    event: dict[str, JsonValue] = {
        "event": "copy_made",
        "actor": actor,
        "copy": copy,
        "record": row.id,
        "kind": what.kind,
        "medium": what.medium,
        "version": row.version,
    }
    more = {"due": due.isoformat() if due else "", "holder": what.holder, "medium_no": what.number}
    return event | {name: value for name, value in more.items() if value}
