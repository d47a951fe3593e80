"""BagIt 1.0 (RFC 8493): write a bag file by file, and check one that somebody hands in.

Written here and not taken from the `bagit` library (docs/adr/0012): that one changes the working folder of
the whole process, moves files of its caller, and reads the payload back to write its digests. Its validator
is the oracle in our tests.
"""

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from webir_records.model.errors import Detail, FaultError, InputError

_CHUNK: Final = 1 << 20  # bytes
_DECLARATION: Final = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_ALGORITHMS: Final = ("sha256", "sha512")
_MOST_TAG_FILE: Final = 1 << 28  # bytes
_MOST_TOLD: Final = 50  # things wrong with a bag; a broken copy has thousands


class BagWriter:
    """Writes one bag; without `finish` the folder lacks `bagit.txt` and is none.

    Args:
        root: a folder that is new or empty.

    Raises:
        InputError: U121 the folder is not empty.
        FaultError: A182 the disk refused.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lines: list[bytes] = []
        self._bytes = 0
        self._files = 0
        if root.exists() and (not root.is_dir() or any(root.iterdir())):
            raise InputError("U121", path=str(root))
        self._make(root)

    def add(self, path: str, data: bytes) -> None:
        """Add a payload file; `path` is below `data/`, with `/`."""
        target = self.root / "data" / path
        self._make(target.parent)
        self._write(target, data)
        self._lines.append(_line(hashlib.sha256(data).hexdigest(), f"data/{path}"))
        self._bytes += len(data)
        self._files += 1

    def finish(self, info: Mapping[str, str]) -> None:
        """Write manifests and tags; from now on the folder is a bag.

        Args:
            info: elements of `bag-info.txt`.
        """
        elements = {**info, "Payload-Oxum": f"{self._bytes}.{self._files}"}
        tags = {
            "manifest-sha256.txt": b"".join(self._lines),
            "bag-info.txt": "".join(f"{name}: {value}\n" for name, value in elements.items()).encode(),
            "bagit.txt": _DECLARATION,
        }
        listed = b"".join(_line(hashlib.sha256(data).hexdigest(), name) for name, data in tags.items())
        for name, data in {"tagmanifest-sha256.txt": listed, **tags}.items():
            self._write(self.root / name, data)

    @staticmethod
    def _make(folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise FaultError("A182", path=str(folder), cause=error.strerror or "") from error

    @staticmethod
    def _write(target: Path, data: bytes) -> None:
        try:
            with target.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise FaultError("A182", path=str(target), cause=error.strerror or "") from error


@dataclass(slots=True)
class Bag:
    """A bag that agrees with its manifests.

    Attributes:
        root: its folder.
        payload: path below `data/` and size in bytes of every payload file.
        info: elements of `bag-info.txt`.
    """

    root: Path
    payload: dict[str, int] = field(default_factory=dict[str, int])
    info: dict[str, str] = field(default_factory=dict[str, str])

    def read(self, path: str) -> bytes:
        """Return a payload file."""
        return (self.root / "data" / path).read_bytes()


def is_bag(root: Path) -> bool:
    """Tell whether a folder says that it is a bag."""
    return (root / "bagit.txt").is_file()


def open_bag(root: Path) -> Bag:
    """Check a bag completely: every file listed, every listed file there with its digest, no link.

    Raises:
        InputError: U230 it is no bag that can be used, with everything that is wrong.
    """
    bag = Bag(root)
    found = list(_problems(bag))
    if found:
        raise InputError("U230", [Detail(code, facts) for code, facts in found[:_MOST_TOLD]], path=str(root))
    bag.info |= _elements(root / "bag-info.txt")
    return bag


_Problem = tuple[str, Mapping[str, str]]


def _problems(bag: Bag) -> Iterator[_Problem]:
    root = bag.root
    declaration = _tag(root / "bagit.txt").decode("utf-8", "replace")
    if not declaration.startswith(("BagIt-Version: 1.0\n", "BagIt-Version: 0.97\n")):
        yield "U231", {"path": "bagit.txt"}
    if (root / "fetch.txt").exists():
        yield "U231", {"path": "fetch.txt"}
    present = dict(_files(root))
    yield from (("U232", {"path": path}) for path, size in present.items() if size < 0)
    manifests = [name for name in _ALGORITHMS if (root / f"manifest-{name}.txt").is_file()]
    if not manifests:
        yield "U231", {"path": "manifest-sha256.txt"}
    payload = {path: size for path, size in present.items() if path.startswith("data/")}
    for algorithm in manifests:
        listed = _listed(root / f"manifest-{algorithm}.txt")
        yield from _compare(root, algorithm, listed, payload)
        yield from (("U235", {"path": path}) for path in sorted(payload.keys() - listed.keys()))
        tags = root / f"tagmanifest-{algorithm}.txt"
        if tags.is_file():
            yield from _compare(root, algorithm, _listed(tags), present)
    bag.payload |= {path.removeprefix("data/"): size for path, size in payload.items()}


def _compare(
    root: Path, algorithm: str, listed: Mapping[str, str], present: Mapping[str, int]
) -> Iterator[_Problem]:
    for path, digest in listed.items():
        if not _inside(path):
            yield "U232", {"path": ascii(path)}
        elif present.get(path, -1) < 0:
            yield "U233", {"path": path}
        elif _digest(root / path, algorithm) != digest.lower():
            yield "U234", {"path": path}


def _files(root: Path) -> Iterator[tuple[str, int]]:
    """Yield every file with its size; -1 for links and devices, which are never followed."""
    for folder, folders, names in os.walk(root):
        for name in (*names, *(each for each in folders if (Path(folder) / each).is_symlink())):
            path = Path(folder) / name
            plain = path.is_file() and not path.is_symlink()
            yield path.relative_to(root).as_posix(), path.stat().st_size if plain else -1


def _inside(path: str) -> bool:
    pure = PurePosixPath(path)
    return bool(pure.parts) and not pure.is_absolute() and ".." not in pure.parts and "\\" not in path


def _listed(path: Path) -> dict[str, str]:
    listed: dict[str, str] = {}
    for line in _tag(path).decode("utf-8", "replace").splitlines():
        digest, _, name = line.partition(" ")
        name = name.lstrip(" *").removeprefix("./")
        if name:
            listed[_decoded(name)] = digest
    return listed


def _decoded(name: str) -> str:
    for code, letter in (("%0A", "\n"), ("%0a", "\n"), ("%0D", "\r"), ("%0d", "\r"), ("%25", "%")):
        name = name.replace(code, letter)
    return name


def _line(digest: str, path: str) -> bytes:
    name = path.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D")
    return f"{digest}  {name}\n".encode()


def _digest(path: Path, algorithm: str) -> str:
    hasher = hashlib.new(algorithm)
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            hasher.update(chunk)
    return hasher.hexdigest()


def _elements(path: Path) -> Mapping[str, str]:
    lines: Sequence[str] = _tag(path).decode("utf-8", "replace").splitlines()
    pairs = (line.partition(":") for line in lines if not line.startswith((" ", "\t")))
    return {name.strip(): value.strip() for name, _, value in pairs}


def _tag(path: Path) -> bytes:
    if path.is_symlink() or not path.is_file() or path.stat().st_size > _MOST_TAG_FILE:
        return b""
    return path.read_bytes()
