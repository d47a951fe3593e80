"""Make one Jinja template of one XML part of a Word file.

docxtpl's own `patch_xml` does the work on the XML; around it stands what docxtpl does not do: merge fields,
content controls, and every mistake found in the text that the author sees, with its place.
"""

import io
import re
from collections.abc import Iterator
from typing import Final

from docxtpl import DocxTemplate
from lxml import etree

from webir_records.forms.templating.finding import opens_without_closing
from webir_records.forms.templating.hidden_tags import Hidden
from webir_records.forms.templating.losses import lost_around, lost_inside
from webir_records.forms.templating.sandbox import Sandbox
from webir_records.forms.templating.scanning import FoundTag, Scanned
from webir_records.forms.templating.tags import NOT_SUPPORTED, Place, Tag, detail, scan
from webir_records.forms.templating.word_fields import W, content_controls, merge_fields
from webir_records.forms.templating.word_tables import fix_tables
from webir_records.forms.templating.xml_parts import Element, all_text, serialise, unescape_tags
from webir_records.model.errors import Detail

TRACKED: Final = "F338"

SCOPES: Final = frozenset({"tr", "tc", "p", "r"})
SCOPE_ELEMENTS: Final = {"tr": f"{W}tr", "tc": f"{W}tc", "p": f"{W}p", "r": f"{W}r"}
_TRACKED: Final = frozenset({f"{W}ins", f"{W}del", f"{W}moveFrom", f"{W}moveTo"})
_ALIEN: Final = frozenset({f"{W}altChunk", f"{W}subDoc"})
_COLUMNS = re.compile(r"\{[%#]tc\s|\{%\s*(?:colspan|hm)\b")
_CELL_TAG = re.compile(r"\{%\s*(?:colspan|cellbg|vm|hm)\b")
_CONTENT: Final = frozenset(
    W + name
    for name in (
        "drawing",
        "pict",
        "object",
        "footnoteReference",
        "endnoteReference",
        "sym",
        "sectPr",
        "fldChar",
    )
)
"""What must not vanish with a tag."""

_TEXT: Final = f"{W}t"
_TABLED: Final = frozenset({f"{W}tbl", f"{W}tr", f"{W}tc"})
_JOINED = re.compile(r"(?<={)(?:<[^>]*>)+(?=[\{%\#])|(?<=[%\}\#])(?:<[^>]*>)+(?=\})")
"""What docxtpl takes out between two braces, even of different paragraphs."""
_ATTRIBUTES: Final = frozenset({"docPr descr", "docPr title", "alt", "textpath string", "hyperlink tooltip"})
"""Attributes that hold text for people."""


class UnclosedError(Exception):
    """A part has half a tag that no paragraph shows."""


def prepare_tree(root: Element, part: str, images: frozenset[str]) -> list[Detail]:
    """Make tags of merge fields and content controls, in place; return what cannot be."""
    problems = [_refused(element, part, text) for element, text in merge_fields(root)]
    problems += [_refused(element, part, text) for element, text in content_controls(root, images)]
    for alien in root.iter(*_ALIEN):
        problems.append(_refused(alien, part, str(alien.tag).rpartition("}")[2]))
    return problems


def _refused(element: Element, part: str, text: str) -> Detail:
    place = Places(element.getroottree().getroot(), part).of(element)
    return detail(NOT_SUPPORTED, place, text, feature=str(element.tag).rpartition("}")[2])


class Places:
    """Numbers of paragraphs, tables, rows and cells in one part."""

    def __init__(self, root: Element, part: str) -> None:
        self._part = part
        self._paragraphs = {element: n for n, element in enumerate(root.iter(f"{W}p"), start=1)}
        self._tables = {element: n for n, element in enumerate(root.iter(f"{W}tbl"), start=1)}
        self._numbers: dict[tuple[Element, str], dict[Element, int]] = {}

    def of(self, element: Element) -> Place:
        """Return the place of an element."""
        found = {"paragraph": self._paragraphs.get(element, 0), "table": 0, "row": 0, "cell": 0}
        if element.tag in _TABLED:
            element = next(element.iter(f"{W}p"), element)
        for outer in element.iterancestors(f"{W}p", f"{W}tc", f"{W}tr", f"{W}tbl"):
            if outer.tag == f"{W}p":
                found["paragraph"] = found["paragraph"] or self._paragraphs.get(outer, 0)
            elif outer.tag == f"{W}tbl":
                found["table"] = self._tables.get(outer, 0)
                break
            else:
                kind = "row" if outer.tag == f"{W}tr" else "cell"
                found[kind] = self._number(outer)
        return Place(self._part, **found)

    def _number(self, element: Element) -> int:
        """Return which of its kind an element is in what holds it."""
        parent, tag = element.getparent(), str(element.tag)
        if parent is None:
            return 0
        if (parent, tag) not in self._numbers:
            siblings = enumerate(parent.iterchildren(tag), start=1)
            self._numbers[parent, tag] = {sibling: n for n, sibling in siblings}
        return self._numbers[parent, tag][element]


