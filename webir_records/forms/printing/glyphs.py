"""Where every character of a page stands, as PDFium reads it, to compare a finished page with what is due.

Nothing here knows how the page was put together; that is the point of looking at a finished one.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from webir_records.forms.printing.opened import Opening
from webir_records.forms.printing.page_text import UnknownContentError
from webir_records.forms.printing.preview import Glyph
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
