"""Ask the business units about a batch, and take their answers back (銷毀辦法 §8 II)."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import bindparam, insert, update
from sqlmodel import Session, col, select

from retention.batches import BatchState
from retention.kinds import Opinion
from signing.canonical import JsonValue
from signing.shape import is_id
from webir_records.archive.ledger import Event
from webir_records.forms.problems import Problem
from webir_records.forms.specs import load_form
from webir_records.model.errors import Detail, InputError
from webir_records.model.tables import (
    WORK_TABLES,
    BatchRow,
    BatchStepRow,
    OpinionItemRow,
    OpinionRow,
    UnitRow,
)
from webir_records.services.context import Workspace
from webir_records.services.destruction.batches import (
    OPINIONS,
    BatchView,
    move,
    show_batch,
    step_of,
    units_of,
)
from webir_records.services.destruction.catalogue import settle, stage
from webir_records.services.destruction.extending import extend
from webir_records.services.destruction.handling import (
    Handling,
    batch_at,
    batch_rows,
    leave,
    listed,
    permit_handler,
    rows_of,
)
from webir_records.services.destruction.units import unit_names
from webir_records.services.governing import chunks, governing
from webir_records.services.papers.opinion_sheets import (
    Answer,
    Sheet,
    SheetHead,
    SheetLine,
    compare,
    read_sheet,
    write_sheet,
)

ASKED: Final = "asked"
ANSWERED: Final = "answered"
_ITEM: Final = next(table for table in WORK_TABLES if table.name == "opinion_item")
_ANSWER: Final = (
    update(_ITEM)
    .where(_ITEM.c.batch == bindparam("of_batch"), _ITEM.c.record == bindparam("of_record"))
    .values(opinion=bindparam("opinion"), until=bindparam("until"))
)


@dataclass(frozen=True, slots=True)
class Asked:
    """The batch, and the sheet that was written for each unit."""

    batch: BatchView
    sheets: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """The batch after an answer, and the records that left it."""

    batch: BatchView
    unit: str
    agreed: int
    extended: tuple[str, ...]
    left: tuple[str, ...]


def ask(workspace: Workspace, batch: str, out: Path, *, actor: str, unit: str = "") -> Asked:
    """Ask every unit that has records on the batch; again, write the sheets of those that did not answer.

    Args:
        workspace: the open workspace.
        batch: batch id.
        out: folder for `<batch>-<unit>.xlsx`; made when it is not there.
        actor: who asks.
        unit: the unit that answers for records of which no unit is known.

    Raises:
        InputError: U161; U012 a sheet lies there already; U403 the unit of some records is not known; U404
            the unit cannot be named so.
        RefusedError: U159, U164 about the actor; U162 the batch is past this step.
    """
    if unit and not is_id(unit):
        raise InputError("U404", got=unit)
    with Session(workspace.engine) as session, session.begin():
        row = batch_at(session, batch, BatchState.DRAFTED, BatchState.OPINIONS)
        permit_handler(workspace, actor, row)
        first = row.state == BatchState.DRAFTED.value
        if first:
            _open_question(workspace, session, row, unit, actor)
        asked = [known.unit for known in units_of(session, batch) if known.state == ASKED]
        paths = {name: out / f"{batch}-{name}.xlsx" for name in asked}
        for path in paths.values():
            if path.exists():
                raise InputError("U012", path=str(path))
        digest = _asked_about(session, row)
        sheets = {paths[name]: (name, _lines(workspace, session, batch, name)) for name in asked}
        called = unit_names(workspace, session, asked)
    workspace.archive.ledger.publish()
    out.mkdir(parents=True, exist_ok=True)
    for path, (name, lines) in sheets.items():
        about = SheetHead(name, batch, digest, called.get(name, ""))
        write_sheet(path, lines, about)
    return Asked(show_batch(workspace, batch), tuple(sheets))


def answer(workspace: Workspace, batch: str, path: Path, *, actor: str) -> Answered:
    """Take the answer of one unit; records that it extends leave the batch, and the catalogue is made anew.

    Raises:
        InputError: F1xx, U350 the file cannot be read; U161; U405 with everything wrong in the sheet: rows
            missing, added, doubled or changed, another batch or unit, a unit that answered already, days
            that are over, rows without an answer where silence does not count. Nothing was changed.
        RefusedError: U159, U164 about the actor; U162 the batch is past this step.
    """
    data = path.read_bytes() if path.is_file() else b""
    sheet = read_sheet(path)
    with Session(workspace.engine) as session, session.begin():
        row = batch_at(session, batch, BatchState.OPINIONS)
        permit_handler(workspace, actor, row)
        problems = list(_problems(workspace, session, row, sheet))
        if problems:
            raise InputError("U405", problems, path=path.name, count=str(len(problems)))
        digest = hashlib.sha256(data).hexdigest()
        act = Handling(workspace, session, row, actor)
        left, extended, events = _enter(act, sheet, digest)
        catalogue, drafted = leave(act, left) if left else (b"", None)
        workspace.archive.ledger.append(session, [*events, drafted] if drafted else events)
        if drafted:
            stage(workspace, row, catalogue)
    workspace.archive.ledger.publish()
    _settle(workspace, batch)
    agreed = sum(given.opinion is Opinion.AGREED for given in sheet.answers)
    return Answered(show_batch(workspace, batch), sheet.unit, agreed, tuple(extended), tuple(sorted(left)))


def waiting_units(session: Session, batch: str) -> tuple[str, ...]:
    """Return the units that were asked and have not answered."""
    return tuple(row.unit for row in units_of(session, batch) if row.state == ASKED)


def _settle(workspace: Workspace, batch: str) -> None:
    with Session(workspace.engine) as session:
        settle(workspace, batch_at(session, batch, BatchState.OPINIONS))


def _open_question(workspace: Workspace, session: Session, row: BatchRow, unit: str, actor: str) -> None:
    units = _units(session, [record.id for record in batch_rows(session, row.id)], unit)
    move(row, BatchState.OPINIONS)
    session.add(BatchStepRow(batch=row.id, step=OPINIONS, on=workspace.today(), sha256=row.catalogue_sha256))
    session.add_all(OpinionRow(batch=row.id, unit=name, state=ASKED) for name in sorted(set(units.values())))
    session.flush()
    always = {"batch": row.id, "opinion": Opinion.UNANSWERED.value, "reason_code": ""}
    lines = [{**always, "record": record, "unit": name} for record, name in units.items()]
    session.connection().execute(insert(_ITEM), lines)
    event: dict[str, JsonValue] = {
        "event": "opinions_asked",
        "actor": actor,
        "batch": row.id,
        "units": len(set(units.values())),
        "count": len(units),
    }
    if unit:
        event["unit"] = unit  # a restored workspace asks the ledger whom it was
    workspace.archive.ledger.append(session, [event])


def _units(session: Session, records: Sequence[str], otherwise: str) -> dict[str, str]:
    """Return the unit of each record.

    Raises:
        InputError: U403 some have none, and nobody was named for them.
    """
    found: dict[str, str] = {}
    for some in chunks(records):
        for known in session.exec(select(UnitRow).where(col(UnitRow.record).in_(some))):
            found[known.record] = known.unit
    without = [record for record in records if record not in found]
    if without and not otherwise:
        raise InputError("U403", count=str(len(without)), records=listed(without))
    return {record: found.get(record, otherwise) for record in records}


def _asked_about(session: Session, row: BatchRow) -> str:
    """Return the digest of the catalogue about which units were asked; later ones only leave records out."""
    step = step_of(session, row.id, OPINIONS)
    return step.sha256 if step else row.catalogue_sha256


def _lines(workspace: Workspace, session: Session, batch: str, unit: str) -> list[SheetLine]:
    query = select(OpinionItemRow.record).where(OpinionItemRow.batch == batch, OpinionItemRow.unit == unit)
    rows = sorted(rows_of(session, list(session.exec(query))), key=lambda row: (row.form_no, row.id))
    governs = governing(workspace, session, rows)
    titles = {form: load_form(form, *workspace.templates).title for form in {row.form for row in rows}}
    return [
        SheetLine(
            record=row.id,
            form_no=row.form_no,
            file_no=governs[row.id].file,
            title=titles[row.form],
            term=f"{governs[row.id].years}年" if governs[row.id].years else "",
            due=row.due,
        )
        for row in rows
    ]


def _problems(workspace: Workspace, session: Session, row: BatchRow, sheet: Sheet) -> Iterable[Detail]:
    """Yield everything wrong with a sheet that came back."""
    known = session.get(OpinionRow, (row.id, sheet.unit))
    if known is None:
        units = "、".join(found.unit for found in units_of(session, row.id))
        yield Detail("U406", {"got": sheet.unit or "–", "expected": units})
        return
    if known.state == ANSWERED:
        yield Detail("U407", {"unit": sheet.unit, "batch": row.id})
        return  # what it extended has other days by now: nothing more would help anybody
    lines = _lines(workspace, session, row.id, sheet.unit)
    digest = _asked_about(session, row)
    differing = compare(lines, sheet, unit=sheet.unit, batch=row.id, catalogue_sha256=digest)
    yield from (_detail(problem) for problem in (*sheet.problems, *differing))
    for given in sheet.answers:
        yield from _not_usable(workspace, given)


def _not_usable(workspace: Workspace, given: Answer) -> Iterable[Detail]:
    today = workspace.today()
    if given.until is not None and given.until < today:
        facts = {"row": str(given.row), "got": given.until.isoformat(), "today": today.isoformat()}
        yield Detail("U408", facts)
    if given.opinion is Opinion.UNANSWERED and not workspace.profile.destruction.silence_is_consent:
        yield Detail("U409", {"row": str(given.row), "record": given.record})


def _detail(problem: Problem) -> Detail:
    place = {"row": str(problem.row or "–"), "column": problem.column, "cell": problem.cell}
    return Detail(problem.code, {**place, "value": problem.value, **problem.facts})


def _enter(act: Handling, sheet: Sheet, digest: str) -> tuple[set[str], list[str], list[Event]]:
    """Write an answer down; returns what leaves the batch, what was extended, and the entries."""
    until = {a.record: a.until + timedelta(days=1) for a in sheet.answers if a.until is not None}
    session, batch = act.session, act.row.id
    _store_answers(session, batch, sheet, until)
    late, events = extend(act, sheet.unit, until)
    known = session.get(OpinionRow, (batch, sheet.unit))
    if known is not None:
        known.state, known.sheet_sha256 = ANSWERED, digest
    given: dict[str, JsonValue] = {
        "event": "opinion_given",
        "actor": act.actor,
        "batch": batch,
        "unit": sheet.unit,
        "sheet_sha256": digest,
        "agreed": sum(a.opinion is Opinion.AGREED for a in sheet.answers),
        "extended": len(until),
    }
    on_batch = {record.id for record in batch_rows(session, batch)} if late else set[str]()
    return late & on_batch, sorted(until), [given, *events]


def _store_answers(session: Session, batch: str, sheet: Sheet, until: Mapping[str, date]) -> None:
    rows = [
        {
            "of_batch": batch,
            "of_record": given.record,
            "opinion": given.opinion.value,
            "until": until.get(given.record),
        }
        for given in sheet.answers
    ]
    if rows:
        session.connection().execute(_ANSWER, rows)
