"""Versions of one rule: which governed on a day, and whether they fit together.

A record is filed under the version of its day and keeps it. `retention.terms.governing_term` weighs that
version against the present one; nothing here shortens anything.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from retention.errors import ProfileError, ProfileProblem, RuleMissingError
from retention.profile_shape import Profile
from retention.reasons import Reason
from retention.sections import Rule


def profile_for(versions: Sequence[Profile], day: date) -> Profile:
    """Return the version that governs what is filed on a day.

    Args:
        versions: all versions of one profile, in any order.
        day: local day of the filing.

    Raises:
        ProfileError: the versions do not fit together (R350 to R352), or none applies yet (R353).
    """
    ordered = check_versions(versions)
    applying = [v for v in ordered if v.applies_from is None or v.applies_from <= day]
    if not applying:
        first = ordered[0]
        facts = {"profile": first.id, "day": day.isoformat(), "first": f"{first.applies_from}"}
        raise ProfileError(first.id, (ProfileProblem("applies_from", "R353", facts),))
    return applying[-1]


def check_versions(versions: Sequence[Profile]) -> tuple[Profile, ...]:
    """Return the versions in their order.

    Raises:
        ProfileError: everything that does not fit together: another profile's id (R350), a number that
            stands twice or a gap in the chain of `supersedes` (R351), days that do not grow (R352).
    """
    if not versions:
        raise ValueError("expected at least one version")
    ordered = tuple(sorted(versions, key=lambda version: version.version))
    problems = tuple(problem for pair in pairwise(ordered) for problem in _misfits(*pair))
    if problems:
        raise ProfileError(ordered[0].id, problems)
    return ordered


def edition(versions: Sequence[Profile], name: str) -> Profile:
    """Return the version whose `edition` a record carries, e.g. `taipei-2017` or `taipei-2017@2`.

    Raises:
        ProfileError: no version has that name (R354).
    """
    for version in versions:
        if version.edition == name:
            return version
    facts = {"edition": name, "known": "、".join(version.edition for version in versions)}
    raise ProfileError(name, (ProfileProblem("version", "R354", facts),))


def shorter_terms(earlier: Profile, later: Profile) -> tuple[Reason, ...]:
    """Return one notice for each form whose term the later version makes shorter, or drops.

    Records that were filed under the earlier version keep its term all the same.
    """
    forms = [(rule, form) for rule in earlier.rules for form in rule.forms]
    return tuple(notice for rule, form in forms for notice in _shorter(rule, form, later))


def _shorter(rule: Rule, form: str, later: Profile) -> Iterator[Reason]:
    facts = {"form": form, "profile": later.edition, "before": _shown(rule)}
    try:
        now = later.rule_for(form)
    except RuleMissingError:
        yield Reason("R356", rule.clause, facts)
        return
    if _length(now) < _length(rule):
        yield Reason("R355", now.clause, facts | {"after": _shown(now)})


def _misfits(one: Profile, other: Profile) -> Iterator[ProfileProblem]:
    facts = {"profile": one.edition, "other": other.edition}
    if one.id != other.id:
        yield ProfileProblem("id", "R350", facts)
    if other.version == one.version or other.supersedes != one.version:
        yield ProfileProblem("supersedes", "R351", facts | {"supersedes": f"{other.supersedes}"})
    from_one, from_other = one.applies_from, other.applies_from
    if from_other is None or (from_one is not None and from_other <= from_one):
        yield ProfileProblem("applies_from", "R352", facts | {"from": f"{from_one}", "to": f"{from_other}"})


def _length(rule: Rule) -> tuple[bool, int]:
    return rule.permanent, rule.years or 0


def _shown(rule: Rule) -> str:
    return "permanent" if rule.permanent else f"{rule.years}"
