"""Cells and rows that forms are made of: labels with their values, headings, room to sign, rows of tags."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise
from typing import Final

from layout.model import ROW_HEIGHT, Cell, Line, Row, Table

LABEL_FILL: Final = "F2F2F2"
SECTION_FILL: Final = "D9D9D9"
SIGN_HEIGHT: Final = 1240
UNITS: Final = 12
"""Columns of the grid on which the upright forms stand."""


def label(text: str, span: int = 2, style: str = "FormLabel") -> Cell:
    """Return a shaded cell that names what stands beside it."""
    return Cell((text,), span, style, LABEL_FILL)


def value(*lines: Line, span: int = 4, style: str = "FormValue") -> Cell:
    """Return a cell for a value."""
    return Cell(lines, span, style)


def pair(left: str, left_value: str, right: str, right_value: str) -> Row:
    """Return a row of two labels, each with its value, over twelve units."""
    return Row((label(left), value(left_value), label(right), value(right_value)))


def wide(name: str, *lines: Line, height: int = ROW_HEIGHT) -> Row:
    """Return a row of one label and one value over twelve units."""
    return Row((label(name), value(*lines, span=UNITS - 2)), height)


def section(text: str, columns: int = UNITS) -> Row:
    """Return a shaded heading over the whole width; it stays with the row below."""
    return Row((Cell((text,), columns, "FormSection", SECTION_FILL),), 400, keep=True)


def sign(tag: str, span: int = 4) -> Cell:
    """Return a cell for a signature or seal, with room for the date."""
    return Cell((tag, ("　　年　　月　　日", "FormSignDate")), span, "FormValue", align="bottom")


def tall(*cells: Cell) -> Row:
    """Return a row high enough to sign or stamp in."""
    return Row(cells, SIGN_HEIGHT)


def tag_row(tag: str, columns: int) -> Row:
    """Return a row that holds a `{%tr … %}` tag alone; filling removes it."""
    return Row((Cell((tag,), columns, "FormCell"),))


def short_date(key: str) -> str:
    """Return the name of a date without its 中華民國, for narrow columns."""
    return f"{key} | replace('中華民國', '')"


def stack(first: str, second: str) -> str:
    """Return a text of two values one above the other; an empty second one leaves no blank line behind."""
    return f"{{{{ {first} }}}}{{% if {second} %}}\n{{{{ {second} }}}}{{% endif %}}"


def kept(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Return the rows bound together, so that no page ends between them."""
    *first, last = rows
    return (*(replace(row, keep=True) for row in first), last)


def box(key: str, option: str) -> str:
    """Return a box before one option, ticked when the field has that value."""
    return f"{{{{ '■' if {key} == '{option}' else '□' }}}}{option}"


def boxes(key: str, options: Iterable[str]) -> str:
    """Return one line of options with boxes.

    `{{ key_boxes }}` prints all options in one go; this is for fields with so many that the
    line must be broken between two options and not inside one.
    """
    return "　".join(box(key, option) for option in options)


def joined(*tables: Table) -> Table:
    """Return one table of the rows of several, so that rows of two of them can be kept together.

    Its grid has a column wherever one of theirs has an edge.

    Raises:
        ValueError: the tables are not of the same width.
    """
    grids = [tuple(accumulate(table.widths, initial=0)) for table in tables]
    if len({grid[-1] for grid in grids}) != 1:
        raise ValueError(f"tables have widths {[grid[-1] for grid in grids]}")
    edges = sorted({edge for grid in grids for edge in grid})
    widths = tuple(right - left for left, right in pairwise(edges))
    pairs = zip(tables, grids, strict=True)
    rows = tuple(_regrid(row, grid, edges) for table, grid in pairs for row in table.rows)
    return Table(widths, rows, tables[0].style)


def _regrid(row: Row, grid: Sequence[int], edges: Sequence[int]) -> Row:
    """Return the row with spans that count the columns between `edges` instead of those of `grid`."""
    columns = [edges.index(edge) for edge in grid]
    cells = (replace(cell, span=columns[start + cell.span] - columns[start]) for start, cell in row.placed())
    return replace(row, cells=tuple(cells))
