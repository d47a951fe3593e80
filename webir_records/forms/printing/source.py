"""A finished document, taken apart as far as is needed to see what it has in common with others.

Two documents share a layout when everything but the text of some table cells and the pictures of the body
is the same. Those cells' paragraphs are `slots`; everything else goes into the `skeleton`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Kind = Literal["docx", "odt"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph of the body.

    Attributes:
        text: what it prints, without white space; may be empty.
        slot: number of the slot that it is, or None for what is not taken apart.
    """

    text: str
    slot: int | None


@dataclass(frozen=True, slots=True)
class Slot:
    """A paragraph that may differ between documents that share a layout.

    Attributes:
        content: the paragraph as XML; two equal ones look the same at the same place.
        text: what it prints, without white space.
        repeats: stands in the head of a table, which is printed again on each page.
    """

    content: bytes
    text: str
    repeats: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """One document.

    Attributes:
        text: all that the body prints.
        skeleton: digest of all that is not slot or picture; None when the document cannot share a layout.
        pieces: the body's paragraphs in the order of the document.
        images: pictures of the body in the order of the document, as files.
    """

    name: str
    kind: Kind
    text: str
    skeleton: bytes | None
    pieces: tuple[Piece, ...]
    slots: tuple[Slot, ...]
    images: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A cell to lay out on a sheet: which slot's place, with which content."""

    slot: int
    content: bytes


class Dialect(Protocol):
    """What depends on the file format."""

    def read(self, name: str, parts: Mapping[str, bytes]) -> Source:
        """Take a document apart."""
        ...

    def pictures(self, parts: Mapping[str, bytes]) -> tuple[str, ...]:
        """Return the parts that are the body's pictures, in the order of the document."""
        ...

    def bare(self, paragraph: bytes) -> bytes:
        """Return a paragraph as it stands in a file, without marks that say nothing about how it looks."""
        ...

    def same_but_text(self, own: bytes, known: bytes) -> str | None:
        """Return what a paragraph prints when only its runs differ from a known slot, which is plain text.

        Args:
            own: the paragraph as it stands in the file, with its prefixes.
            known: a slot.
        """
        ...

    def geometries(self, parts: Mapping[str, bytes]) -> tuple[bytes, ...]:
        """Return for each slot what decides how wide it is; equal for slots that share cells on a sheet."""
        ...

    def sheet(self, parts: Mapping[str, bytes], wanted: Sequence[Wanted]) -> dict[str, bytes]:
        """Return the parts of a document with one shaded cell for each wanted content, in that order."""
        ...
