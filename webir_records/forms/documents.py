"""Check the rows of one file and make documents of those that are right."""

from collections import deque
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final, cast

from signing.canonical import JsonValue
from webir_records.forms.cross_checks import (
    DOCUMENT_KINDS,
    Blame,
    is_row_check,
    run_checks,
    run_document_checks,
)
from webir_records.forms.grouping import Grouping, Values, derive_document, derives_from_rows
from webir_records.forms.input_types import NO_DOCUMENT, InputRow, InputTable, column_letter
from webir_records.forms.issues import CellFault
from webir_records.forms.plans import RowPlan, RowReading
from webir_records.forms.problems import FormDocument, Problem
from webir_records.forms.row_checks import Note, Rules, absence_notes, holds, may_be_missed
from webir_records.forms.spec_types import CheckSpec, FieldSpec, FormSpec, Severity
from webir_records.forms.values import as_text, comparable, is_empty

_MOST_ROWS: Final = 20
"""So many row numbers still make a readable message."""


_CELLS = (str, int, float, bool, date, datetime, time, timedelta, CellFault)


@dataclass(slots=True)
class _Draft:
    """A document in the making.

    Attributes:
        head: values that stand once.
        raw: raw values of the head, to show what was wrong.
        unread: what is wrong with the raw values of the head.
        agreed: heads of later rows that say nothing new.
    """

    head: Values
    raw: dict[str, object]
    unread: Sequence[Note]
    rows: list[InputRow] = field(default_factory=list[InputRow])
    readings: list[RowReading] = field(default_factory=list[RowReading])
    agreed: set[int] = field(default_factory=set[int])


@dataclass(frozen=True, slots=True)
class _Head:
    """What a row says of its document; rows that say the same share it."""

    raw: dict[str, object]
    reading: RowReading