def scan_part(root: Element, part: str) -> Scanned:
    """Find all tags of a part, paragraph by paragraph."""
    places = Places(root, part)
    tags: list[FoundTag] = []
    problems: list[Detail] = []
    for paragraph in root.iter(f"{W}p"):
        pieces = list(_pieces(paragraph))
        text = "".join(piece for piece, _ in pieces)
        if not ({"{", "｛", "}", "｝"} & set(text)):
            continue
        place = places.of(paragraph)
        found, wrong = scan(text, place)
        tags += [FoundTag(tag, paragraph) for tag in found]
        problems += wrong
        problems += _tracked(found, pieces, place)
        if found:
            problems += lost_inside(paragraph, place, _CONTENT, inner=f"{W}p")
    problems += lost_around(tags, SCOPE_ELEMENTS, _CONTENT, _visible)
    return Scanned(tuple(tags), tuple(problems))


def _visible(element: Element) -> str:
    return "".join(node.text or "" for node in element.iter(_TEXT))


def _pieces(paragraph: Element) -> Iterator[tuple[str, bool]]:
    """Yield the texts of a paragraph, not of paragraphs inside it, and whether they are tracked changes."""

    def walk(element: Element, *, tracked: bool) -> Iterator[tuple[str, bool]]:
        for child in element.iterchildren("*"):
            if child.tag == f"{W}p":
                continue
            if child.text:
                yield child.text, tracked
            yield from walk(child, tracked=tracked or child.tag in _TRACKED)

    return walk(paragraph, tracked=False)


def _tracked(tags: list[Tag], pieces: list[tuple[str, bool]], place: Place) -> Iterator[Detail]:
    changed = "".join(text for text, tracked in pieces if tracked)
    if not changed:
        return
    kept = "".join("\0" if tracked else text for text, tracked in pieces)
    for tag in tags:
        if tag.text not in kept:
            yield detail(TRACKED, place, tag.text)


def has_columns(source: str) -> bool:
    """Tell whether the number of columns of a table depends on data."""
    return _COLUMNS.search(source) is not None


def hidden_problems(root: Element, part: str, environment: Sandbox) -> list[Detail]:
    """Return what is wrong with tags in attributes and outside paragraphs."""
    hidden = Hidden((f"{W}p",), _ATTRIBUTES, Places(root, part).of, environment)
    return list(hidden.problems(root))


def jinja_source(root: Element) -> str:
    """Return the part as a Jinja template, as docxtpl makes it.

    Raises:
        UnclosedError: something in it looks like the beginning of a tag and is none; docxtpl would take
            everything that follows for the tag, and search it again and again.
    """
    for cell in root.iter(f"{W}tc"):
        _open_properties(cell)
    source = serialise(root)
    if opens_without_closing(_JOINED.sub("", source)):
        raise UnclosedError
    return unescape_tags(DocxTemplate(io.BytesIO()).patch_xml(source))


def _open_properties(cell: Element) -> None:
    """Give a cell whose tags change its properties a pair of tags for them; docxtpl looks for the pair."""
    if not _CELL_TAG.search(all_text(cell)):
        return
    properties = cell.find(f"{W}tcPr")
    if properties is None:
        properties = etree.Element(f"{W}tcPr")
        cell.insert(0, properties)
    if not len(properties):
        properties.text = ""


def fix_static_tables(root: Element) -> None:
    """Correct the grids of tables whose columns do not depend on data; rows that vanish do not count."""
    rows = [row for row in root.iter(f"{W}tr") if re.search(r"\{[%#]tr\s", all_text(row))]
    places = [(row, row.getparent(), row.getparent().index(row)) for row in rows]  # type: ignore[union-attr] # a row has a parent
    for row, parent, _ in places:
        parent.remove(row)  # type: ignore[union-attr]
    fix_tables(root)
    for row, parent, place in places:
        parent.insert(place, row)  # type: ignore[union-attr]
