"""Read an opinion sheet that came back: every answer, and everything wrong with what was written."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from retention.kinds import Opinion
from webir_records.forms.dates import parse_date
from webir_records.forms.input_types import column_letter
from webir_records.forms.issues import Cell, CellFault, Issue
from webir_records.forms.problems import Problem
from webir_records.forms.reading import Sheet as RawSheet
from webir_records.forms.reading import Workbook, read_workbook
from webir_records.forms.sheet_rows import Row
from webir_records.forms.values import as_text
from webir_records.model.errors import InputError
from webir_records.services.papers.opinion_types import (
    CHOICES,
    HEAD,
    LABELS,
    OPINION,
    OTHER,
    REASON,
    REASONS,
    RECORD,
    SHOWN,
    UNTIL,
    Answer,
    Sheet,
    problem_at,
)

_HEAD_ROWS: Final = 40
"""The list begins within these."""


def read_sheet(path: Path) -> Sheet:
    """Read a sheet that came back, with everything wrong in it.

    Raises:
        InputError: F101-F111 and others, the file cannot be read; U350 it is no opinion sheet.
    """
    book = read_workbook(path)
    raw, header, columns = _find(book, path.name)
    places = _head(raw.rows[: header - 1])
    missing = [label for label in HEAD if label not in places]
    if missing:
        raise InputError("U350", path=path.name, missing="、".join(missing))
    found = [
        _Line(raw.name, row, columns, date1904=book.date1904).read()
        for row in raw.rows[header:]
        if any(as_text(cell).strip() for cell in row.cells)
    ]
    unit, batch, digest = (places[label][0] for label in HEAD)
    return Sheet(
        unit=unit,
        batch=batch,
        catalogue_sha256=digest.lower(),
        answers=tuple(answer for answer, _ in found if answer.record),
        problems=tuple(problem for _, wrong in found for problem in wrong),
        name=raw.name,
        places={label: cell for label, (_, cell) in places.items()},
        columns={label: column_letter(at) for label, at in columns.items()},
    )


def _find(book: Workbook, name: str) -> tuple[RawSheet, int, dict[str, int]]:
    """Return the sheet, the number of its header's row and the column of each label."""
    missing: Sequence[str] = LABELS
    for sheet in book.sheets:
        for row in sheet.rows[:_HEAD_ROWS]:
            found = {as_text(cell).strip(): at for at, cell in enumerate(row.cells) if as_text(cell).strip()}
            absent = [label for label in LABELS if label not in found]
            if not absent:
                return sheet, row.number, {label: found[label] for label in LABELS}
            missing = min(missing, absent, key=len)
    raise InputError("U350", path=name, missing="、".join(missing))


def _head(rows: Iterable[Row]) -> dict[str, tuple[str, str]]:
    """Return value and cell of what stands once above the list."""
    return {
        as_text(row.cells[0]).strip(): (as_text(row.cells[1]).strip(), f"B{row.number}")
        for row in rows
        if len(row.cells) > 1 and as_text(row.cells[0]).strip() in HEAD
    }


class _Line:
    """One row of a sheet that came back."""

    def __init__(self, sheet: str, row: Row, columns: Mapping[str, int], *, date1904: bool) -> None:
        self._sheet = sheet
        self._row = row
        self._columns = columns
        self._date1904 = date1904
        self._problems: list[Problem] = []

    def read(self) -> tuple[Answer, list[Problem]]:
        """Return what it says, and what is wrong with it."""
        record = self._text(RECORD)
        if not record:
            self._blame("U356", RECORD)
        for label in LABELS:
            if isinstance(fault := self._cell(label), CellFault):
                self._blame(fault.code, label, value=fault.text)
        opinion, until, reason = self._opinion(), self._until(), self._reason()
        self._check(opinion)
        shown = tuple(self._text(label) for label in SHOWN)
        return Answer(record, opinion, until, reason, self._row.number, shown), self._problems

    def _opinion(self) -> Opinion:
        cell, text = self._cell(OPINION), self._text(OPINION)
        if not text or isinstance(cell, CellFault):
            return Opinion.UNANSWERED
        if text not in CHOICES:
            self._blame("U351", OPINION, value=text, expected="、".join(CHOICES))
        return CHOICES.get(text, Opinion.UNANSWERED)

    def _until(self) -> date | None:
        cell = self._cell(UNTIL)
        if not self._text(UNTIL) or isinstance(cell, CellFault):
            return None
        found = parse_date(cell, date1904=self._date1904)
        if isinstance(found, Issue):
            self._blame(found.code, UNTIL, value=as_text(cell), **found.facts)
            return None
        return found

    def _reason(self) -> str:
        cell, text = self._cell(REASON), self._text(REASON)
        if not text or isinstance(cell, CellFault):
            return ""
        return REASONS.get(text, OTHER)

    def _check(self, opinion: Opinion) -> None:
        """Blame what does not belong together; an opinion that is none was blamed already."""
        if opinion is Opinion.EXTENDED:
            for label, code in ((UNTIL, "U352"), (REASON, "U353")):
                if not self._text(label):
                    self._blame(code, label)
        elif opinion is Opinion.AGREED or not self._text(OPINION):
            for label in (UNTIL, REASON):
                if text := self._text(label):
                    self._blame("U354", label, value=text)

    def _cell(self, label: str) -> Cell:
        at = self._columns[label]
        return self._row.cells[at] if at < len(self._row.cells) else None

    def _text(self, label: str) -> str:
        return as_text(self._cell(label)).strip()

    def _blame(self, code: str, label: str, *, value: str = "", **facts: str) -> None:
        at = f"{column_letter(self._columns[label])}{self._row.number}"
        self._problems.append(problem_at(code, (self._sheet, self._row.number, label, at), value, **facts))
