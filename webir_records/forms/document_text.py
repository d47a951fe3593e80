"""The text of a docx, part by part, read with lxml alone.

Two readings: the plain text of a filled document, and the text of a template in which docxtpl's tags
for rows, paragraphs and runs have become plain Jinja tags. Nothing here knows how docxtpl works inside;
that is the point of reading back.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from lxml import etree

from webir_records.model.errors import InputError

Element: TypeAlias = etree._Element  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] # no public name
"""An XML element."""

BODY: Final = "word/document.xml"

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TEXT_PART = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml")
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SCOPED_TAG: Final = {
    f"{_W}tr": re.compile(r"\{([%{#])-?tr\s+(.*?)-?([%}#])\}", re.DOTALL),
    f"{_W}tc": re.compile(r"\{([%{#])-?tc\s+(.*?)-?([%}#])\}", re.DOTALL),
    f"{_W}p": re.compile(r"\{([%{#])-?p\s+(.*?)-?([%}#])\}", re.DOTALL),
    f"{_W}r": re.compile(r"\{([%{#])-?r\s+(.*?)-?([%}#])\}", re.DOTALL),
}
"""What each kind of tag swallows: the whole row, cell, paragraph or run that it stands in."""

_WHITE = re.compile(r"\s+")
_TAG = re.compile(r"\{[{%](.*?)[%}]\}", re.DOTALL)
_LAYOUT_TAG = re.compile(r"\{%\s*(?:colspan|cellbg|vm|hm)\b.*?%\}", re.DOTALL)
_QUOTES: Final = str.maketrans({"\u201c": '"', "\u201d": '"', "\u2018": "'", "\u2019": "'"})


def text_parts(parts: Mapping[str, bytes]) -> dict[str, Element]:
    """Return the parsed parts of a docx that hold text, in a fixed order.

    Raises:
        InputError: `F303`, a part is no XML.
    """
    found: dict[str, Element] = {}
    for name in sorted(parts):
        if _TEXT_PART.fullmatch(name):
            try:
                found[name] = etree.fromstring(parts[name], _parser())
            except etree.XMLSyntaxError as error:
                raise InputError("F303", path=name) from error
    return found


def _parser() -> etree.XMLParser:
    """Return a parser that follows no entity and no address, and mends nothing."""
    return etree.XMLParser(resolve_entities=False, no_network=True, recover=False, huge_tree=False)


def without_spaces(text: str) -> str:
    """Return a text without any white space, so that line breaks do not matter in a comparison."""
    return _WHITE.sub("", text)


def plain_text(element: Element) -> str:
    """Return all text of a part in the order of the document, with a line end per paragraph."""
    return "".join(_pieces(element))


def _pieces(element: Element) -> Iterator[str]:
    for node in element.iter():
        if node.tag == f"{_W}t":
            yield node.text or ""
        elif node.tag in (f"{_W}tab", f"{_W}br", f"{_W}cr", f"{_W}p"):
            yield "\n"


def printed_text(body: Element) -> str:
    """Return the text of a body that comes onto paper: no hidden runs, no second form of the same drawing."""
    if body.tag == _FALLBACK or (body.tag == f"{_W}r" and body.find(f"{_W}rPr/{_W}vanish") is not None):
        return ""
    if body.tag == f"{_W}t":
        return body.text or ""
    return "".join(printed_text(child) for child in body.iterchildren("*"))


def template_text(element: Element) -> str:
    """Return the text of a template part as a Jinja template without any Word in it."""
    return _LAYOUT_TAG.sub("", _TAG.sub(lambda tag: tag[0].translate(_QUOTES), _template_pieces(element)))


def _template_pieces(element: Element) -> str:
    if element.tag == f"{_W}t":
        return element.text or ""
    if element.tag in (f"{_W}tab", f"{_W}br", f"{_W}cr"):
        return "\n"
    inside = "".join(_template_pieces(child) for child in element.iterchildren("*"))
    scoped = _SCOPED_TAG.get(str(element.tag))
    tags = list(scoped.finditer(inside)) if scoped else []
    if tags:
        opening, expression, closing = tags[-1].groups()
        return f"{{{opening} {expression}{closing}}}"
    return inside
