"""Tables of the working database (`state/webir.db`) and of the key store (`state/keys.db`).

No column holds personal data in the clear. A record is found by its account through a keyed HMAC,
which is purged with the record. The two databases are separate files with separate backup cycles:
a backup of the first never brings a destroyed key back.
"""

import re
from datetime import date
from typing import Final

from sqlalchemy import Index, Table
from sqlalchemy.orm import declared_attr
from sqlmodel import Field, SQLModel

SCHEMA_VERSION: Final = 3


class _Row(SQLModel):
    """Base of all tables: `BatchItemRow` becomes `batch_item`."""

    @declared_attr.directive
    @classmethod
    def __tablename__(cls) -> str:  # pyright: ignore[reportIncompatibleVariableOverride] - as SQLModel itself does
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__.removesuffix("Row")).lower()


class RecordRow(_Row, table=True):
    """One record: a paper that was filed, in its newest version."""

    id: str = Field(primary_key=True)
    form: str = Field(index=True)
    form_no: str = Field(index=True)
    record_class: str
    profile: str
    rule: str
    version: int
    state: str  # RecordStatus
    filed_at: str  # UTC, as in the ledger
    trigger: str | None = None
    trigger_date: date | None = None
    due: date | None = None  # first local day on which destruction is allowed
    lookup: bytes | None = Field(default=None, index=True)  # HMAC-SHA-256 of the account, 32 bytes

    __table_args__ = (Index("ix_record_in_order_of_due", "state", "due", "form_no", "id"),)


class VersionRow(_Row, table=True):
    """One sealed file: a version of a record."""

    record: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    path: str
    sealed_sha256: str  # hex
    size: int  # bytes
    seq: int  # ledger entry that names it


class EntryRow(_Row, table=True):
    """One ledger entry, exactly the bytes that are hashed."""

    seq: int = Field(primary_key=True)
    body: bytes


class PublicationRow(_Row, table=True):
    """One committed step of the ledger: entries [first, next) under a signed checkpoint.

    `manifest` holds the bytes to publish, so that a broken run publishes the very same ones.
    """

    seq: int = Field(primary_key=True)  # also the manifest's number
    first: int
    next: int = Field(index=True)
    path: str
    manifest: bytes
    manifest_sha256: str
    checkpoint: bytes
    frontier: bytes
    published: bool = Field(default=False, index=True)


class PendingRow(_Row, table=True):
    """A sealed file that is being written; without an entry after a crash it is a leftover."""

    path: str = Field(primary_key=True)
    record: str
    version: int


class IssueRow(_Row, table=True):
    """A form number and record id given out for one row of data, found again by a keyed HMAC of the row."""

    data_mac: bytes = Field(primary_key=True)  # 32 bytes
    form: str
    record: str = Field(unique=True)
    form_no: str = Field(index=True)


class CounterRow(_Row, table=True):
    """The last running number given out under a prefix; a number is never given out twice."""

    prefix: str = Field(primary_key=True)
    last: int


class PersonRow(_Row, table=True):
    """Somebody who acts: an opaque id, roles, and the verifier key of the personal signing key."""

    id: str = Field(primary_key=True)
    roles: str  # comma-separated role keys of the profile
    vkey: str


class HoldRow(_Row, table=True):
    """A reason to keep a record although its period has passed."""

    id: str = Field(primary_key=True)
    record: str = Field(index=True)
    authority: str
    review_on: date | None = None
    released: bool = Field(default=False, index=True)
    case: str = Field(default="", index=True)  # opaque id of the case
    reason_code: str = ""
    file: str = Field(default="", index=True)  # placed over a whole file
    asked_by: str = ""  # who asked for its release
    placed_by: str = ""


class BatchRow(_Row, table=True):
    """One destruction batch."""

    id: str = Field(primary_key=True)
    year: int
    record_class: str
    state: str  # retention.batches.BatchState
    drafted_by: str
    catalogue_sha256: str
    reason_code: str = ""
    epoch_before: str = ""
    epoch_after: str = ""
    method: str = ""
    place: str = ""
    started_at: str = ""  # UTC
    completed_at: str = ""
    certificate_sha256: str = ""


class BatchItemRow(_Row, table=True):
    """A record on the catalogue of a batch."""

    batch: str = Field(primary_key=True)
    record: str = Field(primary_key=True, index=True)


class StatementRow(_Row, table=True):
    """A signed statement of a person about a batch; the note itself lies in the archive."""

    batch: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    sha256: str
    path: str


class LoanRow(_Row, table=True):
    """A record that was lent: who has it, why, and until when; no names, only opaque ids."""

    id: str = Field(primary_key=True)
    record: str = Field(index=True)
    version: int
    borrower: str  # opaque id of a person
    reason_code: str
    authority: str = ""  # number of the letter that asked for it
    lent_at: str  # UTC
    return_by: date = Field(index=True)
    returned_at: str | None = Field(default=None, index=True)  # UTC
    condition: str = ""  # how it came back


