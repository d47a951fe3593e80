"""Compare the working database with the ledger: it may not say anything that the ledger does not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Final

from sqlmodel import Session, col, select

from signing.entries import Entry, Event, parse_entry
from signing.errors import SigningError
from signing.merkle import Frontier, leaf_hash
from webir_records.archive.archive import DESTROYED
from webir_records.archive.rows import FILED
from webir_records.model.tables import HoldRow, RecordRow
from webir_records.services.context import Workspace

Beyond = tuple[str, Mapping[str, str]]
"""A message code with its facts: something that only the workspace can know."""

_LOOKING: Final = frozenset({Event.EXPORTED, Event.OPENED, Event.LENT, Event.RETURNED})
"""Acts that change nothing of what the tables of records and holds say."""

_MOST: Final = 20
"""Differences of one kind that are told; after so many the database is to be restored anyway."""


@dataclass(slots=True)
class _Told:
    """What the ledger tells of one record."""

    version: int = 0
    due: date | None = None
    state: str = FILED
    holds: set[str] = field(default_factory=set[str])


def compare_entries(workspace: Workspace) -> Iterator[Beyond]:
    """Recompute the ledger's root from the database's entries; a hole or a change names its place."""
    head = workspace.archive.ledger.head()
    frontier = Frontier.empty()
    for seq, body in workspace.archive.ledger.bodies():
        if seq != frontier.size:
            yield "U174", {"seq": str(frontier.size)}
            return
        frontier = frontier.append(leaf_hash(body))
    if frontier.size != head.size or frontier.root().hex() != head.root:
        yield "U174", {"seq": f"{frontier.size} / {head.size}"}


def compare_records(workspace: Workspace) -> Iterator[Beyond]:
    """Compare version, due date, state and holds of every record with what the ledger tells."""
    try:
        told = _told(workspace)
    except SigningError:
        return  # `compare_entries` has said it
    with Session(workspace.engine) as session:
        rows = {row.id: row for row in session.exec(select(RecordRow))}
        holds: dict[str, set[str]] = {}
        for hold in session.exec(select(HoldRow).where(col(HoldRow.released).is_(False))):
            holds.setdefault(hold.record, set()).add(hold.id)
        differing = (
            ("U175", {"record": record, "field": name})
            for record in sorted(told.keys() | rows.keys())
            for name in _differences(told.get(record), rows.get(record), holds.get(record, set()))
        )
        yield from islice(differing, _MOST)


def compare_keys(workspace: Workspace) -> Iterator[Beyond]:
    """Say which records cannot be opened any more: without a key, or whose epoch's key is gone."""
    for epoch in workspace.archive.keys.status():
        if epoch.keys and not epoch.key_present:
            yield "U176", {"epoch": epoch.epoch, "keys": str(epoch.keys)}
    with Session(workspace.engine) as session:
        filed = session.exec(select(RecordRow.id, RecordRow.version).where(RecordRow.state == FILED)).all()
    needed = {(record, version) for record, newest in filed for version in range(1, newest + 1)}
    missing = needed - workspace.archive.keys.all_versions()
    if missing:
        yield "U173", {"missing": str(len(missing)), "needed": str(len(needed))}


def _told(workspace: Workspace) -> dict[str, _Told]:
    told: dict[str, _Told] = {}
    for _, body in workspace.archive.ledger.bodies():
        entry = parse_entry(body)
        if "record" in entry.fields and entry.event not in _LOOKING:
            _apply(told.setdefault(entry.string("record"), _Told()), entry)
    return told


def _apply(told: _Told, entry: Entry) -> None:
    match entry.event:
        case Event.FILED | Event.ANNOTATED:
            told.version, told.due = entry.integer("version"), entry.day("due")
        case Event.DESTROYED:
            told.state = DESTROYED
        case Event.HOLD_PLACED:
            told.holds.add(entry.string("hold"))
        case Event.HOLD_RELEASED:
            told.holds.discard(entry.string("hold"))
        case _:
            pass


def _differences(told: _Told | None, row: RecordRow | None, holds: set[str]) -> Iterator[str]:
    if told is None or row is None:
        yield "record"
        return
    pairs = {
        "version": (told.version, row.version),
        "due": (told.due, row.due),
        "state": (told.state, row.state),
        "holds": (told.holds, holds),
    }
    yield from (name for name, (ledger, database) in pairs.items() if ledger != database)
