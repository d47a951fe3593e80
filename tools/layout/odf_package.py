"""Put a layout into an .odt whose bytes depend on nothing but the drawing."""

from collections.abc import Mapping
from typing import Final
from xml.sax.saxutils import escape

from layout import odf_styles
from layout.model import Layout, paragraph
from layout.odf import Painter
from layout.odf_styles import HEAD, SPACES, VERSION
from layout.zipping import pack

_MIME: Final = "application/vnd.oasis.opendocument.text"
_MOMENT: Final = "2026-01-01T00:00:00Z"


def build(layout: Layout) -> bytes:
    """Return the .odt; its first member is the media type, uncompressed (ODF 1.2 part 3, 3.3).

    Raises:
        lxml.etree.XMLSyntaxError: a part is not well-formed.
    """
    return pack({"mimetype": _MIME, **_parts(layout)}, stored={"mimetype"})


def _parts(layout: Layout) -> Mapping[str, str]:
    parts = {
        "content.xml": _content(layout),
        "styles.xml": odf_styles.styles(layout),
        "meta.xml": _meta(layout),
        "settings.xml": odf_styles.settings(),
    }
    return parts | {"META-INF/manifest.xml": _manifest(tuple(parts))}


def _content(layout: Layout) -> str:
    painter = Painter()
    # without a paragraph after the last table, LibreOffice adds a high one of its own
    body = "".join(map(painter.paint, (*layout.body, paragraph("", "FormGap"))))
    return (
        f'{HEAD}<office:document-content {SPACES} office:version="{VERSION}">{odf_styles.FONTS}'
        f"<office:automatic-styles>{painter.automatic_styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )


def _meta(layout: Layout) -> str:
    office = "urn:oasis:names:tc:opendocument:xmlns"
    return (
        f'{HEAD}<office:document-meta xmlns:office="{office}:office:1.0" xmlns:meta="{office}:meta:1.0" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="{VERSION}"><office:meta>'
        "<meta:generator>webir-records</meta:generator>"
        f"<dc:title>{escape(layout.title)}</dc:title><dc:description>{escape(layout.mark)}</dc:description>"
        f"<dc:subject>{escape(layout.number)}</dc:subject>"
        "<meta:keyword>reconstructed layout v1</meta:keyword>"
        "<meta:initial-creator>webir-records</meta:initial-creator><dc:creator>webir-records</dc:creator>"
        f"<meta:creation-date>{_MOMENT}</meta:creation-date><dc:date>{_MOMENT}</dc:date>"
        "<dc:language>zh-TW</dc:language></office:meta></office:document-meta>"
    )


def _manifest(parts: tuple[str, ...]) -> str:
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="text/xml"/>' for name in parts
    )
    return (
        f'{HEAD}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
        f'manifest:version="{VERSION}"><manifest:file-entry manifest:full-path="/" '
        f'manifest:version="{VERSION}" manifest:media-type="{_MIME}"/>{entries}</manifest:manifest>'
    )
