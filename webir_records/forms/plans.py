"""How the rows of one file are read: worked out once for the file, not for every row.

A column says the same things again and again (units, days, legal bases, yes and no). So each field
remembers what a raw text meant; only texts that were not met before are parsed and judged.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from signing.canonical import JsonValue
from webir_records.forms.issues import Cell, Issue
from webir_records.forms.quick_reading import UNKNOWN, Quick, quick_reader
from webir_records.forms.row_checks import Note, Rules, allowed_values, known_to_program, value_notes
from webir_records.forms.spec_types import OF_ROWS, FieldSpec, FieldType
from webir_records.forms.values import is_empty, parse_value

MOST_REMEMBERED: Final = 4096
"""Texts that a field remembers; a column of case numbers would fill the memory for nothing."""

_LATE: Final = ("derived.", "checklist.", OF_ROWS)


class Reading(NamedTuple):
    """What a raw value means.

    Attributes:
        value: canonical value; None when nothing was given or it could not be parsed.
        unread: why it could not be parsed.
        notes: what is wrong with the value that was parsed.
    """

    value: JsonValue
    unread: tuple[Note, ...] = ()
    notes: tuple[Note, ...] = ()


class RowReading(NamedTuple):
    """What one row, or the head of a document, says; the notes are in the order of the fields."""

    values: dict[str, JsonValue]
    unread: Sequence[Note]
    notes: Sequence[Note]


class FieldPlan:
    """One field in one file.

    Attributes:
        late: what the value is may follow from other rows; it is judged when they are known.
        good: raw texts and numbers that were met before and that nothing is wrong with.
        quick: reads what is plainly right; `UNKNOWN` when it is not that plain.
    """

    __slots__ = ("_allowed", "_met", "_rules", "good", "key", "late", "quick", "spec")

    def __init__(self, spec: FieldSpec, rules: Rules) -> None:
        self.spec = spec
        self._rules = rules
        self._allowed = allowed_values(spec, rules.agency)
        self._met: dict[str | float, Reading] = {}
        self.key = spec.key
        self.late = spec.filled_by.startswith(_LATE)
        self.quick = quick_reader(spec, self._allowed)
        self.good: dict[str | float, JsonValue] = {}

    def read(self, raw: object) -> Reading:
        """Return what a raw value means, and remember it if it is a text."""
        if not isinstance(raw, (str, float)):
            return self._parse(raw)
        reading = self._met.get(raw)
        if reading is None:
            reading = self._parse(raw)
            self._remember(raw, reading)
        return reading

    def notes_of(self, value: JsonValue) -> tuple[Note, ...]:
        """Return what is wrong with a value."""
        return tuple(value_notes(self.spec, value, self._rules))

    def _parse(self, raw: object) -> Reading:
        spec = self.spec
        given = spec.default if is_empty(raw) else raw
        parsed = parse_value(spec, given, self._allowed, date1904=self._rules.date1904)
        if isinstance(parsed, Issue):
            return Reading(None, unread=(Note(spec.key, parsed.code, facts=parsed.facts),))
        value = known_to_program(spec, self._rules) if parsed is None else parsed
        return Reading(value, notes=() if self.late else self.notes_of(value))

    def _remember(self, raw: str | float, reading: Reading) -> None:
        if reading.unread or reading.notes:
            memory = self._met
            if len(memory) >= MOST_REMEMBERED:
                memory.clear()
            memory[raw] = reading
        else:
            if len(self.good) >= MOST_REMEMBERED:
                self.good.clear()
            self.good[raw] = reading.value


class RowPlan:
    """Reads the fields that stand in every row."""

    def __init__(self, fields: Sequence[FieldSpec], columns: Mapping[str, int], rules: Rules) -> None:
        """Plan for one file.

        Args:
            fields: what is read.
            columns: position of each field in the cells of a row; fields that are not there are empty.
            rules: what the fields are judged by.
        """
        self.plans = tuple(FieldPlan(f, rules) for f in fields if f.type is not FieldType.SIGN)
        self._late = tuple(plan for plan in self.plans if plan.late and plan.spec.type is not FieldType.INT)
        self._positions = {plan.key: number for number, plan in enumerate(self.plans)}
        self._constant: dict[str, JsonValue] = {}
        self._read: list[tuple[str, int, dict[str | float, JsonValue], Quick, FieldPlan]] = []
        for plan in self.plans:
            empty = plan.read(None)
            self._constant[plan.key] = empty.value
            if plan.key in columns:
                self._read.append((plan.key, columns[plan.key], plan.good, plan.quick, plan))
            elif empty.unread or empty.notes:
                self._read.append((plan.key, -1, plan.good, plan.quick, plan))

    def read(self, cells: Sequence[Cell | object]) -> RowReading:
        """Read one row."""
        values = self._constant.copy()
        unread: list[Note] | tuple[()] = ()
        notes: list[Note] | tuple[()] = ()
        width = len(cells)
        for key, position, good, quick, plan in self._read:
            raw = cells[position] if 0 <= position < width else None
            if isinstance(raw, (str, float)):
                value = good.get(raw, UNKNOWN)  # a text never equals a number
                if value is UNKNOWN:
                    value = quick(raw)
                if value is not UNKNOWN:
                    values[key] = value
                    continue
            reading = plan.read(raw)
            values[key] = reading.value
            if reading.unread:
                unread = [*unread, *reading.unread]
            if reading.notes:
                notes = [*notes, *reading.notes]
        return RowReading(values, unread, notes)

    def late_notes(self, values: Mapping[str, JsonValue], notes: Sequence[Note]) -> Sequence[Note]:
        """Add what is wrong with values that followed from other rows; the order of the fields stays."""
        late = [note for plan in self._late for note in plan.notes_of(values.get(plan.key))]
        if not late:
            return notes
        return sorted((*notes, *late), key=lambda note: self._positions[note.field])
