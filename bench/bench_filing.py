"""File records durably: in bulk and one by one, beside plain writing and syncing of the same bytes."""

import itertools
import os
from pathlib import Path
from typing import Final

from archives import Box, new_versions, open_box
from timing import Work, arguments, measure, scratch, show

from webir_records.archive.archive import NewVersion

SIZE: Final = 40_000  # bytes of a package
PLAIN: Final = "plain write + fsync of the same bytes, a file each"


def main() -> None:
    given = arguments(__doc__ or "", bulk=1000, single=100)
    with scratch() as folder, open_box(folder / "box") as box:
        numbers = itertools.count(0, 1_000_000)
        batch = _Fresh(numbers)
        plain = _Plain(folder / "plain")
        lines = measure(
            [
                Work(PLAIN, lambda: plain.write(given["bulk"]), given["bulk"]),
                Work(
                    "file in bulk, 200 acknowledged together",
                    lambda: box.file(batch.made),
                    given["bulk"],
                    lambda: batch.make(given["bulk"]),
                ),
                Work(
                    "file one by one, each acknowledged",
                    lambda: _one_by_one(box, batch),
                    given["single"],
                    lambda: batch.make(given["single"]),
                ),
            ]
        )
    show(f"Filing {SIZE:,}-byte packages, durable", lines, unit="record", peer=PLAIN)


class _Fresh:
    """Makes records that were not filed before; that takes time that is not measured."""

    def __init__(self, numbers: "itertools.count[int]") -> None:
        self._numbers = numbers
        self.made: list[NewVersion] = []

    def make(self, count: int) -> None:
        self.made = new_versions(next(self._numbers), count, SIZE)


class _Plain:
    """Writes files and syncs each, with nothing else."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._runs = itertools.count()
        self._data = os.urandom(SIZE)

    def write(self, count: int) -> None:
        folder = self._folder / str(next(self._runs))
        folder.mkdir(parents=True)
        for number in range(count):
            descriptor = os.open(folder / str(number), os.O_WRONLY | os.O_CREAT | os.O_EXCL)
            os.write(descriptor, self._data)
            os.fsync(descriptor)
            os.close(descriptor)


def _one_by_one(box: Box, batch: _Fresh) -> None:
    for version in batch.made:
        box.file([version])


if __name__ == "__main__":
    main()
