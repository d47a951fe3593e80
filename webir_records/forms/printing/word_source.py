"""Take a docx apart into what may differ and what may not, and lay out the differing cells on a sheet."""

import copy
import hashlib
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Final

from lxml import etree

from webir_records.forms.document_text import BODY, Element, without_spaces
from webir_records.forms.printing.allowed import word_allowed
from webir_records.forms.printing.source import Piece, Slot, Source, Wanted

SHADE: Final = "FDFCFB"
"""Colour of the cells on a sheet; its rectangle on the page says how high the cell is."""

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_XML: Final = "{http://www.w3.org/XML/1998/namespace}"
_W14: Final = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_PARAGRAPH_IDS: Final = (f"{_W14}paraId", f"{_W14}textId")
_BLIP: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_RELATIONSHIPS: Final = "word/_rels/document.xml.rels"
_RUN_PROPERTIES: Final = (
    "rFonts",
    "sz",
    "szCs",
    "b",
    "bCs",
    "i",
    "iCs",
    "lang",
    "color",
    "kern",
    "spacing",
    "w",
    "noProof",
)
_KNOWN: Final = frozenset(
    f"{_W}{name}"
    for name in (
        *(
            "p",
            "pPr",
            "r",
            "rPr",
            "t",
            "br",
            "proofErr",
            "pStyle",
            "jc",
            "ind",
            "bookmarkStart",
            "bookmarkEnd",
        ),
        *(
            "keepNext",
            "keepLines",
            "snapToGrid",
            "widowControl",
            "textAlignment",
            "autoSpaceDE",
            "autoSpaceDN",
        ),
        *("wordWrap", "overflowPunct", "kinsoku", "topLinePunct", "adjustRightInd"),
        *_RUN_PROPERTIES,
    )
)
"""What a paragraph may hold that is laid out apart: nothing that draws lines, counts, or points elsewhere."""

_DRAWING: Final = frozenset(
    f"{_W}{name}"
    for name in (
        "u",
        "strike",
        "dstrike",
        "highlight",
        "shd",
        "bdr",
        "pBdr",
        "numPr",
        "em",
        "vanish",
        "outline",
        "outlineLvl",
    )
)
_MARKS: Final = re.compile(
    rb' (?:w14:(?:paraId|textId)|w:rsid[A-Za-z]*)="[0-9A-Fa-f]*"|<w:bookmark(?:Start|End)(?: [^>]*)?/>'
)
"""What tells versions apart, and bookmarks: nothing that may share a layout refers to one."""

_FIELD: Final = f"{_W}fldChar"
_UNPRINTED: Final = frozenset(f"{_W}{name}" for name in ("fldSimple", "moveFrom", "del", "rPr", "pPr"))
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_OFF: Final = ("0", "false", "off")
_TALL: Final = "120000"
"""Height of a sheet's page in twentieths of a point: 6000 pt, within the 14400 that PDF/A allows."""

_ROWS: Final = 50
"""Rows in one table; very long tables are slow."""

_THIN: Final = etree.fromstring(
    f'<w:p xmlns:w="{_W[1:-1]}"><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
    '<w:rPr><w:sz w:val="2"/></w:rPr></w:pPr></w:p>'
)


