"""One of two writers that want the same names (`folder_trials`): ROOT FOLDER ROUNDS TEXT."""

import sys
from pathlib import Path

from webir_records.archive.disk import LocalDisk
from webir_records.model.errors import FaultError


def run(root: str, folder: str, rounds: int, text: str) -> list[str]:
    """Put a text under each name and say of each whether it `won` or `lost`."""
    store = LocalDisk(Path(root))
    return [_put(store, f"{folder}/race-{number}", text.encode()) for number in range(rounds)]


def _put(store: LocalDisk, path: str, data: bytes) -> str:
    try:
        store.put(path, data)
    except FaultError as error:
        return "lost" if error.code == "A179" else error.code
    return "won"


if __name__ == "__main__":
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sys.stdout.write(" ".join(run(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])))
