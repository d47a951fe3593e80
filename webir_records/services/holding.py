"""Legal holds: keep a record although its period has passed; releasing one never destroys."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from retention.sections import Act
from signing.canonical import JsonValue
from webir_records.archive.archive import DESTROYED
from webir_records.model.errors import InputError
from webir_records.model.tables import HoldRow
from webir_records.services.acting import permit
from webir_records.services.context import OPERATOR, Workspace
from webir_records.services.issuing import new_id
from webir_records.services.records import find_record
from webir_records.services.texts_for_ledger import authority as checked_authority


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold: who asked for it (letter number or office), and when to look at it again."""

    hold: str
    record: str
    authority: str
    review_on: date | None
    released: bool


def place_hold(
    workspace: Workspace, record: str, *, authority: str, review_on: date | None = None, actor: str = OPERATOR
) -> Hold:
    """Place a hold on a record.

    Raises:
        InputError: U120 no such record; U140 it was destroyed already; U142 the authority is not usable.
        RefusedError: U159 the actor's roles do not allow it.
    """
    permit(workspace, actor, Act.HOLD)
    authority = checked_authority(authority)
    with Session(workspace.engine) as session, session.begin():
        row = find_record(session, record)
        if row.state == DESTROYED or not workspace.archive.keys.known([row.id]):
            raise InputError("U140", record=row.id)
        hold = HoldRow(id=new_id(workspace)[:10], record=row.id, authority=authority, review_on=review_on)
        session.add(hold)
        event: dict[str, JsonValue] = {
            "event": "hold_placed",
            "actor": actor,
            "record": row.id,
            "hold": hold.id,
            "authority": authority,
        }
        workspace.archive.ledger.append(
            session, [event | ({"review_on": review_on.isoformat()} if review_on else {})]
        )
        placed = _plain(hold)
    workspace.archive.ledger.publish()
    return placed


def release_hold(workspace: Workspace, hold: str, *, actor: str = OPERATOR) -> Hold:
    """Release a hold; other holds on the record stay.

    Raises:
        InputError: U141 there is no such open hold.
        RefusedError: U159 the actor's roles do not allow it.
    """
    permit(workspace, actor, Act.HOLD)
    with Session(workspace.engine) as session, session.begin():
        row = session.get(HoldRow, hold)
        if row is None or row.released:
            raise InputError("U141", hold=hold)
        row.released = True
        workspace.archive.ledger.append(
            session, [{"event": "hold_released", "actor": actor, "record": row.record, "hold": row.id}]
        )
        released = _plain(row)
    workspace.archive.ledger.publish()
    return released


def list_holds(workspace: Workspace) -> tuple[Hold, ...]:
    """Return every hold, open ones first."""
    with Session(workspace.engine) as session:
        rows = session.exec(select(HoldRow).order_by(col(HoldRow.released), col(HoldRow.id)))
        return tuple(_plain(row) for row in rows)


def _plain(row: HoldRow) -> Hold:
    return Hold(row.id, row.record, row.authority, row.review_on, row.released)
