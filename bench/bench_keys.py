"""Turn to a new key epoch: wrap every living key anew, durable and resumable; memory of a process of its own.

Each run turns the same store once more, from the newest epoch to the next one, as the years do.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap
from timing import ROOT, Work, arguments, measure, progress, scratch, show

from webir_records.archive.disk import LocalDisk
from webir_records.archive.keystore import KEY_SIZE, KeyStore
from webir_records.model.database import open_database
from webir_records.model.tables import KEY_TABLES

PEER: Final = "wrapping and unwrapping alone, no database"
_AT_ONCE: Final = 50_000
_FIRST: Final = 2026
_TURN: Final = """
import resource, sys
sys.path.insert(0, "bench")
from collections.abc import Callable
from pathlib import Path
from bench_keys import opened
store = opened(Path(sys.argv[1]))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
store.rotate(store.next_epoch(2099))
print(before // 1024, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def main() -> None:
    given = arguments(__doc__ or "", small=100_000, large=1_000_000)
    with scratch() as folder:
        works = [Work(PEER, lambda: _wrap_only(given["small"]), given["small"])]
        notes: dict[str, str] = {}
        for size in (given["small"], given["large"]):
            progress(f"writing {size:,} keys …")
            root = folder / f"{size}"
            write_store(root, size)
            works.append(Work(f"turn to a new epoch, {size:,} keys", _turning(root), size))
        lines = measure(works)
        for size in (given["small"], given["large"]):
            notes[f"memory before and at most, MB, {size:,} keys"] = _memory(folder / f"{size}")
    show("Turning to a new key epoch", lines, unit="key", peer=PEER, notes=notes)


def write_store(root: Path, size: int) -> None:
    """Make a key store of random record ids, as an archive's are."""
    root.mkdir()
    store = KeyStore(open_database(root / "keys.db", KEY_TABLES, create=True), LocalDisk(root), os.urandom)
    store.create(str(_FIRST))
    for start in range(0, size, _AT_ONCE):
        count = min(_AT_ONCE, size - start)
        store.put([(os.urandom(10).hex(), 1, os.urandom(KEY_SIZE)) for _ in range(count)])
    store.close()


def opened(root: Path) -> KeyStore:
    """Open a key store."""
    return KeyStore(open_database(root / "keys.db", KEY_TABLES), LocalDisk(root), os.urandom)


def _turning(root: Path) -> Callable[[], None]:
    def turn() -> None:
        store = opened(root)
        done = store.rotate(store.next_epoch(_FIRST))
        left = [status for status in store.status() if status.epoch != done.new and status.keys]
        store.close()
        if left or not done.rewrapped:
            raise SystemExit("not every key moved")

    return turn


def _wrap_only(count: int) -> None:
    old, new = os.urandom(KEY_SIZE), os.urandom(KEY_SIZE)
    wrapped = aes_key_wrap(old, os.urandom(KEY_SIZE))
    for _ in range(count):
        aes_key_wrap(new, aes_key_unwrap(old, wrapped))


def _memory(root: Path) -> str:
    """Return the resident memory of a process of its own, before the turn and at its highest."""
    command = [sys.executable, "-c", _TURN, str(root)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    return done.stdout.strip().replace(" ", " → ")


if __name__ == "__main__":
    main()
