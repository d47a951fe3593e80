"""What the ledger says that the tables of files, units, marks and stopped periods must hold."""

from collections.abc import Callable, Mapping
from typing import Final, Protocol

from sqlmodel import SQLModel

from signing.entries import Entry, Event
from webir_records.model.tables import FileRow, HoldRow, MarkRow, RecordFileRow, UnitRow
from webir_records.services.marks import ROWS, UNIT

TABLES: Final[Mapping[type[SQLModel], tuple[str, ...]]] = {
    FileRow: ("id",),
    RecordFileRow: ("record",),
    UnitRow: ("record",),
    MarkRow: ("record", "mark"),
}
"""The tables that are compared, each with the columns of its key."""

OF_RECORDS: Final = (RecordFileRow, UnitRow, MarkRow)
"""Those that may have a row for every record; their columns are texts and days."""


class Rows(Protocol):
    """Where it is said what a row holds."""

    def put(self, table: type[SQLModel], *key: str, **fields: object) -> None:
        """Say what a row holds from now on."""


def hold_placed(acts: Rows, entry: Entry) -> None:
    """A hold stands from now on."""
    acts.put(
        HoldRow,
        entry.string("hold"),
        record=entry.string("record"),
        authority=entry.string("authority"),
        review_on=entry.day("review_on"),
        case=entry.string("case"),
        reason_code=entry.string("reason_code"),
        file=entry.string("file"),
        placed_by=frozenset({entry.actor, ""}),  # older databases do not say
        released=False,
    )


def hold_released(acts: Rows, entry: Entry) -> None:
    """A hold does not stand any more."""
    acts.put(HoldRow, entry.string("hold"), released=True, asked_by=entry.string("asked_by"))


def _file_opened(acts: Rows, entry: Entry) -> None:
    years = entry.integer("years") if "years" in entry.fields else None
    acts.put(FileRow, entry.string("file"), years=years, disposition=entry.string("disposition"))


def _file_assigned(acts: Rows, entry: Entry) -> None:
    acts.put(RecordFileRow, entry.string("record"), file=entry.string("file"))


def _filed(acts: Rows, entry: Entry) -> None:
    if "unit" in entry.fields:
        acts.put(UnitRow, entry.string("record"), unit=entry.string("unit"))


def _marked(acts: Rows, entry: Entry) -> None:
    record, word = entry.string("record"), entry.string("mark")
    if word == UNIT:
        acts.put(UnitRow, record, unit=entry.string("reason_code"))
        return
    mark, value = row_of(word)
    acts.put(MarkRow, record, mark, value=value, authority=entry.string("authority"), on=entry.day("on"))


def row_of(word: str) -> tuple[str, str]:
    """Return column `mark` and `value` for a mark of the ledger; one that needs no value says yes."""
    return ROWS.get(word, (word, "yes"))


ACTS: Final[Mapping[Event, Callable[[Rows, Entry], None]]] = {
    Event.FILED: _filed,
    Event.HOLD_PLACED: hold_placed,
    Event.HOLD_RELEASED: hold_released,
    Event.FILE_OPENED: _file_opened,
    Event.FILE_ASSIGNED: _file_assigned,
    Event.RECORD_MARKED: _marked,
}
