"""Read a template's zip once, suspicious of everything, and keep its members as they are packed."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from webir_records.forms.templating.limits import (
    MAX_FILE_BYTES,
    MAX_LISTING_BYTES,
    MAX_MEMBER_BYTES,
    MAX_MEMBERS,
    MAX_PACKAGE_BYTES,
    MAX_RATIO,
    RATIO_FROM_BYTES,
)
from webir_records.model.errors import InputError

Kind: TypeAlias = Literal["docx", "odt"]

NOT_A_DOCUMENT: Final = "F303"
TOO_LARGE: Final = "F320"
ENCRYPTED: Final = "F321"
OLD_FORMAT: Final = "F322"
DAMAGED: Final = "F323"
UNSAFE_NAME: Final = "F324"
OTHER_KIND: Final = "F327"

ODT_TYPE: Final = "application/vnd.oasis.opendocument.text"
CONTENT_TYPES: Final = "[Content_Types].xml"
MANIFEST: Final = "META-INF/manifest.xml"

_STORED: Final = 0
_DEFLATED: Final = 8
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCAL_HEADER: Final = struct.Struct("<4s22xHH")
_LOCAL_MAGIC: Final = b"PK\x03\x04"
_ENCRYPTED_FLAG: Final = 0x1


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the package as it lies in the zip.

    Attributes:
        method: 0 stored or 8 deflated.
        size: unpacked, in bytes.
    """

    name: str
    method: int
    crc: int
    size: int
    packed: bytes = field(repr=False)

    def unpack(self) -> bytes:
        """Return the content.

        Raises:
            zlib.error: the packed bytes are damaged.
        """
        if self.method == _STORED:
            return self.packed
        engine = zlib.decompressobj(-zlib.MAX_WBITS)
        data = engine.decompress(self.packed, self.size + 1)
        if len(data) != self.size or not engine.eof:
            raise zlib.error("size differs")
        return data


@dataclass(frozen=True, slots=True)
class Package:
    """A template's members by name, in their order; contents are unpacked and were checked."""

    kind: Kind
    members: Mapping[str, Member]
    contents: Mapping[str, bytes] = field(repr=False)


class _LongListingError(Exception):
    """The list of members is longer than that of any office file."""


class _Listing(io.BytesIO):
    """A zip of which only the list of members is read, and only if it is short.

    Every entry of that list becomes an object before anything can be counted, and what the end of the file
    says of their number need not be true.
    """

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._length = len(data)

    def read(self, size: int | None = -1, /) -> bytes:
        """Read, unless it is more than a list may have.

        Raises:
            _LongListingError: it is.
        """
        left = max(self._length - self.tell(), 0)
        wanted = left if size is None or size < 0 else min(size, left)
        if wanted > MAX_LISTING_BYTES:
            raise _LongListingError(wanted)
        return super().read(size)


def read_package(data: bytes, name: str) -> Package:
    """Read a template.

    Args:
        data: the file.
        name: what messages call it.

    Raises:
        InputError: `F303` no docx or odt, `F320` a zip bomb or far too large, `F321` a password, `F322` an
            old .doc, `F323` damaged or cut off, `F324` a dangerous or double name in it, `F327` another
            kind of office file.
    """
    _refuse_foreign(data, name)
    try:
        with zipfile.ZipFile(_Listing(data)) as package:
            entries = [entry for entry in package.infolist() if not entry.filename.endswith("/")]
            _check_entries(entries, name)
            _check_places(entries, len(data), name)
            members = {entry.filename: _member(data, entry, name) for entry in entries}
    except _LongListingError as error:
        raise InputError(TOO_LARGE, path=name, got=str(error), expected=str(MAX_LISTING_BYTES)) from error
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as error:
        raise InputError(DAMAGED, path=name) from error
    contents = {member.name: _checked(member, name) for member in members.values()}
    return Package(_kind(contents, name), members, contents)


