"""Put comments into a Word file (ECMA-376 part 1, section 17.13.4)."""

from collections.abc import Mapping
from typing import Final

from lxml import etree

from webir_records.forms.linting.model import Element, Paragraph, Part
from webir_records.forms.linting.packages import Opened
from webir_records.forms.linting.repacking import repack, serialise
from webir_records.forms.linting.report import AUTHOR, Notes, Place
from webir_records.forms.linting.word_grammar import W, word_parts

_RELATIONS: Final = "word/_rels/document.xml.rels"
_TYPES: Final = "[Content_Types].xml"
_RELATION: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_RELATIONS_NAMESPACE: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_TYPES_NAMESPACE: Final = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"


def word_copy(data: bytes, opened: Opened, notes: Notes) -> bytes:
    """Return a copy with these comments.

    Args:
        data: the file.
        opened: the same file, opened; its parts are changed.
        notes: what to say where; Word has no comments in headers, notes and text boxes, so what belongs there
            goes to the first paragraph.
    """
    body = word_parts(opened.parts, opened.stories)[0]
    target, comments = _comments_part(opened.stored)
    first = 1 + max((int(i) for c in comments if (i := str(c.get(f"{W}id", ""))).isdecimal()), default=-1)
    for number, (place, text) in enumerate(notes.texts, start=first):
        _anchor(body, place, number)
        comments.append(_comment(number, text, notes.moment))
    changed = {body.name: serialise(body.root), target: serialise(comments)}
    if target not in opened.stored:
        changed |= _announced(opened.stored, target)
    return repack(data, changed)


def _comments_part(parts: Mapping[str, bytes]) -> tuple[str, Element]:
    """Return the name and content of the part that holds the comments, an empty one if there is none."""
    for relation in _root(parts, _RELATIONS, f"{_RELATIONS_NAMESPACE}Relationships"):
        if relation.get("Type") == _RELATION:
            target = str(relation.get("Target", ""))
            name = target.removeprefix("/") if target.startswith("/") else f"word/{target}"
            if name in parts:
                return name, etree.fromstring(parts[name], _parser())
    return "word/comments.xml", etree.Element(f"{W}comments", nsmap={"w": W[1:-1]})


def _root(parts: Mapping[str, bytes], name: str, tag: str) -> Element:
    if name not in parts:
        return etree.Element(tag)
    return etree.fromstring(parts[name], _parser())


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def _announced(parts: Mapping[str, bytes], target: str) -> dict[str, bytes]:
    """Return relations and content types that name the new part."""
    relations = _root(parts, _RELATIONS, f"{_RELATIONS_NAMESPACE}Relationships")
    taken = {relation.get("Id") for relation in relations}
    name = next(f"rIdLint{n}" for n in range(1, len(taken) + 2) if f"rIdLint{n}" not in taken)
    attributes = {"Id": name, "Type": _RELATION, "Target": target.removeprefix("word/")}
    etree.SubElement(relations, f"{_RELATIONS_NAMESPACE}Relationship", attributes)
    types = _root(parts, _TYPES, f"{_TYPES_NAMESPACE}Types")
    known = {override.get("PartName") for override in types}
    if f"/{target}" not in known:
        override = {"PartName": f"/{target}", "ContentType": _TYPE}
        etree.SubElement(types, f"{_TYPES_NAMESPACE}Override", override)
    return {_RELATIONS: serialise(relations), _TYPES: serialise(types)}


def _comment(number: int, text: str, moment: str) -> Element:
    attributes = {f"{W}id": str(number), f"{W}author": AUTHOR, f"{W}initials": AUTHOR}
    if moment:
        attributes[f"{W}date"] = moment
    comment = etree.Element(f"{W}comment", attributes)
    run = etree.SubElement(etree.SubElement(comment, f"{W}p"), f"{W}r")
    content = etree.SubElement(run, f"{W}t", {_SPACE: "preserve"})
    content.text = text
    return comment


def _anchor(body: Part, place: Place, number: int) -> None:
    """Mark the text that a comment is about."""
    start = etree.Element(f"{W}commentRangeStart", {f"{W}id": str(number)})
    end = etree.Element(f"{W}commentRangeEnd", {f"{W}id": str(number)})
    reference = etree.Element(f"{W}r")
    etree.SubElement(reference, f"{W}commentReference", {f"{W}id": str(number)})
    paragraph = _paragraph(body, place)
    runs = (
        [piece.owner for piece in paragraph.pieces_of(place.start, place.end)] if _here(body, place) else []
    )
    if runs:
        _beside(runs[0], start, after=False)
        _beside(runs[-1], reference, after=True)
        _beside(runs[-1], end, after=True)
    else:
        properties = paragraph.element.find(f"{W}pPr")
        paragraph.element.insert(0 if properties is None else 1, start)
        paragraph.element.extend((end, reference))


def _here(body: Part, place: Place) -> bool:
    return place.part == body.name and place.index >= 0 and not place.box


def _paragraph(body: Part, place: Place) -> Paragraph:
    """Return the paragraph that a comment goes to."""
    if _here(body, place):
        return body.paragraphs[place.index]
    return next((p for p in body.paragraphs if not p.place.box), body.paragraphs[0])


def _beside(element: Element, other: Element, *, after: bool) -> None:
    if after:
        element.addnext(other)
    else:
        element.addprevious(other)
