"""Take an odt apart into what may differ and what may not, and lay out the differing cells on a sheet."""

import copy
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Final

from lxml import etree

from webir_records.forms.document_text import Element, without_spaces
from webir_records.forms.printing.allowed import odf_allowed
from webir_records.forms.printing.source import Piece, Slot, Source, Wanted
from webir_records.forms.printing.word_source import SHADE

CONTENT: Final = "content.xml"
STYLES: Final = "styles.xml"

_OFFICE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_STYLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_DRAW: Final = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_FO: Final = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_XLINK: Final = "{http://www.w3.org/1999/xlink}"
_KNOWN: Final = frozenset(f"{_TEXT}{name}" for name in ("p", "span", "s", "line-break"))
_READ: Final = frozenset(
    f"{_TEXT}{name}"
    for name in ("p", "h", "span", "a", "s", "tab", "line-break", "ruby", "ruby-base", "meta")
)
"""What is read inside a paragraph; words of all else are computed, or stand in paragraphs."""

_UNREAD: Final = (
    f"{_OFFICE}annotation",
    f"{_TEXT}tracked-changes",
    f"{_TEXT}hidden-paragraph",
    f"{_TEXT}hidden-text",
)
_LINES: Final = (
    "underline",
    "line-through",
    "overline",
    "background",
    "border",
    "blinking",
    "emphasize",
    "rotation",
)
"""Parts of the names of attributes that draw something beside the text, or turn it."""

_MARKS: Final = ("list-style-name", "default-outline-level", "master-page-name")
_NOTHING: Final = ("none", "transparent", "0", "false")
_STYLED: Final = f"{_TEXT}style-name"
_ATTRIBUTES: Final = frozenset({_STYLED, f"{_TEXT}c"})
_CELL: Final = f"{_TABLE}table-cell"
_COVERED: Final = f"{_TABLE}covered-table-cell"
_ROW: Final = f"{_TABLE}table-row"
_HEAD: Final = f"{_TABLE}table-header-rows"
_SPANNED: Final = f"{_TABLE}number-columns-spanned"
_TALL: Final = "6000pt"
_ROWS: Final = 50
_OWN_STYLES: Final = (
    '<x xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0">'
    '<style:style style:name="SheetRow" style:family="table-row">'
    '<style:table-row-properties fo:keep-together="always"/></style:style>'
    '<style:style style:name="SheetThin" style:family="paragraph"><style:paragraph-properties '
    'fo:margin-top="0pt" fo:margin-bottom="0pt" fo:line-height="1pt"/><style:text-properties '
    'fo:font-size="1pt" style:font-size-asian="1pt" style:font-size-complex="1pt"/></style:style></x>'
)


