"""Turn a value into the text that stands in XML; nothing that was typed is lost or rewritten."""

import re
from typing import Final

from jinja2 import Undefined

from webir_records.forms.templating.errors import ForbiddenCharacterError, MissingImageError, ValueKindError

_UNUSUAL = re.compile("[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
SPECIAL = re.compile("[&<>\x01-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that are written in another way, or that no file can hold."""

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Outside the production Char of XML 1.0 (section 2.2)."""

_COLOUR = re.compile("[0-9A-Fa-f]{6}|auto")
_MAX_COLUMNS: Final = 63
_ODT_SPACES = re.compile(r"[\n\t]|^ +| +$| {2,}")
_BREAKS: Final = {"\n": "<text:line-break/>", "\t": "<text:tab/>"}


class Picture:
    """An image as a template prints it: the XML that shows it.

    Attributes:
        name: of the image.
        xml: empty when the image was not given; then a condition on it is false and printing it an error.
    """

    __slots__ = ("name", "xml")

    def __init__(self, name: str, xml: str) -> None:
        self.name, self.xml = name, xml

    def __bool__(self) -> bool:
        """Tell whether the image was given."""
        return bool(self.xml)


def forbidden_in(value: str) -> str | None:
    """Return the first character that no XML file can hold."""
    found = _FORBIDDEN.search(value)
    return found[0] if found else None


def escape(value: str) -> str:
    """Return a text for the content of an element; line ends become line feeds.

    Raises:
        ForbiddenCharacterError: a character cannot stand in XML.
    """
    if _UNUSUAL.search(value) is None:
        return value
    if _FORBIDDEN.search(value):
        raise ForbiddenCharacterError
    value = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return value.replace("\r\n", "\n").replace("\r", "\n") if "\r" in value else value


def odt_text(value: str) -> str:
    """Return a text for the content of an OpenDocument paragraph (ODF 1.3 part 3, sections 6.1.2-6.1.5)."""
    escaped = escape(value)
    return escaped if _ODT_SPACES.search(escaped) is None else _ODT_SPACES.sub(_odt_space, escaped)


def _odt_space(found: re.Match[str]) -> str:
    if found[0] in _BREAKS:
        return _BREAKS[found[0]]
    return f'<text:s text:c="{len(found[0])}"/>'


def attribute(value: object) -> bytes:
    """Return a value as it stands inside quotes, ready for the document."""
    escaped = escape(value if isinstance(value, str) else printed(value))
    return escaped.replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;").encode()


def column_count(value: object) -> bytes:
    """Return how many columns a cell goes over.

    Raises:
        ValueKindError: it is no number from 1 to 63, which is what Word allows.
    """
    found = printed(value).strip()
    if not (found.isascii() and found.isdigit() and len(found) <= 2 and 1 <= int(found) <= _MAX_COLUMNS):
        raise ValueKindError("colspan needs a number from 1 to 63")
    return found.encode()


def colour(value: object) -> bytes:
    """Return the colour behind a cell.

    Raises:
        ValueKindError: it is not six hexadecimal digits.
    """
    found = printed(value).strip().removeprefix("#")
    if not _COLOUR.fullmatch(found):
        raise ValueKindError("cellbg needs a colour of six digits, such as D9D9D9")
    return found.encode()


def tidy_xml(value: object) -> str | bytes:
    """Return what a tag prints of a value that is no plain text: XML of an image, or text to be escaped.

    Raises:
        MissingImageError: the image was not given.
        ValueKindError: it is a list or group.
        jinja2.UndefinedError: there is no such value.
    """
    if isinstance(value, bytes):
        return value
    if isinstance(value, Picture):
        if not value.xml:
            raise MissingImageError(value.name)
        return value.xml.encode()
    return printed(value)


def tidy_text(value: object) -> str:
    """Return what a tag says in the expected text; an image has none."""
    return "" if isinstance(value, Picture) else printed(value)


def printed(value: object) -> str:
    """Return a single value as text; nothing prints as nothing.

    Raises:
        ValueKindError: it is a list or group.
        jinja2.UndefinedError: there is no such value.
    """
    if isinstance(value, (str, Undefined)):
        return str(value)  # an undefined value says what is missing
    if value is None:
        return ""
    if isinstance(value, (int, float)):
        return str(value)
    raise ValueKindError("a list or group stands where a single value must")
