"""Replay the acts of a newer ledger in the database of a backup, before anybody opens it.

What the ledger says is all there is: a record that was filed after the backup gets its row, but its key is
lost with the database that held it. What was destroyed loses its key and its rows here too.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from retention.batches import BatchState
from retention.kinds import RecordClass, StatementKind
from signing.entries import Entry, Event
from signing.shape import format_time
from webir_records.archive.archive import DESTROYED
from webir_records.archive.rows import FILED
from webir_records.model.tables import (
    BackupRow,
    BatchRow,
    CounterRow,
    IssueRow,
    LoanRow,
    RecordRow,
    StatementRow,
    UnitRow,
    VersionRow,
)
from webir_records.services.destruction.batches import evidence_path
from webir_records.services.destruction.drafting import METHOD
from webir_records.services.log_keys import LogKeys
from webir_records.services.restoring.replaying_batches import drafted_step, replay_batches, replay_items
from webir_records.services.restoring.replaying_copies import replay_copies
from webir_records.services.restoring.replaying_people import replay_people
from webir_records.services.restoring.replaying_retention import replay_retention

_BACKUP_KINDS: Final = {"file": "keys", "escrow": "escrow"}


@dataclass(slots=True)
class Replayed:
    """What the newer ledger changed.

    Attributes:
        destroyed: records that were destroyed after the backup.
        filed: versions that were filed after the backup; their keys are lost unless they are found elsewhere.
        epoch: the newest epoch, or empty when the keys were not rotated since.
    """

    destroyed: list[str] = field(default_factory=list[str])
    filed: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    epoch: str = ""


class Replay:
    """Applies entries, in order, within one transaction.

    Args:
        session: on the working database of the backup.
        epoch: the active epoch in the backup.
        vkeys: the log's keys in the backup, the newest first.
        catalogue: returns the records on a batch's catalogue, as the newer archive has it.
    """

    def __init__(
        self,
        session: Session,
        *,
        epoch: str,
        vkeys: Sequence[str],
        catalogue: Callable[[str], Sequence[str]],
    ) -> None:
        self.replayed = Replayed()
        self._session = session
        self._epoch = epoch
        self._vkeys = tuple(vkeys)
        self._catalogue = catalogue
        self._apply: Mapping[Event, Callable[[Entry], None]] = {
            Event.FILED: self._filed,
            Event.ANNOTATED: self._filed,
            Event.LENT: self._lent,
            Event.RETURNED: self._returned,
            Event.FORMS_FILLED: self._forms_filled,
            Event.DESTRUCTION_DRAFTED: self._drafted,
            Event.DESTRUCTION_STATED: self._stated,
            Event.DESTRUCTION_WITHDRAWN: self._withdrawn,
            Event.DESTRUCTION_STARTED: self._started,
            Event.DESTROYED: self._destroyed,
            Event.DESTRUCTION_COMPLETED: self._completed,
            Event.EPOCH_ROTATED: self._rotated,
            Event.LOG_KEY_ROTATED: self._log_key_rotated,
            Event.KEYS_BACKED_UP: self._keys_backed_up,
            Event.WORKSPACE_BACKED_UP: self._workspace_backed_up,
        }

    def take(self, entry: Entry) -> None:
        """Apply one entry; acts that leave nothing in the tables are passed over."""
        apply = self._apply.get(entry.event)
        if apply is not None:
            apply(entry)
        replay_retention(self._session, entry)
        replay_batches(self._session, entry)
        replay_copies(self._session, entry)
        replay_people(self._session, entry)
        self._session.flush()

    def _filed(self, entry: Entry) -> None:
        record, version = entry.string("record"), entry.integer("version")
        row = self._session.get(RecordRow, record) or RecordRow(
            id=record,
            form=entry.string("form"),
            form_no=entry.string("form_no"),
            record_class=entry.string("class"),
            profile=entry.string("profile"),
            rule=entry.string("rule"),
            version=version,
            state=FILED,
            filed_at=format_time(entry.at),
        )
        row.version = version
        row.trigger = entry.string("trigger") or None
        row.trigger_date, row.due = entry.day("trigger_date"), entry.day("due")
        self._session.add(row)
        self._session.merge(
            VersionRow(
                record=record,
                version=version,
                path=entry.string("path"),
                sealed_sha256=entry.string("sealed_sha256"),
                size=entry.integer("size"),
                seq=entry.seq,
            )
        )
        if "unit" in entry.fields:
            self._session.merge(UnitRow(record=record, unit=entry.string("unit")))
        self.replayed.filed.append((record, version))
        self._count(entry.string("form_no"))

    def _count(self, form_no: str) -> None:
        """Never give a number out again that was given out after the backup."""
        prefix, _, number = form_no.rpartition("-")
        if number.isascii() and number.isdigit():
            counter = self._counter(f"{prefix}-")
            counter.last = max(counter.last, int(number))

    def _forms_filled(self, entry: Entry) -> None:
        """Leave room for the numbers of forms that were filled and not filed: the ledger only counts them."""
        year = f"-{entry.local_day.year - 1911}-"
        for counter in self._session.exec(select(CounterRow)):
            if counter.prefix.endswith(year):
                counter.last += entry.integer("count")

    def _counter(self, prefix: str) -> CounterRow:
        counter = self._session.get(CounterRow, prefix) or CounterRow(prefix=prefix, last=0)
        self._session.add(counter)
        return counter

    def _lent(self, entry: Entry) -> None:
        self._session.merge(
            LoanRow(
                id=entry.string("loan"),
                record=entry.string("record"),
                version=entry.integer("version"),
                borrower=entry.string("borrower"),
                reason_code=entry.string("reason_code"),
                authority=entry.string("authority"),
                lent_at=format_time(entry.at),
                return_by=entry.day("return_by") or date.min,
            )
        )

    def _returned(self, entry: Entry) -> None:
        values = {"returned_at": format_time(entry.at), "condition": entry.string("condition")}
        self._session.exec(update(LoanRow).where(col(LoanRow.id) == entry.string("loan")).values(**values))

    def _drafted(self, entry: Entry) -> None:
        batch = entry.string("batch")
        row = self._session.get(BatchRow, batch) or BatchRow(
            id=batch,
            year=entry.local_day.year,
            record_class=entry.string("class"),
            state=BatchState.DRAFTED.value,
            drafted_by=entry.actor,
            catalogue_sha256="",
            reason_code=entry.string("reason_code"),
            method=METHOD.value,
        )
        row.drafted_by, row.catalogue_sha256 = entry.actor, entry.string("catalogue_sha256")
        self._session.add(row)
        drafted_step(self._session, entry)
        replay_items(self._session, batch, self._catalogue(batch))

    def _stated(self, entry: Entry) -> None:
        batch, kind, person = entry.string("batch"), entry.string("kind"), entry.string("person")
        self._session.merge(
            StatementRow(
                batch=batch,
                kind=kind,
                person=person,
                sha256=entry.string("statement_sha256"),
                path=evidence_path(batch, f"statement-{kind}-{person}.note"),
            )
        )
        row = self._session.get(BatchRow, batch)
        if row is not None and row.record_class != RecordClass.A.value:
            if kind == StatementKind.APPROVAL.value:
                self._move(entry, state=BatchState.COOLING.value)
            return
        kinds = self._session.exec(select(StatementRow.kind).where(StatementRow.batch == batch))
        if set(kinds) == {kind.value for kind in StatementKind}:  # the guard counts them again
            self._move(entry, state=BatchState.APPROVED.value)

    def _withdrawn(self, entry: Entry) -> None:
        self._move(entry, state=BatchState.WITHDRAWN.value)

    def _started(self, entry: Entry) -> None:
        self._move(entry, state=BatchState.EXECUTING.value, started_at=format_time(entry.at))

    def _completed(self, entry: Entry) -> None:
        row = self._session.get(BatchRow, entry.string("batch"))
        closes = row is None or row.record_class == RecordClass.A.value
        self._move(
            entry,
            state=(BatchState.CLOSED if closes else BatchState.DESTROYED).value,
            completed_at=format_time(entry.at),
            certificate_sha256=entry.string("certificate_sha256"),
        )

    def _move(self, entry: Entry, **values: str) -> None:
        self._session.exec(update(BatchRow).where(col(BatchRow.id) == entry.string("batch")).values(**values))

    def _destroyed(self, entry: Entry) -> None:
        record = entry.string("record")
        gone = update(RecordRow).where(col(RecordRow.id) == record).values(state=DESTROYED, lookup=None)
        self._session.exec(gone)
        self._session.exec(delete(IssueRow).where(col(IssueRow.record) == record))
        self.replayed.destroyed.append(record)

    def _rotated(self, entry: Entry) -> None:
        old, new = str(entry.fields["from"]), str(entry.fields["to"])
        self.replayed.epoch = self._epoch = new
        running = col(BatchRow.state) == BatchState.EXECUTING.value
        self._session.exec(update(BatchRow).where(running).values(epoch_before=old, epoch_after=new))

    def _log_key_rotated(self, entry: Entry) -> None:
        self._vkeys = (entry.string("to"), *self._vkeys)
        self._session.merge(LogKeys(self._vkeys, entry.seq).row())

    def _keys_backed_up(self, entry: Entry) -> None:
        kind = _BACKUP_KINDS[entry.string("kind")]
        self._backup(entry, kind, str(entry.fields["epoch"]), entry.seq)

    def _workspace_backed_up(self, entry: Entry) -> None:
        self._backup(entry, "workspace", self._epoch, entry.integer("size"))

    def _backup(self, entry: Entry, kind: str, epoch: str, size: int) -> None:
        self._session.merge(
            BackupRow(
                id=entry.string("backup"),
                kind=kind,
                epoch=epoch,
                made_at=format_time(entry.at),
                size=size,
                sha256=entry.string("backup_sha256"),
                expires_on=entry.day("expires_on"),
            )
        )
