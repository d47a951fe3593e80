"""States of a batch: the short path, the full path, and no other."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention.batches import BatchState, allowed_next, check_transition
from retention.kinds import RecordClass
from retention.messages import MESSAGES

SHORT = "drafted approved executing destroyed closed"
FULL = "drafted opinions selection submitted approved cooling executing destroyed annotated closed"
REPORTED = "drafted submitted approved executing destroyed closed"
PATHS = {RecordClass.A: SHORT.split(), RecordClass.B: FULL.split(), RecordClass.C: REPORTED.split()}
classes = st.sampled_from(RecordClass)


def legal_steps(record_class: RecordClass) -> set[tuple[str, str]]:
    path = PATHS[record_class]
    before_execution = path[: path.index("executing")]
    return {*itertools.pairwise(path), *((state, "withdrawn") for state in before_execution)}


@pytest.mark.parametrize("record_class", RecordClass)
@pytest.mark.parametrize("state", BatchState)
@pytest.mark.parametrize("new", BatchState)
def test_step_is_allowed_exactly_when_the_path_has_it(
    state: BatchState, new: BatchState, record_class: RecordClass
) -> None:
    legal = (state, new) in legal_steps(record_class)
    reason = check_transition(state, new, record_class)
    assert (reason is None) is legal
    assert (new in allowed_next(state, record_class)) is legal


def test_refused_step_names_where_the_batch_stands_and_what_is_allowed() -> None:
    reason = check_transition(BatchState.DRAFTED, BatchState.EXECUTING, RecordClass.A)
    assert reason is not None
    assert (reason.code, reason.clause) == ("R301", "七(二)")
    assert reason.facts == {
        "state": "drafted",
        "new": "executing",
        "class": "A",
        "allowed": "approved、withdrawn",
    }
    assert MESSAGES["R301"].format_map(reason.facts)


@pytest.mark.parametrize("state", [BatchState.CLOSED, BatchState.WITHDRAWN])
def test_final_state_leads_nowhere_and_says_so(state: BatchState) -> None:
    reason = check_transition(state, BatchState.DRAFTED, RecordClass.B)
    assert reason is not None
    assert (reason.facts["allowed"], reason.clause) == ("–", "銷毀辦法 §8")
    assert allowed_next(state, RecordClass.B) == ()


@given(classes, st.lists(st.sampled_from(BatchState), max_size=40))
def test_nothing_is_destroyed_without_approval_and_nothing_is_withdrawn_after_the_start(
    record_class: RecordClass, attempts: list[BatchState]
) -> None:
    passed = [BatchState.DRAFTED]
    for new in attempts:
        if check_transition(passed[-1], new, record_class) is None:
            passed.append(new)
    if BatchState.DESTROYED in passed:
        assert passed.index(BatchState.APPROVED) < passed.index(BatchState.EXECUTING)
        assert passed.index(BatchState.EXECUTING) < passed.index(BatchState.DESTROYED)
    if BatchState.WITHDRAWN in passed:
        assert BatchState.EXECUTING not in passed
    if record_class is not RecordClass.A and BatchState.EXECUTING in passed:
        assert BatchState.SUBMITTED in passed
    if record_class is RecordClass.B and BatchState.EXECUTING in passed:
        assert {BatchState.OPINIONS, BatchState.SELECTION, BatchState.COOLING} <= set(passed)
