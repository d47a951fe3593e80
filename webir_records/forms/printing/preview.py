"""Pictures of pages, and the text of pages, from PDFium."""

import ctypes
import threading
from array import array
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, repeat
from typing import Any, Final

import pypdfium2
import pypdfium2.raw as pdfium

from webir_records.forms.printing.png import write_png

POINTS_PER_INCH: Final = 72
_ONE_AT_A_TIME: Final = threading.Lock()
"""PDFium may be used from one thread at a time only."""

_AFAR_DPI: Final = 25
_SLIGHTLY: Final = 48
"""Levels of grey, of 255; a letter of 12 points that is missing makes about 90."""

_WHITE: Final = frozenset({0, 9, 10, 13, 32, 0xA0, 0x3000})
_HYPHEN: Final = 0x2D
_HYPHENS: Final = frozenset({2, 0xAD, 0xFFFE})
"""What PDFium says for a hyphen at the end of a line."""


Glyph = tuple[int, float, float]
"""A character's code point, and its place on the base line in points from the lower left corner."""


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """A page as PDFium reads it, after all that the file does to characters on their way to the page.

    Attributes:
        width: in points; `height` too.
        text: what it says.
        marks: every character that is not white space, in PDFium's order, if that was asked.
        xs: where each of them stands on the base line, in points from the left; `ys` from below.
    """

    width: float
    height: float
    text: str
    marks: str = ""
    xs: "array[float]" = field(default_factory=lambda: array("d"))
    ys: "array[float]" = field(default_factory=lambda: array("d"))

    @property
    def glyphs(self) -> tuple[Glyph, ...]:
        """Return each character with its place."""
        return tuple(zip(map(ord, self.marks), self.xs, self.ys, strict=True))


def _address(thing: Any) -> int:  # noqa: ANN401 - functions and handles of ctypes have no common type
    """Return where a function of PDFium or a text page lies in memory."""
    return ctypes.cast(getattr(thing, "raw", thing), ctypes.c_void_p).value or 0


_Origin = Callable[[int, int, int, int], int]
_Code = Callable[[int, int], int]
_CODE: Final[_Code] = ctypes.CFUNCTYPE(ctypes.c_uint, ctypes.c_void_p, ctypes.c_int)(
    _address(pdfium.FPDFText_GetUnicode)
)
"""What character it is, by text page and number."""

_ORIGIN: Final[_Origin] = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p
)(_address(pdfium.FPDFText_GetCharOrigin))
"""Where a character stands, by text page and number, written to two addresses; 0 when that failed."""


class UnreadablePdfError(Exception):
    """PDFium cannot open the file; never leaves this package."""


def pictures(pdf: bytes, *, dpi: float) -> list[bytes]:
    """Return each page as a PNG.

    Args:
        pdf: a PDF.
        dpi: dots per inch; 100 is enough to read on a screen.

    Raises:
        UnreadablePdfError: it does not open.
    """
    with _opened(pdf) as document:
        return [_picture(page, dpi) for page in document]


def printed_pages(pdf: bytes, *, glyphs: bool = False) -> list[PrintedPage]:
    """Return size and text of each page.

    Args:
        pdf: a PDF.
        glyphs: say where each character stands.

    Raises:
        UnreadablePdfError: it does not open.
    """
    with _opened(pdf) as document:
        pages = list(document)  # all open at once: PDFium forgets a font when no page has it open
        return [_read(page, glyphs=glyphs) for page in pages]


def alike(one: bytes, other: bytes) -> bool:
    """Return whether two PDFs show the same, seen from afar; places may differ by a tenth of a point.

    Raises:
        UnreadablePdfError: one does not open.
    """
    first, second = _grey(one), _grey(other)
    return len(first) == len(second) and all(
        width == other_width and _near(mine, its, width)
        for (width, mine), (other_width, its) in zip(first, second, strict=True)
    )


def _grey(pdf: bytes) -> list[tuple[int, bytes]]:
    with _opened(pdf) as document:
        pages = list(document)
        bitmaps = [page.render(scale=_AFAR_DPI / POINTS_PER_INCH, grayscale=True) for page in pages]
        return [(bitmap.stride, bytes(bitmap.buffer)) for bitmap in bitmaps]


def _near(one: bytes, other: bytes, width: int) -> bool:
    if len(one) != len(other):
        return False
    differing = [place for place, (a, b) in enumerate(zip(one, other, strict=True)) if abs(a - b) > _SLIGHTLY]
    return all(_around(one, other, place, width) and _around(other, one, place, width) for place in differing)


def _around(one: bytes, other: bytes, place: int, width: int) -> bool:
    """Return whether a point is about as dark as one of its neighbours in the other picture."""
    rows = (place - width, place, place + width)
    near = b"".join(other[max(row - 1, 0) : max(row + 2, 0)] for row in rows)
    return min(near) - _SLIGHTLY <= one[place] <= max(near) + _SLIGHTLY


def _read(page: pypdfium2.PdfPage, *, glyphs: bool) -> PrintedPage:
    width, height = page.get_size()
    text = page.get_textpage()
    if not glyphs:
        return PrintedPage(width, height, text.get_text_range())
    address = _address(text)
    codes = list(map(_CODE, repeat(address), range(pdfium.FPDFText_CountChars(text))))
    shown = [number for number, code in enumerate(codes) if code not in _WHITE]
    marks = "".join([chr(_HYPHEN if codes[n] in _HYPHENS else codes[n]) for n in shown])
    said = "".join(map(chr, codes)).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return PrintedPage(width, height, said, marks, *_places(address, shown))


def _places(address: int, shown: list[int]) -> "tuple[array[float], array[float]]":
    """Return where characters stand; asked in one loop without Python in it, one by one is slow."""
    xs, ys = array("d", bytes(8 * len(shown))), array("d", bytes(8 * len(shown)))
    first_x, first_y = xs.buffer_info()[0], ys.buffer_info()[0]
    asked = map(_ORIGIN, repeat(address), shown, count(first_x, 8), count(first_y, 8))
    if not all(asked):
        raise UnreadablePdfError
    return xs, ys


def _picture(page: pypdfium2.PdfPage, dpi: float) -> bytes:
    bitmap = page.render(scale=dpi / POINTS_PER_INCH, rev_byteorder=True, prefer_bgrx=False)
    row = bitmap.width * bitmap.n_channels
    data = bytes(bitmap.buffer)
    rows = b"".join(data[line * bitmap.stride : line * bitmap.stride + row] for line in range(bitmap.height))
    return write_png(bitmap.width, bitmap.height, rows, bitmap.n_channels)


@contextmanager
def _opened(pdf: bytes) -> Generator[pypdfium2.PdfDocument]:
    with _ONE_AT_A_TIME:
        try:
            document = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError as error:
            raise UnreadablePdfError from error
        try:
            yield document
        finally:
            document.close()
