"""Export records into a bag: opened or sealed content, proofs, the ledger's checkpoint, an index."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from sqlmodel import Session, col, select

from retention.sections import Act
from signing.canonical import JsonValue, canonical_bytes
from signing.entries import parse_entry
from signing.errors import SigningError
from signing.proving import make_proof
from signing.shape import format_time
from webir_records.archive.archive import DESTROYED
from webir_records.archive.bagit import BagWriter
from webir_records.archive.rows import FILED
from webir_records.forms.specs import load_form
from webir_records.model.errors import Detail, FaultError, InputError
from webir_records.model.tables import RecordRow, VersionRow
from webir_records.services.acting import permit
from webir_records.services.context import OPERATOR, Progress, Workspace, silent, utc_text
from webir_records.services.copies import BAG, Description, register_copy
from webir_records.services.exporting.index import Line, Source, index_csv, index_html
from webir_records.services.records import find_record

INDEX: Final = "index.json"
_PROFILE: Final = "webir-records bag/v1"


class Content(StrEnum):
    """What of a record is put into a bag."""

    OPENED = "opened"
    SEALED = "sealed"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records: by id or form number, all of a form, or all that live.

    Attributes:
        names: ids or form numbers.
        form: every living record of this form.
        everything: every living record.
        content: what of them.
        holder: opaque id of who gets the bag.
    """

    names: tuple[str, ...] = ()
    form: str = ""
    everything: bool = False
    content: Content = Content.OPENED
    holder: str = ""


@dataclass(frozen=True, slots=True)
class Exported:
    """A bag that was written, with what it holds; `copy` is its id among the copies."""

    bag: Path
    copy: str
    records: tuple[str, ...]
    lines: tuple[Line, ...]


def export_bag(
    workspace: Workspace, target: Path, wanted: Wanted, *, actor: str = OPERATOR, progress: Progress = silent
) -> Exported:
    """Write a bag; every record in it gets an entry `exported` before anything of it is written.

    The bag is a copy outside the archive: it is registered and followed to its end.

    Args:
        workspace: the open workspace.
        target: a folder that is new or empty, outside the workspace.
        wanted: which records.
        actor: who exports.
        progress: told about records.

    Raises:
        InputError: U237 nothing was asked for; U238 some records are unknown or destroyed, all named;
            U236 the folder lies in the workspace; U121 it is not empty; U150 the holder is no id.
        RefusedError: U159 the actor's roles do not allow it.
        FaultError: a sealed file is missing or damaged, or the disk refused; the folder is no bag then.
    """
    permit(workspace, actor, Act.EXPORT)
    target = target.resolve()
    if target.is_relative_to(workspace.root):
        raise InputError("U236", path=str(target))
    chosen = _choose(workspace, wanted)
    writer = BagWriter(target)
    copy = _enter(workspace, chosen, actor, wanted.holder)
    lines: list[Line] = []
    for done, record in enumerate(chosen, start=1):
        lines += _add_record(workspace, writer, record, wanted.content)
        progress("export", done, len(chosen))
    _add_ledger(workspace, writer)
    _finish(workspace, writer, lines, wanted.content)
    return Exported(target, copy, tuple(record.id for record in chosen), tuple(lines))


def _choose(workspace: Workspace, wanted: Wanted) -> list[RecordRow]:
    if not (wanted.names or wanted.form or wanted.everything):
        raise InputError("U237")
    with Session(workspace.engine) as session:
        if wanted.names:
            chosen = _named(session, wanted.names)
        else:
            query = select(RecordRow).where(RecordRow.state == FILED).order_by(col(RecordRow.form_no))
            if wanted.form:
                spec = load_form(wanted.form, *workspace.templates)  # says so when there is no such form
                query = query.where(RecordRow.form == spec.id)
            chosen = list(session.exec(query))
        session.expunge_all()
    if not chosen:
        raise InputError("U237")
    return chosen


def _named(session: Session, names: Sequence[str]) -> list[RecordRow]:
    found: dict[str, RecordRow] = {}
    problems: list[Detail] = []
    for name in names:
        try:
            row = find_record(session, name)
        except InputError as error:
            problems.append(Detail(error.code, error.facts))
            continue
        if row.state == DESTROYED:
            problems.append(Detail("A143", {"record": row.id}))
        found[row.id] = row
    if problems:
        raise InputError("U238", problems)
    return list(found.values())


