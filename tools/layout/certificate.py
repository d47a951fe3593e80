"""銷毀證明 and 補充證明: what was destroyed, by whose authority, before whose eyes; the last copies."""

from typing import Final

from layout.blocks import head, notes_row
from layout.cells import LABEL_FILL, UNITS, kept, label, pair, section, sign, tag_row, wide
from layout.model import Cell, Layout, Page, Row, Table, paragraph

_PAGE: Final = Page()
_WIDTHS: Final = (803,) * (UNITS - 1) + (_PAGE.width - 803 * (UNITS - 1),)
_TITLE: Final = "紀錄銷毀證明"
_SUPPLEMENT: Final = "紀錄銷毀補充證明"
_PAPER: Final = (
    "□無紙本　□已由上列同一人員於同日會同銷毀，計　　　　件",
    "方式：□碎紙或紙漿　□焚化　□其他　　　　　　　　　　　　",
)

# width, heading, content, style
_COLUMNS: Final = (
    (560, "序號", "{{ e.seq }}", "FormCellCentre"),
    (1900, "紀錄識別碼", "{{ e.record }}", "FormHash"),
    (1400, "原表單編號", "{{ e.item_form_no }}", "FormCellCentre"),
    (2600, "表單名稱", "{{ e.form_title }}", "FormCell"),
    (560, "版本", "{{ e.versions }}", "FormCellCentre"),
    (2618, "得銷毀日\n（保存規則）", "{{ e.due }}{% if e.rule %}\n{{ e.rule }}{% endif %}", "FormCellCentre"),
)
_NOTES: Final = (
    "本證明及其所附銷毀目錄、核准與監毀聲明永久保存，不含個人資料；人員以識別碼表示，身分另存於人員名冊。",
    "銷毀目錄之雜湊值與核准時之目錄一致；帳冊之筆數及根雜湊值可據以查驗本批銷毀紀錄未經變更。",
    "所列舊期別金鑰副本仍能開啟本批紀錄之舊備份，應由監毀人會同銷毀、逐項勾記；最後備份失效日以前，其餘備份亦同。",
    "系統所銷毀者為電子紀錄。簽名之紙本原件仍在者，應由同一人員於同日以碎紙或焚化銷毀，並於簽章欄載明。",
    "本證明製作後不再變更；複製品刪除、備份失效並結案者，另作補充證明，載明本證明之雜湊值。",
)
_SUPPLEMENT_NOTES: Final = (
    "本補充證明與銷毀證明一併永久保存，不含個人資料；銷毀證明不因本補充證明而變更。",
    "各複製品及備份之銷毀均載於帳冊，並有監毀人以個人金鑰簽署之聲明。",
)


def _facts() -> Table:
    rows = (
        section("一、銷毀作業"),
        pair("使用機關", "{{ agency_name }}", "機關代碼", "{{ agency_code }}"),
        pair("銷毀批號", "{{ batch }}", "檔案類別", "{{ record_class }}"),
        wide("核准依據", "{{ authority }}"),
        pair("銷毀方式", "{{ method }}", "銷毀地點", "{{ place }}"),
        pair("開始時間", "{{ started_at }}", "完成時間", "{{ finished_at }}"),
        pair("銷毀紀錄\n總數", "{{ count }}", "規則設定檔", "{{ profile }}"),
        wide("證明事項", "{{ statement }}", height=760),
        wide("目前階段", "{{ phase }}"),
        section("二、人員"),
        wide("擬案人員", "{{ drafted_by }}"),
        wide("核准人員", "{{ approvers }}"),
        wide("監毀人員", "{{ witnesses }}"),
        section("三、查驗資料"),
        wide("銷毀目錄\n雜湊值", ("{{ catalogue_sha256 }}", "FormHash")),
        pair("銷毀前\n金鑰期別", "{{ epoch_from }}", "銷毀後\n金鑰期別", "{{ epoch_to }}"),
        pair("最後備份\n失效日", "{{ backups_expire_on }}", "帳冊筆數", "{{ ledger_size }}"),
        wide("舊期別\n金鑰副本", ("{{ key_copies }}", "FormCell")),
        wide("本批紀錄\n之複製品", ("{{ copies }}", "FormCell")),
        wide("帳冊根\n雜湊值", ("{{ ledger_root }}", "FormHash")),
    )
    return Table(_WIDTHS, rows)


