"""Paint blocks as WordprocessingML text (ECMA-376 part 1, clause 17)."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

from layout.model import Block, Cell, Paragraph, Row, Table


def paint(block: Block) -> str:
    """Return the XML of one block."""
    return _table(block) if isinstance(block, Table) else _paragraph(block)


def run(text: str) -> str:
    """Return a run for `text`; a newline becomes a line break, a tab a tab."""
    lines = ("<w:tab/>".join(map(_words, line.split("\t"))) for line in text.split("\n"))
    return f"<w:r>{'<w:br/>'.join(lines)}</w:r>"


def _words(text: str) -> str:
    return f'<w:t xml:space="preserve">{escape(text)}</w:t>'


def _paragraph(block: Paragraph) -> str:
    marks = f"{'<w:keepNext/>' if block.keep else ''}{'<w:pageBreakBefore/>' if block.page_break else ''}"
    look = f'<w:pPr><w:pStyle w:val="{block.style}"/>{marks}</w:pPr>'
    return f"<w:p>{look}{run(block.text) if block.text else ''}</w:p>"


def _cell(cell: Cell, width: int, *, keep: bool) -> str:
    """Return a cell; elements stand in the order of the schema (17.4.66)."""
    body = "".join(_paragraph(block) for block in cell.paragraphs(keep=keep))
    span = f'<w:gridSpan w:val="{cell.span}"/>' if cell.span > 1 else ""
    merge = f'<w:vMerge w:val="{cell.merge}"/>' if cell.merge else ""
    fill = f'<w:shd w:val="clear" w:color="auto" w:fill="{cell.fill}"/>' if cell.fill else ""
    size = f'<w:tcW w:w="{width}" w:type="dxa"/>'
    return f'<w:tc><w:tcPr>{size}{span}{merge}{fill}<w:vAlign w:val="{cell.align}"/></w:tcPr>{body}</w:tc>'


def _row(row: Row, widths: Sequence[int]) -> str:
    cells = (
        _cell(cell, sum(widths[start : start + cell.span]), keep=row.keep) for start, cell in row.placed()
    )
    header = "<w:tblHeader/>" if row.header else ""
    height = f'<w:trHeight w:val="{row.height}" w:hRule="atLeast"/>'
    return f"<w:tr><w:trPr><w:cantSplit/>{height}{header}</w:trPr>{''.join(cells)}</w:tr>"


def _table(table: Table) -> str:
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in table.widths)
    look = f'<w:tblStyle w:val="{table.style}"/><w:tblW w:w="{sum(table.widths)}" w:type="dxa"/>'
    place = '<w:jc w:val="center"/><w:tblLayout w:type="fixed"/>'
    rows = "".join(_row(row, table.widths) for row in table.rows)
    return f"<w:tbl><w:tblPr>{look}{place}</w:tblPr><w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>"
