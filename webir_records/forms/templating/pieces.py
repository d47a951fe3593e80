"""Turn the pieces that a template prints into bytes, and read the text off those bytes, each piece once."""

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Final, TypeAlias

from webir_records.forms.templating.escaping import SPECIAL, escape, odt_text
from webir_records.forms.templating.readback import same

Piece: TypeAlias = str | bytes
"""A value as it was given, or XML that is ready."""

_MARKUP = re.compile(r"<[^>]*>")


def text_of(xml: str) -> str:
    """Return the text in a piece of XML."""
    if "<" in xml:
        xml = _MARKUP.sub("", xml)
    return html.unescape(xml) if "&" in xml else xml


class Ready:
    """The pieces of XML that a template prints as they are; immutable."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self.xml: Mapping[Piece, bytes] = {piece: piece for piece in pieces}
        self.known = frozenset(self.xml)


class Encoded:
    """What one document printed, as bytes, and as the text that stands in those bytes.

    Attributes:
        xml: the bytes, after the head.
        breaks: a value has a line end or tab, which Word shows as elements.
        whole: every value, read back from its bytes, is what was given.
    """

    def __init__(self, head: bytes, pieces: Sequence[Piece], ready: Ready, *, odt: bool) -> None:
        """Escape, encode and read back every different value once.

        Raises:
            ForbiddenCharacterError: a value cannot stand in XML.
        """
        xml = dict(ready.xml)
        new = set(pieces) - ready.known
        usual = [piece for piece in new if isinstance(piece, str)]
        joined = _SEPARATOR.join(usual)
        search = SPECIAL.search
        spaced = odt and _odd_spaces(f"{_SEPARATOR}{joined}{_SEPARATOR}")
        if spaced or search(joined) or joined.count(_SEPARATOR) >= max(len(usual), 1):
            usual = [piece for piece in usual if not search(piece) and _SEPARATOR not in piece]
            if spaced:
                usual = [piece for piece in usual if not _odd_spaces(f"{_SEPARATOR}{piece}{_SEPARATOR}")]
            joined = _SEPARATOR.join(usual)
        self.breaks, self.whole = False, True
        if usual:
            encoded = joined.encode()
            xml.update(zip(usual, encoded.split(b"\x00"), strict=True))
            self.whole = encoded.decode().split(_SEPARATOR) == usual
            self.whole = self.whole and b"<" not in encoded and b"&" not in encoded  # no markup
        for piece in new - xml.keys():
            xml[piece] = made = self._special(piece, odt=odt)
            if isinstance(piece, str) and not same(piece, _read_back(made)):
                self.whole = False
        self.xml = b"".join(chain((head,), map(xml.__getitem__, pieces)))
        self._xml, self._pieces = xml, pieces

    def text(self) -> str:
        """Return the text that stands in the XML."""
        texts = {piece: text_of(xml.decode()) for piece, xml in self._xml.items()}
        return "".join(map(texts.__getitem__, self._pieces))

    def _special(self, piece: Piece, *, odt: bool) -> bytes:
        if isinstance(piece, bytes):
            return piece
        self.breaks = self.breaks or any(mark in piece for mark in "\n\t\r")
        return (odt_text(piece) if odt else escape(piece)).encode()


_SEPARATOR: Final = "\x00"
"""No usual value holds it."""


def _odd_spaces(between: str) -> bool:
    """Tell whether values, each between two separators, begin or end with a space or hold two in a row."""
    return "  " in between or f"{_SEPARATOR} " in between or f" {_SEPARATOR}" in between


@lru_cache(maxsize=64)
def _read_back(xml: bytes) -> str:
    """Read a piece that is not written letter by letter; an image is the same in many documents."""
    return text_of(xml.decode())
