"""What an opinion sheet is made of: its columns and choices, its lines, its answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from retention.kinds import Opinion
from webir_records.forms.dates import roc_date
from webir_records.forms.problems import Problem

TITLE: Final = "銷毀意見表"
AGREE: Final = "同意銷毀"
EXTEND: Final = "延長"
OTHER: Final = "other"
REASONS: Final[Mapping[str, str]] = {
    "業務仍需參考": "business-use",
    "訴訟或爭議未結": "litigation",
    "稽核或調查未結": "audit-or-inquiry",
    "法令規定較長年限": "law-longer",
    "具歷史價值": "historical-value",
}
"""Reasons of an extension that are offered, and the code for each; in other words it is `OTHER`."""

CHOICES: Final[Mapping[str, Opinion]] = {AGREE: Opinion.AGREED, EXTEND: Opinion.EXTENDED}
NAME: Final = "單位名稱"
"""Stands above the rest for the reader; what comes back is known by the unit's id."""
UNIT, BATCH, DIGEST = "業務單位", "批號", "銷毀目錄雜湊值"
HEAD: Final = (UNIT, BATCH, DIGEST)
RECORD, OPINION, UNTIL, REASON = "紀錄識別碼", "業務單位意見", "延長至", "理由"
NUMBER: Final = "項次"
SHOWN: Final = ("表單編號", "檔號", "案由（表單名稱）", "保存年限", "得銷毀日")
ANSWERS: Final = (OPINION, UNTIL, REASON)
LABELS: Final = (NUMBER, RECORD, *SHOWN, *ANSWERS)
KEYS: Final = (
    *("number", "record", "form_no", "file_no", "title", "term", "due"),
    *("opinion", "until", "reason_code"),
)


@dataclass(frozen=True, slots=True)
class SheetHead:
    """Who is asked, and about what.

    Attributes:
        unit: id of the unit.
        batch: batch id.
        catalogue_sha256: digest of the catalogue, hex.
        name: what the unit is called; empty if nobody knows.
    """

    unit: str
    batch: str
    catalogue_sha256: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One record on which a unit is asked; nothing here is personal data.

    Attributes:
        record: record id; it must come back unchanged.
        form_no: number of the form; empty if it has none.
        file_no: 檔號 of the file it lies in; empty if it lies in none.
        title: title of the form (案由).
        term: the governing term as a person says it, e.g. `3年`.
        due: first day on which it may be destroyed.
    """

    record: str
    form_no: str
    file_no: str
    title: str
    term: str
    due: date | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a unit wrote about one record.

    Attributes:
        record: as it stands in the sheet.
        opinion: `UNANSWERED` when nothing (or nothing allowed) was chosen.
        until: with `EXTENDED`, the last day of the extended term.
        reason_code: with `EXTENDED`, why: one of the codes in `REASONS`, or `OTHER`.
        row: row of the spreadsheet, from 1.
        shown: the protected cells as they came back, in the order of the columns.
    """

    record: str
    opinion: Opinion
    until: date | None
    reason_code: str
    row: int
    shown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that came back.

    Attributes:
        unit: the unit named in it.
        batch: the batch named in it.
        catalogue_sha256: digest of the catalogue that it names, hex.
        answers: one for each row that names a record, right or wrong.
        problems: everything wrong with what was written, in the order of rows.
        name: name of the spreadsheet's sheet, for places.
        places: cell of each value that stands once.
        columns: letter of each column.
    """

    unit: str
    batch: str
    catalogue_sha256: str
    answers: tuple[Answer, ...]
    problems: tuple[Problem, ...]
    name: str
    places: Mapping[str, str]
    columns: Mapping[str, str]


def shown_cells(line: SheetLine) -> tuple[str, ...]:
    """Return the protected cells of a line, in the order of `SHOWN`."""
    return line.form_no, line.file_no, line.title, line.term, roc_date(line.due) if line.due else ""


def problem_at(code: str, place: tuple[str, int, str, str], value: str = "", **facts: str) -> Problem:
    """Return a problem; `place` is sheet, row, column and cell."""
    sheet, row, label, cell = place
    keys: dict[str, str] = dict(zip(LABELS, KEYS, strict=True))
    return Problem(
        code=code,
        field=keys.get(label, ""),
        row=row,
        column=label,
        sheet=sheet,
        cell=cell,
        value=value,
        facts=facts,
    )
