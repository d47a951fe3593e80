"""Paint blocks as OpenDocument text (OASIS ODF 1.2 part 1, chapters 5, 6, 9 and 17).

What a paragraph style cannot say (keep with next, sizes of columns and rows, lines and fills of cells) stands
in automatic styles, named after what they do; the painter remembers those that the blocks asked for.
"""

import re
from collections.abc import Sequence
from itertools import takewhile
from typing import Final
from xml.sax.saxutils import escape

from layout.model import Block, Cell, Paragraph, Row, Table

_TAG: Final = re.compile(r"(\{\{.*?\}\}|\{%.*?%\})")
_MARK: Final = re.compile(r"\n|\t|^ | {2,}")
_OUTER: Final = "1.5pt solid #000000"
_INNER: Final = "0.5pt solid #000000"
_CLOSING: Final = "1pt solid #000000"
_PADDING: Final = (
    'fo:padding-top="1.7pt" fo:padding-left="4.25pt" fo:padding-bottom="1.15pt" fo:padding-right="4.25pt"'
)
_ALIGN: Final = {"top": "top", "center": "middle", "bottom": "bottom"}


def points(twips: int) -> str:
    """Return a length as ODF writes it."""
    return f"{twips / 20:g}pt"


def inline(text: str) -> str:
    """Return the content of a paragraph; tags of the template stay as they are.

    Line breaks, tabs and spaces that a reader would swallow become elements (6.1.2 to 6.1.5).
    """
    pieces = _TAG.split(text)
    return "".join(
        escape(piece) if n % 2 else _MARK.sub(_element, escape(piece)) for n, piece in enumerate(pieces)
    )


def _element(found: re.Match[str]) -> str:
    mark = found.group()
    return {"\n": "<text:line-break/>", "\t": "<text:tab/>"}.get(mark, f'<text:s text:c="{len(mark)}"/>')


class Painter:
    """Paints the blocks of one document, in order."""

    def __init__(self) -> None:
        """Begin a document without automatic styles."""
        self._styles: dict[str, str] = {}
        self._cells: dict[str, str] = {}
        self._tables = 0

    @property
    def automatic_styles(self) -> str:
        """The styles that the blocks painted so far need, in the order of their first use."""
        return "".join(self._styles.values())

    def paint(self, block: Block) -> str:
        """Return the XML of one block."""
        return self._table(block) if isinstance(block, Table) else self._paragraph(block)

    def _style(self, name: str, family: str, properties: str, *, parent: str = "") -> str:
        """Note an automatic style and return its name."""
        inherited = f' style:parent-style-name="{parent}"' if parent else ""
        self._styles[name] = (
            f'<style:style style:name="{name}" style:family="{family}"{inherited}>'
            f"<style:{family}-properties {properties}/></style:style>"
        )
        return name

    def _paragraph(self, block: Paragraph) -> str:
        name, properties = block.style, ""
        if block.keep:
            name, properties = f"{name}-keep", 'fo:keep-with-next="always"'
        if block.page_break:
            name, properties = f"{name}-break", f'{properties} fo:break-before="page"'
        if properties:
            self._style(name, "paragraph", properties.strip(), parent=block.style)
        return f'<text:p text:style-name="{name}">{inline(block.text)}</text:p>'

    def _table(self, table: Table) -> str:
        self._tables += 1
        width = sum(table.widths)
        look = self._style(
            f"Table{width}",
            "table",
            f'style:width="{points(width)}" table:align="center" fo:margin-top="0pt" fo:margin-bottom="0pt" '
            'table:border-model="collapsing"',
        )
        columns = "".join(map(self._column, table.widths))
        heads = next((n for n, row in enumerate(table.rows) if not row.header), len(table.rows))
        rows = [self._row(table, index) for index in range(len(table.rows))]
        head = f"<table:table-header-rows>{''.join(rows[:heads])}</table:table-header-rows>" if heads else ""
        return (
            f'<table:table table:name="Table{self._tables}" table:style-name="{look}">'
            f"{columns}{head}{''.join(rows[heads:])}</table:table>{self._end(table)}"
        )

    def _end(self, table: Table) -> str:
        """Return the strong line below a list.

        Its cells cannot draw it: which row is the last one is known only when the list is filled.
        """
        last = table.rows[-1].cells[0].lines[0] if table.rows else ""
        if table.style == "FormPlain" or not str(last).startswith("{%tr "):
            return ""
        properties = f'fo:line-height="0.5pt" fo:border-top="{_CLOSING}" fo:padding="0pt"'
        name = self._style("FormGap-line", "paragraph", properties, parent="FormGap")
        return f'<text:p text:style-name="{name}"/>'

    def _column(self, width: int) -> str:
        properties = f'style:column-width="{points(width)}"'
        name = self._style(f"Column{width}", "table-column", properties)
        return f'<table:table-column table:style-name="{name}"/>'

    def _row(self, table: Table, index: int) -> str:
        row = table.rows[index]
        properties = f'style:min-row-height="{points(row.height)}" fo:keep-together="always"'
        name = self._style(f"Row{row.height}", "table-row", properties)
        cells = (self._cell(table, index, start, cell) for start, cell in row.placed())
        return f'<table:table-row table:style-name="{name}">{"".join(cells)}</table:table-row>'

    def _cell(self, table: Table, index: int, start: int, cell: Cell) -> str:
        if cell.merge == "continue":
            return "<table:covered-table-cell/>" * cell.span
        rows = _rows_down(table.rows, index, start) if cell.merge == "restart" else 1
        lines = _lines(table, (index, index + rows), (start, start + cell.span))
        spans = f' table:number-columns-spanned="{cell.span}"' if cell.span > 1 else ""
        spans += f' table:number-rows-spanned="{rows}"' if rows > 1 else ""
        body = "".join(self._paragraph(block) for block in cell.paragraphs(keep=table.rows[index].keep))
        look = self._cell_style(lines, cell)
        covered = "<table:covered-table-cell/>" * (cell.span - 1)
        return f'<table:table-cell table:style-name="{look}"{spans}>{body}</table:table-cell>{covered}'

    def _cell_style(self, lines: str, cell: Cell) -> str:
        fill = f' fo:background-color="#{cell.fill}"' if cell.fill else ""
        properties = f'style:vertical-align="{_ALIGN[cell.align]}"{fill} {_PADDING} {lines}'
        name = self._cells.setdefault(properties, f"Cell{len(self._cells) + 1}")
        return self._style(name, "table-cell", properties)


def _rows_down(rows: Sequence[Row], index: int, column: int) -> int:
    """Return how many rows a vertical merge covers that begins here."""
    below = (dict(row.placed()).get(column) for row in rows[index + 1 :])
    return 1 + sum(1 for _ in takewhile(lambda cell: cell is not None and cell.merge == "continue", below))


def _lines(table: Table, rows: tuple[int, int], columns: tuple[int, int]) -> str:
    """Return the four lines of a cell: strong at the edge of the table, thin inside."""
    if table.style == "FormPlain":
        return 'fo:border="none"'
    edges = {
        "top": rows[0] == 0,
        "left": columns[0] == 0,
        "bottom": rows[1] == len(table.rows),
        "right": columns[1] == len(table.widths),
    }
    return " ".join(f'fo:border-{side}="{_OUTER if edge else _INNER}"' for side, edge in edges.items())
