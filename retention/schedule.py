"""From a rule and a trigger date to the first day on which destruction is allowed."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from retention.kinds import Trigger
from retention.periods import Strategy, checked_years, destroyable_from, retention_end
from retention.profile import Rule, Term

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Due:
    """When a record may be destroyed at the earliest.

    Attributes:
        rule: id of the governing rule.
        trigger: kind of event from which the period is counted.
        trigger_date: local day of that event.
        end: last day of the period.
        destroyable_from: first local day on which destruction is allowed; the ledger's `due`.
        years: governing term, the longest of the rule's and the agency's.
        strategy: way of counting that governs.
        clause: source of the rule.
        other_strategy_from: the same first day under the other way of counting, shown beside it.
    """

    rule: str
    trigger: Trigger
    trigger_date: date
    end: date
    destroyable_from: date
    years: int
    strategy: Strategy
    clause: str
    other_strategy_from: date


@dataclass(frozen=True, slots=True)
class NoDue:
    """Why a record has no due date and is therefore never a candidate.

    Attributes:
        code: R401 no trigger yet, R402 the rule says permanent, R403 the agency's schedule says permanent,
            R330 the file is empty, R331 a document of the file has no date.
        clause: source.
    """

    code: str
    clause: str

    @property
    def permanent(self) -> bool:
        """Whether there will never be a due date, whatever happens."""
        return self.code in {"R402", "R403"}


def compute_due(
    rule: Rule,
    trigger_date: date | None,
    *,
    agency_years: int | None = None,
    agency_permanent: bool = False,
) -> Due | NoDue:
    """Compute the due date of one record; the longest term wins.

    Args:
        rule: the profile's rule for the record's form.
        trigger_date: local day on which the rule's trigger happened; `None` = not yet.
        agency_years: term of the agency's own schedule (檔案保存年限區分表); a shorter one changes nothing.
        agency_permanent: the agency's own schedule says permanent, the longest term of all.

    Raises:
        PeriodError: a term below 1 year (R101), or an end beyond the calendar (R103).
    """
    term = rule.term
    if term is None:
        return NoDue("R402", rule.clause)
    if agency_permanent:
        return NoDue("R403", "檔案法 §10")
    if trigger_date is None:
        return NoDue("R401", rule.clause)
    years = term.years if agency_years is None else max(term.years, checked_years(agency_years))
    return _due(rule, term, trigger_date, years)


def _due(rule: Rule, term: Term, trigger_date: date, years: int) -> Due:
    other = Strategy.NEXT_YEAR if term.strategy is Strategy.ANNIVERSARY else Strategy.ANNIVERSARY
    end = retention_end(trigger_date, years, term.strategy)
    return Due(
        rule=rule.id,
        trigger=term.trigger,
        trigger_date=trigger_date,
        end=end,
        destroyable_from=end + _DAY,
        years=years,
        strategy=term.strategy,
        clause=rule.clause,
        other_strategy_from=destroyable_from(trigger_date, years, other),
    )
