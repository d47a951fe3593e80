import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.errors import UsageError
from signing.verifier import Level


@pytest.mark.parametrize("text", ["structure", "sample:1/5", "sample:5/5", "sample:999999/999999", "full"])
def test_level_reads_back_as_its_text(text: str) -> None:
    assert str(Level.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Full",
        "sample",
        "sample:0/5",
        "sample:6/5",
        "sample:1/0",
        "sample:01/5",
        "sample:1/5 ",
        "sample:-1/5",
    ],
)
def test_unknown_level_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        Level.parse(text)


@given(st.integers(1, 50), st.integers(0, 1000))
def test_every_file_falls_into_exactly_one_part_of_a_sample(parts: int, index: int) -> None:
    levels = [Level.parse(f"sample:{part}/{parts}") for part in range(1, parts + 1)]
    assert sum(level.reads(index) for level in levels) == 1


@given(st.integers(0, 1000))
def test_structure_reads_no_file_and_full_reads_all(index: int) -> None:
    assert not Level.parse("structure").reads(index)
    assert Level.parse("full").reads(index)
