"""Mend the Type 1 programs into which LibreOffice turns OpenType-CFF fonts such as Noto CJK.

Two things in them are not as they should be. `/UniqueID` counts the fonts that one LibreOffice has written
so far, so the same document has other bytes in another process. And a glyph of width 0, a combining accent,
has the width of the glyph before it, which PDF/A does not allow (ISO 19005-2 clause 6.2.11.5).
Format: Adobe Type 1 Font Format, version 1.1, chapters 2, 6 and 7.
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Final

import pikepdf

from webir_records.forms.printing.page_text import UnknownContentError

_PRIVATE_KEY: Final = 55665
GLYPH_KEY: Final = 4330
_FIRST, _SECOND = 52845, 22719
_LEADING: Final = 4
"""Bytes before what is encrypted; their content does not matter."""

_HSBW: Final = 13
_LONG: Final = 255
_SMALLEST_NUMBER: Final = 32
_UNIQUE: Final = re.compile(rb"/UniqueID (\d+) def")
_OPEN_RANGE: Final = 4_000_000
"""Numbers from here to 4999999 need no registration (section 2.5)."""

_ENCODED: Final = re.compile(rb"dup (\d+) /(\S+) put")
GLYPH: Final = re.compile(rb"/(\S+) (\d+) RD ")


def mend_type1_fonts(document: pikepdf.Pdf) -> None:
    """Mend every Type 1 font of a PDF.

    Raises:
        UnknownContentError: a program is not as LibreOffice writes it; says the font's name.
    """
    for thing in list(document.objects):
        if isinstance(thing, pikepdf.Dictionary) and thing.get("/Subtype") == "/Type1":
            descriptor = thing.get("/FontDescriptor")
            if descriptor is not None and "/FontFile" in descriptor:
                try:
                    _mend(thing, descriptor.FontFile)
                except (ValueError, LookupError, AttributeError) as error:
                    raise UnknownContentError(str(thing.get("/BaseFont", "-"))) from error


def _mend(font: pikepdf.Object, file: pikepdf.Object) -> None:
    data, first, second = file.read_bytes(), int(file.Length1), int(file.Length2)
    clear, private, rest = data[:first], decrypt(data[first : first + second]), data[first + second :]
    codes = {name: int(code) for code, name in _ENCODED.findall(clear)}
    widths = dict(enumerate(map(float, font.Widths), start=int(font.FirstChar)))
    private = with_widths(private, {name: widths[code] for name, code in codes.items() if code in widths})
    number = _number(_UNIQUE.sub(b"", clear) + _UNIQUE.sub(b"", private[_LEADING:]))
    clear, private = (_UNIQUE.sub(b"/UniqueID %d def" % number, part) for part in (clear, private))
    encrypted = encrypt(private)
    file.write(clear + encrypted + rest)
    file.Length1, file.Length2 = len(clear), len(encrypted)


def _number(program: bytes) -> int:
    """Return a number that the same program always has, and another one hardly ever."""
    return _OPEN_RANGE + int.from_bytes(hashlib.sha256(program).digest()[:8]) % 1_000_000


def with_widths(private: bytes, widths: Mapping[bytes, float]) -> bytes:
    """Return the private part of a program, decrypted, with these widths of glyphs.

    Args:
        private: the part.
        widths: in thousandths of the font's size, by the glyph's name.

    Raises:
        ValueError: a glyph does not begin with its width.
    """
    made, place = bytearray(), private.index(b"/CharStrings")
    made += private[:place]
    while (found := GLYPH.search(private, place)) is not None:
        end = found.end() + int(found[2])
        outline = decrypt(private[found.end() : end], GLYPH_KEY)
        wanted = widths.get(found[1])
        if wanted is not None:
            outline = _with_width(outline, wanted)
        made += private[place : found.start()]
        made += b"/%s %d RD " % (found[1], len(outline)) + encrypt(outline, GLYPH_KEY)
        place = end
    return bytes(made + private[place:])


def _with_width(outline: bytes, width: float) -> bytes:
    """Return a glyph of this width; one that has it already, to the unit, stays as it is."""
    numbers, place = hsbw(outline)
    if abs(numbers[1] - width) <= 1:
        return outline
    both = b"".join(b"\xff" + number.to_bytes(4, signed=True) for number in (numbers[0], round(width)))
    return outline[:_LEADING] + both + outline[place:]


def hsbw(outline: bytes) -> tuple[tuple[int, int], int]:
    """Return side bearing and width of a glyph, and where the operator `hsbw` stands behind them."""
    found: list[int] = []
    place = _LEADING
    while place < len(outline) and (lead := outline[place]) >= _SMALLEST_NUMBER:
        size = 1 if lead <= 246 else 2 if lead < _LONG else 5
        found.append(number_at(outline[place : place + size]))
        place += size
    if len(found) != 2 or outline[place : place + 1] != bytes((_HSBW,)):
        raise ValueError("a glyph without its width")
    return (found[0], found[1]), place


def number_at(encoded: bytes) -> int:
    """Return a number of a glyph's program (section 6.2)."""
    lead = encoded[0]
    if lead == _LONG:
        return int.from_bytes(encoded[1:5], signed=True)
    if lead <= 246:
        return lead - 139
    return (lead - 247) * 256 + encoded[1] + 108 if lead <= 250 else -(lead - 251) * 256 - encoded[1] - 108


def decrypt(data: bytes, key: int = _PRIVATE_KEY) -> bytes:
    """Return what is encrypted (chapter 7), the leading bytes included."""
    made = bytearray()
    for byte in data:
        made.append(byte ^ key >> 8)
        key = ((byte + key) * _FIRST + _SECOND) & 0xFFFF
    return bytes(made)


def encrypt(data: bytes, key: int = _PRIVATE_KEY) -> bytes:
    """Return bytes encrypted; see `decrypt`."""
    made = bytearray()
    for byte in data:
        made.append(byte ^ key >> 8)
        key = ((made[-1] + key) * _FIRST + _SECOND) & 0xFFFF
    return bytes(made)
