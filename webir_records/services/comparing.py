"""Compare the working database with the ledger: it may not say anything that the ledger does not."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import Final

from sqlmodel import Session, col, select

from signing.entries import Event, parse_entry
from signing.errors import SigningError
from signing.merkle import Frontier, leaf_hash
from webir_records.archive.rows import FILED
from webir_records.model.tables import RecordRow
from webir_records.services.comparing_acts import Acts
from webir_records.services.comparing_records import EVENTS, RecordsTold
from webir_records.services.comparing_spool import ROWS, RecordLines
from webir_records.services.comparing_tables import (
    Beyond,
    compare_acts,
    compare_epoch,
    compare_items,
    compare_newest,
    compare_numbers,
    compare_opinions,
    compare_papers,
    compare_steps,
    compare_terms,
    compare_versions,
    version_told,
)
from webir_records.services.context import Workspace

_FILING: Final = frozenset({Event.FILED, Event.ANNOTATED})
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


@dataclass(frozen=True, slots=True)
class _Walk:
    """What one walk through the ledger told, beside the database."""

    workspace: Workspace
    session: Session
    acts: Acts
    records: RecordsTold
    versions: RecordLines


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
    with (
        Session(workspace.engine) as session,
        closing(Acts()) as acts,
        closing(RecordsTold()) as records,
        closing(RecordLines()) as versions,
    ):
        walk = _Walk(workspace, session, acts, records, versions)
        try:
            _take_all(walk)
        except SigningError:
            return  # `compare_entries` has said it
        for parts in parts_of:
            for part in parts(walk):
                yield from islice(part, _MOST)


def _deciding(walk: _Walk) -> Iterable[Iterator[Beyond]]:
    return (
        _compare_records(walk.session, walk.records),
        compare_versions(walk.session, walk.versions),
        compare_epoch(walk.workspace, walk.acts),
        *compare_acts(walk.session, walk.acts),
        compare_items(walk.workspace, walk.session),
        compare_opinions(walk.workspace, walk.session, walk.acts),
        compare_terms(walk.session, walk.acts, walk.records.due),
    )


def _others(walk: _Walk) -> Iterable[Iterator[Beyond]]:
    return (
        compare_numbers(walk.session),
        compare_papers(walk.workspace, walk.acts),
        compare_steps(walk.session),
        compare_newest(walk.workspace, walk.session),
    )


def _compare_records(session: Session, records: RecordsTold) -> Iterator[Beyond]:
    """Compare version, facts, dates, state and holds of every record."""
    yield from (("U175", {"record": record, "field": name}) for record, name in records.compare(session))


def compare_keys(workspace: Workspace) -> Iterator[Beyond]:
    """Say which records cannot be opened any more: their key is gone or broken, or that of its epoch is."""
    for epoch in workspace.archive.keys.status():
        if epoch.keys and not epoch.key_present:
            yield "U176", {"epoch": epoch.epoch, "keys": str(epoch.keys)}
    broken = workspace.archive.keys.unopenable()
    first = next(broken, None)
    if first is not None:
        yield "U178", {"count": str(1 + sum(1 for _ in broken)), "record": first[0]}
    with Session(workspace.engine) as session:
        found = _Keys(_needed(session), workspace.archive.keys.versions_in_order())
        for record, version in islice(found.strange(), _MOST):
            yield "U177", {"table": "record_key", "row": f"{record}.{version}", "field": "record"}
        for _ in found.strange():
            pass
    if found.missing:
        yield "U173", {"missing": str(found.missing), "needed": str(found.needed)}


def _needed(session: Session) -> Iterator[tuple[str, int]]:
    """Yield record and version of every living sealed file, in order."""
    filed = select(RecordRow.id, RecordRow.version).where(RecordRow.state == FILED)
    in_order = filed.order_by(col(RecordRow.id)).execution_options(yield_per=ROWS)
    for record, newest in session.exec(in_order):
        yield from ((record, version) for version in range(1, newest + 1))


@dataclass(slots=True)
class _Keys:
    """Walks through what is needed and what is kept, both in order, and counts what is missing."""

    wanted: Iterator[tuple[str, int]]
    kept: Iterator[tuple[str, int]]
    needed: int = 0
    missing: int = 0
    waiting: tuple[str, int] | None = None

    def strange(self) -> Iterator[tuple[str, int]]:
        """Yield the keys that nothing needs; what is missing is counted at the end of the walk."""
        for key in self.kept:
            while (self.waiting or self._next()) and self.waiting is not None and self.waiting < key:
                self.missing, self.waiting = self.missing + 1, None
            if self.waiting == key:
                self.waiting = None
            else:
                yield key
        while self.waiting or self._next():
            self.missing, self.waiting = self.missing + 1, None

    def _next(self) -> bool:
        self.waiting = next(self.wanted, None)
        self.needed += self.waiting is not None
        return self.waiting is not None


def _take_all(walk: _Walk) -> None:
    """Walk through the ledger once and take in what it tells."""
    for _, body in walk.workspace.archive.ledger.bodies():
        entry = parse_entry(body)
        walk.acts.take(entry)
        if entry.event in EVENTS:
            walk.records.take(entry)
        if entry.event in _FILING:
            walk.versions.add(entry.string("record"), *version_told(entry))
