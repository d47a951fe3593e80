"""The fixed parts of an odt: styles, page, footer, settings: Taiwan, A4, 標楷體."""

from typing import Final

from layout.model import Layout, Page
from layout.odf import inline, points
from layout.paragraph_styles import STYLES, ParagraphStyle

HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
VERSION: Final = "1.2"
"""The version of CNS 15251, Taiwan's ODF."""

_OASIS: Final = "urn:oasis:names:tc:opendocument:xmlns"
SPACES: Final = (
    f'xmlns:office="{_OASIS}:office:1.0" xmlns:style="{_OASIS}:style:1.0" xmlns:text="{_OASIS}:text:1.0" '
    f'xmlns:table="{_OASIS}:table:1.0" xmlns:draw="{_OASIS}:drawing:1.0" '
    f'xmlns:fo="{_OASIS}:xsl-fo-compatible:1.0" xmlns:svg="{_OASIS}:svg-compatible:1.0" '
    'xmlns:xlink="http://www.w3.org/1999/xlink"'
)
_KAI: Final = "標楷體"
FONTS: Final = (
    f'<office:font-face-decls><style:font-face style:name="{_KAI}" svg:font-family="{_KAI}"/>'
    "</office:font-face-decls>"
)
_EDGE: Final = 454
"""From the edge of the paper to the footer, twips."""

_ALIGN: Final = {"left": "start", "center": "center", "right": "end", "both": "justify"}

_SETTINGS: Final = (
    ("AddParaTableSpacing", "boolean", "false"),
    ("AddParaTableSpacingAtStart", "boolean", "true"),
    ("AddParaSpacingToTableCells", "boolean", "true"),
    ("AddParaLineSpacingToTableCells", "boolean", "true"),
    ("AddExternalLeading", "boolean", "true"),
    ("UseFormerLineSpacing", "boolean", "false"),
    ("PropLineSpacingShrinksFirstLine", "boolean", "true"),
    ("IgnoreTabsAndBlanksForLineCalculation", "boolean", "true"),
    ("MsWordCompTrailingBlanks", "boolean", "true"),
    ("DoNotJustifyLinesWithManualBreak", "boolean", "true"),
    ("TabsRelativeToIndent", "boolean", "false"),
    ("TableRowKeep", "boolean", "true"),
    ("CharacterCompressionType", "short", "0"),
    ("IsKernAsianPunctuation", "boolean", "false"),
    ("PrinterIndependentLayout", "string", "high-resolution"),
    ("SaveVersionOnClose", "boolean", "false"),
)
"""LibreOffice lays the odt out as it lays out the docx: rows kept together, the same line heights."""


def _sizes(half_points: int) -> str:
    size = points(half_points * 10)
    return f'fo:font-size="{size}" style:font-size-asian="{size}" style:font-size-complex="{size}"'


def _paragraph_style(style: ParagraphStyle) -> str:
    weight = ' fo:font-weight="bold" style:font-weight-asian="bold" style:font-weight-complex="bold"'
    return (
        f'<style:style style:name="{style.id}" style:display-name="{style.name}" style:family="paragraph" '
        'style:parent-style-name="Standard">'
        f'<style:paragraph-properties fo:margin-top="{points(style.before)}" '
        f'fo:margin-bottom="{points(style.after)}" fo:margin-left="{points(style.indent)}" '
        f'fo:margin-right="0pt" fo:text-indent="{points(-style.hanging)}" '
        f'fo:line-height="{style.line * 100 // 240}%" fo:text-align="{_ALIGN[style.align]}"/>'
        f"<style:text-properties {_sizes(style.half_points)}{weight if style.bold else ''}/></style:style>"
    )


