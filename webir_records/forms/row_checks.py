"""Check one set of fields by itself: parse each value, then say what is missing or refused."""

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, cast

from retention.profile import Profile
from signing.canonical import JsonValue
from webir_records.forms.agency import AgencySettings
from webir_records.forms.display import show_value
from webir_records.forms.issues import Issue
from webir_records.forms.spec_types import Condition, FieldSpec, FieldType, Severity
from webir_records.forms.texts import character_warning
from webir_records.forms.values import comparable, is_empty, parse_value

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
    """What field rules need to know besides the form."""

    agency: AgencySettings
    profile: Profile
    today: date


def parse_fields(
    fields: Sequence[FieldSpec], raw: Mapping[str, object], rules: Rules
) -> tuple[dict[str, JsonValue], list[Note]]:
    """Parse every field; what cannot be parsed is a note and has no value.

    A field without a value takes its default, then what the program knows of the agency and the day.
    """
    values: dict[str, JsonValue] = {}
    notes: list[Note] = []
    for spec in fields:
        if spec.type is FieldType.SIGN:
            continue
        given = raw.get(spec.key)
        parsed = parse_value(
            spec, spec.default if is_empty(given) else given, allowed_values(spec, rules.agency)
        )
        if isinstance(parsed, Issue):
            notes.append(Note(spec.key, parsed.code, facts=parsed.facts))
        else:
            values[spec.key] = known_to_program(spec, rules) if parsed is None else parsed
    return values, notes


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


def value_notes(fields: Sequence[FieldSpec], values: Mapping[str, JsonValue], rules: Rules) -> Iterator[Note]:
    """Yield what is wrong with values that could be parsed: hard stops, phrases that say nothing, lengths."""
    for spec in fields:
        value = values.get(spec.key)
        if value is not None:
            yield from _hard_stops(spec, value, rules)
            if isinstance(value, str):
                yield from _text_notes(spec, value, rules)
            elif isinstance(value, (list, tuple)):
                for item in cast("Sequence[JsonValue]", value):
                    yield from _text_notes(spec, str(item), rules)


def _hard_stops(spec: FieldSpec, value: JsonValue, rules: Rules) -> Iterator[Note]:
    if spec.must_be is not None and value is not spec.must_be:
        yield Note(spec.key, "F132", facts={"expected": show_value(spec, spec.must_be)})
    known = known_to_program(spec, rules) if spec.filled_by.startswith("agency.") else None
    if known is not None and comparable(str(value)) != comparable(str(known)):
        yield Note(spec.key, "F155", facts={"expected": str(known)})


def _text_notes(spec: FieldSpec, text: str, rules: Rules) -> Iterator[Note]:
    if spec.stock_phrases and _is_stock(text, rules.profile.stock_phrases):
        yield Note(spec.key, "F134")
    elif len(text) < spec.min_length:
        yield Note(spec.key, "F135", facts={"expected": str(spec.min_length), "length": str(len(text))})
    if spec.type is FieldType.EMAIL and not text.lower().endswith(OFFICIAL_MAIL):
        yield Note(spec.key, "F173", Severity.WARNING)
    if issue := character_warning(text):
        yield Note(spec.key, issue.code, Severity.WARNING, issue.facts)


def _is_stock(text: str, phrases: Iterable[str]) -> bool:
    bare = comparable(_PUNCTUATION.sub("", text))
    return bare in {comparable(_PUNCTUATION.sub("", phrase)) for phrase in phrases} or not bare


def absence_notes(
    fields: Sequence[FieldSpec],
    values: Mapping[str, JsonValue],
    known: Mapping[str, FieldSpec],
    *,
    silent: Iterable[str],
) -> Iterator[Note]:
    """Yield the fields that should have a value and have none.

    Args:
        fields: fields to look at.
        values: values of the row, and of its document.
        known: all fields of the form, for the labels of conditions.
        silent: fields about which something else has been said.
    """
    quiet = frozenset(silent)
    for spec in fields:
        if spec.type is FieldType.SIGN or spec.key in quiet or not is_empty(values.get(spec.key)):
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
