"""What the ledger says that the smaller tables must hold: people, holds, batches, loans, copies."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlmodel import SQLModel

from retention.batches import BatchState
from signing.entries import Entry, Event
from signing.shape import format_time
from webir_records.model.tables import BackupRow, BatchRow, HoldRow, IncidentRow, LoanRow, StatementRow
from webir_records.services import (
    comparing_batches,
    comparing_copies,
    comparing_opinions,
    comparing_papers,
    comparing_people,
    comparing_retention,
    comparing_terms,
)
from webir_records.services.comparing_opinions import OpinionsTold
from webir_records.services.comparing_papers import PapersTold, incident_path
from webir_records.services.comparing_spool import RecordLines
from webir_records.services.comparing_terms import TermsTold
from webir_records.services.destruction.batches import evidence_path

_STATES: Final[Mapping[Event, frozenset[str]]] = {
    Event.DESTRUCTION_STATED: frozenset(
        {BatchState.DRAFTED.value, BatchState.APPROVED.value, BatchState.COOLING.value}
    ),
    Event.DESTRUCTION_WITHDRAWN: frozenset({BatchState.WITHDRAWN.value}),
    Event.DESTRUCTION_STARTED: frozenset({BatchState.EXECUTING.value, BatchState.DESTROYED.value}),
    Event.DESTRUCTION_COMPLETED: frozenset({BatchState.CLOSED.value, BatchState.DESTROYED.value}),
}
"""In which states a batch may be after an act: what the ledger does not say, it does not forbid."""

INTACT: Final = "intact"
ELECTRONIC_DAMAGED: Final = "electronic-damaged"
_BACKUP_KINDS: Final = {"file": "keys", "escrow": "escrow"}

Key = tuple[str, ...]
Fields = dict[str, object]
"""Columns by name; a `frozenset` holds every value that is right."""


@dataclass(slots=True)
class Acts:
    """What follows from the ledger.

    Attributes:
        epoch: the newest epoch of the keys; empty as long as the first one is in use.
        rows: rows by table and key, with those columns of which the ledger speaks.
        lines: the same for tables that have a row for every record.
        opinions: questions to units and their answers.
        terms: what was set beside the rules.
        papers: digests of papers beside catalogues and certificates.
    """

    epoch: str = ""
    opinions: OpinionsTold = field(default_factory=OpinionsTold)
    terms: TermsTold = field(default_factory=TermsTold)
    papers: PapersTold = field(default_factory=PapersTold)
    rows: dict[type[SQLModel], dict[Key, Fields]] = field(
        default_factory=lambda: {table: {} for table in TABLES}
    )
    lines: dict[type[SQLModel], RecordLines] = field(
        default_factory=lambda: {table: RecordLines() for table in comparing_retention.OF_RECORDS}
    )

    def take(self, entry: Entry) -> None:
        """Take in one entry; those that leave nothing in these tables are passed over."""
        act = _ACTS.get(entry.event)
        if act is not None:
            act(self, entry)
        if entry.event in comparing_terms.EVENTS:
            self.terms.take(entry)
        if entry.event in comparing_opinions.EVENTS:
            self.opinions.take(entry, self._catalogue(entry))
        if entry.event in comparing_papers.EVENTS:
            self.papers.take(entry, self._catalogue(entry))

    def _catalogue(self, entry: Entry) -> str:
        """Return the digest of the newest catalogue of an entry's batch, or nothing."""
        batch = self.rows[BatchRow].get((entry.string("batch"),), {})
        return str(batch.get("catalogue_sha256", ""))

    def put(self, table: type[SQLModel], *key: str, **fields: object) -> None:
        """Say what a row holds from now on."""
        if table in self.lines:
            self.lines[table].add(key[0], key, fields)
        else:
            self.rows[table].setdefault(key, {}).update(fields)

    def close(self) -> None:
        """Forget what lies outside memory."""
        for lines in self.lines.values():
            lines.close()


TABLES: Final[Mapping[type[SQLModel], tuple[str, ...]]] = {
    **comparing_people.TABLES,
    HoldRow: ("id",),
    LoanRow: ("id",),
    BatchRow: ("id",),
    StatementRow: ("batch", "kind", "person"),
    BackupRow: ("id",),
    IncidentRow: ("id",),
    **comparing_batches.TABLES,
    **comparing_retention.TABLES,
    **comparing_copies.TABLES,
}
"""The tables that are compared, each with the columns of its key."""


def _epoch_turned(acts: Acts, entry: Entry) -> None:
    acts.epoch = str(entry.fields["to"])


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
        condition="",
    )


def _returned(acts: Acts, entry: Entry) -> None:
    condition = entry.string("condition")
    found = {condition, INTACT} if condition == ELECTRONIC_DAMAGED else {condition}
    told = frozenset(found)  # the paper may be intact although the sealed file is not
    acts.put(LoanRow, entry.string("loan"), returned_at=format_time(entry.at), condition=told)


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
        size=frozenset({entry.seq, entry.seq + 1}),  # a restore counts without the entry itself
        sha256=entry.string("backup_sha256"),
        expires_on=None,
        destroyed_at="",
        method="",
    )


def _workspace_backed_up(acts: Acts, entry: Entry) -> None:
    acts.put(
        BackupRow,
        entry.string("backup"),
        kind="workspace",
        size=entry.integer("size"),
        sha256=entry.string("backup_sha256"),
        expires_on=entry.day("expires_on"),
        destroyed_at="",
        method="",
    )


def _reported(acts: Acts, entry: Entry) -> None:
    incident = entry.string("incident")
    acts.put(
        IncidentRow,
        incident,
        kind=entry.string("kind"),
        on=entry.day("on"),
        sha256=entry.string("report_sha256"),
        path=incident_path(incident),
        authority=entry.string("authority"),
    )


_ACTS: Final[Mapping[Event, Callable[[Acts, Entry], None]]] = {
    **comparing_people.ACTS,
    **comparing_retention.ACTS,
    Event.LENT: _lent,
    Event.RETURNED: _returned,
    **comparing_batches.ACTS,
    Event.DESTRUCTION_STATED: _stated,
    Event.DESTRUCTION_WITHDRAWN: _moved,
    Event.DESTRUCTION_STARTED: _moved,
    Event.DESTRUCTION_COMPLETED: _completed,
    Event.EPOCH_ROTATED: _epoch_turned,
    Event.KEYS_BACKED_UP: _keys_backed_up,
    Event.WORKSPACE_BACKED_UP: _workspace_backed_up,
    Event.INCIDENT_REPORTED: _reported,
    **comparing_copies.ACTS,
}
