"""月比對表、差異說明單、註銷通知單: what users and managers hand each other between register and audit."""

from dataclasses import replace
from typing import Final

from layout.blocks import head, notes, notes_row
from layout.cells import LABEL_FILL, UNITS, boxes, joined, kept, pair, section, wide
from layout.letters_parts import (
    GAP,
    SMALL_HEIGHT,
    UPRIGHT,
    WIDTHS,
    agency_pair,
    entries,
    small_label,
    small_pair,
    small_section,
    small_value,
    small_wide,
    stamps,
    tag,
)
from layout.model import Cell, Layout, Row, Table

# width in twips, heading, content, style
_COLUMNS: Final = (
    (500, "項次", "{{ e.seq }}", "FormCellCentre"),
    (1950, "使用者", "{{ e.user }}", "FormCell"),
    (1150, "使用者帳號", "{{ e.user_account }}", "FormCell"),
    (750, "登記\n筆數", "{{ e.reg_count }}", "FormCellCentre"),
    (950, "系統查詢\n筆數", "{{ e.log_count }}", "FormCellCentre"),
    (750, "差異\n筆數", "{{ e.diff }}", "FormCellCentre"),
    (950, "非辦公\n時間筆數", "{{ e.off_hours }}", "FormCellCentre"),
    (1350, "差異說明單\n編號", "{{ e.explanation_no }}", "FormCellCentre"),
    (1288, "備註", "{{ e.note }}", "FormCell"),
)
_CAUSES: Final = ("漏未登記", "重複查詢", "連線中斷重查", "登記錯誤", "代查", "其他")
_COMPARISON_NOTES: Final = (
    "使用單位管理者每月核對查詢資料登記簿及系統查詢筆數是否相符（三、八(一)2）；逐人比對，不以合計相符為相符。",
    "差異筆數為系統查詢筆數減登記筆數；有差異者，使用者應提出說明（六(一)），並填差異說明單編號。",
    "比對情形應回報使用機關管理者（六(五)）；發現不當查詢者，移請使用機關稽核小組處理（六(四)）。",
)


def comparison() -> Layout:
    """Draw 月比對表."""
    title = "勞保局 WebIR 查詢紀錄月比對表"
    place = "使用單位：{{ unit }}　比對月份：{{ period }}　表單編號：{{ form_no }}"
    total = Row(
        (
            Cell(("合　計（{{ user_total }} 人）",), 3, "FormHead", LABEL_FILL),
            *(Cell((tag(key),), 1, "FormCellCentre") for key in ("reg_total", "log_total", "diff_total")),
            Cell(("",), 3),
        ),
        400,
        keep=True,
    )
    table = entries("users", _COLUMNS, place, height=340)
    table = replace(table, rows=(*table.rows, total))
    seals = (
        ("使用單位管理者簽章", "unit_manager_seal"),
        ("單位主管核章", "unit_head_seal"),
        ("使用機關管理者簽收", "agency_manager_seal"),
    )
    end = Table(
        WIDTHS,
        kept(
            (
                section("比對結果（{{ unit }}　{{ period }}）"),
                pair("比對結果", tag("compared_result_boxes"), "比對日期", tag("compared_on")),
                wide("查核情形\n及處理", tag("opinion"), height=900),
                pair("使用單位\n管理者", tag("unit_manager"), "回報日期", tag("reported_on")),
                *stamps(*seals, names=360),
                notes_row("說明：", _COMPARISON_NOTES, UNITS),
            )
        ),
    )
    facts = Table(
        WIDTHS,
        (
            pair("使用機關", tag("agency_name"), "機關代碼", tag("agency_code")),
            pair("比對方式", tag("compare_method_boxes"), "查詢紀錄\n下載日期", tag("log_downloaded_on")),
        ),
    )
    body = (*head("月比對表", [title], UPRIGHT), facts, GAP, joined(table, end))
    return Layout("月比對表", title, body, UPRIGHT)


