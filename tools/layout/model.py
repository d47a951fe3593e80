"""What a form is made of, as data: paragraphs and tables on a page.

Lengths are twips (1/1440 inch; 567 of them are one centimetre). Looks live in named styles: a paragraph only
names its style (`paragraph_styles.py` lists them), so that a clerk changes a style once and not every cell.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

ROW_HEIGHT: Final = 440

Line: TypeAlias = str | tuple[str, str]
"""A paragraph of a cell: its text, or its text and its style."""

Block: TypeAlias = "Paragraph | Table"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph.

    Attributes:
        text: its text, with template tags; a newline is a line break, a tab a tab.
        style: id of its style.
        keep: stay on the page of what follows.
        page_break: start a new page.
    """

    text: str
    style: str
    keep: bool = False
    page_break: bool = False


def paragraph(text: str, style: str, *, keep: bool = False, page_break: bool = False) -> Paragraph:
    """Return one paragraph; see `Paragraph`."""
    return Paragraph(text, style, keep, page_break)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table.

    Attributes:
        lines: its paragraphs, each a text or a pair of text and style.
        span: columns of the grid that it covers.
        style: style of the paragraphs that name none.
        fill: background, RRGGBB, or empty.
        align: vertical place.
        merge: `restart` begins a vertical merge, `continue` goes on with it.
    """

    lines: tuple[Line, ...] = ("",)
    span: int = 1
    style: str = "FormValue"
    fill: str = ""
    align: Literal["top", "center", "bottom"] = "center"
    merge: Literal["", "restart", "continue"] = ""

    def paragraphs(self, *, keep: bool) -> tuple[Paragraph, ...]:
        """Return what stands in the cell, kept with what follows when its row is."""
        pairs = (line if isinstance(line, tuple) else (line, self.style) for line in self.lines)
        return tuple(Paragraph(text, style, keep) for text, style in pairs)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table; the end of a page never cuts it.

    Attributes:
        height: least height.
        header: repeat it at the top of each page.
        keep: stay on the page of the next row.
    """

    cells: tuple[Cell, ...]
    height: int = ROW_HEIGHT
    header: bool = False
    keep: bool = False

    def placed(self) -> Iterator[tuple[int, Cell]]:
        """Yield each cell with the column of the grid in which it begins."""
        start = 0
        for cell in self.cells:
            yield start, cell
            start += cell.span


@dataclass(frozen=True, slots=True)
class Table:
    """A table of fixed column widths.

    Attributes:
        widths: one width per column.
        style: `FormTable` with lines, `FormPlain` without.

    Raises:
        ValueError: the cells of a row do not cover the grid.
    """

    widths: tuple[int, ...]
    rows: tuple[Row, ...] = field(default=())
    style: Literal["FormTable", "FormPlain"] = "FormTable"

    def __post_init__(self) -> None:
        """Refuse a row that is shorter or longer than the grid."""
        for row in self.rows:
            spans = [cell.span for cell in row.cells]
            if sum(spans) != len(self.widths):
                raise ValueError(f"row covers {spans}, grid has {len(self.widths)} columns")


@dataclass(frozen=True, slots=True)
class Page:
    """An A4 page.

    Attributes:
        margin: left and right; `top` and `bottom` stand for themselves.
    """

    landscape: bool = False
    margin: int = 1134
    top: int = 907
    bottom: int = 964

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return (16838, 11906) if self.landscape else (11906, 16838)

    @property
    def width(self) -> int:
        """Width between the margins."""
        return self.size[0] - 2 * self.margin


@dataclass(frozen=True, slots=True)
class Layout:
    """A form before it is painted as docx or odt.

    Attributes:
        number: its number on paper, e.g. 附件1-2; printed at the left of the footer.
        title: its title, without line breaks.
        body: the blocks, in order.
        mark: what the footer says at the right about where the layout comes from.
    """

    number: str
    title: str
    body: tuple[Block, ...]
    page: Page = Page()
    mark: str = "重建版面第1版"
