"""PNG as far as it is needed: put one into a PDF as it is, and write one (ISO/IEC 15948)."""

import struct
import zlib
from collections.abc import Iterator
from typing import Final

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_GREY, _RGB, _PALETTE = 0, 2, 3
_CHANNELS: Final = {_GREY: 1, _RGB: 3, _PALETTE: 1}


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(SIGNATURE)
    while place + 12 <= len(png):
        length = struct.unpack_from(">I", png, place)[0]
        yield png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        place += 12 + length


def as_pdf_image(png: bytes) -> tuple[bytes, bytes] | None:
    """Return the entries and the data of a PDF image, or None when the file cannot be taken as it is.

    PDF knows PNG's compression (ISO 32000-1 clause 7.4.4.4); a picture with transparency, 16 bits or
    interlacing is not taken.
    """
    if not png.startswith(SIGNATURE):
        return None
    chunks = list(_chunks(png))
    header = next((data for name, data in chunks if name == b"IHDR"), b"")
    data = b"".join(data for name, data in chunks if name == b"IDAT")
    if len(header) != 13 or not data or any(name == b"tRNS" for name, _ in chunks):
        return None
    width, height, bits, colour, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    if colour not in _CHANNELS or bits > 8 or interlaced:
        return None
    channels = _CHANNELS[colour]
    if not _whole(data, height * (1 + -(-width * bits * channels // 8))):
        return None
    palette = next((data for name, data in chunks if name == b"PLTE"), b"")
    spaces = {
        _GREY: b"/DeviceGray",
        _RGB: b"/DeviceRGB",
        _PALETTE: b"[/Indexed /DeviceRGB %d <%s>]" % (len(palette) // 3 - 1, palette.hex().encode()),
    }
    entries = (
        b"/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent %d /ColorSpace %s "
        b"/Filter /FlateDecode /DecodeParms << /Predictor 15 /Colors %d /BitsPerComponent %d /Columns %d >>"
        % (width, height, bits, spaces[colour], channels, bits, width)
    )
    return entries, data


def _whole(data: bytes, length: int) -> bool:
    """Return whether compressed data unpacks to exactly so many bytes."""
    unpacker = zlib.decompressobj()
    try:
        return len(unpacker.decompress(data, length + 1)) == length
    except zlib.error:
        return False


def write_png(width: int, height: int, rows: bytes, channels: int) -> bytes:
    """Return a PNG of 8-bit rows, grey (one channel) or RGB (three)."""
    stride = width * channels
    raw = b"".join(b"\0" + rows[line * stride : (line + 1) * stride] for line in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, _RGB if channels == 3 else _GREY, 0, 0, 0)
    return SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(raw, 6)) + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
