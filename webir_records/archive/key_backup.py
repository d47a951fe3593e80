"""A backup of `keys/` behind a passphrase: one text file (docs/spec/keys.md, section "Backup file").

The header is associated data of the encryption, so that nothing in it can be changed; the digest in the last
line tells a damaged or cut file from a wrong passphrase.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from textwrap import wrap
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from signing.canonical import canonical_bytes, parse_canonical
from signing.errors import MalformedError
from signing.note import strict_base64, to_base64
from webir_records.archive.key_files import is_key_file
from webir_records.model.errors import InputError

MAGIC: Final = "webir-keys-backup/v1"
LEAST_LENGTH: Final = 16  # characters; a Chinese one counts as two
LEAST_DIFFERENT: Final = 8  # characters
_SALT_SIZE: Final = 32
_NONCE_SIZE: Final = 12
_KEY_SIZE: Final = 32
_LINE: Final = 64
_DIGEST: Final = "sha256: "
_MOST_MEMORY: Final = 1 << 30  # bytes; 128 * n * r, so that a hostile file cannot take the machine's memory
_MOST_BYTES: Final = 1 << 20
_HEADER: Final = re.compile(
    rf"{re.escape(MAGIC)}\n"
    r"workspace: (?P<workspace>[^\n]+)\n"
    r"backup: (?P<backup>[^\n]+)\n"
    r"made: (?P<made>[0-9TZ:-]+)\n"
    r"epoch: (?P<epoch>[^\n]+)\n"
    r"kdf: scrypt n=(?P<n>[1-9][0-9]{0,7}) r=(?P<r>[1-9][0-9]?) p=(?P<p>[1-9][0-9]?) "
    r"salt=(?P<salt>[0-9a-f]{64})\n"
    r"cipher: aes-256-gcm nonce=(?P<nonce>[0-9a-f]{24})\n\n"
)


@dataclass(frozen=True, slots=True)
class Cost:
    """Parameters of scrypt (RFC 7914); memory is 128 · n · r bytes."""

    n: int
    r: int = 8
    p: int = 1


DEFAULT_COST: Final = Cost(1 << 17)
"""128 MiB and about half a second: what OWASP's password storage page asks for first (2^17, 8, 1)."""


@dataclass(frozen=True, slots=True)
class BackupHeader:
    """What a backup says of itself in the clear.

    Attributes:
        workspace: origin of the workspace's ledger.
        backup: id of this backup, as in the ledger.
        made: moment, UTC.
        epoch: the active epoch when it was made.
    """

    workspace: str
    backup: str
    made: str
    epoch: str


@dataclass(frozen=True, slots=True)
class KeyBackup:
    """A backup file that was read and is whole, but not opened yet."""

    header: BackupHeader
    cost: Cost
    salt: bytes
    nonce: bytes
    associated: bytes
    sealed: bytes


def seal_backup(
    header: BackupHeader,
    files: Mapping[str, bytes],
    passphrase: str,
    *,
    random: Callable[[int], bytes],
    cost: Cost = DEFAULT_COST,
) -> bytes:
    """Return the backup file.

    Args:
        header: what it says in the clear.
        files: key files by name, ASCII.
        passphrase: see `require_strong`.
        random: source of salt and nonce.
        cost: parameters of scrypt.
    """
    salt, nonce = random(_SALT_SIZE), random(_NONCE_SIZE)
    head = (
        f"{MAGIC}\nworkspace: {header.workspace}\nbackup: {header.backup}\nmade: {header.made}\n"
        f"epoch: {header.epoch}\nkdf: scrypt n={cost.n} r={cost.r} p={cost.p} salt={salt.hex()}\n"
        f"cipher: aes-256-gcm nonce={nonce.hex()}\n\n"
    ).encode()
    content = canonical_bytes({"v": 1, "files": {name: data.decode("ascii") for name, data in files.items()}})
    sealed = AESGCM(_stretch(passphrase, salt, cost)).encrypt(nonce, content, head)
    body = head + "".join(f"{line}\n" for line in wrap(to_base64(sealed), _LINE)).encode()
    return body + f"\n{_DIGEST}{hashlib.sha256(body).hexdigest()}\n".encode()


def parse_backup(data: bytes, *, path: str) -> KeyBackup:
    """Read a backup file without its passphrase; each byte must be as it was written.

    Raises:
        InputError: A136 it is no such file; A137 it is cut off or changed.
    """
    if not data.startswith(f"{MAGIC}\n".encode()):
        raise InputError("A136", path=path)
    body, _, digest = data.rpartition(f"\n{_DIGEST}".encode())
    if len(data) > _MOST_BYTES or digest != f"{hashlib.sha256(body).hexdigest()}\n".encode():
        raise InputError("A137", path=path)
    head, blank, lines = body.partition(b"\n\n")
    found = _HEADER.fullmatch((head + blank).decode(errors="replace"))
    try:
        sealed = strict_base64(lines.decode("ascii").replace("\n", ""))
    except (UnicodeDecodeError, MalformedError) as error:
        raise InputError("A137", path=path) from error
    if found is None or 128 * int(found["n"]) * int(found["r"]) > _MOST_MEMORY:
        raise InputError("A137", path=path)
    return KeyBackup(
        BackupHeader(found["workspace"], found["backup"], found["made"], found["epoch"]),
        Cost(int(found["n"]), int(found["r"]), int(found["p"])),
        bytes.fromhex(found["salt"]),
        bytes.fromhex(found["nonce"]),
        head + blank,
        sealed,
    )


def open_backup(backup: KeyBackup, passphrase: str, *, path: str) -> dict[str, bytes]:
    """Return the key files in a backup.

    Raises:
        InputError: A138 the passphrase is wrong; A137 what it opens is no set of key files.
    """
    try:
        key = _stretch(passphrase, backup.salt, backup.cost)
        content = AESGCM(key).decrypt(backup.nonce, backup.sealed, backup.associated)
        value = parse_canonical(content)
    except InvalidTag as error:
        raise InputError("A138", path=path) from error
    except (ValueError, MalformedError) as error:  # scrypt refuses n that is no power of two
        raise InputError("A137", path=path) from error
    files = value.get("files") if isinstance(value, Mapping) and value.get("v") == 1 else None
    if not isinstance(files, Mapping) or not all(is_key_file(name) for name in files):
        raise InputError("A137", path=path)
    return {name: str(text).encode("ascii") for name, text in files.items()}


def require_strong(passphrase: str) -> None:
    """Refuse a passphrase that could be guessed: whoever has the file may try for years.

    Raises:
        InputError: A139 with the rule.
    """
    text = _normal(passphrase)
    length = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
    steps = [ord(after) - ord(before) for before, after in pairwise(text)]
    runs = sum(step in {-1, 0, 1} for step in steps)
    if length < LEAST_LENGTH or len(set(text)) < LEAST_DIFFERENT or 2 * runs > len(steps):
        raise InputError("A139", length=str(LEAST_LENGTH), different=str(LEAST_DIFFERENT))


def _normal(passphrase: str) -> str:
    """Return what is stretched: input methods type the same characters in several ways (NFKC)."""
    return unicodedata.normalize("NFKC", passphrase)


def _stretch(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    kdf = Scrypt(salt=salt, length=_KEY_SIZE, n=cost.n, r=cost.r, p=cost.p)
    return kdf.derive(_normal(passphrase).encode())
