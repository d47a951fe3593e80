"""Drop from an embedded TrueType font the outlines and widths of the glyphs that a document does not use.

Glyph numbers and tables stay as they are (OpenType 1.9, `glyf` and `loca`), so nothing that
refers to the font changes; a glyph without an outline takes no room.
"""

import struct
from collections.abc import Iterable, Mapping
from typing import Final

_HEADER: Final = struct.Struct(">IHHHH")
_RECORD: Final = struct.Struct(">4sIII")
_LONG_LOCATIONS: Final = 50
"""Place of indexToLocFormat in `head`."""

_METRICS: Final = 34
"""Place of numberOfHMetrics in `hhea`; a glyph beyond them has the last one's width."""

_CHECKSUM_ADJUSTMENT: Final = 8
_CHECKSUM_MAGIC: Final = 0xB1B0AFBA
_WORDS, _MORE, _SCALE, _XY_SCALE, _TWO_BY_TWO = 1, 0x20, 8, 0x40, 0x80


def without_outlines(font: bytes, kept: Iterable[int]) -> bytes:
    """Return the font with the outlines of the glyphs `kept`, of what those are made of, and of glyph 0.

    Raises:
        ValueError: this is no TrueType font, or a damaged one.
    """
    try:
        tables = read_tables(font)
        locations = _locations(tables)
        shown = _closure(tables[b"glyf"], locations, {0, *kept})
        tables |= _thinned(tables[b"glyf"], locations, shown)
        tables |= _metrics(tables, len(locations) - 1, shown)
        head = bytearray(tables[b"head"])
        head[_LONG_LOCATIONS : _LONG_LOCATIONS + 2] = b"\x00\x01"
        tables[b"head"] = bytes(head)
        return write_tables(struct.unpack_from(">I", font)[0], tables)
    except (struct.error, KeyError, IndexError) as error:
        raise ValueError("damaged TrueType font") from error


def read_tables(font: bytes) -> dict[bytes, bytes]:
    """Return the tables of a font by tag."""
    count = _HEADER.unpack_from(font)[1]
    records = (_RECORD.unpack_from(font, _HEADER.size + _RECORD.size * number) for number in range(count))
    return {tag: font[start : start + length] for tag, _, start, length in records}


def _locations(tables: Mapping[bytes, bytes]) -> list[int]:
    count = struct.unpack_from(">H", tables[b"maxp"], 4)[0] + 1
    if struct.unpack_from(">h", tables[b"head"], _LONG_LOCATIONS)[0]:
        return list(struct.unpack_from(f">{count}I", tables[b"loca"]))
    return [2 * place for place in struct.unpack_from(f">{count}H", tables[b"loca"])]


def _closure(glyphs: bytes, locations: list[int], wanted: set[int]) -> set[int]:
    found: set[int] = set()
    waiting = [glyph for glyph in wanted if glyph < len(locations) - 1]
    while waiting:
        glyph = waiting.pop()
        if glyph not in found:
            found.add(glyph)
            waiting += _components(glyphs[locations[glyph] : locations[glyph + 1]])
    return found


def _components(outline: bytes) -> list[int]:
    """Return the glyphs that a glyph is put together from; none for a plain one."""
    if len(outline) < 10 or struct.unpack_from(">h", outline)[0] >= 0:
        return []
    found: list[int] = []
    place, flags = 10, _MORE
    while flags & _MORE:
        flags, glyph = struct.unpack_from(">HH", outline, place)
        found.append(glyph)
        scale = 2 if flags & _SCALE else 4 if flags & _XY_SCALE else 8 if flags & _TWO_BY_TWO else 0
        place += 4 + (4 if flags & _WORDS else 2) + scale
    return found


def _thinned(glyphs: bytes, locations: list[int], kept: set[int]) -> dict[bytes, bytes]:
    outlines: list[bytes] = []
    places, place = [0], 0
    for glyph in range(len(locations) - 1):
        if glyph in kept:
            outline = glyphs[locations[glyph] : locations[glyph + 1]]
            outlines.append(outline + bytes(-len(outline) % 4))
            place += len(outlines[-1])
        places.append(place)
    return {b"glyf": b"".join(outlines) or bytes(4), b"loca": struct.pack(f">{len(places)}I", *places)}


def _metrics(tables: Mapping[bytes, bytes], glyphs: int, kept: set[int]) -> dict[bytes, bytes]:
    """Return `hmtx` and `hhea` with nothing for glyphs that are not kept: their widths tell which they were.

    Every glyph gets a width of its own, also those that had the last one's.
    """
    pairs = struct.unpack_from(">H", tables[b"hhea"], _METRICS)[0]
    data = tables[b"hmtx"]
    made = bytearray()
    for glyph in range(glyphs):
        width = data[4 * min(glyph, pairs - 1) :][:2]
        bearing = data[4 * glyph + 2 :][:2] if glyph < pairs else data[2 * pairs + 2 * glyph :][:2]
        made += width + bearing.ljust(2, b"\0") if glyph in kept else bytes(4)
    head = bytearray(tables[b"hhea"])
    struct.pack_into(">H", head, _METRICS, glyphs)
    return {b"hmtx": bytes(made), b"hhea": bytes(head)}


def write_tables(version: int, tables: Mapping[bytes, bytes]) -> bytes:
    """Return a font file of these tables, with right checksums."""
    count = len(tables)
    power = 1 << (count.bit_length() - 1)
    header = _HEADER.pack(version, count, power * 16, power.bit_length() - 1, (count - power) * 16)
    place = _HEADER.size + _RECORD.size * count
    records: list[bytes] = []
    bodies: list[bytes] = []
    total = 0
    for tag in sorted(tables):
        data = tables[tag]
        if tag == b"head":
            data = data[:_CHECKSUM_ADJUSTMENT] + bytes(4) + data[_CHECKSUM_ADJUSTMENT + 4 :]
        padded = data + bytes(-len(data) % 4)
        checksum = _checksum(padded)
        total += checksum
        records.append(_RECORD.pack(tag, checksum, place, len(data)))
        bodies.append(padded)
        place += len(padded)
    whole = bytearray(header + b"".join(records) + b"".join(bodies))
    head = next(start for tag, _, start, _ in map(_RECORD.unpack, records) if tag == b"head")
    total += _checksum(whole[: _HEADER.size + _RECORD.size * count])
    struct.pack_into(">I", whole, head + _CHECKSUM_ADJUSTMENT, (_CHECKSUM_MAGIC - total) & 0xFFFFFFFF)
    return bytes(whole)


def _checksum(data: bytes | bytearray) -> int:
    words: tuple[int, ...] = struct.unpack(f">{len(data) // 4}I", data)
    return sum(words) & 0xFFFFFFFF
