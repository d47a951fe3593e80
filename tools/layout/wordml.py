"""Draw paragraphs, cells, rows and tables as WordprocessingML text.

Lengths are twips (1/1440 inch; 567 of them are one centimetre). Looks live in the styles of `styles.py`: a
paragraph only names its style, so that a clerk changes a style in Word once and not every cell.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from xml.sax.saxutils import escape

LABEL_FILL: Final = "F2F2F2"
SECTION_FILL: Final = "D9D9D9"
ROW_HEIGHT: Final = 440
SIGN_HEIGHT: Final = 1240
UNITS: Final = 12
"""Columns of the grid on which the upright forms stand."""


def run(text: str) -> str:
    """Return runs for `text`; a newline becomes a line break."""
    lines = (f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n"))
    return f"<w:r>{'<w:br/>'.join(lines)}</w:r>"


def paragraph(text: str, style: str, *, keep: bool = False, page_break: bool = False) -> str:
    """Return one paragraph.

    Args:
        text: its text, with template tags.
        style: id of its style.
        keep: stay on the page of what follows.
        page_break: start a new page.
    """
    marks = f"{'<w:keepNext/>' if keep else ''}{'<w:pageBreakBefore/>' if page_break else ''}"
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{marks}</w:pPr>{run(text) if text else ""}</w:p>'


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table.

    Attributes:
        lines: its paragraphs, each a text or a pair of text and style.
        span: columns of the grid that it covers.
        style: style of the paragraphs that name none.
        fill: background, RRGGBB, or empty.
        align: vertical place: `top`, `center`, `bottom`.
        merge: `restart` begins a vertical merge, `continue` goes on with it.
        borders: False for a cell without lines.
    """

    lines: tuple[str | tuple[str, str], ...] = ("",)
    span: int = 1
    style: str = "FormValue"
    fill: str = ""
    align: str = "center"
    merge: str = ""

    def draw(self, width: int, *, keep: bool) -> str:
        """Return the cell's XML; elements stand in the order of the schema (17.4.66)."""
        pairs = [line if isinstance(line, tuple) else (line, self.style) for line in self.lines]
        body = "".join(paragraph(text, style, keep=keep) for text, style in pairs)
        span = f'<w:gridSpan w:val="{self.span}"/>' if self.span > 1 else ""
        merge = f'<w:vMerge w:val="{self.merge}"/>' if self.merge else ""
        fill = f'<w:shd w:val="clear" w:color="auto" w:fill="{self.fill}"/>' if self.fill else ""
        size = f'<w:tcW w:w="{width}" w:type="dxa"/>'
        return (
            f'<w:tc><w:tcPr>{size}{span}{merge}{fill}<w:vAlign w:val="{self.align}"/></w:tcPr>{body}</w:tc>'
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table.

    Attributes:
        height: least height.
        header: repeat it at the top of each page.
        keep: stay on the page of the next row.
    """

    cells: tuple[Cell, ...]
    height: int = ROW_HEIGHT
    header: bool = False
    keep: bool = False

    def draw(self, widths: Sequence[int]) -> str:
        """Return the row's XML; a row is never cut by the end of a page.

        Raises:
            ValueError: the cells do not cover the grid.
        """
        if sum(cell.span for cell in self.cells) != len(widths):
            raise ValueError(
                f"row covers {[cell.span for cell in self.cells]}, grid has {len(widths)} columns"
            )
        drawn: list[str] = []
        start = 0
        for cell in self.cells:
            drawn.append(cell.draw(sum(widths[start : start + cell.span]), keep=self.keep))
            start += cell.span
        header = "<w:tblHeader/>" if self.header else ""
        height = f'<w:trHeight w:val="{self.height}" w:hRule="atLeast"/>'
        return f"<w:tr><w:trPr><w:cantSplit/>{height}{header}</w:trPr>{''.join(drawn)}</w:tr>"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of fixed column widths.

    Attributes:
        widths: one width per column.
        style: `FormTable` with lines, `FormPlain` without.
    """

    widths: tuple[int, ...]
    rows: tuple[Row, ...] = field(default=())
    style: str = "FormTable"

    def draw(self) -> str:
        """Return the table's XML."""
        columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in self.widths)
        look = f'<w:tblStyle w:val="{self.style}"/><w:tblW w:w="{sum(self.widths)}" w:type="dxa"/>'
        place = '<w:jc w:val="center"/><w:tblLayout w:type="fixed"/>'
        rows = "".join(row.draw(self.widths) for row in self.rows)
        return f"<w:tbl><w:tblPr>{look}{place}</w:tblPr><w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>"


def label(text: str, span: int = 2, style: str = "FormLabel") -> Cell:
    """Return a shaded cell that names what stands beside it."""
    return Cell((text,), span, style, LABEL_FILL)


def value(*lines: str | tuple[str, str], span: int = 4, style: str = "FormValue") -> Cell:
    """Return a cell for a value."""
    return Cell(lines, span, style)


def pair(left: str, left_value: str, right: str, right_value: str) -> Row:
    """Return a row of two labels, each with its value, over twelve units."""
    return Row((label(left), value(left_value), label(right), value(right_value)))


def wide(name: str, *lines: str | tuple[str, str], height: int = ROW_HEIGHT) -> Row:
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
