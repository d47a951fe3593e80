"""The clock runs ahead: the guard counts from the last date that can be believed, not from the newest one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from retention.facts import BatchFacts, RecordFacts
from retention.guard import evaluate_batch
from retention.kinds import RecordClass

Permitted = Callable[[RecordClass], tuple[RecordFacts, BatchFacts]]
TODAY = date(2026, 11, 23)
LEAD = 400  # days, in the profile


@pytest.mark.parametrize("record_class", RecordClass)
@pytest.mark.parametrize(
    ("days", "people", "refused"),
    [
        (LEAD, (), False),
        (LEAD + 1, (), True),
        (LEAD + 1, ("p-1",), True),
        (LEAD + 1, ("p-1", "p-1"), True),
        (LEAD + 1, ("p-1", "p-2"), False),
    ],
)
def test_newer_entry_under_a_wrong_clock_makes_it_not_right(
    days: int, people: tuple[str, ...], refused: object, record_class: RecordClass, permitted: Permitted
) -> None:
    _, batch = permitted(record_class)
    assert batch.policy.max_clock_lead_days == LEAD
    trusted = TODAY - timedelta(days=days)
    changed = replace(batch, newest_ledger_date=TODAY, trusted_ledger_date=trusted, clock_confirmed_by=people)
    found = [reason for reason in evaluate_batch(changed) if reason.code == "R205"]
    assert bool(found) is refused
    assert all(reason.facts["newest"] == trusted.isoformat() for reason in found)


def test_without_a_jump_the_newest_entry_counts(permitted: Permitted) -> None:
    _, batch = permitted(RecordClass.B)
    far = replace(batch, newest_ledger_date=TODAY - timedelta(days=LEAD + 1), trusted_ledger_date=None)
    assert [reason.code for reason in evaluate_batch(far)] == ["R205"]
    later = replace(far, trusted_ledger_date=TODAY)  # what is believed is never later than what is there
    assert [reason.code for reason in evaluate_batch(later)] == ["R205"]


def test_clock_behind_the_newest_entry_is_told_as_that(permitted: Permitted) -> None:
    _, batch = permitted(RecordClass.B)
    ahead = replace(batch, newest_ledger_date=TODAY + timedelta(days=1), trusted_ledger_date=date(2020, 1, 1))
    assert [reason.code for reason in evaluate_batch(ahead)] == ["R203"]
