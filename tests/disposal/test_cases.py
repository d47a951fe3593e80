"""Every case, judged by the rules alone: no disk, no clock."""

import dataclasses
from datetime import date, timedelta

import pytest

import tests.disposal.given_batch  # sentences about batches
from retention.guard import evaluate, evaluate_batch
from retention.profile import Profile, load_profile
from retention.schedule import Due, NoDue
from tests.disposal.given import GIVEN, World
from tests.disposal.questions import QUESTION, Asked
from tests.disposal.reading import ALLOWED, Case, Reasons, load_cases

CASES = load_cases()
assert tests.disposal.given_batch


@pytest.fixture(scope="module")
def profile() -> Profile:
    return load_profile("taipei-2017")


def judged(world: World) -> Reasons:
    """Return what the guard says, with the clauses."""
    record, batch = world.facts()
    return tuple((one.code, one.clause) for one in (*evaluate(record, batch), *evaluate_batch(batch)))


def world_of(case: Case, profile: Profile) -> World:
    world = World(profile, case.day)
    for sentence in case.given:
        GIVEN.tell(sentence, world)
    return world


def named(cases: list[Case]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", cases, ids=[f"{case.name} {case.title}" for case in cases])


@named([case for case in CASES if case.decision and case.given])
def test_guard_decides_as_the_case_says_and_names_every_reason(case: Case, profile: Profile) -> None:
    assert judged(world_of(case, profile)) == case.reasons


@named([case for case in CASES if case.first_day])
def test_record_may_go_on_its_first_day_and_not_the_day_before(case: Case, profile: Profile) -> None:
    world = world_of(case, profile)
    due = world.due()
    assert isinstance(due, Due)
    assert due.destroyable_from == case.first_day
    assert case.other_day in {None, due.other_strategy_from}
    for day, expected in ((due.destroyable_from, ()), (due.end, (("R201", world.rule.clause),))):
        on_that_day = world_of(_on(case, day), profile)
        assert judged(on_that_day) == expected


@named([case for case in CASES if case.no_day])
def test_record_without_a_first_day_never_goes(case: Case, profile: Profile) -> None:
    world = world_of(case, profile)
    due = world.due()
    assert isinstance(due, NoDue)
    assert due.code == case.no_day
    for years in (0, 100, 1000):
        later = world_of(_on(case, case.day + timedelta(days=365 * years)), profile)
        assert "R202" in [code for code, _ in judged(later)]


@named([case for case in CASES if case.question])
def test_question_is_answered_as_the_case_says(case: Case, profile: Profile) -> None:
    asked = Asked(profile)
    QUESTION.tell(case.question, asked)
    assert asked.answer == case.answer


def test_no_case_is_left_out() -> None:
    assert all(case.given or case.question or case.acts for case in CASES)
    assert all(bool(case.question) is bool(case.answer) for case in CASES)
    assert len({case.title for case in CASES}) == len(CASES)
    assert {case.decision for case in CASES if case.decision} >= {ALLOWED}


def _on(case: Case, day: date) -> Case:
    return dataclasses.replace(case, day=day)
