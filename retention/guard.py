"""Decide whether a record may be destroyed; the one place that does (檔案法 §12, §24).

Both functions return every reason at once, in a fixed order, and raise nothing. An empty answer of
both is the only permission. They must run again inside the transaction that destroys.
"""

from retention.facts import AuthorityApproval, BatchFacts, Person, RecordFacts, StatementFacts
from retention.guard_batch import BATCH_RULES
from retention.guard_record import RECORD_RULES
from retention.kinds import Disposition, RecordClass, StatementKind
from retention.reasons import Reason

__all__ = [
    "AuthorityApproval",
    "BatchFacts",
    "Disposition",
    "Person",
    "Reason",
    "RecordClass",
    "RecordFacts",
    "StatementFacts",
    "StatementKind",
    "evaluate",
    "evaluate_batch",
]


def evaluate(record: RecordFacts, batch: BatchFacts) -> tuple[Reason, ...]:
    """Return every reason why this record may not be destroyed in this batch, today."""
    return tuple(reason for rule in RECORD_RULES for reason in rule(record, batch))


def evaluate_batch(batch: BatchFacts) -> tuple[Reason, ...]:
    """Return every reason why this batch as a whole may not be executed today."""
    return tuple(reason for rule in BATCH_RULES for reason in rule(batch))
