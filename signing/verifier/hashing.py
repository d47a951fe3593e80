"""Open and hash files of a folder that may be hostile; also a program of its own that hashes what it is told.

Imports nothing of this package, so that a process of it starts in milliseconds. As a program it gets the
folder as its argument, then paths on standard input, one a line, and answers each with a line: the length
and the SHA-256 in hex, or `!` and the reason. An empty line makes it write out what it has answered so far.
"""

import os
import stat
import sys
from collections.abc import Generator
from contextlib import contextmanager
from hashlib import sha256
from typing import BinaryIO, Final

CHUNK: Final = 1 << 20  # bytes
_FLAGS: Final = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)  # a named pipe must not stop the verifier
    | getattr(os, "O_BINARY", 0)
)


class NotReadableError(Exception):
    """A file cannot be read; `args[0]` is `missing`, `not_a_file` or `unreadable`."""


class PlainFiles:
    """Plain files below a folder; links in it are not followed, also not those in place of folders."""

    def __init__(self, root: str) -> None:
        self.root = root
        self._plain_folders: set[str] = {""}

    @contextmanager
    def opened(self, path: str) -> Generator[tuple[int, int]]:
        """Give the handle and the size in bytes of a file.

        Raises:
            NotReadableError: it is missing, no plain file, or the system refuses.
        """
        full = f"{self.root}/{path}"
        try:
            self._refuse_linked_folders(path.rpartition("/")[0])
            handle = os.open(full, _FLAGS)
        except FileNotFoundError as error:
            raise NotReadableError("missing") from error
        except OSError as error:
            raise NotReadableError("not_a_file" if os.path.islink(full) else "unreadable") from error  # noqa: PTH114 - no pathlib: this program starts in milliseconds
        try:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                raise NotReadableError("not_a_file")
            yield handle, status.st_size
        except OSError as error:
            raise NotReadableError("unreadable") from error
        finally:
            os.close(handle)

    def digest(self, path: str) -> tuple[int, str]:
        """Return a file's length in bytes and its SHA-256 in hex; memory does not grow with the file.

        Raises:
            NotReadableError: it cannot be read.
        """
        with self.opened(path) as (handle, size):
            data = os.read(handle, min(CHUNK, size + 1))  # one more byte than expected shows the end
            hasher, length = sha256(data), len(data)
            if length != size or length == CHUNK:
                while data := os.read(handle, CHUNK):
                    hasher.update(data)
                    length += len(data)
        return length, hasher.hexdigest()

    def _refuse_linked_folders(self, folder: str) -> None:
        """Check every folder between the root and a file; those that passed are not asked again."""
        passed: list[str] = []
        while folder not in self._plain_folders:
            if os.path.islink(f"{self.root}/{folder}"):  # noqa: PTH114 - as above
                raise NotReadableError("not_a_file")
            passed.append(folder)
            folder = folder.rpartition("/")[0]
        self._plain_folders.update(passed)  # only now: a plain folder may lie behind a link


def serve(root: str, paths: BinaryIO, answers: BinaryIO) -> None:
    """Answer every path on `paths` until it ends."""
    files = PlainFiles(root)
    for line in paths:
        path = line.rstrip(b"\n").decode()
        if not path:
            answers.flush()
            continue
        try:
            length, digest = files.digest(path)
            answers.write(b"%d %b\n" % (length, digest.encode()))
        except NotReadableError as error:
            answers.write(b"! %b\n" % str(error).encode())


if __name__ == "__main__":
    serve(sys.argv[1], sys.stdin.buffer, sys.stdout.buffer)
