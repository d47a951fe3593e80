"""Where every character of a page stands, as PDFium reads it, to compare a finished page with what is due.

Nothing here knows how the page was put together; that is the point of looking at a finished one.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from webir_records.forms.printing.opened import Opening
from webir_records.forms.printing.page_text import UnknownContentError
from webir_records.forms.printing.preview import Glyph, PrintedPage
from webir_records.forms.printing.sheet import Snippet

_LAID_OUT: Final = 0.3
"""In points; LibreOffice rounds the places of a cell twice, on the sheet and on the page."""

_MADE: Final = 0.02
"""In points; we write three decimals."""


class Layout:
    """The characters that every document of a class has, and where the others come to stand."""

    def __init__(
        self,
        laid_out: Sequence[Sequence[Glyph]],
        openings: Sequence[Sequence[Opening]],
        snippets: Mapping[int, Snippet],
    ) -> None:
        """See what a document that was laid out has beside its own slots.

        Args:
            laid_out: characters of each of its pages.
            openings: where its slots are, page by page.
            snippets: what they look like on the sheet.

        Raises:
            UnknownContentError: a character of a slot is not where the slot is.
        """
        self._openings = openings
        self._static = [
            Counter(_left(page, _wanted(places, snippets), _LAID_OUT))
            for page, places in zip(laid_out, openings, strict=True)
        ]

    def check(self, made: Sequence[Sequence[Glyph]], snippets: Mapping[int, Snippet]) -> None:
        """Check that pages have the common characters and those of these snippets, in place, and no others.

        Raises:
            UnknownContentError: they do not.
        """
        for page, static, places in zip(made, self._static, self._openings, strict=True):
            found = Counter(page)
            if not static <= found or _left((found - static).elements(), _wanted(places, snippets), _MADE):
                raise UnknownContentError("a page with other characters")


def _wanted(openings: Iterable[Opening], snippets: Mapping[int, Snippet]) -> list[Glyph]:
    return [
        (character, opening.x + x, opening.y + y)
        for opening in openings
        if opening.slot in snippets
        for character, x, y in snippets[opening.slot].glyphs
    ]


def _left(glyphs: Iterable[Glyph], wanted: Iterable[Glyph], tolerance: float) -> list[Glyph]:
    """Return the characters without those that are wanted, each of which must be there."""
    by_character: dict[int, list[Glyph]] = {}
    for glyph in glyphs:
        by_character.setdefault(glyph[0], []).append(glyph)
    for character, x, y in wanted:
        same = by_character.get(character, [])
        for place, glyph in enumerate(same):
            if abs(glyph[1] - x) <= tolerance and abs(glyph[2] - y) <= tolerance:
                del same[place]
                break
        else:
            raise UnknownContentError("a character at another place")
    return [glyph for same in by_character.values() for glyph in same]


@dataclass(frozen=True, slots=True)
class _Static:
    """Characters that every document of a class has, with their places as they lie in memory."""

    marks: str
    xs: bytes
    ys: bytes


class Sequences:
    """The characters of the pages of a class in the order in which PDFium gives them.

    This is the quick way to see that a page is right: every character is compared with the one that is due at
    its place in the order, the common ones bit by bit with where they stood in the first document.
    What is not exactly so is left to `Layout`, which knows no order.
    """

    def __init__(
        self,
        made: Sequence[PrintedPage],
        openings: Sequence[Sequence[Opening]],
        snippets: Mapping[int, Snippet],
    ) -> None:
        """Learn the order from the first document, which was checked by `Layout`.

        Args:
            made: its pages.
            openings: where its slots are, page by page.
            snippets: what they look like on the sheet.
        """
        self._pages = [_sequence(page, places, snippets) for page, places in zip(made, openings, strict=True)]

    def same(self, made: Sequence[PrintedPage], snippets: Mapping[int, Snippet]) -> bool:
        """Return whether pages hold the common characters and these snippets, each in its place and order."""
        return len(made) == len(self._pages) and all(
            sequence is not None and _follows(page, sequence, snippets)
            for page, sequence in zip(made, self._pages, strict=True)
        )


def _marks(snippet: Snippet) -> str:
    return "".join([chr(glyph[0]) for glyph in snippet.glyphs])


def _sequence(
    page: PrintedPage, openings: Sequence[Opening], snippets: Mapping[int, Snippet]
) -> list[_Static | Opening] | None:
    """Return what a page is made of, or None when a slot is not found as one piece."""
    found: list[tuple[int, int, Opening]] = []
    for opening in openings:
        snippet = snippets.get(opening.slot)
        if snippet is not None:
            start = _find(page, opening, snippet)
            if start is None:
                return None
            found.append((start, start + len(snippet.glyphs), opening))
    sequence: list[_Static | Opening] = []
    place = 0
    for start, end, opening in sorted(found, key=lambda one: one[:2]):
        if start < place:
            return None
        sequence += [_static(page, place, start), opening]
        place = end
    return [*sequence, _static(page, place, len(page.marks))]


def _find(page: PrintedPage, opening: Opening, snippet: Snippet) -> int | None:
    marks = _marks(snippet)
    start = page.marks.find(marks)
    while start >= 0 and not _lies(page, start, opening, snippet):
        start = page.marks.find(marks, start + 1)
    return start if start >= 0 else None


def _lies(page: PrintedPage, start: int, opening: Opening, snippet: Snippet) -> bool:
    return all(
        abs(page.xs[place] - opening.x - x) <= _MADE and abs(page.ys[place] - opening.y - y) <= _MADE
        for place, (_, x, y) in enumerate(snippet.glyphs, start)
    )


def _static(page: PrintedPage, start: int, end: int) -> _Static:
    return _Static(page.marks[start:end], page.xs[start:end].tobytes(), page.ys[start:end].tobytes())


def _follows(
    page: PrintedPage, sequence: Sequence[_Static | Opening], snippets: Mapping[int, Snippet]
) -> bool:
    place = 0
    for piece in sequence:
        if isinstance(piece, _Static):
            end = place + len(piece.marks)
            if _static(page, place, end) != piece:
                return False
        else:
            snippet = snippets[piece.slot]
            end = place + len(snippet.glyphs)
            if page.marks[place:end] != _marks(snippet) or not _lies(page, place, piece, snippet):
                return False
        place = end
    return place == len(page.marks)
