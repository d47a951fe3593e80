"""The second set: 附表一 to 附表三 of a sibling city's rule; an example of forms that are data alone."""

from typing import Final

from layout.blocks import head
from layout.cells import (
    joined,
    kept,
    label,
    pair,
    section,
    short_date,
    sign,
    stack,
    tall,
    wide,
)
from layout.letters_parts import (
    LANDSCAPE,
    UPRIGHT,
    WIDTHS,
    Column,
    entries,
    tag,
)
from layout.model import Block, Cell, Layout, Paragraph, Row, Table, paragraph

_PLEDGE: Final = (
    "本人已知悉：應以本人之自然人憑證登入，帳號及密碼負保管及保密之責，不外借他人使用；查詢完畢或中止時，即關閉系統或鎖定電腦；"
    "取得之資料以環境保護相關業務為限，依原申請目的使用，不任意影印、複製、傳真或以電子郵件傳送，並隨文歸檔及依檔案保存期限銷毀。"
)
"""A reconstruction from the duties in points 四, 五 and 六 of that rule."""

_APPROVAL: Final = f"{stack('e.approval', short_date('e.approved_at'))}{{{{ e.supervisor_seal }}}}"
_ROWS: Final[tuple[Column, ...]] = (
    (450, "項\n次", "{{ e.seq }}", "FormCellCentre"),
    (1450, "登記日期", f"{{{{ {short_date('e.registered_on')} }}}}", "FormCellCentre"),
    (1100, "資料\n查詢者", "{{ e.user }}", "FormCell"),
    (1400, "公文文號\n或案號", "{{ e.case_no }}", "FormCell"),
    (1650, "查調事由", "{{ e.reason }}", "FormCell"),
    (1350, "相關法令依據", "{{ e.legal_basis }}", "FormCell"),
    (1650, "業務與勞保資訊\n之關聯性", "{{ e.relevance }}", "FormCell"),
    (1150, "被查詢人\n統一編號", stack("e.subject_name", "e.subject_id"), "FormCellCentre"),
    (700, "查調\n項目", "{{ e.service_item }}", "FormCellCentre"),
    (1300, "主管核可\n時間、核章", _APPROVAL, "FormCellCentre"),
    (1300, "查調時間", f"{{{{ {short_date('e.queried_at')} }}}}", "FormCellCentre"),
    (1296, "歸檔文號\n備註", stack("e.filing_no", "e.note"), "FormCell"),
)


def _notes(*lines: str) -> tuple[Paragraph, ...]:
    numbers = "一二三四五六"
    items = tuple(paragraph(f"{numbers[n]}、{line}", "FormNote") for n, line in enumerate(lines))
    return (paragraph("說明：", "FormNoteHead", keep=True), *items)


def application() -> Layout:
    """Draw 附表一."""
    title = "勞保WebIR資料查詢者權限申請表"
    names = ("申請人簽章", "所屬主管核章", "秘書室核章")
    seals = ("applicant_seal", "supervisor_seal", "secretariat_seal")
    rows = (
        pair("機關名稱", tag("agency_name"), "申請日期", tag("apply_date")),
        section("一、申請人"),
        pair("申請類別", tag("action_boxes"), "單位", tag("unit")),
        pair("職稱", tag("title"), "姓名", tag("name")),
        pair("我的e政府\n帳號", tag("egov_account"), "公務電話", tag("phone")),
        pair("公務電子\n郵件", tag("email"), "自然人憑證\n已備妥", tag("moica_ready_boxes")),
        section("二、業務及查調項目"),
        wide("承辦之環境\n保護業務", tag("business"), height=1000),
        wide("相關法令\n依據", tag("legal_basis"), height=800),
        wide("申請查調\n項目", tag("service_items")),
        pair("變更事由", tag("change_reason_boxes"), "職務異動\n日期", tag("change_on")),
        wide("使用及保密\n規定", ("{{ pledge_box }}" + _PLEDGE, "FormText")),
        section("三、同意及設定"),
        pair("所屬主管\n意見", tag("consent_boxes"), "主管同意\n日期", tag("consent_on")),
        pair("查調權限\n設定日期", tag("permission_on"), "設定人員", tag("permission_by")),
        pair("註銷日期", tag("cancelled_on"), "備註", tag("note")),
        Row(tuple(label(name, 4) for name in names), 360, keep=True),
        tall(*(sign(tag(key)) for key in seals)),
    )
    text = (
        "申請人應備妥個人自然人憑證，經所屬主管同意後，向秘書室申請設定查調權限（第二點）。",
        "資料查詢者因職務調整或離職，應於職務異動前主動申請變更（第二點）。",
    )
    body = (*head("附表一", [title], UPRIGHT), Table(WIDTHS, rows), *_notes(*text))
    return Layout("附表一", title, body, UPRIGHT)