def _refuse_foreign(data: bytes, name: str) -> None:
    if data.startswith(_OLE):
        locked = "EncryptedPackage".encode("utf-16-le") in data
        raise InputError(ENCRYPTED if locked else OLD_FORMAT, path=name)
    if not data.startswith(_LOCAL_MAGIC):
        raise InputError(NOT_A_DOCUMENT, path=name)
    if len(data) > MAX_FILE_BYTES:
        raise InputError(TOO_LARGE, path=name, got=str(len(data)), expected=str(MAX_FILE_BYTES))


def _check_entries(entries: list[zipfile.ZipInfo], name: str) -> None:
    total = sum(entry.file_size for entry in entries)
    largest = max((entry.file_size for entry in entries), default=0)
    if len(entries) > MAX_MEMBERS:
        raise InputError(TOO_LARGE, path=name, got=str(len(entries)), expected=str(MAX_MEMBERS))
    if total > MAX_PACKAGE_BYTES or largest > MAX_MEMBER_BYTES:
        raise InputError(TOO_LARGE, path=name, got=str(total), expected=str(MAX_PACKAGE_BYTES))
    seen: set[str] = set()
    for entry in entries:
        if entry.filename.casefold() in seen or _unsafe(entry):
            raise InputError(UNSAFE_NAME, path=name, member=entry.filename[:80])
        seen.add(entry.filename.casefold())
        if entry.flag_bits & _ENCRYPTED_FLAG:
            raise InputError(ENCRYPTED, path=name)
        bomb = entry.file_size > MAX_RATIO * max(entry.compress_size, 1)
        if bomb and entry.file_size > RATIO_FROM_BYTES:
            raise InputError(TOO_LARGE, path=name, got=str(entry.file_size), expected=str(RATIO_FROM_BYTES))


def _check_places(entries: list[zipfile.ZipInfo], length: int, name: str) -> None:
    """Refuse members that lie over one another: each copy costs memory again."""
    packed = sum(entry.compress_size for entry in entries)
    if packed > length:
        raise InputError(TOO_LARGE, path=name, got=str(packed), expected=str(length))
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise InputError(DAMAGED, path=name)
        end = entry.header_offset + _LOCAL_HEADER.size + entry.compress_size
    if end > length:
        raise InputError(DAMAGED, path=name)


def _unsafe(entry: zipfile.ZipInfo) -> bool:
    raw = entry.orig_filename
    pieces = raw.split("/")
    return "\\" in raw or "\0" in raw or ":" in raw or any(piece in ("", ".", "..") for piece in pieces)


def _member(data: bytes, entry: zipfile.ZipInfo, name: str) -> Member:
    """Cut a member's packed bytes out of the file."""
    magic, name_length, extra_length = _LOCAL_HEADER.unpack_from(data, entry.header_offset)
    start = entry.header_offset + _LOCAL_HEADER.size + name_length + extra_length
    packed = data[start : start + entry.compress_size]
    if magic != _LOCAL_MAGIC or len(packed) != entry.compress_size:
        raise InputError(DAMAGED, path=name)
    if entry.compress_type not in (_STORED, _DEFLATED):
        raise InputError(DAMAGED, path=name)
    return Member(entry.filename, entry.compress_type, entry.CRC, entry.file_size, packed)


def _checked(member: Member, name: str) -> bytes:
    try:
        data = member.unpack()
    except zlib.error as error:
        raise InputError(DAMAGED, path=name) from error
    if zlib.crc32(data) != member.crc or len(data) != member.size:
        raise InputError(DAMAGED, path=name)
    return data


def _kind(contents: Mapping[str, bytes], name: str) -> Kind:
    mimetype = contents.get("mimetype")
    if mimetype is not None and MANIFEST in contents:
        if mimetype.strip() != ODT_TYPE.encode():
            raise InputError(OTHER_KIND, path=name, got=mimetype[:80].decode("ascii", "replace"))
        if b"encryption-data" in contents[MANIFEST]:
            raise InputError(ENCRYPTED, path=name)
        if "content.xml" not in contents:
            raise InputError(DAMAGED, path=name)
        return "odt"
    if CONTENT_TYPES not in contents:
        raise InputError(NOT_A_DOCUMENT, path=name)
    return "docx"