def _defaults() -> str:
    fonts = " ".join(f'style:font-name{script}="{_KAI}"' for script in ("", "-asian", "-complex"))
    return (
        '<style:default-style style:family="graphic"/>'
        '<style:default-style style:family="paragraph"><style:paragraph-properties '
        'style:text-autospace="ideograph-alpha" style:punctuation-wrap="hanging" style:line-break="strict" '
        'style:tab-stop-distance="24pt" style:writing-mode="page"/>'
        f'<style:text-properties style:use-window-font-color="true" {fonts} {_sizes(24)} '
        'fo:language="en" fo:country="US" style:language-asian="zh" style:country-asian="TW" '
        'style:language-complex="ar" style:country-complex="SA" style:letter-kerning="false" '
        'fo:hyphenate="false"/></style:default-style>'
        '<style:default-style style:family="table"><style:table-properties '
        'table:border-model="collapsing"/></style:default-style>'
        '<style:default-style style:family="table-row"><style:table-row-properties '
        'fo:keep-together="auto"/></style:default-style>'
        '<style:style style:name="Standard" style:family="paragraph" style:class="text">'
        '<style:paragraph-properties fo:margin-top="0pt" fo:margin-bottom="0pt" fo:orphans="2" '
        'fo:widows="2" style:snap-to-layout-grid="false"/></style:style>'
    )


def _page_layout(page: Page) -> str:
    wide, high = page.size
    turn = "landscape" if page.landscape else "portrait"
    height = page.bottom - _EDGE
    return (
        '<style:page-layout style:name="Page"><style:page-layout-properties '
        f'fo:page-width="{points(wide)}" fo:page-height="{points(high)}" style:print-orientation="{turn}" '
        f'fo:margin-top="{points(page.top)}" fo:margin-bottom="{points(_EDGE)}" '
        f'fo:margin-left="{points(page.margin)}" fo:margin-right="{points(page.margin)}" '
        'style:writing-mode="lr-tb" style:layout-grid-mode="none"/><style:header-style/>'
        "<style:footer-style><style:header-footer-properties "
        f'fo:min-height="{points(height)}" fo:margin-left="0pt" fo:margin-right="0pt" '
        f'fo:margin-top="{points(height - 57)}" style:dynamic-spacing="true"/></style:footer-style>'
        "</style:page-layout>"
    )


def _footer_style(page: Page) -> str:
    stops = (("center", page.width // 2), ("right", page.width))
    drawn = "".join(
        f'<style:tab-stop style:position="{points(place)}" style:type="{kind}"/>' for kind, place in stops
    )
    return (
        '<style:style style:name="Footer" style:family="paragraph" style:parent-style-name="FormFooter">'
        f"<style:paragraph-properties><style:tab-stops>{drawn}</style:tab-stops>"
        "</style:paragraph-properties></style:style>"
    )


def _footer(layout: Layout) -> str:
    number = '<text:page-number text:select-page="current">1</text:page-number>'
    count = "<text:page-count>1</text:page-count>"
    middle = f"第 {number}<text:s/>頁／共 {count}<text:s/>頁"
    return (
        f'<text:p text:style-name="Footer">{inline(layout.number)}<text:tab/>{middle}'
        f"<text:tab/>{inline(layout.mark)}</text:p>"
    )


def styles(layout: Layout) -> str:
    """Return styles.xml."""
    named = "".join(_paragraph_style(style) for style in STYLES)
    return (
        f'{HEAD}<office:document-styles {SPACES} office:version="{VERSION}">{FONTS}'
        f"<office:styles>{_defaults()}{named}</office:styles>"
        f"<office:automatic-styles>{_footer_style(layout.page)}{_page_layout(layout.page)}"
        '</office:automatic-styles><office:master-styles><style:master-page style:name="Standard" '
        f'style:page-layout-name="Page"><style:footer>{_footer(layout)}</style:footer>'
        "</style:master-page></office:master-styles></office:document-styles>"
    )


def settings() -> str:
    """Return settings.xml."""
    items = "".join(
        f'<config:config-item config:name="{name}" config:type="{kind}">{value}</config:config-item>'
        for name, kind, value in _SETTINGS
    )
    return (
        f'{HEAD}<office:document-settings xmlns:office="{_OASIS}:office:1.0" '
        f'xmlns:config="{_OASIS}:config:1.0" xmlns:ooo="http://openoffice.org/2004/office" '
        f'office:version="{VERSION}"><office:settings>'
        f'<config:config-item-set config:name="ooo:configuration-settings">{items}</config:config-item-set>'
        "</office:settings></office:document-settings>"
    )
