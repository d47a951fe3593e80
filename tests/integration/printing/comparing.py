"""How two PDFs of one document differ: character by character, block of pixels by block, picture by picture.

PDFium reads and draws both; nothing here knows how either was made.
"""

import ctypes
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby, zip_longest
from math import gcd

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

PLACE = 0.2
"""In points; LibreOffice rounds to a twentieth of a point, more than once."""

SIZE = 0.02
"""In points."""

DPI = 400
"""So large that PDFium draws letters as outlines and does not move them to whole points of the picture."""

BLOCK = 16
"""Points of such a picture, 1 mm: a quarter of a small character is as wide."""

BLOCK_GREY = 14
"""Levels of grey, of 255, by which the mean of a block may differ.

What stands `PLACE` aside makes 12; another dot in a character or 已 for 己 makes 16 and more.
"""

SAMPLE_GREY = 40
"""Levels of grey, of 255, by which a sample of a picture may differ when LibreOffice made it smaller."""

_STROKED = (1, 2, 5, 6)
_WHITE = frozenset({0, 9, 10, 13, 32, 0xA0, 0x3000})
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Look:
    """How characters are set.

    Attributes:
        font: its name without the mark of the subset.
        size: in points.
        colours: of the filling and, if there is one, the outline: red, green, blue, opacity.
        mode: how it is drawn (ISO 32000-1 table 106); LibreOffice outlines letters to make them bold.
    """

    font: str
    size: float
    colours: tuple[tuple[int, ...], ...]
    mode: int

    def same(self, other: "Look") -> bool:
        """Return whether this looks the same."""
        return (
            self.font == other.font
            and self.colours == other.colours
            and self.mode == other.mode
            and abs(self.size - other.size) <= SIZE
        )


