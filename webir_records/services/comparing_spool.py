"""What the ledger tells of single records, kept outside memory until it is compared with a table.

A walk through the ledger meets the records in no order. What it tells of them is dealt into parts by the
first two characters of the record, as the verifier does it, and each part is read back beside the rows of
the same records: memory grows with the largest part, a thousandth of the records, and not with all of them.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, Final

from signing.verifier.spool import SortedLines

KEY_LENGTH: Final = 2  # characters of a record that name its part
ROWS: Final = 1000
"""Rows of a table that are fetched at a time."""

_SETTLE: Final = 1024  # lines after which it is asked whether there are many

Line = list[Any]
"""A record, and what is told of it: whatever JSON can hold."""


class RecordLines:
    """Lines about records, read back part by part, each in the order of writing."""

    def __init__(self) -> None:
        self._lines = SortedLines()
        self._count = 0

    def add(self, record: str, *told: object) -> None:
        """Add a line; days are written as text."""
        line = json.dumps((record, *told), default=str).encode()
        self._lines.waiting[record[:KEY_LENGTH].encode()].append(line)
        self._count += 1
        if not self._count % _SETTLE:
            self._lines.settle()

    def part(self, key: str) -> list[Line]:
        """Return the lines of the records that begin so."""
        return [json.loads(line) for line in self._lines.part(key.encode())]

    def beside(self, rows: Iterable[Sequence[Any]]) -> Iterator[tuple[str, list[Line], list[Any]]]:
        """Yield each part with the rows of the same records, in the order of the parts.

        Args:
            rows: rows whose first column is the record, in the order of that column.
        """
        keys = list(map(bytes.decode, self._lines.keys()))
        at = 0
        for key, group in groupby(rows, lambda row: str(row[0])[:KEY_LENGTH]):
            while at < len(keys) and keys[at] < key:
                yield keys[at], self.part(keys[at]), []
                at += 1
            lines: list[Line] = []
            if at < len(keys) and keys[at] == key:
                lines = self.part(key)
                at += 1
            yield key, lines, list(group)
        for key in keys[at:]:
            yield key, self.part(key), []

    def close(self) -> None:
        """Forget everything."""
        self._lines.close()
