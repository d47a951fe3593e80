"""Check the rows of one file and make documents of those that are right."""

from collections.abc import Container, Iterable, Mapping, Sequence
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
from webir_records.forms.grouping import Values, derive_document, group_key
from webir_records.forms.inputs import NO_DOCUMENT, InputRow, InputTable, column_letter
from webir_records.forms.problems import FormDocument, Problem
from webir_records.forms.row_checks import Note, Rules, absence_notes, holds, parse_fields, value_notes
from webir_records.forms.spec_types import CheckSpec, FieldSpec, FormSpec, Severity
from webir_records.forms.values import as_text, comparable, is_empty

_MOST_ROWS: Final = 20
"""So many row numbers still make a readable message."""


@dataclass(slots=True)
class _Draft:
    """A document in the making.

    Attributes:
        head: values that stand once; of a form with one document per row, all of them.
        raw: raw values of the head, to show what was wrong.
        parsed_notes: what is wrong with the raw values of the head.
    """

    head: Values
    raw: dict[str, object]
    rows: list[InputRow] = field(default_factory=list[InputRow])
    values: list[Values] = field(default_factory=list[Values])
    row_notes: list[list[Note]] = field(default_factory=list[list[Note]])
    parsed_notes: list[Note] = field(default_factory=list[Note])


