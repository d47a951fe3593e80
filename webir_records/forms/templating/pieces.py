"""Turn the pieces that a template prints into bytes, and read the values off those bytes, each once."""

import html
import re
from collections.abc import Sequence
from typing import Final, TypeAlias, cast

from webir_records.forms.templating.errors import ForbiddenCharacterError
from webir_records.forms.templating.escaping import SEPARATOR, escape_all, odt_texts
from webir_records.forms.templating.readback import same

Piece: TypeAlias = str | bytes
"""A value as it was given, or XML that is ready."""

_MARKUP = re.compile(r"<[^>]*>")


def text_of(xml: str) -> str:
    """Return the text in a piece of XML."""
    if "<" in xml:
        xml = _MARKUP.sub("", xml)
    return html.unescape(xml) if "&" in xml else xml


class Encoded:
    """What one document printed, as bytes, and as the text that stands in those bytes.

    Attributes:
        pieces: the bytes, after the head, in pieces.
        breaks: a value has a line end or tab, which Word shows as elements.
        whole: every value, read back from its bytes, is what was given.
    """

    def __init__(self, head: bytes, pieces: Sequence[Piece], *, odt: bool) -> None:
        """Escape, encode and read back all different values at once.

        Args:
            head: what the bytes begin with.
            pieces: the template's own and values in turn, as generated code prints them.
            odt: spaces, line ends and tabs become elements of OpenDocument.

        Raises:
            ForbiddenCharacterError: a value cannot stand in XML.
        """
        printed = pieces[1::2]
        xml = dict(zip(printed, printed, strict=True))  # in order: neighbours in memory stay neighbours
        values = [piece for piece in xml if isinstance(piece, str)]
        given = SEPARATOR.join(values)
        encoded = odt_texts(given) if odt else escape_all(given)
        made = encoded.split(_END)
        if len(made) != max(len(values), 1):
            raise ForbiddenCharacterError  # a value has the separator in it
        found = text_of(encoded.decode())
        self.whole = found == given or _same(values, found.split(SEPARATOR))
        self.breaks = any(mark in given for mark in "\n\t\r")
        xml.update(zip(values, made, strict=False))  # one empty text is made of no value
        filled = [head, *pieces]
        filled[2::2] = map(xml.__getitem__, printed)
        self.pieces = cast("list[bytes]", filled)

    def text(self) -> str:
        """Return the text that stands in the XML."""
        pieces = self.pieces[1:]
        texts = {piece: text_of(piece.decode()) for piece in set(pieces)}
        return "".join(map(texts.__getitem__, pieces))


_END: Final = SEPARATOR.encode()
_SPACES = re.compile("[\n\t\r]|^ | $|  ")
"""What is written in another way."""


def _same(values: list[str], found: list[str]) -> bool:
    """Tell whether texts are equal; only where spaces are elements may spaces differ."""
    return len(values) == len(found) and all(
        value == text or (_SPACES.search(value) is not None and same(value, text))
        for value, text in zip(values, found, strict=True)
    )
