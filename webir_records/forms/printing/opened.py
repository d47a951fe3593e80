"""A document as LibreOffice laid it out, with its slots left open for what other documents say there."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pikepdf

from webir_records.forms.printing.page_text import (
    Stretch,
    UnknownContentError,
    artifacts,
    decoders,
    moved,
    offset,
    places,
    stretches,
)
from webir_records.forms.printing.sheet import Snippet, align
from webir_records.forms.printing.source import Source

_TOLERANCE: Final = 0.16
"""In points; LibreOffice rounds to a twentieth of a point in two steps."""

_SURE: Final = 3
"""A text this long does not stand twice on a page by chance."""

_PICTURE: Final = re.compile(rb"/(\S+) Do(?=\s)")


@dataclass(frozen=True, slots=True)
class Opening:
    """Where on a page the cell of a slot has its upper left corner."""

    slot: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """The pages of a document: operators that stay, and openings between them."""

    pages: tuple[tuple[bytes | Opening, ...], ...]

    def contents(self, snippets: Mapping[int, Snippet]) -> list[bytes]:
        """Return the operators of each page with these snippets in the openings."""
        return [b"".join(_drawn(piece, snippets) for piece in page) for page in self.pages]

    @property
    def kept(self) -> Iterator[bytes]:
        """Give the operators that stay."""
        return (piece for page in self.pages for piece in page if isinstance(piece, bytes))

    def times(self) -> dict[int, int]:
        """Return how often each slot is printed: a repeated head of a table more than once."""
        counted: dict[int, int] = {}
        for page in self.pages:
            for piece in page:
                if isinstance(piece, Opening):
                    counted[piece.slot] = counted.get(piece.slot, 0) + 1
        return counted


@dataclass(frozen=True, slots=True)
class _Cut:
    """Bytes of a page to replace by `clip` and an opening, if there is one."""

    start: int
    end: int
    clip: bytes
    opening: Opening | None


def _drawn(piece: bytes | Opening, snippets: Mapping[int, Snippet]) -> bytes:
    if isinstance(piece, bytes):
        return piece
    snippet = snippets.get(piece.slot)
    if snippet is None:
        return b""
    return moved(snippet.drawing, piece.x - snippet.top[0], piece.y - snippet.top[1])


def open_document(
    document: pikepdf.Pdf, source: Source, snippets: Mapping[int, Snippet], images: Mapping[int, bytes]
) -> OpenDocument:
    """Open the slots of a document that was laid out whole.

    Args:
        document: its PDF.
        source: what it says.
        snippets: what its own slots look like on the sheet, for each slot that is to be opened.
        images: new names for pictures, by their number in the document.

    Raises:
        UnknownContentError: a slot cannot be found, or does not look as on the sheet.
    """
    contents = [page.obj.Contents.read_bytes() for page in document.pages]
    fonts = [decoders(page) for page in document.pages]
    said = [stretches(content, font) for content, font in zip(contents, fonts, strict=True)]
    around = [artifacts(content, font) for content, font in zip(contents, fonts, strict=True)]
    cuts: list[list[_Cut]] = [[] for _ in contents]
    removed: set[str] = set()
    pieces = [piece for piece in source.pieces if piece.text]
    for piece, run in zip(pieces, align([piece.text for piece in pieces], said), strict=True):
        if piece.slot is None or piece.slot not in snippets:
            continue
        snippet, page = snippets[piece.slot], run[0][0]
        parts = [part for _, part in run]
        if len({number for number, _ in run}) != 1:
            raise UnknownContentError("a paragraph on two pages")
        opening = _opening(piece.slot, parts, snippet)
        cuts[page] += _cuts(parts, opening)
        removed |= {part.text for part in parts if len(part.text) >= _SURE}
        for later in range(page + 1, len(contents)):
            cuts[later] += _repeated(piece.slot, around[later], snippet)
    pages = tuple(_pieces(content, cut) for content, cut in zip(contents, cuts, strict=True))
    _check_rest(around, cuts, removed)
    return OpenDocument(_with_images(pages, len(source.images), images))


def _opening(slot: int, parts: Sequence[Stretch], snippet: Snippet) -> Opening:
    """Return where the cell's corner comes to stand so that the text stands where it stood."""
    if [part.text for part in parts] != [text for text, _ in snippet.parts]:
        raise UnknownContentError("a paragraph that was divided otherwise")
    shift = offset(
        [places(part.drawing)[0] for part in parts],
        [points[0] for _, points in snippet.parts],
        tolerance=_TOLERANCE,
    )
    if shift is None:
        raise UnknownContentError("a paragraph of another shape")
    return Opening(slot, snippet.top[0] + shift[0], snippet.top[1] + shift[1])


def _cuts(run: Sequence[Stretch], opening: Opening) -> list[_Cut]:
    return [
        _Cut(part.start, part.end, part.clip, None if number else opening) for number, part in enumerate(run)
    ]


def _repeated(slot: int, around: Sequence[Stretch], snippet: Snippet) -> list[_Cut]:
    """Return the cuts for the same paragraph in the repeated head of a table."""
    texts = [text for text, _ in snippet.parts]
    if sum(map(len, texts)) < _SURE:
        return []
    for start in range(len(around) - len(texts) + 1):
        run = around[start : start + len(texts)]
        if [part.text for part in run] == texts:
            try:
                return _cuts(run, _opening(slot, run, snippet))
            except UnknownContentError:
                continue
    return []


def _check_rest(
    around: Sequence[Sequence[Stretch]], cuts: Sequence[Sequence[_Cut]], removed: set[str]
) -> None:
    """Check that no head of a table still says what only one document says."""
    for parts, cut in zip(around, cuts, strict=True):
        starts = {one.start for one in cut}
        if any(part.start not in starts and part.text in removed for part in parts):
            raise UnknownContentError("a slot that is also printed elsewhere")


def _pieces(content: bytes, cuts: Sequence[_Cut]) -> tuple[bytes | Opening, ...]:
    pieces: list[bytes | Opening] = []
    place = 0
    for cut in sorted(cuts, key=lambda cut: cut.start):
        if cut.start < place:
            raise UnknownContentError("paragraphs that overlap")
        pieces.append(content[place : cut.start] + cut.clip)
        if cut.opening is not None:
            pieces.append(cut.opening)
        place = cut.end
    return (*pieces, content[place:])


def _with_images(
    pages: tuple[tuple[bytes | Opening, ...], ...], count: int, images: Mapping[int, bytes]
) -> tuple[tuple[bytes | Opening, ...], ...]:
    if not images:
        return pages
    drawn = [0]

    def exchanged(match: re.Match[bytes]) -> bytes:
        drawn[0] += 1
        return b"/%s Do" % images.get(drawn[0] - 1, match[1])

    changed = tuple(
        tuple(_PICTURE.sub(exchanged, piece) if isinstance(piece, bytes) else piece for piece in page)
        for page in pages
    )
    if drawn[0] != count:
        raise UnknownContentError("pictures that are not those of the document")
    return changed
