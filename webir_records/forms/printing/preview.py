"""Pictures of pages, and the text of pages, from PDFium."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import pypdfium2

from webir_records.forms.printing.png import write_png

POINTS_PER_INCH: Final = 72
_ONE_AT_A_TIME: Final = threading.Lock()
"""PDFium may be used from one thread at a time only."""

_GREY, _RGB = 1, 3


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """A page: its size in points, and what it says."""

    width: float
    height: float
    text: str


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


def printed_pages(pdf: bytes) -> list[PrintedPage]:
    """Return size and text of each page.

    Raises:
        UnreadablePdfError: it does not open.
    """
    with _opened(pdf) as document:
        pages = list(document)  # all open at once: PDFium forgets a font when no page has it open
        return [_read(page) for page in pages]


def _read(page: pypdfium2.PdfPage) -> PrintedPage:
    width, height = page.get_size()
    text = page.get_textpage()
    return PrintedPage(width, height, text.get_text_range())


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
