"""Text on a page is found where it stands, moved and renamed, and anything unknown is not touched."""

import pytest

from webir_records.forms.printing.page_text import (
    UnknownContentError,
    artifacts,
    mappings,
    moved,
    offset,
    places,
    renamed,
    shown,
    stretches,
)
from webir_records.forms.printing.sheet import align

FONTS = {b"F1": {b"01": "王", b"02": "明", b"03": " "}, b"F2": {b"01": "𠮷"}}
TEXT = (
    b"q 0 0 0 rg\nBT\n56.7 700.5 Td /F1 12 Tf[<01>5<02>]TJ\n1 0 0 1 80.7 700.5 Tm\n/F2 12 Tf<01>Tj\nET\nQ\n"
)
CLIP = b"Q q 0 0.028 595.275 841.861 re\nW* n\n"
HEAD = b"/Artifact BMC\nq 0 0 0 rg\nBT\n56.8 24.4 Td /F1 9 Tf<01>Tj\nET\nQ\nEMC\n"


def _group(inside: bytes, number: int = 0) -> bytes:
    return b"/Span<</MCID %d>>BDC\n%sEMC\n" % (number, inside)


def test_stretch_says_what_its_fonts_mean_and_where_it_stands() -> None:
    content = HEAD + _group(CLIP + TEXT)
    (found,) = stretches(content, FONTS)
    assert (found.text, found.clip, found.drawing) == ("王明𠮷", CLIP, TEXT)
    assert content[found.start : found.end] == CLIP + TEXT
    assert [part.text for part in artifacts(content, FONTS)] == ["王"]


@pytest.mark.parametrize(
    "inside",
    [
        TEXT + b"q 0.5 w 10 10 m 20 10 l S Q\n",
        b"/Im4 Do\n" + TEXT,
        TEXT.replace(b"ET\n", b""),
        b"q 1 0 0 1 5 5 cm\n" + TEXT + b"Q\n",
    ],
    ids=["underline", "picture", "unclosed", "turned"],
)
def test_group_with_anything_else_is_not_taken_apart(inside: bytes) -> None:
    with pytest.raises(UnknownContentError):
        stretches(_group(inside), FONTS)


def test_picture_alone_is_no_text() -> None:
    assert stretches(_group(b"q 1 0 0 1 0 0 cm\n/Im4 Do Q\n"), FONTS) == []


def test_text_moves_with_all_its_places() -> None:
    assert places(moved(TEXT, 10, -100.25)) == [(66.7, 600.25), (90.7, 600.25)]
    assert places(TEXT) == [(56.7, 700.5), (80.7, 700.5)]


def test_fonts_get_other_names_and_codes_stay() -> None:
    changed = renamed(TEXT, {b"F1": b"D7", b"F2": b"D8"})
    assert shown(changed) == [(b"D7", b"01"), (b"D7", b"02"), (b"D8", b"01")]


def test_shapes_differ_when_one_place_does() -> None:
    assert offset([(5, 5), (9, 5)], [(1, 2), (5, 2)], tolerance=0.1) == (4, 3)
    assert offset([(5, 5), (9.2, 5)], [(1, 2), (5, 2)], tolerance=0.1) is None
    assert offset([(5, 5)], [(1, 2), (5, 2)], tolerance=0.1) is None
    assert offset([], [], tolerance=0.1) is None


def test_meanings_are_read_from_the_table_of_a_font() -> None:
    cmap = b"1 beginbfchar\n<01> <738B>\nendbfchar\n1 beginbfchar\n<FF> <D842DFB7>\nendbfchar\n"
    assert mappings(cmap) == {1: b"738B", 255: b"D842DFB7"}


def test_paragraphs_are_found_though_a_rare_character_is_drawn_last() -> None:
    page = stretches(_group(TEXT) + _group(TEXT, 1), FONTS)
    runs = align(["王𠮷明", "王明𠮷"], [page])
    assert [[part for _, part in run] for run in runs] == [[page[0]], [page[1]]]


@pytest.mark.parametrize("texts", [["王明"], ["王明𠮷"], ["王明𠮷", "王明𠮷", "王"], ["王明王", "𠮷明𠮷"]])
def test_page_that_says_something_else_is_not_aligned(texts: list[str]) -> None:
    page = stretches(_group(TEXT) + _group(TEXT, 1), FONTS)
    with pytest.raises(UnknownContentError):
        align(texts, [page])
