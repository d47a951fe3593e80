"""附件2: the register, landscape; its heading rows repeat on every page.

The block at its end is never torn, and the last entry stays with it, so that it cannot stand alone on a page.
"""

from dataclasses import replace
from typing import Final

from layout.blocks import head, notes
from layout.cells import LABEL_FILL, kept, label, section, short_date, sign, stack, tag_row, value
from layout.model import Cell, Layout, Page, Row, Table

_PAGE: Final = Page(landscape=True, margin=1021, top=794, bottom=907)
_TITLE: Final = "勞保局 WebIR 查詢資料登記簿"

# width in twips, heading, content, style
_COLUMNS: Final = (
    (500, "項次", "{{ e.seq }}", "FormCellCentre"),
    (1330, "案件編號", "{{ e.case_no }}", "FormCell"),
    (1340, "查詢人員\n帳號", stack("e.user", "e.user_account"), "FormCell"),
    (1520, "查詢日期\n時間", stack(short_date("e.query_date"), "e.query_time"), "FormCellCentre"),
    (2300, "查詢目的", "{{ e.purpose }}", "FormCell"),
    (1700, "法令依據", "{{ e.legal_basis }}", "FormCell"),
    (1180, "被查詢人\n統一編號", stack("e.subject_name", "e.subject_id"), "FormCellCentre"),
    (920, "查詢項目", "{{ e.service_item }}", "FormCellCentre"),
    (420, "筆\n數", "{{ e.count }}", "FormCellCentre"),
    (930, "代查\n授權書", stack("e.is_proxy", "e.proxy_form_no"), "FormCellCentre"),
    (1330, "資料處理\n文號、方式", stack("e.disposition", "e.disposition_ref"), "FormCellCentre"),
    (620, "主管\n核章", "{{ e.supervisor_seal }}", "FormCell"),
    (706, "備註", "{{ e.note }}", "FormCell"),
)
_NOTES: Final = (
    "使用者應逐案填寫案件編號、查詢人員、查詢日期及查詢目的，定期送交使用單位管理者比對（六(一)）。",
    "查詢目的應具體可辨識，不得僅填「公務」、「業務需要」等語；年份為中華民國紀年。",
    "比對結果由使用單位管理者每月核對填寫；登記筆數與系統查詢筆數不符者，使用者應提出差異說明（三、六(一)、八(一)2）。",
    "代他人查詢者，應填代查授權書（附件3）編號（六(二)）；查得資料不需使用時，應歸檔或立即銷毀，並填資料處理欄（七(一)）。",
    "被查詢人姓名及統一編號於列印時部分遮蔽。",
)


def _entries() -> tuple[Row, ...]:
    """Return the rows of the list; the last entry is kept with what follows."""
    count = len(_COLUMNS)
    place = "使用機關：{{ agency_name }}（{{ agency_code }}）　使用單位：{{ unit }}　登記期間：{{ period }}"
    entry = Row(tuple(Cell((content,), 1, style) for _, _, content, style in _COLUMNS), 560)
    return (
        Row((Cell((f"{place}　表單編號：{{{{ form_no }}}}",), count, "FormHeadLeft"),), 360, header=True),
        Row(tuple(Cell((name,), 1, "FormHead", LABEL_FILL) for _, name, _, _ in _COLUMNS), 560, header=True),
        tag_row("{%tr for e in entries %}", count),
        tag_row("{%tr if loop.last %}", count),
        replace(entry, keep=True),
        tag_row("{%tr else %}", count),
        entry,
        tag_row("{%tr endif %}", count),
        tag_row("{%tr endfor %}", count),
    )


def _comparison() -> tuple[Row, ...]:
    """Return the block at the end; its cells begin and end where columns of the list do."""
    count = len(_COLUMNS)
    numbers = (
        label("登記筆數", 2),
        value("{{ reg_count }}", span=1),
        label("系統查詢筆數", 1, "FormLabelSmall"),
        value("{{ log_count }}", span=1),
        label("差異筆數", 1),
        value("{{ diff }}", span=1),
        label("比對結果", 2),
        value("{{ compared_result_boxes }}", span=4),
    )
    who = (label("使用單位\n管理者"), value("{{ unit_manager }}", span=3))
    when = (label("比對日期", 1), value("{{ compared_on }}", span=7))
    seal = (label("管理者簽章"), sign("{{ unit_manager_seal }}", 3))
    head_seal = (label("單位主管\n核章", 1), sign("{{ unit_head_seal }}", 7))
    rows = (
        section("比對結果（{{ unit }}　{{ period }}　表單編號：{{ form_no }}）", count),
        Row(numbers),
        Row((label("差異說明"), value("{{ explanation }}", span=count - 2)), 760),
        Row((*who, *when)),
        Row((*seal, *head_seal), 960),
    )
    return kept(rows)


def register() -> Layout:
    """Draw 附件2."""
    body = (
        *head("附件2", [_TITLE], _PAGE, left="製表日期：{{ printed_on }}"),
        *notes("填表說明：", _NOTES),
        Table(tuple(width for width, _, _, _ in _COLUMNS), (*_entries(), *_comparison())),
    )
    return Layout("附件2", _TITLE, body, _PAGE)


LAYOUTS: Final = {"form_2": register}
