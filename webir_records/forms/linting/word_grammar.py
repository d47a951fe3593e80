"""How Word's XML is read: ECMA-376 part 1, section 17 (WordprocessingML)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from lxml import etree

from webir_records.forms.linting.model import Element, Grammar, ParagraphText, Part, Piece, Walk
from webir_records.forms.linting.report import AUTHOR, Place

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
TYPES: Final = "[Content_Types].xml"
_TYPES_NAMESPACE: Final = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_TEXT_TYPE: Final = re.compile(
    r"application/vnd\.openxmlformats-officedocument\.wordprocessingml\."
    r"(document\.main|header|footer|footnotes|endnotes|comments)\+xml"
)
_STORIES: Final = {
    "document.main": "body",
    "header": "header",
    "footer": "footer",
    "footnotes": "footnote",
    "endnotes": "endnote",
    "comments": "remark",
}
_SIGNS: Final = {
    f"{W}tab": "\t",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
    f"{W}ptab": "\t",
}
_DELETED: Final = frozenset({f"{W}del", f"{W}moveFrom"})
_INSERTED: Final = frozenset({f"{W}ins", f"{W}moveTo"})
_WRAPPERS: Final = frozenset({f"{W}hyperlink", f"{W}fldSimple", f"{W}sdt"})
_BOX: Final = f"{W}txbxContent"


def word_stories(types: Element) -> dict[str, Place]:
    """Return the parts of a docx that hold text and what each of them is, the body first.

    Args:
        types: the list of content types of the package.
    """
    found: dict[str, Place] = {}
    for override in types.iter(f"{_TYPES_NAMESPACE}Override"):
        kind = _TEXT_TYPE.fullmatch(str(override.get("ContentType", "")))
        if kind is not None:
            name = str(override.get("PartName", "")).lstrip("/")
            digits = "".join(c for c in name.rpartition("/")[2] if c in "0123456789")
            found[name] = Place(part=name, story=_STORIES[kind[1]], story_number=int(digits or 0))
    ranks = list(_STORIES.values())
    return dict(sorted(found.items(), key=lambda item: (ranks.index(item[1].story), item[0])))


def word_parts(parts: Mapping[str, Element], stories: Mapping[str, Place]) -> tuple[Part, ...]:
    """Return the parts of a docx that hold text, the body first."""
    return tuple(_part(name, parts[name], place) for name, place in stories.items() if name in parts)


def _part(name: str, root: Element, place: Place) -> Part:
    walk = Walk(WORD)
    if place.story == "remark":
        for comment in root.iter(f"{W}comment"):
            if comment.get(f"{W}author") != AUTHOR:
                walk.story(comment, place)
    else:
        walk.story(root, place)
    return Part(name, root, tuple(walk.paragraphs))


def _read(paragraph: Element) -> ParagraphText:
    text = ParagraphText()
    _collect(paragraph, text, Piece(0, "", paragraph))
    return text


def _collect(parent: Element, text: ParagraphText, manner: Piece) -> None:
    for child in parent.iterchildren("*"):
        if child.tag == f"{W}r":
            _run(child, text, manner)
        elif child.tag in _DELETED:
            text.delete("".join(node.text or "" for node in child.iter(f"{W}delText", f"{W}t")))
        elif child.tag == f"{_MC}AlternateContent":
            _collect(_choice(child), text, manner)
        elif child.tag in _INSERTED:
            _collect(child, text, replace(manner, tracked=True))
        elif child.tag != f"{W}pPr":
            _collect(child, text, replace(manner, wrapper=child) if child.tag in _WRAPPERS else manner)


def _run(run: Element, text: ParagraphText, manner: Piece) -> None:
    look, hidden = _look(run)
    here = Piece(0, "", run, look=look, hidden=hidden, tracked=manner.tracked, wrapper=manner.wrapper)
    for child in run.iterchildren("*"):
        if child.tag == f"{W}t":
            text.add(child.text or "", here)
        elif child.tag in _SIGNS:
            text.add(_SIGNS[str(child.tag)], here)
        elif child.tag == f"{W}delText":
            text.delete(child.text or "")
        else:
            text.nested.extend((box, "") for box in _boxes(child))


def _choice(alternate: Element) -> Element:
    """Return the form of a drawing that newer programs take; the other one says the same again."""
    choice = alternate.find(f"{_MC}Choice")
    fallback = alternate.find(f"{_MC}Fallback")
    if choice is not None and (fallback is None or next(choice.iter(_BOX), None) is not None):
        return choice
    return fallback if fallback is not None else alternate


def _boxes(element: Element) -> Iterator[Element]:
    """Yield the outermost text boxes below an element."""
    if element.tag == _BOX:
        yield element
        return
    inside = _choice(element) if element.tag == f"{_MC}AlternateContent" else element
    for child in inside.iterchildren("*"):
        yield from _boxes(child)


_MARKS_OF_WORD: Final = frozenset(
    {f"{W}lang", f"{W}noProof", f"{W}rPrChange", f"{W}webHidden", f"{W}ins", f"{W}del"}
)
"""Properties of a run that nobody sees on paper."""


def _look(run: Element) -> tuple[str, bool]:
    properties = run.find(f"{W}rPr")
    if properties is None:
        return "", False
    seen = [child for child in properties.iterchildren("*") if child.tag not in _MARKS_OF_WORD]
    look = "".join(sorted(_without_hints(child) for child in seen))
    hidden = properties.find(f"{W}vanish")
    return look, hidden is not None and hidden.get(f"{W}val", "1") not in ("0", "false", "off")


def _without_hints(element: Element) -> str:
    """Return a property as text, without the hint by which Word chooses between two fonts."""
    attributes = sorted((str(k), str(v)) for k, v in element.attrib.items() if not str(k).endswith("}hint"))
    return f"{etree.QName(element).localname}{attributes}" if attributes or not element.attrib else ""


WORD: Final = Grammar(
    table=f"{W}tbl",
    row=f"{W}tr",
    cells=frozenset({f"{W}tc"}),
    paragraphs=frozenset({f"{W}p"}),
    boxes=frozenset({_BOX}),
    skipped=frozenset({f"{_MC}Fallback", f"{W}sectPr", f"{W}tblPr", f"{W}sdtPr"}),
    read=_read,
)
