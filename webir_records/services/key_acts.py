"""Acts on the keys that are announced before they begin, so that the next start finishes them.

Keys, their database and the ledger lie in three places. An act is committed as a mark in the table of facts;
what it does is repeatable; its entry and the end of the mark are one transaction.
"""

from typing import Final

from sqlalchemy import Engine
from sqlmodel import Session

from signing.canonical import JsonValue, canonical_bytes
from webir_records.archive.ledger import Standing
from webir_records.archive.rewrapping import Told
from webir_records.model.errors import FaultError
from webir_records.model.tables import MetaRow
from webir_records.services.context import Workspace
from webir_records.services.own_facts import DATABASE, facts_of

KEY_ACT: Final = "key_act"
"""Row of the table of facts: the entry to come, as JSON."""
_ACTS: Final = frozenset({"epoch_rotated", "keys_restored"})
"""What may be announced: any other entry in that row was made up by somebody who writes the database."""


def announce(engine: Engine, event: dict[str, JsonValue]) -> None:
    """Commit to an act; from now on it is finished even after a crash."""
    with Session(engine) as session, session.begin():
        session.merge(MetaRow(key=KEY_ACT, value=canonical_bytes(event).decode()))


def finish_key_act(workspace: Workspace, *, told: Told | None = None) -> dict[str, JsonValue] | None:
    """Carry an announced act through and enter it into the ledger.

    Args:
        workspace: the workspace, just opened or in use.
        told: told how many keys are wrapped anew.

    Returns:
        The entry, or None when nothing was announced. Nothing is done while the published ledger is not the
        database's.

    Raises:
        FaultError: A103 something else than an act on keys was announced.
    """
    with Session(workspace.engine) as session:
        row = session.get(MetaRow, KEY_ACT)
    if row is None or workspace.archive.ledger.standing() is not Standing.AGREES:
        return None
    event = facts_of(row, {"event": str})
    if event["event"] not in _ACTS:
        raise FaultError("A103", path=DATABASE)
    if event["event"] == "epoch_rotated":
        event["rewrapped"] = _turn_epoch(workspace, str(facts_of(row, {"to": str})["to"]), told)
    with Session(workspace.engine) as session, session.begin():
        workspace.archive.ledger.append(session, [event])
        session.delete(session.get_one(MetaRow, KEY_ACT))
    workspace.archive.ledger.publish()
    return event


def _turn_epoch(workspace: Workspace, new: str, told: Told | None) -> int:
    """Return how many keys the new epoch protects."""
    keys = workspace.archive.keys
    if keys.active_epoch() != new:
        keys.rotate(new, told=told)
    return sum(status.keys for status in keys.status() if status.epoch == new)
