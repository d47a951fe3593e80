"""Lay out once what many documents have in common.

Documents of one form differ in the text of some cells. Each different content of a cell is laid out once, on
a sheet (`sheet`). Documents whose cells come out equally high look the same everywhere else, because in a
table of fixed width the height of its cells is all that decides where the rest stands. So one document of
each such class is laid out whole, its cells are opened (`opened`), and the others are put together from it
and from the sheet (`press`, `assembly`). The press of a class serves the chunks that come later, too.

What is not exactly as expected raises `UnknownContentError`; the caller converts those documents whole.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from webir_records.forms.docx_package import write_parts
from webir_records.forms.printing.description import PdfProperties
from webir_records.forms.printing.embedded import EmbeddedFont
from webir_records.forms.printing.page_text import UnknownContentError
from webir_records.forms.printing.png import as_pdf_image
from webir_records.forms.printing.press import Order, Press
from webir_records.forms.printing.sheet import Snippet
from webir_records.forms.printing.source import Dialect, Source, Wanted
from webir_records.forms.printing.worker import Lent

SHEET_CELLS: Final = 250
"""Cells on one sheet, so that its arrays stay far below the 8191 items that PDF/A allows."""

_SAME_HEIGHT: Final = 0.11
"""In points; heights of the same lines differ by rounding, those of other lines by more than ten."""

_PRESSES: Final = 48
"""Presses of one skeleton; each takes about a megabyte."""

_INVISIBLE: Final = ("Cc", "Cf", "Zl", "Zp")

_ClassKey = tuple[tuple[int, int] | bytes, ...]
_Cell = tuple[bytes, bytes]
Looks = tuple[tuple[float, int] | bytes, ...]
"""For each slot how high it is and how many lines it has; what stands in it when it prints nothing."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A press, and which documents it fits.

    Attributes:
        slots: which it opens; `images` too.
        looks: of its first document.
        press: it.
    """

    slots: tuple[int, ...]
    images: tuple[int, ...]
    looks: Looks
    press: Lent[Press]


@dataclass(slots=True)
class Known:
    """What earlier chunks of a run found out about a skeleton.

    Attributes:
        first: the first document that has it.
        slots: which slots differ.
        images: which pictures differ.
        presses: classes that can be printed.
        seen: slots and looks of documents that were alone in their chunk.
    """

    first: Source
    slots: frozenset[int] = frozenset()
    images: frozenset[int] = frozenset()
    presses: list[Kept] = field(default_factory=list[Kept])
    seen: list[tuple[tuple[int, ...], Looks]] = field(default_factory=list[tuple[tuple[int, ...], Looks]])

    def add(self, press: Kept) -> None:
        """Remember a press; of very many, the oldest is forgotten."""
        self.presses.append(press)
        del self.presses[:-_PRESSES]

    def again(self, slots: tuple[int, ...], looks: Looks) -> bool:
        """Return whether a document of these looks was alone in an earlier chunk; remember it."""
        before = any(known == slots and _same(one, looks) for known, one in self.seen)
        if not before:
            self.seen.append((slots, looks))
            del self.seen[:-_PRESSES]
        return before


@dataclass(slots=True)
class Sorted:
    """Documents by what becomes of them.

    Attributes:
        printed: by the press that fits.
        classes: alike, two or more, for which there is no press yet.
        single: those that no other one is like.
        unfit: those that cannot be shared.
    """

    printed: list[tuple[Lent[Press], list[Source]]] = field(
        default_factory=list[tuple[Lent[Press], list[Source]]]
    )
    classes: list[list[Source]] = field(default_factory=list[list[Source]])
    single: list[Source] = field(default_factory=list[Source])
    unfit: list[Source] = field(default_factory=list[Source])


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document of cells to lay out."""

    document: bytes
    cells: tuple[_Cell, ...]
    texts: tuple[str, ...]


