"""Bring sheets and JSON into one shape: rows of raw values by field, each knowing its place."""

import re
import string
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, cast

from webir_records.forms.headers import Header, MappedColumn, find_header, is_header, names_of, variants
from webir_records.forms.issues import Cell
from webir_records.forms.problems import Problem, TableReport
from webir_records.forms.reading import Record, Row, Sheet, Workbook
from webir_records.forms.spec_types import FieldSpec, FieldType, FormSpec, Severity
from webir_records.forms.values import as_text, is_empty
from webir_records.model.errors import InputError

HEADER_SHEET: Final = "表頭"
"""Two columns, label and value: what stands once on a form of many rows."""

ROWS_SHEET: Final = "明細"
NOTES_SHEET: Final = "說明"

TOTALS: Final = frozenset({"合計", "總計", "小計", "共計", "總和", "總數"})

NO_DOCUMENT: Final = -1
"""The rows do not say themselves which document they belong to."""

_TITLE_PAIR = re.compile(r"([^\s:：]{2,12})[:：]([^\s:：]+)")


@dataclass(frozen=True, slots=True)
class InputRow:
    """One row of raw values.

    Attributes:
        number: as the spreadsheet shows it.
        document: which document of a JSON file it belongs to, or `NO_DOCUMENT`.
    """

    number: int
    values: Mapping[str, object]
    document: int = NO_DOCUMENT


@dataclass(frozen=True, slots=True)
class InputTable:
    """All rows of a file and where they come from.

    Attributes:
        columns: the column of each field; empty for JSON, where any field may stand in any object.
        header_row: row number of the header; 0 for JSON.
        header_values: values that stand once per document, by document.
        problems: what is wrong with the header itself.
    """

    rows: tuple[InputRow, ...]
    columns: Mapping[str, MappedColumn]
    header_row: int
    header_values: Mapping[int, Mapping[str, object]]
    report: TableReport
    problems: tuple[Problem, ...] = ()
    sheet: str = ""
    missing: frozenset[str] = field(default_factory=frozenset[str])

    @property
    def is_json(self) -> bool:
        """Whether the rows are objects of a JSON file."""
        return self.report.header is None

    def has(self, key: str) -> bool:
        """Tell whether the file has a place for a field at all."""
        return self.is_json or key in self.columns or any(key in v for v in self.header_values.values())


def read_table(spec: FormSpec, book: Workbook) -> InputTable:
    """Return the rows of a workbook by field.

    Raises:
        InputError: `F114` no header was found, `F116` no row has data.
    """
    table = _from_records(spec, book.records) if book.records is not None else _from_sheets(spec, book)
    if not table.rows and not table.problems:
        raise InputError("F116", path=book.path.name)
    return table


# ── sheets


def _from_sheets(spec: FormSpec, book: Workbook) -> InputTable:
    fields = [f for f in spec.fields if f.type is not FieldType.SIGN]
    found = _choose_sheet(spec, book, fields)
    if found is None:
        labels = "、".join(f.label for f in spec.row_fields if f.required)
        raise InputError("F114", path=book.path.name, expected=labels)
    sheet, header = found
    index = next(n for n, row in enumerate(sheet.rows) if row.number == header.row)
    columns = {key: column for key, column in header.fields.items() if len(header.columns_of(key)) == 1}
    rows, skipped = _data_rows(sheet.rows[index + 1 :], header, fields, columns)
    once = _header_values(spec, book, sheet.rows[:index])
    missing = _missing(spec, header, once)
    return InputTable(
        rows=rows,
        columns=columns,
        header_row=header.row,
        header_values={NO_DOCUMENT: once},
        report=TableReport(
            sheet=sheet.name,
            header=header,
            encoding=book.encoding,
            ignored=header.ignored,
            skipped=skipped,
        ),
        problems=(*_ambiguous(spec, header, sheet.name), *_absent(missing, header, sheet.name)),
        sheet=sheet.name,
        missing=frozenset(f.key for f in missing),
    )


def _choose_sheet(spec: FormSpec, book: Workbook, fields: Sequence[FieldSpec]) -> tuple[Sheet, Header] | None:
    named = book.sheet(ROWS_SHEET) if spec.grouped else None
    candidates = (
        [named] if named else [s for s in book.sheets if s.name.strip() not in (HEADER_SHEET, NOTES_SHEET)]
    )
    found = [
        (sheet, header) for sheet in candidates if (header := find_header(sheet.rows, fields)) is not None
    ]
    return max(found, key=lambda pair: len(pair[1].fields), default=None)


