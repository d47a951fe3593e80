"""Find everything wrong with a profile at once.

`shape_problems` translates what pydantic found. `reference_problems` reads the raw file, so that a wrong
reference is reported beside a wrong value and not only after it was repaired.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from retention.errors import ProfileProblem
from retention.kinds import RecordClass
from retention.sections import Status

Toml = str | int | float | bool | date | time | datetime | list["Toml"] | dict[str, "Toml"]
Table = dict[str, Toml]

_LIMITS: Final = (
    ("ge", "≥ "),
    ("gt", "> "),
    ("le", "≤ "),
    ("min_length", "≥ "),
    ("pattern", ""),
    ("expected", ""),
)
_SHOWN_CHARS: Final = 60
PERMANENT_BY_LAW: Final = frozenset(
    {"destruction_catalogue_files", "destruction_catalogue_items", "destruction_approval"}
)
"""Forms that no profile may give a term (銷毀辦法 §18)."""


def shape_problems(error: ValidationError) -> Iterator[ProfileProblem]:
    """Turn pydantic's findings into problems with stable codes."""
    for detail in error.errors(include_url=False):
        yield _shape_problem(detail)


def reference_problems(raw: Table) -> Iterator[ProfileProblem]:
    """Find what only several parts together make wrong; tolerates parts of any shape."""
    yield from _doubled(raw)
    yield from _unknown_roles(raw)
    yield from _unexplained_classes(raw)
    yield from _unknown_timezone(raw)
    yield from _silent_end(raw)
    yield from _version_without_day(raw)
    yield from _evidence_with_a_term(raw)


def _shape_problem(detail: ErrorDetails) -> ProfileProblem:
    place, kind = _place(detail["loc"]), detail["type"]
    context = detail.get("ctx", {})
    if kind.startswith("R"):
        facts = {name: str(value) for name, value in context.items()}
        return ProfileProblem(place, kind, {"place": place} | facts)
    if kind == "missing":
        return ProfileProblem(place, "R113", {"place": place})
    if kind == "extra_forbidden":
        return ProfileProblem(place, "R114", {"place": place})
    limits = (f"{sign}{context[name]}" for name, sign in _LIMITS if name in context)
    expected = next(limits, kind.removesuffix("_type").removesuffix("_parsing").replace("_", " "))
    got = repr(detail["input"])[:_SHOWN_CHARS]
    return ProfileProblem(place, "R115", {"place": place, "expected": expected, "got": got})


def _place(loc: Sequence[int | str]) -> str:
    parts = [f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in loc if part != "[key]"]
    return "".join(parts).removeprefix(".")


def _doubled(raw: Table) -> Iterator[ProfileProblem]:
    rules = _tables(raw.get("rules"))
    for place, values in (
        ("rules.id", [_text(rule.get("id")) for rule in rules]),
        ("rules.forms", [form for rule in rules for form in _texts(rule.get("forms"))]),
        ("deadlines.id", [_text(entry.get("id")) for entry in _tables(raw.get("deadlines"))]),
    ):
        for value, count in Counter(values).items():
            if count > 1:
                yield ProfileProblem(place, "R116", {"place": place, "value": value, "count": str(count)})


def _unknown_roles(raw: Table) -> Iterator[ProfileProblem]:
    known = set(_table(raw.get("roles")))
    separation = _table(raw.get("separation"))
    lists: list[tuple[str, Toml | None]] = []
    for name, duty in _table(separation.get("destruction")).items():
        lists.extend(
            (f"separation.destruction.{name}.{key}", _table(duty).get(key))
            for key in ("drafters", "approvers", "witnesses")
        )
    for number, entry in enumerate(_tables(separation.get("incompatible")), start=1):
        lists.append((f"separation.incompatible[{number}].roles", entry.get("roles")))
    for place, roles in lists:
        for role in _texts(roles):
            if role not in known:
                facts = {"place": place, "role": role, "known": "、".join(sorted(known))}
                yield ProfileProblem(place, "R117", facts)


def _unexplained_classes(raw: Table) -> Iterator[ProfileProblem]:
    explained = _table(raw.get("classes"))
    for record_class in RecordClass:
        if record_class.value not in explained:
            yield ProfileProblem("classes", "R118", {"place": "classes", "class": record_class.value})


def _unknown_timezone(raw: Table) -> Iterator[ProfileProblem]:
    name = _text(raw.get("timezone"))
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield ProfileProblem("timezone", "R119", {"place": "timezone", "got": name})


def _silent_end(raw: Table) -> Iterator[ProfileProblem]:
    """A rule that was stopped must say since when and by which letter."""
    stopped = raw.get("status") == Status.STOPPED
    for key in ("effective_to", "ended_by"):
        if stopped and key not in raw:
            yield ProfileProblem(key, "R120", {"place": key})


def _version_without_day(raw: Table) -> Iterator[ProfileProblem]:
    """A later version must say from which day it governs and what it replaces; the first must not."""
    version = raw.get("version", 1)
    for key in ("applies_from", "supersedes"):
        if version != 1 and key not in raw:
            yield ProfileProblem(key, "R361", {"place": key, "version": str(version)})
    if version == 1 and "supersedes" in raw:
        yield ProfileProblem("supersedes", "R362", {"place": "supersedes"})


def _evidence_with_a_term(raw: Table) -> Iterator[ProfileProblem]:
    """Catalogues of destroyed files and their approvals are permanent in every city (銷毀辦法 §18)."""
    for number, rule in enumerate(_tables(raw.get("rules")), start=1):
        evidence = sorted(PERMANENT_BY_LAW.intersection(_texts(rule.get("forms"))))
        if evidence and rule.get("permanent") is not True:
            place = f"rules[{number}].permanent"
            yield ProfileProblem(place, "R363", {"place": place, "forms": "、".join(evidence)})


def _table(value: Toml | None) -> Table:
    return value if isinstance(value, dict) else {}


def _tables(value: Toml | None) -> list[Table]:
    return [_table(item) for item in value] if isinstance(value, list) else []


def _text(value: Toml | None) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Toml | None) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