@dataclass(frozen=True, slots=True)
class Character:
    """A character as it is printed; its place is on the base line, in points from the lower left corner."""

    text: str
    x: float
    y: float
    look: Look

    def same(self, other: "Character") -> bool:
        """Return whether this looks the same at the same place."""
        return (
            self.text == other.text
            and abs(self.x - other.x) <= PLACE
            and abs(self.y - other.y) <= PLACE
            and self.look.same(other.look)
        )


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture on a page: where it lies, in points, how many samples it has, and their grey."""

    box: tuple[float, ...]
    width: int
    height: int
    grey: bytes

    def same(self, other: "Picture") -> bool:
        """Return whether this shows the same at the same place."""
        if any(abs(a - b) > PLACE for a, b in zip(self.box, other.box, strict=True)):
            return False
        if (self.width, self.height) == (other.width, other.height):
            return self.grey == other.grey
        module = max(self.module, other.module)
        across, down = max(self.width, other.width) // module, max(self.height, other.height) // module
        pairs = zip(self.sampled(across, down), other.sampled(across, down), strict=True)
        return all(abs(a - b) <= SAMPLE_GREY for a, b in pairs)

    @property
    def module(self) -> int:
        """Return the size in samples of the squares that the picture is made of; 1 when it has none."""
        rows = [self.grey[start : start + self.width] for start in range(0, len(self.grey), self.width)]
        return gcd(self.width, self.height, *(len(list(run)) for row in rows for _, run in groupby(row)))

    def sampled(self, across: int, down: int) -> bytes:
        """Return the samples in the middle of so many rectangles across and down."""
        return bytes(
            self.grey[
                (2 * y + 1) * self.height // (2 * down) * self.width
                + (2 * x + 1) * self.width // (2 * across)
            ]
            for y in range(down)
            for x in range(across)
        )


def differences(one: bytes, other: bytes) -> list[str]:
    """Return in what two PDFs differ; nothing when they are the same to a reader."""
    with closing(pypdfium2.PdfDocument(one)) as first, closing(pypdfium2.PdfDocument(other)) as second:
        if len(first) != len(second):
            return [f"{len(first)} pages, not {len(second)}"]
        pages = list(zip(list(first), list(second), strict=True))  # open at once: PDFium forgets fonts
        return [
            f"page {number}: {what}"
            for number, (page, its) in enumerate(pages, start=1)
            for what in (*_text(page, its), *_pictures(page, its), *_blocks(page, its))
        ]


def _text(one: pypdfium2.PdfPage, other: pypdfium2.PdfPage) -> Iterator[str]:
    mine, its = characters(one), characters(other)
    wrong = [(a, b) for a, b in zip_longest(mine, its) if a is None or b is None or not a.same(b)]
    return (f"{a} is not {b}" for a, b in wrong[:_SHOWN])


def characters(page: pypdfium2.PdfPage) -> list[Character]:
    """Return the characters of a page in the order in which they are read; no white space."""
    text = page.get_textpage()
    looks: dict[int, Look] = {}
    found: list[Character] = []
    x, y = ctypes.c_double(), ctypes.c_double()
    for number in range(pdfium.FPDFText_CountChars(text)):
        code = pdfium.FPDFText_GetUnicode(text, number)
        if code not in _WHITE:
            pdfium.FPDFText_GetCharOrigin(text, number, x, y)
            drawn = pdfium.FPDFText_GetTextObject(text, number)
            key = ctypes.cast(drawn, ctypes.c_void_p).value or 0
            if key not in looks:
                looks[key] = _look(text, number, pdfium.FPDFTextObj_GetTextRenderMode(drawn))
            found.append(Character(chr(code), x.value, y.value, looks[key]))
    return found


def _look(text: pypdfium2.PdfTextPage, number: int, mode: int) -> Look:
    name = ctypes.create_string_buffer(128)
    pdfium.FPDFText_GetFontInfo(text, number, name, len(name), ctypes.c_int())
    colours = [_colour(pdfium.FPDFText_GetFillColor, text, number)]
    if mode in _STROKED:
        colours.append(_colour(pdfium.FPDFText_GetStrokeColor, text, number))
    family = name.value.decode().rpartition("+")[2]
    return Look(family, pdfium.FPDFText_GetFontSize(text, number), tuple(colours), mode)


def _colour(asked: Callable[..., object], text: pypdfium2.PdfTextPage, number: int) -> tuple[int, ...]:
    parts = [ctypes.c_uint() for _ in range(4)]
    asked(text, number, *parts)
    return tuple(part.value for part in parts)


def _pictures(one: pypdfium2.PdfPage, other: pypdfium2.PdfPage) -> Iterator[str]:
    pairs = zip_longest(pictures(one), pictures(other))
    wrong = [(a, b) for a, b in pairs if a is None or b is None or not a.same(b)]
    return (f"picture at {a and a.box} is not the one at {b and b.box}" for a, b in wrong)


def pictures(page: pypdfium2.PdfPage) -> list[Picture]:
    """Return the pictures of a page in the order in which they are drawn."""
    objects = page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE])
    return [_samples(image) for image in objects if isinstance(image, pypdfium2.PdfImage)]


def _samples(image: pypdfium2.PdfImage) -> Picture:
    bitmap = image.get_bitmap()
    rows = _rows(bitmap)
    channels = bitmap.n_channels
    if channels > 1:  # the darkest of blue, green and red; a fourth one is not colour
        rows = [bytes(map(min, *(row[c::channels] for c in range(3)))) for row in rows]
    return Picture(image.get_bounds(), bitmap.width, bitmap.height, b"".join(rows))


def _rows(bitmap: pypdfium2.PdfBitmap) -> list[bytes]:
    data, used = bytes(bitmap.buffer), bitmap.width * bitmap.n_channels
    return [data[line * bitmap.stride :][:used] for line in range(bitmap.height)]


def _blocks(one: pypdfium2.PdfPage, other: pypdfium2.PdfPage) -> Iterator[str]:
    mine, its = _mosaic(one), _mosaic(other)
    if mine.size != its.size:
        return iter(("another size",))
    pairs = enumerate(zip(mine.tobytes(), its.tobytes(), strict=True))
    wrong = [(number, abs(a - b)) for number, (a, b) in pairs if abs(a - b) > BLOCK_GREY]
    side = BLOCK * 72 / DPI
    return (
        f"{grey} levels of grey at {number % mine.width * side:.0f}, {number // mine.width * side:.0f} pt "
        f"from the upper left corner, one of {len(wrong)}"
        for number, grey in wrong[:_SHOWN]
    )


def _mosaic(page: pypdfium2.PdfPage) -> Image.Image:
    """Return a page as a picture with one point for each block."""
    drawn = page.render(scale=DPI / 72, grayscale=True)
    size = (drawn.width, drawn.height)
    return Image.frombuffer("L", size, bytes(drawn.buffer), "raw", "L", drawn.stride, 1).reduce(BLOCK)
