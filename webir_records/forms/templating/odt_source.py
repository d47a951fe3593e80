"""Make one Jinja template of one XML part of an OpenDocument file (ODF 1.3 part 3)."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from webir_records.forms.templating.finding import find_tags
from webir_records.forms.templating.hidden_tags import Hidden
from webir_records.forms.templating.losses import lost_around
from webir_records.forms.templating.sandbox import Sandbox
from webir_records.forms.templating.scanning import FoundTag, Scanned
from webir_records.forms.templating.tags import Place, detail, scan
from webir_records.forms.templating.xml_parts import Element, all_text, serialise, unescape_tags
from webir_records.model.errors import Detail

TRACKED: Final = "F338"

TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
SCOPES: Final = frozenset({"tr", "tc", "p", "r"})
SCOPE_ELEMENTS: Final = {
    "tr": f"{TABLE}table-row",
    "tc": f"{TABLE}table-cell {TABLE}covered-table-cell",
    "p": f"{TEXT}p {TEXT}h",
    "r": f"{TEXT}span",
}
PARAGRAPHS: Final = (f"{TEXT}p", f"{TEXT}h")
_CELLS: Final = (f"{TABLE}table-cell", f"{TABLE}covered-table-cell")
_SPACES: Final = {f"{TEXT}tab": "\t", f"{TEXT}line-break": "\n"}
_CHANGES: Final = frozenset({f"{TEXT}change", f"{TEXT}change-start", f"{TEXT}change-end"})
_FIELDS: Final = {
    f"{TEXT}placeholder": "",
    f"{TEXT}user-field-get": f"{TEXT}name",
    f"{TEXT}database-display": f"{TEXT}column-name",
}
"""Fields that are filled like tags, with the attribute that names the value (none: their text)."""

_DRAWN: Final = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_CONTENT: Final = frozenset(
    {f"{_DRAWN}{name}" for name in ("frame", "custom-shape", "control")} | {f"{TEXT}note"}
)
"""What must not vanish with a tag."""

_COMMENTS: Final = frozenset(
    "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}" + name for name in ("annotation", "annotation-end")
)
_ATTRIBUTES: Final = frozenset({"a href", "a title"})
"""Attributes that hold text for people, and the target of a link."""

_SCOPED_TAG = re.compile(r"(\{[%#])(tr|tc|p|r)(\s.*?[%#]\})", re.DOTALL)
_QUOTES: Final = str.maketrans({"\u201c": '"', "\u201d": '"', "\u2018": "'", "\u2019": "'"})


@dataclass(slots=True)
class _Piece:
    """A piece of a paragraph's text: `text` or `tail` of an element, or an element that stands for space."""

    owner: Element
    where: str
    text: str

    def write(self, text: str) -> None:
        """Change the piece in the document."""
        if self.where == "text":
            self.owner.text = text
        elif self.where == "tail":
            self.owner.tail = text
        elif not text:
            remove(self.owner)
        self.text = text


def remove(element: Element, text: str = "") -> None:
    """Take an element out and put a text in its place; what follows it stays."""
    parent, text = element.getparent(), text + (element.tail or "")
    if parent is None:
        return
    before = element.getprevious()
    if before is None:
        parent.text = (parent.text or "") + text
    else:
        before.tail = (before.tail or "") + text
    element.tail = None
    parent.remove(element)


def name_fields(root: Element) -> None:
    """Make tags of placeholders, user fields and database fields that carry the name of a value."""
    for field in list(root.iter(*_FIELDS)):
        attribute = _FIELDS[str(field.tag)]
        name = field.get(attribute, "") if attribute else all_text(field).strip().strip("<>")
        if name.strip().isidentifier():
            remove(field, f"{{{{ {name.strip()} }}}}")


def scan_part(root: Element, part: str) -> Scanned:
    """Find all tags of a part, and join each that formatting has split, in place."""
    numbers = {element: n for n, element in enumerate(root.iter(*PARAGRAPHS), start=1)}
    tables = {element: n for n, element in enumerate(root.iter(f"{TABLE}table"), start=1)}
    found: list[FoundTag] = []
    problems: list[Detail] = []
    for paragraph, number in numbers.items():
        pieces = list(_pieces(paragraph))
        text = "".join(piece.text for piece in pieces)
        if not ({"{", "｛", "}", "｝"} & set(text)):
            continue
        place = _place(paragraph, part, number, tables)
        tags, wrong = scan(text, place)
        problems += wrong
        if tags and next(paragraph.iterancestors(f"{TEXT}tracked-changes"), None) is not None:
            problems += [detail(TRACKED, place, tag.text) for tag in tags]
        problems += _join_tags(pieces, text, place)
        found += [FoundTag(tag, paragraph) for tag in tags]
    problems += lost_around(found, SCOPE_ELEMENTS, _CONTENT, _visible)
    return Scanned(tuple(found), tuple(problems))


