"""The filled example of a form: what the blank workbook shows, and what nobody may hand in."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, cast

from signing.canonical import JsonValue
from webir_records.forms.dates import ROC_OFFSET
from webir_records.forms.display import show_value
from webir_records.forms.spec_types import FieldSpec, FieldType, FormSpec
from webir_records.forms.values import as_text, is_empty
from webir_records.model.errors import InputError

_ENOUGH: Final = 3
"""Equal values that make an example; two fields of a real row may well be those of the example."""


def specimen_of(spec: FormSpec) -> Mapping[str, JsonValue]:
    """Return the form's specimen, empty when it has none.

    Raises:
        InputError: `F204`, it cannot be read.
    """
    if not spec.specimen_path.is_file():
        return {}
    try:
        value = cast("object", json.loads(spec.specimen_path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise InputError("F204", path=str(spec.specimen_path)) from error
    return cast("Mapping[str, JsonValue]", value) if isinstance(value, dict) else {}


def asked_fields(fields: Iterable[FieldSpec]) -> list[FieldSpec]:
    """Return the fields that a clerk fills in; what the checklist says stands there to be read."""
    return [
        f
        for f in fields
        if f.type is not FieldType.SIGN and (not f.filled_by or f.filled_by.startswith("checklist."))
    ]


def checklist_rows(spec: FormSpec) -> list[Mapping[str, JsonValue]]:
    """Return a row for each item of a checklist, without an answer."""
    keys = {f.filled_by: f.key for f in spec.row_fields}
    return [
        {
            "no": item.no,
            keys.get("checklist.text", ""): item.text,
            keys.get("checklist.clause", ""): item.clause,
        }
        for item in spec.checklist
    ]


def example_text(field: FieldSpec, value: JsonValue) -> str:
    """Return a canonical value as a clerk would type it: dates with slashes, yes and no in words."""
    if is_empty(value):
        return ""
    if field.type is FieldType.DATE and isinstance(value, str):
        return _slashes(value)
    if field.type is FieldType.DATETIME and isinstance(value, str):
        day, _, clock = value.partition("T")
        return f"{_slashes(day)} {clock}"
    return show_value(field, value)


def _slashes(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.year - ROC_OFFSET}/{day.month:02d}/{day.day:02d}"


class Examples:
    """Recognises the examples of a form's blank workbook when they were left in."""

    def __init__(self, spec: FormSpec) -> None:
        try:
            specimen = specimen_of(spec)
        except InputError:  # a broken specimen is said where it is written out
            specimen = dict[str, JsonValue]()
        rows = cast("Sequence[Mapping[str, JsonValue]]", specimen.get(spec.rows_key) or ())
        self._row = _texts(spec.row_fields, rows[0] if rows else {}) if spec.grouped else {}
        if spec.checklist:
            self._row = {}  # its rows are the same for everybody
        self._head = _texts(spec.document_fields, specimen)
        if not spec.grouped:
            self._row = _texts(spec.row_fields, specimen)

    def row_cells(self, positions: Mapping[str, int]) -> tuple[tuple[int, str], ...]:
        """Return the cells by which a row still is the example: position and text; none when too few."""
        cells = tuple((positions[key], text) for key, text in self._row.items() if key in positions)
        return cells if len(cells) >= _ENOUGH else ()

    def is_head(self, values: Mapping[str, object]) -> bool:
        """Tell whether what stands once still is the example."""
        return _same(self._head, values)


def _texts(fields: Sequence[FieldSpec], values: Mapping[str, JsonValue]) -> dict[str, str]:
    shown = {f.key: example_text(f, values.get(f.key)) for f in asked_fields(fields)}
    return {key: text for key, text in shown.items() if text}


def _same(example: Mapping[str, str], values: Mapping[str, object]) -> bool:
    """Compare what the file has of an example; a changed value makes it a real one."""
    compared = 0
    for key, text in example.items():
        if key in values:
            value = values[key]
            if not isinstance(value, str) or as_text(value) != text:
                return False
            compared += 1
    return compared >= _ENOUGH
