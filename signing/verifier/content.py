"""Reading the content of many sealed files at once; what comes back, and in which order, is always the same.

Files of a folder on disk are hashed by processes of `signing.verifier.hashing`, which share nothing and so do
not wait for each other; few files, or files elsewhere, by threads.
"""

import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Final

from signing.errors import FileError
from signing.verifier.files import ArchiveFiles
from signing.verifier.folder import ArchiveFolder
from signing.verifier.record_history import SealedVersion

_PORTION: Final = 48  # files handed over at once; their paths and answers fit into the buffer of a pipe
_AHEAD: Final = 4  # portions waiting per worker
_ENOUGH_FOR_PROCESSES: Final = 256  # files; a process takes some 20 ms to start


@dataclass(frozen=True, slots=True)
class Read:
    """Outcome of reading one file: its length in bytes and SHA-256, or the problem."""

    length: int
    digest: str | None
    problem: str = ""


Digests = Callable[[Sequence[str]], list[Read]]


class ContentReader:
    """Reads files in the background; `submit` now and then gives back what earlier ones gave.

    Args:
        files: the archive.
        workers: processes or threads, at least 1.
        expected: about how many files will be read.
    """

    def __init__(self, files: ArchiveFiles, workers: int, expected: int) -> None:
        self._open = ExitStack()
        self._digests = _with_threads(files)
        if isinstance(files, ArchiveFolder) and expected >= _ENOUGH_FOR_PROCESSES:
            processes = _Processes(files.root, workers)
            self._open.callback(processes.stop)
            self._digests = processes.digests
        self._pool = self._open.enter_context(ThreadPoolExecutor(workers))  # ends before the processes do
        self._most = workers * _AHEAD
        self._portion: list[SealedVersion] = []
        self._waiting: deque[tuple[list[SealedVersion], Future[list[Read]]]] = deque()

    def submit(self, version: SealedVersion) -> Iterator[tuple[SealedVersion, Read]]:
        """Read one more file; yields what earlier ones gave, in the order of submission."""
        self._portion.append(version)
        if len(self._portion) < _PORTION:
            return
        self._hand_over()
        if len(self._waiting) > self._most:
            yield from self._oldest()

    def rest(self) -> Iterator[tuple[SealedVersion, Read]]:
        """Yield what all files gave that were submitted and not yielded yet."""
        self._hand_over()
        while self._waiting:
            yield from self._oldest()

    def close(self) -> None:
        """Stop the workers."""
        self._open.close()

    def _hand_over(self) -> None:
        if self._portion:
            paths = [version.path for version in self._portion]
            self._waiting.append((self._portion, self._pool.submit(self._digests, paths)))
            self._portion = []

    def _oldest(self) -> Iterator[tuple[SealedVersion, Read]]:
        versions, found = self._waiting.popleft()
        yield from zip(versions, found.result(), strict=True)


def _with_threads(files: ArchiveFiles) -> Digests:
    def read(path: str) -> Read:
        try:
            return Read(*files.digest(path))
        except FileError as error:
            return Read(0, None, error.reason)

    return lambda paths: [read(path) for path in paths]


class _Processes:
    """Processes that hash; each thread of the pool takes one that is free."""

    def __init__(self, root: Path, count: int) -> None:
        self._threads = _with_threads(ArchiveFolder(root))
        self._free: SimpleQueue[subprocess.Popen[bytes] | None] = SimpleQueue()
        self._all = [_start(root) for _ in range(count)]
        for process in self._all:
            self._free.put(process)

    def digests(self, paths: Sequence[str]) -> list[Read]:
        """Return what each file gave; this process reads itself what another one failed to answer."""
        process = self._free.get()
        if process is None:
            self._free.put(None)
            return self._threads(paths)
        try:
            found = _ask(process, paths)
        except (OSError, ValueError):
            self._free.put(None)
            return self._threads(paths)
        self._free.put(process)
        return found

    def stop(self) -> None:
        """End the processes."""
        for process in self._all:
            if process is not None:
                process.communicate()


def _start(root: Path) -> subprocess.Popen[bytes] | None:
    """Start a process; `None` where programs cannot be started, or this package is no folder."""
    program = Path(__file__).with_name("hashing.py")
    if not sys.executable or not program.is_file():
        return None
    try:
        return subprocess.Popen(  # noqa: S603 - this interpreter and a file of this package
            [sys.executable, "-I", "-S", str(program), str(root.absolute())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return None


def _ask(process: subprocess.Popen[bytes], paths: Sequence[str]) -> list[Read]:
    """Have a process hash files.

    Raises:
        OSError, ValueError: it ended or answered something else.
    """
    if process.stdin is None or process.stdout is None:
        raise ValueError("no pipes")
    process.stdin.write("".join(f"{path}\n" for path in paths).encode() + b"\n")
    process.stdin.flush()
    return [_answer(process.stdout.readline()) for _ in paths]


def _answer(line: bytes) -> Read:
    first, digest = line.decode().split()
    if first == "!":
        return Read(0, None, digest)
    return Read(int(first), digest)
