"""Each rule and each reason of the guard is taken away once: some case must notice."""

from collections.abc import Callable, Iterator

import pytest

from retention.facts import BatchFacts, RecordFacts
from retention.guard_batch import BATCH_RULES
from retention.guard_record import RECORD_RULES
from retention.messages import MESSAGES
from retention.profile import load_profile
from retention.reasons import Reason
from tests.disposal.reading import load_cases
from tests.disposal.test_cases import world_of

CODES = [code for code in MESSAGES if code.startswith("R2")]
Facts = tuple[RecordFacts, BatchFacts]


@pytest.fixture(scope="module")
def facts() -> list[Facts]:
    profile = load_profile("taipei-2017")
    cases = [case for case in load_cases() if case.decision and case.given]
    return [world_of(case, profile).facts() for case in cases]


def reasons(one: Facts, without: object = None) -> Iterator[Reason]:
    record, batch = one
    for rule in RECORD_RULES:
        yield from rule(record, batch) if rule is not without else ()
    for about_batch in BATCH_RULES:
        yield from about_batch(batch) if about_batch is not without else ()


@pytest.mark.parametrize("rule", [*RECORD_RULES, *BATCH_RULES], ids=lambda rule: rule.__name__)
def test_some_case_notices_when_a_rule_is_gone(rule: Callable[..., object], facts: list[Facts]) -> None:
    assert any(tuple(reasons(one)) != tuple(reasons(one, rule)) for one in facts)


@pytest.mark.parametrize("code", CODES)
def test_some_case_notices_when_a_reason_is_gone(code: str, facts: list[Facts]) -> None:
    assert any(code in {reason.code for reason in reasons(one)} for one in facts)
