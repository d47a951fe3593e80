"""From events of an account to the day from which its period is counted."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention.messages import MESSAGES
from retention.triggers import AccountEvent, AccountEventKind, judge_trigger, running_trigger

K = AccountEventKind
JAN, MAY, DEC = date(2021, 1, 14), date(2021, 5, 2), date(2021, 12, 31)


def events(*pairs: tuple[AccountEventKind, date]) -> list[AccountEvent]:
    return [AccountEvent(kind, on) for kind, on in pairs]


CASES: list[tuple[str, list[AccountEvent], date | None, list[str]]] = [
    ("nothing happened", [], None, []),
    ("cancelled", events((K.CANCELLED, JAN)), JAN, []),
    ("cancelled again later", events((K.CANCELLED, JAN), (K.CANCELLED, MAY)), JAN, ["R340"]),
    ("cancelled again with an earlier date", events((K.CANCELLED, MAY), (K.CANCELLED, JAN)), MAY, ["R340"]),
    ("re-opened", events((K.CANCELLED, JAN), (K.REOPENED, MAY)), None, ["R344"]),
    (
        "re-opened and cancelled anew",
        events((K.CANCELLED, JAN), (K.REOPENED, MAY), (K.CANCELLED, DEC)),
        DEC,
        ["R344"],
    ),
    (
        "cancelled anew on the day of the re-opening",
        events((K.CANCELLED, JAN), (K.REOPENED, MAY), (K.CANCELLED, MAY)),
        MAY,
        ["R344"],
    ),
    (
        "cancelled anew with a date before the re-opening",
        events((K.CANCELLED, JAN), (K.REOPENED, MAY), (K.CANCELLED, JAN)),
        None,
        ["R344", "R341"],
    ),
    (
        "contradiction corrected",
        events((K.CANCELLED, JAN), (K.REOPENED, MAY), (K.CANCELLED, JAN), (K.CORRECTED, DEC)),
        DEC,
        ["R344", "R341"],
    ),
    ("revoked", events((K.CANCELLED, JAN), (K.REVOKED, MAY)), None, ["R345"]),
    (
        "revoked and cancelled with an earlier date",
        events((K.CANCELLED, MAY), (K.REVOKED, DEC), (K.CANCELLED, JAN)),
        JAN,
        ["R345"],
    ),
    ("corrected to a later day", events((K.CANCELLED, JAN), (K.CORRECTED, MAY)), MAY, []),
    ("corrected to an earlier day", events((K.CANCELLED, MAY), (K.CORRECTED, JAN)), JAN, []),
    ("re-opened although open", events((K.REOPENED, JAN)), None, ["R342"]),
    ("revoked although open", events((K.REVOKED, JAN)), None, ["R342"]),
    ("corrected although open", events((K.CORRECTED, JAN)), None, ["R343"]),
    (
        "re-opened, then the old date corrected",
        events((K.CANCELLED, JAN), (K.REOPENED, MAY), (K.CORRECTED, DEC)),
        None,
        ["R344", "R343"],
    ),
]


@pytest.mark.parametrize(("happened", "on", "codes"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_events_of_an_account_start_its_period(
    happened: list[AccountEvent], on: date | None, codes: list[str]
) -> None:
    judged = judge_trigger(happened)
    assert (judged.on, [notice.code for notice in judged.notices]) == (on, codes)
    assert running_trigger(happened) == on


def test_a_notice_names_both_days() -> None:
    (notice,) = judge_trigger(events((K.CANCELLED, JAN), (K.CANCELLED, MAY))).notices
    assert notice.facts == {"on": "2021-05-02", "cancelled_on": "2021-01-14"}
    assert notice.clause == "七(二)、五(四)"


some_day = st.dates(date(2000, 1, 1), date(2040, 1, 1))
happenings = st.lists(st.builds(AccountEvent, st.sampled_from(K), some_day), max_size=8)


@given(happenings)
def test_no_period_runs_without_a_cancellation_that_stands(happened: list[AccountEvent]) -> None:
    on = running_trigger(happened)
    dated = {event.on for event in happened if event.kind in {K.CANCELLED, K.CORRECTED}}
    assert on is None or on in dated
    last_open = max((n for n, e in enumerate(happened) if e.kind in {K.REOPENED, K.REVOKED}), default=-1)
    if not any(event.kind is K.CANCELLED for event in happened[last_open + 1 :]):
        assert on is None or last_open == -1 or running_trigger(happened[:last_open]) is None


@given(happenings, some_day)
def test_a_further_cancellation_never_makes_a_running_period_earlier(
    happened: list[AccountEvent], day: date
) -> None:
    before = running_trigger(happened)
    after = running_trigger([*happened, AccountEvent(K.CANCELLED, day)])
    if before is not None:
        assert after == before


@given(happenings)
def test_an_account_that_was_re_opened_never_counts_from_before_that_day(
    happened: list[AccountEvent],
) -> None:
    reopened_on = max(event.on for event in happened) + timedelta(days=1) if happened else date(2020, 1, 1)
    cancelled = [
        *happened,
        AccountEvent(K.CANCELLED, date(2019, 1, 1)),
        AccountEvent(K.REOPENED, reopened_on),
    ]
    assert running_trigger(cancelled) is None
    early = AccountEvent(K.CANCELLED, reopened_on - timedelta(days=1))
    assert running_trigger([*cancelled, early]) is None
    in_time = AccountEvent(K.CANCELLED, reopened_on)
    assert running_trigger([*cancelled, in_time]) == reopened_on


@given(happenings)
def test_every_notice_has_a_text(happened: list[AccountEvent]) -> None:
    for notice in judge_trigger(happened).notices:
        assert MESSAGES[notice.code].format_map(notice.facts)
