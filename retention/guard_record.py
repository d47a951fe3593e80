"""The guard's rules about one record: each function is one line of the list in docs/retention.md."""

from collections.abc import Callable, Iterator
from typing import Final

from retention.facts import BatchFacts, RecordFacts
from retention.kinds import Appraisal, Disposition, Opinion, RecordClass, Selection
from retention.reasons import Reason

RecordRule = Callable[[RecordFacts, BatchFacts], Iterator[Reason]]


def _due(record: RecordFacts, batch: BatchFacts) -> Iterator[Reason]:
    clause = record.clause or "檔案法 §12 I"
    if record.due is None:
        yield Reason("R202", clause, {"record": record.record})
    elif batch.today < record.due:
        facts = {"record": record.record, "due": record.due.isoformat(), "today": batch.today.isoformat()}
        yield Reason("R201", clause, facts)


def _permanent(record: RecordFacts, _batch: BatchFacts) -> Iterator[Reason]:
    if record.permanent is None:
        yield Reason("R211", "檔案法 §10", {"record": record.record})
    elif record.permanent:
        yield Reason("R210", "檔案法 §10", {"record": record.record})


def _disposition(record: RecordFacts, _batch: BatchFacts) -> Iterator[Reason]:
    facts = {"record": record.record}
    match record.disposition:
        case None:
            yield Reason("R212", "銷毀辦法 §5", facts)
        case Disposition.NATIONAL | Disposition.AGENCY_PERMANENT:
            yield Reason("R213", "銷毀辦法 §5", facts | {"disposition": record.disposition.value})
        case Disposition.APPRAISE if record.appraisal is None:
            yield Reason("R214", "銷毀辦法 §5", facts)
        case _:
            pass


def _appraisal(record: RecordFacts, _batch: BatchFacts) -> Iterator[Reason]:
    if record.appraisal is Appraisal.KEEP:
        yield Reason("R215", "施行細則 §13", {"record": record.record})


def _destruction_evidence(record: RecordFacts, _batch: BatchFacts) -> Iterator[Reason]:
    if record.destruction_evidence:
        yield Reason("R216", "銷毀辦法 §18", {"record": record.record})
    elif record.destruction_evidence is None and _filed(record):
        yield Reason("R217", "銷毀辦法 §18", {"record": record.record})


def _destroyed(record: RecordFacts, _batch: BatchFacts) -> Iterator[Reason]:
    if record.destroyed is None:
        yield Reason("R219", "銷毀辦法 §17", {"record": record.record})
    elif record.destroyed:
        yield Reason("R218", "銷毀辦法 §17", {"record": record.record})


def _classified(record: RecordFacts, _batch: BatchFacts) -> Iterator[Reason]:
    if record.classified:
        yield Reason("R220", "機密檔案管理辦法 §18", {"record": record.record})
    elif record.classified is None and _filed(record):
        yield Reason("R221", "機密檔案管理辦法 §18", {"record": record.record})


def _holds(record: RecordFacts, _batch: BatchFacts) -> Iterator[Reason]:
    if record.holds is None:
        yield Reason("R226", "檔案法 §24", {"record": record.record})
    elif record.holds:
        yield Reason("R225", "檔案法 §24", {"record": record.record, "holds": "、".join(record.holds)})


def _loans(record: RecordFacts, _batch: BatchFacts) -> Iterator[Reason]:
    if record.loans is None:
        yield Reason("R228", "檔案法 §7", {"record": record.record})
        return
    for loan in record.loans:
        facts = {"loan": loan.loan, "borrower": loan.borrower, "return_by": loan.return_by.isoformat()}
        yield Reason("R227", "檔案法 §7", facts | {"record": record.record})


