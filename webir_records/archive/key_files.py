"""The files of `keys/` that belong to the workspace, and who may read them.

People's own keys (`keys/people/`) belong to the people: no backup of ours holds them.
"""

import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from signing.errors import SigningError
from signing.note import Signer
from webir_records.archive.disk import Disk
from webir_records.archive.keystore import KEY_SIZE, parse_kek
from webir_records.model.errors import FaultError

LOG_KEY: Final = "log.key"
NEXT_LOG_KEY: Final = "log.next.key"
LOOKUP_KEY: Final = "lookup.key"
_KEK: Final = re.compile(r"kek-([A-Za-z0-9][A-Za-z0-9._-]*)\.key")
_FOLDER_MODE: Final = 0o700
_FILE_MODE: Final = 0o600
_OTHERS: Final = 0o077

Problem = tuple[str, Mapping[str, str]]
"""A code with its facts."""


@dataclass(frozen=True, slots=True)
class KeySet:
    """The keys of a workspace.

    Attributes:
        keks: key-encryption keys by epoch, 32 bytes each.
        signer: the log key, or None.
        lookup: key of the HMACs, 32 bytes, or None.
    """

    keks: Mapping[str, bytes]
    signer: Signer | None
    lookup: bytes | None


def read_key_files(disk: Disk) -> dict[str, bytes]:
    """Return the workspace's own key files by name, as they lie in `keys/`."""
    return {name: disk.read(name) for name in sorted(disk.list("")) if is_key_file(name)}


def is_key_file(name: str) -> bool:
    """Tell whether a file of `keys/` is one of the workspace's own keys."""
    return name in {LOG_KEY, LOOKUP_KEY} or _KEK.fullmatch(name) is not None


def epoch_of(name: str) -> str:
    """Return the epoch of a key file, or an empty text when it is no key-encryption key."""
    found = _KEK.fullmatch(name)
    return found[1] if found else ""


def parse_key_files(files: Mapping[str, bytes]) -> KeySet:
    """Read the keys in key files.

    Raises:
        FaultError: A133 or A134, a file holds no key.
    """
    keks = {epoch: parse_kek(epoch, data) for name, data in files.items() if (epoch := epoch_of(name))}
    signer = parse_log_key(files[LOG_KEY]) if LOG_KEY in files else None
    lookup = parse_lookup_key(files[LOOKUP_KEY]) if LOOKUP_KEY in files else None
    return KeySet(keks, signer, lookup)


def parse_log_key(data: bytes) -> Signer:
    """Return the log key.

    Raises:
        FaultError: A134 this is none.
    """
    try:
        return Signer.from_skey(data.decode("ascii").strip())
    except (UnicodeDecodeError, SigningError) as error:
        raise FaultError("A134", path=f"keys/{LOG_KEY}") from error


def parse_lookup_key(data: bytes) -> bytes:
    """Return the key of the HMACs, 32 bytes.

    Raises:
        FaultError: A134 this is none.
    """
    try:
        key = bytes.fromhex(data.decode("ascii").strip())
    except ValueError as error:
        raise FaultError("A134", path=f"keys/{LOOKUP_KEY}") from error
    if len(key) != KEY_SIZE:
        raise FaultError("A134", path=f"keys/{LOOKUP_KEY}")
    return key


def format_log_key(signer: Signer) -> bytes:
    """Return the content of the log key's file."""
    return f"{signer.to_skey()}\n".encode("ascii")


def format_lookup_key(key: bytes) -> bytes:
    """Return the content of the lookup key's file."""
    return f"{key.hex()}\n".encode("ascii")


def check_key_files(root: Path) -> list[Problem]:
    """Say which keys and databases of a workspace others on this machine could read or change.

    Args:
        root: the workspace's folder.

    Returns:
        A197 for each file or folder, with `path`, `mode` and `expected`; none on systems without such modes.
    """
    return [
        (
            "A197",
            {"path": path.relative_to(root).as_posix(), "mode": f"{mode:04o}", "expected": f"{wanted:04o}"},
        )
        for path, mode, wanted in _too_open(root)
    ]


def close_key_files(root: Path) -> list[Problem]:
    """Take from others what they could read of the keys, and say where it was so; see `check_key_files`.

    What cannot be changed (a disk without modes, a file of somebody else) stays and is named again next time.
    """
    found = check_key_files(root)
    for path, _, wanted in list(_too_open(root)):
        try:
            path.chmod(wanted)
        except OSError:
            continue
    return found


def _too_open(root: Path) -> Iterator[tuple[Path, int, int]]:
    """Yield path, mode and the mode that it should have."""
    if os.name == "nt":  # there, the folder's access list rules
        return
    for path in _secret_places(root):
        try:
            status = path.lstat()
        except FileNotFoundError:
            continue
        wanted = _FOLDER_MODE if stat.S_ISDIR(status.st_mode) else _FILE_MODE
        mode = stat.S_IMODE(status.st_mode)
        if mode & _OTHERS and not stat.S_ISLNK(status.st_mode):
            yield path, mode, wanted


def _secret_places(root: Path) -> Iterator[Path]:
    """Yield what only the owner may read: `keys/` with all it holds, `state/` and its databases."""
    keys, state = root / "keys", root / "state"
    yield keys
    for folder, folders, names in os.walk(keys):
        yield from (Path(folder) / name for name in sorted([*folders, *names]))
    yield state
    yield from sorted(state.glob("*.db*"))
