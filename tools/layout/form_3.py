"""附件3: one page, both people side by side, in smaller type than the others."""

from dataclasses import replace
from typing import Final

from layout.blocks import PROXY_PLEDGE, head, notes
from layout.cells import UNITS, label, section, sign
from layout.model import Cell, Layout, Line, Page, Row, Table

_PAGE: Final = Page(top=680, bottom=737)
_WIDTHS: Final = (803,) * (UNITS - 1) + (_PAGE.width - 803 * (UNITS - 1),)
_TITLE: Final = "勞保資料代查授權書"
_HEIGHT: Final = 332
_NOTES: Final = (
    "因公務需求或急迫性需要請他人代查者，以核定之查詢業務範圍項目為限（六(二)）。",
    "代查人應以本人帳號查詢，不得借用授權人帳號（六(三)）；不得授權委外廠商人員代查（五(五)）。",
    "本授權書應列入公文文書歸檔（六(二)）；查得資料不需使用時，應歸檔或立即銷毀（七(一)）。",
)


def _label(text: str, span: int = 2) -> Cell:
    return label(text, span, style="FormLabelSmall")


def _value(tag: str, span: int = 4) -> Cell:
    return Cell((tag,), span, "FormCompact")


def _pair(left: str, left_value: str, right: str, right_value: str, span: int = 4) -> Row:
    """Return two labels with their values; the left value takes `span` units, the right one the rest."""
    return Row(
        (_label(left), _value(left_value, span), _label(right), _value(right_value, 8 - span)), _HEIGHT
    )


def _wide(name: str, *lines: Line) -> Row:
    return Row((_label(name), Cell(lines, UNITS - 2, "FormCompact")), _HEIGHT)


def _section(text: str) -> Row:
    return replace(section(text), height=320)


def _people() -> tuple[Row, ...]:
    spans = (("身分", 2), ("單位", 3), ("職稱", 3), ("姓名", 2), ("帳號", 2))
    rows = [Row(tuple(_label(name, span) for name, span in spans), 330)]
    for name, key in (("授權人", "authoriser"), ("代查人", "proxy")):
        keys = ((f"{key}_unit", 3), (f"{key}_title", 3), (key, 2), (f"{key}_account", 2))
        rows.append(Row((_label(name), *(_value(f"{{{{ {tag} }}}}", span) for tag, span in keys)), _HEIGHT))
    return tuple(rows)


def _request() -> tuple[Row, ...]:
    return (
        _wide("事由類別", "{{ reason_type_boxes }}"),
        _wide("事由說明", "{{ reason }}"),
        _pair("案件編號", "{{ case_no }}", "查詢項目", "{{ service_items }}"),
        _wide("業務項目", "{{ business_items }}"),
        _wide("法令依據", "{{ legal_basis }}"),
        _wide("業務與資料\n關聯性說明", "{{ relevance }}"),
        _wide("被查詢人姓名", "{{ subject_names }}"),
        _wide("被查詢人\n統一編號", "{{ subjects }}"),
        _pair("授權期間起", "{{ valid_from }}", "授權期間迄", "{{ valid_to }}"),
        _pair("授權次數", "{{ max_queries }}", "資料使用後\n處理方式", "{{ after_use_boxes }}"),
    )


def _seals() -> tuple[Row, ...]:
    names = ("授權人簽章", "代查人簽章", "單位主管簽章")
    tags = ("authoriser_seal", "proxy_seal", "head_seal")
    return (
        _wide("使用及保密\n聲明", (f"{{{{ pledge_box }}}}{PROXY_PLEDGE}", "FormTextSmall")),
        Row(tuple(_label(name, 4) for name in names), 330, keep=True),
        Row(tuple(sign(f"{{{{ {tag} }}}}") for tag in tags), 860),
        _pair("單位主管核准", "{{ head_approval_boxes }}", "核准時間", "{{ head_approved_at }}", 3),
        _pair("事後補件", "{{ is_retroactive_boxes }}", "補件期限", "{{ retro_deadline }}"),
    )


def _afterwards() -> tuple[Row, ...]:
    handed = (
        _label("結果交付時間"),
        _value("{{ received_at }}", 5),
        _label("授權人簽收"),
        sign("{{ receiver_seal }}", 3),
    )
    return (
        _pair("代查執行時間", "{{ executed_at }}", "查詢筆數", "{{ count }}", 5),
        Row(handed, 600),
        _pair("歸檔公文文號", "{{ filing_no }}", "檔號", "{{ file_no }}"),
    )


def proxy() -> Layout:
    """Draw 附件3."""
    rows = (
        _pair("授權書編號", "{{ auth_no }}", "授權日期", "{{ auth_date }}"),
        _pair("使用機關", "{{ agency_name }}", "機關代碼", "{{ agency_code }}"),
        _section("一、授權人及代查人"),
        *_people(),
        _wide("核定業務範圍", "{{ authoriser_scope }}"),
        _section("二、代查內容"),
        *_request(),
        _section("三、聲明、簽章及核准"),
        *_seals(),
        _section("四、執行、簽收及歸檔"),
        *_afterwards(),
    )
    body = (*head("附件3", [_TITLE], _PAGE), Table(_WIDTHS, rows), *notes("填表說明：", _NOTES))
    return Layout("附件3", _TITLE, body, _PAGE)


LAYOUTS: Final = {"form_3": proxy}
