"""Compare what units were asked and answered with the ledger: it counts answers, it has digests of sheets."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlmodel import Session, SQLModel, col, select

from retention.kinds import Opinion
from signing.entries import Entry, Event
from webir_records.model.tables import BatchItemRow, OpinionItemRow, OpinionRow
from webir_records.services.comparing_papers import asked_about
from webir_records.services.context import Workspace
from webir_records.services.destruction.catalogue import CatalogueNow
from webir_records.services.marks import UNIT

Wrong = tuple[type[SQLModel], str, str]
"""A table, the key of a row in it, and a column."""

EVENTS: Final = frozenset(
    {
        *(Event.OPINIONS_ASKED, Event.OPINION_GIVEN),
        *(Event.FILED, Event.RECORD_MARKED, Event.WORKSPACE_RESTORED),
    }
)
"""Entries of which `OpinionsTold` takes note."""
ASKED: Final = "asked"
ANSWERED: Final = "answered"


@dataclass(frozen=True, slots=True)
class _Answer:
    sheet_sha256: str
    agreed: int
    extended: int


@dataclass(slots=True)
class _Question:
    """What the ledger tells of one batch's question; `seq` is the entry's position.

    `unit` answers for records of which no unit is known; older entries do not name it.
    """

    seq: int
    units: int
    count: int
    unit: str
    catalogue_sha256: str
    answers: dict[str, _Answer] = field(default_factory=dict[str, _Answer])


@dataclass(slots=True)
class OpinionsTold:
    """What the ledger tells of opinions.

    Attributes:
        restored: position of the newest entry of a restore, -1 without one: questions before it were
            replayed, and the ledger names neither the units that were asked nor each answer.
    """

    restored: int = -1
    _questions: dict[str, _Question] = field(default_factory=dict[str, _Question])
    _units: dict[str, list[tuple[int, str]]] = field(default_factory=dict[str, list[tuple[int, str]]])

    def take(self, entry: Entry, catalogue_sha256: str = "") -> None:
        """Take in one of `EVENTS`.

        Args:
            entry: the entry.
            catalogue_sha256: of a question, the digest of the catalogue about which it asks.
        """
        match entry.event:
            case Event.OPINIONS_ASKED:
                units, count, unit = entry.integer("units"), entry.integer("count"), entry.string("unit")
                question = _Question(entry.seq, units, count, unit, catalogue_sha256)
                self._questions[entry.string("batch")] = question
            case Event.OPINION_GIVEN:
                self._answered(entry)
            case Event.RECORD_MARKED if entry.string("mark") == UNIT:
                self._belongs(entry, entry.string("reason_code"))
            case Event.FILED if "unit" in entry.fields:
                self._belongs(entry, entry.string("unit"))
            case Event.WORKSPACE_RESTORED:
                self.restored = entry.seq
            case _:
                pass

    def compare(self, workspace: Workspace, session: Session) -> Iterator[Wrong]:
        """Compare both tables with the ledger."""
        asked, items = _by_batch(session)
        for batch in sorted({*asked, *items, *self._questions}):
            question = self._questions.get(batch)
            if question is None:
                yield (OpinionRow, batch, "batch") if batch in asked else (OpinionItemRow, batch, "batch")
                continue
            exact = self.restored < question.seq
            yield from _units_wrong(batch, question, asked.get(batch, {}), exact=exact)
            lines = items.get(batch, {})
            known = asked_about(workspace, batch, question.catalogue_sha256)
            if not _complete(session, batch, question, lines, known, exact=exact):
                yield OpinionItemRow, batch, "record"
            yield from self._lines_wrong(batch, question, lines, set(asked.get(batch, {})))
            if exact:
                yield from _counts_wrong(batch, question, lines)
                idle = asked.get(batch, {}).keys() - {line.unit for line in lines.values()}
                yield from ((OpinionRow, f"{batch} {unit}", "unit") for unit in sorted(idle))

    def _belongs(self, entry: Entry, unit: str) -> None:
        self._units.setdefault(entry.string("record"), []).append((entry.seq, unit))

    def _answered(self, entry: Entry) -> None:
        question = self._questions.get(entry.string("batch"))
        if question is not None:
            question.answers[entry.string("unit")] = _Answer(
                entry.string("sheet_sha256"), entry.integer("agreed"), entry.integer("extended")
            )

    def _lines_wrong(
        self, batch: str, question: _Question, lines: Mapping[str, OpinionItemRow], units: set[str]
    ) -> Iterator[Wrong]:
        told = {record: self._unit_at(record, question.seq) for record in lines}
        others = {line.unit for record, line in lines.items() if not told[record]}
        others = {question.unit} if others and question.unit else others
        for record, line in sorted(lines.items()):
            right = {told[record]} if told[record] else others
            if line.unit not in right & units or len(others) > 1:
                yield OpinionItemRow, f"{batch} {record}", "unit"
            yield from ((OpinionItemRow, f"{batch} {record}", name) for name in _columns_wrong(line))

    def _unit_at(self, record: str, seq: int) -> str:
        """Return whose record it was when the question was asked; empty when nobody had said."""
        return next((unit for at, unit in reversed(self._units.get(record, [])) if at < seq), "")


def _by_batch(
    session: Session,
) -> tuple[dict[str, dict[str, OpinionRow]], dict[str, dict[str, OpinionItemRow]]]:
    asked: dict[str, dict[str, OpinionRow]] = {}
    items: dict[str, dict[str, OpinionItemRow]] = {}
    for row in session.exec(select(OpinionRow)):
        asked.setdefault(row.batch, {})[row.unit] = row
    for line in session.exec(select(OpinionItemRow).order_by(col(OpinionItemRow.record))):
        items.setdefault(line.batch, {})[line.record] = line
    return asked, items


def _complete(
    session: Session,
    batch: str,
    question: _Question,
    lines: Mapping[str, OpinionItemRow],
    known: CatalogueNow,
    *,
    exact: bool,
) -> bool:
    """Say whether there is a line for every record that units were asked about, and for no other.

    A replay knows those alone that stayed on the batch.
    """
    if exact:
        return len(lines) == question.count and (known.sha256 is None or lines.keys() == known.items.keys())
    on_batch = set(session.exec(select(BatchItemRow.record).where(BatchItemRow.batch == batch)))
    return on_batch <= lines.keys() and (known.sha256 is None or lines.keys() <= known.items.keys())


def _units_wrong(
    batch: str, question: _Question, rows: Mapping[str, OpinionRow], *, exact: bool
) -> Iterator[Wrong]:
    for unit in sorted({*rows, *question.answers}):
        row, answer = rows.get(unit), question.answers.get(unit)
        if row is None:
            yield OpinionRow, f"{batch} {unit}", "row"
            continue
        told = {
            "state": ANSWERED if answer else ASKED,
            "sheet_sha256": answer.sheet_sha256 if answer else "",
            "path": "",
        }
        for name, value in told.items():
            if getattr(row, name) != value:
                yield OpinionRow, f"{batch} {unit}", name
    if exact and len(rows) != question.units:
        yield OpinionRow, batch, "unit"


def _columns_wrong(line: OpinionItemRow) -> Iterator[str]:
    if line.opinion not in set(Opinion):
        yield "opinion"
    if (line.until is not None) is not (line.opinion == Opinion.EXTENDED.value):
        yield "until"
    if line.reason_code:  # the unit's own words stay on its sheet
        yield "reason_code"


def _counts_wrong(batch: str, question: _Question, lines: Mapping[str, OpinionItemRow]) -> Iterator[Wrong]:
    """Count the answers of each unit; who has not answered has said nothing."""
    found = Counter((line.unit, line.opinion) for line in lines.values())
    for unit in sorted({line.unit for line in lines.values()} | set(question.answers)):
        answer = question.answers.get(unit, _Answer("", 0, 0))
        said = (found[unit, Opinion.AGREED.value], found[unit, Opinion.EXTENDED.value])
        if said != (answer.agreed, answer.extended):
            yield OpinionItemRow, f"{batch} {unit}", "opinion"


def extended_until(session: Session) -> Mapping[str, Sequence[OpinionItemRow]]:
    """Return the answers by which a unit keeps a record longer, by record."""
    found: dict[str, list[OpinionItemRow]] = {}
    query = select(OpinionItemRow).where(OpinionItemRow.opinion == Opinion.EXTENDED.value)
    for line in session.exec(query.order_by(col(OpinionItemRow.batch))):
        found.setdefault(line.record, []).append(line)
    return found
