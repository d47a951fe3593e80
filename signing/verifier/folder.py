"""Reading a folder that may be hostile: links are not followed, sizes are bounded."""

import os
import stat
from pathlib import Path
from typing import Final

from signing.errors import FileError
from signing.verifier.files import NOT_A_FILE, Children
from signing.verifier.hashing import CHUNK, NotReadableError, PlainFiles

_KIND: Final = 0o170000  # bits of the mode that say what kind of file it is


class ArchiveFolder:
    """An archive in a folder on disk, read only.

    Attributes:
        root: the folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._plain = PlainFiles(os.fspath(root))

    def children(self, folder: str) -> Children:
        """Return what lies directly in a folder; links are listed as `NOT_A_FILE` and never followed.

        Raises:
            FileError: the folder cannot be listed.
        """
        full = f"{self._plain.root}/{folder}"
        whole = self.root / folder
        files: list[tuple[str, int]] = []
        folders: list[str] = []
        prefix = f"{folder}/" if folder else ""
        try:
            if folder and (whole.is_symlink() or not whole.is_dir()):
                return Children((), ((folder, NOT_A_FILE),) if os.path.lexists(full) else ())
            with os.scandir(full) as found:
                for child in found:
                    status = child.stat(follow_symlinks=False)
                    if status.st_mode & _KIND == stat.S_IFREG:
                        files.append((prefix + child.name, status.st_size))
                    elif child.is_dir(follow_symlinks=False):
                        folders.append(prefix + child.name)
                    else:
                        files.append((prefix + child.name, NOT_A_FILE))
        except OSError as error:
            raise FileError(folder, "unreadable") from error
        return Children(folders, files)

    def read(self, path: str, limit: int) -> bytes:
        """Return a file's content.

        Args:
            path: path from the root, with `/`.
            limit: largest acceptable size in bytes.

        Raises:
            FileError: the file is missing, a link, too large or unreadable.
        """
        try:
            with self._plain.opened(path) as (handle, size):
                if size > limit:
                    raise FileError(path, "too_large")
                data = os.read(handle, size + 1)
                while len(data) <= limit and (more := os.read(handle, CHUNK)):
                    data += more
        except NotReadableError as error:
            raise FileError(path, str(error)) from error
        if len(data) > limit:
            raise FileError(path, "too_large")
        return data

    def digest(self, path: str) -> tuple[int, str]:
        """Return a file's length and its SHA-256 in hex; memory does not grow with the file.

        Raises:
            FileError: the file is missing, a link or unreadable.
        """
        try:
            return self._plain.digest(path)
        except NotReadableError as error:
            raise FileError(path, str(error)) from error


def shown(path: str) -> str:
    """Return a path that can be printed: control characters and broken names as escapes."""
    if path.isprintable():
        return path
    return path.encode("unicode_escape", "surrogatepass").decode("ascii")
