"""What a PDF says about itself agrees in both places; pictures go in and come out as PNG."""

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from webir_records.forms.pdf import preview
from webir_records.forms.pdf_checks import check_exact, check_pdfa, check_structure, letters
from webir_records.forms.printing.batch import chunks
from webir_records.forms.printing.description import PdfProperties
from webir_records.forms.printing.fonts import installed_fonts
from webir_records.forms.printing.png import SIGNATURE, as_pdf_image, write_png
from webir_records.forms.printing.preview import PrintedPage, printed_pages
from webir_records.model.errors import EnvironmentMissingError, FaultError

CORE = """<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>申請表 &amp; &lt;甲&gt;</dc:title>
 <dc:subject>附件1-2</dc:subject><dc:creator>試驗局</dc:creator><cp:keywords>1-2-115-0001 r7</cp:keywords>
 </cp:coreProperties>"""


def _texts(xmp: bytes) -> dict[str, str]:
    root = etree.fromstring(xmp)
    description = next(root.iter("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}Description"))
    return {etree.QName(node).localname: "".join(node.itertext()) for node in description}


@given(st.builds(PdfProperties, st.text(), st.text(), st.text(), st.text()))
def test_both_descriptions_say_the_same(properties: PdfProperties) -> None:
    info, xmp = properties.info(), _texts(properties.xmp())
    pairs = {"/Title": "title", "/Author": "creator", "/Subject": "description", "/Keywords": "Keywords"}
    for key, name in pairs.items():
        assert xmp.get(name) == info.get(key)
    assert (xmp["part"], xmp["conformance"]) == ("2", "B")


def test_description_of_a_word_document_is_read() -> None:
    properties = PdfProperties.of({"docProps/core.xml": CORE.encode()})
    assert properties == PdfProperties("申請表 & <甲>", "附件1-2", "試驗局", "1-2-115-0001 r7")
    assert PdfProperties.of({"docProps/core.xml": b"<broken"}) == PdfProperties("", "", "")


def _page(drawing: bytes) -> bytes:
    document = pikepdf.new()
    page = document.add_blank_page(page_size=(72, 144))
    page.obj.Contents = document.make_stream(drawing)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _pixels(png: bytes) -> tuple[int, int, bytes]:
    width, height = struct.unpack(">II", png[16:24])
    data = png[png.index(b"IDAT") + 4 : -16]
    return width, height, zlib.decompress(data)


def test_preview_shows_the_page_in_its_colours() -> None:
    (png,) = preview(_page(b"1 0 0 rg 0 72 72 72 re f"), dpi=36)
    width, height, rows = _pixels(png)
    assert png.startswith(SIGNATURE)
    assert (width, height) == (36, 72)
    assert rows[1:4] == b"\xff\x00\x00"
    assert rows[-3:] == b"\xff\xff\xff"


def test_what_is_no_pdf_cannot_be_shown() -> None:
    with pytest.raises(FaultError) as caught:
        preview(b"%PDF-1.7 broken", dpi=72)
    assert caught.value.code == "F312"
    assert printed_pages(_page(b""))[0].height == 144


@pytest.mark.parametrize("check", [check_pdfa, check_structure])
def test_file_that_is_not_pdf_a_is_refused(check: Callable[[str, bytes], None]) -> None:
    with pytest.raises(FaultError) as caught:
        check("甲", _page(b""))
    assert (caught.value.code, caught.value.facts["document"]) == ("F351", "甲")


def test_page_that_says_too_much_or_too_little_is_refused() -> None:
    pages = [PrintedPage(595, 842, "王明 12"), PrintedPage(595, 842, "第 2 頁")]
    check_exact("甲", pages, letters("12明王第2頁"))
    for expected in ("12明王第頁", "12明王第22頁", "12明王第2頁李"):
        with pytest.raises(FaultError) as caught:
            check_exact("甲", pages, letters(expected))
        assert caught.value.code == "F352"


@pytest.mark.parametrize("channels", [1, 3])
def test_png_goes_into_a_pdf_as_it_is(channels: int) -> None:
    png = write_png(2, 2, bytes(range(4 * channels)), channels)
    taken = as_pdf_image(png)
    assert taken is not None
    assert (b"/DeviceRGB" in taken[0]) is (channels == 3)
    assert zlib.decompress(taken[1]) == _pixels(png)[2]


def test_picture_of_another_kind_is_not_taken_as_it_is() -> None:
    png = write_png(1, 1, b"\0", 1)
    clear = struct.pack(">I", 2) + b"tRNS\0\0" + bytes(4)
    assert as_pdf_image(png[:33] + clear + png[33:]) is None
    assert as_pdf_image(png[:28] + b"\1" + png[29:]) is None
    assert as_pdf_image(b"\xff\xd8\xff jpeg") is None


@given(st.lists(st.binary(max_size=20), max_size=30), st.integers(1, 7), st.integers(1, 40))
def test_chunks_keep_the_order_and_are_bounded(documents: list[bytes], count: int, size: int) -> None:
    named = [(str(number), data) for number, data in enumerate(documents)]
    found = list(chunks(iter(named), count=count, size=size))
    assert [item for chunk in found for item in chunk.items()] == named
    assert all(1 <= len(chunk) <= count for chunk in found)
    assert all(sum(map(len, list(chunk.values())[:-1])) < size for chunk in found)


def _font(family: str, characters: str) -> bytes:
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "x"])
    builder.setupCharacterMap(dict.fromkeys(map(ord, characters), "x"))
    builder.setupGlyf({name: TTGlyphPen(None).glyph() for name in (".notdef", "x")})
    builder.setupHorizontalMetrics(dict.fromkeys((".notdef", "x"), (500, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": family, "styleName": "Regular"})
    builder.setupPost()
    buffer = io.BytesIO()
    builder.font.save(buffer)
    return buffer.getvalue()


def test_font_files_are_read_where_there_is_no_fontconfig(tmp_path: Path) -> None:
    folder = tmp_path / "Fonts"
    folder.mkdir()
    (folder / "broken.ttf").write_bytes(b"no font")
    (folder / "kai.TTF").write_bytes(_font("TW-Kai-Plus", "王𠮷\ue123"))
    (folder / "other.ttf").write_bytes(_font("Other", "明\ue124"))
    coverage = installed_fonts({"PATH": str(tmp_path), "SYSTEMROOT": str(tmp_path)}, tmp_path, 5)
    assert coverage.lacks("王𠮷明\ue123\ue124李") == ["\ue124", "李"]
    with pytest.raises(EnvironmentMissingError) as caught:
        installed_fonts({"PATH": str(tmp_path)}, tmp_path, 5)
    assert caught.value.code == "X102"
