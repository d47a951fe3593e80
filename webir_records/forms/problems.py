"""What `check` finds: problems with their place, and the result of a whole file."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from signing.canonical import JsonValue
from webir_records.forms.headers import Header
from webir_records.forms.spec_types import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong, with everything that a clerk needs to find and mend it.

    Attributes:
        code: stable code of the message, `F1xx`.
        field: key of the field, or empty.
        facts: what the message names; its own place and value are among them.
        sheet: name of the sheet, empty for csv and JSON.
        row: row number as the spreadsheet shows it; of JSON the number of the object.
        column: header text as the sheet shows it, or the field's label when there is no such column.
        cell: `E46`, or empty when there is no cell.
        value: the bad value, for the clerk's eyes only.
        clause: point of the rule that demands it, or empty.
    """

    code: str
    field: str
    row: int
    column: str
    facts: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])
    sheet: str = ""
    cell: str = ""
    value: str = ""
    clause: str = ""
    severity: Severity = Severity.ERROR

    def __post_init__(self) -> None:
        """Complete the facts, so that whoever prints the message needs nothing else."""
        place = {"row": str(self.row), "column": self.column, "cell": self.cell, "value": self.value}
        object.__setattr__(self, "facts", {**place, **self.facts})


@dataclass(frozen=True, slots=True, kw_only=True)
class FormDocument:
    """The canonical data of one document; only this goes further.

    Attributes:
        form: id of the form.
        data: ISO dates, true/false, whole numbers, texts, lists; rows of a grouped form under `rows_key`.
        rows: the input rows that it was made of.
    """

    form: str
    data: dict[str, JsonValue]
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableReport:
    """How one table was read, so that a clerk can see what was and was not looked at.

    Attributes:
        header: which column stands for which field; None for JSON.
        encoding: what a csv file turned out to be written in.
        ignored: headers that stand for no field.
        skipped: numbers of empty, total and repeated header rows below the header.
        saved: the agency's saved mapping had a say.
    """

    sheet: str
    header: Header | None
    encoding: str = ""
    ignored: tuple[str, ...] = ()
    skipped: tuple[int, ...] = ()
    saved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """Everything that was found in one file.

    Attributes:
        rows: rows with data.
        valid: rows without an error of their own.
        documents: what can be filled; a document of several rows is made only when all of them are valid.
        problems: errors, in the order of rows.
        warnings: what a person should look at; they make nothing invalid.
    """

    form: str
    rows: int
    valid: int
    documents: tuple[FormDocument, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    mapping: TableReport
