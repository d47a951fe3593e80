"""Rules across the fields of one row or one document; each returns whom to blame."""

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Final

from signing.canonical import JsonValue
from webir_records.forms.display import show_value
from webir_records.forms.spec_types import CheckSpec, FieldSpec, FormSpec, Severity
from webir_records.forms.values import comparable, is_empty

Values = Mapping[str, JsonValue]

DOCUMENT_KINDS: Final = frozenset({"not_among", "sequence", "all_items"})
"""Kinds that look at all rows of a document together."""


@dataclass(frozen=True, slots=True)
class Blame:
    """A field that a check finds wrong.

    Attributes:
        row: position of the row in its document, or None for the document itself.
    """

    field: str
    code: str
    check: CheckSpec
    facts: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])
    row: int | None = None

    @property
    def severity(self) -> Severity:
        """How much it matters."""
        return self.check.severity


def is_row_check(spec: FormSpec, check: CheckSpec) -> bool:
    """Tell whether a check looks at one row: it names a field that rows have, or rows are documents."""
    if check.kind in DOCUMENT_KINDS:
        return False
    rows = {f.key for f in spec.row_fields}
    return any(key in rows for key in (check.field, check.left, check.right, check.when, *check.fields))


def run_checks(
    fields: Mapping[str, FieldSpec], checks: Iterable[CheckSpec], values: Values, today: date
) -> list[Blame]:
    """Return what the checks blame in the values of one row, or of one document's head."""
    return [
        blame
        for check in checks
        if values.get(_SUBJECTS[check.kind](check)) is not None
        for blame in _KINDS[check.kind](check, fields, values, today)
    ]


def run_document_checks(
    spec: FormSpec, checks: Iterable[CheckSpec], head: Values, rows: Sequence[Values]
) -> list[Blame]:
    """Return what the checks of `DOCUMENT_KINDS` blame in a whole document."""
    return [blame for check in checks for blame in _DOCUMENT_KINDS[check.kind](spec, check, head, rows)]


def _order(
    check: CheckSpec, fields: Mapping[str, FieldSpec], values: Values, _today: date
) -> Iterable[Blame]:
    left, right = values.get(check.left), values.get(check.right)
    if is_empty(left) or is_empty(right):
        return
    if _later(left, right):
        facts = {
            "left": fields[check.left].label,
            "left_value": show_value(fields[check.left], left),
            "right": fields[check.right].label,
            "right_value": show_value(fields[check.right], right),
        }
        yield Blame(check.field, "F150", check, facts)


def _later(left: JsonValue, right: JsonValue) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        common = min(len(left), len(right))  # a date against a date with time: days
        return left[:common] > right[:common]
    return isinstance(left, int) and isinstance(right, int) and left > right


def _not_future(
    check: CheckSpec, fields: Mapping[str, FieldSpec], values: Values, today: date
) -> Iterable[Blame]:
    value = values.get(check.field)
    if isinstance(value, str) and value and _later(value, today.isoformat()):
        yield Blame(check.field, "F153", check, {"got": show_value(fields[check.field], value)})


def _different(
    check: CheckSpec, fields: Mapping[str, FieldSpec], values: Values, _today: date
) -> Iterable[Blame]:
    left, right = values.get(check.left), values.get(check.right)
    if is_empty(left) or is_empty(right):
        return
    if comparable(str(left)) == comparable(str(right)):
        other = check.right if check.field == check.left else check.left
        yield Blame(check.field, "F152", check, {"other": fields[other].label})


def _value_when(
    check: CheckSpec, fields: Mapping[str, FieldSpec], values: Values, _today: date
) -> Iterable[Blame]:
    value = values.get(check.field)
    if is_empty(values.get(check.when)) or is_empty(value) or value in check.values:
        return
    shown = "、".join(show_value(fields[check.field], allowed) for allowed in check.values)
    yield Blame(check.field, "F154", check, {"when": fields[check.when].label, "expected": shown})


