"""Small templates of both kinds, made of paragraphs and tables, and a form to compare them with."""

import io
import tomllib
import zipfile
from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path

import pytest

from webir_records.forms.spec_building import build_form
from webir_records.forms.spec_types import FormSpec

Cell = str | Sequence[str]
Block = str | Sequence[Sequence[Cell]]
"""A paragraph, or the rows of a table; a cell is one paragraph or several."""

FORM = """
[form]
id = "register"
title = "登記簿"
mode = "grouped"
rows_key = "entries"
group_by = ["unit"]

[[field]]
key = "unit"
label = "使用單位"
aliases = ["科室", "承辦單位"]
type = "str"
required = true

[[field]]
key = "agency"
label = "使用機關"
from = "agency.name"
type = "str"

[[field]]
key = "manager"
label = "單位管理者"
type = "str"

[[field]]
key = "checked"
label = "已核對"
type = "bool"

[[field]]
key = "seq"
label = "項次"
scope = "row"
type = "int"

[[field]]
key = "case_no"
label = "案件編號"
scope = "row"
type = "str"
required = true
"""

GOOD: list[Block] = [
    "{{ qr }} 編號 {{ form_no }} 紀錄 {{ record_id }}",
    "單位 {{ unit }}{% if manager %}（{{ 單位管理者 }}）{% endif %} {{ checked_boxes }}",
    [["{%tr for e in entries %}"], ["{{ e.seq }}", "{{ e.case_no }}"], ["{%tr endfor %}"]],
]

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
_ODF_SPACES = " ".join(
    f'xmlns:{name}="{_ODF}{path}:1.0"'
    for name, path in {
        "office": "office",
        "text": "text",
        "table": "table",
        "style": "style",
        "draw": "drawing",
        "fo": "xsl-fo-compatible",
        "svg": "svg-compatible",
    }.items()
)


def word_paragraph(text: str) -> str:
    return f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def odf_paragraph(text: str) -> str:
    return f"<text:p>{escape(text)}</text:p>"


def _word_block(block: Block) -> str:
    if isinstance(block, str):
        return word_paragraph(block)
    rows = (
        "".join(
            f"<w:tc><w:tcPr><w:noWrap/></w:tcPr>{''.join(map(word_paragraph, _cell(cell)))}</w:tc>"
            for cell in row
        )
        for row in block
    )
    return "<w:tbl><w:tblPr/>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"


def _odf_block(block: Block) -> str:
    if isinstance(block, str):
        return odf_paragraph(block)
    rows = (
        "".join(f"<table:table-cell>{_odf_cell(cell)}</table:table-cell>" for cell in row) for row in block
    )
    inside = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    return f"<table:table>{inside}</table:table>"


def _odf_cell(cell: Cell) -> str:
    return "".join(map(odf_paragraph, _cell(cell)))


def _cell(cell: Cell) -> Sequence[str]:
    return [cell] if isinstance(cell, str) else cell


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            method = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            package.writestr(name, content, method)
    return buffer.getvalue()


def word_xml(body: str, *, size: tuple[int, int] = (11906, 16838), **others: str) -> bytes:
    """Make a docx of a body as XML; `others` are further parts, such as header1 and comments."""
    page = f'<w:sectPr><w:pgSz w:w="{size[0]}" w:h="{size[1]}"/></w:sectPr>'
    kinds = {name: name.rstrip("0123456789") for name in others}
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_WORD_TYPE}{kind}+xml"/>'
        for name, kind in {"document": "document.main", **kinds}.items()
    )
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{office}/officeDocument" Target="word/document.xml"/></Relationships>'
    )
    inner = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        + "".join(
            f'<Relationship Id="rId{n}" Type="{office}/{kind}" Target="{name}.xml"/>'
            for n, (name, kind) in enumerate(kinds.items(), start=1)
        )
        + "</Relationships>"
    )
    spaces = (
        f'xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
        'xmlns:v="urn:schemas-microsoft-com:vml"'
    )
    roots = {"header": "hdr", "footer": "ftr"}
    parts = {
        "[Content_Types].xml": types,
        "_rels/.rels": relations,
        "word/_rels/document.xml.rels": inner,
        "word/document.xml": f"<w:document {spaces}><w:body>{body}{page}</w:body></w:document>",
    }
    for name, content in others.items():
        root = roots.get(kinds[name], kinds[name])
        parts[f"word/{name}.xml"] = f"<w:{root} {spaces}>{content}</w:{root}>"
    return packed(parts)


def odf_xml(body: str, *, size: tuple[str, str] = ("210mm", "297mm"), header: str = "") -> bytes:
    """Make an odt of a body as XML."""
    page = f'<style:page-layout-properties fo:page-width="{size[0]}" fo:page-height="{size[1]}"/>'
    head = f"<style:header>{header}</style:header>" if header else ""
    manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{kind}"/>'
        for path, kind in {
            "/": "application/vnd.oasis.opendocument.text",
            "content.xml": "text/xml",
            "styles.xml": "text/xml",
        }.items()
    )
    return packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": (
                f'<office:document-content {_ODF_SPACES} office:version="1.3"><office:body><office:text>'
                f"{body}</office:text></office:body></office:document-content>"
            ),
            "styles.xml": (
                f'<office:document-styles {_ODF_SPACES} office:version="1.3"><office:automatic-styles>'
                f'<style:page-layout style:name="A">{page}</style:page-layout></office:automatic-styles>'
                '<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="A">'
                f"{head}</style:master-page></office:master-styles></office:document-styles>"
            ),
            "META-INF/manifest.xml": (
                f'<manifest:manifest xmlns:manifest="{manifest}" manifest:version="1.3">{entries}'
                "</manifest:manifest>"
            ),
        }
    )


def make(kind: str, blocks: Sequence[Block]) -> bytes:
    """Make a template of the kind `docx` or `odt`."""
    if kind == "docx":
        return word_xml("".join(map(_word_block, blocks)))
    return odf_xml("".join(map(_odf_block, blocks)))


@pytest.fixture(scope="session")
def spec() -> FormSpec:
    problems: list[str] = []
    form = build_form(tomllib.loads(FORM), Path("nowhere"), problems)
    assert problems == []
    return form


@pytest.fixture(scope="session")
def good() -> list[Block]:
    """A template of that form in which nothing is wrong."""
    return GOOD


@pytest.fixture(scope="session")
def template() -> Callable[[str, Sequence[Block]], bytes]:
    return make


@pytest.fixture(scope="session")
def word() -> Callable[..., bytes]:
    """Makes a docx of GOOD and further XML."""

    def made(body: str = "", *, size: tuple[int, int] = (11906, 16838), **others: str) -> bytes:
        return word_xml("".join(map(_word_block, GOOD)) + body, size=size, **others)

    return made


@pytest.fixture(scope="session")
def odf() -> Callable[..., bytes]:
    """Makes an odt of GOOD and further XML."""

    def made(body: str = "", *, size: tuple[str, str] = ("210mm", "297mm"), header: str = "") -> bytes:
        return odf_xml("".join(map(_odf_block, GOOD)) + body, size=size, header=header)

    return made


@pytest.fixture(scope="session")
def zipped() -> Callable[[Mapping[str, str | bytes]], bytes]:
    return packed
