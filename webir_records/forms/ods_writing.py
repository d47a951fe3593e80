"""Write a list as an OpenDocument spreadsheet (OpenDocument 1.2, CNS 15251): all of it text, no formula.

The same content gives the same bytes. A spreadsheet of this kind is what plans and catalogues go up as.
"""

import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from webir_records.forms.list_workbook import ListColumn
from webir_records.forms.workbook_writing import printable

_MIMETYPE: Final = "application/vnd.oasis.opendocument.spreadsheet"
_OASIS: Final = "urn:oasis:names:tc:opendocument:xmlns"
_FIXED_TIME: Final = (1980, 1, 1, 0, 0, 0)
_MM_PER_CHARACTER: Final = 2.1
_NAMES: Final = " ".join(
    f'xmlns:{prefix}="{name}"'
    for prefix, name in (
        ("office", f"{_OASIS}:office:1.0"),
        ("style", f"{_OASIS}:style:1.0"),
        ("text", f"{_OASIS}:text:1.0"),
        ("table", f"{_OASIS}:table:1.0"),
        ("fo", f"{_OASIS}:xsl-fo-compatible:1.0"),
        ("svg", f"{_OASIS}:svg-compatible:1.0"),
    )
)
_XML: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_MANIFEST: Final = (
    f'{_XML}<manifest:manifest xmlns:manifest="{_OASIS}:manifest:1.0" manifest:version="1.2">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.2" manifest:media-type="{_MIMETYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    '<manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
_STYLES: Final = (
    f'{_XML}<office:document-styles {_NAMES} office:version="1.2"><office:styles>'
    '<style:default-style style:family="table-cell"><style:text-properties fo:font-size="11pt" '
    'style:font-name-asian="標楷體" fo:language="zh" fo:country="TW"/></style:default-style>'
    "</office:styles><office:automatic-styles>"
    '<style:page-layout style:name="page"><style:page-layout-properties fo:page-width="297mm" '
    'fo:page-height="210mm" style:print-orientation="landscape" fo:margin="15mm" '
    'style:scale-to-X="1"/></style:page-layout></office:automatic-styles><office:master-styles>'
    '<style:master-page style:name="Default" style:page-layout-name="page"/>'
    "</office:master-styles></office:document-styles>"
)
_LINE: Final = 'fo:border="0.5pt solid #808080" fo:wrap-option="wrap" style:vertical-align="middle"'
_CELLS: Final = (
    '<style:style style:name="title" style:family="table-cell"><style:text-properties '
    'fo:font-size="16pt" fo:font-weight="bold"/></style:style>'
    '<style:style style:name="label" style:family="table-cell"><style:text-properties '
    'fo:font-weight="bold"/></style:style>'
    f'<style:style style:name="head" style:family="table-cell"><style:table-cell-properties {_LINE} '
    'fo:background-color="#ddebf7"/><style:text-properties fo:font-weight="bold"/></style:style>'
    f'<style:style style:name="cell" style:family="table-cell"><style:table-cell-properties {_LINE}/>'
    "</style:style>"
    '<style:style style:name="row" style:family="table-row"><style:table-row-properties '
    'style:use-optimal-row-height="true"/></style:style>'
    '<style:style style:name="sheet" style:family="table" style:master-page-name="Default">'
    '<style:table-properties table:display="true"/></style:style>'
)


def list_ods(
    title: str,
    head: Sequence[tuple[str, str]],
    columns: Sequence[ListColumn],
    rows: Iterable[Sequence[str]],
    *,
    tail: Sequence[tuple[str, str]] = (),
) -> bytes:
    """Return the spreadsheet.

    Args:
        title: the sheet's name, and its first line.
        head: pairs of label and value above the list.
        columns: labels and widths.
        rows: a text for each column.
        tail: pairs of label and value below the list.
    """
    count = len(columns)
    above = [_wide(title, "title", count), *(_wide("：".join(pair), "label", count) for pair in head)]
    labels = _row([column.label for column in columns], "head")
    body = "".join(_row(row, "cell") for row in rows)
    below = "".join(_wide("：".join(pair), "label", count) for pair in tail)
    table = (
        f'<table:table table:name={quoteattr(title)} table:style-name="sheet">'
        + "".join(f'<table:table-column table:style-name="co{at}"/>' for at in range(count))
        + f"{''.join(above)}<table:table-header-rows>{labels}</table:table-header-rows>{body}{below}"
        "</table:table>"
    )
    return _package(_content(columns, table))


def _content(columns: Sequence[ListColumn], table: str) -> str:
    widths = "".join(
        f'<style:style style:name="co{at}" style:family="table-column"><style:table-column-properties '
        f'style:column-width="{column.width * _MM_PER_CHARACTER:.1f}mm"/></style:style>'
        for at, column in enumerate(columns)
    )
    return (
        f'{_XML}<office:document-content {_NAMES} office:version="1.2"><office:automatic-styles>'
        f"{widths}{_CELLS}</office:automatic-styles><office:body><office:spreadsheet>{table}"
        "</office:spreadsheet></office:body></office:document-content>"
    )


def _row(texts: Sequence[str], style: str) -> str:
    return (
        f'<table:table-row table:style-name="row">{"".join(_cell(t, style) for t in texts)}</table:table-row>'
    )


def _wide(text: str, style: str, columns: int) -> str:
    """Return a row of one cell over all columns."""
    spanned = f' table:number-columns-spanned="{columns}" table:number-rows-spanned="1"'
    cell = _cell(text, style).replace(" office:value-type", f"{spanned} office:value-type", 1)
    covered = "<table:covered-table-cell/>" * (columns - 1)
    return f'<table:table-row table:style-name="row">{cell}{covered}</table:table-row>'


def _cell(text: str, style: str) -> str:
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in printable(text).split("\n"))
    return (
        f'<table:table-cell table:style-name="{style}" office:value-type="string">{lines}</table:table-cell>'
    )


def _package(content: str) -> bytes:
    """Return the zip; its media type comes first and is not compressed (OpenDocument 1.2 part 3, 3.3)."""
    package = io.BytesIO()
    members = (
        ("mimetype", _MIMETYPE, zipfile.ZIP_STORED),
        ("content.xml", content, zipfile.ZIP_DEFLATED),
        ("styles.xml", _STYLES, zipfile.ZIP_DEFLATED),
        ("META-INF/manifest.xml", _MANIFEST, zipfile.ZIP_DEFLATED),
    )
    with zipfile.ZipFile(package, "w", compresslevel=6) as target:
        for name, text, way in members:
            fixed = zipfile.ZipInfo(name, _FIXED_TIME)
            fixed.compress_type = way
            target.writestr(fixed, text)
    return package.getvalue()
