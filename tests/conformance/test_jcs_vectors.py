"""The vectors of RFC 8785's author: we agree, or refuse because of numbers that are no integers."""

import json
from pathlib import Path

import pytest

from signing.canonical import canonical_bytes, parse_canonical
from signing.errors import MalformedError

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "conformance" / "jcs"
WITH_OTHER_NUMBERS = {"values", "structures"}
CASES = sorted(path.stem for path in FOLDER.glob("input/*.json"))
pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="the public vectors are not beside the project"),
]


def expected(name: str) -> bytes:
    return bytes.fromhex((FOLDER / "outhex" / f"{name}.txt").read_text(encoding="ascii"))


def test_all_vectors_are_there() -> None:
    assert len(CASES) == 6
    assert set(CASES) > WITH_OTHER_NUMBERS


@pytest.mark.parametrize("name", CASES)
def test_canonical_form_is_that_of_the_vector_or_refused_for_its_numbers(name: str) -> None:
    value = json.loads((FOLDER / "input" / f"{name}.json").read_bytes())
    if name in WITH_OTHER_NUMBERS:
        with pytest.raises(MalformedError):
            canonical_bytes(value)
    else:
        assert canonical_bytes(value) == expected(name)


@pytest.mark.parametrize("name", CASES)
def test_canonical_bytes_of_the_vector_are_read_exactly_or_refused(name: str) -> None:
    if name == "values":  # 56 in `structures` is an integer once it is canonical
        with pytest.raises(MalformedError):
            parse_canonical(expected(name))
    else:
        assert canonical_bytes(parse_canonical(expected(name))) == expected(name)


@pytest.mark.parametrize("name", CASES)
def test_input_that_is_not_canonical_is_refused_as_it_stands(name: str) -> None:
    with pytest.raises(MalformedError):
        parse_canonical((FOLDER / "input" / f"{name}.json").read_bytes())
