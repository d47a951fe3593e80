"""Where an archive's files lie: a folder of this machine, or a bucket with Object Lock.

Everything above this seam speaks to `Store` alone. What may never change is *put*: the first bytes
under a name stay, the same bytes again are fine, other bytes are a fault. Only what must change is
*written*: the checkpoint and the list of the log's keys.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol

from signing.verifier.files import ArchiveFiles
from webir_records.archive.disk import Disk
from webir_records.archive.locks import Locks


class Store(Disk, Protocol):
    """Files by relative path with `/`; every change is durable when the call returns."""

    @property
    def locks(self) -> Locks | None:
        """The locks of single files, where the store has such."""
        ...

    def close(self) -> None:
        """Close what is open; nothing may be asked of the store afterwards."""
        ...

    def reader(self) -> ArchiveFiles:
        """Return what a verifier reads through."""
        ...

    def write(self, path: str, data: bytes) -> None:
        """Write or replace one file."""
        ...

    def remove_many(self, paths: Sequence[str]) -> None:
        """Remove files, those that are not there as well; durable when the call returns."""
        ...

    def put(self, path: str, data: bytes) -> None:
        """Put one file that may never change."""
        ...

    def put_many(self, files: Iterable[tuple[str, bytes]]) -> None:
        """Put files that may never change; where the store has locks, they are held from the first moment.

        Raises:
            FaultError: A179 other bytes lie under the name; or the store failed.
        """
        ...


def put_unnamed(store: Store, path: str, data: bytes) -> None:
    """Put a file that nothing names yet: what lies there is left over from a broken run."""
    if store.exists(path):
        take_back(store, path)
    store.put(path, data)


def take_back(store: Store, path: str) -> bool:
    """Remove a file that was put; only for what no entry names, and for lawful destruction.

    Returns:
        False when it was not there.
    """
    if store.locks is not None:
        store.locks.release(path)
    return store.remove(path)


def take_back_many(store: Store, paths: Sequence[str]) -> None:
    """Remove many files that were put; as `take_back`."""
    if store.locks is not None:
        for path in paths:
            store.locks.release(path)
    store.remove_many(paths)