def _data_rows(
    rows: Iterable[Row], header: Header, fields: Sequence[FieldSpec], columns: Mapping[str, MappedColumn]
) -> tuple[tuple[InputRow, ...], tuple[int, ...]]:
    kept: list[InputRow] = []
    skipped: list[int] = []
    names = names_of(fields)
    for row in rows:
        filled = [cell for cell in row.cells if not is_empty(cell)]
        if not filled or _is_total(filled, columns) or is_header(row, header, names):
            skipped.append(row.number)
        else:
            values = {key: _cell(row, column.index) for key, column in columns.items()}
            kept.append(InputRow(row.number, values))
    return tuple(kept), tuple(skipped)


def _is_total(filled: Sequence[Cell], columns: Mapping[str, MappedColumn]) -> bool:
    """Tell whether a row only adds up: its first word says so, and most of its cells are empty."""
    first = unicodedata.normalize("NFKC", as_text(filled[0]))
    word = re.sub(r"[\s:]", "", first)
    return (word in TOTALS or bool(re.fullmatch(rf"({'|'.join(TOTALS)})\d+[筆件]", word))) and (
        len(filled) <= max(2, len(columns) // 2)
    )


def _cell(row: Row, index: int) -> Cell:
    return row.cells[index] if index < len(row.cells) else None


def _header_values(spec: FormSpec, book: Workbook, titles: Sequence[Row]) -> Mapping[str, object]:
    """Return what stands once: pairs `label:value` in the title rows, then the sheet of labels and values."""
    names = names_of(spec.document_fields)
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


def _put(values: dict[str, object], names: Mapping[str, str], label: str, value: object) -> None:
    key = next((names[variant] for variant in variants(label) if variant in names), None)
    if key is not None and not is_empty(value):
        values[key] = value


def _ambiguous(spec: FormSpec, header: Header, sheet: str) -> Iterable[Problem]:
    for spec_field in spec.fields:
        columns = header.columns_of(spec_field.key)
        if len(columns) > 1:
            yield Problem(
                code="F115",
                field=spec_field.key,
                facts={"columns": "、".join(f"{column_letter(c.index)} {c.header}" for c in columns)},
                sheet=sheet,
                row=header.row,
                column=columns[1].header,
                cell=f"{column_letter(columns[1].index)}{header.row}",
                clause=spec_field.clause,
            )


def _missing(spec: FormSpec, header: Header, once: Mapping[str, object]) -> list[FieldSpec]:
    return [
        f
        for f in spec.fields
        if (f.required or f.recommended)
        and f.type is not FieldType.SIGN
        and not f.filled_by
        and f.default == ""
        and f.key not in header.fields
        and f.key not in once
    ]


def _absent(missing: Iterable[FieldSpec], header: Header, sheet: str) -> Iterable[Problem]:
    for spec_field in missing:
        yield Problem(
            code="F113" if spec_field.required else "F172",
            field=spec_field.key,
            facts={"aliases": "、".join(spec_field.aliases[:4]) or spec_field.label},
            sheet=sheet,
            row=header.row,
            column=spec_field.label,
            clause=spec_field.clause,
            severity=Severity.ERROR if spec_field.required else Severity.WARNING,
        )


def column_letter(index: int) -> str:
    """Return how a spreadsheet calls a column: 0 is A, 26 is AA."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = string.ascii_uppercase[rest] + letters
    return letters


# ── JSON


def _from_records(spec: FormSpec, records: Sequence[Record]) -> InputTable:
    names = names_of(spec.fields)
    rows: list[InputRow] = []
    once: dict[int, Mapping[str, object]] = {}
    ignored: dict[str, None] = {}
    for record in records:
        nested = record.values.get(spec.rows_key) if spec.grouped else None
        values = _by_key(record.values, names, ignored, spec.rows_key)
        if isinstance(nested, list):
            once[record.number] = values
            rows.extend(_nested_rows(cast("list[object]", nested), names, ignored, record.number))
        else:
            rows.append(InputRow(record.number, values))
    report = TableReport(sheet="", header=None, ignored=tuple(ignored))
    return InputTable(tuple(rows), {}, 0, once, report)


def _nested_rows(
    items: Sequence[object], names: Mapping[str, str], ignored: dict[str, None], document: int
) -> Iterable[InputRow]:
    for number, item in enumerate(items, start=1):
        if not isinstance(item, dict):
            raise InputError("F110", path="", number=f"{document}.{number}")
        yield InputRow(number, _by_key(cast("dict[str, object]", item), names, ignored, ""), document)


def _by_key(
    values: Mapping[str, object], names: Mapping[str, str], ignored: dict[str, None], rows_key: str
) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in values.items():
        key = next((names[variant] for variant in variants(name) if variant in names), None)
        if key is not None:
            found[key] = value
        elif name != rows_key:
            ignored[name] = None
    return found
