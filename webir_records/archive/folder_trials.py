"""Try whether a folder keeps what was written, and whether a put has one winner (`webir store check`)."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from webir_records.archive.store import Store
from webir_records.archive.store_url import SELF_TEST
from webir_records.archive.trials import Proof, judged, unproven
from webir_records.model.errors import FaultError

_FOLDER: Final = SELF_TEST
_RACERS: Final = 2
_ROUNDS: Final = 10
_WAIT_S: Final = 60
_MOUNTS: Final = Path("/proc/self/mountinfo")
_NETWORK: Final = frozenset(
    {
        "9p",
        "afs",
        "ceph",
        "cifs",
        "fuse.sshfs",
        "glusterfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "smb3",
        "smbfs",
    }
)
_MEMORY: Final = frozenset({"ramfs", "tmpfs"})


def try_folder(store: Store, root: Path, token: str) -> Iterator[Proof]:
    """Yield what a folder was seen to do.

    Args:
        store: the folder as a store.
        root: the folder.
        token: a name that was not used before, for the files of this run.
    """
    yield from _file_system(root)
    path = f"{_FOLDER}/{token}/file"
    try:
        yield _synced(store, path)
        yield _other_bytes(store, path)
        yield _one_winner(store, root, f"{_FOLDER}/{token}")
        yield judged("every_version_vanishes", store.remove(path) and not store.exists(path))
    finally:
        _clean(store, root)
    yield unproven("hold_refuses_deletion")
    yield unproven("overwriting_keeps_the_original")
    yield unproven("durability")


def file_system(root: Path) -> str:
    """Return the kind of file system that a folder lies on, where the system tells it; else an empty text."""
    if not _MOUNTS.is_file():
        return ""
    best, kind = -1, ""
    real = root.resolve()
    for line in _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines():
        before, _, after = line.partition(" - ")
        point = Path(before.split(" ")[4].replace("\\040", " "))
        if real.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), after.split(" ")[0]
    return kind


def _file_system(root: Path) -> Iterator[Proof]:
    kind = file_system(root)
    if not kind:
        yield unproven("local_disk")
        return
    yield judged("local_disk", kind not in _NETWORK | _MEMORY, got=kind)


def _synced(store: Store, path: str) -> Proof:
    try:
        store.put(path, b"first")
    except FaultError as error:
        return judged("fsync", fine=False, got=error.facts.get("cause", error.code))
    return judged("fsync", store.read(path) == b"first")


def _other_bytes(store: Store, path: str) -> Proof:
    try:
        store.put(path, b"second")
    except FaultError as error:
        return judged("put_never_replaces", error.code == "A179" and store.read(path) == b"first")
    return judged("put_never_replaces", fine=False)


def _one_winner(store: Store, root: Path, folder: str) -> Proof:
    """Let two programs put different bytes under one name, several times over."""
    command = (sys.executable, "-m", "webir_records.archive.race", str(root), folder, str(_ROUNDS))
    racers = [  # our own program with our own arguments
        subprocess.Popen(  # noqa: S603
            [*command, f"writer {number}"], stdout=subprocess.PIPE, stdin=subprocess.PIPE
        )
        for number in range(_RACERS)
    ]
    for racer in racers:  # both are loaded when they have said so
        if racer.stdout is not None:
            racer.stdout.readline()
    outcomes = [racer.communicate(b"go\n", timeout=_WAIT_S)[0].decode().split() for racer in racers]
    fine = all(len(won) == _ROUNDS for won in outcomes) and all(
        sorted(pair) == ["lost", "won"] for pair in zip(*outcomes, strict=True)
    )
    whole = all(
        store.read(f"{folder}/race-{number}").decode() == f"writer {pair.index('won')}"
        for number, pair in enumerate(zip(*outcomes, strict=True))
        if fine
    )
    return judged("put_if_absent", fine and whole, rounds=str(_ROUNDS), writers=str(_RACERS))


def _clean(store: Store, root: Path) -> None:
    for path in tuple(store.list(_FOLDER)):
        store.remove(path)
    for folder, _, _ in os.walk(root / _FOLDER, topdown=False):
        Path(folder).rmdir()
