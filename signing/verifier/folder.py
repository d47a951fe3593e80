"""Reading a folder that may be hostile: links are not followed, sizes are bounded, everything is counted."""

import os
import stat
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Final

from signing.errors import FileError
from signing.verifier.files import NOT_A_FILE, Children

CHUNK: Final = 1 << 20  # bytes
_FLAGS: Final = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)  # a named pipe must not stop the verifier
    | getattr(os, "O_BINARY", 0)
)


class ArchiveFolder:
    """An archive folder, read only.

    Attributes:
        root: the folder.
        counts: what was read so far, by the names of `Report.read`.
        unreadable: folders that could not be listed.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.counts: Counter[str] = Counter()
        self.unreadable: list[str] = []
        self._plain_folders: set[Path] = set()

    def children(self, folder: str) -> Children:
        """Return what lies directly in a folder; links are listed as `NOT_A_FILE` and never followed.

        Raises:
            FileError: the folder cannot be listed.
        """
        full = self.root / folder
        if full.is_symlink() or (folder and not full.is_dir()):
            return Children((), ((folder, NOT_A_FILE),) if os.path.lexists(full) else ())
        files: dict[str, int] = {}
        folders: list[str] = []
        prefix = f"{folder}/" if folder else ""
        try:
            with os.scandir(full) as found:
                for child in found:
                    self._note_child(f"{prefix}{child.name}", child, files, folders)
        except OSError as error:
            raise FileError(folder, "unreadable") from error
        return Children(folders, tuple(files.items()))

    def listing(self, top: str) -> dict[str, int]:
        """Return path (with `/`, from the root) and size in bytes of every file below a folder.

        Links are listed as `NOT_A_FILE` and never followed; folders that cannot be read are noted.
        """
        files: dict[str, int] = {}
        waiting = [top]
        if self._is_link_or_missing(top):
            return {top: NOT_A_FILE} if os.path.lexists(self.root / top) else {}
        while waiting:
            folder = waiting.pop()
            try:
                with os.scandir(self.root / folder) as children:
                    for child in children:
                        self._note_child(f"{folder}/{child.name}", child, files, waiting)
            except OSError:
                self.unreadable.append(folder)
        return files

    def read(self, path: str, limit: int) -> bytes:
        """Return a file's content.

        Args:
            path: path from the root, with `/`.
            limit: largest acceptable size in bytes.

        Raises:
            FileError: the file is missing, a link, too large or unreadable.
        """
        with self._opened(path) as (handle, size):
            if size > limit:
                raise FileError(path, "too_large")
            data = b"".join(iter(lambda: os.read(handle, CHUNK), b""))
        self.counts["bytes"] += len(data)
        return data

    def digest(self, path: str) -> tuple[int, str]:
        """Return a file's length and its SHA-256 in hex; memory does not grow with the file.

        Raises:
            FileError: the file is missing, a link or unreadable.
        """
        hasher, length = sha256(), 0
        with self._opened(path) as (handle, _):
            while chunk := os.read(handle, CHUNK):
                hasher.update(chunk)
                length += len(chunk)
        return length, hasher.hexdigest()

    def hides(self, path: str) -> bool:
        """Say whether a path lies in a folder that could not be read."""
        return any(path.startswith(f"{folder}/") for folder in self.unreadable)

    @contextmanager
    def _opened(self, path: str) -> Generator[tuple[int, int]]:
        full = self.root / path
        try:
            self._refuse_linked_folders(path, full.parent)
            handle = os.open(full, _FLAGS)
        except FileNotFoundError as error:
            raise FileError(path, "missing") from error
        except OSError as error:
            raise FileError(path, "not_a_file" if full.is_symlink() else "unreadable") from error
        try:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                raise FileError(path, "not_a_file")
            yield handle, status.st_size
        except OSError as error:
            raise FileError(path, "unreadable") from error
        finally:
            os.close(handle)

    def _refuse_linked_folders(self, path: str, folder: Path) -> None:
        """Check every folder between the root and a file; those that passed are not asked again."""
        passed: list[Path] = []
        while folder != self.root and folder not in self._plain_folders:
            if folder.is_symlink():
                raise FileError(path, "not_a_file")
            passed.append(folder)
            folder = folder.parent
        self._plain_folders.update(passed)  # only now: a plain folder may lie behind a link

    def _is_link_or_missing(self, top: str) -> bool:
        full = self.root / top
        return full.is_symlink() or not full.is_dir()

    @staticmethod
    def _note_child(path: str, child: "os.DirEntry[str]", files: dict[str, int], waiting: list[str]) -> None:
        if child.is_dir(follow_symlinks=False):
            waiting.append(path)
        elif child.is_file(follow_symlinks=False):
            files[path] = child.stat(follow_symlinks=False).st_size
        else:
            files[path] = NOT_A_FILE


def shown(path: str) -> str:
    """Return a path that can be printed: control characters and broken names as escapes."""
    if path.isprintable():
        return path
    return path.encode("unicode_escape", "surrogatepass").decode("ascii")
