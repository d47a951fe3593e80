from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.errors import IntegrityError, MalformedError
from signing.merkle import leaf_hash, root_hash
from signing.tiles import (
    ENTRIES,
    TileName,
    decode_bundle,
    encode_bundle,
    entries_path,
    parse_tile_path,
    published_files,
    superseded_files,
    tile_path,
)


def entries(start: int, stop: int) -> Sequence[bytes]:
    return [b"entry %d" % number for number in range(start, stop)]


def refuse(path: str) -> bytes:
    raise AssertionError(f"nothing should be read: {path}")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (tile_path(0, 0), "tile/0/000"),
        (tile_path(0, 1234067), "tile/0/x001/x234/067"),
        (tile_path(1, 67, 8), "tile/1/067.p/8"),
        (tile_path(0, 1067, 8), "tile/0/x001/067.p/8"),
        (entries_path(999, 255), "tile/entries/999.p/255"),
        (entries_path(1000), "tile/entries/x001/000"),
    ],
)
def test_path_of_a_tile_has_groups_of_three_digits(path: str, expected: str) -> None:
    assert path == expected


@given(st.integers(0, 59), st.integers(0, 10**13), st.integers(1, 256))
def test_path_of_any_tile_reads_back(level: int, index: int, width: int) -> None:
    assert parse_tile_path(tile_path(level, index, width)) == TileName(level, index, width)
    assert parse_tile_path(entries_path(index, width)) == TileName(ENTRIES, index, width)


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/0",
        "tile/0/x000/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/08",
        "tile/0/000.p/999",
        "tile/64/000",
        "tile/00/000",
        "tile/0/001/000",
        "tile/0/x001",
        "tile/data/000",
        "tile/0/../000",
        "tile/0/000\n",
        "tile/0/\u0660\u0660\u0660",
        "",
    ],
)
def test_path_that_is_no_tiles_is_not_read_as_one(path: str) -> None:
    assert parse_tile_path(path) is None


@given(st.lists(st.binary(max_size=30), max_size=256))
def test_bundle_of_any_entries_reads_back(items: list[bytes]) -> None:
    assert decode_bundle(encode_bundle(items)) == items


def test_bundle_holds_the_longest_entry_and_no_longer() -> None:
    longest = b"x" * 65535
    assert decode_bundle(encode_bundle([longest, b""])) == [longest, b""]
    with pytest.raises(MalformedError):
        encode_bundle([longest + b"x"])


@pytest.mark.parametrize("items", [257, 300])
def test_bundle_of_more_than_a_tiles_entries_is_refused(items: int) -> None:
    with pytest.raises(MalformedError):
        encode_bundle([b""] * items)
    with pytest.raises(MalformedError):
        decode_bundle(b"\0\0" * items)


@given(st.lists(st.binary(max_size=5), min_size=1, max_size=4), st.data())
def test_bundle_cut_anywhere_inside_an_entry_is_refused(items: list[bytes], data: st.DataObject) -> None:
    whole = encode_bundle(items)
    ends = {len(encode_bundle(items[:count])) for count in range(len(items) + 1)}
    cut = data.draw(st.sampled_from([at for at in range(len(whole)) if at not in ends]))
    with pytest.raises(MalformedError):
        decode_bundle(whole[:cut])


@settings(max_examples=40)
@given(st.lists(st.sampled_from([0, 1, 2, 255, 256, 257, 600]), max_size=5), st.sampled_from([0, 65_000]))
def test_files_of_a_log_grown_in_steps_are_those_of_a_log_written_at_once(
    steps: list[int], size: int
) -> None:
    disk = dict(published_files(old_size=0, new_size=size, entries=entries, read=refuse))
    for step in steps:
        disk.update(
            published_files(old_size=size, new_size=size + step, entries=entries, read=disk.__getitem__)
        )
        for path in superseded_files(size, size + step):
            del disk[path]
        size += step
    assert disk == dict(published_files(old_size=0, new_size=size, entries=entries, read=refuse))


def test_top_tile_of_a_log_holds_the_roots_of_full_tiles() -> None:
    disk = dict(published_files(old_size=0, new_size=66_000, entries=entries, read=refuse))
    leaves = [leaf_hash(entry) for entry in entries(0, 66_000)]
    assert disk["tile/1/000"][32:64] == root_hash(leaves[256:512])
    assert disk["tile/2/000.p/1"] == root_hash(leaves[:65_536])
    assert disk["tile/1/001.p/1"] == root_hash(leaves[65_536:65_792])


def test_files_are_the_same_when_a_broken_run_is_done_again() -> None:
    disk = dict(published_files(old_size=0, new_size=300, entries=entries, read=refuse))
    once = dict(published_files(old_size=300, new_size=900, entries=entries, read=disk.__getitem__))
    disk.update(once)
    again = dict(published_files(old_size=300, new_size=900, entries=entries, read=disk.__getitem__))
    assert again == once


@pytest.mark.parametrize("kept", [0, 31, 33])
def test_existing_tile_of_a_wrong_length_stops_publication(kept: int) -> None:
    with pytest.raises(IntegrityError):
        list(published_files(old_size=300, new_size=600, entries=entries, read=lambda _: b"x" * kept))


def test_missing_entries_stop_publication() -> None:
    with pytest.raises(IntegrityError):
        list(published_files(old_size=0, new_size=3, entries=lambda *_: [b"one"], read=refuse))
