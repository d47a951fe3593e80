import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.merkle import leaf_hash, root_hash
from signing.verifier import spool
from signing.verifier.spool import NumberedLines, SortedLines
from signing.verifier.tree import StoredTree, full_tile_root


@settings(deadline=None)
@given(st.lists(st.integers(1, 5), max_size=2000), st.integers(0, 7000), st.integers(0, 7000))
def test_lines_come_back_by_range_of_their_numbers(steps: list[int], start: int, stop: int) -> None:
    lines = NumberedLines()
    number, all_lines = 0, {}
    for step in steps:
        number += step
        all_lines[number] = b"line %d" % number
        lines.append(number, all_lines[number])
    assert list(lines.between(start, stop)) == [line for at, line in all_lines.items() if start <= at < stop]
    assert len(lines) == len(all_lines)
    assert lines.place(start) == sum(at < start for at in all_lines)
    lines.close()


def test_lines_can_be_added_after_reading() -> None:
    lines = NumberedLines()
    for number in range(3000):
        lines.append(number, b"%d" % number)
        if number % 700 == 0:
            assert list(lines.between(number - 1, number + 1))[-1] == b"%d" % number
    assert list(lines.between(0, 3000)) == [b"%d" % number for number in range(3000)]
    lines.close()


@pytest.mark.parametrize("memory", [1, 1 << 24])
def test_parts_come_back_whole_and_in_order(monkeypatch: pytest.MonkeyPatch, memory: int) -> None:
    monkeypatch.setattr(spool, "IN_MEMORY", memory)
    monkeypatch.setattr(spool, "_WAITING", 10)
    lines = SortedLines()
    for number in range(1000):
        lines.waiting[b"%02d" % (number % 7)].append(b"%d" % number)
        lines.settle()
        if number == 500:
            assert list(lines.part(b"03")) == [b"%d" % n for n in range(501) if n % 7 == 3]
    assert lines.keys() == [b"%02d" % key for key in range(7)]
    for key in range(7):
        assert list(lines.part(b"%02d" % key)) == [b"%d" % n for n in range(1000) if n % 7 == key]
    assert list(lines.part(b"99")) == []
    lines.close()


def test_stored_tree_knows_the_root_of_every_size() -> None:
    leaves = [leaf_hash(b"%d" % number) for number in range(600)]
    tree = StoredTree()
    full = [tile for start in range(0, 600, 256) for tile in tree.add(leaves[start : start + 256])]
    assert [(level, index) for level, index, _ in full] == [(0, 0), (0, 1)]
    assert [(level, index, len(tile)) for level, index, tile in tree.partial_tiles()] == [
        (0, 2, 88 * 32),
        (1, 0, 2 * 32),
    ]
    for size in (0, 1, 255, 256, 257, 511, 512, 599, 600):
        assert tree.root_at(size) == root_hash(leaves[:size])
    assert full_tile_root(leaves[:256]) == root_hash(leaves[:256])
    tree.close()
