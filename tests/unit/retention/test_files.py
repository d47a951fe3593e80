"""The longest-in-the-file rule."""

from datetime import date
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention.errors import PeriodError
from retention.files import FileItem, file_due
from retention.kinds import Trigger
from retention.messages import MESSAGES
from retention.periods import Strategy
from retention.profile import load_profile
from retention.schedule import Due, NoDue, compute_due
from retention.sections import LEGAL_TERMS
from tests.unit.retention.civil_code import DAY, by_civil_code, from_next_year

PROFILE = load_profile("taipei-2017")
REGISTER = PROFILE.rule_for("form_2")
APPLICATION = PROFILE.rule_for("form_1_2")
PERMANENT = PROFILE.rule_for("certificate")


def of(years: int, day: date | None, strategy: Strategy = Strategy.NEXT_YEAR) -> FileItem:
    rule = REGISTER.model_copy(update={"years": years, "strategy": strategy, "id": f"y{years}"})
    return FileItem(f"r-{years}-{day}", rule, day)


def test_newest_document_and_longest_term_govern_the_whole_file() -> None:
    due = file_due([of(3, date(2023, 6, 1)), of(10, date(2021, 2, 28)), of(1, date(2022, 1, 1))])
    assert isinstance(due, Due)
    assert (due.trigger, due.trigger_date) == (Trigger.FILE_LAST_DOCUMENT, date(2023, 6, 1))
    assert (due.rule, due.years, due.strategy) == ("y10", 10, Strategy.NEXT_YEAR)
    assert (due.end, due.destroyable_from) == (date(2033, 12, 31), date(2034, 1, 1))
    assert due.other_strategy_from == date(2033, 6, 2)
    assert due.clause == "施行細則 §23 III"


def test_the_way_of_counting_that_ends_later_governs() -> None:
    mixed = [of(3, date(2023, 6, 1), Strategy.ANNIVERSARY), of(1, date(2023, 1, 1))]
    due = file_due(mixed)
    assert isinstance(due, Due)
    assert (due.years, due.destroyable_from) == (3, date(2027, 1, 1))
    alone = file_due(mixed[:1])
    assert isinstance(alone, Due)
    assert alone.destroyable_from == date(2026, 6, 2)


def test_the_schedule_lengthens_and_never_shortens() -> None:
    items = [of(5, date(2021, 2, 28))]
    assert file_due(items, 3) == file_due(items)
    longer = file_due(items, 30)
    assert isinstance(longer, Due)
    assert longer.destroyable_from == date(2052, 1, 1)


@pytest.mark.parametrize(
    ("items", "permanent", "code"),
    [
        ([], False, "R330"),
        ([of(3, None)], False, "R331"),
        ([of(3, date(2021, 1, 1)), of(1, None)], False, "R331"),
        ([of(3, date(2021, 1, 1)), FileItem("r-p", PERMANENT, date(2020, 1, 1))], False, "R402"),
        ([of(3, date(2021, 1, 1))], True, "R403"),
    ],
    ids=["empty", "no date at all", "one date missing", "one permanent record", "permanent by schedule"],
)
def test_file_without_a_due_date_says_why(items: list[FileItem], *, permanent: bool, code: str) -> None:
    due = file_due(items, schedule_permanent=permanent)
    assert isinstance(due, NoDue)
    assert due.code == code
    assert MESSAGES[code]
    assert due.permanent is (code in {"R402", "R403"})


def test_a_record_whose_own_period_has_not_begun_keeps_the_file() -> None:
    waiting = compute_due(APPLICATION, None)
    items = [of(3, date(2021, 1, 1)), FileItem("r-a", APPLICATION, date(2020, 1, 1), waiting)]
    assert file_due(items) == NoDue("R401", "七(二)")
    begun = compute_due(APPLICATION, date(2030, 5, 5))
    later = file_due([items[0], FileItem("r-a", APPLICATION, date(2020, 1, 1), begun)])
    assert later == begun


def test_a_schedule_below_one_year_is_refused() -> None:
    with pytest.raises(PeriodError) as caught:
        file_due([of(3, date(2021, 1, 1))], 0)
    assert caught.value.code == "R101"


some = st.builds(
    of, st.sampled_from(LEGAL_TERMS), st.dates(date(1912, 1, 1), date(2200, 1, 1)), st.sampled_from(Strategy)
)
files = st.lists(some, min_size=1, max_size=4)


@given(files)
def test_file_agrees_with_a_walk_through_the_calendar(items: list[FileItem]) -> None:
    due = file_due(items)
    assert isinstance(due, Due)
    newest = max(item.document_date for item in items if item.document_date)
    longest = max(item.rule.years or 0 for item in items)
    next_year = any(item.rule.strategy is Strategy.NEXT_YEAR for item in items)
    walk = from_next_year if next_year else by_civil_code
    assert due.destroyable_from == walk(newest, longest) + DAY


@given(files)
def test_no_record_of_a_file_goes_before_its_own_day(items: list[FileItem]) -> None:
    due = file_due(items)
    assert isinstance(due, Due)
    for item in items:
        own = compute_due(item.rule, item.document_date)
        assert isinstance(own, Due)
        assert own.destroyable_from <= due.destroyable_from


@given(files, some)
def test_a_further_document_never_makes_the_file_go_earlier(items: list[FileItem], more: FileItem) -> None:
    before, after = file_due(items), file_due([*items, more])
    assert isinstance(before, Due)
    assert isinstance(after, Due)
    assert before.destroyable_from <= after.destroyable_from


def test_the_order_of_the_records_does_not_matter() -> None:
    items = [of(3, date(2023, 6, 1)), of(10, date(2021, 2, 28)), of(5, date(2022, 1, 1))]
    answers = {file_due(order) for order in permutations(items)}
    assert len(answers) == 1
