"""Lines kept outside memory: few of them stay in it, many go to a temporary file that nobody else sees."""

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import Final

IN_MEMORY: Final = 1 << 24  # bytes of one spool before it goes to a file
_WAITING: Final = 1 << 15  # lines that wait to be written together
_BLOCK: Final = 512  # lines that are read together


class NumberedLines:
    """Lines with growing numbers, read back by range of numbers; mostly in their order."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile[bytes](IN_MEMORY)
        self._size = 0
        self._waiting: list[bytes] = []
        self._blocks = array("Q")  # place of each block in the file
        self._numbers = array("Q")
        self._kept: tuple[int, list[bytes]] = (-1, [])

    def __len__(self) -> int:
        """Return how many lines there are."""
        return len(self._numbers)

    def append(self, number: int, line: bytes) -> None:
        """Add a line (without a line feed in it); its number is larger than that of the one before."""
        if len(self._waiting) == _BLOCK:
            self._write()
        self._waiting.append(line)
        self._numbers.append(number)

    def between(self, start: int, stop: int) -> Iterator[bytes]:
        """Yield the lines whose numbers lie in `[start, stop)`."""
        at, end = self.place(start), self.place(stop)
        while at < end:
            block, inside = divmod(at, _BLOCK)
            lines = self._block(block)[inside : inside + end - at]
            yield from lines
            at += len(lines)

    def place(self, number: int) -> int:
        """Return how many lines have a smaller number."""
        return bisect_left(self._numbers, number)

    def number(self, place: int) -> int:
        """Return the number of the line at a place, counted from 0."""
        return self._numbers[place]

    def close(self) -> None:
        """Forget everything."""
        self._file.close()

    def _write(self) -> None:
        data = b"\n".join(self._waiting)
        self._blocks.append(self._size)
        self._file.write(data)
        self._size += len(data)
        self._waiting.clear()

    def _block(self, block: int) -> list[bytes]:
        if block == len(self._blocks):
            return self._waiting
        if self._kept[0] != block:
            start = self._blocks[block]
            stop = self._blocks[block + 1] if block + 1 < len(self._blocks) else self._size
            self._file.seek(start)
            self._kept = (block, self._file.read(stop - start).split(b"\n"))
            self._file.seek(0, 2)
        return self._kept[1]


class SortedLines:
    """Lines dealt into parts by a key; each part is read back whole, in the order of writing."""

    def __init__(self) -> None:
        self.waiting: defaultdict[bytes, list[bytes]] = defaultdict(list)
        self._file = SpooledTemporaryFile[bytes](IN_MEMORY)
        self._size = 0
        self._places: dict[bytes, array[int]] = {}

    def settle(self) -> None:
        """Write what waits if it is much; call it now and then while filling `waiting`."""
        if sum(map(len, self.waiting.values())) >= _WAITING:
            self._write()

    def keys(self) -> list[bytes]:
        """Return the keys of all parts, sorted."""
        return sorted(self._places.keys() | self.waiting.keys())

    def part(self, key: bytes) -> Iterator[bytes]:
        """Yield the lines of a part."""
        places = self._places.get(key, array("Q"))
        for at in range(0, len(places), 2):
            self._file.seek(places[at])
            yield from self._file.read(places[at + 1]).split(b"\n")
        if places:
            self._file.seek(0, 2)
        yield from self.waiting.get(key, ())

    def close(self) -> None:
        """Forget everything."""
        self._file.close()
        self.waiting.clear()

    def _write(self) -> None:
        for key, lines in self.waiting.items():
            data = b"\n".join(lines)
            self._places.setdefault(key, array("Q")).extend((self._size, len(data)))
            self._file.write(data)
            self._size += len(data)
        self.waiting.clear()
