"""What somebody found out about records: classified, national archive, appraised, which unit's they are.

A mark names the letter or office behind it. The guard reads them all; none of them destroys anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from sqlmodel import Session, col, select

from retention.kinds import Appraisal
from retention.sections import Act
from signing.canonical import JsonValue
from webir_records.archive.ledger import Event
from webir_records.model.errors import InputError
from webir_records.model.tables import MarkRow, UnitRow
from webir_records.services.acting import permit
from webir_records.services.context import OPERATOR, Workspace
from webir_records.services.governing import chunks
from webir_records.services.selecting import RecordQuery, select_records
from webir_records.services.settling import settle, with_their_files
from webir_records.services.texts_for_ledger import authority as checked_authority
from webir_records.services.texts_for_ledger import reason_code

UNIT: Final = "unit"
"""The mark under which the ledger names the business unit of a record; the unit is its reason code."""


class Mark(StrEnum):
    """What can be found out; the ledger's word."""

    CLASSIFIED = "classified"
    """列為機密: not destroyed before it is declassified (機密檔案管理辦法 §18)."""
    DECLASSIFIED = "declassified"
    """解密."""
    NATIONAL = "national"
    """列為國家檔案: never destroyed (銷毀辦法 §5)."""
    APPRAISED_DESTROY = "appraised-destroy"
    """屆期後鑑定: may go."""
    APPRAISED_KEEP = "appraised-keep"
    """屆期後鑑定: is kept."""


ROWS: Final[Mapping[str, tuple[str, str]]] = {
    Mark.CLASSIFIED: ("classified", "yes"),
    Mark.DECLASSIFIED: ("classified", "no"),
    Mark.NATIONAL: ("national", "yes"),
    Mark.APPRAISED_DESTROY: ("appraised", Appraisal.DESTROY.value),
    Mark.APPRAISED_KEEP: ("appraised", Appraisal.KEEP.value),
}
"""Column `mark` and `value` of the row that follows from the ledger's word; a later one replaces it."""


@dataclass(frozen=True, slots=True)
class RecordMarks:
    """What is known of one record.

    Attributes:
        classified: None when nobody said anything.
        national: it is a national archive.
        appraisal: outcome of the appraisal, None without one.
    """

    classified: bool | None = None
    national: bool = False
    appraisal: Appraisal | None = None


def mark_records(
    workspace: Workspace,
    query: RecordQuery,
    mark: str,
    *,
    authority: str,
    on: date | None = None,
    actor: str = OPERATOR,
) -> tuple[str, ...]:
    """Mark every record that is meant, or none; returns their ids.

    Args:
        workspace: the open workspace.
        query: which records.
        mark: one of `Mark`.
        authority: number of the letter, or the office, that decided it.
        on: day of the decision.
        actor: who enters it.

    Raises:
        InputError: U120, U140, U370, U371 as `select_records`; U142 the authority is not usable; U384 an
            unknown mark.
        RefusedError: U159 the actor's roles do not allow it.
    """
    permit(workspace, actor, Act.DRAFT_DESTRUCTION)
    authority = checked_authority(authority)
    if mark not in ROWS:
        raise InputError("U384", got=mark, expected=", ".join(ROWS))
    name, value = ROWS[mark]
    with Session(workspace.engine) as session, session.begin():
        records = tuple(row.id for row in select_records(workspace, session, query))
        for record in records:
            session.merge(MarkRow(record=record, mark=name, value=value, on=on, authority=authority))
        events = [_marked(record, mark, actor, authority, on) for record in records]
        events += settle(workspace, session, with_their_files(session, records), actor=actor)
        workspace.archive.ledger.append(session, events)
    workspace.archive.ledger.publish()
    return records


def assign_unit(
    workspace: Workspace, query: RecordQuery, unit: str, *, actor: str = OPERATOR
) -> tuple[str, ...]:
    """Say whose records they are, for opinions and holds; returns their ids.

    Raises:
        InputError: U120, U140, U370, U371 as `select_records`; U143 the unit is no short word.
        RefusedError: U159 the actor's roles do not allow it.
    """
    permit(workspace, actor, Act.FILE)
    unit = reason_code(unit)
    with Session(workspace.engine) as session, session.begin():
        records = tuple(row.id for row in select_records(workspace, session, query))
        for record in records:
            session.merge(UnitRow(record=record, unit=unit))
        events: list[Event] = [
            {"event": "record_marked", "actor": actor, "record": record, "mark": UNIT, "reason_code": unit}
            for record in records
        ]
        workspace.archive.ledger.append(session, events)
    workspace.archive.ledger.publish()
    return records


def marks_of(session: Session, records: Sequence[str]) -> dict[str, RecordMarks]:
    """Return what is known of each record; one without a mark has an empty answer."""
    found = {record: RecordMarks() for record in records}
    for some in chunks(records):
        for row in session.exec(select(MarkRow).where(col(MarkRow.record).in_(some))):
            found[row.record] = _with(found[row.record], row)
    return found


def _with(marks: RecordMarks, row: MarkRow) -> RecordMarks:
    match row.mark:
        case "classified":
            return replace(marks, classified=row.value == "yes")
        case "national":
            return replace(marks, national=True)
        case "appraised":
            return replace(marks, appraisal=Appraisal(row.value))
        case _:
            return marks


def _marked(record: str, mark: str, actor: str, authority: str, on: date | None) -> Event:
    event: dict[str, JsonValue] = {
        "event": "record_marked",
        "actor": actor,
        "record": record,
        "mark": mark,
        "authority": authority,
    }
    return event | ({"on": on.isoformat()} if on else {})
