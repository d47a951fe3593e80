"""Put a drawn body into a .docx whose bytes depend on nothing but the drawing."""

from collections.abc import Mapping
from typing import Final
from xml.sax.saxutils import escape

from layout import word_styles
from layout.model import Layout, paragraph
from layout.wordml import paint
from layout.zipping import pack

_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_R: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_WORD_PARTS: Final = (
    ("styles", "styles.xml", f"{_TYPE}.styles+xml"),
    ("fontTable", "fontTable.xml", f"{_TYPE}.fontTable+xml"),
    ("settings", "settings.xml", f"{_TYPE}.settings+xml"),
    ("theme", "theme/theme1.xml", "application/vnd.openxmlformats-officedocument.theme+xml"),
    ("footer", "footer1.xml", f"{_TYPE}.footer+xml"),
)


def build(layout: Layout) -> bytes:
    """Return the .docx.

    Raises:
        lxml.etree.XMLSyntaxError: a part is not well-formed.
    """
    return pack(_parts(layout))


def _parts(layout: Layout) -> Mapping[str, str]:
    return {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _package_relations(),
        "docProps/app.xml": _app_properties(),
        "docProps/core.xml": _core_properties(layout),
        "word/document.xml": _document(layout),
        "word/_rels/document.xml.rels": _document_relations(),
        "word/footer1.xml": _footer(layout),
        "word/styles.xml": word_styles.styles(),
        "word/fontTable.xml": word_styles.font_table(),
        "word/settings.xml": word_styles.settings(),
        "word/theme/theme1.xml": word_styles.theme(),
    }


def _content_types() -> str:
    parts = {f"/word/{name}": kind for _, name, kind in _WORD_PARTS}
    parts["/word/document.xml"] = f"{_TYPE}.document.main+xml"
    parts["/docProps/core.xml"] = "application/vnd.openxmlformats-package.core-properties+xml"
    parts["/docProps/app.xml"] = "application/vnd.openxmlformats-officedocument.extended-properties+xml"
    overrides = "".join(f'<Override PartName="{n}" ContentType="{k}"/>' for n, k in sorted(parts.items()))
    return (
        f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="png" ContentType="image/png"/>{overrides}</Types>'
    )


def _relations(items: tuple[tuple[str, str], ...]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{n}" Type="{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(items, 1)
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'{_HEAD}<Relationships xmlns="{space}">{rows}</Relationships>'


def _package_relations() -> str:
    core = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
    return _relations(
        (
            (f"{_R}/officeDocument", "word/document.xml"),
            (core, "docProps/core.xml"),
            (f"{_R}/extended-properties", "docProps/app.xml"),
        )
    )


def _document_relations() -> str:
    return _relations(tuple((f"{_R}/{kind}", name) for kind, name, _ in _WORD_PARTS))


def _app_properties() -> str:
    space = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
    return f'{_HEAD}<Properties xmlns="{space}"><Application>webir-records</Application></Properties>'


def _core_properties(layout: Layout) -> str:
    moment = '<dcterms:{0} xsi:type="dcterms:W3CDTF">2026-01-01T00:00:00Z</dcterms:{0}>'
    return (
        f"{_HEAD}<cp:coreProperties"
        ' xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(layout.title)}</dc:title><dc:subject>{escape(layout.number)}</dc:subject>"
        "<dc:creator>webir-records</dc:creator><cp:keywords>reconstructed layout v1</cp:keywords>"
        "<dc:language>zh-TW</dc:language>"
        f"{moment.format('created')}{moment.format('modified')}</cp:coreProperties>"
    )


def _footer(layout: Layout) -> str:
    centre, right = layout.page.width // 2, layout.page.width
    tabs = f'<w:tabs><w:tab w:val="center" w:pos="{centre}"/><w:tab w:val="right" w:pos="{right}"/></w:tabs>'
    pieces = (
        _text(layout.number),
        "<w:r><w:tab/></w:r>",
        f"{_text('第 ')}{_number('PAGE')}{_text(' 頁／共 ')}{_number('NUMPAGES')}{_text(' 頁')}",
        "<w:r><w:tab/></w:r>",
        _text(layout.mark),
    )
    body = f'<w:p><w:pPr><w:pStyle w:val="FormFooter"/>{tabs}</w:pPr>{"".join(pieces)}</w:p>'
    return f'{_HEAD}<w:ftr xmlns:w="{word_styles.W}">{body}</w:ftr>'


def _text(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _number(name: str) -> str:
    return f'<w:fldSimple w:instr=" {name} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'


def _document(layout: Layout) -> str:
    page = layout.page
    wide, high = page.size
    turn = ' w:orient="landscape"' if page.landscape else ""
    end = (
        '<w:sectPr><w:footerReference w:type="default" r:id="rId5"/>'
        f'<w:pgSz w:w="{wide}" w:h="{high}"{turn}/>'
        f'<w:pgMar w:top="{page.top}" w:right="{page.margin}" w:bottom="{page.bottom}" '
        f'w:left="{page.margin}" w:header="454" w:footer="454" w:gutter="0"/></w:sectPr>'
    )
    # a table may not be the last block of a body: the smallest possible paragraph ends it
    body = f"{''.join(map(paint, (*layout.body, paragraph('', 'FormGap'))))}{end}"
    return f'{_HEAD}<w:document xmlns:w="{word_styles.W}" xmlns:r="{_R}"><w:body>{body}</w:body></w:document>'
