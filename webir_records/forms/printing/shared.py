"""Lay out once what many documents have in common.

Documents of one form differ in the text of some cells. Each different content of a cell is laid out once, on
a sheet (`sheet`). Documents whose cells come out equally high look the same everywhere else, because in a
table of fixed width the height of its cells is all that decides where the rest stands. So one document of
each such class is laid out whole, its cells are opened (`opened`), and the others are put together from it
and from the sheet (`assembly`).

What is not exactly as expected raises `UnknownContentError`; the caller converts those documents whole.
"""

import io
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pikepdf

from webir_records.forms.docx_package import write_parts
from webir_records.forms.printing.assembly import Assembler
from webir_records.forms.printing.description import PdfProperties
from webir_records.forms.printing.embedded import FAST, SMALL
from webir_records.forms.printing.glyphs import Layout
from webir_records.forms.printing.opened import OpenDocument, open_document
from webir_records.forms.printing.page_text import UnknownContentError
from webir_records.forms.printing.png import as_pdf_image
from webir_records.forms.printing.preview import PrintedPage, printed_pages
from webir_records.forms.printing.sheet import Fonts, Snippet, read_sheet
from webir_records.forms.printing.source import Dialect, Source, Wanted

SHEET_CELLS: Final = 250
"""Cells on one sheet, so that its arrays stay far below the 8191 items that PDF/A allows."""

_SAME_HEIGHT: Final = 0.11
"""In points; heights of the same lines differ by rounding, those of other lines by more than ten."""

_MANY: Final = 10
_INVISIBLE: Final = ("Cc", "Cf", "Zl", "Zp")
_PICTURE: Final = b"V0"
"""Name of the picture that differs."""


