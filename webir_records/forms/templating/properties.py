"""The property part of a file: its own tags, or what the program says in their place."""

import re
from collections.abc import Mapping
from typing import Final

from lxml import etree

from webir_records.forms.templating.escaping import escape
from webir_records.forms.templating.xml_parts import DECLARATION, Element

_CP: Final = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}"
_DC: Final = "{http://purl.org/dc/elements/1.1/}"
_TERMS: Final = "{http://purl.org/dc/terms/}"
_META: Final = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
_TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"
_VALUE = re.compile(r"\{\{ (property_\w+) \}\}")
_FIXED: Final = "1980-01-01T00:00:00Z"

EMPTY_CORE: Final = (
    b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    b'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
    b'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"/>'
)
EMPTY_META: Final = (
    b'<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    b'xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" '
    b'xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.3"><office:meta/></office:document-meta>'
)

_WORD: Final[Mapping[str, str]] = {
    f"{_DC}title": "{{ property_title }}",
    f"{_DC}subject": "{{ property_subject }}",
    f"{_DC}creator": "{{ property_author }}",
    f"{_CP}keywords": "{{ property_keywords }}",
    f"{_DC}description": "{{ property_comments }}",
    f"{_CP}lastModifiedBy": "{{ property_author }}",
    f"{_CP}revision": "1",
    f"{_TERMS}created": _FIXED,
    f"{_TERMS}modified": _FIXED,
}
_ODT: Final[Mapping[str, str]] = {
    f"{_DC}title": "{{ property_title }}",
    f"{_DC}subject": "{{ property_subject }}",
    f"{_META}initial-creator": "{{ property_author }}",
    f"{_DC}creator": "{{ property_author }}",
    f"{_META}keyword": "{{ property_keywords }}",
    f"{_DC}description": "{{ property_comments }}",
    f"{_META}editing-cycles": "1",
    f"{_META}creation-date": _FIXED,
    f"{_DC}date": _FIXED,
}


class PropertyText:
    """The property part as the program writes it: fixed XML with five values in it; immutable."""

    def __init__(self, name: str, xml: str) -> None:
        """Take the part apart.

        Args:
            name: of the member.
            xml: with a tag for each value, and no other tag.
        """
        self.name = name
        pieces = _VALUE.split(DECLARATION + xml)
        self._fixed, self._values = tuple(pieces[::2]), tuple(pieces[1::2])

    def render(self, values: Mapping[str, str]) -> bytes:
        """Return the part.

        Raises:
            ForbiddenCharacterError: a value cannot stand in XML.
        """
        shown = (escape(values[name]) for name in self._values)
        return (self._fixed[0] + "".join(map("".join, zip(shown, self._fixed[1:], strict=True)))).encode()


def described_by_program(root: Element, *, odt: bool) -> Element:
    """Put the program's own tags into the properties, in place of what the template says."""
    holder = root[0] if odt else root
    for name, text in (_ODT if odt else _WORD).items():
        first, *others = holder.findall(name) or [etree.SubElement(holder, name)]
        for other in others:
            holder.remove(other)
        first.text = text
        if name.startswith(_TERMS):
            first.set(_TYPE, "dcterms:W3CDTF")
    return root
