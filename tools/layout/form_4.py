"""附件4: facts of the audit, the items, the deficiencies, the conclusion."""

from typing import Final

from layout.blocks import head, notes_row
from layout.cells import LABEL_FILL, UNITS, kept, label, pair, section, short_date, sign, tag_row, wide
from layout.model import Cell, Layout, Page, Row, Table, paragraph

_PAGE: Final = Page()
_WIDTHS: Final = (803,) * (UNITS - 1) + (_PAGE.width - 803 * (UNITS - 1),)
_TITLE: Final = ("臺北市政府使用勞保局 WebIR 系統", "查核項目表")
_RESULTS: Final = ("符合", "不符合", "部分符合", "不適用")
_BAD: Final = "('不符合', '部分符合')"
_SECTIONS: Final = (
    ("A1", "A　帳號申請及權限管理"),
    ("B1", "B　查詢使用管理"),
    ("C1", "C　資料保管、歸檔及銷毀"),
    ("D1", "D　稽核作業"),
    ("E1", "E　個人資料及資訊安全"),
)
"""Headings by the item that they stand before; the items themselves are data (checklist.toml)."""

_ITEMS: Final = (560, 2800, 1480, *(520,) * 4, _PAGE.width - 6920)
_FAULTS: Final = (620, 1250, 2950, 1250, 1450, _PAGE.width - 7520)
_NOTES: Final = (
    "使用機關稽核小組由資訊單位及政風單位組成，至少每六個月辦理一次內部稽核（三、八(一)3）；缺一單位者，本表不得完成。",
    "稽核結果應簽報機關首長核定（八(一)4）；查詢紀錄檔及相關檔案燒製光碟，併同簽核公文歸檔（八(一)5）。",
    "每年三月底前，將前年度稽核簽呈電子檔（含本表）函送總管理機關備查（八(一)6）；缺失應立即改善並追蹤（八(二)）。",
    "稽核紀錄及相關表報應歸檔並至少保存三年（七(三)）。稽核人員不得為本機關之管理者或使用者。",
)


def _facts() -> Table:
    rows = (
        section("一、基本資料"),
        pair("使用機關", "{{ agency_name }}", "機關代碼", "{{ agency_code }}"),
        pair("稽核年度", "{{ audit_year }}", "稽核期別", "{{ audit_half_boxes }}"),
        pair("稽核期間起", "{{ audit_from }}", "稽核期間迄", "{{ audit_to }}"),
        pair("稽核日期", "{{ audit_date }}", "稽核方式", "{{ audit_method_boxes }}"),
        pair(
            "資訊單位",
            "{{ it_auditor_unit }}",
            "稽核人員",
            "{{ it_auditor }}{% if it_auditor_title %}（{{ it_auditor_title }}）{% endif %}",
        ),
        pair(
            "政風單位",
            "{{ ethics_auditor_unit }}",
            "稽核人員",
            "{{ ethics_auditor }}{% if ethics_auditor_title %}（{{ ethics_auditor_title }}）{% endif %}",
        ),
        wide("受稽核單位", "{{ audited_unit }}"),
        pair("陪同人員", "{{ escort }}", "使用人數／\n帳號數", "{{ user_count }}／{{ account_count }}"),
        pair("系統查詢\n筆數", "{{ log_count }}", "登記簿筆數", "{{ reg_count }}"),
        pair(
            "差異筆數",
            "{{ diff }}",
            "抽核筆數\n（比率）",
            "{{ sample_count }}{% if sample_ratio %}（{{ sample_ratio }}）{% endif %}",
        ),
        pair("抽樣方法", "{{ sampling_method }}", "抽樣亂數\n種子", "{{ sample_seed }}"),
    )
    return Table(_WIDTHS, rows)


def _item_heads() -> tuple[Row, ...]:
    fill = LABEL_FILL
    upper = (
        Cell(("項次",), 1, "FormHead", fill, merge="restart"),
        Cell(("查核項目",), 1, "FormHead", fill, merge="restart"),
        Cell(("依據",), 1, "FormHead", fill, merge="restart"),
        Cell(("查核結果",), 4, "FormHead", fill),
        Cell(("查核情形說明及佐證\n（佐證資料 SHA-256）",), 1, "FormHead", fill, merge="restart"),
    )
    blank = Cell(("",), 1, "FormHead", fill, merge="continue")
    names = tuple(
        Cell((name,), 1, "FormHeadSmall", fill) for name in ("符合", "不\n符合", "部分\n符合", "不\n適用")
    )
    title = section("二、查核項目（表單編號：{{ form_no }}）", len(_ITEMS))
    return (
        Row(title.cells, title.height, header=True),
        Row(upper, 320, header=True),
        Row((blank, blank, blank, *names, blank), 460, header=True),
    )