class WordDialect:
    """docx."""

    def read(self, name: str, parts: Mapping[str, bytes]) -> Source:
        """Take a document apart; see `Dialect`."""
        root = etree.fromstring(parts[BODY], _parser())
        body = root[0]
        pictures = _pictures(body, parts)
        shared = pictures is not None and word_allowed(root, parts)
        text = printed(body)
        places = {paragraph: number for number, paragraph in enumerate(_slots(body, parts))} if shared else {}
        pieces = tuple(
            Piece(without_spaces(printed(paragraph)), places.get(paragraph))
            for paragraph in body.iter(f"{_W}p")
        )
        slots = tuple(_taken(paragraph) for paragraph in places)
        used = frozenset(pictures or ())
        skeleton = _digest(body, parts, used) if shared else None
        return Source(
            name, "docx", text, skeleton, pieces, slots, tuple(parts[part] for part in pictures or ())
        )

    def pictures(self, parts: Mapping[str, bytes]) -> tuple[str, ...]:
        """Return the parts that are the body's pictures; see `Dialect`."""
        return tuple(_pictures(_body(parts), parts) or ())

    def bare(self, paragraph: bytes) -> bytes:
        """Return a paragraph as it stands in a file without what Word tells its versions apart by."""
        return _MARKS.sub(b"", paragraph)

    def same_but_text(self, own: bytes, known: bytes) -> str | None:
        """Return what a paragraph prints when only its runs differ; see `Dialect`."""
        try:
            paragraph, slot = _fragment(own), _fragment(known)
        except etree.XMLSyntaxError:
            return None
        properties = [
            etree.tostring(one[0]) if len(one) and one[0].tag == f"{_W}pPr" else b""
            for one in (paragraph, slot)
        ]
        if properties[0] != properties[1] or not _simple(paragraph, None):
            return None
        return without_spaces("".join(node.text or "" for node in paragraph.iter(f"{_W}t")))

    def geometries(self, parts: Mapping[str, bytes]) -> tuple[bytes, ...]:
        """Return what decides how wide each slot is; see `Dialect`."""
        body = _body(parts)
        return tuple(_geometry(paragraph) for paragraph in _slots(body, parts))

    def sheet(self, parts: Mapping[str, bytes], wanted: Sequence[Wanted]) -> dict[str, bytes]:
        """Return a document with a cell for each content; see `Dialect`."""
        root = etree.fromstring(parts[BODY], _parser())
        body = root[0]
        slots = _slots(body, parts)
        section = _section(body)
        tables = list(_tables(slots, wanted))
        for child in list(body):
            body.remove(child)
        for table in tables:
            body.append(table)
            body.append(copy.deepcopy(_THIN))
        body.append(section)
        return {**parts, BODY: etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)}


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, recover=False, huge_tree=False)


def _fragment(paragraph: bytes) -> Element:
    """Parse a paragraph that stands alone; a prefix other than the usual one for text is refused."""
    opening = b'<w:x xmlns:w="%s">' % _W[1:-1].encode()
    return etree.fromstring(opening + paragraph + b"</w:x>", _parser())[0]


def _body(parts: Mapping[str, bytes]) -> Element:
    return etree.fromstring(parts[BODY], _parser())[0]


def _slots(body: Element, parts: Mapping[str, bytes]) -> list[Element]:
    """Return the paragraphs that can be laid out apart: plain ones in cells of tables of fixed width."""
    plain = _plain_styles(parts.get("word/styles.xml", b"<none/>"))
    return [
        paragraph
        for table in body.iterchildren(f"{_W}tbl")
        if _fixed(table)
        for row in table.iterchildren(f"{_W}tr")
        for cell in row.iterchildren(f"{_W}tc")
        if cell.find(f"{_W}tcPr/{_W}textDirection") is None
        for paragraph in cell.iterchildren(f"{_W}p")
        if _simple(paragraph, plain)
    ]


def _fixed(table: Element) -> bool:
    layout, width = table.find(f"{_W}tblPr/{_W}tblLayout"), table.find(f"{_W}tblPr/{_W}tblW")
    return (
        layout is not None
        and layout.get(f"{_W}type") == "fixed"
        and width is not None
        and width.get(f"{_W}type") == "dxa"
    )


def _simple(paragraph: Element, plain: frozenset[str] | None) -> bool:
    tags = {node.tag for node in paragraph.iter()}
    if not tags <= _KNOWN or not all(_known(node) for node in paragraph.iter()):
        return False
    if f"{_W}br" in tags and any(node.attrib for node in paragraph.iter(f"{_W}br")):
        return False
    if plain is None:
        return True
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return ("" if style is None else style.get(f"{_W}val", "")) in plain


def _known(node: Element) -> bool:
    """Return whether all of an element can stand in another document of the same styles."""
    return all(str(name).startswith((_W, _XML)) or name in _PARAGRAPH_IDS for name in node.attrib)


def printed(body: Element) -> str:
    """Return the text that comes onto paper: not what is hidden or moved away, no field.

    What a field prints is computed anew, so what stands in the file is not asked for.
    """
    found: list[str] = []
    depth = 0

    def gather(node: Element) -> None:
        nonlocal depth
        if node.tag == _FIELD:
            kind = node.get(f"{_W}fldCharType")
            depth += {"begin": 1, "end": -1}.get(kind or "", 0)
        elif node.tag == f"{_W}t":
            found.append("" if depth > 0 else node.text or "")
        elif node.tag not in _UNPRINTED and node.tag != _FALLBACK and not _hidden(node):
            for child in node.iterchildren("*"):
                gather(child)

    gather(body)
    return "".join(found)