class OdfDialect:
    """odt."""

    def read(self, name: str, parts: Mapping[str, bytes]) -> Source:
        """Take a document apart; see `Dialect`."""
        root = _root(parts)
        pictures = [node.get(f"{_XLINK}href", "").removeprefix("./") for node in root.iter(f"{_DRAW}image")]
        shared = all(part in parts for part in pictures) and odf_allowed(root, parts)
        places = {paragraph: number for number, paragraph in enumerate(_slots(root, parts))} if shared else {}
        pieces = tuple(
            Piece(without_spaces(_printed(paragraph)), places.get(paragraph))
            for paragraph in _body(root).iter(f"{_TEXT}p", f"{_TEXT}h")
        )
        text = without_spaces(_lines(_body(root)))
        slots = tuple(_taken(paragraph) for paragraph in places)
        skeleton = _digest(root, parts, frozenset(pictures)) if shared else None
        return Source(
            name, "odt", text, skeleton, pieces, slots, tuple(parts[part] for part in pictures if shared)
        )

    def pictures(self, parts: Mapping[str, bytes]) -> tuple[str, ...]:
        """Return the parts that are the body's pictures; see `Dialect`."""
        images = _root(parts).iter(f"{_DRAW}image")
        return tuple(node.get(f"{_XLINK}href", "").removeprefix("./") for node in images)

    def bare(self, paragraph: bytes) -> bytes:
        """Return a paragraph as it stands in a file; LibreOffice marks no versions."""
        return paragraph

    def same_but_text(self, own: bytes, known: bytes) -> str | None:
        """Return what a paragraph prints when only its text differs; see `Dialect`."""
        try:
            paragraph, slot = _fragment(own), _fragment(known)
        except etree.XMLSyntaxError:
            return None
        if paragraph.attrib != slot.attrib or any(
            node.tag not in _KNOWN or node.tag == f"{_TEXT}span" for node in paragraph.iter()
        ):
            return None
        return without_spaces(_printed(paragraph))

    def geometries(self, parts: Mapping[str, bytes]) -> tuple[bytes, ...]:
        """Return what decides how wide each slot is; see `Dialect`."""
        return tuple(_geometry(paragraph) for paragraph in _slots(_root(parts), parts))

    def sheet(self, parts: Mapping[str, bytes], wanted: Sequence[Wanted]) -> dict[str, bytes]:
        """Return a document with a cell for each content; see `Dialect`."""
        root = _root(parts)
        styles = root.find(f"{_OFFICE}automatic-styles")
        body = _body(root)
        slots = _slots(root, parts)
        if styles is None:
            raise ValueError("an odt with slots has automatic styles")
        styles.extend(list(etree.fromstring(_OWN_STYLES)))
        tables = list(_tables(slots, wanted, styles))
        for child in list(body):
            body.remove(child)
        for table in tables:
            body.append(table)
            body.append(_thin())
        return {**parts, CONTENT: etree.tostring(root), STYLES: _tall(parts[STYLES])}


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, recover=False, huge_tree=False)


def _fragment(paragraph: bytes) -> Element:
    """Parse a paragraph that stands alone; a prefix other than the usual one for text is refused."""
    opening = b'<text:x xmlns:text="%s">' % _TEXT[1:-1].encode()
    return etree.fromstring(opening + paragraph + b"</text:x>", _parser())[0]


def _root(parts: Mapping[str, bytes]) -> Element:
    return etree.fromstring(parts[CONTENT], _parser())


def _body(root: Element) -> Element:
    body = root.find(f"{_OFFICE}body/{_OFFICE}text")
    if body is None:
        raise ValueError("no text document")
    return body


def _printed(paragraph: Element) -> str:
    """Return what a paragraph prints itself: no frames in it, no comments, nothing that is computed anew."""
    if paragraph.tag not in _READ or paragraph.get(f"{_TEXT}display") == "none":
        return ""
    inside = "".join(_printed(child) + (child.tail or "") for child in paragraph.iterchildren("*"))
    return (paragraph.text or "") + inside


def _lines(node: Element) -> str:
    """Return what every paragraph of a body prints, each once, also those in frames, shapes and notes."""
    if node.tag in _UNREAD or node.get(f"{_TEXT}display") == "none":
        return ""
    own = _printed(node) if node.tag in (f"{_TEXT}p", f"{_TEXT}h") else ""
    return own + "".join(map(_lines, node.iterchildren("*")))


def _slots(root: Element, parts: Mapping[str, bytes]) -> list[Element]:
    """Return the paragraphs that can be laid out apart: plain ones in cells of tables of the body."""
    drawn = _drawing_styles(parts.get(STYLES, b"<none/>")) | _named(root)
    return [
        paragraph
        for table in _body(root).iterchildren(f"{_TABLE}table")
        for row in _rows(table)
        if not any(f"{_TABLE}number-columns-repeated" in cell.attrib for cell in row)
        for cell in row.iterchildren(_CELL)
        for paragraph in cell.iterchildren(f"{_TEXT}p")
        if _simple(paragraph, drawn)
    ]


