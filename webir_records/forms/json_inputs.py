"""Bring the objects of a JSON file into rows of raw values by field."""

from collections.abc import Mapping, Sequence
from typing import cast

from webir_records.forms.headers import Names
from webir_records.forms.input_types import NO_DOCUMENT, InputRow, InputTable
from webir_records.forms.reading import Record
from webir_records.forms.row_checks import Note
from webir_records.forms.spec_types import FormSpec
from webir_records.model.errors import InputError


def table_of_records(spec: FormSpec, records: Sequence[Record]) -> InputTable:
    """Return the rows of JSON objects; a document's own rows lie in a list within it.

    Raises:
        InputError: `F110`, something else than objects lies in that list.
    """
    objects = _ObjectReader(spec)
    rows: list[InputRow] = []
    once: dict[int, Mapping[str, object]] = {}
    for record in records:
        nested = record.values.get(spec.rows_key) if spec.grouped else None
        if isinstance(nested, list):
            once[record.number] = objects.by_key(record.values)[0]
            for number, item in enumerate(cast("list[object]", nested), start=1):
                if not isinstance(item, dict):
                    raise InputError("F110", path="", number=f"{record.number}.{number}")
                rows.append(objects.row(cast("dict[str, object]", item), number, record.number))
        else:
            rows.append(objects.row(record.values, record.number))
    return InputTable(rows, {}, objects.positions, None, once, ignored=objects.ignored)


class _ObjectReader:
    """Brings objects into the order of the form's fields."""

    def __init__(self, spec: FormSpec) -> None:
        self._names = Names.of(spec.fields)
        self._rows_key = spec.rows_key
        self.positions = {f.key: number for number, f in enumerate(spec.fields)}
        self.ignored: dict[str, None] = {}

    def row(self, values: Mapping[str, object], number: int, document: int = NO_DOCUMENT) -> InputRow:
        """Return one object as a row."""
        found, notes = self.by_key(values)
        return InputRow(number, tuple(found.get(key) for key in self.positions), document, notes)

    def by_key(self, values: Mapping[str, object]) -> tuple[dict[str, object], tuple[Note, ...]]:
        """Return the values of an object by field; a field that is named twice is a problem."""
        found: dict[str, object] = {}
        origin: dict[str, str] = {}
        notes: list[Note] = []
        for name, value in values.items():
            key = self._names.field_of(name)
            if key is None:
                if name != self._rows_key:
                    self.ignored[name] = None
            elif key in found:
                notes.append(Note(key, "F115", facts={"columns": f"{origin[key]}、{name}"}))
            else:
                found[key], origin[key] = value, name
        return found, tuple(notes)
