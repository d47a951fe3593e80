"""Compare the working database with the ledger: it may not say anything that the ledger does not."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Final

from sqlmodel import Session, col, select

from signing.entries import Entry, Event, parse_entry
from signing.errors import SigningError
from signing.merkle import Frontier, leaf_hash
from signing.shape import format_time
from webir_records.archive.archive import DESTROYED
from webir_records.archive.rows import FILED
from webir_records.model.tables import HoldRow, RecordRow
from webir_records.services.comparing_acts import Acts
from webir_records.services.comparing_tables import (
    Beyond,
    VersionsInOrder,
    compare_acts,
    compare_epoch,
    compare_items,
    compare_newest,
    compare_numbers,
    compare_opinions,
    compare_papers,
    compare_steps,
    compare_terms,
)
from webir_records.services.context import Workspace
from webir_records.services.governing import STOPPED

_FILING: Final = frozenset({Event.FILED, Event.ANNOTATED})
_OF_RECORDS: Final = _FILING | {
    Event.DESTROYED,
    Event.HOLD_PLACED,
    Event.HOLD_RELEASED,
    Event.RETENTION_CHANGED,
}
"""Acts that change what the tables of records and holds say."""

_FACTS: Final = ("form", "form_no", "class", "profile", "rule", "trigger")
"""Columns of a record that the entry of its newest version names alike."""

_MOST: Final = 20
"""Differences of one kind that are told; after so many the database is to be restored anyway."""


@dataclass(slots=True)
class _Steps:
    """The state after each committed step, in order; `broken` compares it with what the entries give."""

    rows: Iterator[tuple[int, bytes]]
    waiting: tuple[int, bytes] | None = None

    @classmethod
    def of(cls, workspace: Workspace) -> "_Steps":
        steps = cls(workspace.archive.ledger.states())
        steps.waiting = next(steps.rows, None)
        return steps

    def broken(self, frontier: Frontier) -> bool:
        """Tell whether the step that ends here says another state."""
        if self.waiting is None or self.waiting[0] != frontier.size:
            return False
        (_, state), self.waiting = self.waiting, next(self.rows, None)
        return state != frontier.to_bytes()


@dataclass(slots=True)
class _Told:
    """What the ledger tells of one record."""

    version: int = 0
    facts: tuple[str, ...] = ()
    filed_at: str = ""
    trigger_date: date | None = None
    due: date | None = None
    state: str = FILED
    holds: set[str] = field(default_factory=set[str])


@dataclass(frozen=True, slots=True)
class _Walk:
    """What one walk through the ledger told, beside the database."""

    workspace: Workspace
    session: Session
    acts: Acts
    told: Mapping[str, _Told]
    versions: Sequence[Beyond]

    def due(self, record: str) -> date | None:
        """Return the newest first day of a record."""
        return self.told[record].due if record in self.told else None


def compare_entries(workspace: Workspace) -> Iterator[Beyond]:
    """Recompute the ledger's root from the database's entries; a hole or a change names its place."""
    head = workspace.archive.ledger.head()
    frontier, steps = Frontier.empty(), _Steps.of(workspace)
    for seq, body in workspace.archive.ledger.bodies():
        if seq != frontier.size:
            yield "U174", {"seq": str(frontier.size)}
            return
        frontier = frontier.append(leaf_hash(body))
        if steps.broken(frontier):
            yield "U174", {"seq": str(seq)}
            return
    if frontier.size != head.size or frontier.root().hex() != head.root:
        yield "U174", {"seq": f"{frontier.size} / {head.size}"}


def compare_tables(workspace: Workspace) -> Iterator[Beyond]:
    """Compare every table with what the ledger tells, as far as it tells it."""
    return _compare(workspace, _deciding, _others)


def compare_deciding(workspace: Workspace) -> Iterator[Beyond]:
    """Compare those tables alone by which it is decided what may be destroyed."""
    return _compare(workspace, _deciding)


def _compare(
    workspace: Workspace, *parts_of: Callable[["_Walk"], Iterable[Iterator[Beyond]]]
) -> Iterator[Beyond]:
    with Session(workspace.engine) as session:
        acts = Acts()
        try:
            told, versions = _told(workspace, session, acts)
        except SigningError:
            return  # `compare_entries` has said it
        walk = _Walk(workspace, session, acts, told, versions)
        for parts in parts_of:
            for part in parts(walk):
                yield from islice(part, _MOST)


def _deciding(walk: _Walk) -> Iterable[Iterator[Beyond]]:
    return (
        _compare_records(walk.session, walk.told),
        iter(walk.versions),
        compare_epoch(walk.workspace, walk.acts),
        *compare_acts(walk.session, walk.acts),
        compare_items(walk.workspace, walk.session),
        compare_opinions(walk.workspace, walk.session, walk.acts),
        compare_terms(walk.session, walk.acts, walk.due),
    )


def _others(walk: _Walk) -> Iterable[Iterator[Beyond]]:
    return (
        compare_numbers(walk.session),
        compare_papers(walk.workspace, walk.acts),
        compare_steps(walk.session),
        compare_newest(walk.workspace, walk.session),
    )


def _compare_records(session: Session, told: Mapping[str, _Told]) -> Iterator[Beyond]:
    """Compare version, facts, dates, state and holds of every record."""
    rows = {row.id: row for row in session.exec(select(RecordRow))}
    holds: dict[str, set[str]] = {}
    for hold in session.exec(select(HoldRow).where(col(HoldRow.released).is_(False))):
        holds.setdefault(hold.record, set()).add(hold.id)
    for record in sorted(told.keys() | rows.keys()):
        for name in _differences(told.get(record), rows.get(record), holds.get(record, set())):
            yield "U175", {"record": record, "field": name}


def compare_keys(workspace: Workspace) -> Iterator[Beyond]:
    """Say which records cannot be opened any more: their key is gone or broken, or that of its epoch is."""
    for epoch in workspace.archive.keys.status():
        if epoch.keys and not epoch.key_present:
            yield "U176", {"epoch": epoch.epoch, "keys": str(epoch.keys)}
    broken = list(workspace.archive.keys.unopenable())
    if broken:
        yield "U178", {"count": str(len(broken)), "record": broken[0][0]}
    with Session(workspace.engine) as session:
        filed = session.exec(select(RecordRow.id, RecordRow.version).where(RecordRow.state == FILED)).all()
    needed = {(record, version) for record, newest in filed for version in range(1, newest + 1)}
    kept = workspace.archive.keys.all_versions()
    missing = needed - kept
    for record, version in sorted(kept - needed)[:_MOST]:
        yield "U177", {"table": "record_key", "row": f"{record}.{version}", "field": "record"}
    if missing:
        yield "U173", {"missing": str(len(missing)), "needed": str(len(needed))}


def _told(workspace: Workspace, session: Session, acts: Acts) -> tuple[dict[str, _Told], list[Beyond]]:
    """Walk through the ledger once; returns what it tells of records, and where versions differ from it."""
    told: dict[str, _Told] = {}
    versions, wrong = VersionsInOrder.of(session), list[Beyond]()
    for _, body in workspace.archive.ledger.bodies():
        entry = parse_entry(body)
        acts.take(entry)
        if entry.event in _OF_RECORDS:
            _apply(told.setdefault(entry.string("record"), _Told()), entry)
        if entry.event in _FILING:
            wrong += versions.take(entry)
    return told, [*wrong, *versions.end()]


def _apply(told: _Told, entry: Entry) -> None:
    match entry.event:
        case Event.FILED | Event.ANNOTATED:
            told.version, told.due = entry.integer("version"), entry.day("due")
            told.filed_at = told.filed_at or format_time(entry.at)
            told.trigger_date = entry.day("trigger_date")
            told.facts = tuple(sys.intern(entry.string(name)) for name in _FACTS)
        case Event.DESTROYED:
            told.state = DESTROYED
        case Event.RETENTION_CHANGED:
            told.due = entry.day("due")
            if entry.string("cause") in STOPPED:
                told.trigger_date, told.facts = None, (*told.facts[:-1], "")
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
        "filed_at": (told.filed_at, row.filed_at),
        "trigger_date": (told.trigger_date, row.trigger_date),
        "form": (told.facts, _facts(row)),
        "state": (told.state, row.state),
        "holds": (told.holds, holds),
    }
    yield from (name for name, (ledger, database) in pairs.items() if ledger != database)


def _facts(row: RecordRow) -> tuple[str, ...]:
    return row.form, row.form_no, row.record_class, row.profile, row.rule, row.trigger or ""