def _rows(table: Element) -> Iterator[Element]:
    for child in table:
        if child.tag == _HEAD:
            yield from child.iterchildren(_ROW)
        elif child.tag == _ROW:
            yield child


def _simple(paragraph: Element, drawn: frozenset[str]) -> bool:
    nodes = list(paragraph.iter())
    return all(
        node.tag in _KNOWN and _ATTRIBUTES.issuperset(node.attrib) and node.get(_STYLED, "") not in drawn
        for node in nodes
    )


@lru_cache(maxsize=16)
def _drawing_styles(styles: bytes) -> frozenset[str]:
    return _named(etree.fromstring(styles, _parser()))


def _named(root: Element) -> frozenset[str]:
    """Return the names of styles of text that draw something beside it, and of those based on them."""
    parents: dict[str, str] = {}
    drawn: set[str] = set()
    for style in root.iter(f"{_STYLE}style"):
        if style.get(f"{_STYLE}family") not in ("paragraph", "text"):
            continue
        name = style.get(f"{_STYLE}name", "")
        parents[name] = style.get(f"{_STYLE}parent-style-name", "")
        if any(f"{_STYLE}{mark}" in style.attrib for mark in _MARKS) or any(map(_draws, style)):
            drawn.add(name)
    while more := {name for name, parent in parents.items() if parent in drawn} - drawn:
        drawn |= more
    return frozenset(drawn)


def _draws(properties: Element) -> bool:
    return any(
        any(part in str(key) for part in _LINES) and str(value) not in _NOTHING
        for key, value in properties.attrib.items()
    )


def _taken(paragraph: Element) -> Slot:
    repeats = next(paragraph.iterancestors(_HEAD), None) is not None
    content = etree.tostring(paragraph, with_tail=False)
    text = without_spaces(_printed(paragraph))
    for child in list(paragraph):
        paragraph.remove(child)
    paragraph.text = None
    return Slot(content, text, repeats=repeats)


def _digest(root: Element, parts: Mapping[str, bytes], pictures: frozenset[str]) -> bytes:
    digest = hashlib.sha256(etree.tostring(root, method="c14n"))
    for name in sorted(parts):
        if name not in (CONTENT, "meta.xml") and name not in pictures and not name.startswith("Thumbnails/"):
            digest.update(name.encode() + b"\0" + hashlib.sha256(parts[name]).digest())
    return digest.digest()


def _context(paragraph: Element) -> tuple[Element, Element, Element]:
    """Return the cell, the row and the table of a slot."""
    cell = paragraph.getparent()
    row = None if cell is None else cell.getparent()
    table = None if row is None else row.getparent()
    if table is not None and table.tag == _HEAD:
        table = table.getparent()
    if cell is None or row is None or table is None:
        raise ValueError("a slot stands in a row of a table")
    return cell, row, table


def _columns(table: Element) -> list[Element]:
    kinds = (f"{_TABLE}table-column", f"{_TABLE}table-columns", f"{_TABLE}table-header-columns")
    return [copy.deepcopy(child) for child in table if child.tag in kinds]


def _geometry(paragraph: Element) -> bytes:
    cell, row, table = _context(paragraph)
    styles = tuple((one.tag, one.get(f"{_TABLE}style-name"), one.get(_SPANNED)) for one in row)
    place = row.index(cell)
    near = (styles[max(place - 1, 0) : place + 2], place, len(styles), table.get(f"{_TABLE}style-name"))
    return hashlib.sha256(repr(near).encode() + b"".join(map(etree.tostring, _columns(table)))).digest()


def _thin() -> Element:
    made = etree.Element(f"{_TEXT}p")
    made.set(f"{_TEXT}style-name", "SheetThin")
    return made


def _prefixes(element: Element) -> dict[str, str]:
    return {prefix: name for prefix, name in element.nsmap.items() if prefix is not None}


