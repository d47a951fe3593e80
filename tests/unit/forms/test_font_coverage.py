"""Which characters the fonts of a machine can show, from what fontconfig says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webir_records.forms.pdf_checks import FontCoverage

LISTING = """TW\\-Kai,全字庫正楷體\t20-7e 4e00-9fff
TW\\-Kai\\-Plus\tf0000-f00ff
OpenSymbol\te000-e0ff 30a0
Song\te800-e8ff 20000-20fff
"""


@pytest.mark.parametrize("text", ["王小明 A1", "\U00020bb7", "\U000f0001", "", "甲\n乙\u3000丙"])
def test_character_that_a_font_shows_is_not_lacking(text: str) -> None:
    assert FontCoverage.parse(LISTING).lacks(text) == []


@pytest.mark.parametrize(
    ("text", "lacking"),
    [
        ("王\U00030ede", ["\U00030ede"]),
        ("\ue001", ["\ue001"]),
        ("\ue801", ["\ue801"]),
        ("ァァイ", ["ァ", "イ"]),
        ("\u30a0", ["\u30a0"]),
        ("\U0003ffff", ["\U0003ffff"]),
    ],
)
def test_character_is_lacking_when_only_a_symbol_font_or_none_has_it(text: str, lacking: list[str]) -> None:
    assert FontCoverage.parse(LISTING).lacks(text) == lacking


_RANGES = st.lists(st.tuples(st.integers(0x4E00, 0x4E80), st.integers(0, 20)), max_size=8)


@given(ranges=_RANGES, character=st.integers(0x4E00, 0x4EA0).map(chr))
def test_merged_ranges_say_the_same_as_each_range_alone(
    ranges: list[tuple[int, int]], character: str
) -> None:
    charset = " ".join(f"{first:x}-{first + more:x}" for first, more in ranges)
    shown = any(first <= ord(character) <= first + more for first, more in ranges)
    assert (FontCoverage.parse(f"F\t{charset}").lacks(character) == []) is shown