def _enter(workspace: Workspace, chosen: Sequence[RecordRow], actor: str, holder: str) -> str:
    """Enter the export first: what then fails was still handed out, as far as the ledger knows."""
    events: list[dict[str, JsonValue]] = [
        {"event": "exported", "actor": actor, "record": row.id, "version": row.version} for row in chosen
    ]
    with Session(workspace.engine) as session, session.begin():
        workspace.archive.ledger.append(session, events)
        copy = register_copy(workspace, session, chosen, Description(BAG, holder=holder), actor=actor)
    workspace.archive.ledger.publish()
    return copy


def _add_record(
    workspace: Workspace, writer: BagWriter, record: RecordRow, content: Content
) -> Iterator[Line]:
    with Session(workspace.engine) as session:
        query = select(VersionRow).where(VersionRow.record == record.id).order_by(col(VersionRow.version))
        versions = session.exec(query).all()
    title = load_form(record.form, *workspace.templates).title
    for row in versions:
        folder = f"records/{record.form_no}_{record.id}/{row.version}"
        if content is not Content.SEALED:
            package = workspace.archive.read(record.id, row.version)
            writer.add(f"{folder}/record.json", canonical_bytes(dict(package.record)))
            writer.add(f"{folder}/data.json", canonical_bytes(dict(package.data)))
            for name, data in package.files.items():
                writer.add(f"{folder}/{name}", data)
        if content is not Content.OPENED:
            writer.add(f"sealed/{row.path}", _sealed(workspace, row))
        writer.add(f"proofs/{record.id}.{row.version}.tlog-proof", _proof(workspace, row.seq))
        yield _line(workspace, record, row, title, folder if content is not Content.SEALED else row.path)


def _sealed(workspace: Workspace, row: VersionRow) -> bytes:
    try:
        data = workspace.files.read(row.path)
    except FileNotFoundError as error:
        raise FaultError("A150", path=row.path) from error
    if hashlib.sha256(data).hexdigest() != row.sealed_sha256:
        raise FaultError("A151", path=row.path)
    return data


def _proof(workspace: Workspace, seq: int) -> bytes:
    try:
        return make_proof(workspace.files.reader(), seq).to_bytes()
    except SigningError as error:
        raise FaultError("U239", seq=str(seq), problem=str(error)) from error


def _line(workspace: Workspace, record: RecordRow, row: VersionRow, title: str, folder: str) -> Line:
    entry = parse_entry(workspace.archive.ledger.entry(row.seq))
    trigger, due = entry.day("trigger_date"), entry.day("due")
    return Line(
        form_no=record.form_no,
        record=record.id,
        form=record.form,
        title=title,
        record_class=record.record_class,
        version=row.version,
        filed_at=format_time(entry.at),
        trigger_date=trigger.isoformat() if trigger else "",
        due=due.isoformat() if due else "",
        seq=row.seq,
        sealed_sha256=row.sealed_sha256,
        folder=folder,
    )


def _add_ledger(workspace: Workspace, writer: BagWriter) -> None:
    for name in ("checkpoint", "log.vkey"):
        writer.add(f"ledger/{name}", workspace.files.read(name))


def _finish(workspace: Workspace, writer: BagWriter, lines: Sequence[Line], content: Content) -> None:
    ledger = workspace.archive.ledger
    moment = utc_text(workspace.machine.now())
    source = Source(workspace.agency.name, workspace.agency.code, ledger.origin, ledger.head().size, moment)
    index: dict[str, JsonValue] = {
        "v": 1,
        "origin": ledger.origin,
        "agency": workspace.agency.code,
        "content": content.value,
        "exported_at": moment,
        "versions": [dict(asdict(line)) for line in lines],
    }
    writer.add(INDEX, canonical_bytes(index))
    writer.add("index.csv", index_csv(lines))
    writer.add("index.html", index_html(source, lines))
    writer.finish(
        {
            "Source-Organization": workspace.agency.name,
            "External-Identifier": f"{ledger.origin} {moment}",
            "Bagging-Date": workspace.today().isoformat(),
            "Bag-Software-Agent": "webir-records",
            "BagIt-Profile-Identifier": _PROFILE,
        }
    )
