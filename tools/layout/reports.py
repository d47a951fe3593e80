"""異常報告 and 年度報告: what went wrong, and how the year went."""

from typing import Final

from layout.blocks import head, notes_row
from layout.cells import UNITS, joined, kept
from layout.letters_parts import (
    GAP,
    UPRIGHT,
    WIDTHS,
    Column,
    agency_pair,
    entries,
    small_pair,
    small_section,
    small_wide,
    stamps,
    tag,
)
from layout.model import Cell, Layout, Row, Table

_RECORDS: Final[tuple[Column, ...]] = (
    (560, "項次", "{{ e.seq }}", "FormCellCentre"),
    (1800, "紀錄識別碼", "{{ e.record }}", "FormHash"),
    (1400, "檔號", "{{ e.file_no }}", "FormCellCentre"),
    (2200, "案名", "{{ e.title }}", "FormCell"),
    (1500, "表單編號", "{{ e.item_form_no }}", "FormCellCentre"),
    (1400, "得銷毀日", "{{ e.due | replace('中華民國', '') }}", "FormCellCentre"),
    (778, "狀態", "{{ e.state }}", "FormCellCentre"),
)
_FIGURES: Final[tuple[Column, ...]] = (
    (2000, "分類", "{{ e.part }}", "FormCellCentre"),
    (2838, "項目", "{{ e.item }}", "FormCell"),
    (1200, "A類\n未歸檔文書", "{{ e.class_a }}", "FormCellCentre"),
    (1200, "B類\n公文檔案", "{{ e.class_b }}", "FormCellCentre"),
    (1200, "C類\n複製品", "{{ e.class_c }}", "FormCellCentre"),
    (1200, "合計", "{{ e.total }}", "FormCellCentre"),
)
_INCIDENT_NOTES: Final = (
    "緊急銷毀者，銷毀後應以書面說明原因、檔號、案名、數量、時間、地點及方法（銷毀辦法第14條）。",
    "毀損經鑑定無法修復者，報准後始得銷毀；遺失者應檢附佐證（銷毀辦法第15條）。發現違法銷毀者，應即陳報（第16條）。",
    "紀錄以識別碼表示，不含個人資料；本報告之雜湊值登載於帳冊，不因本報告而改變任何紀錄之狀態。",
)
_YEARLY_NOTES: Final = (
    "得銷毀日係依保存年限計算之首日，得銷毀而非應銷毀；B類須經檔案中央主管機關核准（檔案法第12條）。",
    "檔案清理每年至少辦理一次（檔案法施行細則第8條）；數量依製作時之工作資料庫計算，帳冊根值可供日後比對。",
)


def incident() -> Layout:
    """Draw 檔案異常情形報告."""
    title = "檔案異常情形報告"
    facts = Table(
        WIDTHS,
        (
            small_section("一、事件"),
            agency_pair("機關名稱"),
            small_pair("事件編號", tag("incident_no"), "報告日期", tag("reported_on")),
            small_wide("異常類別", "{{ kind_boxes }}（{{ clause }}）"),
            small_pair("發生日期", tag("happened_on"), "發現日期", tag("found_on")),
            small_wide("地點", tag("place")),
            small_wide("事由", tag("cause"), height=560),
            small_wide("經過情形", tag("course"), height=900),
            small_pair("銷毀方法", tag("method"), "相關銷毀\n批號", tag("batch")),
            small_wide("佐證資料", tag("evidence"), height=560),
            small_wide("鑑定結果", tag("appraisal"), height=560),
            small_wide("處理及補救\n措施", tag("measures"), height=900),
            small_section("二、陳報"),
            small_pair("陳報機關", tag("forward_to"), "相關文號", tag("authority")),
            small_pair("數量", "{{ record_total }} 件", "報告人代號", tag("reporter")),
        ),
    )
    seals = (
        ("報告人簽章", "reporter_seal"),
        ("檔案管理單位\n主管核章", "archive_head_seal"),
        ("政風單位核章", "ethics_seal"),
        ("機關首長核章", "agency_head_seal"),
    )
    listed = entries("records", _RECORDS, "三、紀錄（共 {{ record_total }} 件）", height=380)
    end = kept(
        (
            small_section("四、簽章"),
            *stamps(*seals, names=500, height=1000, style="FormLabelSmall"),
            notes_row("說明：", _INCIDENT_NOTES, UNITS),
        )
    )
    body = (*head("異常報告", [title], UPRIGHT), facts, GAP, joined(listed, Table(WIDTHS, end)))
    return Layout("異常報告", title, body, UPRIGHT)


def yearly() -> Layout:
    """Draw 檔案保存及銷毀年度報告."""
    title = "檔案保存及銷毀年度報告"
    facts = Table(
        WIDTHS,
        (
            small_section("一、年度"),
            agency_pair("使用機關"),
            small_pair("報告編號", tag("report_no"), "報告年度", "{{ year }}年"),
            small_pair("製作時間", tag("made_at"), "製作人代號", tag("maker")),
            small_wide("規則設定檔", tag("profile")),
            small_wide("帳冊筆數\n及根值", tag("checkpoint")),
            small_wide("重點", tag("summary"), height=760),
        ),
    )
    picture = Table(
        WIDTHS,
        (small_section("二、屆滿件數（依年度及類別）"), _picture()),
    )
    figures = entries("figures", _FIGURES, "三、數量（件）", height=290)
    worries = Table(
        WIDTHS,
        (
            small_section("四、應注意事項"),
            *(
                small_wide(name, tag(key), height=480)
                for name, key in (
                    ("已逾得銷毀日\n尚未銷毀", "overdue"),
                    ("保留（暫緩\n銷毀）情形", "holds"),
                    ("調借逾期\n未還", "loans"),
                    ("異常情形\n報告", "incidents"),
                    ("銷毀批次", "batches"),
                    ("應銷毀之\n備份", "backups"),
                )
            ),
        ),
    )
    seals = (
        ("承辦人簽章", "maker_seal"),
        ("檔案管理單位主管核章", "archive_head_seal"),
        ("機關首長核章", "agency_head_seal"),
    )
    end = Table(
        WIDTHS,
        kept(
            (
                small_section("五、簽章"),
                *stamps(*seals, names=360, height=1000, style="FormLabelSmall"),
                notes_row("說明：", _YEARLY_NOTES, UNITS),
            )
        ),
    )
    body = (*head("年度報告", [title], UPRIGHT), facts, GAP, picture, GAP, figures, GAP, joined(worries, end))
    return Layout("年度報告", title, body, UPRIGHT)


def _picture() -> Row:
    shown = "{% if year_chart %}{{ year_chart }}{% else %}（圖）{% endif %}"
    return Row((Cell((shown,), UNITS, "FormCellCentre"),), 5200)


LAYOUTS: Final = {"incident_report": incident, "yearly_report": yearly}
