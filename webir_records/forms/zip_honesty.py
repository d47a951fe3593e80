"""Find zip members that unpack to more than they say: nothing may be unpacked on trust."""

import struct
import zipfile
import zlib
from typing import Final

_LOCAL: Final = struct.Struct("<4s22xHH")  # signature, lengths of the name and of the extra field
_PIECE: Final = 1024 * 1024


def has_dishonest_member(data: bytes, package: zipfile.ZipFile) -> bool:
    """Tell whether a member unpacks to another number of bytes than the directory says.

    Raises:
        zlib.error: a member is damaged.
        ValueError: a member lies outside the file, or is packed in a way that office files do not use.
    """
    return any(not _is_honest(data, member) for member in package.infolist())


def _is_honest(data: bytes, member: zipfile.ZipInfo) -> bool:
    if not 0 <= member.header_offset <= len(data) - _LOCAL.size:
        raise ValueError(member.filename)
    signature, name, extra = _LOCAL.unpack_from(data, member.header_offset)
    if signature != b"PK\x03\x04":
        raise ValueError(member.filename)
    start = member.header_offset + _LOCAL.size + name + extra
    if member.compress_type == zipfile.ZIP_STORED:
        return member.compress_size == member.file_size
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise ValueError(member.filename)
    return _unpacks_to(memoryview(data)[start : start + member.compress_size], member.file_size)


def _unpacks_to(packed: memoryview, expected: int) -> bool:
    """Unpack piece by piece, keep nothing, and stop at the first byte too many."""
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    count, rest = 0, bytes(packed)
    while not unpacker.eof and count <= expected:
        piece = unpacker.decompress(rest, _PIECE)
        rest = unpacker.unconsumed_tail
        count += len(piece)
        if not piece and not rest:
            break
    return count == expected
