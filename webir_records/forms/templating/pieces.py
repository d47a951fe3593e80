"""Turn the pieces that a template prints into bytes, and read the text off those bytes, each piece once."""

import html
import re
from collections.abc import Mapping
from typing import TypeAlias

from webir_records.forms.templating.escaping import escape, odt_text

Piece: TypeAlias = str | bytes
"""A value as it was given, or XML that is ready."""

_MARKUP = re.compile(r"<[^>]*>")


def text_of(xml: str) -> str:
    """Return the text in a piece of XML."""
    if "<" in xml:
        xml = _MARKUP.sub("", xml)
    return html.unescape(xml) if "&" in xml else xml


class Encoder(dict[Piece, bytes]):
    """XML of each piece of one document; asked like a dictionary, it works out what it does not know.

    Attributes:
        texts: the text that stands in that XML, read back from it.
        breaks_found: a value has a line end or tab, which Word shows as elements.
    """

    def __init__(self, ready: Mapping[bytes, str], *, breaks: bool, odt: bool) -> None:
        super().__init__(zip(ready, ready, strict=True))
        self.texts: dict[Piece, str] = dict(ready)
        self._breaks, self._odt = breaks, odt
        self.breaks_found = False

    def __missing__(self, piece: Piece) -> bytes:
        """Escape and encode a value, and read back what was made."""
        if isinstance(piece, bytes):
            made = piece
        else:
            if self._breaks and ("\n" in piece or "\t" in piece or "\r" in piece):
                self.breaks_found = True
            made = (odt_text(piece) if self._odt else escape(piece)).encode()
        self[piece] = made
        self.texts[piece] = text_of(made.decode())
        return made
