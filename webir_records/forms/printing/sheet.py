"""Read the PDF of a sheet: each cell that was laid out, with its height and the operators that draw it."""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pikepdf

from webir_records.forms.printing.embedded import EmbeddedFont
from webir_records.forms.printing.page_text import (
    Point,
    Stretch,
    UnknownContentError,
    decoders,
    places,
    renamed,
    shown,
    stretches,
)
from webir_records.forms.printing.preview import Glyph, printed_pages

_RECTANGLE: Final = re.compile(rb"(?m)^(\S+) (\S+) (\S+) (\S+) re f\*$")
_SLACK: Final = 1.0
_TAGS: Final = 100_000
"""Each sheet has so many tags of fonts to itself; those below are the common fonts' (`assembly`)."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A paragraph as it was laid out in its cell.

    Attributes:
        top: upper left corner of the cell on the sheet.
        height: of the cell when nothing else makes it higher, in points.
        lines: how many different base lines there are.
        parts: its stretches: text and where they are.
        drawing: the operators; fonts under the names that `Fonts` gave.
        codes: the codes that it shows, by font.
        glyphs: its characters and where they stand, seen from `top`, as PDFium reads the sheet.
    """

    top: Point
    height: float
    lines: int
    parts: tuple[tuple[str, tuple[Point, ...]], ...]
    drawing: bytes
    codes: tuple[tuple[bytes, frozenset[int]], ...]
    glyphs: tuple[Glyph, ...]


class Fonts:
    """Every font of a sheet under a name that no other sheet of the run's chunk uses."""

    def __init__(self, sheet: int) -> None:
        """Begin without fonts; `sheet` is the number of the sheet."""
        self._sheet = sheet
        self.by_name: dict[bytes, EmbeddedFont] = {}

    def add(self, page: pikepdf.Page, known: dict[tuple[int, int], bytes]) -> dict[bytes, bytes]:
        """Return the new names of a page's fonts; `known` remembers those of the same file.

        A font that cannot be cut down to what one document shows gets no name: it would bring the
        characters of other documents along.
        """
        names: dict[bytes, bytes] = {}
        for name, font in page.obj.Resources.get("/Font", pikepdf.Dictionary()).items():
            if font.objgen not in known:
                number = _TAGS * self._sheet + len(self.by_name)
                try:
                    embedded = EmbeddedFont(font, _TAGS + number)
                except UnknownContentError:
                    continue
                known[font.objgen] = b"D%d" % number
                self.by_name[known[font.objgen]] = embedded
            names[str(name)[1:].encode()] = known[font.objgen]
        return names


def read_sheet(pdf: bytes, texts: Sequence[str], fonts: Fonts) -> list[Snippet | None]:
    """Return what became of each cell; None where it cannot be told apart.

    Args:
        pdf: the sheet.
        texts: what each cell prints, without white space, none of them empty.
        fonts: gets the fonts of the sheet.

    Raises:
        UnknownContentError: the sheet does not look as expected.
    """
    document = pikepdf.open(io.BytesIO(pdf))
    known: dict[tuple[int, int], bytes] = {}
    found: list[Snippet | None] = []
    pages: list[tuple[list[Stretch], list[tuple[float, ...]], dict[bytes, bytes], Sequence[Glyph]]] = []
    for page, printed in zip(document.pages, printed_pages(pdf, glyphs=True), strict=True):
        content = page.obj.Contents.read_bytes()
        cells = sorted({tuple(map(float, m.groups())) for m in _RECTANGLE.finditer(content)})
        pages.append((stretches(content, decoders(page)), cells, fonts.add(page, known), printed.glyphs))
    aligned = align(texts, [page[0] for page in pages])
    for run in aligned:
        number = run[0][0]
        whole = all(page == number for page, _ in run)
        found.append(_snippet([part for _, part in run], *pages[number][1:]) if whole else None)
    return found


def align(texts: Sequence[str], pages: Sequence[Sequence[Stretch]]) -> list[list[tuple[int, Stretch]]]:
    """Find for each text the stretches that say it, in the order of both.

    Within a text the order may differ: characters from another font are drawn after the others.

    Raises:
        UnknownContentError: the stretches do not say exactly these texts in this order.
    """
    waiting = _every(pages)
    found: list[list[tuple[int, Stretch]]] = []
    for text in texts:
        run: list[tuple[int, Stretch]] = []
        said = ""
        while len(said) < len(text):
            place = next(waiting, None)
            if place is None:
                break
            run.append(place)
            said += place[1].text
        if sorted(said) != sorted(text):
            raise UnknownContentError("the page says something else")
        found.append(run)
    if next(waiting, None) is not None:
        raise UnknownContentError("the page says more")
    return found


def _every(pages: Sequence[Sequence[Stretch]]) -> Iterator[tuple[int, Stretch]]:
    for number, page in enumerate(pages):
        for part in page:
            if part.text:
                yield number, part


def _snippet(
    run: Sequence[Stretch],
    cells: Sequence[tuple[float, ...]],
    names: dict[bytes, bytes],
    glyphs: Sequence[Glyph],
) -> Snippet | None:
    parts = tuple((part.text, tuple(places(part.drawing))) for part in run)
    points = [point for _, part in parts for point in part]
    if not points:
        return None
    left, base = points[0]
    around = [
        (x, y + height, height)
        for x, y, width, height in cells
        if y <= base <= y + height and x - _SLACK <= left <= x + width + _SLACK
    ]
    if len(around) != 1:
        return None
    x, top, height = around[0]
    if not {font for part in run for font, _ in shown(part.drawing)} <= names.keys():
        return None
    drawing = renamed(b"".join(part.drawing for part in run), names)
    codes: dict[bytes, set[int]] = {}
    for font, shows in shown(drawing):
        codes.setdefault(font, set()).update(bytes.fromhex(shows.decode()))
    return Snippet(
        (x, top),
        height,
        len({round(y) for _, y in points}),
        parts,
        drawing,
        tuple((font, frozenset(used)) for font, used in codes.items()),
        tuple((code, u - x, v - top) for code, u, v in glyphs if top - height <= v <= top),
    )
