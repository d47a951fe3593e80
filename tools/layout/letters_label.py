"""光碟標籤: one A4 page to cut: cover of the box, strip for its back, label for the envelope."""

from typing import Final

from layout.cells import label, value
from layout.letters_parts import BLANK, UPRIGHT, trail
from layout.model import Cell, Layout, Line, Row, Table, paragraph

_CM: Final = 567
_COVER: Final = 12 * _CM
_BACK: Final = int(11.8 * _CM)
_ENVELOPE: Final = 9 * _CM
_NAME: Final = 2000


def _cover() -> Table:
    """Return the cover of a disc's box, 12 × 12 cm."""
    top: tuple[Line, ...] = (
        ("{% if security %}【{{ security }}】{% endif %}", "LabelTitle"),
        ("{{ agency_name }}", "LabelTitle"),
        ("", "LabelText"),
        ("{{ title }}", "FormCentre"),
    )
    facts = (
        ("電子媒體編號", "{{ media_no }}"),
        ("製作完成日期", "{{ made_on }}"),
        ("資料期間", "{{ period_from }}{% if period_to %}至{{ period_to }}{% endif %}"),
        ("併存公文文號", "{{ memo_no }}"),
        ("檔號", "{{ file_no }}"),
        ("片次、片別", "{{ disc_seq }}　{{ copy_boxes }}"),
        ("檔案數", "{{ file_count }}"),
    )
    rows = (
        Row((label(name, 1, "FormLabelSmall"), value(text, span=1, style="FormCompact")), 500)
        for name, text in facts
    )
    digest = Row(
        (label("清冊雜湊值", 1, "FormLabelSmall"), value("{{ sha256 }}", span=1, style="FormHash")), 500
    )
    return Table((_NAME, _COVER - _NAME), (Row((Cell(top, 2),), _COVER - 8 * 520), *rows, digest))


def _back() -> Table:
    """Return the strip for the back of the box, 11.8 × 0.7 cm."""
    text = "{{ media_no }}　{{ made_on }}{% if security %}　【{{ security }}】{% endif %}"
    return Table((_BACK,), (Row((Cell((text,), style="FormCellCentre"),), 397),))


def _envelope() -> Table:
    """Return the label for the disc's envelope, 9 × 5 cm: what §13 asks for and no more."""
    lines: tuple[Line, ...] = (
        ("{% if security %}【{{ security }}】{% endif %}", "LabelTitle"),
        ("{{ agency_name }}（{{ agency_code }}）", "FormCentre"),
        ("電子媒體編號：{{ media_no }}", "FormCentre"),
        ("製作完成日期：{{ made_on }}", "FormCentre"),
    )
    return Table((_ENVELOPE,), (Row((Cell(lines),), 5 * _CM),))


def disc() -> Layout:
    """Draw 光碟標籤."""
    body = (
        paragraph("稽核光碟標籤", "FormTitle"),
        paragraph("沿線裁切。勿將紙張黏貼於光碟片上，光碟片面請以光碟專用筆書寫電子媒體編號。", "LabelText"),
        BLANK,
        paragraph("一、光碟盒封面", "FormSection"),
        _cover(),
        BLANK,
        paragraph("二、光碟盒背側標", "FormSection"),
        _back(),
        BLANK,
        paragraph("三、光碟封套標籤", "FormSection"),
        _envelope(),
        *trail(UPRIGHT),
    )
    return Layout("光碟標籤", "稽核光碟標籤", body, UPRIGHT)


LAYOUTS: Final = {"disc_label": disc}
