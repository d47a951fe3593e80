"""Which term governs when several speak of one record: the longest, and nothing is shortened silently.

A record keeps the rule under which it was filed. A later version of the profile, the agency's own schedule
(檔案保存年限區分表) and the file (案卷) in which it lies can only make its term longer: 七(二) and 七(三) say
"at least", 施行細則 §23 III counts a file as one, and 檔案法 §12 I forbids what comes too early.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from retention.kinds import Disposition
from retention.periods import Strategy, checked_years
from retention.reasons import Reason
from retention.schedule import Due, NoDue, compute_due
from retention.sections import Rule

_STRICTNESS: Final = tuple(Disposition)
"""From what may be destroyed to what never may."""


class TermSource(StrEnum):
    """Who says the governing term."""

    FILED_UNDER = "filed_under"
    NOW = "now"
    AGENCY = "agency"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class GoverningTerm:
    """The longest of all terms that speak of a record.

    Attributes:
        years: term in years; `None` = permanent.
        strategy: the way of counting that ends later; `None` = permanent.
        disposition: the strictest 清理處置 of the two rules.
        source: who says the term; of equal ones the first in the order of `TermSource`.
        clause: source of the term in law.
        notices: what was outweighed or added, for a report; never a refusal.
    """

    years: int | None
    strategy: Strategy | None
    disposition: Disposition
    source: TermSource
    clause: str
    notices: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class _Claim:
    """What one source says; `years` None means permanent."""

    source: TermSource
    years: int | None
    strategy: Strategy | None
    clause: str

    @property
    def length(self) -> tuple[bool, int, bool]:
        """Order terms by the end that they give from one day: one year more outweighs the way of counting."""
        return self.years is None, self.years or 0, self.strategy is Strategy.NEXT_YEAR


def governing_term(
    filed_under: Rule,
    now: Rule | None,
    agency_years: int | None = None,
    file_years: int | None = None,
) -> GoverningTerm:
    """Return the longest term, and a notice for each source that says something else.

    Args:
        filed_under: the rule that governed when the record was filed.
        now: the present rule for the same form; `None` = the present profile has none.
        agency_years: term of the agency's own schedule for this series; `None` = it says nothing.
        file_years: longest other term in the same file (案卷); `None` = it lies in none.

    Raises:
        PeriodError: a term of the agency or the file below 1 year (R101).
    """
    claims = tuple(_claims(filed_under, now, agency_years, file_years))
    longest = max(claims, key=lambda claim: claim.length)
    rules = [filed_under] if now is None else [filed_under, now]
    return GoverningTerm(
        years=longest.years,
        strategy=longest.strategy,
        disposition=max((rule.disposition for rule in rules), key=_STRICTNESS.index),
        source=longest.source,
        clause=longest.clause,
        notices=tuple(_notices(filed_under, now, claims, longest)),
    )


def due_under(term: GoverningTerm, filed_under: Rule, trigger_date: date | None) -> Due | NoDue:
    """Compute the due date that a governing term gives, whoever said it.

    Args:
        term: answer of `governing_term`.
        filed_under: the rule that governed when the record was filed; it names the trigger.
        trigger_date: local day on which that trigger happened; `None` = not yet.

    Raises:
        PeriodError: the end is beyond the calendar (R103).
    """
    if term.years is None:
        return NoDue("R402", term.clause)
    return compute_due(counted_as(term, filed_under), trigger_date)


def counted_as(term: GoverningTerm, filed_under: Rule) -> Rule:
    """Return the rule under which a record was filed, with the term that governs it instead of its own.

    Args:
        term: answer of `governing_term`.
        filed_under: the rule that governed when the record was filed; its id, class and trigger stay.
    """
    said = {"clause": term.clause, "disposition": term.disposition}
    if term.years is None:
        never = dict.fromkeys(("years", "floor_years", "trigger", "strategy"))
        return filed_under.model_copy(update=said | {"permanent": True} | never)
    return filed_under.model_copy(update=said | {"years": term.years, "strategy": term.strategy})


def latest(answers: Iterable[Due | NoDue]) -> Due | NoDue:
    """Return the answer that lets a record go last: permanent before "not begun" before the latest day.

    Args:
        answers: at least one.
    """
    given = list(answers)
    none = [answer for answer in given if isinstance(answer, NoDue)]
    permanent = [answer for answer in none if answer.permanent]
    if none:
        return (permanent or none)[0]
    return max((a for a in given if isinstance(a, Due)), key=lambda due: due.destroyable_from)


def _claims(
    filed_under: Rule, now: Rule | None, agency_years: int | None, file_years: int | None
) -> Iterator[_Claim]:
    yield _Claim(TermSource.FILED_UNDER, filed_under.years, filed_under.strategy, filed_under.clause)
    if now is not None:
        yield _Claim(TermSource.NOW, now.years, now.strategy, now.clause)
    # The schedule and the file name years only; they are counted as the rule counts.
    counted = Strategy.NEXT_YEAR if _counts_from_next_year(filed_under, now) else filed_under.strategy
    if agency_years is not None:
        yield _Claim(TermSource.AGENCY, checked_years(agency_years), counted, "檔案法 §10")
    if file_years is not None:
        yield _Claim(TermSource.FILE, checked_years(file_years), counted, "施行細則 §23 III")


def _counts_from_next_year(filed_under: Rule, now: Rule | None) -> bool:
    return any(rule is not None and rule.strategy is Strategy.NEXT_YEAR for rule in (filed_under, now))


def _notices(
    filed_under: Rule, now: Rule | None, claims: tuple[_Claim, ...], longest: _Claim
) -> Iterator[Reason]:
    facts = {"rule": filed_under.id, "governing": _shown(longest), "source": longest.source.value}
    if now is None:
        yield Reason("R321", "檔案法 §12 I", facts)
    codes = {TermSource.NOW: "R320", TermSource.AGENCY: "R322", TermSource.FILE: "R323"}
    for claim in claims:
        code = codes.get(claim.source)
        if code is not None and claim.length < longest.length:
            yield Reason(code, claim.clause, facts | {"said": _shown(claim)})
    first = claims[0]
    if first.length < longest.length:
        yield Reason("R324", longest.clause, facts | {"said": _shown(first)})


def _shown(claim: _Claim) -> str:
    return "permanent" if claim.years is None else f"{claim.years} {claim.strategy}"
