"""金鑰託管單: the archive's keys on one A4 page, to be sealed in an envelope."""

from typing import Final

from layout.blocks import head, notes_row
from layout.cells import LABEL_FILL, UNITS, kept, label, section, sign
from layout.letters_parts import GAP, UPRIGHT, WIDTHS, small_pair, small_wide
from layout.model import Cell, Layout, Line, Row, Table

_TITLE: Final = "檔案金鑰託管單"
_KEY_HEIGHT: Final = 1820

# name of the field, what the key is for, name of the picture
_KEYS: Final = (
    ("epoch_key", "A　期別金鑰", "開啟本期別之封存檔", "qr_1"),
    ("log_key", "B　帳冊金鑰", "簽署帳冊", "qr_2"),
    ("lookup_key", "C　查找金鑰", "以帳號查找紀錄", "qr_3"),
)
_HOW_TO_KEEP: Final = (
    "本單載有未加密之金鑰。列印一份後即刪除電子檔及印表機暫存，裝入不透光信封，封口騎縫由三人簽章，"
    "存放於保險櫃，與備份媒體分置兩處。"
)
_HOW_TO_RESTORE: Final = (
    "還原時由二人以上會同啟封，於帳冊所在電腦執行 webir keys restore --escrow：掃描條碼後貼上文字，"
    "或照行鍵入。每行末二字為檢查碼，鍵錯當行即知；數字零為 0、一為 1，本單不用英文字母 I、L、O、U。"
)
_NOTES: Final = (
    _HOW_TO_KEEP,
    "持本單者另須取得封存資料夾 archive 及金鑰庫 state/keys.db，始能讀取紀錄；本單單獨不能開啟任何紀錄。",
    _HOW_TO_RESTORE,
    "更換期別後本單不能開啟現存紀錄，但仍能開啟已銷毀紀錄之舊備份：應由監毀人會同銷毀，並另製新單。",
    "每年查驗封口是否完整；曾拆封或去向不明時，應即更換期別（webir keys rotate）。",
)


def _facts() -> Table:
    return Table(
        WIDTHS,
        (
            small_pair("使用機關", "{{ agency_name }}", "機關代碼", "{{ agency_code }}"),
            small_pair("金鑰期別", "{{ epoch }}", "製作時間", "{{ made_at }}"),
            small_wide("託管單號", "{{ sheet_no }}"),
            Row((label("帳冊名稱", 2, "FormLabelSmall"), Cell((("{{ log_name }}", "FormCell"),), 10)), 300),
            Row((label("驗證公鑰", 2, "FormLabelSmall"), Cell((("{{ log_vkey }}", "FormHash"),), 10)), 300),
        ),
    )


def _key(field: str, name: str, purpose: str, code: str) -> Row:
    """Return one key: what it is for, its lines, and the code that holds the same lines."""
    named: tuple[Line, ...] = ((name, "FormSection"), (purpose, "FormCell"))
    lines: tuple[Line, ...] = tuple((f"{{{{ {field}_{number} }}}}", "LetterHeading") for number in (1, 2, 3))
    shown = f"{{% if {code} %}}{{{{ {code} }}}}{{% else %}}（條碼）{{% endif %}}"
    picture: tuple[Line, ...] = ((shown, "FormCentre"),)
    return Row((Cell(named, 2, fill=LABEL_FILL), Cell(lines, 7), Cell(picture, 3)), _KEY_HEIGHT)


def _keys() -> Table:
    title = section("一、金鑰（每行末二字為檢查碼；右方條碼內容相同）")
    return Table(WIDTHS, kept((title, *(_key(*key) for key in _KEYS))))


def _seals() -> Table:
    names = (("製作人", "maker_seal"), ("會同封緘人", "witness_seal"), ("保管人", "keeper_seal"))
    opened = "事由：　　　　　　　　　會同人：　　　　　　　　　　　年　　月　　日"
    rows = (
        section("二、封緘"),
        Row(tuple(label(name, 4, "FormLabelSmall") for name, _ in names), 320),
        Row(tuple(sign(f"{{{{ {key} }}}}") for _, key in names), 900),
        Row((label("啟封紀錄", 2, "FormLabelSmall"), Cell(((opened, "FormCell"),), 10)), 380),
        notes_row("說明：", _NOTES, UNITS),
    )
    return Table(WIDTHS, kept(rows))


def sheet() -> Layout:
    """Draw 金鑰託管單."""
    body = (*head("金鑰託管單", [_TITLE], UPRIGHT), _facts(), GAP, _keys(), GAP, _seals())
    return Layout("金鑰託管單", _TITLE, body, UPRIGHT)


LAYOUTS: Final = {"escrow_sheet": sheet}
