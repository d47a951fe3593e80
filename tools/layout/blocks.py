"""Blocks that every form has: the head with number and QR code, the pledge, the notes."""

from collections.abc import Sequence
from typing import Final

from layout.model import Block, Cell, Line, Page, Paragraph, Row, Table, paragraph

SIDE: Final = 1760
"""Width of the QR code's column, 3.1 cm; the empty column on the other side keeps the title in the middle."""

PLEDGE: Final = (
    "本人已知悉並同意：帳號限本人使用，不轉借他人；僅於辦公時間、辦公場所，基於勞保局核定之業務目的查詢；"
    "逐案登載案件編號、查詢日期及目的；對查得之個人資料負保密責任，不需使用時即歸檔或銷毀；"
    "離職或業務異動時主動通報註銷；如有不當查詢，願受註銷帳號並依個人資料保護法、刑法及相關規定負責。"
)
"""A reconstruction from the duties in 六(三), 六(一), 七(一), 五(四), 六(四) and 九."""

PROXY_PLEDGE: Final = (
    "授權人及代查人均已閱讀並同意：代查限於上列案件、對象及項目；代查人以本人帳號於辦公時間、辦公場所查詢，並逐案登載；"
    "雙方對查得之個人資料負保密責任，不需使用時即歸檔或銷毀；如有不當查詢，願依個人資料保護法、刑法及相關規定負責。"
)
"""The same duties as far as they bind two people: a reconstruction too."""


_FORM_NO: Final = "表單編號：{{ form_no }}"


def head(
    number: str, lines: Sequence[str], page: Page, *, subtitle: str = "", left: str = _FORM_NO
) -> tuple[Block, ...]:
    """Return the head: title in the middle, number and QR code at the right, form number and record id below.

    Args:
        number: the form's number on paper.
        lines: the lines of the title.
        page: the page, for its width.
        subtitle: a smaller line below the title.
        left: what stands below it at the left.
    """
    title: list[Line] = [(line, "FormTitle") for line in lines]
    if subtitle:
        title.append((subtitle, "FormSubtitle"))
    corner = ((number, "FormNumber"), ("{{ qr }}", "FormNumber"))
    first = Row((Cell(), Cell(tuple(title)), Cell(corner, align="top")), 1480)
    top = Table((SIDE, page.width - 2 * SIDE, SIDE), (first,), "FormPlain")
    half = page.width // 2
    meta = Row((Cell(((left, "FormMeta"),)), Cell((("紀錄識別碼：{{ record_id }}", "FormMetaRight"),))), 280)
    below = Table((half, page.width - half), (meta,), "FormPlain")
    # two tables in a row would grow together: a gap keeps them apart
    gap = paragraph("", "FormGap")
    return (top, gap, below, gap)


def _note_lines(title: str, items: Sequence[str]) -> tuple[tuple[str, str], ...]:
    numbers = "一二三四五六七八九"
    lines = ((f"{numbers[n]}、{item}", "FormNote") for n, item in enumerate(items))
    return ((title, "FormNoteHead"), *lines, ("{{ notice }}", "FormNotice"))


def notes(title: str, items: Sequence[str]) -> tuple[Paragraph, ...]:
    """Return numbered notes and, below them, the notice that the rule has stopped."""
    *first, last = _note_lines(title, items)
    return (*(paragraph(text, style, keep=True) for text, style in first), paragraph(*last))


def notes_row(title: str, items: Sequence[str], columns: int) -> Row:
    """Return the same notes as the last row of a table, so that they cannot stand alone on a page."""
    return Row((Cell(_note_lines(title, items), columns),))