def _evidence() -> Cell:
    lines = (
        "{%p if e.statement %}",
        "{{ e.statement }}",
        "{%p endif %}",
        "{%p if e.evidence %}",
        "佐證：{{ e.evidence }}",
        "{%p endif %}",
        "{%p if e.evidence_sha256 %}",
        ("{{ e.evidence_sha256 }}", "FormHash"),
        "{%p endif %}",
        ("", "FormGap"),
    )
    return Cell(lines, 1, "FormCell")


def _items() -> Table:
    count = len(_ITEMS)
    ticks = tuple(
        Cell((f"{{{{ '■' if e.result == '{name}' else '□' }}}}",), 1, "FormCellCentre") for name in _RESULTS
    )
    row = (
        Cell(("{{ e.no }}",), 1, "FormCellCentre"),
        Cell(("{{ e.text }}",), 1, "FormItem"),
        Cell(("{{ e.clause }}",), 1, "FormCellCentre"),
        *ticks,
        _evidence(),
    )
    headings: list[Row] = []
    for first, title in _SECTIONS:
        shown = Row((Cell((title,), count, "FormHeadLeft", LABEL_FILL),), 340, keep=True)
        headings += [
            tag_row(f"{{%tr if e.no == '{first}' %}}", count),
            shown,
            tag_row("{%tr endif %}", count),
        ]
    loop, end = tag_row("{%tr for e in items %}", count), tag_row("{%tr endfor %}", count)
    return Table(_ITEMS, (*_item_heads(), loop, *headings, Row(row, 500), end))


def _faults() -> Table:
    count = len(_FAULTS)
    names = ("項次", "查核結果\n（缺失類別）", "改善措施", "改善期限", "負責人", "追蹤結果\n（結案日）")
    closed = f"{{{{ {short_date('e.closed_on')} }}}}"
    cells = (
        Cell(("{{ e.no }}",), 1, "FormCellCentre"),
        Cell(
            ("{{ e.result }}{% if e.defect_type %}\n（{{ e.defect_type }}）{% endif %}",), 1, "FormCellCentre"
        ),
        Cell(("{{ e.improvement }}",), 1, "FormCell"),
        Cell((f"{{{{ {short_date('e.improve_by')} }}}}",), 1, "FormCellCentre"),
        Cell(("{{ e.owner }}",), 1, "FormCellCentre"),
        Cell((f"{{{{ e.follow_up }}}}{{% if e.closed_on %}}\n（{closed}結案）{{% endif %}}",), 1, "FormCell"),
    )
    title = section("三、缺失改善及追蹤", count)
    answered = "items and items[0].result"  # a blank form to write on by hand says nothing yet
    none = Row(
        (Cell((f"{{% if {answered} %}}（本次稽核無缺失事項）{{% endif %}}",), count, "FormCellCentre"),), 440
    )
    rows = (
        Row(title.cells, title.height, header=True, keep=True),
        Row(tuple(Cell((name,), 1, "FormHead", LABEL_FILL) for name in names), 520, header=True, keep=True),
        tag_row(f"{{%tr for e in items if e.result in {_BAD} %}}", count),
        Row(cells, 760),
        tag_row("{%tr else %}", count),
        none,
        tag_row("{%tr endfor %}", count),
    )
    return Table(_FAULTS, rows)


def _conclusion() -> Table:
    seals = ("資訊單位簽章", "政風單位簽章", "機關首長核定")
    tags = ("it_auditor_seal", "ethics_auditor_seal", "agency_head_seal")
    rows = (
        section("四、結論及核定"),
        wide("總評", "{{ overall }}", height=900),
        pair("缺失件數", "{{ defect_count }}", "光碟編號", "{{ disc_no }}"),
        wide("光碟內容\n雜湊值", ("{{ disc_sha256 }}", "FormHash")),
        Row(tuple(label(name, 4) for name in seals), 380),
        Row(tuple(sign(f"{{{{ {tag} }}}}") for tag in tags), 1300),
        pair("簽報核定\n文號", "{{ approval_no }}", "簽報核定\n日期", "{{ approval_date }}"),
        pair("函送總管理\n機關文號", "{{ letter_no }}", "函送總管理\n機關日期", "{{ letter_date }}"),
        notes_row("填表說明：", _NOTES, UNITS),
    )
    return Table(_WIDTHS, kept(rows))


def audit() -> Layout:
    """Draw 附件4."""
    gap = paragraph("", "FormGap")
    body = (
        *head("附件4", _TITLE, _PAGE),
        _facts(),
        gap,
        _items(),
        gap,
        _faults(),
        gap,
        _conclusion(),
    )
    return Layout("附件4", "".join(_TITLE), body, _PAGE)


LAYOUTS: Final = {"form_4": audit}
