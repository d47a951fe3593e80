import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.canonical import MAX_DEPTH, MAX_INTEGER, JsonValue, canonical_bytes, parse_canonical
from signing.errors import MalformedError

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def literal(value: JsonValue) -> str:
    """RFC 8785 section 3.2, word for word and slowly."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return '"' + "".join(map(literal_char, value)) + '"'
    if isinstance(value, Mapping):
        names = sorted(value, key=utf16_units)
        return "{" + ",".join(literal(name) + ":" + literal(value[name]) for name in names) + "}"
    return "[" + ",".join(map(literal, value)) + "]"


def literal_char(char: str) -> str:
    short = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}
    if ord(char) in short:
        return short[ord(char)]
    return f"\\u{ord(char):04x}" if ord(char) < 32 else char


def utf16_units(text: str) -> list[int]:
    units: list[int] = []
    for char in text:
        point = ord(char)
        if point > 0xFFFF:
            units += [0xD800 + (point - 0x10000 >> 10), 0xDC00 + (point - 0x10000 & 0x3FF)]
        else:
            units.append(point)
    return units


@given(VALUES)
def test_canonical_form_of_any_value_is_that_of_the_literal_definition(value: JsonValue) -> None:
    assert canonical_bytes(value) == literal(value).encode()


@given(VALUES)
def test_canonical_form_of_any_value_reads_back_as_the_value(value: JsonValue) -> None:
    assert parse_canonical(canonical_bytes(value)) == value


def test_names_beyond_the_basic_plane_are_ordered_by_utf16_units() -> None:
    assert canonical_bytes({"\ufb33": 1, "𠮷": 2}) == '{"𠮷":2,"\ufb33":1}'.encode()


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        MAX_INTEGER + 1,
        -MAX_INTEGER - 1,
        "\ud800",
        {"\udfff": 1},
        {1: 2},
        b"x",
        {1, 2},
        object(),
    ],
)
def test_value_without_canonical_form_is_refused(value: JsonValue) -> None:
    with pytest.raises(MalformedError):
        canonical_bytes({"a": [value]})


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" 1",
        b"1 ",
        b"1\n",
        b"1.0",
        b"1e3",
        b"-0",
        b"01",
        b"NaN",
        b"Infinity",
        b'{"a":1,"a":1}',
        b'{"b":1,"a":1}',
        b'{"a": 1}',
        b'"\\u0061"',
        b'"\\/"',
        b'"\\u000A"',
        b'"\\ud800"',
        b'"\xff"',
        b"\xef\xbb\xbf1",
        b"1" * 5000,
        b"9007199254740992",
        b"[" * 100_000,
        b"{}{}",
        b"'a'",
    ],
)
def test_bytes_in_another_form_are_refused(data: bytes) -> None:
    with pytest.raises(MalformedError):
        parse_canonical(data)


@given(VALUES)
def test_json_with_spaces_is_refused_unless_it_is_canonical(value: JsonValue) -> None:
    loose = json.dumps(value, ensure_ascii=False).encode()
    if loose != canonical_bytes(value):
        with pytest.raises(MalformedError):
            parse_canonical(loose)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_exactly_or_refused(data: bytes) -> None:
    try:
        value = parse_canonical(data)
    except MalformedError:
        return
    assert canonical_bytes(value) == data


def test_nesting_is_bounded() -> None:
    deepest = b"[" * MAX_DEPTH + b"]" * MAX_DEPTH
    assert canonical_bytes(parse_canonical(deepest)) == deepest
    with pytest.raises(MalformedError):
        parse_canonical(b"[" + deepest + b"]")
