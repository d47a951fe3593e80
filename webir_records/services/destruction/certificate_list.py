"""The list of a long certificate: a spreadsheet beside the paper that people sign.

A table of thousands of rows is no paper: LibreOffice takes some 20 ms for each row of a PDF and gives up
after 75 seconds, which would keep the batch from ever being certified.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

from signing.canonical import JsonValue
from webir_records.forms.list_workbook import ListColumn
from webir_records.forms.ods_writing import list_ods

MOST_LINES: Final = 500
"""Records that the paper itself lists."""
LIST: Final = "certificate-items.ods"
_COLUMNS: Final = (
    ("seq", "序號", 8),
    ("record", "紀錄識別碼", 26),
    ("item_form_no", "原表單編號", 20),
    ("form_title", "表單名稱", 44),
    ("versions", "版本", 6),
    ("due", "得銷毀日", 14),
    ("rule", "保存規則", 16),
)


def items_list(facts: Mapping[str, JsonValue], items: Sequence[Mapping[str, JsonValue]]) -> bytes:
    """Return the list of everything that was destroyed, as a spreadsheet."""
    head = [
        ("使用機關", str(facts["agency_name"])),
        ("銷毀批號", str(facts["batch"])),
        ("銷毀目錄雜湊值", str(facts["catalogue_sha256"])),
    ]
    rows = ([str(item.get(key, "")) for key, _, _ in _COLUMNS] for item in items)
    columns = [ListColumn(label, width) for _, label, width in _COLUMNS]
    return list_ods("紀錄銷毀清單", head, columns, rows, tail=[("銷毀紀錄總數", f"{len(items):,}")])


def pointing_to(content: bytes, count: int) -> str:
    """Return what the paper says instead of its list."""
    digest = hashlib.sha256(content).hexdigest()
    return f"銷毀清單計 {count:,} 筆，逐筆列於附件 {LIST}（SHA-256 {digest}）。"
