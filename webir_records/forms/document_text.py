"""The text of a docx, part by part, read with lxml alone.

Nothing here knows how a template is filled; that is the point of reading a finished document.
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
_WHITE = re.compile(r"\s+")


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