def _selection(record: RecordFacts, _batch: BatchFacts) -> Iterator[Reason]:
    facts = {"record": record.record}
    match record.selection:
        case Selection.SELECTED:
            yield Reason("R230", "銷毀辦法 §9", facts)
        case Selection.PENDING:
            yield Reason("R231", "銷毀辦法 §9", facts)
        case None if _asked_about(record):
            yield Reason("R232", "銷毀辦法 §9", facts)
        case _:
            pass


def _opinion(record: RecordFacts, batch: BatchFacts) -> Iterator[Reason]:
    facts = {"record": record.record}
    match record.opinion:
        case Opinion.EXTENDED:
            yield from _extension(record, batch)
        case Opinion.UNANSWERED if not batch.policy.silence_is_consent:
            yield Reason("R236", "銷毀辦法 §8 II", facts)
        case None if _asked_about(record):
            yield Reason("R238", "銷毀辦法 §8 II", facts)
        case _:
            pass


def _extension(record: RecordFacts, batch: BatchFacts) -> Iterator[Reason]:
    until = record.extended_until
    if until is None:
        yield Reason("R237", "銷毀辦法 §8 II", {"record": record.record})
    elif batch.today < until:
        facts = {"record": record.record, "until": until.isoformat(), "today": batch.today.isoformat()}
        yield Reason("R235", "銷毀辦法 §8 II", facts)


def _copy(record: RecordFacts, batch: BatchFacts) -> Iterator[Reason]:
    if record.record_class is not RecordClass.C:
        return
    facts = {"record": record.record}
    if record.original_due is None:
        yield Reason("R241", "銷毀辦法 §7 III", facts)
    elif batch.today < record.original_due:
        due = record.original_due.isoformat()
        yield Reason("R240", "銷毀辦法 §7 III", facts | {"due": due, "today": batch.today.isoformat()})
    if not record.copy_reported:
        yield Reason("R242", "銷毀辦法 §7 III", facts)


def _integrity(record: RecordFacts, _batch: BatchFacts) -> Iterator[Reason]:
    if record.integrity_ok is None:
        yield Reason("R246", "銷毀辦法 §15", {"record": record.record})
    elif not record.integrity_ok:
        yield Reason("R245", "銷毀辦法 §15", {"record": record.record})


def _membership(record: RecordFacts, batch: BatchFacts) -> Iterator[Reason]:
    facts = {"record": record.record, "batch": batch.batch}
    if record.record_class is None:
        yield Reason("R251", "檔案法 §2", facts)
    elif record.record_class is not batch.record_class:
        classes = {"class": record.record_class.value, "batch_class": batch.record_class or "?"}
        yield Reason("R250", "檔案法 §2", facts | classes)
    if record.in_catalogue is None:
        yield Reason("R253", "檔案法 §12 II", facts)
    elif not record.in_catalogue:
        yield Reason("R252", "檔案法 §12 II", facts)


def _method(record: RecordFacts, batch: BatchFacts) -> Iterator[Reason]:
    facts = {"record": record.record}
    if record.medium is None or batch.method is None:
        if _filed(record):
            yield Reason("R256", "銷毀辦法 §13", facts)
    elif batch.method not in batch.policy.methods.get(record.medium, frozenset()):
        named = {"medium": record.medium.value, "method": batch.method.value}
        yield Reason("R255", "銷毀辦法 §13", facts | named)


def _asked_about(record: RecordFacts) -> bool:
    """Tell whether units and 史政機關 must be asked: about archives only (銷毀辦法 §§8, 9)."""
    return record.record_class is None or record.record_class is RecordClass.B


def _filed(record: RecordFacts) -> bool:
    """Tell whether archive law governs in full; a class that nobody knows counts as filed."""
    return record.record_class is not RecordClass.A


RECORD_RULES: Final[tuple[RecordRule, ...]] = (
    _due,
    _permanent,
    _disposition,
    _appraisal,
    _destruction_evidence,
    _destroyed,
    _classified,
    _holds,
    _loans,
    _selection,
    _opinion,
    _copy,
    _integrity,
    _membership,
    _method,
)
