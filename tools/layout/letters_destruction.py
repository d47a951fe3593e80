"""銷毀計畫, 銷毀目錄 (案卷, 案件) and 監毀紀錄: the papers around the destruction of filed documents."""

from collections.abc import Sequence
from typing import Final

from layout.blocks import head, notes, notes_row
from layout.cells import (
    UNITS,
    joined,
    kept,
    label,
    short_date,
    sign,
    stack,
    value,
)
from layout.letters_parts import (
    LANDSCAPE,
    TIGHT,
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
from layout.model import Block, Layout, Row, Table

_FOOT: Final = (1500, 3432, 1500, 3432, 1500, 3432)
_OPINION: Final = (
    "{% if e.selected == '是' %}史政機關檢選　{% endif %}{{ e.unit_opinion }}"
    "{% if e.unit_opinion and e.note %}\n{% endif %}{{ e.note }}"
)
_ADJUSTED: Final = "{{ e.adjusted_retention }}{% if e.adjust_reason %}\n（{{ e.adjust_reason }}）{% endif %}"
_FILE_NO: Final = "{{ e.year_no }}/{{ e.class_no }}/{{ e.file_seq }}"
_FROM, _TO = (f"{{{{ {short_date(key)} }}}}" for key in ("e.date_from", "e.date_to"))
_BETWEEN: Final = f"{_FROM}{{% if e.date_to %}}\n至\n{_TO}{{% endif %}}"

_FILES: Final[tuple[Column, ...]] = (
    (500, "項次", "{{ e.seq }}", "FormCellCentre"),
    (1560, "檔號\n年度號／分類號\n／案次號", _FILE_NO, "FormCellCentre"),
    (500, "卷數", "{{ e.volumes }}", "FormCellCentre"),
    (2500, "案名", "{{ e.title }}", "FormCell"),
    (1600, "檔案產生者", "{{ e.creator }}", "FormCell"),
    (1650, "案卷內文件\n起迄日期", _BETWEEN, "FormCellCentre"),
    (700, "保存\n年限", "{{ e.retention }}", "FormCellCentre"),
    (1640, "調整後保存年限\n（調整原因）", _ADJUSTED, "FormCell"),
    (2400, "案情摘要", "{{ e.summary }}", "FormCell"),
    (1746, "業務單位意見、\n檢選及備註", _OPINION, "FormCell"),
)
_ITEMS: Final[tuple[Column, ...]] = (
    (500, "項次", "{{ e.seq }}", "FormCellCentre"),
    (2050, "檔號", "{{ e.file_no }}", "FormCellCentre"),
    (1650, "案名", "{{ e.title }}", "FormCell"),
    (2050, "案由", "{{ e.subject }}", "FormCell"),
    (1350, "來（受）文者", "{{ e.correspondent }}", "FormCell"),
    (1800, "收文字號／\n發（來）文字號", stack("e.received_no", "e.sent_no"), "FormCell"),
    (1650, "文件產生\n日期", f"{{{{ {short_date('e.produced_on')} }}}}", "FormCellCentre"),
    (700, "保存\n年限", "{{ e.retention }}", "FormCellCentre"),
    (1600, "調整後保存年限\n（調整原因）", _ADJUSTED, "FormCell"),
    (1446, "業務單位意見、\n檢選及備註", _OPINION, "FormCell"),
)
_CATALOGUE_NOTES: Final = (
    "未屆保存年限或未依法定程序，不得銷毀（檔案法第12條）；本目錄連同銷毀計畫送審，核准前不得銷毀。",
    "保存年限經調整者，應註明原年限及調整原因；史政機關檢選者，應於本目錄註記（銷毀辦法第8條、第9條）。",
    "銷毀後應註記核准銷毀文號及銷毀日期，已送交之目錄應重新送交；本目錄及核准文件永久保存（銷毀辦法第17條、第18條）。",
)


def _foot(total: str) -> Table:
    """Return what ends a catalogue: totals, approval, seals, notes."""
    seals = (
        label("承辦人\n簽章", 1),
        sign(tag("drafter_seal"), 2),
        label("監毀人\n簽章", 1),
        sign(tag("witness_seal"), 2),
    )
    rows = (
        Row(
            (
                *(label("銷毀檔案\n總數量", 1), value(total, span=1)),
                *(label("核准銷毀\n文號", 1), value(tag("approval_no"), span=1)),
                *(label("銷毀日期", 1), value(tag("destroyed_on"), span=1)),
            ),
            560,
        ),
        Row(seals, 1000),
        notes_row("說明：", _CATALOGUE_NOTES, len(_FOOT)),
    )
    return Table(_FOOT, kept(rows))


def _catalogue(number: str, key: str, columns: Sequence[Column], total: str) -> Layout:
    title = f"檔案{number}"
    place = "機關名稱：{{ agency_name }}（{{ agency_code }}）　批號：{{ batch }}　製表日期：{{ made_on }}"
    contents = "目錄內容：{{ contents }}"
    body: tuple[Block, ...] = (
        *head(number.removeprefix("銷毀"), ["{{ agency_name }}", title], LANDSCAPE, subtitle=contents),
        joined(entries(key, columns, place, height=480), _foot(total)),
    )
    return Layout(number, title, body, LANDSCAPE)


def files() -> Layout:
    """Draw 銷毀目錄（案卷）."""
    return _catalogue("銷毀目錄（案卷）", "files", _FILES, "{{ file_total }} 案　{{ volume_total }} 卷")


def documents() -> Layout:
    """Draw 銷毀目錄（案件）."""
    total = "{{ file_total }} 案　{{ volume_total }} 卷　{{ item_total }} 件"
    return _catalogue("銷毀目錄（案件）", "items", _ITEMS, total)


def plan() -> Layout:
    """Draw 銷毀計畫."""
    amount = "{{ file_count }} 案　{{ volume_count }} 卷　{{ item_count }} 件（{{ box_count }} 箱）"
    seals = (
        ("承辦人簽章", "drafter_seal"),
        ("檔案管理單位主管核章", "archive_head_seal"),
        ("機關首長核章", "agency_head_seal"),
    )
    rows = (
        small_section("一、計畫"),
        agency_pair("機關名稱"),
        small_pair("計畫編號", tag("plan_no"), "擬定日期", tag("plan_date")),
        small_pair("層轉機關", tag("forward_to"), "檔案年度", tag("years")),
        small_wide("檔案數量", amount),
        small_pair("銷毀目錄\n冊數", tag("catalogue_count"), "包含批號", tag("batches")),
        small_wide("現存放地點", tag("storage_place")),
        small_section("二、銷毀方式"),
        small_pair("預定銷毀\n時間", tag("destroy_time"), "預定銷毀\n地點", tag("destroy_place")),
        small_wide("銷毀方法", tag("methods_boxes")),
        small_wide("集中及運送\n安全措施", tag("gathering"), height=680),
        small_wide("全程監控\n人員", tag("monitoring")),
        small_section("三、審核情形"),
        small_wide("符合基準\n情形", tag("criteria"), height=680),
        small_wide("會辦業務\n單位情形", tag("circulated"), height=680),
        small_wide("檔案鑑定\n情形", tag("appraisal"), height=680),
        small_wide("機密檔案\n解密情形", tag("declassified"), height=680),
        small_wide("史政機關\n檢選情形", tag("selection"), height=680),
        small_wide("縮短原檔案\n保存年限", tag("shortened_boxes")),
        small_wide("調閱作業\n程序", tag("access_procedure"), height=680),
        small_wide("異地備份", tag("offsite_backup"), height=680),
        small_wide("媒體及軟硬\n體評估", tag("media_evaluation"), height=680),
    )
    text = (
        "本計畫應載事項依銷毀辦法第10條；連同銷毀目錄，依檔案法施行細則第10條規定層轉檔案中央主管機關審核（檔案法第12條）。",
        "電子儲存後縮短原檔案保存年限者（銷毀辦法第7條），應填調閱作業程序、異地備份、媒體及軟硬體評估。",
        "檔案銷毀原則上每年辦理一次（銷毀辦法第8條）；核准前不得銷毀。",
    )
    end = kept(
        (
            small_wide("同年度再次\n辦理之理由", tag("second_batch"), height=680),
            small_wide("其他事項", tag("other"), height=680),
            small_section("四、簽章"),
            *stamps(*seals, names=340, height=960, style="FormLabelSmall"),
            notes_row("說明：", text, UNITS),
        )
    )
    body = (*head("銷毀計畫", ["檔案銷毀計畫"], UPRIGHT), Table(WIDTHS, (*rows, *end)))
    return Layout("銷毀計畫", "檔案銷毀計畫", body, UPRIGHT)


def witness() -> Layout:
    """Draw 監毀紀錄."""
    amount = "{{ file_count }} 案　{{ volume_count }} 卷　{{ item_count }} 件　媒體 {{ media_count }} 片"
    seals = (
        ("檔案管理人員\n簽章", "archive_seal"),
        ("會同單位人員\n簽章", "related_seal"),
        ("監毀人簽章", "witness_seal"),
        ("檔案管理單位\n主管核章", "archive_head_seal"),
    )
    rows = (
        small_section("一、核准及數量"),
        agency_pair("機關名稱"),
        small_pair("批號", tag("batch"), "計畫編號", tag("plan_no")),
        small_pair("核准銷毀\n文號", tag("approval_no"), "核准日期", tag("approval_date")),
        small_pair("銷毀數量", amount, "已逐案核對\n銷毀目錄", tag("checked_list_boxes")),
        small_section("二、集中及運送"),
        small_pair("集中處所", tag("gathered_at"), "封條號碼", tag("seal_no")),
        small_wide("運送方式及\n安全措施", tag("transport"), height=460),
        small_section("三、銷毀"),
        small_wide("銷毀地點", tag("destroy_place")),
        small_pair("開始時間", tag("started_at"), "完成時間", tag("finished_at")),
        small_wide("銷毀方法", tag("methods_boxes")),
        small_wide("環境維護\n情形", tag("environment")),
        small_wide("銷毀結果", tag("outcome"), height=460),
        small_wide("異常情形\n及處理", tag("incidents")),
        small_pair("受託廠商", tag("contractor"), "照片或影像", tag("evidence")),
        small_section("四、監控人員"),
        small_pair("檔案管理\n單位人員", tag("archive_staff"), "會同單位\n人員", tag("related_staff")),
        small_pair("監毀人", tag("witnesses"), "監毀人核派", tag("witness_approval")),
        small_wide("全程在場", "{{ present_throughout_boxes }}（上列人員自集中起至銷毀完成止，全程監控）"),
        small_section("五、後續註記"),
        small_pair("目錄註記\n日期", tag("annotated_on"), "目錄重新\n送交日期", tag("resubmitted_on")),
    )
    text = (
        "經核准銷毀之檔案，應集中於安全處所，以安全方式運送，由檔案管理單位會同相關單位全程監控（銷毀辦法第12條）。",
        "銷毀後應於銷毀目錄及案卷目次表註記核准文號及銷毀日期，已送交之目錄應重新送交（銷毀辦法第17條）。",
    )
    end = kept(
        (
            small_section("六、簽章"),
            *stamps(*seals, names=500, height=900, style="FormLabelSmall"),
        )
    )
    table = Table(WIDTHS, (*rows, *end))
    body = (*head("監毀紀錄", ["檔案監毀紀錄"], TIGHT), table, *notes("說明：", text))
    return Layout("監毀紀錄", "檔案監毀紀錄", body, TIGHT)


LAYOUTS: Final = {
    "destruction_plan": plan,
    "destruction_catalogue_files": files,
    "destruction_catalogue_items": documents,
    "destruction_witness": witness,
}
