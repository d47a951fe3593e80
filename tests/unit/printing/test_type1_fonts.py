"""Type 1 programs of LibreOffice: widths are those of the page, and numbers do not count what was written."""

import pikepdf
import pytest

from webir_records.forms.printing import type1
from webir_records.forms.printing.page_text import UnknownContentError

_BODY = b"\x8e\x0e"
"""The rest of a glyph's program: 3, endchar."""


def _outline(width: bytes) -> bytes:
    return type1.encrypt(b"0000" + b"\x8b" + width + b"\x0d" + _BODY, type1.GLYPH_KEY)


def _document(number: int, *, broken: bool = False) -> pikepdf.Pdf:
    """Return a PDF with a font whose accent has the width of the letter before it, 742 for 0."""
    clear = b"%%!\n/UniqueID %d def\ndup 1 /A put\ndup 2 /accent put\ncurrentfile eexec\n" % number
    private = b"0000/UniqueID %d def\n2 index /CharStrings 3 dict dup begin\n" % number
    for name in (b".notdef", b"A", b"accent"):
        outline = _outline(b"" if broken else b"\xf9\x7a")
        private += b"/%s %d RD %s ND\n" % (name, len(outline), outline)
    encrypted = type1.encrypt(private + b"end\n")
    document = pikepdf.new()
    file = document.make_stream(clear + encrypted + b"cleartomark")
    file.Length1, file.Length2, file.Length3 = len(clear), len(encrypted), 11
    descriptor = pikepdf.Dictionary(Type=pikepdf.Name.FontDescriptor, FontFile=file)
    document.Root.Font = document.make_indirect(
        pikepdf.Dictionary(
            Subtype=pikepdf.Name.Type1,
            BaseFont=pikepdf.Name("/BAAAAA+Noto"),
            FirstChar=1,
            Widths=[742, 0],
            FontDescriptor=document.make_indirect(descriptor),
        )
    )
    return document


def _widths(document: pikepdf.Pdf) -> dict[bytes, int]:
    file = document.Root.Font.FontDescriptor.FontFile
    data, first, second = file.read_bytes(), int(file.Length1), int(file.Length2)
    assert data[first + second :] == b"cleartomark"
    private = type1.decrypt(data[first : first + second])
    found: dict[bytes, int] = {}
    for glyph in type1.GLYPH.finditer(private):
        outline = type1.decrypt(private[glyph.end() : glyph.end() + int(glyph[2])], type1.GLYPH_KEY)
        assert outline.endswith(_BODY)
        found[glyph[1]] = type1.hsbw(outline)[0][1]
    return found


def test_accent_gets_the_width_that_the_page_gives_it() -> None:
    document = _document(4100001)
    assert _widths(document) == {b".notdef": 742, b"A": 742, b"accent": 742}
    type1.mend_type1_fonts(document)
    assert _widths(document) == {b".notdef": 742, b"A": 742, b"accent": 0}


def test_number_of_a_font_does_not_tell_how_many_were_written_before() -> None:
    documents = [_document(4100001), _document(4100007)]
    before = [one.Root.Font.FontDescriptor.FontFile.read_bytes() for one in documents]
    for one in documents:
        type1.mend_type1_fonts(one)
    after = [one.Root.Font.FontDescriptor.FontFile.read_bytes() for one in documents]
    assert before[0] != before[1]
    assert after[0] == after[1]


def test_program_that_cannot_be_read_is_named() -> None:
    with pytest.raises(UnknownContentError, match="BAAAAA\\+Noto"):
        type1.mend_type1_fonts(_document(4100001, broken=True))


@pytest.mark.parametrize("number", [-1131, -108, -107, 0, 107, 108, 1131, 100000])
def test_numbers_are_read_as_they_are_written(number: int) -> None:
    if -107 <= number <= 107:
        encoded = bytes((number + 139,))
    elif 108 <= number <= 1131:
        encoded = bytes((247 + (number - 108) // 256, (number - 108) % 256))
    elif -1131 <= number <= -108:
        encoded = bytes((251 + (-number - 108) // 256, (-number - 108) % 256))
    else:
        encoded = b"\xff" + number.to_bytes(4, signed=True)
    assert type1.number_at(encoded) == number
