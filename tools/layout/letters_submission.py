"""送審函, 會辦單 and 檢選清單: the papers that ask others before anything is destroyed."""

from collections.abc import Sequence
from typing import Final

from layout.blocks import head, notes_row
from layout.cells import UNITS, box, joined, kept, label, short_date, sign, value
from layout.letters_parts import (
    BLANK,
    LANDSCAPE,
    UPRIGHT,
    WIDTHS,
    Column,
    agency_pair,
    corner,
    entries,
    items,
    small_pair,
    small_section,
    small_wide,
    stamps,
    tag,
)
from layout.model import Block, Cell, Layout, Line, Row, Table, paragraph

_FOOT: Final = (1500, 3432, 1500, 3432, 1500, 3432)
_FROM, _TO = (f"{{{{ {short_date(key)} }}}}" for key in ("e.date_from", "e.date_to"))
_SELECTION: Final[tuple[Column, ...]] = (
    (560, "項次", "{{ e.seq }}", "FormCellCentre"),
    (1900, "檔號", "{{ e.file_no }}", "FormCellCentre"),
    (2900, "案名", "{{ e.title }}", "FormCell"),
    (2000, "案卷內文件\n起迄日期", f"{_FROM}{{% if e.date_to %}}\n至\n{_TO}{{% endif %}}", "FormCellCentre"),
    (800, "保存\n年限", "{{ e.retention }}", "FormCellCentre"),
    (1100, "數量", "{{ e.quantity }}", "FormCellCentre"),
    (2750, "案情摘要", "{{ e.summary }}", "FormCell"),
    (1250, "檢選", "\n".join(box("e.selected", choice) for choice in ("檢選", "不檢選")), "FormCell"),
    (1536, "備註", "{{ e.note }}", "FormCell"),
)


def _sender() -> Table:
    """Return who writes, at the right."""
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
    return Table((half, UPRIGHT.width - half), (Row((Cell(), Cell(place)), 280),), "FormPlain")


def submission() -> Layout:
    """Draw 函送檔案銷毀計畫及目錄."""
    title = "函送檔案銷毀計畫及目錄"
    body: tuple[Block, ...] = (
        corner(UPRIGHT),
        paragraph("{{ agency_name }}　函", "LetterTitle"),
        _sender(),
        paragraph("受文者：{{ recipient }}", "LetterText"),
        BLANK,
        paragraph("發文日期：{{ letter_date }}", "LetterMeta"),
        paragraph("發文字號：{{ letter_no }}", "LetterMeta"),
        paragraph("速別：{{ speed }}", "LetterMeta"),
        paragraph("密等及解密條件或保密期限：{{ security }}", "LetterMeta"),
        paragraph("附件：{{ enclosures }}", "LetterMeta"),
        BLANK,
        paragraph("主旨：{{ subject }}", "LetterSubject"),
        paragraph("說明：", "LetterText", keep=True),
        *items("explanation"),
        BLANK,
        paragraph("層轉路徑：{{ path }}", "LetterMeta"),
        paragraph("銷毀批號：{{ batch }}", "LetterMeta"),
        paragraph("銷毀目錄雜湊值（SHA-256）：{{ catalogue_sha256 }}", "LetterMetaSmall"),
        BLANK,
        paragraph("正本：{{ to }}", "LetterMeta"),
        paragraph("副本：{{ copies }}", "LetterMeta"),
        paragraph("{{ signer }}{{ signer_seal }}", "LetterSign"),
    )
    return Layout("送審函", title, body, UPRIGHT)


