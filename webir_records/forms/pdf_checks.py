"""Look at a PDF that was made from a document: is it whole, A4, PDF/A, and does it say all that it must?

A PDF can hold the right text behind an empty box: the table that leads from glyphs back to characters
lists a character even when no font had a glyph for it. So the fonts are asked as well.
"""

import io
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

import pikepdf

from webir_records.forms.printing.assembly import fix_profile_dates
from webir_records.forms.printing.description import PdfProperties
from webir_records.forms.printing.fonts import FontCoverage
from webir_records.forms.printing.page_text import UnknownContentError
from webir_records.forms.printing.preview import PrintedPage, UnreadablePdfError, printed_pages
from webir_records.forms.printing.type1 import mend_type1_fonts
from webir_records.forms.printing.validation import pdfa_findings
from webir_records.forms.texts import code_point
from webir_records.model.errors import FaultError

__all__ = [
    "FontCoverage",
    "check_exact",
    "check_fonts",
    "check_pdf",
    "check_pdfa",
    "check_structure",
    "finish_pdf",
    "letters",
    "read_pages",
]

A4_POINTS: Final = (595.276, 841.89)
"""210 mm × 297 mm in points of 1/72 inch."""

_TOLERANCE_POINTS: Final = 2.0
_SHOWN: Final = 8
"""So many characters are named; the rest is counted."""

_PROGRAMS: Final = ("/FontFile", "/FontFile2", "/FontFile3")
_UNWANTED: Final = ("/DocChecksum", "/ID")


def check_fonts(name: str, text: str, coverage: FontCoverage) -> None:
    """Check that every character of a text can be shown.

    Raises:
        FaultError: `F314`, with the document and the characters.
    """
    if lacking := coverage.lacks(text):
        raise FaultError("F314", document=name, characters=_name(lacking))


def read_pages(name: str, pdf: bytes, *, glyphs: bool = False) -> list[PrintedPage]:
    """Return size and text of the pages of a PDF, and where each character stands if that is asked.

    Raises:
        FaultError: `F312`, it does not open.
    """
    try:
        return printed_pages(pdf, glyphs=glyphs)
    except UnreadablePdfError as error:
        raise FaultError("F312", document=name) from error


def check_pdf(name: str, pages: Sequence[PrintedPage], text: str) -> None:
    """Check that pages are A4 and hold every letter and digit of a text.

    Raises:
        FaultError: `F313` a page is not A4, `F315` text is missing.
    """
    for number, page in enumerate(pages, start=1):
        size = sorted((page.width, page.height))
        if any(abs(a - b) > _TOLERANCE_POINTS for a, b in zip(size, A4_POINTS, strict=True)):
            raise FaultError("F313", document=name, page=str(number), got=f"{size[0]:.0f} × {size[1]:.0f} pt")
    found = letters("".join(page.text for page in pages))
    wanted = letters(text)
    missing = [] if wanted <= found else list(wanted - found)
    if missing or not pages:
        raise FaultError("F315", document=name, characters=_name(missing))


def check_exact(name: str, pages: Sequence[PrintedPage], expected: Counter[str]) -> None:
    """Check that pages hold these letters and digits, no fewer and no more.

    Raises:
        FaultError: `F352`, with the characters that are missing or too many.
    """
    found = letters("".join(page.text for page in pages))
    if found != expected:
        differing = (found - expected) + (expected - found)
        raise FaultError("F352", document=name, characters=_name(list(differing)))


def check_pdfa(name: str, pdf: bytes) -> None:
    """Check that a file is PDF/A-2b.

    Raises:
        FaultError: `F351`, with the rules that it breaks.
    """
    if findings := pdfa_findings(pdf):
        raise FaultError("F351", document=name, rules="、".join(findings))


