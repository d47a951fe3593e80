"""The marked content of a page as LibreOffice writes it: which operators draw which text, and where.

LibreOffice wraps each stretch of text in `/Tag<</MCID n>>BDC … EMC` and everything else in `/Artifact`.
Whatever does not look exactly like what is known here is not taken apart: the caller then converts the
documents one by one.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pikepdf

from webir_records.forms.document_text import without_spaces

_NUMBER: Final = rb"-?\d*\.?\d+"
_GROUP: Final = re.compile(rb"/([^\s<]+)<</MCID (\d+)>>BDC\n(.*?)EMC\n", re.DOTALL)
_ARTIFACT: Final = re.compile(rb"/Artifact BMC\n(.*?)EMC\n", re.DOTALL)
_CLIP: Final = rb"(?:Q )?q (?:%s ){4}re\nW\* n\n" % _NUMBER
_COLOURS: Final = rb"(?:(?:%s )+(?:RG|rg|G|g)\n)*" % _NUMBER
_TEXT: Final = re.compile(rb"q %sBT\n((?:(?!BT\n).)*?)\nET\nQ\n" % _COLOURS, re.DOTALL)
_WHOLE: Final = re.compile(rb"(?P<clip>(?:%s)*)(?P<text>(?:%s)*)" % (_CLIP, _TEXT.pattern), re.DOTALL)
_PLACE: Final = re.compile(rb"(?m)((?:^|(?<= ))(?:%s) (?:%s))(?= T[dm] |(?: T[dm])$)" % (_NUMBER, _NUMBER))
_SHOWN: Final = re.compile(
    rb"/(?P<font>[^\s/]+) (?P<size>%s) Tf|<(?P<codes>[0-9A-Fa-f]+)>" % _NUMBER,
)
_MAPPING: Final = re.compile(rb"<([0-9A-Fa-f]+)> <([0-9A-Fa-f]+)>")
_MAPPED: Final = re.compile(rb"\d+ beginbfchar\n(.*?)\nendbfchar", re.DOTALL)

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Operators that draw one stretch of text.

    Attributes:
        start: where they begin in the page's content, counted in bytes; `end` behind the last one.
        clip: operators before them that set the clipping path, part of the stretch.
        drawing: the text blocks, `q … BT … ET Q`.
        text: what they say, without white space.
    """

    start: int
    end: int
    clip: bytes
    drawing: bytes
    text: str


class UnknownContentError(Exception):
    """A page holds something that is not known here; never leaves this package."""


def decoders(page: pikepdf.Page) -> dict[bytes, Mapping[bytes, str]]:
    """Return for each font of a page what its one-byte codes stand for, by upper-case hexadecimal code."""
    fonts = page.obj.Resources.get("/Font", pikepdf.Dictionary())
    return {str(name)[1:].encode(): _decoder(font) for name, font in fonts.items()}


def _decoder(font: pikepdf.Object) -> Mapping[bytes, str]:
    if font.get("/Subtype") not in ("/TrueType", "/Type1") or "/ToUnicode" not in font:
        raise UnknownContentError("font without one-byte codes")
    return {
        b"%02X" % code: bytes.fromhex(text.decode()).decode("utf-16-be")
        for code, text in mappings(font.ToUnicode.read_bytes()).items()
    }


def mappings(cmap: bytes) -> dict[int, bytes]:
    """Return what the codes of a simple font stand for, as hexadecimal UTF-16 (ISO 32000-1 clause 9.10.3)."""
    return {int(code, 16): text for block in _MAPPED.findall(cmap) for code, text in _MAPPING.findall(block)}


def stretches(content: bytes, fonts: Mapping[bytes, Mapping[bytes, str]]) -> list[Stretch]:
    """Return the stretches of text of a page in the order in which they are drawn."""
    found: list[Stretch] = []
    for group in _GROUP.finditer(content):
        if b"BT\n" not in group[3]:
            continue
        whole = _WHOLE.fullmatch(group[3])
        if whole is None:
            raise UnknownContentError("marked content that is not only text")
        found.append(_stretch(group.start(3), group.end(3), whole, fonts))
    return found


def artifacts(content: bytes, fonts: Mapping[bytes, Mapping[bytes, str]]) -> list[Stretch]:
    """Return the text that belongs to the page, not to the document: headers, footers, repeated heads."""
    found: list[Stretch] = []
    for group in _ARTIFACT.finditer(content):
        whole = _WHOLE.fullmatch(group[1])
        if whole is not None and whole["text"]:
            found.append(_stretch(group.start(1), group.end(1), whole, fonts))
    return found


def _stretch(
    start: int, end: int, whole: re.Match[bytes], fonts: Mapping[bytes, Mapping[bytes, str]]
) -> Stretch:
    drawing = whole["text"]
    text = "".join(fonts[font].get(code, "") for font, codes in shown(drawing) for code in _split(codes))
    return Stretch(start, end, whole["clip"], drawing, without_spaces(text))


def _split(codes: bytes) -> list[bytes]:
    upper = codes.upper()
    return [upper[i : i + 2] for i in range(0, len(upper), 2)]


def shown(drawing: bytes) -> list[tuple[bytes, bytes]]:
    """Return the strings that text blocks show: name of the font, codes as hexadecimal digits."""
    found: list[tuple[bytes, bytes]] = []
    font = b""
    for match in _SHOWN.finditer(drawing):
        if match["font"]:
            font = match["font"]
        else:
            found.append((font, match["codes"]))
    return found


def places(drawing: bytes) -> list[Point]:
    """Return where text blocks set their position: in points from the lower left corner."""
    return [_point(match[1]) for match in _PLACE.finditer(drawing)]


def moved(drawing: bytes, dx: float, dy: float) -> bytes:
    """Return text blocks at another place, `dx` and `dy` points to the right and up."""

    def shifted(match: re.Match[bytes]) -> bytes:
        x, y = _point(match[1])
        return f"{x + dx:.3f} {y + dy:.3f}".encode()

    return _PLACE.sub(shifted, drawing)


def renamed(drawing: bytes, names: Mapping[bytes, bytes]) -> bytes:
    """Return text blocks that use their fonts under other names."""
    return _SHOWN.sub(
        lambda match: b"/%s %s Tf" % (names[match["font"]], match["size"]) if match["font"] else match[0],
        drawing,
    )


def offset(drawing: Sequence[Point], pattern: Sequence[Point], *, tolerance: float) -> Point | None:
    """Return by how much `drawing` is moved against `pattern`, or None when they are not the same shape."""
    if not pattern or len(drawing) != len(pattern):
        return None
    dx, dy = drawing[0][0] - pattern[0][0], drawing[0][1] - pattern[0][1]
    near = all(
        abs(x - u - dx) <= tolerance and abs(y - v - dy) <= tolerance
        for (x, y), (u, v) in zip(drawing, pattern, strict=True)
    )
    return (dx, dy) if near else None


def _point(text: bytes) -> Point:
    x, y = text.split()
    return float(x), float(y)
