"""銷毀目錄 as an OpenDocument spreadsheet: what is printed, every date readable, nothing calculated."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from signing.canonical import JsonValue
from webir_records.forms.dates import roc_date
from webir_records.forms.list_workbook import ListColumn
from webir_records.forms.ods_writing import list_ods

_FILES: Final = (
    ("seq", "項次", 6),
    ("year_no", "年度號", 8),
    ("class_no", "分類號", 12),
    ("file_seq", "案次號", 8),
    ("volumes", "卷數", 6),
    ("title", "案名", 34),
    ("creator", "檔案產生者", 22),
    ("date_from", "案卷內文件起日", 20),
    ("date_to", "案卷內文件迄日", 20),
    ("retention", "保存年限", 9),
    ("adjusted_retention", "調整後保存年限", 18),
    ("adjust_reason", "調整原因", 20),
    ("summary", "案情摘要", 34),
    ("unit_opinion", "業務單位意見", 20),
    ("selected", "史政機關檢選", 12),
    ("note", "備註", 24),
)
_ITEMS: Final = (
    ("seq", "項次", 6),
    ("file_no", "檔號", 20),
    ("title", "案名", 30),
    ("subject", "案由", 34),
    ("correspondent", "來（受）文者", 20),
    ("received_no", "收文字號", 18),
    ("sent_no", "發（來）文字號", 18),
    ("produced_on", "文件產生日期", 20),
    ("retention", "保存年限", 9),
    ("adjusted_retention", "調整後保存年限", 18),
    ("adjust_reason", "調整原因", 20),
    ("unit_opinion", "業務單位意見", 20),
    ("selected", "史政機關檢選", 12),
    ("note", "備註（紀錄識別碼）", 26),
)
_DATES: Final = frozenset({"date_from", "date_to", "produced_on", "made_on", "destroyed_on"})
_HEAD: Final = (("batch", "批號"), ("contents", "目錄內容"), ("made_on", "製表日期"))
_TAIL: Final = (
    ("file_total", "總案數"),
    ("volume_total", "總卷數"),
    ("item_total", "總件數"),
    ("approval_no", "核准銷毀文號"),
    ("destroyed_on", "銷毀日期"),
)


def files_ods(data: Mapping[str, JsonValue], agency: str) -> bytes:
    """Return 銷毀目錄（案卷） (銷毀辦法 §8 III) from its form data."""
    return _sheet("檔案銷毀目錄（案卷）", data, agency, "files", _FILES)


def items_ods(data: Mapping[str, JsonValue], agency: str) -> bytes:
    """Return 銷毀目錄（案件） (銷毀辦法 §8 IV) from its form data."""
    return _sheet("檔案銷毀目錄（案件）", data, agency, "items", _ITEMS)


def _sheet(
    title: str,
    data: Mapping[str, JsonValue],
    agency: str,
    key: str,
    columns: tuple[tuple[str, str, int], ...],
) -> bytes:
    head = [("機關名稱", agency), *((label, _text(key, data.get(key))) for key, label in _HEAD)]
    lines = data.get(key)
    rows = (
        [_text(name, line.get(name)) for name, _, _ in columns]
        for line in (lines if isinstance(lines, list) else [])
        if isinstance(line, dict)
    )
    tail = [(label, _text(name, data.get(name))) for name, label in _TAIL if name in data]
    return list_ods(title, head, [ListColumn(label, width) for _, label, width in columns], rows, tail=tail)


def _text(key: str, value: JsonValue) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    return roc_date(date.fromisoformat(str(value))) if key in _DATES else str(value)