def check_structure(name: str, pdf: bytes) -> None:
    """Check what a PDF/A-2b must have and must not have, as far as it is quickly seen.

    ISO 19005-2 clauses 6.1.3 (identifier, no encryption), 6.2.3 (output intent), 6.2.11.4 (embedded fonts),
    6.5 (no actions), 6.6.2 (metadata) and 6.8 (no embedded files).

    Raises:
        FaultError: `F351`, with what is wrong; `F312`, it does not open.
    """
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            wrong = [text for text, right in _structure(document) if not right]
    except pikepdf.PdfError as error:
        raise FaultError("F312", document=name) from error
    if wrong:
        raise FaultError("F351", document=name, rules="、".join(wrong))


def _structure(document: pikepdf.Pdf) -> Iterator[tuple[str, bool]]:
    root = document.Root
    yield "6.1.3 /ID", "/ID" in document.trailer and "/Encrypt" not in document.trailer
    yield "6.2.3 /OutputIntents", len(root.get("/OutputIntents", ())) == 1
    yield "6.5 actions", not {"/OpenAction", "/AA", "/AcroForm"} & set(root.keys())
    yield "6.8 /Names", "/Names" not in root
    xmp = root.Metadata.read_bytes() if "/Metadata" in root else b""
    yield "6.6.4 pdfaid", b"<pdfaid:part>2<" in xmp and b"<pdfaid:conformance>B<" in xmp
    seen: set[tuple[int, int]] = set()
    for page in document.pages:
        for font in page.obj.Resources.get("/Font", pikepdf.Dictionary()).values():
            if font.objgen not in seen:
                seen.add(font.objgen)
                yield "6.2.11.4 font", any(key in font.FontDescriptor for key in _PROGRAMS)


def letters(text: str) -> Counter[str]:
    """Count letters and digits; forms of the same letter that a font draws alike count as one."""
    plain = unicodedata.normalize("NFKC", text) if any(map(_joins, set(text))) else text
    return Counter("".join(map(_plain, plain)))


@lru_cache(maxsize=1 << 16)
def _plain(character: str) -> str:
    """Return the letters and digits that a character stands for."""
    return "".join(c for c in unicodedata.normalize("NFKC", character) if unicodedata.category(c)[0] in "LN")


@lru_cache(maxsize=1 << 16)
def _joins(character: str) -> bool:
    """Return whether a character may become one with that before it."""
    return unicodedata.category(character)[0] == "M" or "\u1100" <= character <= "\u11ff"


def _name(characters: list[str]) -> str:
    shown = "、".join(f"{c} ({code_point(c)})" for c in characters[:_SHOWN])
    return shown if len(characters) <= _SHOWN else f"{shown} … {len(characters)}"


def _without_comments(page: pikepdf.Object) -> None:
    """Take out what a reader shows beside the page, and the order of going through it; links stay."""
    if "/Tabs" in page:
        del page["/Tabs"]
    if "/Annots" in page:
        links = [annotation for annotation in page.Annots if annotation.get("/Subtype") == "/Link"]
        if links:
            page.Annots = pikepdf.Array(links)
        else:
            del page["/Annots"]


def finish_pdf(name: str, pdf: bytes, properties: PdfProperties) -> bytes:
    """Return a PDF of LibreOffice without what differs from run to run, and with its own description.

    Raises:
        FaultError: `F312`, it does not open; `F351`, widths of a font that cannot be read.
    """
    buffer = io.BytesIO()
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            for key in _UNWANTED:
                if key in document.trailer:
                    del document.trailer[key]
            if "/OpenAction" in document.Root:
                del document.Root["/OpenAction"]
            for page in document.pages:
                _without_comments(page.obj)
            fix_profile_dates(document)
            mend_type1_fonts(document)
            metadata = pikepdf.Dictionary(Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML)
            document.Root.Metadata = document.make_stream(properties.xmp(), metadata)
            document.trailer["/Info"] = document.make_indirect(
                pikepdf.Dictionary({key: pikepdf.String(text) for key, text in properties.info().items()})
            )
            document.save(buffer, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    except pikepdf.PdfError as error:
        raise FaultError("F312", document=name) from error
    except UnknownContentError as error:
        raise FaultError("F351", document=name, rules=f"6.2.11.5 {error}") from error
    return buffer.getvalue()