def _visible(element: Element) -> str:
    """Return the text of an element without comments."""
    own = [element.text or ""]
    for child in element.iterchildren("*"):
        own += ("" if child.tag in _COMMENTS else _visible(child), child.tail or "")
    return "".join(own)


def hidden_problems(root: Element, part: str, environment: Sandbox) -> list[Detail]:
    """Return what is wrong with tags in attributes and outside paragraphs."""
    numbers = {element: n for n, element in enumerate(root.iter(*PARAGRAPHS), start=1)}
    tables = {element: n for n, element in enumerate(root.iter(f"{TABLE}table"), start=1)}

    def place_of(element: Element) -> Place:
        owner = next(element.iterancestors(*PARAGRAPHS), element)
        return _place(owner, part, numbers.get(owner, 0), tables)

    return list(Hidden(PARAGRAPHS, _ATTRIBUTES, place_of, environment).problems(root))


def _place(paragraph: Element, part: str, number: int, tables: dict[Element, int]) -> Place:
    row = next(paragraph.iterancestors(f"{TABLE}table-row"), None)
    cell = next(paragraph.iterancestors(*_CELLS), None)
    if row is None or cell is None:
        return Place(part, number)
    table = next(paragraph.iterancestors(f"{TABLE}table"), None)
    rows = 1 + sum(1 for _ in row.itersiblings(f"{TABLE}table-row", preceding=True))
    cells = 1 + sum(1 for _ in cell.itersiblings(*_CELLS, preceding=True))
    return Place(part, number, tables.get(table, 0) if table is not None else 0, rows, cells)


def _pieces(element: Element) -> Iterator[_Piece]:
    """Yield the texts of a paragraph, not of paragraphs inside it."""
    if element.text:
        yield _Piece(element, "text", element.text)
    for child in element.iterchildren("*"):
        if child.tag == f"{TEXT}s":
            count = child.get(f"{TEXT}c", "1")
            yield _Piece(child, "element", " " * min(int(count) if count.isdigit() else 1, 1000))
        elif child.tag in _SPACES:
            yield _Piece(child, "element", _SPACES[str(child.tag)])
        elif child.tag in _CHANGES:
            yield _Piece(child, "change", "")
        elif child.tag not in PARAGRAPHS:
            yield from _pieces(child)
        if child.tail:
            yield _Piece(child, "tail", child.tail)


def _join_tags(pieces: list[_Piece], text: str, place: Place) -> Iterator[Detail]:
    """Write each tag into the piece that it begins in; the last first, so that places stay true."""
    starts = list(accumulate((len(piece.text) for piece in pieces[:-1]), initial=0))
    for opening, closing in reversed(list(find_tags(text))):
        first, begin = _at(starts, opening)
        last, end = _at(starts, closing - 1)
        inside = pieces[first + 1 : last]
        if any(piece.where == "change" for piece in inside):
            yield detail(TRACKED, place, text[opening:closing])
        tag = text[opening:closing].translate(_QUOTES)
        if first == last:
            old = pieces[first].text
            pieces[first].write(old[:begin] + tag + old[end + 1 :])
            continue
        tag = re.sub(r"\s+", " ", tag)
        pieces[last].write(pieces[last].text[end + 1 :])
        for piece in inside:
            if piece.where != "change":
                piece.write("")
        pieces[first].write(pieces[first].text[:begin] + tag)


def _at(starts: list[int], position: int) -> tuple[int, int]:
    """Return the piece that holds a character of the paragraph, and the character's place in it."""
    number = bisect_right(starts, position) - 1  # of pieces that begin together only the last has text
    return number, position - starts[number]


def jinja_source(root: Element) -> str:
    """Return the part as a Jinja template: tags for rows, cells, paragraphs and spans take their place."""
    for scope, names in SCOPE_ELEMENTS.items():
        for owner in list(root.iter(*names.split())):
            tag = next((tag for tag in _scoped_tags(owner) if tag[2] == scope), None)
            if tag is not None and owner.getparent() is not None:
                _swallow(owner, tag[1] + tag[3])
    return unescape_tags(serialise(root))


def _scoped_tags(owner: Element) -> Iterator[re.Match[str]]:
    """Yield the scoped tags of an element that do not stand in a smaller element of the same kind."""
    for node in owner.iter("*"):
        texts = ((node.text, node), (node.tail if node is not owner else None, node.getparent()))
        for text, holder in texts:
            if text and "{" in text and holder is not None:
                for found in _SCOPED_TAG.finditer(text):
                    if _nearest(holder, found[2]) is owner:
                        yield found


def _nearest(element: Element, scope: str) -> Element | None:
    names = SCOPE_ELEMENTS[scope].split()
    if element.tag in names:
        return element
    return next(element.iterancestors(*names), None)


def _swallow(owner: Element, tag: str) -> None:
    """Put a tag in the place of an element; a list item that holds nothing else goes with it."""
    parent = owner.getparent()
    if parent is not None and parent.tag == f"{TEXT}list-item" and len(parent) == 1:
        owner = parent
    remove(owner, tag)
