"""Write the zip of a filled document: what never changes is ready, the rest is packed on the way.

APPNOTE 6.3.10, sections 4.3.7 and 4.3.12. Times are fixed, so the same parts give the same bytes.
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from isal import isal_zlib

from webir_records.forms.templating.package import Member

_STORED: Final = 0
_DEFLATED: Final = 8
_FIXED_DATE: Final = 0x0021  # 1980-01-01
_FIXED_TIME: Final = 0x0001
"""00:00:02: programs in Java take midnight of that day for a time that is not known, and then see an extra
field, which the media type of an ODF package must not have (ODF 1.2 part 3, 3.3)."""

_UTF8: Final = 0x0800
_VERSION: Final = 20
_MADE_BY: Final = (3 << 8) | _VERSION
_MODE: Final = 0o600 << 16
_FAST: Final = 0
_TIGHT: Final = 1
_LARGE_BYTES: Final = 128 * 1024
"""Levels of igzip. For a form of one page 0 costs 20 µs and 1 costs 37 µs for 15 % less of 5 KB; for a long
register 1 is as fast and packs a quarter better; 2 is no better and 3 is slower (docs/adr/0007)."""

_AT_ONCE: Final = 1024
"""Pieces that are packed together: some 80 KB of a register."""

_SMALL_BYTES: Final = 1024
"""Members below are stored: packing them saves less than a disk block and costs as much as filling."""

_LOCAL: Final = struct.Struct("<4s5H3L2H")
_CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
_END: Final = struct.Struct("<4s4H2LH")


@dataclass(frozen=True, slots=True)
class Entry:
    """One member with all that the zip says of it but its place."""

    name: bytes
    flags: int
    method: int
    crc: int
    packed: bytes
    size: int

    @classmethod
    def kept(cls, member: Member) -> "Entry":
        """Take a member as it is packed already."""
        name, flags = _encoded(member.name)
        return cls(name, flags, member.method, member.crc, member.packed, member.size)

    @classmethod
    def deflated(cls, name: str, data: bytes) -> "Entry":
        """Pack new content; readers compare the checksum of what they unpack."""
        if len(data) < _SMALL_BYTES:
            return cls.stored(name, data)
        packed = isal_zlib.compress(data, _FAST if len(data) < _LARGE_BYTES else _TIGHT, -15)
        encoded, flags = _encoded(name)
        return cls(encoded, flags, _DEFLATED, isal_zlib.crc32(data), packed, len(data))

    @classmethod
    def streamed(cls, name: str, pieces: Sequence[bytes]) -> "Entry":
        """Pack new content that lies about in pieces; many are packed some at a time.

        The whole of a long document would be memory that the system has to give anew for each document; on a
        virtual machine that took longer than everything else.
        """
        if len(pieces) <= _AT_ONCE:
            return cls.deflated(name, b"".join(pieces))
        packer = isal_zlib.compressobj(_TIGHT, isal_zlib.DEFLATED, -15)
        packed: list[bytes] = []
        crc = size = 0
        for start in range(0, len(pieces), _AT_ONCE):
            data = b"".join(pieces[start : start + _AT_ONCE])
            crc, size = isal_zlib.crc32(data, crc), size + len(data)
            packed.append(packer.compress(data))
        packed.append(packer.flush())
        encoded, flags = _encoded(name)
        return cls(encoded, flags, _DEFLATED, crc, b"".join(packed), size)

    @classmethod
    def stored(cls, name: str, data: bytes) -> "Entry":
        """Take content as it is: images are packed already, and `mimetype` must not be."""
        encoded, flags = _encoded(name)
        return cls(encoded, flags, _STORED, isal_zlib.crc32(data), data, len(data))

    def local(self) -> bytes:
        """Return the local header."""
        head = (b"PK\x03\x04", _VERSION, self.flags, self.method, _FIXED_TIME, _FIXED_DATE)
        return _LOCAL.pack(*head, self.crc, len(self.packed), self.size, len(self.name), 0) + self.name

    def central(self, offset: int) -> bytes:
        """Return the entry of the central directory for a member that begins at that offset."""
        head = (b"PK\x01\x02", _MADE_BY, _VERSION, self.flags, self.method, _FIXED_TIME, _FIXED_DATE)
        sizes = (self.crc, len(self.packed), self.size, len(self.name), 0, 0, 0, 0)
        return _CENTRAL.pack(*head, *sizes, _MODE, offset) + self.name


class Archive:
    """The members that are the same in every document, laid out once; immutable."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        body, directory = bytearray(), bytearray()
        count = 0
        for entry in entries:
            directory += entry.central(len(body))
            body += entry.local() + entry.packed
            count += 1
        self._body, self._directory, self._count = bytes(body), bytes(directory), count

    def with_entries(self, entries: Sequence[Entry]) -> bytes:
        """Return the zip of the fixed members followed by these."""
        pieces, directory = [self._body], [self._directory]
        offset = len(self._body)
        for entry in entries:
            local = entry.local()
            directory.append(entry.central(offset))
            pieces += (local, entry.packed)
            offset += len(local) + len(entry.packed)
        listing = b"".join(directory)
        count = self._count + len(entries)
        end = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(listing), offset, 0)
        return b"".join((*pieces, listing, end))


def _encoded(name: str) -> tuple[bytes, int]:
    return (name.encode("ascii"), 0) if name.isascii() else (name.encode(), _UTF8)
