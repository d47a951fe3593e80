"""Compare later first days and stopped periods, which were set beside the rule, with the ledger."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sqlmodel import Session, select

from signing.entries import Entry, Event
from webir_records.model.tables import OpinionItemRow, RetentionRow
from webir_records.services.comparing_opinions import Wrong, extended_until
from webir_records.services.destruction.batches import UNIT_EXTENSION, UNIT_NEEDS_IT
from webir_records.services.governing import STOPPED

EVENTS: Final = frozenset({Event.RETENTION_CHANGED, Event.ANNOTATED})
"""Entries of which `TermsTold` takes note."""
_Key = tuple[str, str]


@dataclass(slots=True)
class _Later:
    """What entries of one record and cause say; `own` when no file can have caused them."""

    batches: set[str] = field(default_factory=set[str])
    own: bool = False


@dataclass(slots=True)
class TermsTold:
    """What the ledger tells of terms that were set beside the rule."""

    _stopped: dict[_Key, dict[str, object]] = field(default_factory=dict[_Key, dict[str, object]])
    _later: dict[_Key, _Later] = field(default_factory=dict[_Key, _Later])

    def take(self, entry: Entry) -> None:
        """Take in one of `EVENTS`."""
        record, cause = entry.string("record"), entry.string("cause")
        if entry.event is Event.ANNOTATED:  # a new date ends what stopped the period
            for stop in STOPPED:
                self._stopped.pop((record, stop), None)
        elif cause in STOPPED:
            facts = {name: entry.string(name) for name in ("reason_code", "authority", "batch")}
            self._stopped[record, cause] = {"due": None, **facts}
        elif "due" in entry.fields:
            later = self._later.setdefault((record, cause), _Later())
            later.batches.add(entry.string("batch"))
            later.own |= cause == UNIT_EXTENSION and "file" not in entry.fields

    def compare(
        self, session: Session, days: Callable[[str], date | None], *, replayed: bool
    ) -> Iterator[Wrong]:
        """Compare the table with the ledger and with the answers of units.

        Args:
            session: on the working database.
            days: returns the newest first day that the ledger gives to a record.
            replayed: the database was restored: the ledger did not name every answer.
        """
        rows = {(row.record, row.cause): row for row in session.exec(select(RetentionRow))}
        answers = extended_until(session)
        wanted = {(record, UNIT_EXTENSION) for record in answers}
        wanted |= {key for key, later in self._later.items() if later.own}
        for key in sorted({*rows, *self._stopped, *wanted}):
            row = rows.get(key)
            if row is None:
                yield RetentionRow, " ".join(key), "row"
            elif key[1] in STOPPED:
                yield from self._stop_wrong(key, row)
            else:
                said = answers.get(key[0], ()) if key[1] == UNIT_EXTENSION else ()
                names = self._later_wrong(key, row, said, days(key[0]), replayed=replayed)
                yield from ((RetentionRow, " ".join(key), name) for name in names)

    def _stop_wrong(self, key: _Key, row: RetentionRow) -> Iterator[Wrong]:
        told = self._stopped.get(key)
        if told is None:
            yield RetentionRow, " ".join(key), "row"
            return
        for name, value in told.items():
            if getattr(row, name) != value:
                yield RetentionRow, " ".join(key), name

    def _later_wrong(
        self,
        key: _Key,
        row: RetentionRow,
        said: Sequence[OpinionItemRow],
        day: date | None,
        *,
        replayed: bool,
    ) -> Iterator[str]:
        """Yield the columns that cannot be: a day before an answer, or after what the ledger gives."""
        later = self._later.get(key)
        if later is None and not said:
            yield "row"
            return
        least = max((line.until for line in said if line.until), default=None)
        beyond = row.due is None or (day is not None and row.due > day)
        before = row.due is not None and least is not None and row.due < least
        if beyond or before or (least is not None and not replayed and row.due != least):
            yield "due"
        if row.batch not in (later.batches if later else set()) | {line.batch for line in said}:
            yield "batch"
        if key[1] == UNIT_EXTENSION and row.reason_code not in {UNIT_NEEDS_IT, *([""] if replayed else [])}:
            yield "reason_code"
        if key[1] == UNIT_EXTENSION and row.authority:
            yield "authority"
