"""Compare the table of records with what the ledger tells of each, part by part."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlalchemy import Row
from sqlmodel import Session, SQLModel, col, select

from signing.entries import Entry, Event
from signing.shape import format_time
from webir_records.archive.archive import DESTROYED
from webir_records.archive.rows import FILED
from webir_records.model.tables import HoldRow
from webir_records.services.comparing_spool import KEY_LENGTH, ROWS, Line, RecordLines
from webir_records.services.governing import STOPPED

EVENTS: Final = frozenset(
    {
        Event.FILED,
        Event.ANNOTATED,
        Event.DESTROYED,
        Event.HOLD_PLACED,
        Event.HOLD_RELEASED,
        Event.RETENTION_CHANGED,
    }
)
"""Acts that change what the tables of records and holds say."""

_FACTS: Final = ("form", "form_no", "class", "profile", "rule", "trigger")
"""Columns of a record that the entry of its newest version names alike."""

_NAMES: Final = (*_FACTS, "version", "due", "trigger_date", "cause", "hold")
_RECORD: Final = SQLModel.metadata.tables["record"]
_IN_ORDER: Final = _RECORD.select().order_by(_RECORD.c.id).execution_options(yield_per=ROWS)


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

    def take(self, event: str, at: str, fields: Mapping[str, Any]) -> None:
        """Follow one of `EVENTS`."""
        match Event(event):
            case Event.FILED | Event.ANNOTATED:
                self.version, self.due = fields["version"], _day(fields.get("due"))
                self.filed_at = self.filed_at or at
                self.trigger_date = _day(fields.get("trigger_date"))
                self.facts = tuple(fields.get(name, "") for name in _FACTS)
            case Event.DESTROYED:
                self.state = DESTROYED
            case Event.RETENTION_CHANGED:
                self.due = _day(fields.get("due"))
                if fields["cause"] in STOPPED:
                    self.trigger_date, self.facts = None, (*self.facts[:-1], "")
            case Event.HOLD_PLACED:
                self.holds.add(fields["hold"])
            case _:
                self.holds.discard(fields["hold"])


class RecordsTold:
    """What the ledger tells of all records."""

    def __init__(self) -> None:
        self._lines = RecordLines()
        self._kept: tuple[str, dict[str, _Told]] = ("", {})

    def take(self, entry: Entry) -> None:
        """Take in one of `EVENTS`."""
        fields = {name: entry.fields[name] for name in _NAMES if name in entry.fields}
        self._lines.add(entry.string("record"), entry.event.value, format_time(entry.at), fields)

    def due(self, record: str) -> date | None:
        """Return the newest first day of a record; ask in the order of records, so that little is read."""
        key = record[:KEY_LENGTH]
        if self._kept[0] != key:
            self._kept = (key, _followed(self._lines.part(key)))
        told = self._kept[1].get(record)
        return told.due if told else None

    def compare(self, session: Session) -> Iterator[tuple[str, str]]:
        """Yield record and field wherever the table says something else of version, facts, dates or state."""
        holds: dict[str, set[str]] = {}
        for hold in session.exec(select(HoldRow).where(col(HoldRow.released).is_(False))):
            holds.setdefault(hold.record, set()).add(hold.id)
        stored = session.connection().execute(_IN_ORDER)
        for _, lines, found in self._lines.beside(stored):
            told = _followed(lines)
            rows = {row.id: row for row in found}
            for record in sorted(told.keys() | rows.keys()):
                differing = _differences(told.get(record), rows.get(record), holds.get(record, set()))
                yield from ((record, name) for name in differing)

    def close(self) -> None:
        """Forget everything."""
        self._lines.close()


def _followed(lines: list[Line]) -> dict[str, _Told]:
    told: dict[str, _Told] = {}
    for record, event, at, fields in lines:
        told.setdefault(record, _Told()).take(event, at, fields)
    return told


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _differences(told: _Told | None, row: Row[Any] | None, holds: set[str]) -> Iterator[str]:
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


def _facts(row: Row[Any]) -> tuple[str, ...]:
    return row.form, row.form_no, row.record_class, row.profile, row.rule, row.trigger or ""