def _tables(slots: Sequence[Element], wanted: Sequence[Wanted], styles: Element) -> Iterator[Element]:
    for slot, group in groupby(wanted, key=lambda want: want.slot):
        cell, row, table = _context(slots[slot])
        guard, pattern = _line(row, cell, styles, shaded=False), _line(row, cell, styles, shaded=True)
        place = next(number for number, one in enumerate(pattern) if one.get("shaded"))
        del pattern[place].attrib["shaded"]
        contents = [want.content for want in group]
        for start in range(0, len(contents), _ROWS):
            made = etree.Element(f"{_TABLE}table", nsmap=_prefixes(table))
            made.set(f"{_TABLE}style-name", table.get(f"{_TABLE}style-name", ""))
            made.set(f"{_TABLE}name", f"Sheet{slot}-{start}")
            made.extend(_columns(table))
            made.append(copy.deepcopy(guard))
            for content in contents[start : start + _ROWS]:
                line = copy.deepcopy(pattern)
                line[place][-1] = _fragment(content)
                made.append(line)
            made.append(copy.deepcopy(guard))
            yield made


def _line(row: Element, cell: Element, styles: Element, *, shaded: bool) -> Element:
    """Return a row with the same cell at the same place, as low as it can be, and one cell on each side."""
    made = etree.Element(_ROW)
    made.set(f"{_TABLE}style-name", "SheetRow")
    cells = list(row)
    own = cells.index(cell)
    width = int(cell.get(_SPANNED, "1"))
    left, right = cells[:own], cells[own + width :]
    neighbours = [one for one in left if one.tag == _CELL][-1:] + [one for one in right if one.tag == _CELL][
        :1
    ]
    for number, (count, one) in enumerate(
        (
            (len(left), neighbours[0] if neighbours else cell),
            (width, cell),
            (len(right), neighbours[-1] if neighbours else cell),
        )
    ):
        if count:
            made.extend(_cells(count, _styled(one, styles, shaded=shaded and number == 1)))
            if shaded and number == 1:
                made[-count].set("shaded", "yes")
    return made


def _cells(count: int, style: str) -> Iterator[Element]:
    first = etree.Element(_CELL)
    first.set(f"{_TABLE}style-name", style)
    if count > 1:
        first.set(_SPANNED, str(count))
    first.append(_thin())
    yield first
    for _ in range(count - 1):
        yield etree.Element(_COVERED)


def _styled(cell: Element, styles: Element, *, shaded: bool) -> str:
    """Return the name of the cell's style with our background, or with none; it is made when missing."""
    name = cell.get(f"{_TABLE}style-name", "")
    wanted = f"{'Shaded' if shaded else 'Bare'}-{name}"
    found: Element | None = None
    for style in styles.iterchildren(f"{_STYLE}style"):
        if style.get(f"{_STYLE}family") == "table-cell":
            if style.get(f"{_STYLE}name") == wanted:
                return wanted
            if style.get(f"{_STYLE}name") == name:
                found = style
    made = etree.Element(f"{_STYLE}style") if found is None else copy.deepcopy(found)
    made.set(f"{_STYLE}name", wanted)
    made.set(f"{_STYLE}family", "table-cell")
    properties = made.find(f"{_STYLE}table-cell-properties")
    if properties is None:
        properties = etree.SubElement(made, f"{_STYLE}table-cell-properties")
    properties.set(f"{_FO}background-color", f"#{SHADE}" if shaded else "transparent")
    styles.append(made)
    return wanted


@lru_cache(maxsize=16)
def _tall(styles: bytes) -> bytes:
    """Return the styles with a tall page without header and footer."""
    root = etree.fromstring(styles, _parser())
    for properties in root.iter(f"{_STYLE}page-layout-properties"):
        properties.set(f"{_FO}page-height", _TALL)
        properties.attrib.pop(f"{_STYLE}print-orientation", "")
    for page in root.iter(f"{_STYLE}master-page"):
        for child in list(page):
            page.remove(child)
    return etree.tostring(root)
