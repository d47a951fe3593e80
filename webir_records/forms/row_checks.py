"""Check one field by itself: say what is wrong with its value, or that it has none."""

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, cast

from retention.profile import Profile
from signing.canonical import JsonValue
from webir_records.forms.agency import AgencySettings
from webir_records.forms.display import show_value
from webir_records.forms.spec_types import Condition, FieldSpec, FieldType, Severity
from webir_records.forms.texts import character_warning
from webir_records.forms.values import BASES_TABLE, comparable, is_empty

OFFICIAL_MAIL: Final = (".gov.tw", ".gov.taipei", "@gov.taipei")
"""Ends of the addresses that the government gives (DOMAIN 3.1)."""

_PUNCTUATION = re.compile(r"[\s,.;:!?，。；：！？、「」『』()（）]+")


@dataclass(frozen=True, slots=True)
class Note:
    """Something to say about one field, before its place in the file is known."""

    field: str
    code: str
    severity: Severity = Severity.ERROR
    facts: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """What field rules need to know besides the form.

    Attributes:
        date1904: numbers that stand for days are counted from 1904-01-01.
    """

    agency: AgencySettings
    profile: Profile
    today: date
    date1904: bool = False


def allowed_values(spec: FieldSpec, agency: AgencySettings) -> tuple[str, ...]:
    """Return the values that a field may have; empty means any."""
    return agency.table(spec.table) if spec.table else spec.values


def known_to_program(spec: FieldSpec, rules: Rules) -> JsonValue:
    """Return what the program fills in by itself when the file says nothing, or None."""
    known: Mapping[str, str] = {
        "agency.name": rules.agency.name,
        "agency.code": rules.agency.code,
        "system.today": rules.today.isoformat(),
    }
    return known.get(spec.filled_by)


def value_notes(spec: FieldSpec, value: JsonValue, rules: Rules) -> Iterator[Note]:
    """Yield what is wrong with a value that was parsed: hard stops, phrases that say nothing, lengths."""
    if value is None:
        return
    yield from _hard_stops(spec, value, rules)
    items = cast("Sequence[JsonValue]", value) if isinstance(value, (list, tuple)) else (value,)
    for item in items:
        if isinstance(item, str) or items is value:
            yield from _text_notes(spec, str(item), rules)


def _hard_stops(spec: FieldSpec, value: JsonValue, rules: Rules) -> Iterator[Note]:
    if spec.must_be is not None and value is not spec.must_be:
        yield Note(spec.key, "F132", facts={"expected": show_value(spec, spec.must_be)})
    known = known_to_program(spec, rules) if spec.filled_by.startswith("agency.") else None
    if known is not None and comparable(str(value)) != comparable(str(known)):
        yield Note(spec.key, "F155", facts={"expected": str(known)})


def _text_notes(spec: FieldSpec, text: str, rules: Rules) -> Iterator[Note]:
    if spec.stock_phrases and _is_stock(text, rules.profile.stock_phrases):
        yield Note(spec.key, "F134", spec.stock_phrases_severity)
    elif len(text) < spec.min_length:
        yield Note(spec.key, "F135", facts={"expected": str(spec.min_length), "length": str(len(text))})
    if spec.table == BASES_TABLE and text not in rules.agency.table(BASES_TABLE):
        yield Note(spec.key, "F184", Severity.WARNING, {"got": text})
    if spec.type is FieldType.EMAIL and not text.lower().endswith(OFFICIAL_MAIL):
        yield Note(spec.key, "F173", Severity.WARNING)
    if issue := character_warning(text):
        yield Note(spec.key, issue.code, Severity.WARNING, issue.facts)


def _is_stock(text: str, phrases: tuple[str, ...]) -> bool:
    bare = comparable(_PUNCTUATION.sub("", text))
    return bare in _bare_phrases(phrases) or not bare


@lru_cache(maxsize=8)
def _bare_phrases(phrases: tuple[str, ...]) -> frozenset[str]:
    return frozenset(comparable(_PUNCTUATION.sub("", phrase)) for phrase in phrases)


def may_be_missed(fields: Iterable[FieldSpec]) -> tuple[FieldSpec, ...]:
    """Return the fields about which `absence_notes` has something to say when they are empty."""
    return tuple(
        f
        for f in fields
        if f.type is not FieldType.SIGN
        and ((f.required and not f.filled_by) or f.required_when is not None or f.recommended)
    )


def absence_notes(
    fields: Sequence[FieldSpec],
    values: Mapping[str, JsonValue],
    known: Mapping[str, FieldSpec],
    *,
    silent: Iterable[str],
) -> Iterator[Note]:
    """Yield the fields that should have a value and have none.

    Args:
        fields: fields to look at, of `may_be_missed`.
        values: values of the row, and of its document.
        known: all fields of the form, for the labels of conditions.
        silent: fields about which something else has been said.
    """
    quiet = frozenset(silent)
    for spec in fields:
        if spec.key in quiet or not is_empty(values.get(spec.key)):
            continue
        if spec.required and not spec.filled_by:
            yield Note(spec.key, "F120")
        elif (condition := spec.required_when) is not None and holds(condition, values):
            label = known[condition.field].label
            shown = show_value(known[condition.field], values.get(condition.field))
            facts = {"when": label, "got": shown}
            yield Note(spec.key, "F121", condition.severity, facts)
        elif spec.recommended:
            yield Note(spec.key, "F170", Severity.WARNING)


def holds(condition: Condition, values: Mapping[str, JsonValue]) -> bool:
    """Tell whether the field has one of the condition's values, or any value when it names none."""
    value = values.get(condition.field)
    if is_empty(value):
        return False
    if isinstance(value, (list, tuple)):
        return not condition.values or any(
            item in condition.values for item in cast("Sequence[JsonValue]", value)
        )
    return not condition.values or value in condition.values
