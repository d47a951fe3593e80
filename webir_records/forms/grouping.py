"""Put rows together into documents, and work out what follows from the rows."""

from collections.abc import Mapping, Sequence
from typing import Final

from signing.canonical import JsonValue
from webir_records.forms.spec_types import OF_ROWS, ROWS_COUNT, ROWS_SUM, FieldSpec, FormSpec
from webir_records.forms.values import comparable

Values = dict[str, JsonValue]

DEFECTS: Final = frozenset({"不符合", "部分符合"})
"""Results of an audit item that count as a defect (附件4)."""

PERIOD: Final = "derived.period"


def period_field(spec: FormSpec) -> str:
    """Return the field that is the month of a document's rows, or nothing."""
    return next((f.key for f in spec.document_fields if f.filled_by == PERIOD), "")


def month_of(spec: FormSpec, row: Mapping[str, JsonValue]) -> str:
    """Return the month in which a row lies, by the field that must lie within the period."""
    period = period_field(spec)
    dated = next((c.field for c in spec.checks if c.kind == "in_month" and c.right == period), "")
    day = row.get(dated)
    return day[:7] if isinstance(day, str) else ""


def group_key(spec: FormSpec, head: Mapping[str, JsonValue], row: Mapping[str, JsonValue]) -> tuple[str, ...]:
    """Return what rows of the same document have in common.

    A month that is not given is taken from the row: rows of two months make two documents.
    """
    period = period_field(spec)
    parts: list[str] = []
    for key in spec.group_by:
        value = head.get(key)
        if value is None and key == period:
            value = month_of(spec, row)
        parts.append(comparable("" if value is None else str(value)))
    return tuple(parts)


def derive_document(spec: FormSpec, head: Values, rows: Sequence[Values]) -> None:
    """Fill in what follows from the rows and the file does not say; what cannot be known stays empty."""
    _derive_rows(spec, rows)
    _derive_differences(spec.row_fields, rows)
    derived: dict[str, JsonValue] = {
        PERIOD: month_of(spec, rows[0]) or None if rows else None,
        "derived.reg_count": sum(_count(row) for row in rows),
        "derived.defect_count": sum(row.get("result") in DEFECTS for row in rows),
    }
    for field in spec.document_fields:
        if head.get(field.key) is None and field.filled_by in derived:
            head[field.key] = derived[field.filled_by]
        elif head.get(field.key) is None and field.filled_by.startswith(OF_ROWS):
            head[field.key] = _total(field.filled_by, rows)
    _derive_differences(spec.document_fields, [head])


def _total(source: str, rows: Sequence[Mapping[str, JsonValue]]) -> int | None:
    """Return the number of rows, or the sum of a field over them; unknown when one row does not say."""
    if source == ROWS_COUNT:
        return len(rows)
    numbers = [row.get(source.removeprefix(ROWS_SUM)) for row in rows]
    known = [number for number in numbers if isinstance(number, int)]
    return sum(known) if len(known) == len(numbers) else None


def _derive_differences(fields: Sequence[FieldSpec], values: Sequence[Values]) -> None:
    for key in (f.key for f in fields if f.filled_by == "derived.diff"):
        for one in values:
            if one.get(key) is None:
                one[key] = _difference(one)


def _count(row: Mapping[str, JsonValue]) -> int:
    count = row.get("count", 1)
    return count if isinstance(count, int) else 1


def _difference(head: Mapping[str, JsonValue]) -> int | None:
    log, register = head.get("log_count"), head.get("reg_count")
    return log - register if isinstance(log, int) and isinstance(register, int) else None


def _derive_rows(spec: FormSpec, rows: Sequence[Values]) -> None:
    items = {item.no: item for item in spec.checklist}
    numbers = [f.key for f in spec.row_fields if f.filled_by == "derived.seq"]
    for position, row in enumerate(rows, start=1):
        for key in numbers:
            if row.get(key) is None:
                row[key] = position
        item = items.get(str(row.get("no") or ""))
        for field in spec.row_fields:
            if item is not None and field.filled_by == "checklist.text":
                row[field.key] = item.text
            elif item is not None and field.filled_by == "checklist.clause":
                row[field.key] = item.clause