_ClassKey = tuple[tuple[int, int] | bytes, ...]
_Cell = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document of cells to lay out."""

    document: bytes
    cells: tuple[_Cell, ...]
    texts: tuple[str, ...]


@dataclass(slots=True)
class Group:
    """Documents with one skeleton.

    Attributes:
        sources: the documents.
        slots: which slots differ between them.
        images: which pictures differ between them.
        geometries: what decides the width of each slot.
        fonts: those of the sheets.
        snippets: cells of the sheets.
    """

    sources: Sequence[Source]
    slots: tuple[int, ...]
    images: tuple[int, ...]
    geometries: Sequence[bytes]
    fonts: Fonts = field(default_factory=Fonts)
    snippets: dict[_Cell, Snippet | None] = field(default_factory=dict[_Cell, Snippet | None])

    @classmethod
    def of(cls, sources: Sequence[Source], parts: Mapping[str, bytes], dialect: Dialect) -> "Group":
        """See what differs between documents; `parts` are those of the first."""
        first = sources[0]
        slots = tuple(
            number
            for number in range(len(first.slots))
            if len({source.slots[number].content for source in sources}) > 1
        )
        images = tuple(
            number for number in range(len(first.images)) if len({one.images[number] for one in sources}) > 1
        )
        pictures = {one.images[number] for one in sources for number in images}
        if images and len(first.images) > 1:
            raise UnknownContentError("a picture that differs beside another one")
        if any(as_pdf_image(picture) is None for picture in pictures):
            raise UnknownContentError("a picture of another kind")
        return cls(sources, slots, images, dialect.geometries(parts))

    def sheets(
        self, parts: Mapping[str, bytes], dialect: Dialect, sources: Sequence[Source]
    ) -> Iterator[Sheet]:
        """Give the sheets that lay out every differing cell of some documents that was not laid out yet."""
        places: dict[bytes, int] = {}
        wanted: dict[_Cell, str] = {}
        for number in self.slots:
            geometry = self.geometries[number]
            places.setdefault(geometry, number)
            for source in sources:
                slot = source.slots[number]
                cell = (geometry, slot.content)
                if slot.text and cell not in self.snippets and _drawn(slot.text):
                    wanted[cell] = slot.text
        cells = sorted(wanted, key=lambda cell: places[cell[0]])
        for start in range(0, len(cells), SHEET_CELLS):
            some = tuple(cells[start : start + SHEET_CELLS])
            made = dialect.sheet(parts, [Wanted(places[geometry], content) for geometry, content in some])
            yield Sheet(write_parts(made), some, tuple(wanted[cell] for cell in some))

    def differing(self) -> int:
        """Return about how many cells have to be laid out."""
        return sum(len({source.slots[number].content for source in self.sources}) for number in self.slots)

    def take(self, sheet: Sheet, pdf: bytes) -> None:
        """Take what became of a sheet."""
        self.snippets |= dict(zip(sheet.cells, read_sheet(pdf, sheet.texts, self.fonts), strict=True))

    def drawn(self, source: Source) -> dict[int, Snippet]:
        """Return the cells of a document that print something, as they were laid out.

        Raises:
            UnknownContentError: one of them could not be told apart on its sheet.
        """
        found: dict[int, Snippet] = {}
        for number in self.slots:
            if source.slots[number].text:
                snippet = self.snippets.get((self.geometries[number], source.slots[number].content))
                if snippet is None:
                    raise UnknownContentError("a cell that was not found on its sheet")
                found[number] = snippet
        return found

    def classes(self, sources: Sequence[Source]) -> tuple[list[list[Source]], list[Source]]:
        """Return documents by class, and those that belong to none or are alone in theirs.

        Cells that print nothing may still be high, so they must be the same.
        """
        levels = self._levels()
        found: dict[_ClassKey, list[Source]] = {}
        alone: list[Source] = []
        for source in sources:
            try:
                drawn = self.drawn(source)
            except UnknownContentError:
                alone.append(source)
                continue
            key = tuple(
                (levels[number][drawn[number].height], drawn[number].lines)
                if number in drawn
                else source.slots[number].content
                for number in self.slots
            )
            found.setdefault(key, []).append(source)
        alone += [classmates[0] for classmates in found.values() if len(classmates) == 1]
        return [classmates for classmates in found.values() if len(classmates) > 1], alone

    def _levels(self) -> dict[int, dict[float, int]]:
        """Return for each slot a number for each height; heights that differ by rounding have the same."""
        by_geometry: dict[bytes, set[float]] = {}
        for (geometry, _), snippet in self.snippets.items():
            if snippet is not None:
                by_geometry.setdefault(geometry, set()).add(snippet.height)
        return {number: _clusters(by_geometry.get(self.geometries[number], set())) for number in self.slots}


def _drawn(text: str) -> bool:
    """Return whether every character of a text is drawn; those that are not cannot be found on a sheet."""
    return not any(unicodedata.category(character) in _INVISIBLE for character in text)


def _clusters(heights: Iterable[float]) -> dict[float, int]:
    found: dict[float, int] = {}
    level, last = 0, None
    for height in sorted(heights):
        if last is not None and height - last > _SAME_HEIGHT:
            level += 1
        found[height], last = level, height
    return found


class Press:
    """Makes the documents of one class from the PDF of its first one."""

    def __init__(self, group: Group, first: Source, pdf: bytes, *, expected: int) -> None:
        """Open the first document.

        Args:
            group: what the documents have in common.
            first: the first document.
            pdf: its PDF.
            expected: how many documents are to be made; for many, what is common is packed tighter.

        Raises:
            UnknownContentError: it does not look as expected.
        """
        self._group = group
        name = _PICTURE if group.images else None
        with pikepdf.open(io.BytesIO(pdf)) as document:
            self._open: OpenDocument = open_document(document, first, group.drawn(first), name)
            self._assembler = Assembler(document, self._open.kept, SMALL if expected >= _MANY else FAST)
        self.slots = self._open.slots
        laid_out = [page.glyphs for page in printed_pages(pdf, glyphs=True)]
        self._layout = Layout(laid_out, self._open.openings, group.drawn(first))

    def check(self, source: Source, pdf: bytes, pages: Sequence[PrintedPage]) -> None:
        """Check that a finished PDF shows what it must, where it must, and its own picture alone.

        Raises:
            UnknownContentError: it does not.
        """
        self._layout.check([page.glyphs for page in pages], self._group.drawn(source))
        if self._group.images:
            image = as_pdf_image(source.images[0])
            if image is None or image[1] not in pdf or pdf.count(b"/Subtype /Image") != 1:
                raise UnknownContentError("another picture")

    def make(self, source: Source, properties: PdfProperties) -> bytes:
        """Return the PDF of one document of the class."""
        snippets = self._group.drawn(source)
        codes: dict[bytes, frozenset[int]] = {}
        for snippet in snippets.values():
            for font, used in snippet.codes:
                codes[font] = codes.get(font, frozenset()) | used
        images: dict[bytes, bytes] = {_PICTURE: source.images[0]} if self._group.images else {}
        return self._assembler.assemble(
            self._open.contents(snippets), self._group.fonts.by_name, codes, images, properties
        )
