"""Hold an opinion sheet that came back against what was handed out."""

from collections.abc import Iterator, Mapping, Sequence

from webir_records.forms.dates import roc_date
from webir_records.forms.problems import Problem
from webir_records.forms.values import as_text
from webir_records.services.papers.opinion_types import (
    HEAD,
    RECORD,
    SHOWN,
    UNTIL,
    Answer,
    Sheet,
    SheetLine,
    problem_at,
    shown_cells,
)


def compare(
    lines: Sequence[SheetLine], sheet: Sheet, *, unit: str, batch: str, catalogue_sha256: str
) -> tuple[Problem, ...]:
    """Return everything by which a sheet differs from what was handed out, beside `sheet.problems`.

    Args:
        lines: what was handed out.
        sheet: what came back.
        unit: to whom.
        batch: about which batch.
        catalogue_sha256: about which catalogue, hex.
    """
    wanted: dict[str, str] = dict(zip(HEAD, (unit, batch, catalogue_sha256), strict=True))
    known = {line.record: line for line in lines}
    return (
        *_other_head(sheet, wanted),
        *(problem for answer in sheet.answers for problem in _differences(sheet, answer, known)),
        *_doubled(sheet),
        *_gone(sheet, known),
    )


def _other_head(sheet: Sheet, wanted: Mapping[str, str]) -> Iterator[Problem]:
    found: dict[str, str] = dict(zip(HEAD, (sheet.unit, sheet.batch, sheet.catalogue_sha256), strict=True))
    for label, expected in wanted.items():
        if found[label] != expected:
            cell, got = sheet.places[label], found[label]
            row = int(cell.lstrip("B"))
            place = (sheet.name, row, label, cell)
            yield problem_at("U361", place, got, got=got or "—", expected=expected)


def _differences(sheet: Sheet, answer: Answer, known: Mapping[str, SheetLine]) -> Iterator[Problem]:
    line = known.get(answer.record)
    if line is None:
        yield _at(sheet, "U358", answer.row, RECORD, answer.record, record=answer.record)
        return
    for label, was, now in zip(SHOWN, shown_cells(line), answer.shown, strict=True):
        if as_text(was).strip() != now:
            yield _at(sheet, "U360", answer.row, label, now, expected=was or "—")
    if answer.until and line.due and answer.until < line.due:
        until, due = roc_date(answer.until), roc_date(line.due)
        yield _at(sheet, "U355", answer.row, UNTIL, until, due=due)


def _doubled(sheet: Sheet) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for answer in sheet.answers:
        before = first.setdefault(answer.record, answer.row)
        if before != answer.row:
            facts = {"record": answer.record, "first": str(before)}
            yield _at(sheet, "U359", answer.row, RECORD, answer.record, **facts)


def _gone(sheet: Sheet, known: Mapping[str, SheetLine]) -> Iterator[Problem]:
    there = {answer.record for answer in sheet.answers}
    for record in known:
        if record not in there:
            yield problem_at("U357", (sheet.name, 0, RECORD, ""), record=record)


def _at(sheet: Sheet, code: str, row: int, label: str, value: str, **facts: str) -> Problem:
    cell = f"{sheet.columns[label]}{row}"
    return problem_at(code, (sheet.name, row, label, cell), value, **facts)