class BackupRow(_Row, table=True):
    """A copy that was made of the keys or of the workspace, so that its end can be followed too."""

    id: str = Field(primary_key=True)
    kind: str = Field(index=True)  # "keys", "escrow" or "workspace"
    epoch: str = Field(index=True)  # the active one when it was made
    made_at: str  # UTC
    size: int  # ledger entries when it was made
    sha256: str = ""  # hex, of the backup file; none for a sheet of paper
    expires_on: date | None = None
    destroyed_at: str = ""  # UTC, when two people said so
    method: str = ""


class FileRow(_Row, table=True):
    """A file (案卷): papers that are kept and destroyed together, under the longest of their terms."""

    id: str = Field(primary_key=True)  # 年度號/分類號/案次號
    title: str  # 案名, names nobody
    summary: str = ""  # 案情摘要, names nobody
    producer: str = ""  # 檔案產生者
    volumes: int = 1  # 卷數
    years: int | None = None  # term of the agency's schedule
    disposition: str = ""  # 清理處置 of the agency's schedule


class RecordFileRow(_Row, table=True):
    """Which file a record lies in."""

    record: str = Field(primary_key=True)
    file: str = Field(index=True)


class UnitRow(_Row, table=True):
    """The business unit whose record it is, for opinions and holds."""

    record: str = Field(primary_key=True)
    unit: str = Field(index=True)  # opaque id of the unit


class MarkRow(_Row, table=True):
    """What somebody found out about a record: classified, national archive, appraised or selected."""

    record: str = Field(primary_key=True)
    mark: str = Field(primary_key=True)
    value: str
    on: date | None = None
    authority: str = ""


class RetentionRow(_Row, table=True):
    """A later first day of destruction that somebody set, beside what the rule says."""

    record: str = Field(primary_key=True)
    cause: str = Field(primary_key=True)
    due: date | None = None  # None: no period runs
    reason_code: str = ""
    authority: str = ""
    batch: str = ""


class OpinionRow(_Row, table=True):
    """A unit that was asked about a batch, and what became of the question."""

    batch: str = Field(primary_key=True)
    unit: str = Field(primary_key=True)
    state: str  # "asked" or "answered"
    sheet_sha256: str = ""  # hex, of the sheet that came back
    path: str = ""


class OpinionItemRow(_Row, table=True):
    """What a unit said about one record of a batch."""

    batch: str = Field(primary_key=True)
    record: str = Field(primary_key=True, index=True)
    unit: str
    opinion: str  # retention.kinds.Opinion
    until: date | None = None
    reason_code: str = ""


class BatchStepRow(_Row, table=True):
    """One step of a batch with the paper that it made or rests on."""

    batch: str = Field(primary_key=True)
    step: str = Field(primary_key=True)
    on: date | None = None
    number: str = ""
    sha256: str = ""
    path: str = ""


class CopyRow(_Row, table=True):
    """A copy of a record outside the archive: an export, a disc, a print."""

    id: str = Field(primary_key=True)
    record: str = Field(primary_key=True, index=True)
    kind: str  # "bag", "export", "disc", "print"
    medium: str
    made_at: str  # UTC
    holder: str = ""  # opaque id
    medium_no: str = ""
    due: date | None = Field(default=None, index=True)
    state: str = Field(default="kept", index=True)  # "kept" or "destroyed"
    destroyed_at: str = ""
    method: str = ""


class IncidentRow(_Row, table=True):
    """A report on an emergency, loss, damage or an unlawful destruction."""

    id: str = Field(primary_key=True)
    kind: str = Field(index=True)
    on: date
    sha256: str
    path: str
    authority: str = ""


class PersonKeyRow(_Row, table=True):
    """A key of a person of whom a key was retired: old statements stand, retired keys sign nothing new."""

    person: str = Field(primary_key=True)
    vkey: str = Field(primary_key=True)
    state: str  # "active", "revoked", "replaced" or "left"
    since: str  # UTC; empty: since the person was added
    until: str = ""  # UTC, when it was retired


class PersonStateRow(_Row, table=True):
    """Somebody who left and may not sign any more."""

    person: str = Field(primary_key=True)
    left_at: str  # UTC


class MetaRow(_Row, table=True):
    """Facts about the workspace itself."""

    key: str = Field(primary_key=True)
    value: str


class RecordKeyRow(_Row, table=True):
    """The key of one sealed file, wrapped under the key-encryption key of an epoch (RFC 3394)."""

    record: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    epoch: str = Field(index=True)
    wrapped: bytes  # 40 bytes


class EpochRow(_Row, table=True):
    """An epoch of the key store."""

    id: str = Field(primary_key=True)
    state: str  # "active" or "destroyed"


KEY_TABLES: Final[list[Table]] = [SQLModel.metadata.tables[name] for name in ("record_key", "epoch")]
WORK_TABLES: Final[list[Table]] = [
    table for table in SQLModel.metadata.sorted_tables if table not in KEY_TABLES
]
