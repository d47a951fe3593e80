"""Turn a value into the text that stands in XML; nothing that was typed is lost or rewritten."""

import re
from typing import Final

from jinja2 import Undefined

from webir_records.forms.templating.errors import ForbiddenCharacterError, MissingImageError, ValueKindError

SEPARATOR: Final = "\x00"
"""Stands between texts that are escaped at once; no text may hold it."""

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Outside the production Char of XML 1.0 (section 2.2)."""

_COLOUR = re.compile("[0-9A-Fa-f]{6}|auto")
_MAX_COLUMNS: Final = 63
_BREAKS: Final = {b"\n": b"<text:line-break/>", b"\t": b"<text:tab/>"}
_UNUSUAL: Final = b"&<>" + bytes({*range(1, 32)} - set(b"\t\n"))
_CONTROLS: Final = bytes(set(_UNUSUAL) - set(b"&<>\r"))
_NO_CHARACTERS: Final = ("\ufffe".encode(), "\uffff".encode())
_ODT_SPACES = re.compile(rb"[\n\t]|(?<![^\0]) +| +(?=\n?(?:\0|\Z))| {2,}")
_ODT_MARKS: Final = (b"\n", b"\t", b"  ", b"\0 ", b" \0")


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
    if SEPARATOR in value:
        raise ForbiddenCharacterError
    return escape_all(value).decode()


def escape_all(values: str) -> bytes:
    """Return texts for the content of elements, encoded; line ends become line feeds.

    Args:
        values: with the separator between them.

    Raises:
        ForbiddenCharacterError: a character cannot stand in XML.
    """
    try:
        data = values.encode()
    except UnicodeEncodeError as error:  # half of a pair
        raise ForbiddenCharacterError from error
    if any(character in data for character in _NO_CHARACTERS):
        raise ForbiddenCharacterError
    if len(data.translate(None, _UNUSUAL)) == len(data):
        return data
    if len(data.translate(None, _CONTROLS)) < len(data):
        raise ForbiddenCharacterError
    data = data.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def odt_texts(values: str) -> bytes:
    """Return texts for the content of OpenDocument paragraphs (ODF 1.3 part 3, sections 6.1.2-6.1.5).

    Args:
        values: with the separator between them.

    Raises:
        ForbiddenCharacterError: a character cannot stand in XML.
    """
    escaped = escape_all(values)
    edged = b"\0%b\0" % escaped
    if any(mark in edged for mark in _ODT_MARKS):
        return _ODT_SPACES.sub(_odt_space, escaped)
    return escaped


def _odt_space(found: re.Match[bytes]) -> bytes:
    if found[0] in _BREAKS:
        return _BREAKS[found[0]]
    return b'<text:s text:c="%d"/>' % len(found[0])


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
