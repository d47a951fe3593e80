"""The fixed parts of a docx: styles, fonts, theme, settings: Taiwan, A4, 標楷體."""

from typing import Final

from layout.paragraph_styles import STYLES, ParagraphStyle

W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
KAI: Final = "標楷體"
_FONTS: Final = (
    f'<w:rFonts w:ascii="{KAI}" w:eastAsia="{KAI}" w:hAnsi="{KAI}" w:cs="{KAI}" w:hint="eastAsia"/>'
)


def _paragraph_style(style: ParagraphStyle) -> str:
    spacing = (
        f'<w:spacing w:before="{style.before}" w:after="{style.after}" w:line="{style.line}" '
        'w:lineRule="auto"/>'
    )
    indent = f'<w:ind w:left="{style.indent}" w:hanging="{style.hanging}"/>' if style.indent else ""
    weight = "<w:b/><w:bCs/>" if style.bold else ""
    size = style.half_points
    return (
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{style.id}"><w:name w:val="{style.name}"/>'
        '<w:basedOn w:val="Normal"/><w:qFormat/>'
        f'<w:pPr>{spacing}{indent}<w:jc w:val="{style.align}"/></w:pPr>'
        f'<w:rPr>{weight}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr></w:style>'
    )


def _table_style(style: str, name: str, borders: str) -> str:
    margins = (
        '<w:tblCellMar><w:top w:w="34" w:type="dxa"/><w:left w:w="85" w:type="dxa"/>'
        '<w:bottom w:w="23" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar>'
    )
    return (
        f'<w:style w:type="table" w:customStyle="1" w:styleId="{style}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="TableNormal"/><w:tblPr>{borders}{margins}</w:tblPr></w:style>'
    )


def _borders() -> str:
    def line(side: str, eighths: int) -> str:
        return f'<w:{side} w:val="single" w:sz="{eighths}" w:space="0" w:color="000000"/>'

    outer = "".join(line(side, 12) for side in ("top", "left", "bottom", "right"))
    return f"<w:tblBorders>{outer}{line('insideH', 4)}{line('insideV', 4)}</w:tblBorders>"


def styles() -> str:
    """Return word/styles.xml."""
    defaults = (
        f'<w:docDefaults><w:rPrDefault><w:rPr>{_FONTS}<w:sz w:val="24"/><w:szCs w:val="24"/>'
        '<w:lang w:val="en-US" w:eastAsia="zh-TW" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        '<w:pPrDefault><w:pPr><w:snapToGrid w:val="0"/></w:pPr></w:pPrDefault></w:docDefaults>'
    )
    normal = (
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
        "</w:style>"
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/><w:unhideWhenUsed/>'
        '<w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>'
    )
    paragraphs = "".join(_paragraph_style(style) for style in STYLES)
    tables = _table_style("FormTable", "表單表格", _borders()) + _table_style("FormPlain", "無框表格", "")
    return f'{_HEAD}<w:styles xmlns:w="{W}">{defaults}{normal}{paragraphs}{tables}</w:styles>'


def font_table() -> str:
    """Return word/fontTable.xml: 標楷體, whose English name is DFKai-SB."""
    return (
        f'{_HEAD}<w:fonts xmlns:w="{W}"><w:font w:name="{KAI}"><w:altName w:val="DFKai-SB"/>'
        '<w:panose1 w:val="03000509000000000000"/><w:charset w:val="88"/><w:family w:val="script"/>'
        '<w:pitch w:val="fixed"/></w:font></w:fonts>'
    )


def settings() -> str:
    """Return word/settings.xml: Word 2013 and later, Traditional Chinese of Taiwan."""
    return (
        f'{_HEAD}<w:settings xmlns:w="{W}"><w:zoom w:percent="100"/><w:defaultTabStop w:val="480"/>'
        '<w:characterSpacingControl w:val="doNotCompress"/><w:compat>'
        '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" '
        'w:val="15"/>'
        '</w:compat><w:themeFontLang w:val="en-US" w:eastAsia="zh-TW"/>'
        '<w:decimalSymbol w:val="."/><w:listSeparator w:val=","/></w:settings>'
    )


def theme() -> str:
    """Return word/theme/theme1.xml: its fonts are ours, its colours black and grey."""
    names = ("dk1", "lt1", "dk2", "lt2", *(f"accent{n}" for n in range(1, 7)), "hlink", "folHlink")
    shades = ("000000", "FFFFFF", "404040", "F2F2F2", *("595959", "7F7F7F", "A6A6A6") * 2, "000000", "000000")
    colours = "".join(f'<a:{n}><a:srgbClr val="{s}"/></a:{n}>' for n, s in zip(names, shades, strict=True))
    font = f'<a:latin typeface="{KAI}"/><a:ea typeface="{KAI}"/><a:cs typeface=""/>'
    solid = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    line = f'<a:ln w="6350">{solid}</a:ln>'
    effect = "<a:effectStyle><a:effectLst/></a:effectStyle>"
    formats = (
        f"<a:fillStyleLst>{solid * 3}</a:fillStyleLst><a:lnStyleLst>{line * 3}</a:lnStyleLst>"
        f"<a:effectStyleLst>{effect * 3}</a:effectStyleLst><a:bgFillStyleLst>{solid * 3}</a:bgFillStyleLst>"
    )
    return (
        f'{_HEAD}<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="form">'
        f'<a:themeElements><a:clrScheme name="form">{colours}</a:clrScheme><a:fontScheme name="form">'
        f"<a:majorFont>{font}</a:majorFont><a:minorFont>{font}</a:minorFont></a:fontScheme>"
        f'<a:fmtScheme name="form">{formats}</a:fmtScheme></a:themeElements></a:theme>'
    )