def _all_true_when(
    check: CheckSpec, fields: Mapping[str, FieldSpec], values: Values, _today: date
) -> Iterable[Blame]:
    if is_empty(values.get(check.when)):
        return
    for key in check.fields:
        if values.get(key) is not True:
            yield Blame(key, "F151", check, {"when": fields[check.when].label})


def _present_when_not_zero(
    check: CheckSpec, fields: Mapping[str, FieldSpec], values: Values, _today: date
) -> Iterable[Blame]:
    number = values.get(check.when)
    if isinstance(number, int) and number != 0 and is_empty(values.get(check.field)):
        yield Blame(check.field, "F157", check, {"when": fields[check.when].label, "number": str(number)})


def _in_month(
    check: CheckSpec, fields: Mapping[str, FieldSpec], values: Values, _today: date
) -> Iterable[Blame]:
    day, month = values.get(check.field), values.get(check.right)
    if isinstance(day, str) and isinstance(month, str) and day and month and day[:7] != month:
        facts = {
            "expected": show_value(fields[check.right], month),
            "got": show_value(fields[check.field], day),
        }
        yield Blame(check.field, "F158", check, facts)


def _not_among(spec: FormSpec, check: CheckSpec, head: Values, rows: Sequence[Values]) -> Iterable[Blame]:
    key = check.right.removeprefix(f"{spec.rows_key}.")
    value = head.get(check.left)
    if is_empty(value):
        return
    if comparable(str(value)) in {comparable(str(row.get(key) or "")) for row in rows}:
        yield Blame(check.field, "F152", check, {"other": spec.field(key).label})


def _sequence(_spec: FormSpec, check: CheckSpec, _head: Values, rows: Sequence[Values]) -> Iterable[Blame]:
    numbers = [row.get(check.field) for row in rows]
    for position in range(1, len(numbers)):
        before, number = numbers[position - 1], numbers[position]
        if isinstance(before, int) and isinstance(number, int) and number != before + 1:
            yield Blame(
                check.field, "F159", check, {"expected": str(before + 1), "got": str(number)}, position
            )


def _all_items(spec: FormSpec, check: CheckSpec, _head: Values, rows: Sequence[Values]) -> Iterable[Blame]:
    known = [item.no for item in spec.checklist]
    seen: set[str] = set()
    for position, row in enumerate(rows):
        number = str(row.get(check.field) or "")
        if number and number not in known:
            yield Blame(check.field, "F160", check, {"got": number}, position)
        elif number and number in seen:
            yield Blame(check.field, "F161", check, {"got": number}, position)
        seen.add(number)
    missing = [number for number in known if number not in seen]
    if missing:
        yield Blame(check.field, "F162", check, {"missing": "、".join(missing)})


_RowCheck = Callable[[CheckSpec, Mapping[str, FieldSpec], Values, date], Iterable[Blame]]
_KINDS: Final[Mapping[str, _RowCheck]] = {
    "order": _order,
    "not_future": _not_future,
    "different": _different,
    "value_when": _value_when,
    "all_true_when": _all_true_when,
    "present_when_not_zero": _present_when_not_zero,
    "in_month": _in_month,
}

_SUBJECTS: Final[Mapping[str, Callable[[CheckSpec], str]]] = {
    "order": attrgetter("left"),
    "not_future": attrgetter("field"),
    "different": attrgetter("left"),
    "value_when": attrgetter("when"),
    "all_true_when": attrgetter("when"),
    "present_when_not_zero": attrgetter("when"),
    "in_month": attrgetter("field"),
}
"""The field without which a check has nothing to say."""

_DocumentCheck = Callable[[FormSpec, CheckSpec, Values, Sequence[Values]], Iterable[Blame]]
_DOCUMENT_KINDS: Final[Mapping[str, _DocumentCheck]] = {
    "not_among": _not_among,
    "sequence": _sequence,
    "all_items": _all_items,
}
