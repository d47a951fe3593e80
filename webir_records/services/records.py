"""Look at records: list and show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from signing.canonical import JsonValue
from webir_records.archive.archive import DESTROYED
from webir_records.archive.ledger import Standing
from webir_records.model.errors import InputError
from webir_records.model.tables import HoldRow, RecordRow, VersionRow
from webir_records.services.context import OPERATOR, Workspace


@dataclass(frozen=True, slots=True)
class RecordSummary:
    """What is known of a record without opening it; no personal data.

    Attributes:
        state: `filed` or `destroyed`.
        due: first local day on which destruction is allowed; None while no period runs.
        holds: ids of open holds.
    """

    record: str
    form: str
    form_no: str
    record_class: str
    rule: str
    version: int
    state: str
    filed_at: str
    trigger: str | None
    trigger_date: date | None
    due: date | None
    holds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VersionSummary:
    """One sealed file of a record; `seq` is its ledger entry."""

    version: int
    path: str
    sealed_sha256: str
    size: int
    seq: int


@dataclass(frozen=True, slots=True)
class RecordView:
    """A record, opened. `data` and `files` are empty for a destroyed one."""

    summary: RecordSummary
    versions: tuple[VersionSummary, ...]
    data: Mapping[str, JsonValue]
    files: tuple[str, ...]


def list_records(
    workspace: Workspace, *, form: str | None = None, state: str | None = None
) -> tuple[RecordSummary, ...]:
    """Return the records by form number."""
    query = select(RecordRow).order_by(col(RecordRow.form_no))
    query = query.where(RecordRow.form == form) if form else query
    query = query.where(RecordRow.state == state) if state else query
    with Session(workspace.engine) as session:
        holds = open_holds(session)
        return tuple(summarise(row, holds.get(row.id, ())) for row in session.exec(query))


def show_record(workspace: Workspace, name: str, *, actor: str = OPERATOR) -> RecordView:
    """Open a record by its id or its form number; that it was opened goes into the ledger.

    Where the published ledger is not the database's, nothing can be entered; reading goes on, so that a
    broken workspace can be looked at.

    Raises:
        InputError: U120 there is no such record.
        FaultError: its sealed file is missing or not what the ledger says.
    """
    with Session(workspace.engine) as session:
        row = find_record(session, name)
        summary = summarise(row, open_holds(session).get(row.id, ()))
        found = session.exec(
            select(VersionRow).where(VersionRow.record == row.id).order_by(col(VersionRow.version))
        )
        versions = tuple(VersionSummary(v.version, v.path, v.sealed_sha256, v.size, v.seq) for v in found)
    if summary.state == DESTROYED:
        return RecordView(summary, versions, {}, ())
    package = workspace.archive.read(summary.record)
    if workspace.archive.ledger.standing() is Standing.AGREES:
        _record_opened(workspace, summary, actor)
    return RecordView(summary, versions, package.data, tuple(package.files))


def find_record(session: Session, name: str) -> RecordRow:
    """Return a record by id or form number.

    Raises:
        InputError: U120 there is none, or the form number belongs to several.
    """
    row = session.get(RecordRow, name)
    if row is not None:
        return row
    found = session.exec(select(RecordRow).where(RecordRow.form_no == name)).all()
    if len(found) != 1:
        raise InputError("U120", record=name)
    return found[0]


def open_holds(session: Session) -> dict[str, tuple[str, ...]]:
    """Return the ids of open holds by record."""
    holds: dict[str, tuple[str, ...]] = {}
    for row in session.exec(
        select(HoldRow).where(col(HoldRow.released).is_(False)).order_by(col(HoldRow.id))
    ):
        holds[row.record] = (*holds.get(row.record, ()), row.id)
    return holds


def summarise(row: RecordRow, holds: tuple[str, ...]) -> RecordSummary:
    """Return the facts of a row as a plain value."""
    return RecordSummary(
        record=row.id,
        form=row.form,
        form_no=row.form_no,
        record_class=row.record_class,
        rule=row.rule,
        version=row.version,
        state=row.state,
        filed_at=row.filed_at,
        trigger=row.trigger,
        trigger_date=row.trigger_date,
        due=row.due,
        holds=holds,
    )


def _record_opened(workspace: Workspace, summary: RecordSummary, actor: str) -> None:
    workspace.archive.record_act(
        {"event": "opened", "actor": actor, "record": summary.record, "version": summary.version}
    )
