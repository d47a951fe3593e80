"""Look at a PDF that was made from a document: is it whole, A4, and does it say all that the document says?

A PDF can hold the right text behind an empty box: the table that leads from glyphs back to characters
lists a character even when no font had a glyph for it. So the fonts are asked as well.
"""

import io
import struct
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import pikepdf
import pypdf
from pypdf.errors import PyPdfError

from webir_records.forms.document_text import BODY, printed_text, text_parts
from webir_records.forms.docx_package import read_parts
from webir_records.forms.texts import code_point
from webir_records.model.errors import FaultError

A4_POINTS: Final = (595.276, 841.89)
"""210 mm × 297 mm in points of 1/72 inch."""

_TOLERANCE_POINTS: Final = 2.0
_FIXED_DATE: Final = "1980-01-01T00:00:00Z"
_FIXED_PDF_DATE: Final = "D:19800101000000Z"
_FIXED_PROFILE_DATE: Final = struct.pack(">6H", 1980, 1, 1, 0, 0, 0)
_SHOWN: Final = 8
"""So many characters are named; the rest is counted."""

_CNS_FAMILIES: Final = ("TW-Kai", "TW-Sung", "全字庫")
"""Fonts whose private characters are those of CNS 11643; in any other font they are something else."""

_LAST_CODE_POINT: Final = 0x10FFFF
_SYMBOL_FAMILIES: Final = ("OpenSymbol", "LastResort", "Noto Sans Symbols")


@dataclass(frozen=True, slots=True)
class FontCoverage:
    """Which characters the installed fonts can show.

    Attributes:
        ranges: first and last code point, sorted, without overlaps.
        private: the same for private characters.
    """

    ranges: tuple[tuple[int, int], ...]
    private: tuple[tuple[int, int], ...]

    @classmethod
    def parse(cls, listing: str) -> "FontCoverage":
        """Read what `fc-list` says of families and character sets, a tab between them."""
        common: set[tuple[int, int]] = set()
        private: set[tuple[int, int]] = set()
        for line in listing.splitlines():
            family, _, charset = line.partition("\t")
            if any(name in family for name in _SYMBOL_FAMILIES):
                continue
            ranges = {_range(part) for part in charset.split()}
            common |= ranges
            if any(name in family.replace("\\", "") for name in _CNS_FAMILIES):
                private |= ranges
        return cls(_merged(common), _merged(private))

    def lacks(self, characters: str) -> list[str]:
        """Return the characters that no font can show, each once."""
        wanted = dict.fromkeys(
            c for c in characters if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf")
        )
        return [c for c in wanted if not self._has(c)]

    def _has(self, character: str) -> bool:
        ranges = self.private if _private(character) else self.ranges
        place = bisect_right(ranges, (ord(character), _LAST_CODE_POINT)) - 1
        return place >= 0 and ord(character) <= ranges[place][1]


def _merged(ranges: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    merged: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return tuple(merged)


def _fix_profile_dates(document: pikepdf.Pdf) -> None:
    """Set the creation time in the colour profile (ICC.1:2010 section 7.2.8), which is that of the run."""
    for intent in document.Root.get("/OutputIntents", pikepdf.Array()):
        profile = intent.get("/DestOutputProfile")
        if isinstance(profile, pikepdf.Stream):
            data = profile.read_bytes()
            profile.write(data[:24] + _FIXED_PROFILE_DATE + data[36:])


def _private(character: str) -> bool:
    return unicodedata.category(character) == "Co"


def _range(part: str) -> tuple[int, int]:
    first, _, last = part.partition("-")
    return int(first, 16), int(last or first, 16)


def printed_body(document: bytes) -> str:
    """Return the text of a docx that comes onto paper."""
    return printed_text(text_parts(read_parts(document, "docx"))[BODY])


def check_fonts(name: str, text: str, coverage: FontCoverage) -> None:
    """Check that every character of a text can be shown.

    Raises:
        FaultError: `F314`, with the document and the characters.
    """
    if lacking := coverage.lacks(text):
        raise FaultError("F314", document=name, characters=_name(lacking))


def check_pdf(name: str, pdf: bytes, text: str) -> None:
    """Check that a PDF is whole, A4, and holds every letter and digit of a text.

    Raises:
        FaultError: `F312` it does not open, `F313` a page is not A4, `F315` text is missing.
    """
    try:
        reader = pypdf.PdfReader(io.BytesIO(pdf))
        sizes = [sorted((float(page.mediabox.width), float(page.mediabox.height))) for page in reader.pages]
        found = "".join(page.extract_text() for page in reader.pages)
    except (PyPdfError, ValueError, KeyError) as error:
        raise FaultError("F312", document=name) from error
    for number, size in enumerate(sizes, start=1):
        if any(abs(a - b) > _TOLERANCE_POINTS for a, b in zip(size, A4_POINTS, strict=True)):
            raise FaultError("F313", document=name, page=str(number), got=f"{size[0]:.0f} × {size[1]:.0f} pt")
    missing = _letters(text) - _letters(found)
    if missing or not sizes:
        raise FaultError("F315", document=name, characters=_name(list(missing)))


def _letters(text: str) -> Counter[str]:
    """Count letters and digits; forms of the same letter that a font draws alike count as one."""
    plain = unicodedata.normalize("NFKC", text)
    return Counter(c for c in plain if unicodedata.category(c)[0] in "LN")


def _name(characters: list[str]) -> str:
    shown = "、".join(f"{c} ({code_point(c)})" for c in characters[:_SHOWN])
    return shown if len(characters) <= _SHOWN else f"{shown} … {len(characters)}"


def normalise_pdf(name: str, pdf: bytes) -> bytes:
    """Return the PDF without what differs from run to run, and without what PDF/A does not know.

    Raises:
        FaultError: `F312`, it does not open.
    """
    buffer = io.BytesIO()
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            unwanted = (
                (document.trailer, "/DocChecksum"),
                (document.trailer, "/ID"),
                (document.Root, "/OpenAction"),
            )
            for holder, key in unwanted:
                if key in holder:
                    del holder[key]
            _fix_profile_dates(document)
            document.docinfo["/CreationDate"] = pikepdf.String(_FIXED_PDF_DATE)
            with document.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
                metadata["xmp:CreateDate"] = _FIXED_DATE
                if "xmp:ModifyDate" in metadata:
                    metadata["xmp:ModifyDate"] = _FIXED_DATE
            document.save(buffer, deterministic_id=True)
    except pikepdf.PdfError as error:
        raise FaultError("F312", document=name) from error
    return buffer.getvalue()
