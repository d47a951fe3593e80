"""Fill the guard's facts from the ledger, the tables and the archive's files, as they are now.

Many records at a time: each kind of fact is one query for some hundred records. What only the ledger can
decide (is a hold open, was it destroyed) is asked of the ledger too, see `truth`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlmodel import Session, col, select

from retention.facts import BatchFacts, Loan, RecordFacts
from retention.guard import evaluate
from retention.kinds import Appraisal, Disposition, Medium, Opinion, RecordClass, Selection
from retention.reasons import Reason
from webir_records.archive.archive import DESTROYED
from webir_records.model.tables import HoldRow, LoanRow, MarkRow, OpinionItemRow, RecordRow
from webir_records.services.context import Workspace
from webir_records.services.destruction.batches import SELECTED, selection_of
from webir_records.services.destruction.catalogue import CatalogueNow, Sealed, item_of, versions_of
from webir_records.services.destruction.sealed import SealedFiles
from webir_records.services.destruction.truth import LedgerTruth
from webir_records.services.governing import Governing, chunks, governing

EVIDENCE_RULE = "destruction_evidence"
"""The profile's rule for catalogues and approvals of destructions (銷毀辦法 §18)."""


@dataclass(slots=True)
class _Known:
    """What is read for some records at once, by record id."""

    governing: Mapping[str, Governing]
    versions: Mapping[str, Sequence[Sealed]]
    holds: Mapping[str, Mapping[str, str]]  # who is to be asked, by hold
    loans: Mapping[str, Sequence[Loan]]
    marks: Mapping[str, Mapping[str, str]]
    opinions: Mapping[str, OpinionItemRow]
    intact: set[str]


@dataclass(slots=True)
class FactReader:
    """Reads the facts of many records for one decision.

    Args:
        workspace: the open workspace.
        session: the transaction in which the decision is taken.
        batch: the batch; opinions and selection are those of this batch.
        truth: what the ledger says.
        catalogue: the batch's catalogue; None while it is being drafted (the line is made from the record).
        thorough: read every sealed file and compare its digest; else `integrity_ok` says only that each is
            there with its size.
    """

    workspace: Workspace
    session: Session
    batch: str
    truth: LedgerTruth
    catalogue: CatalogueNow | None
    thorough: bool
    _sealed: SealedFiles = field(init=False)
    _offered: Selection | None = field(init=False)

    def __post_init__(self) -> None:
        """Look at what is the same for all records."""
        self._sealed = SealedFiles(self.workspace.files.reader(), self.thorough)
        self._offered = selection_of(self.session, self.batch)

    def refusals(self, rows: Sequence[RecordRow], batch: BatchFacts) -> Iterator[tuple[str, list[Reason]]]:
        """Yield every record with all reasons why it may not be destroyed in this batch today."""
        for some in chunks(rows):
            known = self._known([row.id for row in some], some)
            for row in some:
                reasons = list(evaluate(self._facts(row, known), batch))
                yield row.id, reasons + list(self.truth.differences(row, tuple(known.holds.get(row.id, ()))))

    def _known(self, records: Sequence[str], rows: Sequence[RecordRow]) -> _Known:
        versions = versions_of(self.session, records)
        return _Known(
            governing(self.workspace, self.session, rows),
            versions,
            _holds(self.session, records),
            _loans(self.session, records),
            _marks(self.session, records),
            _opinions(self.session, self.batch, records),
            self._sealed.intact(versions),
        )

    def _facts(self, row: RecordRow, known: _Known) -> RecordFacts:
        governs, versions = known.governing[row.id], known.versions[row.id]
        marks, opinion = known.marks.get(row.id, {}), known.opinions.get(row.id)
        line = None if self.catalogue is None else self.catalogue.items.get(row.id)
        return RecordFacts(
            record=row.id,
            record_class=RecordClass(row.record_class),
            disposition=_disposition(governs, marks),
            permanent=governs.permanent,
            due=self._due(row.id, governs, versions),
            holds=tuple(f"{hold} ({ask})" for hold, ask in known.holds.get(row.id, {}).items()),
            loans=tuple(known.loans.get(row.id, ())),
            destroyed=row.state == DESTROYED or row.id in self.truth.destroyed,
            integrity_ok=row.id in known.intact,
            in_catalogue=self.catalogue is None or line == item_of(row, versions),
            clause=governs.clause,
            classified=marks.get("classified") == "yes",
            appraisal=_appraisal(marks),
            selection=Selection.SELECTED if SELECTED in marks else self._offered,
            opinion=Opinion(opinion.opinion) if opinion else None,
            extended_until=opinion.until if opinion else None,
            destruction_evidence=row.rule == EVIDENCE_RULE,
            medium=Medium.ELECTRONIC,
        )

    def _due(self, record: str, governs: Governing, versions: Sequence[Sealed]) -> date | None:
        filed = versions[-1].seq if versions else 0
        return self.truth.later_due(record, filed, governs.due)


def _disposition(governs: Governing, marks: Mapping[str, str]) -> Disposition | None:
    return Disposition.NATIONAL if "national" in marks else governs.disposition


def _appraisal(marks: Mapping[str, str]) -> Appraisal | None:
    return Appraisal(marks["appraised"]) if "appraised" in marks else None


def _holds(session: Session, records: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return the open holds with the authority that asked for each, by record."""
    query = select(HoldRow.record, HoldRow.id, HoldRow.authority).where(
        col(HoldRow.record).in_(records), col(HoldRow.released).is_(False)
    )
    found: dict[str, dict[str, str]] = {}
    for record, hold, authority in session.exec(query.order_by(col(HoldRow.id))):
        found.setdefault(record, {})[hold] = authority
    return found


def _loans(session: Session, records: Sequence[str]) -> dict[str, list[Loan]]:
    query = select(LoanRow).where(col(LoanRow.record).in_(records), col(LoanRow.returned_at).is_(None))
    found: dict[str, list[Loan]] = {}
    for row in session.exec(query.order_by(col(LoanRow.id))):
        loan = Loan(loan=row.id, borrower=row.borrower, return_by=row.return_by)
        found.setdefault(row.record, []).append(loan)
    return found


def _marks(session: Session, records: Sequence[str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for row in session.exec(select(MarkRow).where(col(MarkRow.record).in_(records))):
        found.setdefault(row.record, {})[row.mark] = row.value
    return found


def _opinions(session: Session, batch: str, records: Sequence[str]) -> dict[str, OpinionItemRow]:
    query = select(OpinionItemRow).where(
        OpinionItemRow.batch == batch, col(OpinionItemRow.record).in_(records)
    )
    return {row.record: row for row in session.exec(query)}
