"""What the verifier needs of a place that holds an archive: a folder on disk, or a bucket."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from signing.errors import FileError

NOT_A_FILE: Final = -1  # stands for the size of a link, device or socket in a listing


@dataclass(frozen=True, slots=True)
class Children:
    """What lies directly in a folder; full paths from the archive's root with `/`, in any order.

    Attributes:
        folders: paths of the folders, without a `/` at the end.
        files: path and size in bytes of each file; `NOT_A_FILE` for what is no plain file.
    """

    folders: Sequence[str]
    files: Sequence[tuple[str, int]]


class ArchiveFiles(Protocol):
    """An archive, read only. `read` and `digest` are called from several threads at once."""

    def children(self, folder: str) -> Children:
        """Return what lies directly in a folder; nothing if there is no such folder.

        A link in place of the folder is listed as the one file in it, as `NOT_A_FILE`, and not followed.

        Args:
            folder: path from the root with `/`; empty for the root itself.

        Raises:
            FileError: the folder cannot be listed.
        """
        ...

    def read(self, path: str, limit: int) -> bytes:
        """Return a file's content.

        Args:
            path: path from the root, with `/`.
            limit: largest acceptable size in bytes.

        Raises:
            FileError: the file is missing, no plain file, too large or unreadable.
        """
        ...

    def digest(self, path: str) -> tuple[int, str]:
        """Return a file's length in bytes and its SHA-256 in hex; memory does not grow with the file.

        Raises:
            FileError: the file is missing, no plain file or unreadable.
        """
        ...


class CountedFiles:
    """An archive's files as the verifier reads them: counted, and what cannot be listed is noted.

    Attributes:
        files: the place itself.
        counts: what was read so far, by the names of `Report.read`.
        unreadable: folders that could not be listed.
    """

    def __init__(self, files: ArchiveFiles) -> None:
        self.files = files
        self.counts: Counter[str] = Counter()
        self.unreadable: list[str] = []

    def read(self, path: str, limit: int) -> bytes:
        """Return a file's content.

        Raises:
            FileError: the file is missing, no plain file, larger than `limit` bytes or unreadable.
        """
        data = self.files.read(path, limit)
        self.counts["bytes"] += len(data)
        return data

    def children(self, folder: str) -> Children:
        """Return what lies directly in a folder; nothing of one that cannot be read, which is noted."""
        try:
            return self.files.children(folder)
        except FileError:
            self.unreadable.append(folder)
            return Children((), ())

    def below(self, top: str) -> Iterator[tuple[str, int]]:
        """Yield path and size of every file below a folder, in any order."""
        waiting = [top]
        while waiting:
            found = self.children(waiting.pop())
            yield from found.files
            waiting.extend(found.folders)

    def hides(self, path: str) -> bool:
        """Say whether a path lies in a folder that could not be read."""
        return any(path.startswith(f"{folder}/") for folder in self.unreadable)
