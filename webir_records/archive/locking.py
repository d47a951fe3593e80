"""Tell the store what the ledger says about single files: when a period ends, and what is on hold.

Done when entries are published, from the entries themselves: a run that was broken before it says the
same once more, and no act has to think of it (docs/adr/0009-store-seam.md).
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from typing import Final

from sqlmodel import Session, col, select

from signing.entries import Event, parse_entry
from webir_records.archive.locks import Locks
from webir_records.model.tables import EntryRow, VersionRow

_WORKERS: Final = 16  # a bucket answers late but many at a time
_PAGE: Final = 500  # records asked for at once


def lock_entries(session: Session, locks: Locks, first: int, stop: int) -> None:
    """Lock the sealed files that the entries `first` to `stop` (not included) speak of.

    A file that is not there is passed over: that it is missing is for the verifier to say.
    """
    dues, held = _wanted(session, first, stop)
    paths = list(_paths(session, sorted(dues.keys() | held)))
    acts = [_retaining(locks, path, dues[record]) for record, path in paths if record in dues]
    acts += [_holding(locks, path) for record, path in paths if record in held]
    if acts:
        with ThreadPoolExecutor(_WORKERS) as pool:
            for _ in pool.map(_unless_missing, acts):
                pass


def _wanted(session: Session, first: int, stop: int) -> tuple[dict[str, date], set[str]]:
    """Return the last day of each record's period that is told here, and the records put on hold."""
    dues: dict[str, date] = {}
    held: set[str] = set()
    wanted = select(EntryRow.body).where(col(EntryRow.seq) >= first, col(EntryRow.seq) < stop)
    for body in session.exec(wanted.order_by(col(EntryRow.seq))):
        entry = parse_entry(body)
        if entry.event is Event.HOLD_PLACED:
            held.add(entry.string("record"))
        elif entry.event in {Event.FILED, Event.ANNOTATED}:
            due = entry.day("due")
            if due is not None:
                dues[entry.string("record")] = due
    return dues, held


def _paths(session: Session, records: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield (record, path) of every version: a period that begins holds for all of them."""
    for start in range(0, len(records), _PAGE):
        some = records[start : start + _PAGE]
        rows = session.exec(select(VersionRow).where(col(VersionRow.record).in_(some)))
        yield from ((row.record, row.path) for row in rows)


def _retaining(locks: Locks, path: str, day: date) -> Callable[[], None]:
    return lambda: locks.retain_until(path, day)


def _holding(locks: Locks, path: str) -> Callable[[], None]:
    return lambda: locks.hold(path)


def _unless_missing(act: Callable[[], None]) -> None:
    with suppress(FileNotFoundError):
        act()
