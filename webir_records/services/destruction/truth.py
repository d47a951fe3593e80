"""What the ledger itself says of holds, destroyed records and batches: no table alone decides a destruction.

Entries are found by their bytes inside the database, without parsing the others: a million entries take
about a second. A reading can be continued, so that an execution looks only at what was added since.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlalchemy import text
from sqlmodel import Session

from retention.reasons import Reason
from signing.entries import Event
from webir_records.archive.archive import DESTROYED
from webir_records.archive.ledger import Standing
from webir_records.model.errors import Detail, FaultError
from webir_records.model.tables import RecordRow
from webir_records.services.comparing import compare_deciding, compare_entries
from webir_records.services.context import Workspace
from webir_records.services.verifying import remembered

_TOLD: Final = (
    Event.HOLD_PLACED,
    Event.HOLD_RELEASED,
    Event.DESTROYED,
    Event.RETENTION_CHANGED,
    Event.AUTHORITY_APPROVED,
    Event.DESTRUCTION_DRAFTED,
)
_CONDITION: Final = " OR ".join(f'instr(body, CAST(\'"event":"{event.value}"\' AS BLOB))' for event in _TOLD)
_SOME: Final = text(f"SELECT seq, body FROM entry WHERE seq >= :start AND ({_CONDITION}) ORDER BY seq")  # noqa: S608 - constants alone
_SIZE: Final = text("SELECT coalesce(max(seq) + 1, 0) FROM entry")
_CLAUSE: Final = "檔案法 §24"


@dataclass(frozen=True, slots=True)
class Approved:
    """What the ledger says of the archive authority's approval of a batch."""

    number: str
    on: date
    catalogue_sha256: str


@dataclass(slots=True)
class BatchTruth:
    """What the ledger says of one batch: everybody who drafted, the newest catalogue, the approval."""

    drafters: set[str] = field(default_factory=set[str])
    catalogue_sha256: str = ""
    authority: Approved | None = None


@dataclass(slots=True)
class LedgerTruth:
    """What the ledger says, as far as it was read.

    Attributes:
        size: entries that were read.
        holds: open holds by record.
        destroyed: records with a `destroyed` entry.
        due: by record, position and day of the newest `retention_changed` entry; None = no period runs.
        batches: by batch.
    """

    size: int = 0
    holds: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    destroyed: set[str] = field(default_factory=set[str])
    due: dict[str, tuple[int, date | None]] = field(default_factory=dict[str, tuple[int, date | None]])
    batches: dict[str, BatchTruth] = field(default_factory=dict[str, BatchTruth])

    def read_on(self, session: Session) -> None:
        """Take in what was added since the last reading."""
        connection = session.connection()
        size = connection.execute(_SIZE).scalar_one()
        for seq, body in connection.execute(_SOME, {"start": self.size}):
            self._take(seq, json.loads(body))
        self.size = size

    def batch(self, batch: str) -> BatchTruth:
        """Return what the ledger says of a batch; nothing of one that it does not know."""
        return self.batches.get(batch) or BatchTruth()

    def differences(self, row: RecordRow, holds: Sequence[str]) -> Iterator[Reason]:
        """Yield a reason for each thing that the database leaves out or makes up about a record."""
        if (row.state == DESTROYED) is not (row.id in self.destroyed):
            yield _differs(row.id, "state")
        if not self.holds.get(row.id, set()).issubset(holds):
            yield _differs(row.id, "holds")

    def later_due(self, record: str, filed: int, due: date | None) -> date | None:
        """Return the later of a day and the one that the ledger names last; one that is unknown stays so.

        Args:
            record: record id.
            filed: position of the entry of its newest version; only what was changed after it counts.
            due: the day that the database gives.
        """
        seq, told = self.due.get(record, (-1, None))
        if seq < filed or due is None:
            return due
        return None if told is None else max(told, due)

    def _take(self, seq: int, entry: Mapping[str, Any]) -> None:
        match entry["event"]:
            case "hold_placed":
                self.holds.setdefault(entry["record"], set()).add(entry["hold"])
            case "hold_released":
                self.holds.get(entry["record"], set()).discard(entry["hold"])
            case "destroyed":
                self.destroyed.add(entry["record"])
            case "retention_changed":
                self.due[entry["record"]] = (seq, _day(entry.get("due")))
            case _:
                self._take_batch(entry)

    def _take_batch(self, entry: Mapping[str, Any]) -> None:
        batch = self.batches.setdefault(entry["batch"], BatchTruth())
        if entry["event"] == Event.DESTRUCTION_DRAFTED:
            batch.drafters.add(entry["actor"])
            batch.catalogue_sha256 = entry["catalogue_sha256"]
        else:
            approved_on = date.fromisoformat(entry["approved_on"])
            batch.authority = Approved(entry["number"], approved_on, entry["catalogue_sha256"])


def read_truth(session: Session) -> LedgerTruth:
    """Read the whole ledger as the database holds it."""
    truth = LedgerTruth()
    truth.read_on(session)
    return truth


def require_whole_ledger(workspace: Workspace) -> None:
    """See that the entries in the database are those that were signed, and none was forgotten.

    Read once before keys are destroyed. Whoever puts back an older archive with its database takes holds and
    withdrawals back as well; the checkpoint of the last verification, which lies outside both, tells.

    Raises:
        FaultError: U174 an entry is missing or changed; U428 archive and database are older than the
            checkpoint that was remembered, or of another history.
    """
    if any(workspace.archive.ledger.standing_of(one) is not Standing.AGREES for one in remembered(workspace)):
        raise FaultError("U428")
    for code, facts in compare_entries(workspace):
        raise FaultError(code, (), **facts)


def require_true_tables(workspace: Workspace) -> None:
    """See that no table says anything else than the ledger; read once before keys are destroyed.

    Raises:
        FaultError: U441 with everything that differs: a mark, a key of a person, a file's term …
    """
    found = [Detail(code, facts) for code, facts in compare_deciding(workspace)]
    if found:
        raise FaultError("U441", found)


def _differs(record: str, field_name: str) -> Reason:
    return Reason("U400", _CLAUSE, {"record": record, "field": field_name})


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
