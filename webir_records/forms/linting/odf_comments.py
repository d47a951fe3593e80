"""Put comments into an OpenDocument text (OpenDocument 1.3 part 3, section 14.1)."""

from collections.abc import Sequence
from typing import Final

from lxml import etree

from webir_records.forms.linting.model import Element, Paragraph, Piece
from webir_records.forms.linting.odf_grammar import CONTENT, DC, OFFICE, TEXT, odf_parts
from webir_records.forms.linting.packages import Opened
from webir_records.forms.linting.repacking import repack, serialise
from webir_records.forms.linting.report import AUTHOR, Notes, Place

_NO_TEXT: Final = frozenset({f"{TEXT}s", f"{TEXT}tab", f"{TEXT}line-break"})


def odf_copy(data: bytes, opened: Opened, notes: Notes) -> bytes:
    """Return a copy with these comments.

    Args:
        data: the file.
        opened: the same file, opened; its parts are changed.
        notes: what to say where; what belongs to headers and text boxes goes to the first paragraph.
    """
    body = next(part for part in odf_parts(opened.parts) if part.name == CONTENT)
    placed = [(_paragraph(body.paragraphs, place), place, text) for place, text in notes.texts]
    for paragraph, place, text in sorted(placed, key=lambda note: note[1].start, reverse=True):
        _insert(paragraph, place.start if _here(place) else 0, _annotation(text, notes.moment))
    return repack(data, {CONTENT: serialise(body.root)})


def _here(place: Place) -> bool:
    return place.part == CONTENT and place.index >= 0 and not place.box


def _paragraph(paragraphs: Sequence[Paragraph], place: Place) -> Paragraph:
    if _here(place):
        return paragraphs[place.index]
    return next((p for p in paragraphs if not p.place.box), paragraphs[0])


def _annotation(text: str, moment: str) -> Element:
    note = etree.Element(f"{OFFICE}annotation", nsmap={"dc": DC[1:-1]})
    creator = etree.SubElement(note, f"{DC}creator")
    creator.text = AUTHOR
    if moment:
        date = etree.SubElement(note, f"{DC}date")
        date.text = moment
    paragraph = etree.SubElement(note, f"{TEXT}p")
    paragraph.text = text
    return note


def _insert(paragraph: Paragraph, position: int, note: Element) -> None:
    """Put a comment before a character; comments of one paragraph are put in from its end to its start."""
    piece = next((p for p in paragraph.pieces if p.start <= position < p.end), None)
    if piece is None:
        _split_text(paragraph.element, 0, note)
    elif piece.tail:
        _split_tail(piece, position - piece.start, note)
    elif piece.owner.tag in _NO_TEXT:
        piece.owner.addprevious(note)
    else:
        _split_text(piece.owner, position - piece.start, note)


def _split_text(owner: Element, offset: int, note: Element) -> None:
    text = owner.text or ""
    owner.insert(0, note)
    owner.text, note.tail = text[:offset], text[offset:]


def _split_tail(piece: Piece, offset: int, note: Element) -> None:
    tail = piece.owner.tail or ""
    piece.owner.addnext(note)
    piece.owner.tail, note.tail = tail[:offset], tail[offset:]
