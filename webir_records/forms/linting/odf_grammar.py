"""How OpenDocument's XML is read: OpenDocument 1.3 part 3, sections 5 (text) and 9 (tables)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from webir_records.forms.linting.model import Element, Grammar, ParagraphText, Part, Piece, Walk
from webir_records.forms.linting.report import AUTHOR, Place

_NS: Final = "{urn:oasis:names:tc:opendocument:xmlns:"
OFFICE: Final = f"{_NS}office:1.0}}"
TEXT: Final = f"{_NS}text:1.0}}"
TABLE: Final = f"{_NS}table:1.0}}"
STYLE: Final = f"{_NS}style:1.0}}"
DC: Final = "{http://purl.org/dc/elements/1.1/}"
DRAW: Final = f"{_NS}drawing:1.0}}"
CONTENT: Final = "content.xml"
STYLES: Final = "styles.xml"

_HEADS: Final = {
    f"{STYLE}header": "header",
    f"{STYLE}header-left": "header",
    f"{STYLE}header-first": "header",
    f"{STYLE}footer": "footer",
    f"{STYLE}footer-left": "footer",
    f"{STYLE}footer-first": "footer",
}
_SIGNS: Final = {f"{TEXT}tab": "\t", f"{TEXT}line-break": "\n"}
_SILENT: Final = frozenset({f"{OFFICE}annotation-end", f"{TEXT}note-citation", f"{TEXT}ruby-text"})
_CHANGES: Final = frozenset({f"{TEXT}change", f"{TEXT}change-start", f"{TEXT}change-end"})
_WRAPPERS: Final = frozenset({f"{TEXT}a"})
_MOST_SPACES: Final = 100
_PARAGRAPHS: Final = frozenset({f"{TEXT}p", f"{TEXT}h"})


def odf_parts(parts: Mapping[str, Element]) -> tuple[Part, ...]:
    """Return the parts of an odt that hold printed text, the body first."""
    found: list[Part] = []
    content = parts.get(CONTENT)
    if content is not None:
        walk = Walk(ODF)
        for text in content.iter(f"{OFFICE}text"):
            walk.story(text, Place(part=CONTENT, story="body"))
        found.append(Part(CONTENT, content, tuple(walk.paragraphs)))
    styles = parts.get(STYLES)
    if styles is not None:
        found.append(Part(STYLES, styles, tuple(_heads(styles).paragraphs)))
    return tuple(found)


def _heads(styles: Element) -> Walk:
    walk = Walk(ODF)
    counts = {"header": 0, "footer": 0}
    for page in styles.iter(f"{STYLE}master-page"):
        for head in page.iterchildren(*_HEADS):
            story = _HEADS[str(head.tag)]
            counts[story] += 1
            walk.story(head, Place(part=STYLES, story=story, story_number=counts[story]))
    return walk


def deleted_texts(root: Element) -> Iterator[str]:
    """Yield the texts that tracked changes have deleted but kept in the file."""
    for changes in root.iter(f"{TEXT}tracked-changes"):
        for paragraph in changes.iter(*_PARAGRAPHS):
            yield "".join(str(piece) for piece in paragraph.itertext())


def _read(paragraph: Element) -> ParagraphText:
    text = ParagraphText()
    _collect(paragraph, text, Piece(0, "", paragraph, look=str(paragraph.get(f"{TEXT}style-name", ""))))
    return text


def _collect(parent: Element, text: ParagraphText, manner: Piece) -> None:
    text.add(parent.text or "", manner.moved(parent))
    for child in parent.iterchildren("*"):
        _inline(child, text, manner)
        text.add(child.tail or "", manner.moved(child, tail=True))


def _inline(child: Element, text: ParagraphText, manner: Piece) -> None:
    tag, here = str(child.tag), manner.moved(child)
    if tag in _SIGNS:
        text.add(_SIGNS[tag], here)
    elif tag == f"{TEXT}s":
        count = str(child.get(f"{TEXT}c", "1"))
        text.add(" " * (min(int(count), _MOST_SPACES) if count.isdecimal() else 1), here)
    elif tag == f"{TEXT}note":
        body = child.find(f"{TEXT}note-body")
        story = "endnote" if child.get(f"{TEXT}note-class") == "endnote" else "footnote"
        text.nested.extend([(body, story)] if body is not None else [])
    elif tag in _CHANGES:
        text.delete("")
    elif tag == f"{OFFICE}annotation":
        ours = child.findtext(f"{DC}creator") == AUTHOR
        text.nested.extend([] if ours else [(child, "remark")])
    elif tag.startswith(DRAW):
        text.nested.extend((box, "") for box in _boxes(child))
    elif tag not in _SILENT:
        look = str(child.get(f"{TEXT}style-name", manner.look)) if tag == f"{TEXT}span" else manner.look
        wrapper = child if tag in _WRAPPERS else manner.wrapper
        _collect(child, text, replace(manner, look=look, wrapper=wrapper))


def _boxes(element: Element) -> Iterator[Element]:
    """Yield the outermost elements that hold paragraphs of their own: text boxes and shapes."""
    if any(child.tag in _PARAGRAPHS or child.tag == f"{TABLE}table" for child in element):
        yield element
        return
    for child in element.iterchildren("*"):
        yield from _boxes(child)


ODF: Final = Grammar(
    table=f"{TABLE}table",
    row=f"{TABLE}table-row",
    cells=frozenset({f"{TABLE}table-cell"}),
    paragraphs=_PARAGRAPHS,
    boxes=frozenset({f"{DRAW}text-box"}),
    skipped=frozenset({f"{TEXT}tracked-changes", f"{OFFICE}forms"}),
    read=_read,
)