def _hidden(node: Element) -> bool:
    mark = node.find(f"{_W}rPr/{_W}vanish") if node.tag == f"{_W}r" else None
    return mark is not None and mark.get(f"{_W}val", "true") not in _OFF


@lru_cache(maxsize=16)
def _plain_styles(styles: bytes) -> frozenset[str]:
    """Return the paragraph styles that draw nothing but text; the empty name stands for no style."""
    root = etree.fromstring(styles, _parser())
    parents: dict[str, str] = {}
    drawn: set[str] = set()
    default = ""
    for style in root.iterchildren(f"{_W}style"):
        name, based = style.get(f"{_W}styleId", ""), style.find(f"{_W}basedOn")
        if style.get(f"{_W}type") != "paragraph":
            continue
        parents[name] = "" if based is None else based.get(f"{_W}val", "")
        if style.get(f"{_W}default") in ("1", "true"):
            default = name
        if any(node.tag in _DRAWING for node in style.iter()):
            drawn.add(name)
    defaults = root.find(f"{_W}docDefaults")
    if defaults is not None and any(node.tag in _DRAWING for node in defaults.iter()):
        return frozenset()
    plain = {name for name in parents if not drawn & set(_chain(name, parents))}
    return frozenset(plain | ({""} if default in plain or not default else set()))


def _chain(name: str, parents: Mapping[str, str]) -> Iterator[str]:
    seen: set[str] = set()
    while name and name not in seen:
        seen.add(name)
        yield name
        name = parents.get(name, "")


def _taken(paragraph: Element) -> Slot:
    """Take the text of a slot out of the document; how it is set stays, it may decide where a page ends."""
    head = _parent(_parent(paragraph)).find(f"{_W}trPr/{_W}tblHeader")
    repeats = head is not None and head.get(f"{_W}val", "true") not in _OFF
    content = _MARKS.sub(b"", etree.tostring(paragraph, with_tail=False))
    text = without_spaces("".join(node.text or "" for node in paragraph.iter(f"{_W}t")))
    for child in list(paragraph):
        if child.tag != f"{_W}pPr":
            paragraph.remove(child)
    paragraph.attrib.clear()
    return Slot(content, text, repeats=repeats)


def _pictures(body: Element, parts: Mapping[str, bytes]) -> list[str] | None:
    """Return the parts of the body's pictures, or None when one of them lies elsewhere."""
    blips = [node.get(f"{_R}embed") for node in body.iter(_BLIP)]
    if not blips:
        return []
    targets = {
        relation.get("Id"): posixpath.normpath(posixpath.join("/word", relation.get("Target", "")))[1:]
        for relation in etree.fromstring(parts.get(_RELATIONSHIPS, b"<none/>"), _parser())
    }
    found = [targets.get(blip, "") for blip in blips]
    return found if all(part in parts for part in found) else None


def _digest(body: Element, parts: Mapping[str, bytes], pictures: frozenset[str]) -> bytes:
    digest = hashlib.sha256(etree.tostring(body, method="c14n"))
    for name in sorted(parts):
        if name != BODY and name not in pictures and not name.startswith("docProps/"):
            digest.update(name.encode() + b"\0" + hashlib.sha256(parts[name]).digest())
    return digest.digest()


def _geometry(paragraph: Element) -> bytes:
    cell = _parent(paragraph)
    row = _parent(cell)
    table = _parent(row)
    pieces = [table.find(f"{_W}tblPr"), table.find(f"{_W}tblGrid"), _emptied(row, row.index(cell))]
    place = str(_place(row, cell)).encode()
    return hashlib.sha256(
        place + b"".join(etree.tostring(piece) for piece in pieces if piece is not None)
    ).digest()


def _place(row: Element, cell: Element) -> int:
    """Return where the cell stands in the row that `_emptied` gives."""
    first = next(row.iterchildren(f"{_W}tc"))
    before = sum(1 for node in row if node.tag in (f"{_W}tblPrEx", f"{_W}trPr"))
    return before if cell is first else before + 1


