"""What the ledger says that the tables of batches and their steps must hold."""

from collections.abc import Callable, Mapping
from typing import Final, Protocol

from sqlmodel import SQLModel

from retention.batches import BatchState
from signing.entries import Entry, Event
from webir_records.model.tables import BatchRow, BatchStepRow
from webir_records.services.destruction import batches

TABLES: Final[Mapping[type[SQLModel], tuple[str, ...]]] = {BatchStepRow: ("batch", "step")}
"""The tables that are compared, each with the columns of its key."""


class Rows(Protocol):
    """Where it is said what a row holds."""

    rows: dict[type[SQLModel], dict[tuple[str, ...], dict[str, object]]]

    def put(self, table: type[SQLModel], *key: str, **fields: object) -> None:
        """Say what a row holds from now on."""


def drafted(acts: Rows, entry: Entry) -> None:
    """A catalogue was made: the first one drafts the batch, a later one leaves it where it stands."""
    batch = entry.string("batch")
    first = (batch,) not in acts.rows[BatchRow]
    acts.put(
        BatchRow,
        batch,
        year=entry.local_day.year,
        record_class=entry.string("class"),
        drafted_by=entry.actor,
        catalogue_sha256=entry.string("catalogue_sha256"),
        reason_code=entry.string("reason_code"),
        certificate_sha256="",
    )
    if first:
        acts.put(BatchRow, batch, state=BatchState.DRAFTED.value)
        _step(acts, entry, batches.DRAFTED, on=entry.local_day, sha256=entry.string("catalogue_sha256"))


def _asked(acts: Rows, entry: Entry) -> None:
    catalogue = acts.rows[BatchRow].get((entry.string("batch"),), {}).get("catalogue_sha256", "")
    _state(acts, entry, BatchState.OPINIONS)
    _step(acts, entry, batches.OPINIONS, on=entry.local_day, sha256=catalogue)


def _offered(acts: Rows, entry: Entry) -> None:
    _state(acts, entry, BatchState.SELECTION)
    number, digest = entry.string("office"), entry.string("list_sha256")
    _step(acts, entry, batches.OFFERED, on=entry.local_day, number=number, sha256=digest)


def _answered(acts: Rows, entry: Entry) -> None:
    _state(acts, entry, BatchState.SELECTION)
    digest = entry.string("list_sha256")
    if entry.string("office") == batches.NOBODY:  # the reason stands in its paper
        _step(acts, entry, batches.SKIPPED, on=entry.local_day, sha256=digest)
    else:
        number = entry.string("authority")
        _step(acts, entry, batches.ANSWERED, on=entry.local_day, number=number, sha256=digest)


def _submitted(acts: Rows, entry: Entry) -> None:
    _state(acts, entry, BatchState.SUBMITTED)
    number, digest = entry.string("letter"), entry.string("plan_sha256")
    _step(acts, entry, batches.SUBMITTED, on=entry.day("on"), number=number, sha256=digest)


def _approved(acts: Rows, entry: Entry) -> None:
    _state(acts, entry, BatchState.APPROVED)
    on, digest = entry.day("approved_on"), entry.string("catalogue_sha256")
    _step(acts, entry, batches.AUTHORITY, on=on, number=entry.string("number"), sha256=digest)
    if "letter_sha256" in entry.fields:
        _step(acts, entry, batches.LETTER, on=on, sha256=entry.string("letter_sha256"))


def _annotated(acts: Rows, entry: Entry) -> None:
    _state(acts, entry, BatchState.ANNOTATED)
    number, digest = entry.string("number"), entry.string("annotated_sha256")
    _step(acts, entry, batches.ANNOTATED, on=entry.day("destroyed_on"), number=number, sha256=digest)


def _resubmitted(acts: Rows, entry: Entry) -> None:
    _state(acts, entry, BatchState.ANNOTATED, BatchState.CLOSED)
    _step(acts, entry, batches.RESUBMITTED, on=entry.day("on"), number=entry.string("letter"))


def _state(acts: Rows, entry: Entry, *states: BatchState) -> None:
    acts.put(BatchRow, entry.string("batch"), state=frozenset(state.value for state in states))


def _step(acts: Rows, entry: Entry, step: str, **fields: object) -> None:
    acts.put(BatchStepRow, entry.string("batch"), step, **fields)


ACTS: Final[Mapping[Event, Callable[[Rows, Entry], None]]] = {
    Event.DESTRUCTION_DRAFTED: drafted,
    Event.OPINIONS_ASKED: _asked,
    Event.SELECTION_OFFERED: _offered,
    Event.SELECTION_ANSWERED: _answered,
    Event.DESTRUCTION_SUBMITTED: _submitted,
    Event.AUTHORITY_APPROVED: _approved,
    Event.CATALOGUE_ANNOTATED: _annotated,
    Event.CATALOGUE_RESUBMITTED: _resubmitted,
}
