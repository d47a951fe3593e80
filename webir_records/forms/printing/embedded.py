"""The fonts that LibreOffice embeds, cut down to what one document shows."""

import zlib
from collections.abc import Collection, Iterable, Mapping
from typing import Final

import pikepdf
from isal import isal_zlib

from webir_records.forms.printing.page_text import UnknownContentError, mappings
from webir_records.forms.printing.truetype import without_outlines

FAST: Final = 2
SMALL: Final = 6
_PROGRAM: Final = "/FontFile2"


class EmbeddedFont:
    """A simple font as LibreOffice embeds it: one-byte codes that are glyph numbers at the same time."""

    def __init__(self, font: pikepdf.Object, number: int) -> None:
        descriptor = font.FontDescriptor
        if font.Subtype != "/TrueType" or _PROGRAM not in descriptor:
            raise UnknownContentError("a font that cannot be cut down")
        program = descriptor[_PROGRAM]
        self._program = program.read_bytes()
        self._name = f"/{_tag(number)}+{str(font.BaseFont)[1:].partition('+')[2]}".encode()
        self._first = int(font.FirstChar)
        self._widths = [_number(width) for width in font.Widths]
        self._descriptor = entries(descriptor, without={_PROGRAM, "/FontName", "/CharSet", "/CIDSet"})
        self._meanings = mappings(font.ToUnicode.read_bytes())

    def objects(self, codes: Iterable[int], first: int, level: int = FAST) -> list[bytes]:
        """Return the objects of a font with only these codes: font, descriptor, program, meanings."""
        used = sorted(codes)
        low, high = used[0], used[-1]
        shown = frozenset(used)
        widths = b" ".join(
            self._widths[code - self._first] if code in shown else b"0" for code in range(low, high + 1)
        )
        font = b"<< /Type /Font /Subtype /TrueType /BaseFont %s /FirstChar %d /LastChar %d /Widths [%s] " % (
            self._name,
            low,
            high,
            widths,
        )
        font += b"/FontDescriptor %d 0 R /ToUnicode %d 0 R >>" % (first + 1, first + 3)
        program = without_outlines(self._program, used)
        return [
            font,
            b"<< %s /FontName %s %s %d 0 R >>" % (self._descriptor, self._name, _PROGRAM.encode(), first + 2),
            packed_stream(b"/Length1 %d" % len(program), program, level),
            packed_stream(
                b"", _to_unicode({code: self._meanings[code] for code in used if code in self._meanings})
            ),
        ]


def entries(dictionary: pikepdf.Object, *, without: Collection[str]) -> bytes:
    """Return the entries of a dictionary but some, as they stand in a file."""
    copied = pikepdf.Dictionary({key: value for key, value in dictionary.items() if key not in without})
    return copied.unparse().removeprefix(b"<<").removesuffix(b">>").strip()


def packed_stream(head: bytes, data: bytes, level: int = FAST) -> bytes:
    """Return a compressed stream object; levels up to 3 are fast, the others small."""
    packed = isal_zlib.compress(data, level) if level <= 3 else zlib.compress(data, level)
    return b"<< %s /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (
        head,
        len(packed),
        packed,
    )


def _tag(number: int) -> str:
    """Return a tag of six letters: fonts of different content have different names in a file."""
    letters = ""
    for _ in range(6):
        number, letter = divmod(number, 26)
        letters = chr(65 + letter) + letters
    return letters


def _number(value: object) -> bytes:
    return str(value).encode()


def _to_unicode(meanings: Mapping[int, bytes]) -> bytes:
    lines = [b"<%02X> <%s>" % item for item in sorted(meanings.items())]
    blocks = [
        b"%d beginbfchar\n%s\nendbfchar\n" % (len(lines[at : at + 100]), b"\n".join(lines[at : at + 100]))
        for at in range(0, len(lines), 100)
    ]
    return (
        b"/CIDInit/ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo<<\n"
        b"/Registry (Adobe)\n"
        b"/Ordering (UCS)\n/Supplement 0\n>> def\n/CMapName/Adobe-Identity-UCS def\n/CMapType 2 def\n"
        b"1 begincodespacerange\n<00> <FF>\nendcodespacerange\n" + b"".join(blocks) + b"endcmap\n"
        b"CMapName currentdict /CMap defineresource pop\nend\nend\n"
    )
