"""Opinion sheets (業務單位意見表, 銷毀辦法 §8): out to each unit as xlsx, and back with every mistake named.

A sheet is read for what stands in it (`read_sheet`) and then held against what was handed out (`compare`).
Silence is an answer of its own kind: whether it counts is for the profile to say.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from webir_records.forms.list_workbook import ListColumn, list_workbook
from webir_records.model.errors import InputError
from webir_records.services.papers.opinion_comparing import compare
from webir_records.services.papers.opinion_reading import read_sheet
from webir_records.services.papers.opinion_types import (
    AGREE,
    ANSWERS,
    CHOICES,
    EXTEND,
    HEAD,
    LABELS,
    NAME,
    OPINION,
    REASON,
    REASONS,
    TITLE,
    Answer,
    Sheet,
    SheetHead,
    SheetLine,
    shown_cells,
)

__all__ = [
    "AGREE",
    "EXTEND",
    "REASONS",
    "Answer",
    "Sheet",
    "SheetHead",
    "SheetLine",
    "compare",
    "read_sheet",
    "sheet_bytes",
    "write_sheet",
]

_WIDTHS: Final = (16, 25, 16, 20, 36, 10, 20, 14, 20, 40)
_OFFERED: Final[Mapping[str, tuple[str, ...]]] = {OPINION: tuple(CHOICES), REASON: tuple(REASONS)}
_HINTS: Final = (
    "請逐列於黃色標題之欄位填寫：選擇「同意銷毀」或「延長」（機關檔案保存年限及銷毀辦法第8條）。",
    "延長者，請填延長至何日（該日仍保存，例如 121/12/31），並選擇或敘明理由；請勿填寫個人資料。",
    "其餘欄位已鎖定，請勿增刪或更改；填畢請將原檔送回檔案管理單位。",
)


def write_sheet(path: Path, lines: Iterable[SheetLine], head: SheetHead) -> None:
    """Write the sheet of one unit; the same lines give the same bytes.

    Args:
        path: FILE.xlsx; nothing may lie there.
        lines: the records of the unit.
        head: who is asked, and about what.

    Raises:
        InputError: U012 the file exists, U110 it has another ending.
    """
    if path.suffix.lower() != ".xlsx":
        raise InputError("U110", got=path.suffix or path.name, expected=".xlsx")
    if path.exists():
        raise InputError("U012", path=str(path))
    path.write_bytes(sheet_bytes(lines, head))


def sheet_bytes(lines: Iterable[SheetLine], head: SheetHead) -> bytes:
    """Return the sheet of one unit; see `write_sheet`."""
    named = ((NAME, head.name),) if head.name else ()
    above = (*named, *zip(HEAD, (head.unit, head.batch, head.catalogue_sha256), strict=True))
    rows = (
        (str(number), line.record, *shown_cells(line), "", "", "")
        for number, line in enumerate(lines, start=1)
    )
    columns = tuple(
        ListColumn(label, width, _OFFERED.get(label, ()), label in ANSWERS, label == REASON)
        for label, width in zip(LABELS, _WIDTHS, strict=True)
    )
    return list_workbook(TITLE, above, columns, rows, hints=_HINTS)