def _emptied(row: Element, shaded: int) -> Element:
    """Return a row with the same cell at the same place, as low as it can be, and one cell on each side."""
    made = etree.Element(f"{_W}tr")
    made.extend(copy.deepcopy(node) for node in row if node.tag in (f"{_W}tblPrEx", f"{_W}trPr"))
    cells = list(row.iterchildren(f"{_W}tc"))
    own = cells.index(row[shaded])
    for group, kept in ((cells[:own], own - 1), (cells[own : own + 1], own), (cells[own + 1 :], own + 1)):
        if group:
            made.append(_wide(group, cells[kept]))
    for node in list(made.iter(f"{_W}trHeight", f"{_W}tblHeader", f"{_W}vMerge", f"{_W}shd")):
        _parent(node).remove(node)
    return made


def _wide(cells: Sequence[Element], neighbour: Element) -> Element:
    """Return an empty cell as wide as all of these, with the borders of the neighbour."""
    made = etree.Element(f"{_W}tc")
    kept = neighbour.find(f"{_W}tcPr")
    properties = etree.SubElement(made, f"{_W}tcPr") if kept is None else copy.deepcopy(kept)
    made.append(properties)
    for name in ("tcW", "gridSpan"):
        for node in properties.findall(f"{_W}{name}"):
            properties.remove(node)
    span = etree.Element(f"{_W}gridSpan")
    span.set(f"{_W}val", str(sum(_number(cell, "gridSpan", "val", 1) for cell in cells)))
    width = etree.Element(f"{_W}tcW")
    width.set(f"{_W}w", str(sum(_number(cell, "tcW", "w", 0) for cell in cells)))
    width.set(f"{_W}type", "dxa")
    properties[:0] = [width, span]
    made.append(copy.deepcopy(_THIN))
    return made


def _number(cell: Element, name: str, attribute: str, missing: int) -> int:
    node = cell.find(f"{_W}tcPr/{_W}{name}")
    return missing if node is None else int(node.get(f"{_W}{attribute}", missing))


def _shade(row: Element, place: int) -> Element:
    """Return a copy of a row with one cell shaded."""
    made = copy.deepcopy(row)
    shade = etree.SubElement(made[place][0], f"{_W}shd")
    shade.set(f"{_W}val", "clear")
    shade.set(f"{_W}fill", SHADE)
    return made


def _parent(node: Element) -> Element:
    parent = node.getparent()
    if parent is None:
        raise ValueError("a slot stands in a row of a table")
    return parent


def _prefixes(element: Element) -> dict[str, str]:
    return {prefix: name for prefix, name in element.nsmap.items() if prefix is not None}


def _tables(slots: Sequence[Element], wanted: Sequence[Wanted]) -> Iterator[Element]:
    for slot, group in groupby(wanted, key=lambda want: want.slot):
        cell = _parent(slots[slot])
        row = _parent(cell)
        table = _parent(row)
        guard, place = _emptied(row, row.index(cell)), _place(row, cell)
        pattern = _shade(guard, place)
        contents = [want.content for want in group]
        for start in range(0, len(contents), _ROWS):
            made = etree.Element(f"{_W}tbl", nsmap=_prefixes(table))
            made.extend(copy.deepcopy(node) for node in table if node.tag in (f"{_W}tblPr", f"{_W}tblGrid"))
            made.append(copy.deepcopy(guard))
            for content in contents[start : start + _ROWS]:
                line = copy.deepcopy(pattern)
                line[place][-1] = _fragment(content)
                made.append(line)
            made.append(copy.deepcopy(guard))
            yield made


def _section(body: Element) -> Element:
    """Return the page of the document, made tall, without header and footer."""
    section = etree.Element(f"{_W}sectPr")
    for node in body[-1] if len(body) and body[-1].tag == f"{_W}sectPr" else ():
        if node.tag in (f"{_W}pgSz", f"{_W}pgMar", f"{_W}docGrid"):
            section.append(copy.deepcopy(node))
    size = section.find(f"{_W}pgSz")
    if size is not None:
        size.set(f"{_W}h", _TALL)
        size.attrib.pop(f"{_W}orient", "")
    return section
