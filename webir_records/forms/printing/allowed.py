"""What a document may hold so that it may share a layout: closed lists; anything else is converted alone.

Everything named here prints the same whether a document is laid out alone or put together. What is missing
here makes no fault: the document is converted whole, which is slower.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from lxml import etree

from webir_records.forms.document_text import Element

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_XML: Final = "{http://www.w3.org/XML/1998/namespace}"
_R: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_W14: Final = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_WP: Final = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_WP14: Final = "{http://schemas.microsoft.com/office/word/2010/wordprocessingDrawing}"
_MC: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_PIC: Final = "{http://schemas.openxmlformats.org/drawingml/2006/picture}"
_OFFICE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_STYLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_DRAW: Final = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"

_WORD_PARTS: Final = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/[^/]+|customXml/.+|word/_rels/document\.xml\.rels|"
    r"word/(document|styles|stylesWithEffects|settings|webSettings|fontTable|numbering|theme/theme\d*|"
    r"header\d*|footer\d*|footnotes|endnotes|people)\.xml|word/media/[^/]+|docMetadata/LabelInfo\.xml"
)
"""`people` (names for comments) and `LabelInfo` (labels of secrecy) are never printed."""

_ODF_PARTS: Final = re.compile(
    r"mimetype|(settings|styles|content|meta)\.xml|META-INF/manifest\.xml|manifest\.rdf|"
    r"Pictures/[^/]+|Thumbnails/[^/]+|Configurations2/.*|layout-cache"
)
"""`layout-cache` only says where pages began when the layout was saved; LibreOffice lays out anew."""

_NOTES: Final = ("word/footnotes.xml", "word/endnotes.xml")
_LINES: Final = ("separator", "continuationSeparator", "continuationNotice")
"""Notes that Word puts into each file: the lines above the notes of a page."""

_EDGE: Final = re.compile(r"word/(header|footer)\d*\.xml")
_PAGE_FIELD: Final = re.compile(r"\s*(PAGE|NUMPAGES)\s*(\\\*\s*(MERGEFORMAT|Arabic)\s*)?")


def _named(namespace: str, names: str) -> frozenset[str]:
    return frozenset(f"{namespace}{name}" for name in names.split())


_RUNS: Final = _named(
    _W,
    "p pPr r rPr t br tab tabs proofErr lastRenderedPageBreak pStyle jc ind spacing "
    "keepNext keepLines snapToGrid widowControl textAlignment autoSpaceDE autoSpaceDN wordWrap "
    "overflowPunct kinsoku topLinePunct adjustRightInd rFonts sz szCs b bCs i iCs u lang color "
    "kern w noProof shd outlineLvl bookmarkStart bookmarkEnd",
)
"""Bookmarks (`_GoBack` is where the cursor was) print nothing; what refers to one is not allowed here."""

_WORD_BODY: Final = (
    _RUNS
    | _named(
        _W,
        "document body tbl tblPr tblStyle tblW tblInd tblBorders tblLayout tblCellMar tblLook tblGrid "
        "gridCol tblCellSpacing top left bottom right start end insideH insideV tr trPr trHeight tblHeader "
        "cantSplit tc tcPr tcW gridSpan vMerge vAlign tcBorders tcMar noWrap hideMark drawing sectPr "
        "headerReference footerReference pgSz pgMar cols docGrid titlePg type pgNumType formProt noEndnote "
        "footnotePr endnotePr numFmt",
    )
    | _named(_WP, "inline extent effectExtent docPr cNvGraphicFramePr")
    | _named(
        _A,
        "graphicFrameLocks graphic graphicData blip stretch fillRect xfrm off ext prstGeom avLst",
    )
    | _named(_PIC, "pic nvPicPr cNvPr cNvPicPr blipFill spPr")
)
_WORD_EDGE: Final = _RUNS | _named(_W, "hdr ftr fldSimple fldChar instrText")
_WORD_ATTRIBUTES: Final = (_W, _XML)
_KNOWN_IDS: Final = (
    _named(_W14, "paraId textId")
    | _named(_WP14, "anchorId editId")
    | _named(_R, "id embed")
    | _named(_MC, "Ignorable")
)

_LINE: Final = _named(_TEXT, "p span s tab line-break")
_ODF_BODY: Final = (
    _LINE
    | _named(_OFFICE, "body text forms")
    | _named(_TEXT, "sequence-decls sequence-decl soft-page-break")
    | _named(
        _TABLE,
        "table table-column table-columns table-header-columns table-header-rows table-row table-cell "
        "covered-table-cell",
    )
    | _named(_DRAW, "frame image")
)
_ODF_EDGE: Final = (
    _LINE
    | _named(_OFFICE, "master-styles")
    | _named(_STYLE, "master-page header footer header-first footer-first header-left footer-left")
    | _named(_TEXT, "page-number page-count")
)


def word_allowed(root: Element, parts: Mapping[str, bytes]) -> bool:
    """Return whether a docx holds nothing but what is known to come out the same.

    Args:
        root: its `word/document.xml`.
        parts: all of it.
    """
    relations = b"".join(data for name, data in parts.items() if name.endswith(".rels"))
    return (
        all(_WORD_PARTS.fullmatch(name) for name in parts)
        and b'TargetMode="External"' not in relations
        and _plain(root, _WORD_BODY)
        and all(_word_edge(parts[name]) for name in parts if _EDGE.fullmatch(name))
        and all(_only_lines(parts[name]) for name in _NOTES if name in parts)
    )


@lru_cache(maxsize=16)
def _only_lines(part: bytes) -> bool:
    """Return whether a part for notes has none but the lines that separate notes from the text."""
    return all(note.get(f"{_W}type") in _LINES for note in etree.fromstring(part, _parser()))


@lru_cache(maxsize=64)
def _word_edge(part: bytes) -> bool:
    root = etree.fromstring(part, _parser())
    fields = [node.get(f"{_W}instr", "") for node in root.iter(f"{_W}fldSimple")]
    fields += [node.text or "" for node in root.iter(f"{_W}instrText")]
    return _plain(root, _WORD_EDGE) and all(map(_PAGE_FIELD.fullmatch, fields))


def _plain(root: Element, known: frozenset[str]) -> bool:
    return all(
        node.tag in known and all(map(_plain_attribute, map(str, node.attrib))) for node in root.iter()
    )


def _plain_attribute(name: str) -> bool:
    return not name.startswith("{") or name.startswith(_WORD_ATTRIBUTES) or name in _KNOWN_IDS


def odf_allowed(root: Element, parts: Mapping[str, bytes]) -> bool:
    """Return whether an odt holds nothing but what is known to come out the same; see `word_allowed`."""
    body = root.find(f"{_OFFICE}body")
    frames = root.iter(f"{_DRAW}frame")
    return (
        body is not None
        and all(_ODF_PARTS.fullmatch(name) for name in parts)
        and _tags(body.iter()) <= _ODF_BODY
        and all(not len(node) for node in body.iter(f"{_OFFICE}forms"))
        and all(frame.get(f"{_TEXT}anchor-type") == "as-char" and len(frame) == 1 for frame in frames)
        and _odf_edge(parts.get("styles.xml", b"<none/>"))
    )


@lru_cache(maxsize=64)
def _odf_edge(styles: bytes) -> bool:
    masters = etree.fromstring(styles, _parser()).find(f"{_OFFICE}master-styles")
    return masters is not None and _tags(masters.iter()) <= _ODF_EDGE


def _tags(nodes: Iterable[Element]) -> set[str]:
    return {str(node.tag) for node in nodes}


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, recover=False, huge_tree=False)
