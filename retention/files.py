"""The longest-in-the-file rule: a file (案卷) is kept and destroyed as one.

施行細則 §23 III counts per file, from the date of its newest document. Where papers of several terms lie in
one file, the longest governs all of them (憲法訴訟卷宗保管歸檔及保存辦法 §16, by analogy).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from retention.kinds import Trigger
from retention.periods import Strategy, checked_years, destroyable_from, retention_end
from retention.schedule import Due, NoDue
from retention.sections import Rule
from retention.terms import latest

_CLAUSE = "施行細則 §23 III"


@dataclass(frozen=True, slots=True)
class FileItem:
    """One record that lies in a file.

    Attributes:
        record: opaque record id.
        rule: its own rule.
        document_date: 文件產生日期, local day; `None` = not known.
        own: what its own trigger says, if that is another event than the file's newest document; a record
            whose own period has not begun keeps the whole file.
    """

    record: str
    rule: Rule
    document_date: date | None
    own: Due | NoDue | None = None


def file_due(
    items: Sequence[FileItem], schedule_years: int | None = None, *, schedule_permanent: bool = False
) -> Due | NoDue:
    """Compute the one first day of a whole file.

    Args:
        items: every record in the file that was not destroyed.
        schedule_years: term of the agency's schedule for the file; `None` = it says nothing.
        schedule_permanent: the agency's schedule says permanent.

    Returns:
        The due date of all of them; or why there is none: R402 and R403 permanent, R330 an empty file, R331
        a document has no date, R401 a record's own period has not begun.

    Raises:
        PeriodError: a term below 1 year (R101), or an end beyond the calendar (R103).
    """
    if any(item.rule.permanent for item in items):
        return NoDue("R402", _CLAUSE)
    if schedule_permanent:
        return NoDue("R403", "檔案法 §10")
    days = [item.document_date for item in items if item.document_date is not None]
    if not days:
        return NoDue("R331" if items else "R330", _CLAUSE)
    if len(days) < len(items):
        return NoDue("R331", _CLAUSE)
    whole = _counted(items, max(days), schedule_years)
    return latest([whole, *(item.own for item in items if item.own is not None)])


def longest_years(rules: Iterable[Rule], schedule_years: int | None = None) -> int | None:
    """Return the longest of all terms that speak of a file; `None` = nothing says one."""
    years = [rule.years for rule in rules if rule.years is not None]
    years += [] if schedule_years is None else [checked_years(schedule_years)]
    return max(years, default=None)


def _counted(items: Sequence[FileItem], newest: date, schedule_years: int | None) -> Due:
    terms = [item.rule.term for item in items if item.rule.term is not None]
    longest = max(term.years for term in terms)
    years = longest_years((item.rule for item in items), schedule_years) or longest
    later = any(term.strategy is Strategy.NEXT_YEAR for term in terms)
    strategy, other = (
        (Strategy.NEXT_YEAR, Strategy.ANNIVERSARY) if later else (Strategy.ANNIVERSARY, Strategy.NEXT_YEAR)
    )
    return Due(
        rule=next(item.rule.id for item in items if item.rule.years == longest),
        trigger=Trigger.FILE_LAST_DOCUMENT,
        trigger_date=newest,
        end=retention_end(newest, years, strategy),
        destroyable_from=destroyable_from(newest, years, strategy),
        years=years,
        strategy=strategy,
        clause=_CLAUSE,
        other_strategy_from=destroyable_from(newest, years, other),
    )
