"""The index of an exported bag: a page and a table for people, JSON for programs. No personal data."""

import csv
import html
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

_HEAD: Final = (
    "表單編號",
    "紀錄代號",
    "表單",
    "類別",
    "版本",
    "歸檔時間（UTC）",
    "保存起算日",
    "得銷毀日",
    "帳冊筆次",
    "封存檔 SHA-256",
    "資料夾",
)
_PAGE: Final = """<!DOCTYPE html>
<html lang="zh-Hant"><head><meta charset="utf-8"><title>{title}</title>
<style>body{{font-family:"Noto Sans TC","Microsoft JhengHei",sans-serif;margin:2em}}
table{{border-collapse:collapse;font-size:90%}}
td,th{{border:1px solid #888;padding:.3em .5em;text-align:left}}
td.d{{font-family:monospace;word-break:break-all;max-width:20em}}</style></head><body>
<h1>{title}</h1>
<p>{agency}（{code}）　帳冊：{origin}　檢核點：{size} 筆　匯出時間（UTC）：{moment}</p>
<p>{note}</p>
<table><thead><tr>{head}</tr></thead><tbody>
{rows}
</tbody></table></body></html>
"""
_NOTE: Final = (
    "本資料夾為 BagIt（RFC 8493）封包，各檔之 SHA-256 載於 manifest-sha256.txt，可用 sha256sum -c 核對。"
    "proofs/ 內為各版本之帳冊收錄證明，以 python -m signing proof 檔案 --key 公鑰 離線驗證；"
    "公鑰見 ledger/log.vkey，應與機關另行公布者核對。內容含個人資料者，用畢應即銷毀。"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One version of one record in the bag; `folder` is where it lies below `data/`."""

    form_no: str
    record: str
    form: str
    title: str
    record_class: str
    version: int
    filed_at: str
    trigger_date: str
    due: str
    seq: int
    sealed_sha256: str
    folder: str

    def cells(self) -> tuple[str, ...]:
        """Return the cells for people."""
        return (
            self.form_no,
            self.record,
            self.title,
            self.record_class,
            str(self.version),
            self.filed_at,
            self.trigger_date,
            self.due,
            str(self.seq),
            self.sealed_sha256,
            self.folder,
        )


@dataclass(frozen=True, slots=True)
class Source:
    """From where the bag comes; `size` is the number of ledger entries at that moment."""

    agency: str
    code: str
    origin: str
    size: int
    moment: str


def index_csv(lines: Iterable[Line]) -> bytes:
    """Return the table as csv that Excel reads (UTF-8 with a mark)."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(_HEAD)
    writer.writerows(line.cells() for line in lines)
    return b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8")


def index_html(source: Source, lines: Sequence[Line]) -> bytes:
    """Return the page."""
    title = f"匯出紀錄索引（{len(lines)} 個版本）"
    page = _PAGE.format(
        title=title,
        agency=html.escape(source.agency),
        code=html.escape(source.code),
        origin=html.escape(source.origin),
        size=source.size,
        moment=source.moment,
        note=html.escape(_NOTE),
        head="".join(f"<th>{cell}</th>" for cell in _HEAD),
        rows="\n".join(map(_row, lines)),
    )
    return page.encode("utf-8")


def _row(line: Line) -> str:
    *cells, digest, folder = line.cells()
    plain = "".join(f"<td>{html.escape(cell)}</td>" for cell in cells)
    link = f'<a href="{html.escape(quote(folder))}">{html.escape(folder)}</a>'
    return f'<tr>{plain}<td class="d">{digest}</td><td>{link}</td></tr>'