def register() -> Layout:
    """Draw 附表二."""
    title = "勞保WebIR查調資料登記表"
    heading = "機關名稱：{{ agency_name }}　單位：{{ unit }}　登記月份：{{ period }}　表單編號：{{ form_no }}"
    width = LANDSCAPE.width
    foot = Table(
        (1800, 2200, 2000, width - 6000),
        kept(
            (
                Row(
                    (
                        *(label("登記筆數", 1), Cell((tag("entry_total"),))),
                        *(label("單位主管\n核章", 1), sign(tag("unit_head_seal"), 1)),
                    ),
                    1000,
                ),
            )
        ),
    )
    text = (
        "使用勞保WebIR前應先登記，於查調事由載明相關法令依據，並釋明業務執行與申請勞保資訊之關聯性，經所屬主管核可後，始得查調（第三點）。",
        "取得之資料應依原申請目的使用，隨文歸檔及依檔案保存期限銷毀（第六點）；被查詢人姓名及統一編號於列印時部分遮蔽。",
    )
    body: tuple[Block, ...] = (
        *head("附表二", [title], LANDSCAPE, left="製表日期：{{ printed_on }}"),
        *_notes(*text),
        joined(entries("entries", _ROWS, heading, height=560), foot),
    )
    return Layout("附表二", title, body, LANDSCAPE)


def proxy() -> Layout:
    """Draw 附表三."""
    title = "勞保WebIR查調資料申請表"
    names = ("申請人\n簽章", "申請單位主管\n核章", "資料查詢者\n簽章", "資料查詢者\n所屬主管核章")
    seals = ("applicant_seal", "applicant_head_seal", "querier_seal", "querier_head_seal")
    rows = (
        pair("機關名稱", tag("agency_name"), "申請日期", tag("apply_date")),
        section("一、申請（未經設定查調權限者填寫）"),
        pair("申請單位", tag("unit"), "職稱", tag("title")),
        pair("申請人", tag("applicant"), "公務電話", tag("phone")),
        wide("公文文號\n或案號", tag("case_no")),
        wide("辦理之業務", tag("business"), height=900),
        wide("相關法令\n依據", tag("legal_basis"), height=800),
        wide("業務與勞保\n資訊關聯性", tag("relevance"), height=900),
        wide("被查詢人", tag("subject_names")),
        wide("被查詢人\n統一編號", tag("subjects")),
        wide("查調項目", tag("service_items")),
        section("二、受理及查調（資料查詢者所屬單位填寫）"),
        pair("查詢者\n所屬單位", tag("querier_unit"), "資料查詢者", tag("querier")),
        pair("所屬主管\n核可", tag("approval_boxes"), "核可時間", tag("approved_at")),
        pair("查調時間", tag("queried_at"), "查調筆數", tag("count")),
        pair("結果交付\n日期", tag("handed_on"), "歸檔文號", tag("filing_no")),
        wide("備註", tag("note")),
        Row(tuple(label(name, 3) for name in names), 560, keep=True),
        tall(*(sign(tag(key), 3) for key in seals)),
    )
    text = (
        "未經核准設定查調權限者因辦理業務有利用之需要，得填具本表，向資料查詢者所屬單位申請查調（第三點）。",
        "取得之資料應依原申請目的使用，不得任意影印、複製、傳真或以電子郵件傳送，並應隨文歸檔（第六點）。",
    )
    body = (*head("附表三", [title], UPRIGHT), Table(WIDTHS, rows), *_notes(*text))
    return Layout("附表三", title, body, UPRIGHT)


LAYOUTS: Final = {
    "kaohsiung_application": application,
    "kaohsiung_register": register,
    "kaohsiung_proxy": proxy,
}
