"""Which records are meant: named one by one, or by account, unit, form, file and period."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from webir_records.archive.rows import FILED
from webir_records.model.errors import InputError
from webir_records.model.tables import RecordFileRow, RecordRow, UnitRow
from webir_records.services.context import Workspace, utc_text
from webir_records.services.issuing import lookup, unit_id
from webir_records.services.records import find_record


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordQuery:
    """Which records are meant; every part that is given must hold.

    Attributes:
        records: record ids or form numbers.
        account: the account itself; it is looked up by its keyed HMAC and kept nowhere.
        unit: id or name of the business unit.
        form: form id.
        file: number of the file.
        record_class: A, B or C.
        since: first local day of filing.
        until: last local day of filing.
    """

    records: tuple[str, ...] = ()
    account: str = ""
    unit: str = ""
    form: str = ""
    file: str = ""
    record_class: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def whole_file(self) -> str:
        """The file, when nothing but the file is asked for."""
        return self.file if self == RecordQuery(file=self.file) else ""


def select_records(workspace: Workspace, session: Session, query: RecordQuery) -> Sequence[RecordRow]:
    """Return the records that are meant and were not destroyed, by form number.

    Raises:
        InputError: U120 a named record is not there; U140 a named one was destroyed; U370 nothing was asked
            for; U371 nothing was found.
    """
    if query == RecordQuery():
        raise InputError("U370")
    named = [find_record(session, name) for name in query.records]
    gone = next((row.id for row in named if row.state != FILED), None)
    if gone is not None:
        raise InputError("U140", record=gone)
    found = {row.id: row for row in named} if query.records else None
    conditions = list(_conditions(workspace, query))
    if conditions or found is None:
        asked = session.exec(
            select(RecordRow).where(RecordRow.state == FILED, *conditions).order_by(col(RecordRow.form_no))
        )
        rows = [row for row in asked if found is None or row.id in found]
    else:
        rows = sorted(found.values(), key=lambda row: row.form_no)
    if not rows:
        raise InputError("U371")
    return rows


def _conditions(workspace: Workspace, query: RecordQuery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if query.account:
        conditions.append(col(RecordRow.lookup) == lookup(workspace, query.account))
    if query.unit:
        ids = (query.unit, unit_id(workspace, query.unit))  # said by its id, or by its name
        of_unit = select(UnitRow.record).where(col(UnitRow.unit).in_(ids))
        conditions.append(col(RecordRow.id).in_(of_unit))
    if query.file:
        in_file = select(RecordFileRow.record).where(RecordFileRow.file == query.file)
        conditions.append(col(RecordRow.id).in_(in_file))
    if query.form:
        conditions.append(col(RecordRow.form) == query.form)
    if query.record_class:
        conditions.append(col(RecordRow.record_class) == query.record_class)
    if query.since:
        conditions.append(col(RecordRow.filed_at) >= _begin(workspace, query.since))
    if query.until:
        conditions.append(col(RecordRow.filed_at) < _begin(workspace, query.until + timedelta(days=1)))
    return conditions


def _begin(workspace: Workspace, day: date) -> str:
    """Return the first moment of a local day as the ledger writes it."""
    local = datetime.combine(day, time(), tzinfo=ZoneInfo(workspace.profile.timezone))
    return utc_text(local.astimezone(UTC))