def _list() -> Table:
    count = len(_COLUMNS)
    title = section("四、銷毀清單（批號：{{ batch }}）", count)
    rows = (
        Row(title.cells, title.height, header=True),
        Row(tuple(Cell((name,), 1, "FormHead", LABEL_FILL) for _, name, _, _ in _COLUMNS), 520, header=True),
        tag_row("{%tr for e in items %}", count),
        Row(tuple(Cell((content,), 1, style) for _, _, content, style in _COLUMNS), 400),
        tag_row("{%tr endfor %}", count),
    )
    return Table(tuple(width for width, _, _, _ in _COLUMNS), rows)


def _seals() -> Table:
    names = (("承辦人簽章", "drafter_seal"), ("核准人簽章", "approver_seal"), ("監毀人簽章", "witness_seal"))
    rows = (
        section("五、簽章"),
        Row(tuple(label(name, 4) for name, _ in names), 380),
        Row(tuple(sign(f"{{{{ {key} }}}}") for _, key in names), 1300),
        Row((label("所列舊期別金鑰副本\n均已銷毀，監毀人簽章", 4), sign("{{ copies_seal }}", 8)), 900),
        Row((label("簽名之紙本原件", 4), Cell(_PAPER, 8, "FormCell")), 760),
        Row((label("紙本原件銷毀人及\n監毀人簽章", 4), sign("{{ paper_seal }}", 8)), 900),
        notes_row("說明：", _NOTES, UNITS),
    )
    return Table(_WIDTHS, kept(rows))


def destruction() -> Layout:
    """Draw the certificate of destruction."""
    gap = paragraph("", "FormGap")
    body = (
        *head("銷毀證明", [_TITLE], _PAGE),
        _facts(),
        gap,
        _list(),
        gap,
        _seals(),
    )
    return Layout("銷毀證明", _TITLE, body, _PAGE)


def supplement() -> Layout:
    """Draw the supplement certificate."""
    rows = (
        section("一、銷毀批次"),
        pair("使用機關", "{{ agency_name }}", "機關代碼", "{{ agency_code }}"),
        pair("銷毀批號", "{{ batch }}", "檔案類別", "{{ record_class }}"),
        pair("銷毀紀錄\n總數", "{{ count }}", "結案時間", "{{ closed_at }}"),
        wide("銷毀證明\n雜湊值", ("{{ certificate_sha256 }}", "FormHash")),
        wide("銷毀目錄\n雜湊值", ("{{ catalogue_sha256 }}", "FormHash")),
        wide("證明事項", "{{ statement }}", height=760),
        section("二、各階段"),
        wide("階段及日期", ("{{ phases }}", "FormCell")),
        section("三、複製品及備份之銷毀"),
        wide("本批紀錄\n之複製品", ("{{ copies }}", "FormCell")),
        wide("金鑰副本及\n工作區備份", ("{{ backups }}", "FormCell")),
        section("四、查驗資料"),
        pair("結案人員", "{{ closed_by }}", "帳冊筆數", "{{ ledger_size }}"),
        wide("帳冊根\n雜湊值", ("{{ ledger_root }}", "FormHash")),
    )
    seals = (
        section("五、簽章"),
        Row((label("承辦人簽章", 6), label("監毀人簽章", 6)), 380),
        Row((sign("{{ drafter_seal }}", 6), sign("{{ witness_seal }}", 6)), 1300),
        notes_row("說明：", _SUPPLEMENT_NOTES, UNITS),
    )
    body = (
        *head("補充證明", [_SUPPLEMENT], _PAGE),
        Table(_WIDTHS, rows),
        paragraph("", "FormGap"),
        Table(_WIDTHS, kept(seals)),
    )
    return Layout("銷毀補充證明", _SUPPLEMENT, body, _PAGE)


LAYOUTS: Final = {"certificate": destruction, "certificate_supplement": supplement}
