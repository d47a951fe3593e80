"""Shorten an original's term because a confirmed copy is stored (銷毀辦法 §7, 檔案法 §9)."""

from dataclasses import dataclass, replace
from datetime import date

from retention.kinds import Disposition, RecordClass
from retention.periods import LONGEST_SHORTENED_YEARS, destroyable_from, retention_end, shortened_years
from retention.reasons import Reason
from retention.schedule import Due
from retention.sections import Rule


@dataclass(frozen=True, slots=True)
class Shortened:
    """An original that may go earlier, and the copy that stands for it.

    Attributes:
        original: due date of the original under half of its term, rounded up (§7 II).
        copy_from: first local day on which the copy may be destroyed: the original's own, unshortened one
            (§7 III), and only after the archive authority has taken note (備查).
        original_years: the term before, to be named in the catalogue with the reason (§8 III(6)).
    """

    original: Due
    copy_from: date
    original_years: int


def shortened_due(rule: Rule, due: Due, *, copy_confirmed_on: date | None) -> Shortened | tuple[Reason, ...]:
    """Return the shortened due date, or every reason why the term may not be shortened.

    Args:
        rule: the rule of the record.
        due: its due date under the governing term; `due.years` is what gets shortened.
        copy_confirmed_on: local day on which the agency confirmed the stored copy (檔案法 §9); `None` = not
            yet. The original never goes before that day.
    """
    reasons = _against(rule, due, copy_confirmed_on)
    if reasons or copy_confirmed_on is None:
        return reasons
    years = shortened_years(due.years)
    original = replace(
        due,
        end=retention_end(due.trigger_date, years, due.strategy),
        destroyable_from=max(destroyable_from(due.trigger_date, years, due.strategy), copy_confirmed_on),
        years=years,
        clause="銷毀辦法 §7",
    )
    return Shortened(original, due.destroyable_from, due.years)


def _against(rule: Rule, due: Due, copy_confirmed_on: date | None) -> tuple[Reason, ...]:
    facts = {"rule": rule.id, "years": str(due.years)}
    found: tuple[tuple[str, bool, dict[str, str]], ...] = (
        ("R335", rule.record_class is not RecordClass.B, {"class": rule.record_class.value}),
        ("R336", rule.disposition is not Disposition.DESTROY, {"disposition": rule.disposition.value}),
        ("R102", due.years > LONGEST_SHORTENED_YEARS, {"longest": str(LONGEST_SHORTENED_YEARS)}),
        ("R337", copy_confirmed_on is None, {}),
    )
    return tuple(Reason(code, "銷毀辦法 §7", facts | more) for code, wrong, more in found if wrong)