@dataclass(slots=True)
class Group:
    """Documents of one chunk with one skeleton.

    Attributes:
        sources: the documents.
        slots: which slots differ between them, or differed in earlier chunks.
        images: which pictures differ.
        geometries: what decides the width of each slot.
        known: what earlier chunks found out.
        fonts: those of the sheets.
        snippets: cells of the sheets.
    """

    sources: Sequence[Source]
    slots: tuple[int, ...]
    images: tuple[int, ...]
    geometries: Sequence[bytes]
    known: Known
    fonts: dict[bytes, EmbeddedFont] = field(default_factory=dict[bytes, EmbeddedFont])
    snippets: dict[_Cell, Snippet | None] = field(default_factory=dict[_Cell, Snippet | None])
    _sheets: int = 0

    @classmethod
    def of(
        cls, sources: Sequence[Source], parts: Mapping[str, bytes], dialect: Dialect, known: Known
    ) -> "Group":
        """See what differs between documents; `parts` are those of the first of them."""
        first, compared = known.first, (known.first, *sources)
        slots = {n for n in range(len(first.slots)) if len({one.slots[n].content for one in compared}) > 1}
        images = {n for n in range(len(first.images)) if len({one.images[n] for one in compared}) > 1}
        known.slots |= slots
        known.images |= images
        if known.images and len(first.images) > 1:
            raise UnknownContentError("a picture that differs beside another one")
        if any(
            as_pdf_image(picture) is None
            for picture in {one.images[n] for one in sources for n in known.images}
        ):
            raise UnknownContentError("a picture of another kind")
        return cls(
            sources, tuple(sorted(known.slots)), tuple(sorted(known.images)), dialect.geometries(parts), known
        )

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

    def next_sheet(self) -> int:
        """Return a number for a sheet, another one each time."""
        self._sheets += 1
        return self._sheets - 1

    def differing(self) -> int:
        """Return about how many cells have to be laid out."""
        return sum(len({source.slots[number].content for source in self.sources}) for number in self.slots)

    def take(
        self, sheet: Sheet, snippets: Sequence[Snippet | None], fonts: Mapping[bytes, EmbeddedFont]
    ) -> None:
        """Take what became of a sheet."""
        self.snippets |= dict(zip(sheet.cells, snippets, strict=True))
        self.fonts |= fonts

    def order(self, source: Source, properties: PdfProperties) -> Order:
        """Return what a press needs to know of a document."""
        texts = {number: source.slots[number].text for number in self.slots}
        image = source.images[0] if self.images else None
        return Order(source.name, source.text, texts, self.drawn(source), image, properties)

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

    def sort(self, sources: Sequence[Source]) -> Sorted:
        """Return documents by class.

        Cells that print nothing may still be high, so they must be the same.
        """
        made = Sorted()
        presses = [one for one in self.known.presses if (one.slots, one.images) == (self.slots, self.images)]
        printed: dict[int, list[Source]] = {}
        classes: dict[_ClassKey, list[Source]] = {}
        levels = self._levels()
        for source in sources:
            try:
                looks = self.looks(source)
            except UnknownContentError:
                made.unfit.append(source)
                continue
            press = next((one.press for one in presses if _same(one.looks, looks)), None)
            if press is None:
                classes.setdefault(_key(self.slots, looks, levels), []).append(source)
            elif press.number in printed:
                printed[press.number].append(source)
            else:
                made.printed.append((press, printed.setdefault(press.number, [source])))
        for classmates in classes.values():
            if len(classmates) > 1:
                made.classes.append(classmates)
            else:
                made.single += classmates
        return made

    def alike(self, sources: Sequence[Source]) -> bool:
        """Return whether two of some documents are of one class."""
        levels, found = self._levels(), set[_ClassKey]()
        for source in sources:
            try:
                key = _key(self.slots, self.looks(source), levels)
            except UnknownContentError:
                continue
            if key in found:
                return True
            found.add(key)
        return False

    def looks(self, source: Source) -> Looks:
        """Return what decides where everything else of a document stands.

        Raises:
            UnknownContentError: a cell could not be told apart on its sheet.
        """
        drawn = self.drawn(source)
        return tuple(
            (drawn[number].height, drawn[number].lines) if number in drawn else source.slots[number].content
            for number in self.slots
        )

    def _levels(self) -> dict[int, dict[float, int]]:
        """Return for each slot a number for each height; heights that differ by rounding have the same."""
        by_geometry: dict[bytes, set[float]] = {}
        for (geometry, _), snippet in self.snippets.items():
            if snippet is not None:
                by_geometry.setdefault(geometry, set()).add(snippet.height)
        return {number: _clusters(by_geometry.get(self.geometries[number], set())) for number in self.slots}


def _same(one: Looks, other: Looks) -> bool:
    return len(one) == len(other) and all(
        a == b
        or (
            isinstance(a, tuple)
            and isinstance(b, tuple)
            and a[1] == b[1]
            and abs(a[0] - b[0]) <= _SAME_HEIGHT
        )
        for a, b in zip(one, other, strict=True)
    )


def _key(slots: Sequence[int], looks: Looks, levels: Mapping[int, Mapping[float, int]]) -> _ClassKey:
    return tuple(
        one if isinstance(one, bytes) else (levels[number][one[0]], one[1])
        for number, one in zip(slots, looks, strict=True)
    )


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
