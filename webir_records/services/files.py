"""Files (案卷): papers that are kept and destroyed together.

The newest document and the longest term in a file govern all of it (施行細則 §23 III): a record that comes
into it, a later date or a longer term moves the first day of every record in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import insert
from sqlmodel import Session, col, func, select

from retention.kinds import Disposition
from retention.sections import LEGAL_TERMS, Act
from signing.canonical import JsonValue
from webir_records.archive.ledger import Event
from webir_records.model.errors import InputError
from webir_records.model.tables import FileRow, RecordFileRow, RecordRow
from webir_records.services.acting import permit
from webir_records.services.context import OPERATOR, Workspace
from webir_records.services.file_terms import FileTerm, file_terms
from webir_records.services.governing import chunks
from webir_records.services.holding import HoldTerms, add_holds, file_holds, holds_of
from webir_records.services.records import RecordSummary, summarise
from webir_records.services.selecting import RecordQuery, select_records
from webir_records.services.settling import settle
from webir_records.services.texts_for_ledger import file_number, title

_PERMANENT: Final = frozenset({Disposition.AGENCY_PERMANENT, Disposition.NATIONAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """What the agency's schedule and catalogue say of a file; nothing in it names anybody.

    Attributes:
        title: 案名.
        years: term of the agency's own schedule (檔案保存年限區分表), one of 銷毀辦法 §4's.
        disposition: 清理處置 of the same schedule; empty follows the rules of the records.
        summary: 案情摘要.
        producer: 檔案產生者.
        volumes: 卷數.
    """

    title: str
    years: int | None = None
    disposition: str = ""
    summary: str = ""
    producer: str = ""
    volumes: int = 1


@dataclass(frozen=True, slots=True)
class FileView:
    """A file with what governs it."""

    file: str
    facts: NewFile
    term: FileTerm
    records: tuple[RecordSummary, ...]
    holds: tuple[HoldTerms, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """A record whose first day changed; `before` and `after` are None while no period runs."""

    record: str
    before: date | None
    after: date | None


@dataclass(frozen=True, slots=True)
class Assigned:
    """What came into a file.

    Attributes:
        assigned: records that came into it.
        already: records that lay in it before.
        moved: every record of the file whose first day changed.
        held: holds on the file that cover the new records too.
    """

    file: str
    assigned: tuple[str, ...]
    already: tuple[str, ...]
    moved: tuple[Moved, ...]
    held: tuple[str, ...]


def open_file(workspace: Workspace, file: str, facts: NewFile, *, actor: str = OPERATOR) -> FileView:
    """Open a file.

    Raises:
        InputError: U372 the number has another shape; U373 it is open already; U375 a text names somebody;
            U376 the term or the disposition is none of the law's.
        RefusedError: U159 the actor's roles do not allow it.
    """
    permit(workspace, actor, Act.FILE)
    file, facts = file_number(file), _checked(facts)
    with Session(workspace.engine) as session, session.begin():
        if session.get(FileRow, file) is not None:
            raise InputError("U373", file=file)
        session.add(
            FileRow(
                id=file,
                title=facts.title,
                summary=facts.summary,
                producer=facts.producer,
                volumes=facts.volumes,
                years=facts.years,
                disposition=facts.disposition,
            )
        )
        workspace.archive.ledger.append(session, [_opened(file, facts, actor)])
    workspace.archive.ledger.publish()
    return show_file(workspace, file)


def assign_records(workspace: Workspace, file: str, query: RecordQuery, *, actor: str = OPERATOR) -> Assigned:
    """Put every record that is meant into a file, or none.

    Raises:
        InputError: U120, U140, U370, U371 as `select_records`; U374 there is no such file; U377 a record lies
            in another file; U378 a record is of another class than the file.
        RefusedError: U159 the actor's roles do not allow it.
    """
    permit(workspace, actor, Act.FILE)
    with Session(workspace.engine) as session, session.begin():
        file = require_file(session, file).id
        rows = select_records(workspace, session, query)
        lying = _files_of(session, [record.id for record in rows])
        new = [record for record in rows if record.id not in lying]
        _refuse(session, file, new, lying)
        already = tuple(record.id for record in rows if record.id in lying)
        assigned = tuple(record.id for record in new)
        moved, held = _put(workspace, session, file, assigned, actor) if new else ((), ())
    workspace.archive.ledger.publish()
    return Assigned(file, assigned, already, moved, held)


def show_file(workspace: Workspace, file: str) -> FileView:
    """Return a file with its records by form number.

    Raises:
        InputError: U374 there is no such file.
    """
    with Session(workspace.engine) as session:
        row = require_file(session, file)
        term = file_terms(workspace, session, [row.id])[row.id]
        query = select(RecordRow).join(RecordFileRow, col(RecordFileRow.record) == col(RecordRow.id))
        query = query.where(RecordFileRow.file == row.id).order_by(col(RecordRow.form_no))
        rows = session.exec(query).all()
        holds = holds_of(session, [found.id for found in rows])
        records = tuple(
            summarise(found, tuple(hold.hold for hold in holds.get(found.id, ()))) for found in rows
        )
        return FileView(row.id, _facts(row), term, records, file_holds(session, row.id))


def list_files(workspace: Workspace) -> tuple[FileView, ...]:
    """Return every file by its number, without its records."""
    with Session(workspace.engine) as session:
        rows = session.exec(select(FileRow).order_by(col(FileRow.id))).all()
        found: list[FileView] = []
        for some in chunks(rows):
            terms = file_terms(workspace, session, [row.id for row in some])
            found += [FileView(row.id, _facts(row), terms[row.id], (), ()) for row in some]
    return tuple(found)


def require_file(session: Session, file: str) -> FileRow:
    """Return a file.

    Raises:
        InputError: U374 there is none of this number.
    """
    row = session.get(FileRow, file.strip())
    if row is None:
        raise InputError("U374", file=file)
    return row


def _checked(facts: NewFile) -> NewFile:
    known = tuple(disposition.value for disposition in Disposition)
    if facts.disposition and facts.disposition not in known:
        raise InputError("U376", name="--disposition", got=facts.disposition, expected="、".join(known))
    terms = "、".join(map(str, LEGAL_TERMS))
    if facts.years is not None and facts.years not in LEGAL_TERMS:
        raise InputError("U376", name="--years", got=str(facts.years), expected=terms)
    if facts.years is not None and facts.disposition in {entry.value for entry in _PERMANENT}:
        raise InputError("U376", name="--years", got=str(facts.years), expected=facts.disposition)
    if facts.volumes < 1:
        raise InputError("U376", name="--volumes", got=str(facts.volumes), expected="1, 2, …")
    return NewFile(
        title=title(facts.title),
        years=facts.years,
        disposition=facts.disposition,
        summary=title(facts.summary) if facts.summary else "",
        producer=title(facts.producer) if facts.producer else "",
        volumes=facts.volumes,
    )


def _files_of(session: Session, records: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for some in chunks(records):
        query = select(RecordFileRow.record, RecordFileRow.file).where(col(RecordFileRow.record).in_(some))
        found |= dict(session.exec(query).all())
    return found


def _refuse(session: Session, file: str, new: Sequence[RecordRow], lying: dict[str, str]) -> None:
    elsewhere = next(((record, other) for record, other in lying.items() if other != file), None)
    if elsewhere is not None:
        raise InputError("U377", record=elsewhere[0], file=elsewhere[1])
    query = select(func.min(RecordRow.record_class)).join(
        RecordFileRow, col(RecordFileRow.record) == col(RecordRow.id)
    )
    held = session.exec(query.where(RecordFileRow.file == file)).one()
    expected = held or (new[0].record_class if new else "")
    for row in new:
        if row.record_class != expected:
            raise InputError("U378", record=row.id, got=row.record_class, file=file, expected=expected)


def _put(
    workspace: Workspace, session: Session, file: str, records: Sequence[str], actor: str
) -> tuple[tuple[Moved, ...], tuple[str, ...]]:
    """Write the rows, extend the file's holds and move the days; returns what moved and the new holds."""
    session.connection().execute(
        insert(RecordFileRow), [{"record": record, "file": file} for record in records]
    )
    events: list[Event] = [
        {"event": "file_assigned", "actor": actor, "file": file, "record": record} for record in records
    ]
    held: list[str] = []
    for terms in file_holds(session, file):
        holds, placed = add_holds(workspace, session, records, terms, file=file, actor=actor)
        held += [hold.hold for hold in holds]
        events += placed
    members = session.exec(select(RecordFileRow.record).where(RecordFileRow.file == file)).all()
    before = _days(session, members)
    changed = settle(workspace, session, members, actor=actor)
    after = _days(session, [str(event["record"]) for event in changed])
    workspace.archive.ledger.append(session, [*events, *changed])
    moved = tuple(Moved(record, before[record], day) for record, day in after.items())
    return moved, tuple(held)


def _days(session: Session, records: Sequence[str]) -> dict[str, date | None]:
    found: dict[str, date | None] = {}
    for some in chunks(records):
        query = select(RecordRow.id, col(RecordRow.due)).where(col(RecordRow.id).in_(some))
        found |= dict(session.exec(query).all())
    return found


def _opened(file: str, facts: NewFile, actor: str) -> Event:
    event: dict[str, JsonValue] = {"event": "file_opened", "actor": actor, "file": file}
    if facts.years is not None:
        event["years"] = facts.years
    return event | ({"disposition": facts.disposition} if facts.disposition else {})


def _facts(row: FileRow) -> NewFile:
    return NewFile(
        title=row.title,
        years=row.years,
        disposition=row.disposition,
        summary=row.summary,
        producer=row.producer,
        volumes=row.volumes,
    )
