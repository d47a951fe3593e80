"""What the papers of a batch are made from, as plain values: read once, in bulk."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sqlmodel import Session, col, select

from retention.kinds import Opinion
from webir_records.archive.rows import FILED
from webir_records.forms.dates import roc_date
from webir_records.forms.specs import load_form
from webir_records.model.tables import (
    BatchRow,
    FileRow,
    MarkRow,
    OpinionItemRow,
    RecordRow,
    RetentionRow,
    UnitRow,
)
from webir_records.services.context import Workspace
from webir_records.services.destruction.batches import (
    SELECTED,
    BatchView,
    item_records,
    require_batch,
    view_of,
)
from webir_records.services.destruction.units import unit_names
from webir_records.services.governing import STORED_COPY, Governing, chunks, governing

_ROC_OFFSET: Final = 1911


@dataclass(frozen=True, slots=True)
class PaperRecord:
    """One record of a batch, as its papers name it; no personal data.

    Attributes:
        title: title of its form (案由).
        produced_on: day from which its term is counted.
        term: the rule's term as a person says it.
        adjusted: the later term that governs, if one does; the earlier one where a stored copy allows it.
        adjust_reason: why.
        opinion: what its unit said.
        selected: the history office wants it.
        shortened: its term was shortened because a copy is kept (§7).
    """

    record: str
    form_no: str
    title: str
    file: str
    unit: str
    produced_on: date | None
    due: date | None
    term: str
    adjusted: str = ""
    adjust_reason: str = ""
    opinion: str = ""
    selected: bool = False
    shortened: bool = False


@dataclass(frozen=True, slots=True)
class PaperFile:
    """A file (案卷) of a batch, or the loose papers of one form (no number)."""

    number: str
    title: str
    summary: str
    producer: str
    volumes: int
    records: tuple[PaperRecord, ...]

    def days(self) -> tuple[date, ...]:
        """Return the days of its papers, oldest first."""
        return tuple(sorted(record.produced_on for record in self.records if record.produced_on))


@dataclass(frozen=True, slots=True)
class BatchData:
    """A batch with what is on it; `names` are those of its units, by id, as far as they are known."""

    view: BatchView
    year: int
    method: str
    place: str
    files: tuple[PaperFile, ...]
    names: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def records(self) -> tuple[PaperRecord, ...]:
        """Every record, by file."""
        return tuple(record for file in self.files for record in file.records)


def read_batch(workspace: Workspace, batch: str) -> BatchData:
    """Return everything that the papers of a batch say.

    Raises:
        InputError: U161 there is no such batch.
    """
    with Session(workspace.engine) as session:
        return batch_data(workspace, session, require_batch(session, batch))


def batch_data(workspace: Workspace, session: Session, row: BatchRow) -> BatchData:
    """Return everything that the papers of a batch say, as it stands within a transaction."""
    view = view_of(session, row)
    records = list(_records(workspace, session, row))
    files = _files(workspace, session, records)
    place = row.place or workspace.agency.name
    names = unit_names(workspace, session, {record.unit for record in records if record.unit})
    return BatchData(view, row.year, row.method, place, files, names)


def _records(workspace: Workspace, session: Session, batch: BatchRow) -> Iterator[PaperRecord]:
    titles: dict[str, str] = {}
    for some in chunks(item_records(session, batch.id)):
        rows = session.exec(select(RecordRow).where(col(RecordRow.id).in_(some))).all()
        terms = governing(workspace, session, rows)
        known = _Known.of(session, batch.id, some)
        for row in sorted(rows, key=lambda row: (row.form, row.form_no, row.id)):
            if row.form not in titles:
                titles[row.form] = load_form(row.form, *workspace.templates).title
            yield known.record(row, titles[row.form], terms[row.id])


@dataclass(frozen=True, slots=True)
class _Known:
    """What some records have in other tables."""

    units: Mapping[str, str]
    opinions: Mapping[str, OpinionItemRow]
    changes: Mapping[str, RetentionRow]
    selected: frozenset[str]

    @classmethod
    def of(cls, session: Session, batch: str, records: Sequence[str]) -> "_Known":
        units = session.exec(select(UnitRow).where(col(UnitRow.record).in_(records)))
        asked = select(OpinionItemRow).where(OpinionItemRow.batch == batch)
        opinions = session.exec(asked.where(col(OpinionItemRow.record).in_(records)))
        changes = session.exec(select(RetentionRow).where(col(RetentionRow.record).in_(records)))
        marks = select(MarkRow.record).where(MarkRow.mark == SELECTED, col(MarkRow.record).in_(records))
        return cls(
            {row.record: row.unit for row in units},
            {row.record: row for row in opinions},
            {row.record: row for row in changes if row.due is not None},
            frozenset(session.exec(marks)),
        )

    def record(self, row: RecordRow, title: str, term: Governing) -> PaperRecord:
        change, said = self.changes.get(row.id), self.opinions.get(row.id)
        adjusted = change is not None and change.due == term.due
        return PaperRecord(
            record=row.id,
            form_no=row.form_no,
            title=title,
            file=term.file,
            unit=self.units.get(row.id, ""),
            produced_on=row.trigger_date,
            due=term.due if row.state == FILED else row.due,
            term=f"{term.years}年" if term.years else "",
            adjusted=f"至{roc_date(term.due)}" if adjusted and term.due else "",
            adjust_reason=_reason(change) if adjusted and change else "",
            opinion=_opinion(said),
            selected=row.id in self.selected,
            shortened=change is not None and change.cause == STORED_COPY,
        )


def _reason(change: RetentionRow) -> str:
    """Say why a term was changed; of a shortened one the regulation wants it said (銷毀辦法 §8 III(6))."""
    said = change.authority or change.reason_code or change.cause
    return f"複製儲存，依銷毀辦法第7條縮短（{said}）" if change.cause == STORED_COPY else said


def _opinion(said: OpinionItemRow | None) -> str:
    if said is None:
        return ""
    if said.opinion == Opinion.EXTENDED.value:
        return f"延長至{roc_date(said.until)}" if said.until else "延長"
    return "同意銷毀" if said.opinion == Opinion.AGREED.value else "未表示意見"


def _files(workspace: Workspace, session: Session, records: Sequence[PaperRecord]) -> tuple[PaperFile, ...]:
    """Return the records by file; loose papers of one form and year stand together as one."""
    groups: dict[tuple[str, str], list[PaperRecord]] = {}
    for record in records:
        year = str(record.produced_on.year - _ROC_OFFSET) if record.produced_on and not record.file else ""
        loose = "" if record.file else f"{record.title}（{year}年）" if year else record.title
        groups.setdefault((record.file, loose), []).append(record)
    names = [number for number, _ in groups if number]
    rows = {
        row.id: row
        for some in chunks(names)
        for row in session.exec(select(FileRow).where(col(FileRow.id).in_(some)))
    }
    return tuple(
        _file(workspace, rows.get(number), number, loose, tuple(some))
        for (number, loose), some in sorted(groups.items())
    )


def _file(
    workspace: Workspace, row: FileRow | None, number: str, loose: str, records: tuple[PaperRecord, ...]
) -> PaperFile:
    producer = row.producer if row and row.producer else workspace.agency.name
    return PaperFile(
        number=number,
        title=row.title if row else loose,
        summary=row.summary if row else f"未編案卷之{records[0].title} {len(records)} 件",
        producer=producer,
        volumes=row.volumes if row else 1,
        records=records,
    )
