"""Compare tables with what the ledger told: guards and permissions read them, so no row may be made up."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Row, inspect
from sqlmodel import Session, SQLModel, col, select

from signing.entries import Entry
from signing.errors import SigningError
from signing.manifest import NO_PREVIOUS, parse_manifest
from webir_records.model.tables import (
    BatchItemRow,
    BatchRow,
    CounterRow,
    EpochRow,
    IssueRow,
    PublicationRow,
    RecordRow,
    VersionRow,
)
from webir_records.services.comparing_acts import TABLES, Acts, Fields, Key
from webir_records.services.comparing_spool import ROWS, RecordLines
from webir_records.services.context import Workspace
from webir_records.services.destruction.catalogue import read_catalogue
from webir_records.services.log_keys import VKEY_FILE

Beyond = tuple[str, Mapping[str, str]]
"""A message code with its facts: something that only the workspace can know."""

_STEPS = 10  # publications fetched at a time; each holds its manifest, up to megabytes
_VERSION = SQLModel.metadata.tables["version"]
_VERSIONS = (
    _VERSION.select().order_by(_VERSION.c.record, _VERSION.c.version).execution_options(yield_per=ROWS)
)


def compare_acts(session: Session, acts: Acts) -> Iterator[Iterator[Beyond]]:
    """Compare people, holds, batches, statements, loans and copies with the ledger, table by table."""
    return (
        _compare_lines(session, table, names, acts.lines[table])
        if table in acts.lines
        else _compare_rows(session, table, names, acts)
        for table, names in TABLES.items()
    )


def _compare_lines(
    session: Session, table: type[SQLModel], names: tuple[str, ...], lines: RecordLines
) -> Iterator[Beyond]:
    """Compare a table that may have a row for every record, part by part."""
    columns = SQLModel.metadata.tables[str(inspect(table).local_table)]
    query = columns.select().order_by(*(columns.c[name] for name in names))
    stored = session.connection().execute(query.execution_options(yield_per=ROWS))
    for _, told_lines, found in lines.beside(stored):
        told: dict[Key, Fields] = {}
        for _, key, fields in told_lines:
            told.setdefault(tuple(key), {}).update(fields)
        rows = {tuple(str(getattr(row, name)) for name in names): row for row in found}
        for key in sorted(told.keys() | rows.keys()):
            for name in _differences(told.get(key), rows.get(key)):
                yield _wrong(table, " ".join(key), name)


def _compare_rows(
    session: Session, table: type[SQLModel], names: tuple[str, ...], acts: Acts
) -> Iterator[Beyond]:
    rows: dict[Key, SQLModel] = {
        tuple(str(getattr(row, name)) for name in names): row for row in session.exec(select(table))
    }
    told = acts.rows[table]
    for key in sorted(told.keys() | rows.keys()):
        for name in _differences(told.get(key), rows.get(key)):
            yield _wrong(table, " ".join(key), name)


def compare_opinions(workspace: Workspace, session: Session, acts: Acts) -> Iterator[Beyond]:
    """Compare questions to units and their answers with the ledger."""
    yield from (_wrong(*wrong) for wrong in acts.opinions.compare(workspace, session))


def compare_terms(session: Session, acts: Acts, days: Callable[[str], date | None]) -> Iterator[Beyond]:
    """Compare what was set beside the rules with the ledger, and with the answers of units.

    Args:
        session: on the working database.
        acts: what the ledger says.
        days: returns the newest first day that the ledger gives to a record.
    """
    replayed = acts.opinions.restored >= 0
    yield from (_wrong(*wrong) for wrong in acts.terms.compare(session, days, replayed=replayed))


def compare_papers(workspace: Workspace, acts: Acts) -> Iterator[Beyond]:
    """Compare papers beside catalogues and certificates with the digests in the ledger."""
    yield from (("U440", {"path": path}) for path in acts.papers.wrong(workspace))


def compare_items(workspace: Workspace, session: Session) -> Iterator[Beyond]:
    """Compare the lines of every batch with its catalogue; a damaged one is for the verifier to tell."""
    for batch in session.exec(select(BatchRow).order_by(col(BatchRow.id))):
        catalogue = read_catalogue(workspace, batch)
        lines = set(session.exec(select(BatchItemRow.record).where(BatchItemRow.batch == batch.id)))
        if catalogue.sha256 == batch.catalogue_sha256 and lines != set(catalogue.items):
            yield _wrong(BatchItemRow, batch.id, "record")
    batches = select(BatchRow.id)
    for strange in session.exec(
        select(BatchItemRow.batch).where(col(BatchItemRow.batch).not_in(batches)).distinct()
    ):
        yield _wrong(BatchItemRow, strange, "batch")


def compare_numbers(session: Session) -> Iterator[Beyond]:
    """See that numbers were given out as the records have them, and that none can be given out twice."""
    same = col(IssueRow.record) == col(RecordRow.id)
    differs = (col(IssueRow.form_no) != col(RecordRow.form_no)) | (col(IssueRow.form) != col(RecordRow.form))
    for record in session.exec(select(RecordRow.id).join(IssueRow, same).where(differs)):
        yield _wrong(IssueRow, record, "form_no")
    highest: dict[str, int] = {}
    for form_no in session.exec(select(RecordRow.form_no).execution_options(yield_per=ROWS)):
        prefix, _, number = form_no.rpartition("-")
        if number.isdecimal():
            highest[f"{prefix}-"] = max(highest.get(f"{prefix}-", 0), int(number))
    given = dict(session.exec(select(CounterRow.prefix, CounterRow.last)).all())
    for prefix, last in sorted(highest.items()):
        if given.get(prefix, 0) < last:
            yield _wrong(CounterRow, prefix, "last")


def compare_steps(session: Session) -> Iterator[Beyond]:
    """Compare the committed steps with each other."""
    before: PublicationRow | None = None
    steps = select(PublicationRow).order_by(col(PublicationRow.seq)).execution_options(yield_per=_STEPS)
    for row in session.exec(steps):
        if not _follows(before, row):
            yield _wrong(PublicationRow, str(row.seq), "manifest")
            return
        before = row


def compare_newest(workspace: Workspace, session: Session) -> Iterator[Beyond]:
    """See that the files which no later file vouches for are those that were published last."""
    vkeys = "".join(f"{vkey}\n" for vkey in workspace.archive.ledger.vkeys).encode()
    newest = session.exec(select(PublicationRow).order_by(col(PublicationRow.seq).desc()).limit(1)).first()
    wanted = {VKEY_FILE: vkeys}
    if newest is not None and newest.published:
        wanted[newest.path] = newest.manifest
    yield from (("U179", {"path": path}) for path, data in wanted.items() if not _is(workspace, path, data))


def _follows(before: PublicationRow | None, row: PublicationRow) -> bool:
    """Tell whether a step is whole in itself and goes on where the one before ended."""
    try:
        manifest = parse_manifest(row.manifest)
    except SigningError:
        return False
    first, number = (before.next, before.seq + 1) if before else (0, 1)
    previous = before.manifest_sha256 if before else NO_PREVIOUS
    return (
        hashlib.sha256(row.manifest).hexdigest() == row.manifest_sha256
        and manifest.checkpoint == row.checkpoint
        and row.path.endswith(f"/{row.seq:06}.json")
        and (manifest.seq, manifest.first, manifest.next) == (row.seq, row.first, row.next)
        and (row.first, row.seq, manifest.previous_sha256) == (first, number, previous)
    )


def _is(workspace: Workspace, path: str, data: bytes) -> bool:
    try:
        return workspace.files.read(path) == data
    except FileNotFoundError:
        return False


def compare_epoch(workspace: Workspace, acts: Acts) -> Iterator[Beyond]:
    """See that keys are wrapped under the epoch that the ledger names last."""
    active = [status.epoch for status in workspace.archive.keys.status() if status.state == "active"]
    if len(active) != 1 or (acts.epoch and active != [acts.epoch]):
        yield _wrong(EpochRow, acts.epoch or "–", "state")


def version_told(entry: Entry) -> tuple[int, int, dict[str, object]]:
    """Return version, number and columns of the row that an entry which files or annotates leaves."""
    told: dict[str, object] = {name: entry.string(name) for name in ("path", "sealed_sha256")}
    return entry.integer("version"), entry.seq, told | {"size": entry.integer("size")}


def compare_versions(session: Session, lines: RecordLines) -> Iterator[Beyond]:
    """Compare the table of versions with the entries that name them, part by part."""
    stored = session.connection().execute(_VERSIONS)
    for _, told_lines, found in lines.beside(stored):
        told: dict[tuple[str, int], Fields] = {}
        for record, version, seq, columns in told_lines:
            told[record, version] = {**columns, "seq": seq}
        rows = {(row.record, row.version): row for row in found}
        for key in sorted(told.keys() | rows.keys(), key=str):
            for name in _version_wrong(told.get(key), rows.get(key)):
                yield _wrong(VersionRow, f"{key[0]}.{key[1]}", name)


def _version_wrong(told: Fields | None, row: Row[Any] | None) -> Iterable[str]:
    if row is None:
        return ("record",)
    return ("seq",) if told is None else _differences(told, row)


def _differences(told: Fields | None, row: SQLModel | Row[Any] | None) -> Iterable[str]:
    if told is None or row is None:
        return ("row",)
    return [name for name, value in told.items() if not _agrees(value, getattr(row, name))]


def _agrees(told: object, found: object) -> bool:
    if isinstance(told, str) and isinstance(found, date):
        found = found.isoformat()  # what was told outside memory is text
    return found in told if isinstance(told, frozenset) else found == told


def _wrong(table: type[SQLModel], row: str, name: str) -> Beyond:
    return "U177", {"table": str(inspect(table).local_table), "row": row, "field": name}