def _difference_rows() -> tuple[Row, ...]:
    return (
        agency_pair(),
        small_pair("說明單編號", tag("slip_no"), "通知說明\n日期", tag("notified_on")),
        small_section("一、比對結果（使用單位管理者填寫）"),
        small_pair("使用單位", tag("unit"), "比對月份", tag("period")),
        small_pair("使用者", tag("user"), "職稱", tag("user_title")),
        small_pair("使用者帳號", tag("user_account"), "請說明期限", tag("due_on")),
        Row(
            (
                *(small_label("登記筆數"), small_value(tag("reg_count"), 2)),
                *(small_label("系統查詢\n筆數"), small_value(tag("log_count"), 2)),
                *(small_label("差異筆數"), small_value(tag("diff"), 2)),
            ),
            SMALL_HEIGHT,
        ),
        small_wide("比對疑慮\n事項", tag("doubt"), height=640),
        small_section("二、使用者說明"),
        small_wide("案件編號", tag("case_nos")),
        small_pair("查詢日期", tag("query_dates"), "說明日期", tag("explained_on")),
        small_wide("差異原因", boxes("cause", _CAUSES)),
        small_wide("說明內容", tag("explanation"), height=1500),
        small_wide("佐證資料", tag("evidence")),
        small_wide("登記簿\n已補正", tag("corrected_boxes")),
        small_section("三、核對及處理（使用單位管理者填寫）"),
        small_wide("核對結果", tag("review_result_boxes")),
        small_wide("使用單位\n管理者意見", tag("opinion"), height=640),
        small_pair("使用單位\n管理者", tag("unit_manager"), "核對日期", tag("reviewed_on")),
    )


def difference() -> Layout:
    """Draw 差異說明單."""
    title = "勞保局 WebIR 查詢紀錄差異說明單"
    seals = (
        ("使用者簽章", "user_seal"),
        ("使用單位管理者簽章", "unit_manager_seal"),
        ("單位主管核章", "unit_head_seal"),
    )
    rows = (*_difference_rows(), *stamps(*seals, names=360, style="FormLabelSmall"))
    text = (
        "比對結果有疑慮者，使用者應配合提出說明（六(一)）；說明應具體，並附可供查證之案件編號。",
        "本單不填被查詢人姓名及統一編號；併當月登記簿及月比對表歸檔（七(三)）。",
    )
    body = (*head("差異說明單", [title], UPRIGHT), Table(WIDTHS, rows), *notes("說明：", text))
    return Layout("差異說明單", title, body, UPRIGHT)


def cancellation() -> Layout:
    """Draw 註銷通知單."""
    title = "勞保局 WebIR 使用者帳號註銷通知單"
    reasons = ("離職", "退休", "停職", "職務調動", "業務異動")
    others = ("不當查詢", "憑證遺失", "久未使用", "其他")
    chosen = tuple(boxes("cancel_reason", group) for group in (reasons, others))
    seals = (
        ("使用者簽章", "user_seal"),
        ("單位主管核章", "unit_head_seal"),
        ("使用機關管理者簽章", "manager_seal"),
    )
    rows = (
        pair("使用機關", tag("agency_name"), "機關代碼", tag("agency_code")),
        section("一、通報（使用者填寫）"),
        pair("單位", tag("unit"), "職稱", tag("title")),
        pair("姓名", tag("name"), "我的e政府\n帳號", tag("egov_account")),
        pair("原申請表\n編號", tag("application_no"), "業務承接人", tag("successor")),
        wide("註銷事由", *chosen, height=760),
        wide("事由說明", tag("reason_note"), height=1100),
        pair("離職或異動\n生效日", tag("leave_effective_on"), "註銷通報日", tag("cancel_notified_on")),
        wide("查得資料已\n歸檔或銷毀", tag("data_settled_boxes")),
        section("二、辦理情形（使用機關管理者填寫）"),
        pair("註銷日期", tag("cancelled_on"), "已於原申請\n表註記", tag("noted_on_form_boxes")),
        pair("權限移除\n日期", tag("removed_on"), "權限移除\n辦理人", tag("removed_by")),
        wide("備註", tag("note"), height=900),
        section("三、簽章"),
        *stamps(*seals, names=360),
    )
    text = (
        "使用者離職或業務異動，已無查詢需求時，應於申請離職、異動程序時通報使用機關管理者（五(四)）。",
        "使用機關管理者應於原申請表（附件1-2）註記註銷日期，並移除權限；本單不能取代該註記（五(四)）。",
        "紙本申請表於帳號註銷後至少保存3年（七(二)）；查得資料不需使用時，應歸檔或立即銷毀（七(一)）。",
    )
    body = (*head("註銷通知單", [title], UPRIGHT), Table(WIDTHS, rows), *notes("說明：", text))
    return Layout("註銷通知單", title, body, UPRIGHT)


LAYOUTS: Final = {
    "monthly_comparison": comparison,
    "difference_explanation": difference,
    "cancellation_notice": cancellation,
}
