"""Parse the XML of a template without following anything out of it."""

import re
from typing import Final, TypeAlias

from lxml import etree

from webir_records.forms.templating.finding import replace_tags

Element: TypeAlias = etree._Element  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] # no public name
"""An XML element."""

DECLARATION: Final = "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"
"""As lxml, python-docx and so docxtpl write it."""

_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


class UnsafeXmlError(Exception):
    """A part has a document type declaration: entities, or addresses to load."""


class BrokenXmlError(Exception):
    """A part is no XML."""


def parse(data: bytes, *, keep_blanks: bool = False) -> Element:
    """Parse a part of a package.

    Args:
        data: the part.
        keep_blanks: keep white space between elements.

    Raises:
        UnsafeXmlError, BrokenXmlError: it cannot be used.
    """
    if _declares_type(data):
        raise UnsafeXmlError
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        recover=False,
        huge_tree=False,
        load_dtd=False,
        remove_blank_text=not keep_blanks,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BrokenXmlError from error
    return root


def _declares_type(data: bytes) -> bool:
    """Look for a declaration in any of the encodings that XML parsers guess."""
    plain = data.replace(b"\0", b"") if b"\0" in data[:64] else data
    return _DOCTYPE.search(plain) is not None


def all_text(element: Element) -> str:
    """Return all text of an element in the order of the document."""
    return "".join(str(text) for text in element.itertext())


def serialise(root: Element) -> str:
    """Return the XML of an element as text, without a declaration."""
    return etree.tostring(root, encoding="unicode")


_ENTITY = re.compile("&lt;|&gt;|&amp;")
_ENTITIES: Final = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}


def unescape_tags(source: str) -> str:
    """Return XML in which the tags say what their author typed."""
    return replace_tags(source, lambda tag: _ENTITY.sub(lambda entity: _ENTITIES[entity[0]], tag))
