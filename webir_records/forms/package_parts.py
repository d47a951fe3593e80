"""Open a zipped spreadsheet so that it holds for certain what the fast reader will find in it.

Two programs may see two different files in one archive: by names that differ only in case, by sizes that
are not true, by a second archive before or behind the first. Such files are refused.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

_CHUNK: Final = 4 * 1024 * 1024
_LOCAL_HEADER: Final = struct.Struct("<4s22xHH")
_LOCAL_MAGIC: Final = b"PK\x03\x04"
_END_MAGIC: Final = b"PK\x05\x06"
_LONGEST_END: Final = 22 + 65_535
_UNICODE_NAME: Final = 0x7075
_WIDE_TEXT: Final = (b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00")


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a package."""

    name: str
    data: bytes
    start: int
    packed: int
    size: int
    deflated: bool

    def pieces(self) -> Iterator[bytes]:
        """Yield the content, some megabytes at a time.

        Raises:
            ValueError: it is damaged, or not as large as it says.
        """
        unpacker = zlib.decompressobj(-15) if self.deflated else None
        left = self.size
        position, end = self.start, self.start + self.packed
        while position < end or (unpacker and unpacker.unconsumed_tail):
            piece = unpacker.unconsumed_tail if unpacker else b""
            if not piece:
                piece = self.data[position : min(end, position + _CHUNK)]
                position += len(piece)
            if unpacker:
                piece = unpacker.decompress(piece, _CHUNK)
            left -= len(piece)
            if left < 0:
                break
            yield piece
            if unpacker and unpacker.eof:
                break
        if left or (unpacker and not unpacker.eof):
            raise ValueError("a part of another size than it says")

    def read(self) -> bytes:
        """Return the whole content.

        Raises:
            ValueError: as `pieces`.
        """
        return b"".join(self.pieces())


class Package:
    """The files of a zipped spreadsheet by name; names are compared as the fast reader does."""

    def __init__(self, data: bytes, package: zipfile.ZipFile) -> None:
        """Check the archive.

        Raises:
            ValueError: another program could see another file in it.
        """
        infos = [info for info in package.infolist() if not info.is_dir()]
        if not infos or min(info.header_offset for info in infos) or not data.startswith(_LOCAL_MAGIC):
            raise ValueError("something stands before the archive")
        if data.count(_END_MAGIC, max(0, len(data) - _LONGEST_END)) != 1:
            raise ValueError("an archive with two ends")
        self.parts: Mapping[str, Part] = {_key(info.filename): _part(data, info) for info in infos}
        if len(self.parts) != len(infos):
            raise ValueError("two parts of one name")

    def get(self, name: str) -> Part | None:
        """Return the part of this name, or None."""
        return self.parts.get(_key(name))


def is_wide(start: bytes) -> bool:
    """Tell whether a part is text of two bytes a character, which no program writes into a spreadsheet."""
    return start.startswith(_WIDE_TEXT)


def _key(name: str) -> str:
    return name.replace("\\", "/").lower()


def _part(data: bytes, info: zipfile.ZipInfo) -> Part:
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError("an unknown compression")
    if _has_second_name(info.extra):
        raise ValueError("a second name")
    try:
        magic, name_length, extra_length = _LOCAL_HEADER.unpack_from(data, info.header_offset)
    except struct.error as error:
        raise ValueError(str(error)) from error
    start = info.header_offset + _LOCAL_HEADER.size + name_length + extra_length
    if magic != _LOCAL_MAGIC or start + info.compress_size > len(data):
        raise ValueError("a part outside of the archive")
    deflated = info.compress_type == zipfile.ZIP_DEFLATED
    return Part(info.filename, data, start, info.compress_size, info.file_size, deflated)


def _has_second_name(extra: bytes) -> bool:
    position = 0
    while position + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, position)
        if kind == _UNICODE_NAME:
            return True
        position += 4 + length
    return False
