"""Pieces that only letters have: the filing corner, numbered items, the strip that ties paper to record."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from layout.cells import LABEL_FILL, SIGN_HEIGHT, UNITS, label, section, sign, tag_row, value
from layout.model import Block, Cell, Line, Page, Paragraph, Row, Table, paragraph

Column: TypeAlias = tuple[int, str, str, str]
"""Column of a list: width in twips, heading, content, style."""

UPRIGHT: Final = Page()
TIGHT: Final = Page(top=680, bottom=737)
LANDSCAPE: Final = Page(landscape=True, margin=1021, top=794, bottom=907)
GAP: Final = paragraph("", "FormGap")
BLANK: Final = paragraph("", "LetterMetaSmall")
WIDTHS: Final = (803,) * (UNITS - 1) + (UPRIGHT.width - 803 * (UNITS - 1),)
"""Twelve units over the width of an upright page."""

SMALL_HEIGHT: Final = 380
_QR: Final = 1760
_NUMERALS: Final = "一二三四五六七八九十"


def tag(key: str) -> str:
    """Return the tag that prints a field."""
    return f"{{{{ {key} }}}}"


def corner(page: Page) -> Table:
    """Return the head of an official letter: QR code at the left, 檔號 and 保存年限 at the right.

    The letter's own number and its record stand below them: they tie the paper to the archive.
    """
    lines: tuple[Line, ...] = (
        ("檔　　號：{{ file_no }}", "LetterMetaSmall"),
        ("保存年限：{{ retention }}", "LetterMetaSmall"),
        ("表單編號：{{ form_no }}", "LetterMetaSmall"),
        ("紀錄碼：{{ record_id }}", "LetterMetaSmall"),
    )
    width = 3600
    middle = Cell((("{{ notice }}", "FormNotice"),), align="top")
    code = Cell((("{{ qr }}", "LetterMetaSmall"),), align="top")
    return Table(
        (_QR, page.width - _QR - width, width),
        (Row((code, middle, Cell(lines, align="top")), 1180),),
        "FormPlain",
    )


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


def entries(key: str, columns: Sequence[Column], heading: str, *, height: int) -> Table:
    """Return a list: heading and names repeat on every page, the last entry stays with what follows.

    Args:
        key: name of the list.
        columns: its columns.
        heading: line above the names.
        height: least height of an entry.
    """
    count = len(columns)
    entry = Row(tuple(Cell((content,), 1, style) for _, _, content, style in columns), height)
    rows = (
        Row((Cell((heading,), count, "FormHeadLeft"),), 360, header=True),
        Row(tuple(Cell((name,), 1, "FormHead", LABEL_FILL) for _, name, _, _ in columns), 560, header=True),
        tag_row(f"{{%tr for e in {key} %}}", count),
        tag_row("{%tr if loop.last %}", count),
        replace(entry, keep=True),
        tag_row("{%tr else %}", count),
        entry,
        tag_row("{%tr endif %}", count),
        tag_row("{%tr endfor %}", count),
    )
    return Table(tuple(width for width, _, _, _ in columns), rows)


def small_label(text: str, span: int = 2) -> Cell:
    """Return a label in the smaller type of the pages that hold much."""
    return label(text, span, "FormLabelSmall")


def small_value(text: str, span: int = 4) -> Cell:
    """Return a value in the smaller type."""
    return value(text, span=span, style="FormCompact")


def small_pair(left: str, left_value: str, right: str, right_value: str) -> Row:
    """Return two labels with their values over twelve units."""
    cells = (small_label(left), small_value(left_value), small_label(right), small_value(right_value))
    return Row(cells, SMALL_HEIGHT)


def small_wide(name: str, *lines: str, height: int = SMALL_HEIGHT) -> Row:
    """Return one label with its value over twelve units."""
    return Row((small_label(name), value(*lines, span=UNITS - 2, style="FormCompact")), height)


def small_section(text: str) -> Row:
    """Return a heading over the whole width, lower than usual."""
    return replace(section(text), height=340)


def agency_pair(name: str = "使用機關") -> Row:
    """Return the row that says whose paper this is, in the smaller type."""
    return small_pair(name, tag("agency_name"), "機關代碼", tag("agency_code"))


def stamps(
    *seals: tuple[str, str], names: int, height: int = SIGN_HEIGHT, style: str = "FormLabel"
) -> tuple[Row, Row]:
    """Return the row that names who signs or stamps, and the row with room for it; they stay together.

    Args:
        seals: for each place its name and the key of its field; together they fill twelve units.
        names: height of the names.
        height: height of the places.
        style: style of the names.
    """
    span = UNITS // len(seals)
    return (
        Row(tuple(label(name, span, style) for name, _ in seals), names, keep=True),
        Row(tuple(sign(tag(key), span) for _, key in seals), height),
    )
