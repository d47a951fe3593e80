"""Pieces that only letters have: the filing corner, numbered items, the strip that ties paper to record."""

from collections.abc import Sequence
from typing import Final

from layout.cells import label, value
from layout.model import Block, Cell, Line, Page, Paragraph, Row, Table, paragraph

UPRIGHT: Final = Page()
LANDSCAPE: Final = Page(landscape=True, margin=1021, top=794, bottom=907)
GAP: Final = paragraph("", "FormGap")
_QR: Final = 1760
_NUMERALS: Final = "一二三四五六七八九十"


def tag(key: str) -> str:
    """Return the tag that prints a field."""
    return f"{{{{ {key} }}}}"


def corner(page: Page) -> Table:
    """Return 檔號 and 保存年限, which stand at the upper right of every official letter."""
    lines: tuple[Line, ...] = (
        ("檔　　號：{{ file_no }}", "LetterMetaSmall"),
        ("保存年限：{{ retention }}", "LetterMetaSmall"),
    )
    width = 3400
    return Table((page.width - width, width), (Row((Cell(), Cell(lines)), 280),), "FormPlain")


def items(key: str, *, style: str = "LetterItem") -> tuple[Paragraph, ...]:
    """Return one numbered paragraph for each line of a field; a single line gets no number.

    Args:
        key: the field; nothing is printed when it is empty.
        style: style of the items.
    """
    number = f"{{{{ '{_NUMERALS}'[loop.index0] if loop.index0 < {len(_NUMERALS)} else loop.index }}}}、"
    text = f"{{% if loop.length > 1 %}}{number}{{% endif %}}{{{{ line.strip() }}}}"
    return (
        paragraph(f"{{%p for line in {key}.split('\\n') if line.strip() %}}", style),
        paragraph(text, style),
        paragraph("{%p endfor %}", style),
    )


def trail(page: Page) -> tuple[Block, ...]:
    """Return the strip that ends a letter: its number, the record and the QR code with both."""
    lines: tuple[Line, ...] = (
        ("表單編號：{{ form_no }}　紀錄識別碼：{{ record_id }}", "FormMeta"),
        ("{{ notice }}", "FormNotice"),
    )
    row = Row((Cell(lines, align="bottom"), Cell((("{{ qr }}", "FormNumber"),))), 1240)
    return (GAP, Table((page.width - _QR, _QR), (row,), "FormPlain"))


def pairs(widths: Sequence[int], *rows: Sequence[tuple[str, str]], height: int = 400) -> Table:
    """Return a table of names and values: each row holds pairs, as many as fill the grid of `widths`."""
    drawn = (
        Row(tuple(cell for name, text in row for cell in (label(name, 1), value(text, span=1))), height)
        for row in rows
    )
    return Table(tuple(widths), tuple(drawn))
