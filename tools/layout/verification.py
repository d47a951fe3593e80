"""驗證報告: what a verification found, for the auditor's file."""

from typing import Final

from layout.blocks import head, notes_row
from layout.cells import UNITS, joined, kept, section
from layout.letters_parts import (
    GAP,
    UPRIGHT,
    WIDTHS,
    agency_pair,
    entries,
    small_pair,
    small_wide,
    stamps,
    tag,
)
from layout.model import Layout, Table

_TITLE: Final = "電子檔案完整性驗證報告"
_COLUMNS: Final = (
    (600, "項次", "{{ e.no }}", "FormCellCentre"),
    (2100, "代碼", "{{ e.code }}", "FormCell"),
    (3000, "位置", "{{ e.where }}", "FormCell"),
    (3938, "說明及處理方式", "{{ e.said }}", "FormCell"),
)
_NOTES: Final = (
    "本報告由程式依歸檔資料夾之實際內容作成；「實際讀取」以外者未經檢視，不在結論範圍。",
    "任何人得以 python -m signing 及帳冊驗證公鑰，離線重作本項驗證；檢查點根值應抄錄於稽核簽，供下次比對。",
    "程式不能證明事件發生之真實時間，亦不能發現持有全部金鑰者在首次抄錄檢查點以前之整體改製。",
)


def report() -> Layout:
    """Draw 驗證報告."""
    facts = Table(
        WIDTHS,
        (
            agency_pair(),
            small_pair("報告編號", tag("report_no"), "驗證時間", tag("verified_at")),
            small_pair("驗證人代號", tag("verifier"), "驗證程式", tag("program")),
            section("一、結論"),
            small_wide("結論", tag("verdict"), height=560),
            small_wide("驗證範圍", tag("level")),
            small_wide("帳冊名稱", tag("log_name")),
            small_wide("檢查點", "{{ checkpoint_size }} 筆　根值 {{ checkpoint_root }}"),
            small_wide("最新清冊\n摘要", tag("manifest_sha256")),
            small_wide("與先前\n檢查點比對", tag("earlier")),
            section("二、讀取情形"),
            small_wide("實際讀取", tag("read")),
            small_wide("紀錄狀態", tag("records")),
        ),
    )
    more = "{% if left_out %}；另有 {{ left_out }} 項未列印，見 JSON 報告{% endif %}"
    listed = entries("findings", _COLUMNS, f"三、發現事項（共 {{{{ finding_count }}}} 項{more}）", height=380)
    seals = (
        ("稽核小組（資訊）簽章", "it_auditor_seal"),
        ("稽核小組（政風）簽章", "ethics_auditor_seal"),
        ("機關首長核章", "agency_head_seal"),
    )
    end = Table(WIDTHS, kept((*stamps(*seals, names=360), notes_row("說明：", _NOTES, UNITS))))
    body = (*head("驗證報告", [_TITLE], UPRIGHT), facts, GAP, joined(listed, end))
    return Layout("驗證報告", _TITLE, body, UPRIGHT)


LAYOUTS: Final = {"verification_report": report}
