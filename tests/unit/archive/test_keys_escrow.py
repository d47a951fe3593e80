"""Lines of an escrow sheet: what was printed comes back, what was mistyped is found and named."""

import itertools
from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webir_records.archive.escrow import (
    TAGS,
    TITLE,
    Line,
    Purpose,
    belongs,
    bound_name,
    escrow_lines,
    key_of,
    read_line,
    read_lines,
)
from webir_records.model.errors import InputError

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NAME: Final = bound_name("webir-records.local/379300000A/5f0c9d1e2b3a", "2026")
KEY: Final = bytes(range(100, 132))


def _all(key: bytes = KEY) -> list[Line]:
    return [line for purpose in Purpose for line in escrow_lines(purpose, NAME, key)]


@given(st.binary(min_size=32, max_size=32), st.sampled_from(Purpose))
def test_printed_lines_give_the_key_back(key: bytes, purpose: Purpose) -> None:
    lines = read_lines(line.printed for line in escrow_lines(purpose, NAME, key))
    back, binding = key_of(purpose, lines)
    assert back == key
    assert belongs(purpose, NAME, key, binding)


@pytest.mark.parametrize("line", _all(), ids=TAGS)
def test_one_wrong_character_is_noticed_and_its_group_named(line: Line) -> None:
    for at, printed in enumerate(line.characters):
        for typed in ALPHABET.replace(printed, ""):
            with pytest.raises(InputError, match="A195") as caught:
                read_line(line.tag + line.characters[:at] + typed + line.characters[at + 1 :])
            assert (caught.value.facts["line"], caught.value.facts["place"]) == (line.tag, str(at // 4 + 1))


@pytest.mark.parametrize("line", _all(), ids=TAGS)
def test_two_exchanged_characters_are_noticed(line: Line) -> None:
    for a, b in itertools.combinations(range(len(line.characters)), 2):
        typed = list(line.characters)
        typed[a], typed[b] = typed[b], typed[a]
        if "".join(typed) != line.characters:
            with pytest.raises(InputError, match="A195"):
                read_line(line.tag + "".join(typed))


@given(st.data())
def test_any_two_wrong_characters_are_noticed(data: st.DataObject) -> None:
    line = data.draw(st.sampled_from(_all()))
    places = data.draw(st.sets(st.integers(0, len(line.characters) - 1), min_size=2, max_size=2))
    typed = list(line.characters)
    for place in places:
        typed[place] = data.draw(st.sampled_from(ALPHABET.replace(typed[place], "")))
    with pytest.raises(InputError, match="A195"):
        read_line(line.tag + "".join(typed))


@pytest.mark.parametrize("line", _all(), ids=TAGS)
def test_character_left_out_or_typed_twice_is_noticed(line: Line) -> None:
    for at in range(len(line.characters)):
        for typed in (
            line.characters[:at] + line.characters[at + 1 :],
            line.characters[:at] + line.characters[at] + line.characters[at:],
        ):
            with pytest.raises(InputError, match="A195") as caught:
                read_line(line.tag + typed)
            assert caught.value.facts["problem"] == "length"


@pytest.mark.parametrize(
    "spelled",
    [
        str.lower,
        lambda text: text.replace(" ", ""),
        lambda text: text.replace(" ", "-"),
        lambda text: text.replace("0", "O").replace("1", "l"),
        lambda text: "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else "\u3000" for char in text),
    ],
    ids=["small", "joined", "hyphens", "letters-like-digits", "full-width"],
)
def test_spelling_of_people_and_input_methods_does_not_matter(spelled: Callable[[str], str]) -> None:
    for line in _all():
        assert read_line(spelled(line.printed)) == line


@pytest.mark.parametrize("line", _all(), ids=TAGS)
def test_line_may_be_typed_without_its_tag_when_it_is_asked_for(line: Line) -> None:
    assert read_line(line.characters, line.tag) == line


def test_line_under_the_tag_of_another_line_is_noticed() -> None:
    for right, wrong in itertools.permutations(_all(), 2):
        with pytest.raises(InputError, match="A195"):
            read_line(wrong.tag + right.characters)


def test_asking_for_one_line_does_not_take_another() -> None:
    for asked, typed in itertools.permutations(_all(), 2):
        with pytest.raises(InputError, match="A195") as caught:
            read_line(typed.printed, asked.tag)
        facts = caught.value.facts
        assert (facts["line"], facts["problem"], facts["place"]) == (asked.tag, "tag", typed.tag)


@pytest.mark.parametrize("strange", ["U", "林", "𠮷", "?"])
def test_character_that_is_never_printed_is_named(strange: str) -> None:
    line = _all()[0]
    with pytest.raises(InputError, match="A195") as caught:
        read_line(line.tag + line.characters[:4] + strange + line.characters[5:])
    assert (caught.value.facts["problem"], caught.value.facts["place"]) == ("character", "5")


def test_scanned_text_may_hold_titles_empty_lines_and_any_order() -> None:
    texts = [TITLE, "", *(line.printed for line in reversed(_all())), TITLE.lower(), " "]
    assert sorted(read_lines(texts)) == sorted(TAGS)


def test_every_wrong_line_is_named_at_once() -> None:
    texts = [line.printed for line in _all()]
    texts[1], texts[7] = texts[1][:-1] + "?", texts[7][:-1]
    with pytest.raises(InputError, match="A196") as caught:
        read_lines(texts)
    assert [detail.facts["line"] for detail in caught.value.details] == ["A2", "C2"]


def test_missing_line_is_named() -> None:
    lines = {line.tag: line for line in _all() if line.tag != "B2"}
    with pytest.raises(InputError, match="A196") as caught:
        key_of(Purpose.LOG, lines)
    assert caught.value.facts["lines"] == "B2"


@pytest.mark.parametrize(
    ("purpose", "name"),
    [(Purpose.LOG, NAME), (Purpose.EPOCH, NAME + "x"), (Purpose.EPOCH, NAME.replace("2026", "2027"))],
    ids=["purpose", "workspace", "epoch"],
)
def test_key_of_another_purpose_workspace_or_epoch_does_not_belong(purpose: Purpose, name: str) -> None:
    lines = {line.tag: line for line in escrow_lines(Purpose.EPOCH, NAME, KEY)}
    assert not belongs(purpose, name, *key_of(Purpose.EPOCH, lines))
