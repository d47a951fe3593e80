"""Make the documents of one class from the PDF of its first one, and look at each finished file.

All that is needed can be sent to a helper process: nothing here refers to an open file.
"""

import io
import struct
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pikepdf

from webir_records.forms.pdf_checks import check_exact, check_pdf, check_structure, letters, read_pages
from webir_records.forms.printing.assembly import Assembler
from webir_records.forms.printing.description import PdfProperties
from webir_records.forms.printing.embedded import EmbeddedFont
from webir_records.forms.printing.glyphs import Layout, Sequences
from webir_records.forms.printing.opened import open_document
from webir_records.forms.printing.page_text import UnknownContentError
from webir_records.forms.printing.png import as_pdf_image
from webir_records.forms.printing.preview import PrintedPage, UnreadablePdfError, alike
from webir_records.forms.printing.sheet import Fonts, Snippet, read_sheet
from webir_records.forms.printing.source import Source
from webir_records.model.errors import FaultError, InputError

_PICTURE: Final = b"V0"
"""Name of the picture that differs."""

UNEXPECTED: Final = (
    UnknownContentError,
    UnreadablePdfError,
    InputError,
    SyntaxError,
    pikepdf.PdfError,
    zlib.error,
    struct.error,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)
"""What a file that is not as LibreOffice writes it leads to (errors of lxml are a `SyntaxError`); such
documents are converted whole."""

Programs = Mapping[bytes, EmbeddedFont]
Taken = tuple[list[Snippet | None], Programs]


@dataclass(frozen=True, slots=True)
class Order:
    """A document to put together.

    Attributes:
        name: of the document.
        text: all that it prints.
        texts: what each slot prints.
        snippets: its slots as they were laid out.
        image: its own picture, a PNG, when pictures differ.
        properties: what the file says about itself.
    """

    name: str
    text: str
    texts: Mapping[int, str]
    snippets: Mapping[int, Snippet]
    image: bytes | None
    properties: PdfProperties


class Press:
    """Makes the documents of one class."""

    def __init__(self, first: Source, order: Order, pdf: bytes) -> None:
        """Open the first document.

        Args:
            first: what it says.
            order: the same document.
            pdf: it, as LibreOffice laid it out whole.

        Raises:
            UnknownContentError: it does not look as expected.
            FaultError: it does not open.
        """
        self._pictured = order.image is not None
        with pikepdf.open(io.BytesIO(pdf)) as document:
            name = _PICTURE if self._pictured else None
            self._open = open_document(document, first, order.snippets, name)
            titles = frozenset(piece.text for piece in first.pieces if piece.slot is None)
            self._assembler = Assembler(document, self._open.kept, titles)
        pages = read_pages(order.name, pdf, glyphs=True)
        self._layout = Layout([page.glyphs for page in pages], self._open.openings, order.snippets)
        self._sequences: Sequences | None = None
        self._common = letters("".join(page.text for page in pages)) - self._said(order)

    def first(self, order: Order, fonts: Programs) -> bytes:
        """Return the first document put together, and remember in which order its characters are read."""
        pdf = self._make(order, fonts)
        pages = self._check(order, pdf)
        self._sequences = Sequences(pages, self._open.openings, order.snippets)
        return pdf

    def make(self, order: Order, fonts: Programs) -> bytes:
        """Return the PDF of one document of the class.

        Raises:
            UnknownContentError: the finished file does not show what it must, where it must, and that alone.
            FaultError: see `pdf_checks`.
        """
        pdf = self._make(order, fonts)
        self._check(order, pdf)
        return pdf

    def _make(self, order: Order, fonts: Programs) -> bytes:
        codes: dict[bytes, frozenset[int]] = {}
        for snippet in order.snippets.values():
            for font, used in snippet.codes:
                codes[font] = codes.get(font, frozenset()) | used
        images = {} if order.image is None else {_PICTURE: order.image}
        contents = self._open.contents(order.snippets)
        return self._assembler.assemble(contents, fonts, codes, images, order.properties)

    def _check(self, order: Order, pdf: bytes) -> list[PrintedPage]:
        pages = read_pages(order.name, pdf, glyphs=True)
        if self._sequences is None or not self._sequences.same(pages, order.snippets):
            self._layout.check([page.glyphs for page in pages], order.snippets)
        self._check_picture(order, pdf)
        check_pdf(order.name, pages, order.text)
        check_exact(order.name, pages, self._common + self._said(order))
        return pages

    def _check_picture(self, order: Order, pdf: bytes) -> None:
        if order.image is not None:
            image = as_pdf_image(order.image)
            if image is None or image[1] not in pdf or pdf.count(b"/Subtype /Image") != 1:
                raise UnknownContentError("another picture")

    def _said(self, order: Order) -> Counter[str]:
        """Return the letters that a document's slots bring onto its pages, as often as they stand there."""
        return letters("\n".join(order.texts[slot] for slot in self._open.slots))


def open_press(first: Source, order: Order, fonts: Programs, pdf: bytes) -> tuple[Press, bytes] | None:
    """Return a press and its first document, or None when the document is not as expected.

    The first document was laid out whole as well: both must look the same.
    """
    try:
        press = Press(first, order, pdf)
        made = press.first(order, fonts)
        check_structure(order.name, made)
        return (press, made) if alike(made, pdf) else None
    except (*UNEXPECTED, FaultError):
        return None


def print_all(press: Press, fonts: Programs, orders: Sequence[Order]) -> list[bytes] | None:
    """Return a PDF for each order, or None when one of them does not come out right."""
    try:
        return [press.make(order, fonts) for order in orders]
    except (*UNEXPECTED, FaultError):
        return None


def take_sheet(pdf: bytes, texts: Sequence[str], number: int) -> Taken | None:
    """Return the cells of a sheet and its fonts, or None when it is not as expected.

    Args:
        pdf: the sheet.
        texts: what each cell prints.
        number: of the sheet; names of fonts are made from it.
    """
    fonts = Fonts(number)
    try:
        return read_sheet(pdf, texts, fonts), fonts.by_name
    except UNEXPECTED:
        return None