def opinion() -> Layout:
    """Draw 檔案銷毀會辦業務單位意見單."""
    title = "檔案銷毀會辦業務單位意見單"
    text = (
        "未屆保存年限或未依法定程序，不得銷毀（檔案法第12條）。",
        "業務單位應就所列檔案表示意見；有延長保存之必要者，應敘明延長年限及理由（銷毀辦法第8條）。",
        "逐筆意見填於所附意見表電子檔，連同本單送回檔案管理單位；意見表之鎖定欄位不得更改。",
    )
    count = "{{ record_count }} 件，詳意見表 {{ sheet }}"
    rows = (
        small_section("一、會辦事項"),
        agency_pair("機關名稱"),
        small_pair("受會單位", tag("unit"), "批號", tag("batch")),
        small_pair("會辦日期", tag("asked_on"), "請復期限", tag("reply_by")),
        small_wide("紀錄件數", count),
        Row(
            (label("銷毀目錄\n雜湊值", 2, "FormLabelSmall"), _hash("catalogue_sha256")),
            380,
        ),
        small_wide("說明事項", tag("explanation"), height=1100),
        small_wide("逾期未復\n之處理", tag("silence"), height=560),
        small_section("二、業務單位意見"),
        small_pair("同意銷毀", "{{ agreed_count }} 件", "延長", "{{ extended_count }} 件"),
        small_pair("未表示意見", "{{ unanswered_count }} 件", "復文日期", tag("replied_on")),
        small_wide("延長年限\n及理由", tag("extensions"), height=1700),
    )
    end = kept(
        (
            small_section("三、簽章"),
            *stamps(
                ("業務單位承辦人簽章", "unit_seal"),
                ("業務單位主管核章", "unit_head_seal"),
                names=340,
                height=1100,
                style="FormLabelSmall",
            ),
            *stamps(
                ("檔案管理人員簽章", "drafter_seal"),
                ("檔案管理單位主管核章", "archive_head_seal"),
                names=340,
                height=1100,
                style="FormLabelSmall",
            ),
            notes_row("說明：", text, UNITS),
        )
    )
    body = (*head("會辦單", [title], UPRIGHT), Table(WIDTHS, (*rows, *end)))
    return Layout("會辦單", title, body, UPRIGHT)


def _hash(key: str) -> Cell:
    return value(tag(key), span=UNITS - 2, style="FormHash")


def selection() -> Layout:
    """Draw 檔案史政檢選清單."""
    title = "檔案史政檢選清單"
    place = "機關名稱：{{ agency_name }}（{{ agency_code }}）　批號：{{ batch }}　製表日期：{{ made_on }}"
    body: tuple[Block, ...] = (
        *head("檢選清單", ["{{ agency_name }}", title], LANDSCAPE, subtitle="受送機關：{{ history_office }}"),
        joined(entries("files", _SELECTION, place, height=480), _selection_foot()),
    )
    return Layout("檢選清單", title, body, LANDSCAPE)


def _selection_foot() -> Table:
    text: Sequence[str] = (
        "請就本清單勾選檢選與否，並於請復期限前函復。",
        "經檢選之檔案不予銷毀，檢選情形註記於銷毀計畫及目錄（銷毀辦法第9條）。",
    )
    rows = (
        Row(
            (
                *(label("總案數", 1), value("{{ file_total }} 案", span=1)),
                *(label("請復期限", 1), value(tag("reply_by"), span=1)),
                *(label("函復文號\n及日期", 1), value("{{ answer_no }}\n{{ answered_on }}", span=1)),
            ),
            560,
        ),
        Row((label("銷毀目錄\n雜湊值", 1), value(tag("catalogue_sha256"), span=5, style="FormHash")), 400),
        Row(
            (
                *(label("檢選人員\n簽章", 1), sign(tag("history_seal"), 1)),
                *(label("史政機關\n主管核章", 1), sign(tag("history_head_seal"), 1)),
                *(label("檔案管理單位\n主管核章", 1), sign(tag("archive_head_seal"), 1)),
            ),
            1000,
        ),
        notes_row("說明：", text, len(_FOOT)),
    )
    return Table(_FOOT, kept(rows))


LAYOUTS: Final = {
    "submission_letter": submission,
    "opinion_letter": opinion,
    "destruction_selection": selection,
}
