"""What the ledger says that the smaller tables must hold: people, holds, batches, loans, copies."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlmodel import SQLModel

from retention.batches import BatchState
from signing.entries import Entry, Event
from signing.shape import format_time
from webir_records.model.tables import BackupRow, BatchRow, HoldRow, LoanRow, PersonRow, StatementRow
from webir_records.services.destruction.batches import evidence_path

_STATES: Final[Mapping[Event, frozenset[str]]] = {
    Event.DESTRUCTION_DRAFTED: frozenset({BatchState.DRAFTED.value}),
    Event.DESTRUCTION_STATED: frozenset({BatchState.DRAFTED.value, BatchState.APPROVED.value}),
    Event.DESTRUCTION_WITHDRAWN: frozenset({BatchState.WITHDRAWN.value}),
    Event.DESTRUCTION_STARTED: frozenset({BatchState.EXECUTING.value, BatchState.DESTROYED.value}),
    Event.DESTRUCTION_COMPLETED: frozenset({BatchState.CLOSED.value}),
}
"""In which states a batch may be after an act: what the ledger does not say, it does not forbid."""

_BACKUP_KINDS: Final = {"file": "keys", "escrow": "escrow"}

Key = tuple[str, ...]
Fields = dict[str, object]
"""Columns by name; a `frozenset` holds every value that is right."""


@dataclass(slots=True)
class Acts:
    """The rows that follow from the ledger, by table and key, with those columns that it speaks of."""

    rows: dict[type[SQLModel], dict[Key, Fields]] = field(
        default_factory=lambda: {table: {} for table in TABLES}
    )

    def take(self, entry: Entry) -> None:
        """Take in one entry; those that leave nothing in these tables are passed over."""
        act = _ACTS.get(entry.event)
        if act is not None:
            act(self, entry)

    def put(self, table: type[SQLModel], *key: str, **fields: object) -> None:
        """Say what a row holds from now on."""
        self.rows[table].setdefault(key, {}).update(fields)


TABLES: Final[Mapping[type[SQLModel], tuple[str, ...]]] = {
    PersonRow: ("id",),
    HoldRow: ("id",),
    LoanRow: ("id",),
    BatchRow: ("id",),
    StatementRow: ("batch", "kind", "person"),
    BackupRow: ("id",),
}
"""The tables that are compared, each with the columns of its key."""


def _person(acts: Acts, entry: Entry) -> None:
    roles = entry.fields["roles"]
    names = dict.fromkeys(map(str, roles)) if isinstance(roles, list) else ()
    acts.put(PersonRow, entry.string("person"), roles=",".join(names), vkey=entry.string("vkey"))


def _hold_placed(acts: Acts, entry: Entry) -> None:
    acts.put(
        HoldRow,
        entry.string("hold"),
        record=entry.string("record"),
        authority=entry.string("authority"),
        review_on=entry.day("review_on"),
        released=False,
    )


def _hold_released(acts: Acts, entry: Entry) -> None:
    acts.put(HoldRow, entry.string("hold"), released=True)


def _lent(acts: Acts, entry: Entry) -> None:
    acts.put(
        LoanRow,
        entry.string("loan"),
        record=entry.string("record"),
        version=entry.integer("version"),
        borrower=entry.string("borrower"),
        reason_code=entry.string("reason_code"),
        authority=entry.string("authority"),
        return_by=entry.day("return_by"),
        lent_at=format_time(entry.at),
        returned_at=None,
    )


def _returned(acts: Acts, entry: Entry) -> None:
    acts.put(LoanRow, entry.string("loan"), returned_at=format_time(entry.at))


def _drafted(acts: Acts, entry: Entry) -> None:
    acts.put(
        BatchRow,
        entry.string("batch"),
        record_class=entry.string("class"),
        drafted_by=entry.actor,
        catalogue_sha256=entry.string("catalogue_sha256"),
        reason_code=entry.string("reason_code"),
        certificate_sha256="",
    )
    _moved(acts, entry)


def _stated(acts: Acts, entry: Entry) -> None:
    batch, kind, person = entry.string("batch"), entry.string("kind"), entry.string("person")
    digest = entry.string("statement_sha256")
    path = evidence_path(batch, f"statement-{kind}-{person}.note")
    acts.put(StatementRow, batch, kind, person, sha256=digest, path=path)
    _moved(acts, entry)


def _completed(acts: Acts, entry: Entry) -> None:
    acts.put(BatchRow, entry.string("batch"), certificate_sha256=entry.string("certificate_sha256"))
    _moved(acts, entry)


def _moved(acts: Acts, entry: Entry) -> None:
    acts.put(BatchRow, entry.string("batch"), state=_STATES[entry.event])


def _keys_backed_up(acts: Acts, entry: Entry) -> None:
    acts.put(
        BackupRow,
        entry.string("backup"),
        kind=_BACKUP_KINDS[entry.string("kind")],
        epoch=str(entry.fields["epoch"]),
        sha256=entry.string("backup_sha256"),
        expires_on=None,
    )


def _workspace_backed_up(acts: Acts, entry: Entry) -> None:
    acts.put(
        BackupRow,
        entry.string("backup"),
        kind="workspace",
        sha256=entry.string("backup_sha256"),
        expires_on=entry.day("expires_on"),
    )


_ACTS: Final[Mapping[Event, Callable[[Acts, Entry], None]]] = {
    Event.PERSON_ADDED: _person,
    Event.HOLD_PLACED: _hold_placed,
    Event.HOLD_RELEASED: _hold_released,
    Event.LENT: _lent,
    Event.RETURNED: _returned,
    Event.DESTRUCTION_DRAFTED: _drafted,
    Event.DESTRUCTION_STATED: _stated,
    Event.DESTRUCTION_WITHDRAWN: _moved,
    Event.DESTRUCTION_STARTED: _moved,
    Event.DESTRUCTION_COMPLETED: _completed,
    Event.KEYS_BACKED_UP: _keys_backed_up,
    Event.WORKSPACE_BACKED_UP: _workspace_backed_up,
}
