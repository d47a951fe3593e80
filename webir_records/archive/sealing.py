"""Seal a record package under a key of its own (docs/spec/sealed.md).

AES-256-GCM in segments of 16 MiB by the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár,
CRYPTO 2015): the nonce carries the segment's number and whether it is the last, so truncation,
reordering and duplication fail. The key is fresh for every version of every record; therefore fixed
nonces are safe, and the SHA-256 of the sealed file says nothing about the content once the key is gone.
"""

from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from webir_records.model.errors import FaultError

MAGIC: Final = b"webir-sealed/v1\n"
KEY_SIZE: Final = 32  # bytes
SEGMENT_SIZE: Final = 16 * 1024 * 1024  # bytes of plaintext
_TAG_SIZE: Final = 16


def seal(content: bytes, key: bytes, *, record: str, version: int) -> bytes:
    """Return the sealed file.

    Args:
        content: the record package.
        key: 32 random bytes, used for this version of this record and nothing else.
        record: record id; with `version` it is bound to the file, so that two files cannot be swapped.
        version: version number, from 1.
    """
    cipher = AESGCM(key)
    bound = _associated_data(record, version)
    starts = range(0, max(len(content), 1), SEGMENT_SIZE)
    sealed = [MAGIC]
    for number, start in enumerate(starts):
        nonce = _nonce(number, last=start == starts[-1])
        sealed.append(cipher.encrypt(nonce, content[start : start + SEGMENT_SIZE], bound))
    return b"".join(sealed)


def unseal(sealed: bytes, key: bytes, *, record: str, version: int) -> bytes:
    """Return the content of a sealed file.

    Raises:
        FaultError: A120 the file is not what was sealed under this key for this record and version.
    """
    if not sealed.startswith(MAGIC):
        raise FaultError("A120", record=record, version=str(version))
    cipher = AESGCM(key)
    bound = _associated_data(record, version)
    body = memoryview(sealed)[len(MAGIC) :]
    starts = range(0, max(len(body), 1), SEGMENT_SIZE + _TAG_SIZE)
    content: list[bytes] = []
    try:
        for number, start in enumerate(starts):
            nonce = _nonce(number, last=start == starts[-1])
            content.append(cipher.decrypt(nonce, body[start : start + SEGMENT_SIZE + _TAG_SIZE], bound))
    except (InvalidTag, ValueError) as error:
        raise FaultError("A120", record=record, version=str(version)) from error
    return b"".join(content)


def _associated_data(record: str, version: int) -> bytes:
    return MAGIC + f"{record}\n{version}\n".encode("ascii")


def _nonce(number: int, *, last: bool) -> bytes:
    return bytes(7) + number.to_bytes(4, "big") + bytes([last])
