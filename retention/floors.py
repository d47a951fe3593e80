"""An agency's own copy of a shipped profile may be stricter, never laxer.

The floors of a rule stand in its profile, so a copy could lower them together with the terms. Therefore a
file that names the number of a shipped rule is held against the shipped one.
"""

from collections.abc import Iterator

from retention.errors import ProfileProblem, RuleMissingError
from retention.periods import Strategy
from retention.profile_shape import Profile
from retention.sections import Rule


def laxer_problems(own: Profile, shipped: Profile) -> Iterator[ProfileProblem]:
    """Yield everything in which an own copy protects records less than the shipped profile of its rule."""
    for number, rule in enumerate(own.rules, start=1):
        for form in rule.forms:
            try:
                model = shipped.rule_for(form)
            except RuleMissingError:
                continue
            yield from _laxer(f"rules[{number}]", form, rule, model)


def _laxer(place: str, form: str, rule: Rule, model: Rule) -> Iterator[ProfileProblem]:
    facts = {"place": place, "rule": rule.id, "form": form, "clause": model.clause}
    if model.permanent and not rule.permanent:
        yield ProfileProblem(place, "R360", facts)
    floor = model.floor_years
    if floor is not None and rule.floor_years is not None and rule.floor_years < floor:
        yield ProfileProblem(place, "R357", facts | {"years": str(rule.floor_years), "floor": str(floor)})
    if rule.record_class is not model.record_class:
        classes = {"class": rule.record_class.value, "expected": model.record_class.value}
        yield ProfileProblem(place, "R358", facts | classes)
    if model.strategy is Strategy.NEXT_YEAR and rule.strategy is Strategy.ANNIVERSARY:
        yield ProfileProblem(place, "R359", facts)
