"""Give Word tables as many grid columns as they have cells; loops over columns change that number.

The same rule as docxtpl's `fix_tables`, so that both give the same document.
"""

from typing import Final

from lxml import etree

from webir_records.forms.templating.xml_parts import Element

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def fix_tables(root: Element) -> bool:
    """Correct the grid of every table in place; True when something changed."""
    changed = False
    for table in root.iter(f"{W}tbl"):
        grid = table.find(f"{W}tblGrid")
        if grid is not None:
            changed |= _add_columns(table, grid)
            changed |= _drop_columns(table, grid)
    return changed


def _add_columns(table: Element, grid: Element) -> bool:
    columns = grid.findall(f"{W}gridCol")
    wanted = max((len(row.findall(f"{W}tc")) for row in table.iter(f"{W}tr")), default=0)
    missing = wanted - len(columns)
    width = sum(_width(column) for column in columns)
    if missing <= 0 or width <= 0:
        return False
    average, before = width / wanted, width / len(columns)
    for column in columns:
        column.set(f"{W}w", str(int(_width(column) * average / before)))
    for _ in range(missing):
        etree.SubElement(grid, f"{W}gridCol", {f"{W}w": str(int(average))})
    return True


def _drop_columns(table: Element, grid: Element) -> bool:
    columns = grid.findall(f"{W}gridCol")
    wanted = max((_cells(row) for row in table.iter(f"{W}tr")), default=0)
    if len(columns) <= wanted:
        return False
    dropped = sum(_width(column) for column in columns[wanted:])
    for column in columns[wanted:]:
        grid.remove(column)
    if wanted:
        extra = int(dropped / wanted)
        for column in columns[:wanted]:
            column.set(f"{W}w", str(int(_width(column) + extra)))
    return True


def _cells(row: Element) -> int:
    return sum(_span(cell) for cell in row.findall(f"{W}tc"))


def _span(cell: Element) -> int:
    span = cell.find(f"{W}tcPr/{W}gridSpan")
    value = span.get(f"{W}val", "1") if span is not None else "1"
    return int(value) if value.isdigit() else 1


def _width(column: Element) -> float:
    try:
        return float(column.get(f"{W}w", "0"))
    except ValueError:
        return 0.0
