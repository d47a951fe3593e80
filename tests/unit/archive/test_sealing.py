import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webir_records.archive import sealing
from webir_records.archive.sealing import MAGIC, seal, unseal
from webir_records.model.errors import FaultError

KEY = bytes(range(32))


@given(content=st.binary(max_size=300))
def test_sealed_content_comes_back_whole(content: bytes) -> None:
    assert unseal(seal(content, KEY, record="ab", version=1), KEY, record="ab", version=1) == content


def test_content_of_several_segments_comes_back_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "SEGMENT_SIZE", 10)
    for size in (0, 1, 9, 10, 11, 20, 25):
        content = os.urandom(size)
        assert unseal(seal(content, KEY, record="ab", version=1), KEY, record="ab", version=1) == content


@given(place=st.integers(0, 200), bit=st.integers(0, 7))
def test_any_flipped_bit_is_refused(place: int, bit: int) -> None:
    sealed = bytearray(seal(b"name", KEY, record="ab", version=1))
    sealed[place % len(sealed)] ^= 1 << bit
    with pytest.raises(FaultError, match="A120"):
        unseal(bytes(sealed), KEY, record="ab", version=1)


@pytest.mark.parametrize(("record", "version"), [("ac", 1), ("ab", 2)])
def test_sealed_file_of_another_record_or_version_is_refused(record: str, version: int) -> None:
    sealed = seal(b"name", KEY, record="ab", version=1)
    with pytest.raises(FaultError, match="A120"):
        unseal(sealed, KEY, record=record, version=version)


def test_truncated_reordered_and_doubled_segments_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "SEGMENT_SIZE", 4)
    sealed = seal(b"aaaabbbbcc", KEY, record="ab", version=1)
    body, step = sealed[len(MAGIC) :], 4 + 16
    first, second, last = body[:step], body[step : 2 * step], body[2 * step :]
    for wrong in (first + second, first, second + first + last, first + first + second + last, b""):
        with pytest.raises(FaultError, match="A120"):
            unseal(MAGIC + wrong, KEY, record="ab", version=1)


def test_same_content_under_two_keys_shares_no_digest() -> None:
    assert seal(b"name", KEY, record="ab", version=1) != seal(b"name", bytes(32), record="ab", version=1)
