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


_BLOCK: Final = b"BT\n"
_PICTURE: Final = re.compile(rb"/(?:\S+) Do(?=\s)")


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

    @property
    def openings(self) -> list[list[Opening]]:
        """Return the openings of each page."""
        return [[piece for piece in page if isinstance(piece, Opening)] for page in self.pages]

    @property
    def slots(self) -> tuple[int, ...]:
        """Return the slots that are open, as often as they are printed: a repeated head more than once."""
        return tuple(piece.slot for page in self.pages for piece in page if isinstance(piece, Opening))


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
    document: pikepdf.Pdf, source: Source, snippets: Mapping[int, Snippet], image: bytes | None
) -> OpenDocument:
    """Open the slots of a document that was laid out whole.

    Args:
        document: its PDF.
        source: what it says.
        snippets: what its own slots look like on the sheet, for each slot that is to be opened.
        image: a new name for the only picture, when it differs between documents.

    Raises:
        UnknownContentError: a slot cannot be found, or does not look as on the sheet.
    """
    contents = [page.obj.Contents.read_bytes() for page in document.pages]
    fonts = [decoders(page) for page in document.pages]
    said = [stretches(content, font) for content, font in zip(contents, fonts, strict=True)]
    cuts: list[list[_Cut]] = [[] for _ in contents]
    heads: list[tuple[int, Opening, Snippet]] = []
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
        if source.slots[piece.slot].repeats:
            heads.append((page, opening, snippet))
    around = [artifacts(content, font) for content, font in zip(contents, fonts, strict=True)]
    _check_known(contents, said, around)
    for page, opening, snippet in heads:
        for later in range(page + 1, len(contents)):
            cuts[later] += _repeated(opening, around[later], snippet)
    _check_rest(around, cuts, [snippet for _, _, snippet in heads])
    pages = tuple(_pieces(content, cut) for content, cut in zip(contents, cuts, strict=True))
    return OpenDocument(_with_image(pages, image))


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


def _check_known(
    contents: Sequence[bytes], said: Sequence[Sequence[Stretch]], around: Sequence[Sequence[Stretch]]
) -> None:
    """Check that every text block of the pages is in a stretch that is known.

    Raises:
        UnknownContentError: one is not.
    """
    for content, *parts in zip(contents, said, around, strict=True):
        known = sum(part.drawing.count(_BLOCK) for group in parts for part in group)
        if content.count(_BLOCK) != known:
            raise UnknownContentError("text that is nowhere")


def _repeated(first: Opening, around: Sequence[Stretch], snippet: Snippet) -> list[_Cut]:
    """Return the cuts for the same paragraph in the repeated head of a table, as far from the left.

    Raises:
        UnknownContentError: the text stands there more than once.
    """
    texts = [text for text, _ in snippet.parts]
    found: list[list[_Cut]] = []
    for start in range(len(around) - len(texts) + 1):
        run = around[start : start + len(texts)]
        if [part.text for part in run] == texts:
            opening = _opening(first.slot, run, snippet)
            if abs(opening.x - first.x) > _TOLERANCE:
                raise UnknownContentError("a head at another place")
            found.append(_cuts(run, opening))
    if len(found) > 1:
        raise UnknownContentError("a head that is found twice")
    return found[0] if found else []


def _check_rest(
    around: Sequence[Sequence[Stretch]], cuts: Sequence[Sequence[_Cut]], heads: Sequence[Snippet]
) -> None:
    """Check that nothing that stays on the pages' edges and in their heads says what only one document says.

    Raises:
        UnknownContentError: it does, or a stretch could be one.
    """
    for parts, cut in zip(around, cuts, strict=True):
        starts = {one.start for one in cut}
        rest = "".join(part.text for part in parts if part.start not in starts)
        for snippet in heads:
            if "".join(text for text, _ in snippet.parts) in rest:
                raise UnknownContentError("a head that is also printed elsewhere")


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


def _with_image(
    pages: tuple[tuple[bytes | Opening, ...], ...], name: bytes | None
) -> tuple[tuple[bytes | Opening, ...], ...]:
    """Give the only picture another name.

    Raises:
        UnknownContentError: not exactly one picture is drawn.
    """
    if name is None:
        return pages
    kept = [piece for page in pages for piece in page if isinstance(piece, bytes)]
    if sum(len(_PICTURE.findall(piece)) for piece in kept) != 1:
        raise UnknownContentError("not exactly one picture")
    return tuple(
        tuple(_PICTURE.sub(b"/%s Do" % name, piece) if isinstance(piece, bytes) else piece for piece in page)
        for page in pages
    )
