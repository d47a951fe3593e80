"""Cells, rows and tables that conditions and loops can leave empty, and what makes them whole again.

Word does not open a file with a cell without a paragraph, a row without a cell or a table without a row
(ISO/IEC 29500-1, 17.4.65, 17.4.78, 17.4.37); ODF 1.3 part 3, 9.1.2 and 9.1.3, wants rows and cells as well.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from lxml import etree

from webir_records.forms.templating.xml_parts import Element, all_text

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_SCOPED: Final = {scope: re.compile(r"\{%" + scope + r"\s+-?\s*(\w+)") for scope in ("tr", "tc", "p")}


@dataclass(frozen=True, slots=True)
class Grid:
    """Names of elements of one kind of file.

    Attributes:
        holders: what must hold a paragraph at its end.
        blocks: what can stand in them.
    """

    table: str
    row: str
    cells: tuple[str, ...]
    holders: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()
    paragraph: str = ""


WORD: Final = Grid(
    f"{_W}tbl",
    f"{_W}tr",
    (f"{_W}tc",),
    tuple(_W + name for name in ("tc", "txbxContent", "hdr", "ftr", "footnote", "endnote", "comment")),
    tuple(_W + name for name in ("p", "tbl", "sdt", "customXml", "altChunk")),
    f"{_W}p",
)
ODT: Final = Grid(
    f"{_TABLE}table", f"{_TABLE}table-row", (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
)


def can_leave_gaps(root: Element, grid: Grid) -> bool:
    """Tell whether data can leave something of a part empty, from its tags."""
    tables = root.iter(grid.table)
    return any(
        _all_conditional(_own(table, (grid.row,), grid.table), "tr")
        or any(_all_conditional(_own(row, grid.cells, grid.row), "tc") for row in table.iter(grid.row))
        for table in tables
    ) or any(
        _end_conditional(list(holder.iterchildren(*grid.blocks)), grid)
        for holder in root.iter(*grid.holders)
        if grid.holders
    )


def _own(owner: Element, names: tuple[str, ...], kind: str) -> list[Element]:
    return [found for found in owner.iter(*names) if next(found.iterancestors(kind), None) is owner]


def _all_conditional(elements: Iterable[Element], scope: str) -> bool:
    """Tell whether each of these elements stands in a block of tags of that scope."""
    depth = 0
    for element in elements:
        words = _SCOPED[scope].findall(all_text(element))
        if not words and not depth:
            return False
        depth += sum(-1 if word.startswith("end") else word in {"for", "if"} for word in words)
    return True


def _end_conditional(blocks: list[Element], grid: Grid) -> bool:
    """Tell whether the last paragraph may be missing."""
    depth = 0
    for block in blocks:
        words = _SCOPED["p"].findall(all_text(block)) if block.tag == grid.paragraph else []
        if block is blocks[-1]:
            return bool(words or depth or (block.tag == grid.table and "{%" in all_text(block)))
        depth += sum(-1 if word.startswith("end") else word in {"for", "if"} for word in words)
    return False


def fill_gaps(root: Element, grid: Grid) -> bool:
    """Take out rows and tables that hold nothing, and put a paragraph where one must be; True if changed."""
    empty = [row for row in root.iter(grid.row) if next(row.iterdescendants(*grid.cells), None) is None]
    empty += [table for table in root.iter(grid.table) if _empty(table, grid, empty)]
    for element in empty:
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
    lacking = (
        [holder for holder in root.iter(*grid.holders) if _lacks_end(holder, grid)] if grid.holders else []
    )
    for holder in lacking:
        etree.SubElement(holder, grid.paragraph)
    return bool(empty or lacking)


def _empty(table: Element, grid: Grid, rows: list[Element]) -> bool:
    return all(row in rows for row in table.iter(grid.row))


def _lacks_end(holder: Element, grid: Grid) -> bool:
    blocks = list(holder.iterchildren(*grid.blocks))
    return not blocks or blocks[-1].tag == grid.table
