"""Bring sheets and JSON into one shape: rows of raw values by field, each knowing its place."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from webir_records.forms.examples import Examples
from webir_records.forms.file_names import from_file_name
from webir_records.forms.header_problems import absent_columns, ambiguous_columns, missing_fields
from webir_records.forms.headers import Header, MappedColumn, Names, RepeatedHeader, find_header
from webir_records.forms.input_types import NO_DOCUMENT, InputRow, InputTable, column_letter
from webir_records.forms.issues import Cell, CellFault
from webir_records.forms.json_inputs import table_of_records
from webir_records.forms.mappings import ColumnMapping, header_fingerprint
from webir_records.forms.problems import Problem
from webir_records.forms.reading import Sheet, Workbook
from webir_records.forms.row_checks import Note
from webir_records.forms.sheet_rows import Row
from webir_records.forms.spec_types import FieldType, FormSpec, Severity
from webir_records.forms.values import as_text, is_empty
from webir_records.model.errors import InputError

__all__ = [
    "HEADER_SHEET",
    "NOTES_SHEET",
    "NO_DOCUMENT",
    "RESULT_SHEET",
    "ROWS_SHEET",
    "TOTALS",
    "InputRow",
    "InputTable",
    "column_letter",
    "read_table",
]

HEADER_SHEET: Final = "表頭"
"""Two columns, label and value: what stands once on a form of many rows."""

ROWS_SHEET: Final = "明細"
NOTES_SHEET: Final = "說明"
RESULT_SHEET: Final = "檢查結果"
"""What `annotate_workbook` adds; a marked workbook can be checked again."""

TOTALS: Final = frozenset({"合計", "總計", "小計", "共計", "總和", "總數"})

_NOT_DATA: Final = (HEADER_SHEET, NOTES_SHEET, RESULT_SHEET)
_TITLE_PAIR = re.compile(r"([^\s:：]{2,12})[:：]([^\s:：]+)")
_SUM = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?[筆件人次]?")
_TOTAL = re.compile(rf"(?:{'|'.join(sorted(TOTALS))})(?:\d+[筆件])?")


def read_table(
    spec: FormSpec, book: Workbook, *, units: Sequence[str] = (), mapping: ColumnMapping | None = None
) -> InputTable:
    """Return the rows of a workbook by field.

    Args:
        spec: the form.
        book: what was read.
        units: the agency's units; one of them may stand in the name of the file alone.
        mapping: the agency's own decisions about headers.

    Raises:
        InputError: `F114` no header was found.
    """
    if book.records is not None:
        return table_of_records(spec, book.records)
    return _SheetReader(spec, book, mapping).table(units)


class _SheetReader:
    """Reads the one sheet of a workbook that has the rows."""

    def __init__(self, spec: FormSpec, book: Workbook, mapping: ColumnMapping | None) -> None:
        self._spec = spec
        self._book = book
        self._mapping = mapping
        self._saved = mapping.fields() if mapping else dict[str, str]()
        self._fields = [f for f in spec.fields if f.type is not FieldType.SIGN]
        self._examples = Examples(spec)
        self._sheet, self._header = self._choose()

    def table(self, units: Sequence[str]) -> InputTable:
        header, spec = self._header, self._spec
        columns = {key: column for key, column in header.fields.items() if len(header.columns_of(key)) == 1}
        once, problems = self._once(columns, units)
        missing = missing_fields(spec, header, once)
        table = InputTable(
            rows=(),
            columns=columns,
            positions={key: column.index for key, column in columns.items()},
            header=header,
            header_values={NO_DOCUMENT: once},
            sheet=self._sheet.name,
            encoding=self._book.encoding,
            problems=[
                *ambiguous_columns(spec, header, self._sheet.name),
                *absent_columns(missing, header, self._sheet.name),
                *problems,
                *self._remarks(),
            ],
            ignored=dict.fromkeys(header.ignored),
            missing=frozenset(f.key for f in missing) | (header.fields.keys() - columns.keys()),
            saved=self._mapping is not None,
        )
        table.rows = self._rows(table)
        return table

    def _choose(self) -> tuple[Sheet, Header]:
        named = self._book.sheet(ROWS_SHEET) if self._spec.grouped else None
        candidates = [named] if named else [s for s in self._book.sheets if s.name.strip() not in _NOT_DATA]
        found = [
            (sheet, header)
            for sheet in candidates
            if (header := find_header(sheet.rows, self._fields, saved=self._saved, merged=sheet.merged))
        ]
        if found:
            return max(found, key=lambda pair: len(pair[1].fields))
        name, hidden = self._book.path.name, self._book.hidden
        if hidden:
            raise InputError("F118", path=name, sheets="、".join(hidden))
        labels = "、".join(f.label for f in self._spec.row_fields if f.required)
        raise InputError("F114", path=name, expected=labels)

    # ── what stands once

    def _once(
        self, columns: Mapping[str, MappedColumn], units: Sequence[str]
    ) -> tuple[Mapping[str, object], list[Problem]]:
        titles = list(self._sheet.rows[: self._header.row - 1])
        once = _header_values(self._spec, self._book, titles)
        problems: list[Problem] = []
        if self._examples.is_head(once):
            problems.append(
                Problem(
                    code="F177",
                    field="",
                    row=1,
                    column=self._spec.document_fields[0].label,
                    sheet=HEADER_SHEET if self._book.sheet(HEADER_SHEET) else self._sheet.name,
                )
            )
        for key, value in from_file_name(self._spec, self._book.path.stem, units).items():
            if key not in columns and key not in once:
                once[key] = value
                problems.append(self._remark("F176", key, column=self._spec.field(key).label, value=value))
        return once, problems

    def _remarks(self) -> Iterable[Problem]:
        if self._book.hidden:
            yield self._remark("F182", "", column="", value="、".join(self._book.hidden))
        if self._mapping is not None and self._mapping.fingerprint != header_fingerprint(self._header):
            yield self._remark("F181", "", column="", value="")

    def _remark(self, code: str, key: str, *, column: str, value: str) -> Problem:
        return Problem(
            code=code,
            field=key,
            row=self._header.row,
            column=column,
            value=value,
            sheet=self._sheet.name,
            severity=Severity.WARNING,
        )

    # ── rows

    def _rows(self, table: InputTable) -> Iterator[InputRow]:
        repeated = RepeatedHeader(self._header, Names.of(self._fields, self._saved))
        example = self._examples.row_cells(table.positions)
        covered = dict(self._header.covered)
        width = max(column.index for column in self._header.columns) + 1
        empty: list[int] = []
        below = iter(self._sheet.rows)
        for row in below:
            if row.number <= self._header.row:
                continue
            filled = _filled(row.cells)
            if not filled:
                empty.append(row.number)
                continue
            table.skipped += empty
            empty.clear()
            if repeated.matches(filled) or _is_total(filled, table.columns):
                table.skipped.append(row.number)
                continue
            if covered:
                _look_beside(row, covered, table)
            notes: tuple[Note, ...] = ()
            if len(row.cells) > width and not self._book.sheets[0].name and _filled(row.cells[width:]):
                notes = (self._too_long(row, width),)
            if example and all(at < len(row.cells) and row.cells[at] == text for at, text in example):
                notes = (Note(next(iter(table.columns)), "F177"),)
            yield InputRow(row.number, row.cells, NO_DOCUMENT, notes)

    def _too_long(self, row: Row, width: int) -> Note:
        last = next(column for column in reversed(self._header.columns) if column.field)
        return Note(last.field, "F164", facts={"got": str(len(row.cells)), "expected": str(width)})


def _filled(cells: Sequence[Cell]) -> list[Cell]:
    return [c for c in cells if c is not None and c != "" and not (isinstance(c, str) and c.isspace())]


def _is_total(filled: Sequence[Cell], columns: Mapping[str, MappedColumn]) -> bool:
    """Tell whether a row only adds up: its first word says so, and the rest is nearly empty or numbers."""
    first = re.sub(r"[\s:]", "", unicodedata.normalize("NFKC", as_text(filled[0])))
    if not _TOTAL.fullmatch(first):
        return False
    return len(filled) <= max(2, len(columns) // 2) or all(map(_is_sum, filled[1:]))


def _is_sum(cell: Cell) -> bool:
    """Tell whether a cell is a number, or a formula that failed to be one."""
    if isinstance(cell, str):
        return bool(_SUM.fullmatch(unicodedata.normalize("NFKC", cell).replace(" ", "")))
    return isinstance(cell, (int, float, CellFault)) and not isinstance(cell, bool)


def _look_beside(row: Row, covered: dict[int, str], table: InputTable) -> None:
    """Refuse a second column under one merged header cell when it holds values: nobody would read them."""
    for index, key in list(covered.items()):
        if index < len(row.cells) and not is_empty(row.cells[index]) and key in table.columns:
            del covered[index]
            column = table.columns[key]
            table.problems.append(
                Problem(
                    code="F180",
                    field=key,
                    row=table.header_row,
                    column=column.header,
                    facts={"beside": column_letter(index), "example": str(row.number)},
                    sheet=table.sheet,
                    cell=f"{column_letter(column.index)}{table.header_row}",
                )
            )


def _header_values(spec: FormSpec, book: Workbook, titles: Sequence[Row]) -> dict[str, object]:
    """Return what stands once: pairs `label:value` in the title rows, then the sheet of labels and values."""
    names = Names.of(spec.document_fields)
    values: dict[str, object] = {}
    for row in titles:
        for cell in row.cells:
            for label, value in _TITLE_PAIR.findall(cell) if isinstance(cell, str) else ():
                _put(values, names, label, value)
    sheet = book.sheet(HEADER_SHEET)
    for row in sheet.rows if sheet else ():
        if len(row.cells) >= 2:
            _put(values, names, as_text(row.cells[0]), row.cells[1])
    return values


def _put(values: dict[str, object], names: Names, label: str, value: object) -> None:
    key = names.field_of(label)
    if key is not None and not is_empty(value):
        values[key] = value
