"""Fields that Word and LibreOffice bring: content controls, merge fields, and pictures with a name."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from lxml import etree

from webir_records.forms.linting.model import Element, Paragraph, Part
from webir_records.forms.linting.naming import Names
from webir_records.forms.linting.odf_grammar import DRAW, TEXT
from webir_records.forms.linting.report import Finding, Place
from webir_records.forms.linting.vocabulary import Vocabulary
from webir_records.forms.linting.word_grammar import W
from webir_records.forms.templating.images import IMAGES
from webir_records.forms.templating.package import Kind

_WP: Final = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_MERGEFIELD: Final = re.compile(r'\s*MERGEFIELD\s+(?:"([^"]+)"|(\S+))(.*)', re.IGNORECASE | re.DOTALL)
_SWITCH: Final = re.compile(r"\\\*\s*(?:MERGEFORMAT|CHARFORMAT)", re.IGNORECASE)
_FOREIGN_TAG: Final = re.compile(r"goog_rdk_\d+", re.IGNORECASE)
"""Google Docs marks its own content controls so."""

_OWN_CONTENT: Final = frozenset(
    {"docPartObj", "docPartList", "picture", "checkbox", "citation", "bibliography", "group"}
)
"""Kinds of content controls that hold no text to fill in."""


_ODF_FIELDS: Final = {
    f"{TEXT}placeholder": "",
    f"{TEXT}user-field-get": f"{TEXT}name",
    f"{TEXT}database-display": f"{TEXT}column-name",
}
"""Fields that are filled like tags, and the attribute that names the value (none: their text)."""

_SVG: Final = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
_REFUSED: Final = {"special": "w:sdt", "switch": "MERGEFIELD"}


def control_findings(
    kind: Kind, parts: Sequence[Part], vocabulary: Vocabulary, names: Names
) -> Iterator[Finding]:
    """Yield fields of Word or LibreOffice that the form does not know; those that it knows count as used."""
    word = kind == "docx"
    for part in parts:
        places = {paragraph.element: paragraph for paragraph in part.paragraphs}
        found = [*_controls(part.root), *_merge_fields(part.root)] if word else _odf_fields(part.root)
        for field, name, element in found:
            yield from _judge(field, name, _place(element, places, part.name, name), vocabulary, names)
        for called, element in _word_pictures(part.root) if word else _odf_pictures(part.root):
            names.used.update(dict.fromkeys(name for name in called if name in IMAGES))
            near = [name for name in called if name.strip().casefold() in IMAGES]
            if near and IMAGES.isdisjoint(called):
                facts = {"got": near[0], "near": near[0].strip().casefold()}
                yield Finding("F408", facts, _place(element, places, part.name, near[0]))


def _judge(kind: str, name: str, place: Place, vocabulary: Vocabulary, names: Names) -> Iterator[Finding]:
    known = vocabulary.names
    if kind in _REFUSED:
        yield Finding("F423", {"tag": name, "what": _REFUSED[kind]}, place)
    elif known is None or name in known:
        names.used.setdefault(name)
    else:
        near = vocabulary.near(name, row=False)
        yield Finding("F448", {"kind": kind, "got": name, "near": near}, place)


def _controls(root: Element) -> Iterator[tuple[str, str, Element]]:
    for control in root.iter(f"{W}sdt"):
        label = control.find(f"{W}sdtPr/{W}tag")
        name = str(label.get(f"{W}val", "")).strip() if label is not None else ""
        texts = "".join(node.text or "" for node in control.iter(f"{W}t"))
        ours = name.isidentifier() and not _FOREIGN_TAG.fullmatch(name) and name not in IMAGES
        if ours and "{{" not in texts and "{%" not in texts and not _repeated(control):
            yield ("special" if _special(control) else "control"), name, control


def _special(control: Element) -> bool:
    """Tell whether no text can be put into a control: a picture, a box to tick, several paragraphs."""
    kinds = {etree.QName(child).localname for child in control.iterfind(f"{W}sdtPr/*")}
    content = control.find(f"{W}sdtContent")
    several = content is not None and (
        len(list(content.iter(f"{W}p"))) > 1 or next(content.iter(f"{W}tbl", f"{W}tr"), None) is not None
    )
    return several or not kinds.isdisjoint(_OWN_CONTENT)


def _merge_fields(root: Element) -> Iterator[tuple[str, str, Element]]:
    for simple in root.iter(f"{W}fldSimple"):
        yield from _merge_field(str(simple.get(f"{W}instr", "")), simple)
    for paragraph in root.iter(f"{W}p"):
        for code, element in _codes(paragraph):
            yield from _merge_field(code, element)


def _codes(paragraph: Element) -> Iterator[tuple[str, Element]]:
    """Yield the codes of the fields of a paragraph, each joined from its runs."""
    code, first = "", None
    for node in paragraph.iter(f"{W}instrText", f"{W}fldChar"):
        if node.tag == f"{W}instrText":
            code, first = code + (node.text or ""), node if first is None else first
        elif first is not None:
            yield code, first
            code, first = "", None
    if first is not None:
        yield code, first


def _merge_field(code: str, element: Element) -> Iterator[tuple[str, str, Element]]:
    match = _MERGEFIELD.match(code)
    if match is not None and not _repeated(element):
        name = (match[1] or match[2]).strip()
        plain = name.isidentifier() and not _SWITCH.sub("", match[3]).strip()
        yield ("merge" if plain else "switch"), name, element


def _word_pictures(root: Element) -> Iterator[tuple[list[str], Element]]:
    for properties in root.iter(f"{_WP}docPr"):
        if not _repeated(properties):
            yield [str(properties.get(key, "")) for key in ("name", "descr", "title")], properties


def _odf_pictures(root: Element) -> Iterator[tuple[list[str], Element]]:
    for frame in root.iter(f"{DRAW}frame"):
        if frame.find(f"{DRAW}image") is not None:
            titles = [
                str(child.text or "").strip() for child in frame.iterchildren(f"{_SVG}title", f"{_SVG}desc")
            ]
            yield [str(frame.get(f"{DRAW}name", "")), *titles], frame


def _odf_fields(root: Element) -> Iterator[tuple[str, str, Element]]:
    """Yield the fields that LibreOffice brings itself and that carry the name of a value."""
    for field in root.iter(*_ODF_FIELDS):
        attribute = _ODF_FIELDS[str(field.tag)]
        text = "".join(str(piece) for piece in field.itertext()).strip().strip("<>")
        name = str(field.get(attribute, "")) if attribute else text
        if name.strip().isidentifier():
            yield "odf", name.strip(), field


def _repeated(element: Element) -> bool:
    """Tell whether it stands in the second form of a drawing, which says the same as the first."""
    return any(ancestor.tag == _FALLBACK for ancestor in element.iterancestors())


def _place(element: Element, places: dict[Element, Paragraph], part: str, text: str) -> Place:
    """Return the place of the paragraph around or inside an element."""
    around = next((outer for outer in element.iterancestors("*") if outer in places), None)
    inside = next((inner for inner in element.iter("*") if inner in places), None)
    found = around if around is not None else inside
    return places[found].at(0, 0, text) if found is not None else Place(part=part, text=text)
