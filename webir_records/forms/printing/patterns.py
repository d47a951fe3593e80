"""Read many documents of one form quickly: after the first, only what differs is parsed.

A document whose bytes between the paragraphs are those of one that was taken apart before has the same
structure; its paragraphs are compared one by one, and only those that differ are looked at.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from webir_records.forms.printing.odf_source import OdfDialect
from webir_records.forms.printing.source import Dialect, Kind, Piece, Slot, Source
from webir_records.forms.printing.word_source import WordDialect

DIALECTS: Final[Mapping[Kind, Dialect]] = {"docx": WordDialect(), "odt": OdfDialect()}
_PARAGRAPHS: Final[Mapping[Kind, re.Pattern[bytes]]] = {
    "docx": re.compile(rb"<w:p(?: [^>]*)?/>|<w:p(?: [^>]*[^/>])?>.*?</w:p>", re.DOTALL),
    "odt": re.compile(rb"<text:p(?: [^>]*)?/>|<text:p(?: [^>]*[^/>])?>.*?</text:p>", re.DOTALL),
}
_BODIES: Final[Mapping[Kind, str]] = {"docx": "word/document.xml", "odt": "content.xml"}
_DESCRIPTIONS: Final = ("docProps/", "meta.xml", "Thumbnails/")
_PICTURES: Final = ("word/media/", "Pictures/", "media/")
_KEPT: Final = 16


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A document that was taken apart: its source, and its paragraphs as they stand in the file."""

    source: Source
    paragraphs: tuple[bytes, ...]
    pictures: tuple[str, ...]
    static: str


class Reader:
    """Takes documents apart; remembers the last patterns."""

    def __init__(self) -> None:
        self._patterns: dict[bytes, _Pattern] = {}

    def read(self, name: str, kind: Kind, parts: Mapping[str, bytes]) -> Source:
        """Take a document apart; see `Dialect.read`."""
        body = parts[_BODIES[kind]]
        paragraphs = tuple(_PARAGRAPHS[kind].findall(body))
        key = _key(kind, parts, _PARAGRAPHS[kind].split(body))
        pattern = self._patterns.get(key)
        source = None if pattern is None else _alike(name, pattern, paragraphs, parts)
        if source is None:
            source = _raw(DIALECTS[kind].read(name, parts), paragraphs)
            self._remember(key, source, paragraphs, parts)
        return source

    def _remember(
        self, key: bytes, source: Source, paragraphs: tuple[bytes, ...], parts: Mapping[str, bytes]
    ) -> None:
        if source.skeleton is None or len(paragraphs) != len(source.pieces):
            return
        names = DIALECTS[source.kind].pictures(parts)
        if any(not name.startswith(_PICTURES) for name in names) or len(names) != _stored(parts):
            return
        static = "".join(piece.text for piece in source.pieces if piece.slot is None)
        while len(self._patterns) >= _KEPT:
            del self._patterns[next(iter(self._patterns))]
        self._patterns[key] = _Pattern(source, paragraphs, names, static)


def _stored(parts: Mapping[str, bytes]) -> int:
    return sum(1 for name in parts if name.startswith(_PICTURES))


def _key(kind: Kind, parts: Mapping[str, bytes], between: list[bytes]) -> bytes:
    digest = hashlib.sha256(b"\0".join(between))
    for name in sorted(parts):
        if name != _BODIES[kind] and not name.startswith(_DESCRIPTIONS):
            data = b"" if name.startswith(_PICTURES) else parts[name]
            digest.update(b"%s\0%d\0" % (name.encode(), len(data)) + data)
    return digest.digest()


def _raw(source: Source, paragraphs: tuple[bytes, ...]) -> Source:
    """Return a source whose slots are as they stand in the file, so that both ways of reading agree."""
    if len(paragraphs) != len(source.pieces):
        return source
    slots = list(source.slots)
    for piece, paragraph in zip(source.pieces, paragraphs, strict=True):
        if piece.slot is not None:
            slots[piece.slot] = Slot(
                DIALECTS[source.kind].bare(paragraph), piece.text, repeats=slots[piece.slot].repeats
            )
    return replace(source, slots=tuple(slots))


def _alike(
    name: str, pattern: _Pattern, paragraphs: tuple[bytes, ...], parts: Mapping[str, bytes]
) -> Source | None:
    """Return the source of a document of the same structure, or None when it is another one."""
    if len(paragraphs) != len(pattern.paragraphs) or _stored(parts) != len(pattern.pictures):
        return None
    slots = list(pattern.source.slots)
    pieces = list(pattern.source.pieces)
    for number, (own, known) in enumerate(zip(paragraphs, pattern.paragraphs, strict=True)):
        if own != known:
            place = pieces[number].slot
            taken = None if place is None else _slot(own, known, pattern.source.kind)
            if place is None or taken is None:
                return None
            slots[place] = replace(taken, repeats=slots[place].repeats)
            pieces[number] = Piece(taken.text, place)
    text = pattern.static + "".join(slot.text for slot in slots)
    images = tuple(parts[picture] for picture in pattern.pictures)
    return replace(
        pattern.source, name=name, text=text, pieces=tuple(pieces), slots=tuple(slots), images=images
    )


@lru_cache(maxsize=4096)
def _slot(own: bytes, known: bytes, kind: Kind) -> Slot | None:
    """Return a paragraph as a slot when it differs from a known slot in its text alone."""
    dialect = DIALECTS[kind]
    bare = dialect.bare(own)
    text = dialect.same_but_text(bare, dialect.bare(known))
    return None if text is None else Slot(bare, text)
