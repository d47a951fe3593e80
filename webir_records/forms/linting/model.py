"""A template as the linter sees it: parts, and in them paragraphs with their text and their surroundings.

The same model serves Word and OpenDocument; `Grammar` says how each of them calls its elements.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice, takewhile
from typing import TypeAlias

from lxml import etree

from webir_records.forms.linting.report import Place

Element: TypeAlias = etree._Element  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] # no public name
"""An XML element."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a paragraph's text that stands in one place of the XML and looks the same.

    Attributes:
        start: first character in the paragraph's text.
        owner: element that holds the text.
        tail: the text follows the owner instead of standing in it.
        look: whatever makes its formatting; equal looks are equal strings.
        tracked: it was typed while changes were tracked.
        wrapper: what the run stands in, below the paragraph (link, field, content control), or None.
    """

    start: int
    text: str
    owner: Element
    tail: bool = False
    look: str = ""
    hidden: bool = False
    tracked: bool = False
    wrapper: Element | None = None

    @property
    def end(self) -> int:
        """First character after it."""
        return self.start + len(self.text)

    def moved(self, owner: Element, *, tail: bool = False) -> "Piece":
        """Return a piece that looks the same and stands elsewhere."""
        return Piece(self.start, self.text, owner, tail, self.look, self.hidden, self.tracked, self.wrapper)


def _end(piece: Piece) -> int:
    return piece.end


@dataclass(slots=True)
class ParagraphText:
    """What a grammar reads out of one paragraph: its own text, what was deleted, what is nested in it."""

    pieces: list[Piece] = field(default_factory=list[Piece])
    deleted: list[tuple[int, str]] = field(default_factory=list["tuple[int, str]"])
    nested: list[tuple[Element, str]] = field(default_factory=list["tuple[Element, str]"])
    length: int = 0

    def add(self, text: str, manner: Piece) -> None:
        """Append a stretch of text that stands and looks like another one."""
        if text:
            self.pieces.append(
                Piece(
                    self.length,
                    text,
                    manner.owner,
                    manner.tail,
                    manner.look,
                    manner.hidden,
                    manner.tracked,
                    manner.wrapper,
                )
            )
            self.length += len(text)

    def delete(self, text: str) -> None:
        """Note a tracked deletion at this place."""
        self.deleted.append((self.length, text))


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph.

    Attributes:
        element: its element.
        text: all of its own text, joined.
        deleted: tracked deletions that are still in the file, each with the place where it stood.
        place: where it stands, with an empty text.
        row: element of the table row around it, or None.
        cell: element of the cell around it, or None.
        home: nearest cell, text box, note or part around it: what a block may not leave.
    """

    element: Element
    text: str
    pieces: tuple[Piece, ...]
    deleted: tuple[tuple[int, str], ...]
    place: Place
    row: Element | None
    cell: Element | None
    home: Element

    def at(self, start: int, end: int, text: str = "") -> Place:
        """Return the place of some of its characters."""
        shown = text or self.text[start:end]
        return replace(self.place, text=shown, start=start, end=end)

    def pieces_of(self, start: int, end: int) -> tuple[Piece, ...]:
        """Return the pieces that some of its characters stand in."""
        first = bisect_right(self.pieces, start, key=_end)
        return tuple(takewhile(lambda piece: piece.start < end, islice(self.pieces, first, None)))


@dataclass(frozen=True, slots=True)
class Part:
    """One part that holds text: the body, a header, the notes."""

    name: str
    root: Element
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Grammar:
    """How one format calls its elements.

    Attributes:
        boxes: elements that hold paragraphs of their own, apart from the text around them.
        skipped: elements whose content is not part of the text.
        read: reads the text of one paragraph.
    """

    table: str
    row: str
    cells: frozenset[str]
    paragraphs: frozenset[str]
    boxes: frozenset[str]
    skipped: frozenset[str]
    read: Callable[[Element], ParagraphText]


@dataclass(frozen=True, slots=True)
class _Around:
    place: Place
    home: Element
    row: Element | None = None
    cell: Element | None = None


class Walk:
    """Goes through one part in the order of the document and numbers what it finds."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        self._tables = 0
        self._counts: dict[Element, int] = {}
        self.paragraphs: list[Paragraph] = []

    def story(self, root: Element, place: Place) -> None:
        """Take in everything below an element."""
        self._blocks(root, _Around(place, root))

    def _blocks(self, parent: Element, around: _Around) -> None:
        for child in parent.iterchildren("*"):
            if child.tag == self._grammar.table:
                self._table(child, around)
            elif child.tag in self._grammar.paragraphs:
                self._paragraph(child, around)
            elif child.tag in self._grammar.boxes:
                self._blocks(child, _Around(replace(around.place, box=True), child, around.row, around.cell))
            elif child.tag not in self._grammar.skipped:
                self._blocks(child, around)

    def _table(self, table: Element, around: _Around) -> None:
        self._tables += 1
        place = replace(around.place, table=self._tables)
        for number, row in enumerate(self._inside(table, frozenset({self._grammar.row})), start=1):
            for count, cell in enumerate(self._inside(row, self._grammar.cells), start=1):
                here = replace(place, row=number, cell=count)
                self._blocks(cell, _Around(here, cell, row, cell))

    def _inside(self, parent: Element, wanted: frozenset[str]) -> Iterator[Element]:
        """Yield rows or cells, also those in wrappers such as content controls and header rows."""
        for child in parent.iterchildren("*"):
            if child.tag in wanted:
                yield child
            elif child.tag not in self._grammar.skipped:
                yield from self._inside(child, wanted)

    def _paragraph(self, element: Element, around: _Around) -> None:
        read = self._grammar.read(element)
        self._counts[around.home] = self._counts.get(around.home, 0) + 1
        place = self._place(around.place, self._counts[around.home])
        text = "".join(piece.text for piece in read.pieces)
        self.paragraphs.append(
            Paragraph(
                element,
                text,
                tuple(read.pieces),
                tuple(read.deleted),
                place,
                around.row,
                around.cell,
                around.home,
            )
        )
        for nested, story in read.nested:
            inside = replace(around.place, box=True) if not story else Place(part=place.part, story=story)
            self._blocks(nested, _Around(inside, nested, around.row, around.cell))

    def _place(self, around: Place, paragraph: int) -> Place:
        return Place(
            part=around.part,
            story=around.story,
            story_number=around.story_number,
            table=around.table,
            row=around.row,
            cell=around.cell,
            paragraph=paragraph,
            box=around.box,
            index=len(self.paragraphs),
        )
