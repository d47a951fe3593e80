"""A font without the outlines that a document does not use is the same font otherwise."""

import io

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from webir_records.forms.printing.truetype import read_tables, without_outlines, write_tables

NAMES = (".notdef", "a", "b", "both")


def _glyph(size: int, parts: tuple[str, ...] = ()) -> object:
    pen = TTGlyphPen(dict.fromkeys(NAMES))
    for number, part in enumerate(parts):
        pen.addComponent(part, (1, 0, 0, 1, 100 * number, 0))
    if not parts:
        pen.moveTo((0, 0))
        for point in ((0, size), (size, size), (size, 0)):
            pen.lineTo(point)
        pen.closePath()
    return pen.glyph()


@pytest.fixture
def font() -> bytes:
    return _font((500,) * len(NAMES))


def _font(widths: tuple[int, ...]) -> bytes:
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(list(NAMES))
    builder.setupCharacterMap({0x61: "a", 0x62: "b", 0x63: "both"})
    glyphs = {name: _glyph(100 * number + 50) for number, name in enumerate(NAMES[:3])}
    builder.setupGlyf({**glyphs, "both": _glyph(0, ("a", "b"))})
    builder.setupHorizontalMetrics({name: (width, 7) for name, width in zip(NAMES, widths, strict=True)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Test", "styleName": "Regular"})
    builder.setupPost()
    buffer = io.BytesIO()
    builder.font.save(buffer)
    return buffer.getvalue()


def _open(font: bytes) -> TTFont:
    return TTFont(io.BytesIO(font), checkChecksums=2)


def test_used_outlines_stay_and_the_others_are_gone(font: bytes) -> None:
    before, after = _open(font), _open(without_outlines(font, [1]))
    assert after.getGlyphOrder() == before.getGlyphOrder()
    assert after["glyf"]["a"] == before["glyf"]["a"]
    assert after["glyf"]["b"].numberOfContours == 0
    assert after["hmtx"]["a"] == before["hmtx"]["a"]


@pytest.mark.parametrize("widths", [(500, 500, 500, 500), (500, 510, 520, 530), (500, 510, 530, 530)])
@pytest.mark.parametrize("kept", [1, 2, 3])
def test_used_widths_stay_and_the_others_are_gone(widths: tuple[int, ...], kept: int) -> None:
    font = _font(widths)
    before, after = _open(font), _open(without_outlines(font, [kept]))
    used = {0, kept, *((1, 2) if kept == 3 else ())}
    for number, name in enumerate(NAMES):
        assert after["hmtx"][name] == (before["hmtx"][name] if number in used else (0, 0)), name


def test_parts_of_a_used_glyph_stay_with_it(font: bytes) -> None:
    after = _open(without_outlines(font, [3]))
    assert all(after["glyf"][name].numberOfContours for name in NAMES)


def test_fewer_glyphs_make_a_smaller_file(font: bytes) -> None:
    assert len(without_outlines(font, [])) < len(without_outlines(font, [1, 2, 3]))


def test_font_is_written_as_it_was_read(font: bytes) -> None:
    assert read_tables(write_tables(0x00010000, read_tables(font)))[b"glyf"] == read_tables(font)[b"glyf"]


@pytest.mark.parametrize("length", [0, 3, 11, 40, 200])
def test_damaged_font_is_refused(font: bytes, length: int) -> None:
    with pytest.raises(ValueError, match="damaged"):
        without_outlines(font[:length], [1])
