"""How far the ledger's own dates can be believed: an act under a wrong clock makes no wrong clock right.

Between two entries lies at most what the profile allows (`max_clock_lead_days`), or two people confirmed
the later day. Otherwise everything from the jump on may have been written under a clock that runs ahead.
"""

from datetime import date
from typing import Final

from sqlalchemy import text
from sqlmodel import Session

from signing.entries import Event
from webir_records.services.clock import clock_confirmed_by
from webir_records.services.context import Workspace

_JUMPS: Final = text(
    "SELECT seq, before, day FROM (SELECT seq, day, LAG(day) OVER (ORDER BY seq) AS before FROM ("
    'SELECT seq, substr(CAST(body AS TEXT), instr(body, CAST(\'"at":"\' AS BLOB)) + 6, 10) AS day'
    " FROM entry)) WHERE julianday(day) - julianday(before) > :days ORDER BY seq"
)
_CONFIRMED: Final = text(
    "SELECT seq, CAST(body AS TEXT) FROM entry WHERE instr(body, CAST(:event AS BLOB)) ORDER BY seq"
)
_PEOPLE: Final = 2


def trusted_until(workspace: Workspace, session: Session, days: int) -> date | None:
    """Return the day of the last entry before the first jump that nobody confirmed; None without one.

    Args:
        workspace: the open workspace.
        session: the transaction in which the decision is taken.
        days: longest gap between two entries that needs no confirmation.
    """
    for seq, before, day in session.connection().execute(_JUMPS, {"days": days}):
        if not _confirmed_after(workspace, session, seq, date.fromisoformat(day)):
            return date.fromisoformat(before)
    return None


def _confirmed_after(workspace: Workspace, session: Session, seq: int, day: date) -> bool:
    """Say whether two people confirmed this day or a later one, at or after a position of the ledger."""
    event = {"event": f'"event":"{Event.CLOCK_CONFIRMED.value}"'}
    for position, body in session.connection().execute(_CONFIRMED, event):
        confirmed = date.fromisoformat(body.partition('"today":"')[2][:10])
        if position < seq or confirmed < day:
            continue
        if len(set(clock_confirmed_by(workspace, session, confirmed))) >= _PEOPLE:
            return True
    return False
