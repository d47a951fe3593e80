"""What an opinion sheet says, as plain values: what a unit is asked, and what it answers (銷毀辦法 §8 I)."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One record that a unit is asked about; nothing here is personal data.

    Attributes:
        number: running number on the sheet, from 1.
        record: opaque record id; it must come back unchanged.
        form_no: number of the form, as the unit knows it.
        form_title: title of the form (案由).
        file: 檔號 of the file (案卷) it lies in, or empty.
        document_date: day from which its term is counted (文件產生日期), if known.
        years: governing term in years; None when it is not known.
        due: first day on which it may be destroyed.
        clause: source of the term.
    """

    number: int
    record: str
    form_no: str
    form_title: str
    file: str
    document_date: date | None
    years: int | None
    due: date | None
    clause: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One row of a sheet that came back.

    Attributes:
        row: row of the spreadsheet, from 1, for messages.
        record: record id as it stands there.
        opinion: a value of `retention.kinds.Opinion`: `agreed` or `extended`; empty = the unit wrote nothing.
        until: with `extended`, the unit's new first day of destruction.
        reason_code: with `extended`, why: a short word as `texts_for_ledger.reason_code` takes it.
    """

    row: int
    record: str
    opinion: str
    until: date | None = None
    reason_code: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that came back: of which batch and unit it says it is, and its rows in order."""

    batch: str
    unit: str
    answers: tuple[Answer, ...]
