"""Hashing many files on several threads; `hashlib` lets go of the interpreter while it hashes."""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from signing.errors import FileError
from signing.verifier.folder import ArchiveFolder
from signing.verifier.history import SealedVersion

_PORTION: Final = 32  # files handed to a thread at once; fewer cost more in handing over than in hashing
_AHEAD: Final = 4  # portions waiting per thread


@dataclass(frozen=True, slots=True)
class Read:
    """Outcome of reading one file: its length in bytes and SHA-256, or the problem."""

    length: int
    digest: str | None
    problem: str = ""


def digests(
    folder: ArchiveFolder, versions: Sequence[SealedVersion], workers: int
) -> Iterator[tuple[SealedVersion, Read]]:
    """Yield each sealed file with what reading it gave, in the given order."""
    waiting: deque[Future[list[tuple[SealedVersion, Read]]]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        for start in range(0, len(versions), _PORTION):
            if len(waiting) >= workers * _AHEAD:
                yield from waiting.popleft().result()
            waiting.append(pool.submit(_read_portion, folder, versions[start : start + _PORTION]))
        while waiting:
            yield from waiting.popleft().result()


def _read_portion(
    folder: ArchiveFolder, versions: Sequence[SealedVersion]
) -> list[tuple[SealedVersion, Read]]:
    return [(version, _read(folder, version.path)) for version in versions]


def _read(folder: ArchiveFolder, path: str) -> Read:
    try:
        length, digest = folder.digest(path)
    except FileError as error:
        return Read(0, None, error.reason)
    return Read(length, digest)
