"""Put rows together into documents, and work out what follows from the rows."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from signing.canonical import JsonValue
from webir_records.forms.spec_types import OF_ROWS, ROWS_COUNT, ROWS_SUM, FieldSpec, FormSpec
from webir_records.forms.values import comparable

Values = dict[str, JsonValue]

DEFECTS: Final = frozenset({"不符合", "部分符合"})
"""Results of an audit item that count as a defect (附件4)."""

PERIOD: Final = "derived.period"
_OF_A_ROW: Final = frozenset({"derived.seq", "derived.diff", "checklist.text", "checklist.clause"})


class Grouping:
    """What rows of the same document have in common.

    A month that is not given is taken from the row, by the field that must lie within the period: rows of
    two months make two documents.
    """

    def __init__(self, spec: FormSpec) -> None:
        self._keys = spec.group_by
        self._period = next((f.key for f in spec.document_fields if f.filled_by == PERIOD), "")
        checks = (c for c in spec.checks if c.kind == "in_month" and c.right == self._period)
        self._dated = next((c.field for c in checks), "")

    def month_of(self, row: Mapping[str, JsonValue]) -> str:
        """Return the month in which a row lies."""
        day = row.get(self._dated)
        return day[:7] if isinstance(day, str) else ""

    def key(self, head: Mapping[str, JsonValue], row: Mapping[str, JsonValue]) -> tuple[str, ...]:
        """Return what the rows of one document agree in."""
        parts: list[str] = []
        for key in self._keys:
            value = head.get(key)
            if value is None and key == self._period:
                value = self.month_of(row)
            parts.append("" if value is None else _comparable(str(value)))
        return tuple(parts)


@lru_cache(maxsize=4096)
def _comparable(text: str) -> str:
    return comparable(text)


def derives_from_rows(spec: FormSpec) -> bool:
    """Tell whether a row by itself has a field that `derive_document` fills in."""
    return any(f.filled_by in _OF_A_ROW for f in spec.row_fields)


def derive_document(spec: FormSpec, head: Values, rows: Sequence[Values]) -> None:
    """Fill in what follows from the rows and the file does not say; what cannot be known stays empty."""
    _derive_rows(spec, rows)
    _derive_differences(spec.row_fields, rows)
    derived: dict[str, JsonValue] = {
        PERIOD: Grouping(spec).month_of(rows[0]) or None if rows else None,
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
    texts = [f for f in spec.row_fields if f.filled_by in ("checklist.text", "checklist.clause")]
    for position, row in enumerate(rows, start=1):
        for key in numbers:
            if row.get(key) is None:
                row[key] = position
        item = items.get(str(row.get("no") or "")) if texts else None
        if item is not None:
            for field in texts:
                row[field.key] = item.text if field.filled_by == "checklist.text" else item.clause
