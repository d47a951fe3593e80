"""Are the sealed files of many records there, as the database says? By a listing, or by reading them."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final

from signing.errors import FileError
from signing.verifier.files import ArchiveFiles
from webir_records.model.tables import VersionRow

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

    def intact(self, versions: Mapping[str, Sequence[VersionRow]]) -> set[str]:
        """Return those of the records of which every sealed file is there; without one there is nothing."""
        wanted = [row for rows in versions.values() for row in rows]
        if self.thorough:
            with ThreadPoolExecutor(_WORKERS) as pool:
                good = dict(zip(wanted_keys(wanted), pool.map(self._agrees, wanted), strict=True))
        else:
            good = {key: self._has_size(row) for key, row in zip(wanted_keys(wanted), wanted, strict=True)}
        return {
            record
            for record, rows in versions.items()
            if rows and all(good[record, row.version] for row in rows)
        }

    def _agrees(self, row: VersionRow) -> bool:
        try:
            return self.files.digest(row.path) == (row.size, row.sealed_sha256)
        except FileError:
            return False

    def _has_size(self, row: VersionRow) -> bool:
        folder = PurePosixPath(row.path).parent.as_posix()
        if folder not in self._sizes:
            self._sizes[folder] = self._list(folder)
        return self._sizes[folder].get(row.path) == row.size

    def _list(self, folder: str) -> dict[str, int]:
        try:
            return dict(self.files.children(folder).files)
        except FileError:
            return {}


def wanted_keys(rows: Sequence[VersionRow]) -> list[tuple[str, int]]:
    """Return record and version of each row."""
    return [(row.record, row.version) for row in rows]
