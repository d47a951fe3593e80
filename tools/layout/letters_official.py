"""稽核簽 and 函: laid out as every official memo and letter."""

from typing import Final

from layout.cells import UNITS, kept, label, sign
from layout.letters_parts import GAP, UPRIGHT, corner, items, pairs, tag, trail
from layout.model import Cell, Layout, Line, Row, Table, paragraph

_WIDTHS: Final = (803,) * (UNITS - 1) + (UPRIGHT.width - 803 * (UNITS - 1),)
_FACTS: Final = (1500, 1712, 1500, 1712, 1500, 1714)


def memo() -> Layout:
    """Draw 稽核簽."""
    title = "內部稽核結果簽"
    subject = (
        "主旨：{% if subject %}{{ subject }}{% else %}檢陳{{ audit_year }}年{{ audit_half }}使用勞保局 WebIR "
        "系統內部稽核結果，簽請核定。{% endif %}"
    )
    facts = pairs(
        _FACTS,
        (
            ("稽核年度", "{{ audit_year }}年{{ audit_half }}"),
            ("稽核日期", "{{ audit_date | replace('中華民國', '') }}"),
            ("使用者人數", tag("user_count")),
        ),
        (("系統查詢\n筆數", tag("log_count")), ("登記簿筆數", tag("reg_count")), ("差異筆數", tag("diff"))),
        (
            ("抽核筆數", tag("sample_count")),
            ("查核項目數", tag("item_count")),
            ("缺失件數", tag("defect_count")),
        ),
    )
    more = pairs(
        (1500, UPRIGHT.width - 1500),
        (("稽核期間", "{{ audit_from }}至{{ audit_to }}"),),
        (("稽核人員", "資訊單位：{{ it_auditor }}　政風單位：{{ ethics_auditor }}"),),
        (("光碟編號", tag("disc_no")),),
    )
    body = (
        corner(UPRIGHT),
        paragraph("{{ agency_name }}　簽", "LetterTitle"),
        paragraph("於：{{ unit }}", "LetterMeta"),
        paragraph("日期：{{ drafted_on }}", "LetterMeta"),
        paragraph("文號：{{ memo_no }}", "LetterMeta"),
        paragraph("速別：{{ speed }}　密等：{{ security }}", "LetterMeta"),
        paragraph("附件：{{ enclosures }}", "LetterMeta"),
        GAP,
        paragraph(subject, "LetterSubject"),
        paragraph("說明：", "LetterText", keep=True),
        *items("explanation"),
        paragraph("稽核概況：", "LetterText", keep=True),
        facts,
        more,
        paragraph("稽核結果：", "LetterText", keep=True),
        *items("findings"),
        paragraph("擬辦：", "LetterText", keep=True),
        *items("proposal"),
        paragraph("敬陳　機關首長", "LetterText", keep=True),
        GAP,
        _approval(),
        paragraph("光碟內容雜湊：{{ disc_sha256 }}", "FormHash", keep=True),
        paragraph("歸檔清冊雜湊：{{ manifest_sha256 }}", "FormHash", keep=True),
        *trail(UPRIGHT),
    )
    return Layout("稽核簽", title, body, UPRIGHT)


def _approval() -> Table:
    """Return the rows in which the offices stamp, from the drafter to the head."""
    names = (("承辦單位", 3), ("資訊單位", 3), ("政風單位", 3), ("機關首長核定", 3))
    keys = ("drafter_seal", "it_seal", "ethics_seal", "agency_head_seal")
    drafter = Cell(
        ("{{ drafter }}", "{{ drafter_seal }}", ("　　年　　月　　日", "FormSignDate")), 3, align="bottom"
    )
    others = tuple(sign(tag(key), 3) for key in keys[1:])
    return Table(
        _WIDTHS,
        kept((Row(tuple(label(name, span) for name, span in names), 380), Row((drafter, *others), 1500))),
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
    body = (
        corner(UPRIGHT),
        paragraph("{{ agency_name }}　函", "LetterTitle"),
        sender,
        paragraph("受文者：{{ recipient }}", "LetterText"),
        GAP,
        paragraph("發文日期：{{ letter_date }}", "LetterMeta"),
        paragraph("發文字號：{{ letter_no }}", "LetterMeta"),
        paragraph("速別：{{ speed }}", "LetterMeta"),
        paragraph("密等及解密條件或保密期限：{{ security }}", "LetterMeta"),
        paragraph("附件：{{ enclosures }}", "LetterMeta"),
        GAP,
        paragraph(subject, "LetterSubject"),
        paragraph("說明：", "LetterText", keep=True),
        *items("explanation"),
        GAP,
        paragraph("正本：{{ to }}", "LetterMeta"),
        paragraph("副本：{{ copies }}", "LetterMeta"),
        paragraph("{{ signer }}{{ signer_seal }}", "LetterSign"),
        *trail(UPRIGHT),
    )
    return Layout("函", title, body, UPRIGHT)


LAYOUTS: Final = {"audit_memo": memo, "report_letter": letter}
