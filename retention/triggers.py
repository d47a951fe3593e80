"""From what happened to an account to the day on which its period began (七(二), 五(四)).

七(二) counts 「於使用者註銷帳號」 onward. What the rule does not say is decided so that nothing can go early:

* *Repeated cancellation*: an account that is cancelled cannot be cancelled again, so the first
  cancellation counts. A second date, earlier or later, changes nothing; a wrong date is corrected, which
  is another act, with its own authority.
* *Re-opened account* (復權): the person may query again, so the purpose of keeping the application lives on.
  No period runs, and the next cancellation starts it anew: the newest counts.
* *Revoked cancellation*: it is as if it had not happened; the account was open all the time. No period runs.
* *Back-dated cancellation*: the day of the event counts and not the day on which it was noted (五(四) asks
  for the date on the form), but never a day before the account was re-opened: such a date contradicts the
  ledger, and until it is corrected no period runs.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from retention.reasons import Reason


class AccountEventKind(StrEnum):
    """What happened to an account."""

    CANCELLED = "cancelled"
    REOPENED = "reopened"
    REVOKED = "revoked"
    """The cancellation was wrong and is taken back."""
    CORRECTED = "corrected"
    """The date of the cancellation was wrong; `on` is the right one."""


@dataclass(frozen=True, slots=True)
class AccountEvent:
    """One event, as the ledger tells them: in the order in which they were noted.

    Attributes:
        kind: what happened.
        on: local day on which it took effect; it may lie before the day of the note.
    """

    kind: AccountEventKind
    on: date


@dataclass(frozen=True, slots=True)
class RunningTrigger:
    """What starts the period, and what an archivist should look at.

    Attributes:
        on: day from which the period is counted; `None` = no period runs.
        notices: events that changed nothing, contradicted others, or stopped the period.
    """

    on: date | None = None
    notices: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class _Account:
    """The account after the events so far."""

    cancelled_on: date | None = None
    open_since: date | None = None
    contradiction: bool = False
    notices: tuple[Reason, ...] = ()

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_on is not None

    def noted(self, code: str, event: AccountEvent) -> "_Account":
        """Return the same with one notice more."""
        facts = {"on": event.on.isoformat(), "cancelled_on": f"{self.cancelled_on or '–'}"}
        return replace(self, notices=(*self.notices, Reason(code, "七(二)、五(四)", facts)))


def running_trigger(events: Iterable[AccountEvent]) -> date | None:
    """Return the day from which the period of an application is counted, or `None` while none runs.

    Args:
        events: in the order in which they were noted.
    """
    return judge_trigger(events).on


def judge_trigger(events: Iterable[AccountEvent]) -> RunningTrigger:
    """Return the day from which the period is counted, with everything odd in the events.

    Args:
        events: in the order in which they were noted.
    """
    account = _Account()
    for event in events:
        account = _STEPS[event.kind](account, event)
    return RunningTrigger(None if account.contradiction else account.cancelled_on, account.notices)


def _cancelled(account: _Account, event: AccountEvent) -> _Account:
    if account.is_cancelled:
        return account.noted("R340", event)
    return _dated(account, event)


def _corrected(account: _Account, event: AccountEvent) -> _Account:
    return _dated(account, event) if account.is_cancelled else account.noted("R343", event)


def _dated(account: _Account, event: AccountEvent) -> _Account:
    early = account.open_since is not None and event.on < account.open_since
    dated = replace(account, cancelled_on=event.on, contradiction=early)
    return dated.noted("R341", event) if early else dated


def _reopened(account: _Account, event: AccountEvent) -> _Account:
    if not account.is_cancelled:
        return account.noted("R342", event)
    noted = account.noted("R344", event)
    return replace(noted, cancelled_on=None, open_since=event.on, contradiction=False)


def _revoked(account: _Account, event: AccountEvent) -> _Account:
    if not account.is_cancelled:
        return account.noted("R342", event)
    return replace(account.noted("R345", event), cancelled_on=None, contradiction=False)


_STEPS: Final[Mapping[AccountEventKind, Callable[[_Account, AccountEvent], _Account]]] = MappingProxyType(
    {
        AccountEventKind.CANCELLED: _cancelled,
        AccountEventKind.CORRECTED: _corrected,
        AccountEventKind.REOPENED: _reopened,
        AccountEventKind.REVOKED: _revoked,
    }
)
