"""Every line of the domain's list is refused by the guard, with the code, the clause and the record named."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from retention.facts import BatchFacts, RecordFacts
from retention.guard import evaluate
from retention.kinds import HoldReason, RecordClass
from retention.messages import MESSAGES
from tests.unit.retention.guard_list import LINES
from tests.unit.retention.test_guard_vectors import VECTORS, reasons_of

Permitted = Callable[[RecordClass], tuple[RecordFacts, BatchFacts]]
PLACES = [(line, name) for line, names in LINES.items() for name in names]


@pytest.mark.parametrize(("line", "name"), PLACES, ids=[name for _, name in PLACES])
def test_line_is_refused_with_its_code(line: str, name: str, permitted: Permitted) -> None:
    reasons, _ = reasons_of(VECTORS / f"{name}.toml", permitted)
    code = name.split("-", 1)[0]
    (reason, *_) = [reason for reason in reasons if reason.code == code]
    assert reason.clause, line
    assert {"record", "batch"} & set(reason.facts), line
    assert MESSAGES[code].format_map(reason.facts)


@pytest.mark.parametrize("record_class", RecordClass)
@pytest.mark.parametrize("why", HoldReason)
def test_a_hold_refuses_whatever_its_reason_in_every_class(
    why: HoldReason, record_class: RecordClass, permitted: Permitted
) -> None:
    record, batch = permitted(record_class)
    (reason,) = evaluate(replace(record, holds=(f"h-{why}",)), batch)
    assert (reason.code, reason.clause) == ("R225", "檔案法 §24")
    assert reason.facts == {"record": "r-1", "holds": f"h-{why}"}
