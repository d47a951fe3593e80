"""Pictures of pages, and the text of pages, from PDFium."""

import ctypes
import threading
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

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
    """A page: its size in points, what it says, and where each character stands if that was asked."""

    width: float
    height: float
    text: str
    glyphs: tuple[Glyph, ...] = ()


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
    said = text.get_text_range()
    return PrintedPage(width, height, said, tuple(_glyphs(text, said)) if glyphs else ())


def _glyphs(text: pypdfium2.PdfTextPage, said: str) -> Iterator[Glyph]:
    x, y = ctypes.c_double(), ctypes.c_double()
    px, py, place_of = ctypes.byref(x), ctypes.byref(y), pdfium.FPDFText_GetCharOrigin
    for number, code in enumerate(_codes(text, said)):
        if code not in _WHITE:
            place_of(text, number, px, py)
            yield _HYPHEN if code in _HYPHENS else code, x.value, y.value


def _codes(text: pypdfium2.PdfTextPage, said: str) -> Iterable[int]:
    """Return the code of each character; asking for them one by one is slow."""
    count = pdfium.FPDFText_CountChars(text)
    if len(said) == count and max(said, default="") < "\ud800":
        return map(ord, said)
    return (pdfium.FPDFText_GetUnicode(text, number) for number in range(count))


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
