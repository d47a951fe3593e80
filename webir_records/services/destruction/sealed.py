"""Are the sealed files of many records there, as the database says? By a listing, or by reading them."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final

from signing.errors import FileError
from signing.verifier.files import ArchiveFiles
from webir_records.services.destruction.catalogue import Sealed

_WORKERS: Final = 8
"""Files read at one time; hashing runs beside reading."""


@dataclass(slots=True)
class SealedFiles:
    """Judges the sealed files of records.

    Args:
        files: the archive, read only.
        thorough: read every file and compare its digest; else compare its size alone, by folder listings.
    """

    files: ArchiveFiles
    thorough: bool
    _sizes: dict[str, dict[str, int]] = field(default_factory=dict[str, dict[str, int]], init=False)

    def intact(self, versions: Mapping[str, Sequence[Sealed]]) -> set[str]:
        """Return those of the records of which every sealed file is there; without one there is nothing."""
        if not self.thorough:
            return {r for r, rows in versions.items() if rows and all(map(self._has_size, rows))}
        records = list(versions)
        parts = [records[start::_WORKERS] for start in range(_WORKERS)]

        def good(part: Sequence[str]) -> set[str]:
            return {record for record in part if self._agree(versions[record])}

        with ThreadPoolExecutor(_WORKERS) as pool:
            return set[str]().union(*pool.map(good, parts))

    def _agree(self, rows: Sequence[Sealed]) -> bool:
        try:
            found = [self.files.digest(row.path) for row in rows]
        except FileError:
            return False
        return bool(rows) and found == [(row.size, row.sealed_sha256) for row in rows]

    def _has_size(self, row: Sealed) -> bool:
        folder = PurePosixPath(row.path).parent.as_posix()
        if folder not in self._sizes:
            self._sizes[folder] = self._list(folder)
        return self._sizes[folder].get(row.path) == row.size

    def _list(self, folder: str) -> dict[str, int]:
        try:
            return dict(self.files.children(folder).files)
        except FileError:
            return {}
