"""稽核簽 and 函: laid out as every official memo and letter."""

from typing import Final

from layout.cells import kept, label, sign, value
from layout.letters_parts import (
    BLANK,
    GAP,
    TIGHT,
    UPRIGHT,
    WIDTHS,
    corner,
    items,
    small_label,
    small_value,
    tag,
)
from layout.model import Block, Cell, Layout, Line, Row, Table, paragraph

_FACTS: Final = (1560, 1760, 1360, 1920, 1360, 1678)


def memo() -> Layout:
    """Draw 稽核簽."""
    title = "內部稽核結果簽"
    subject = (
        "主旨：{% if subject %}{{ subject }}{% else %}檢陳{{ audit_year }}年{{ audit_half }}使用勞保局 WebIR "
        "系統內部稽核結果，簽請核定。{% endif %}"
    )
    body: tuple[Block, ...] = (
        corner(TIGHT),
        paragraph("{{ agency_name }}　簽", "LetterTitle"),
        _dates(),
        paragraph("附件：{{ enclosures }}", "LetterMeta"),
        BLANK,
        paragraph(subject, "LetterSubject"),
        paragraph("說明：", "LetterText", keep=True),
        *items("explanation"),
        paragraph("稽核概況：", "LetterText", keep=True),
        _facts(),
        GAP,
        paragraph("稽核結果：", "LetterText", keep=True),
        *items("findings"),
        paragraph("擬辦：", "LetterText", keep=True),
        *items("proposal"),
        paragraph("敬陳　機關首長", "LetterText", keep=True),
        paragraph("", "FormGap", keep=True),
        _approval(),
    )
    return Layout("稽核簽", title, body, TIGHT)


def _dates() -> Table:
    """Return what a memo says of itself before its subject, in two columns."""
    half = UPRIGHT.width // 2
    pairs = (
        ("於：{{ unit }}", "日期：{{ drafted_on }}"),
        ("文號：{{ memo_no }}", "速別：{{ speed }}　密等：{{ security }}"),
    )
    rows = (Row(tuple(Cell(((text, "LetterMeta"),)) for text in pair), 280) for pair in pairs)
    return Table((half, UPRIGHT.width - half), tuple(rows), "FormPlain")


def _facts() -> Table:
    """Return the figures of the audit at a glance."""
    columns = len(_FACTS)
    pairs = (
        (
            ("稽核年度", "{{ audit_year }}年{{ audit_half }}"),
            ("稽核日期", "{{ audit_date | replace('中華民國', '') }}"),
            ("使用者人數", tag("user_count")),
        ),
        (("系統查詢筆數", tag("log_count")), ("登記簿筆數", tag("reg_count")), ("差異筆數", tag("diff"))),
        (
            ("抽核筆數", tag("sample_count")),
            ("查核項目數", tag("item_count")),
            ("缺失件數", tag("defect_count")),
        ),
    )
    wide = (
        ("稽核期間", "{{ audit_from }}至{{ audit_to }}", "FormCompact"),
        ("稽核人員", "資訊單位：{{ it_auditor }}　政風單位：{{ ethics_auditor }}", "FormCompact"),
        ("光碟編號", "{{ disc_no }}", "FormCompact"),
        ("光碟雜湊值", "{{ disc_sha256 }}", "FormHash"),
        ("歸檔清冊\n雜湊值", "{{ manifest_sha256 }}", "FormHash"),
    )
    rows = [
        Row(tuple(cell for name, text in row for cell in (small_label(name, 1), small_value(text, 1))), 340)
        for row in pairs
    ]
    rows += [
        Row((small_label(name, 1), value(text, span=columns - 1, style=style)), 340)
        for name, text, style in wide
    ]
    return Table(_FACTS, tuple(rows))


def _approval() -> Table:
    """Return the rows in which the offices stamp, from the drafter to the head."""
    names = (("承辦單位", 3), ("資訊單位", 3), ("政風單位", 3), ("機關首長核定", 3))
    keys = ("drafter_seal", "it_seal", "ethics_seal", "agency_head_seal")
    drafter = Cell(
        ("{{ drafter }}", "{{ drafter_seal }}", ("　　年　　月　　日", "FormSignDate")), 3, align="bottom"
    )
    others = tuple(sign(tag(key), 3) for key in keys[1:])
    return Table(
        WIDTHS,
        kept((Row(tuple(label(name, span) for name, span in names), 380), Row((drafter, *others), 1140))),
    )


def letter() -> Layout:
    """Draw 函."""
    title = "函送前年度內部稽核資料"
    subject = (
        "主旨：{% if subject %}{{ subject }}{% else %}檢送{{ audit_year }}年度使用勞保局 WebIR "
        "系統內部稽核簽電子檔（含查核項目表），請備查。{% endif %}"
    )
    place: tuple[Line, ...] = tuple(
        (text, "LetterMetaSmall")
        for text in (
            "地址：{{ address }}",
            "承辦人：{{ contact }}",
            "電話：{{ phone }}",
            "電子信箱：{{ email }}",
        )
    )
    half = UPRIGHT.width // 2
    sender = Table((half, UPRIGHT.width - half), (Row((Cell(), Cell(place)), 280),), "FormPlain")
    body: tuple[Block, ...] = (
        corner(UPRIGHT),
        paragraph("{{ agency_name }}　函", "LetterTitle"),
        sender,
        paragraph("受文者：{{ recipient }}", "LetterText"),
        BLANK,
        paragraph("發文日期：{{ letter_date }}", "LetterMeta"),
        paragraph("發文字號：{{ letter_no }}", "LetterMeta"),
        paragraph("速別：{{ speed }}", "LetterMeta"),
        paragraph("密等及解密條件或保密期限：{{ security }}", "LetterMeta"),
        paragraph("附件：{{ enclosures }}", "LetterMeta"),
        BLANK,
        paragraph(subject, "LetterSubject"),
        paragraph("說明：", "LetterText", keep=True),
        *items("explanation"),
        BLANK,
        paragraph("正本：{{ to }}", "LetterMeta"),
        paragraph("副本：{{ copies }}", "LetterMeta"),
        paragraph("{{ signer }}{{ signer_seal }}", "LetterSign"),
    )
    return Layout("函", title, body, UPRIGHT)


LAYOUTS: Final = {"audit_memo": memo, "report_letter": letter}