class DocumentChecker:
    """One run over one file; collects every problem.

    Attributes:
        problems: what was found so far, errors and warnings.
        bad_rows: document and number of the rows that have an error of their own.
        count: rows that were gone through.
    """

    def __init__(self, spec: FormSpec, table: InputTable, rules: Rules, taken: Container[str]) -> None:
        self._spec = spec
        self._table = table
        self._rules = rules
        self._taken = taken
        self._fields = spec.by_key()
        self._seen: dict[tuple[str, str], int] = {}
        self._said_once: set[str] = set()
        self._failed = False
        self._row_fields, self._head_fields = spec.row_fields, spec.document_fields
        self._row_keys = tuple(f.key for f in self._row_fields)
        self._head_keys = tuple(f.key for f in self._head_fields)
        self._row_checks = [c for c in spec.checks if is_row_check(spec, c)]
        self._head_checks = [
            c for c in spec.checks if not is_row_check(spec, c) and c.kind not in DOCUMENT_KINDS
        ]
        self._document_checks = [c for c in spec.checks if c.kind in DOCUMENT_KINDS]
        self._row_needs, self._head_needs = may_be_missed(self._row_fields), may_be_missed(self._head_fields)
        self._row_plan = RowPlan(self._row_fields, table.positions, rules)
        places = {f.key: place for place, f in enumerate(self._head_fields)}
        self._head_plan = RowPlan(self._head_fields, places, rules)
        self._head_positions = [table.positions[key] for key in places if key in table.positions]
        self._heads: dict[tuple[object, ...], _Head] = {}
        self._derives = derives_from_rows(spec)
        self.problems: list[Problem] = []
        self.bad_rows: set[tuple[int, int]] = set()
        self.count = 0

    def run(self) -> list[FormDocument]:
        """Check everything; return the documents that can be filled."""
        if self._spec.grouped:
            drafts = deque(self._group())
            documents: list[FormDocument] = []
            while drafts:  # a draft goes as soon as its document is there
                document = self._check_grouped(drafts.popleft())
                documents += [document] if document else []
            return documents
        return [d for row in self._table.rows if (d := self._check_single(row)) is not None]

    # ── one row is one document

    def _check_single(self, row: InputRow) -> FormDocument | None:
        self.count += 1
        self._failed = False
        reading = self._row_plan.read(row.cells)
        if self._derives:
            derive_document(self._spec, reading.values, [reading.values])
        self._judge(self._row_plan, self._row_checks, self._row_needs, reading, row)
        self._judge_unique(reading.values, row)
        if self._failed:
            self.bad_rows.add((row.document, row.number))
            return None
        data = _given(self._row_keys, reading.values)
        return FormDocument(form=self._spec.id, data=data, rows=(row.number,))

    # ── several rows are one document

    def _group(self) -> list[_Draft]:
        drafts: dict[tuple[object, ...], _Draft] = {}
        grouping = Grouping(self._spec)
        for row in self._table.rows:
            self.count += 1
            head = self._head_of(row)
            reading = self._row_plan.read(row.cells)
            parts = grouping.key(head.reading.values, reading.values) if row.document == NO_DOCUMENT else ()
            key = (row.document, *parts)
            draft = drafts.get(key)
            if draft is None:
                values = dict(head.reading.values)
                draft = drafts[key] = _Draft(values, dict(head.raw), head.reading.unread)
                draft.agreed.add(id(head))
            elif id(head) not in draft.agreed:
                self._merge(draft, head, row)
            draft.rows.append(row)
            draft.readings.append(reading)
        return list(drafts.values())

    def _head_of(self, row: InputRow) -> _Head:
        """Return what a row says of its document; most rows of a file say the same."""
        cells = row.cells
        given = [cells[at] if at < len(cells) else None for at in self._head_positions]
        plain = all(value.__class__ is str for value in given)
        key = (row.document, *(given if plain else [(value.__class__, value) for value in given]))
        try:
            head = self._heads.get(key)
        except TypeError:  # a list of a JSON file
            return self._read_head(row)
        if head is None:
            head = self._heads[key] = self._read_head(row)
        return head

    def _read_head(self, row: InputRow) -> _Head:
        once = self._table.header_values.get(row.document, {})
        own = {f.key: self._table.raw(row, f.key) for f in self._head_fields}
        raw = {**once, **{key: value for key, value in own.items() if not is_empty(value)}}
        return _Head(raw, self._head_plan.read([raw.get(f.key) for f in self._head_fields]))

    def _merge(self, draft: _Draft, head: _Head, row: InputRow) -> None:
        """Take over what a later row says of the document; two rows that differ are an error of the later."""
        self._failed = False
        known = {note.field for note in draft.unread}
        place = InputRow(row.number, row.cells, row.document)
        before = len(self.problems)
        for note in head.reading.unread:
            if note.field not in known:
                self._say(note, place, raw=head.raw)
        for key, value in head.reading.values.items():
            if value is None or draft.head.get(key) == value:
                continue
            if draft.head.get(key) is None:
                draft.head[key] = value
                draft.raw[key] = head.raw.get(key)
            else:
                facts = {"first_row": str(draft.rows[0].number), "expected": _shown(draft.raw.get(key))}
                self._say(Note(key, "F156", facts=facts), place, raw=head.raw)
        if self._failed:
            self.bad_rows.add((row.document, row.number))
        elif len(self.problems) == before:
            draft.agreed.add(id(head))

    def _check_grouped(self, draft: _Draft) -> FormDocument | None:
        rows = [reading.values for reading in draft.readings]
        derive_document(self._spec, draft.head, rows)
        complete = True
        for row, reading in zip(draft.rows, draft.readings, strict=True):
            self._failed = False
            self._judge(self._row_plan, self._row_checks, self._row_needs, reading, row, head=draft.head)
            if self._failed:
                self.bad_rows.add((row.document, row.number))
            complete = complete and (row.document, row.number) not in self.bad_rows
        self._failed = False
        first = draft.rows[0]
        top = InputRow(self._table.header_row or first.number, first.cells, first.document)
        reading = RowReading(draft.head, draft.unread, self._head_notes(draft.head))
        self._judge(self._head_plan, self._head_checks, self._head_needs, reading, top, raw=draft.raw)
        self._judge_document(draft, top, rows)
        self._judge_unique(draft.head, first)
        if self._failed or not complete:
            self._say_not_made(draft, first)
            return None
        data = {
            **_given(self._head_keys, draft.head),
            self._spec.rows_key: [_given(self._row_keys, values) for values in rows],
        }
        return FormDocument(form=self._spec.id, data=data, rows=tuple(row.number for row in draft.rows))

    def _head_notes(self, head: Values) -> list[Note]:
        """Judge a head that several rows may have brought together."""
        plans = (plan for plan in self._head_plan.plans if not plan.late)
        return [note for plan in plans for note in plan.notes_of(head.get(plan.key))]

    def _say_not_made(self, draft: _Draft, first: InputRow) -> None:
        """Say that good rows wait for the bad ones of their document: half a register is a false one."""
        bad = [str(r.number) for r in draft.rows if (r.document, r.number) in self.bad_rows]
        if not bad:
            return  # what is wrong is the document's own head, and was told at its cells
        key = next((k for k in self._spec.group_by if draft.head.get(k)), self._spec.document_fields[0].key)
        facts = {
            "rows": "、".join(bad[:_MOST_ROWS]) + ("…" if len(bad) > _MOST_ROWS else ""),
            "count": str(len(bad)),
        }
        self._say(Note(key, "F175", Severity.WARNING, facts), first)

    def _judge_document(self, draft: _Draft, top: InputRow, rows: Sequence[Values]) -> None:
        for blame in run_document_checks(self._spec, self._document_checks, draft.head, rows):
            if blame.row is None:
                self._blame(blame, top, raw=draft.raw)
                continue
            row = draft.rows[blame.row]
            self._blame(blame, row)
            if blame.severity is Severity.ERROR:
                self.bad_rows.add((row.document, row.number))

    # ── judging and saying

    def _judge(
        self,
        plan: RowPlan,
        checks: Sequence[CheckSpec],
        needs: Sequence[FieldSpec],
        reading: RowReading,
        row: InputRow,
        *,
        head: Mapping[str, JsonValue] | None = None,
        raw: Mapping[str, object] | None = None,
    ) -> None:
        """Say everything wrong with one set of values; one field is blamed for its own value once."""
        values = reading.values
        everything = {**head, **values} if head else values
        own = (*row.notes, *reading.unread, *plan.late_notes(values, reading.notes))
        blames = run_checks(self._fields, checks, everything, self._rules.today)
        for note in own:
            self._say(note, row, raw=raw)
        for blame in blames:
            self._blame(blame, row, raw=raw)
        empty = [spec for spec in needs if everything.get(spec.key) is None]
        if empty:
            silent = {n.field for n in own} | {b.field for b in blames} | self._table.missing
            for note in absence_notes(empty, everything, self._fields, silent=silent):
                self._say(note, row, raw=raw)

    def _blame(self, blame: Blame, row: InputRow, *, raw: Mapping[str, object] | None = None) -> None:
        note = Note(blame.field, blame.code, blame.severity, blame.facts, blame.check.clause)
        self._say(note, row, raw=raw)

    def _judge_unique(self, values: Values, row: InputRow) -> None:
        condition = self._spec.unique_when
        if condition is not None and not holds(condition, values):
            return
        for key in self._spec.unique:
            value = values.get(key)
            if is_empty(value):
                continue
            name = comparable(str(value))
            earlier = self._seen.setdefault((key, name), row.number)
            if earlier != row.number:
                self._say(Note(key, "F139", facts={"first_row": str(earlier)}), row)
            elif name in self._taken:
                self._say(Note(key, "F140"), row)

    def _say(self, note: Note, row: InputRow, *, raw: Mapping[str, object] | None = None) -> None:
        """Write a problem down.

        Args:
            note: what is wrong.
            row: where.
            raw: raw values of the head; without it the row's own are shown.
        """
        spec = self._fields[note.field]
        value = self._table.raw(row, note.field) if raw is None else raw.get(note.field)
        if note.severity is Severity.WARNING and not self._table.has(note.field) and is_empty(value):
            self._say_once(spec)
            return
        column = self._table.columns.get(note.field)
        self._failed = self._failed or note.severity is Severity.ERROR
        self.problems.append(
            Problem(
                code=note.code,
                field=note.field,
                facts=note.facts,
                sheet=self._sheet(row),
                row=row.number,
                column=column.header if column else spec.label,
                cell=f"{column_letter(column.index)}{row.number}" if column else "",
                value=_shown(value),
                clause=note.clause or spec.clause,
                severity=note.severity,
            )
        )

    def _sheet(self, row: InputRow) -> str:
        """Return the sheet of a row; of several documents in one JSON file, which one."""
        several = len(self._table.header_values) > 1 and row.document != NO_DOCUMENT
        return f"[{row.document}]" if several else self._table.sheet

    def _say_once(self, spec: FieldSpec) -> None:
        """Warn of a column that is not there, once for the file and not once per row."""
        if spec.key in self._said_once or spec.filled_by:
            return
        self._said_once.add(spec.key)
        facts = {"aliases": "、".join(spec.aliases[:4]) or spec.label}
        self.problems.append(
            Problem(
                code="F172",
                field=spec.key,
                facts=facts,
                sheet=self._table.sheet,
                row=self._table.header_row,
                column=spec.label,
                clause=spec.clause,
                severity=Severity.WARNING,
            )
        )


def _given(keys: Sequence[str], values: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return the values in the order of the form, without what was not given; lists are copied."""
    given: dict[str, JsonValue] = {}
    for key in keys:
        value = values.get(key)
        if value is not None:
            given[key] = list(value) if isinstance(value, list) else value
    return given


def _shown(value: object) -> str:
    """Return a raw value as the clerk sees it in the file; half a surrogate pair becomes a mark."""
    if isinstance(value, list):
        text = "、".join(str(item) for item in cast("list[object]", value))
    elif value is None or isinstance(
        value, (str, int, float, bool, date, datetime, time, timedelta, CellFault)
    ):
        text = as_text(value)
    else:
        text = str(value)
    return text if text.isprintable() else text.encode("utf-8", "replace").decode()
