"""Bring the days in the database up to what governs them, and say so in the ledger."""

from collections.abc import Iterable, Sequence

from sqlmodel import Session, col, select

from signing.canonical import JsonValue
from webir_records.archive.ledger import Event
from webir_records.archive.rows import FILED
from webir_records.model.tables import RecordFileRow, RecordRow
from webir_records.services.context import Workspace
from webir_records.services.governing import Governing, chunks, governing


def settle(
    workspace: Workspace,
    session: Session,
    records: Sequence[str],
    *,
    actor: str,
    cause: str = "",
    afresh: bool = False,
    **facts: str,
) -> list[Event]:
    """Write what governs each record into its row; returns the entries of those that moved.

    Args:
        workspace: the open workspace.
        session: the caller's transaction; changes are flushed before anything is read.
        records: record ids.
        actor: who caused it.
        cause: why; empty names what governs now.
        afresh: let a day become earlier (a corrected date, a stored copy); only with authority.
        facts: further names of the entries: authority, reason_code, agreed_by …
    """
    session.flush()
    events: list[Event] = []
    for some in chunks(records):
        rows = session.exec(
            select(RecordRow).where(col(RecordRow.id).in_(some), RecordRow.state == FILED)
        ).all()
        found = governing(workspace, session, rows, afresh=afresh)
        for row in rows:
            governs = found[row.id]
            if governs.due != row.due:
                row.due = governs.due
                events.append(_changed(row, governs, actor, cause, facts))
    session.flush()
    return events


def with_their_files(session: Session, records: Iterable[str]) -> list[str]:
    """Return the records and all others of the files in which they lie."""
    wanted = list(dict.fromkeys(records))
    found = dict.fromkeys(wanted)
    for some in chunks(wanted):
        files = select(RecordFileRow.file).where(col(RecordFileRow.record).in_(some))
        members = select(RecordFileRow.record).where(col(RecordFileRow.file).in_(files))
        found |= dict.fromkeys(session.exec(members))
    return list(found)


def _changed(row: RecordRow, governs: Governing, actor: str, cause: str, facts: dict[str, str]) -> Event:
    event: dict[str, JsonValue] = {
        "event": "retention_changed",
        "actor": actor,
        "record": row.id,
        "cause": cause or governs.cause,
    }
    if governs.due is not None:
        event["due"] = governs.due.isoformat()
    if governs.file:
        event["file"] = governs.file
    return event | {name: value for name, value in facts.items() if value}
