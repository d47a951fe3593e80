"""QR codes at the speed of filling: ISO/IEC 18004:2015, byte mode, level M, versions 1 to 10.

All modules of a symbol depend linearly on the data bits (Reed-Solomon over GF(256), then exclusive or), so
a symbol is the exclusive or of one ready bitmap for each data byte. A general encoder spends nearly all of
its time on trying eight masks for every symbol; any one mask is valid, and here it is always the same.
Tests compare every version, module by module, with segno's output for the same mask.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import getitem
from typing import Final

import segno
from isal import isal_zlib

_BLOCKS: Final[dict[int, tuple[int, tuple[int, ...]]]] = {
    1: (10, (16,)),
    2: (16, (28,)),
    3: (26, (44,)),
    4: (18, (32,) * 2),
    5: (24, (43,) * 2),
    6: (16, (27,) * 4),
    7: (18, (31,) * 4),
    8: (22, (38, 38, 39, 39)),
    9: (22, (36, 36, 36, 37, 37)),
    10: (26, (43, 43, 43, 43, 44)),
}
"""Error correction codewords for each block, and data codewords of each block, at level M (table 9)."""

_ALIGNMENT: Final[dict[int, tuple[int, ...]]] = {
    1: (),
    2: (6, 18),
    3: (6, 22),
    4: (6, 26),
    5: (6, 30),
    6: (6, 34),
    7: (6, 22, 38),
    8: (6, 24, 42),
    9: (6, 26, 46),
    10: (6, 28, 50),
}
"""Centres of the alignment patterns (annex E)."""

MASK: Final = 3
LEVEL: Final = "m"
_LEVEL_BITS: Final = 0b00
_BYTE_MODE: Final = 0b0100
_PADDING: Final = (0xEC, 0x11)
_FIELD: Final = 0x11D
_FORMAT_GENERATOR: Final = 0b10100110111
_FORMAT_MASK: Final = 0b101010000010010
_VERSION_GENERATOR: Final = 0b1111100100101

_QUIET: Final = 4
"""Modules of white around the symbol (section 6.3.8)."""

_SCALE: Final = 8
"""Pixels for each module: one byte of a one-bit image."""

_COLOURS: Final = bytes.maketrans(b"01", b"\xff\x00")


@dataclass(frozen=True, slots=True)
class _Symbol:
    """One version, ready to be filled.

    Attributes:
        side: modules.
        capacity: data codewords.
        base: bitmap for data that is all zero.
        tables: for each data codeword the bitmap of each of its 256 values.
    """

    side: int
    capacity: int
    base: int
    tables: tuple[tuple[int, ...], ...]


def qr_png(text: str) -> bytes:
    """Return a QR code as PNG, black and white, 8 pixels for each module, 4 modules of white around.

    Args:
        text: up to about 210 bytes of UTF-8 are fast; longer text is left to segno.
    """
    data = text.encode()
    version = next((v for v in _BLOCKS if len(data) <= _room(v)), None)
    if version is None:
        modules = segno.make(text, error=LEVEL, micro=False, mask=MASK, boost_error=False).matrix
        return _png("".join(str(int(dark)) for row in modules for dark in row), len(modules))
    return _png(_bits(data, version), _symbol(version).side)


def qr_rows(data: bytes, version: int) -> list[str]:
    """Return the symbol row by row, `1` for a dark module."""
    bits, side = _bits(data, version), _symbol(version).side
    return [bits[start : start + side] for start in range(0, side * side, side)]


def _bits(data: bytes, version: int) -> str:
    symbol = _symbol(version)
    codewords = _codewords(data, version, symbol.capacity)
    bitmap = reduce(int.__xor__, map(getitem, symbol.tables, codewords), symbol.base)
    return format(bitmap, f"0{symbol.side**2}b")


def _room(version: int) -> int:
    return sum(_BLOCKS[version][1]) - (2 if version < 10 else 3)


def _codewords(data: bytes, version: int, capacity: int) -> bytes:
    """Return mode, length, data, terminator and padding (sections 7.4.5, 7.4.9 and 7.4.10)."""
    width = 8 if version < 10 else 16
    value = ((_BYTE_MODE << width | len(data)) << 8 * len(data) | int.from_bytes(data, "big")) << 4
    filled = value.to_bytes((4 + width + 4) // 8 + len(data), "big")
    missing = capacity - len(filled)
    return filled + bytes(_PADDING * (missing // 2 + 1))[:missing]


def _png(bits: str, side: int) -> bytes:
    """Write the image: the first line of each row of modules, then seven that repeat it (PNG, clause 9)."""
    white, between, width = _frame(side)
    quiet = between[:_QUIET]
    modules = bits.encode().translate(_COLOURS)
    rows = between.join([modules[start : start + side] for start in range(0, side * side, side)])
    pixels = isal_zlib.compress(b"".join((white, b"\x00" + quiet, rows, between[: -1 - _QUIET], white)), 0)
    header = struct.pack(">IIBBBBB", width, width, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, content) for kind, content in ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    )


@lru_cache(maxsize=64)
def _frame(side: int) -> tuple[bytes, bytes, int]:
    """Return the white rows, what stands between two rows of modules, and the width in pixels."""
    width = (side + 2 * _QUIET) * _SCALE
    quiet = b"\xff" * _QUIET
    repeated = (b"\x02" + bytes(width // 8)) * (_SCALE - 1)
    white = (b"\x00" + b"\xff" * (width // 8) + repeated) * _QUIET
    return white, quiet + repeated + b"\x00" + quiet, width


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = isal_zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


def _multiply(a: int, b: int) -> int:
    """Multiply in GF(256) of section 7.5.2."""
    return _EXPONENTS[_LOGARITHMS[a] + _LOGARITHMS[b]] if a and b else 0


def _powers() -> tuple[list[int], list[int]]:
    """Return the powers of 2, twice over, and the logarithms to that base."""
    exponents, logarithms, value = list[int](), [0] * 256, 1
    for exponent in range(255):
        exponents.append(value)
        logarithms[value] = exponent
        value = (value << 1) ^ (_FIELD if value & 0x80 else 0)
    return exponents * 2, logarithms


_EXPONENTS, _LOGARITHMS = _powers()


@lru_cache(maxsize=len(_BLOCKS))
def _symbol(version: int) -> _Symbol:
    """Prepare a version."""
    side = 17 + 4 * version
    fixed = _function_patterns(version, side)
    places = list(_data_places(side, fixed))
    weight = {place: 1 << (side * side - 1 - place[0] * side - place[1]) for place in places}
    weight_of_bit = [weight[place] for place in places]
    base = sum(1 << (side * side - 1 - y * side - x) for (y, x), dark in fixed.items() if dark)
    base ^= sum(weight[y, x] for y, x in places if (y + x) % 3 == 0)  # mask 3 (table 10)
    basis = [
        sum(weight_of_bit[8 * at + bit] for at, value in ones for bit in range(8) if value & 0x80 >> bit)
        for ones in _unit_codewords(version)
    ]
    tables = tuple(_table(basis[i : i + 8]) for i in range(0, len(basis), 8))
    return _Symbol(side, len(tables), base, tables)


def _table(basis: list[int]) -> tuple[int, ...]:
    """Return the bitmaps of all values of a byte; `basis` belongs to its bits, the highest first."""
    found = [0] * 256
    for value in range(1, 256):
        lowest = value & -value
        found[value] = found[value ^ lowest] ^ basis[8 - lowest.bit_length()]
    return tuple(found)


def _unit_codewords(version: int) -> Iterator[list[tuple[int, int]]]:
    """Yield, for each data bit alone, the codewords of the symbol that are not zero: place and value."""
    correction, blocks = _BLOCKS[version]
    placed = _interleaved(blocks, correction)
    remainders = _remainders(max(blocks), correction)
    for number, length in enumerate(blocks):
        for i in range(length):
            for bit in range(8):
                value = 0x80 >> bit
                rest = [_multiply(byte, value) for byte in remainders[length - 1 - i]]
                yield [
                    (placed[number, i], value),
                    *((placed[number, length + k], byte) for k, byte in enumerate(rest) if byte),
                ]


def _remainders(length: int, correction: int) -> list[list[int]]:
    """Return, for each place counted from the end of a block, the correction codewords of a one there."""
    generator = _generator(correction)[1:]
    found, rest = list[list[int]](), generator
    for _ in range(length):
        found.append(rest)
        first, *others = rest
        rest = [a ^ _multiply(first, b) for a, b in zip([*others, 0], generator, strict=True)]
    return found


def _interleaved(blocks: tuple[int, ...], correction: int) -> dict[tuple[int, int], int]:
    """Return the place in the symbol of each codeword of each block (section 7.6)."""
    data = [(b, i) for i in range(max(blocks)) for b, length in enumerate(blocks) if i < length]
    rest = [(b, blocks[b] + k) for k in range(correction) for b in range(len(blocks))]
    return {key: place for place, key in enumerate(data + rest)}


def _generator(degree: int) -> list[int]:
    found, root = [1], 1
    for _ in range(degree):
        shifted = [*found, 0]
        found = [a ^ _multiply(b, root) for a, b in zip(shifted, [0, *found], strict=True)]
        root = _multiply(root, 2)
    return found


def _function_patterns(version: int, side: int) -> dict[tuple[int, int], bool]:
    """Return the modules that hold no data, dark or light (sections 6.3.3 to 6.3.6, 7.9, 7.10)."""
    fixed: dict[tuple[int, int], bool] = {}
    for top, left in ((0, 0), (0, side - 7), (side - 7, 0)):
        fixed |= _finder(top, left, side)
    for i in range(8, side - 8):
        fixed[6, i] = fixed[i, 6] = i % 2 == 0
    centres = [(y, x) for y in _ALIGNMENT[version] for x in _ALIGNMENT[version]]
    for y, x in centres:
        if (y, x) not in ((6, 6), (6, side - 7), (side - 7, 6)):
            around = [(dy, dx) for dy in range(-2, 3) for dx in range(-2, 3)]
            fixed |= {(y + dy, x + dx): max(abs(dy), abs(dx)) != 1 for dy, dx in around}
    fixed |= _format_modules(side)
    if version >= 7:
        fixed |= _version_modules(version, side)
    return fixed


def _finder(top: int, left: int, side: int) -> dict[tuple[int, int], bool]:
    """Return a finder pattern with its separator, as far as it lies in the symbol."""
    return {
        (top + y, left + x): max(abs(y - 3), abs(x - 3)) in (0, 1, 3)
        for y in range(-1, 8)
        for x in range(-1, 8)
        if 0 <= top + y < side and 0 <= left + x < side
    }


def _format_modules(side: int) -> dict[tuple[int, int], bool]:
    data = _LEVEL_BITS << 3 | MASK
    bits = (data << 10 | _bch(data << 10, _FORMAT_GENERATOR)) ^ _FORMAT_MASK
    found = {(side - 8, 8): True}
    for i in range(15):
        dark = bool(bits >> i & 1)
        near = i if i < 6 else i + 1 if i < 8 else side - 15 + i
        found[near, 8] = dark
        across = side - 1 - i if i < 8 else 7 if i == 8 else 14 - i
        found[8, across] = dark
    return found


def _version_modules(version: int, side: int) -> dict[tuple[int, int], bool]:
    bits = version << 12 | _bch(version << 12, _VERSION_GENERATOR)
    found: dict[tuple[int, int], bool] = {}
    for i in range(18):
        dark = bool(bits >> i & 1)
        found[i // 3, side - 11 + i % 3] = found[side - 11 + i % 3, i // 3] = dark
    return found


def _bch(value: int, generator: int) -> int:
    while value.bit_length() >= generator.bit_length():
        value ^= generator << (value.bit_length() - generator.bit_length())
    return value


def _data_places(side: int, fixed: dict[tuple[int, int], bool]) -> Iterator[tuple[int, int]]:
    """Yield the modules for data in the order of their bits (section 7.7.3)."""
    upwards = True
    for right in range(side - 1, 0, -2):
        column = right if right > 6 else right - 1
        for step in range(side):
            y = side - 1 - step if upwards else step
            for x in (column, column - 1):
                if (y, x) not in fixed:
                    yield y, x
        upwards = not upwards