class DocumentChecker:
    """One run over one file; collects every problem.

    Attributes:
        problems: what was found so far, errors and warnings.
        bad_rows: document and number of the rows that have an error of their own.
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
        self._row_checks = [c for c in spec.checks if is_row_check(spec, c)]
        self._head_checks = [
            c for c in spec.checks if not is_row_check(spec, c) and c.kind not in DOCUMENT_KINDS
        ]
        self._document_checks = [c for c in spec.checks if c.kind in DOCUMENT_KINDS]
        self.problems: list[Problem] = []
        self.bad_rows: set[tuple[int, int]] = set()

    def run(self) -> list[FormDocument]:
        """Check everything; return the documents that can be filled."""
        if self._spec.grouped:
            return [d for draft in self._group() if (d := self._check_grouped(draft)) is not None]
        return [d for row in self._table.rows if (d := self._check_single(row)) is not None]

    # ── one row is one document

    def _check_single(self, row: InputRow) -> FormDocument | None:
        self._failed = False
        values, notes = parse_fields(self._spec.fields, row.values, self._rules)
        derive_document(self._spec, values, [values])
        self._judge(self._spec.fields, self._row_checks, values, notes, row)
        self._judge_unique(values, row)
        if self._failed:
            self.bad_rows.add((row.document, row.number))
            return None
        return FormDocument(form=self._spec.id, data=_given(self._spec.fields, values), rows=(row.number,))

    # ── several rows are one document

    def _group(self) -> list[_Draft]:
        drafts: dict[tuple[object, ...], _Draft] = {}
        for row in self._table.rows:
            once = self._table.header_values.get(row.document, {})
            raw = {**once, **{k: v for k, v in row.values.items() if not is_empty(v)}}
            head, head_notes = parse_fields(self._spec.document_fields, raw, self._rules)
            values, notes = parse_fields(self._spec.row_fields, row.values, self._rules)
            key = (
                row.document,
                *(group_key(self._spec, head, values) if row.document == NO_DOCUMENT else ()),
            )
            draft = drafts.get(key)
            if draft is None:
                draft = drafts[key] = _Draft(head, raw, parsed_notes=head_notes)
            else:
                self._merge(draft, head, head_notes, raw, row)
            draft.rows.append(row)
            draft.values.append(values)
            draft.row_notes.append(notes)
        return list(drafts.values())

    def _merge(
        self, draft: _Draft, head: Values, notes: Iterable[Note], raw: Mapping[str, object], row: InputRow
    ) -> None:
        """Take over what a later row says of the document; two rows that differ are an error of the later."""
        self._failed = False
        known = {note.field for note in draft.parsed_notes}
        place = InputRow(row.number, raw, row.document)
        for note in notes:
            if note.field not in known:
                self._say(note, place)
        for key, value in head.items():
            if value is None or draft.head.get(key) == value:
                continue
            if draft.head.get(key) is None:
                draft.head[key] = value
                draft.raw[key] = raw.get(key)
            else:
                facts = {"first_row": str(draft.rows[0].number), "expected": _shown(draft.raw.get(key))}
                self._say(Note(key, "F156", facts=facts), place)
        if self._failed:
            self.bad_rows.add((row.document, row.number))

    def _check_grouped(self, draft: _Draft) -> FormDocument | None:
        derive_document(self._spec, draft.head, draft.values)
        complete = True
        for row, values, notes in zip(draft.rows, draft.values, draft.row_notes, strict=True):
            self._failed = False
            self._judge(self._spec.row_fields, self._row_checks, values, notes, row, head=draft.head)
            if self._failed:
                self.bad_rows.add((row.document, row.number))
            complete = complete and (row.document, row.number) not in self.bad_rows
        self._failed = False
        first = draft.rows[0]
        top = InputRow(self._table.header_row or first.number, draft.raw, first.document)
        self._judge(self._spec.document_fields, self._head_checks, draft.head, draft.parsed_notes, top)
        self._judge_document(draft, top)
        self._judge_unique(draft.head, first)
        if self._failed or not complete:
            self._say_not_made(draft, first)
            return None
        rows = [_given(self._spec.row_fields, values) for values in draft.values]
        data = {**_given(self._spec.document_fields, draft.head), self._spec.rows_key: rows}
        return FormDocument(form=self._spec.id, data=data, rows=tuple(row.number for row in draft.rows))

    def _say_not_made(self, draft: _Draft, first: InputRow) -> None:
        """Say that good rows wait for the bad ones of their document: half a register is a false one."""
        bad = [str(r.number) for r in draft.rows if (r.document, r.number) in self.bad_rows]
        key = next((k for k in self._spec.group_by if draft.head.get(k)), self._spec.document_fields[0].key)
        facts = {
            "rows": "、".join(bad[:_MOST_ROWS]) + ("…" if len(bad) > _MOST_ROWS else ""),
            "count": str(len(bad)),
        }
        self._say(Note(key, "F175", Severity.WARNING, facts), first)

    def _judge_document(self, draft: _Draft, top: InputRow) -> None:
        for blame in run_document_checks(self._spec, self._document_checks, draft.head, draft.values):
            row = top if blame.row is None else draft.rows[blame.row]
            self._blame(blame, row)
            if blame.row is not None and blame.severity is Severity.ERROR:
                self.bad_rows.add((row.document, row.number))

    # ── judging and saying

    def _judge(
        self,
        fields: Sequence[FieldSpec],
        checks: Sequence[CheckSpec],
        values: Values,
        notes: Sequence[Note],
        row: InputRow,
        *,
        head: Mapping[str, JsonValue] | None = None,
    ) -> None:
        """Say everything wrong with one set of values; one field is blamed for its own value once."""
        everything = {**(head or {}), **values}
        own = [*notes, *value_notes(fields, values, self._rules)]
        blames = run_checks(self._spec, checks, everything, self._rules.today)
        for note in own:
            self._say(note, row)
        for blame in blames:
            self._blame(blame, row)
        silent = {n.field for n in own} | {b.field for b in blames} | self._table.missing
        for note in absence_notes(fields, everything, self._fields, silent=silent):
            self._say(note, row)

    def _blame(self, blame: Blame, row: InputRow) -> None:
        note = Note(blame.field, blame.code, blame.severity, blame.facts, blame.check.clause)
        self._say(note, row)

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

    def _say(self, note: Note, row: InputRow) -> None:
        spec = self._fields[note.field]
        if (
            note.severity is Severity.WARNING
            and not self._table.has(note.field)
            and is_empty(row.values.get(note.field))
        ):
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
                value=_shown(row.values.get(note.field)),
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


def _given(fields: Iterable[FieldSpec], values: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return the values in the order of the form, without what was not given."""
    return {f.key: values[f.key] for f in fields if not is_empty(values.get(f.key))}


def _shown(value: object) -> str:
    """Return a raw value as the clerk sees it in the file."""
    if isinstance(value, list):
        return "、".join(str(item) for item in cast("list[object]", value))
    if value is None or isinstance(value, (str, int, float, bool, date, datetime, time, timedelta)):
        return as_text(value)
    return str(value)
