"""Keys as lines to be printed, scanned or typed (docs/spec/keys.md, section "Escrow sheet").

A key is cut into lines of up to twenty characters of Crockford's base32, each with two check characters
of a Reed-Solomon code over GF(32): any one or two wrong characters of a line are noticed for certain, a
single one is pointed at. The last bytes of a key bind it to its purpose and its workspace.
"""

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from webir_records.archive.keystore import KEY_SIZE
from webir_records.model.errors import Detail, InputError

TITLE: Final = "WEBIR-ESCROW/1"
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: without I, L, O, U
_ALIKE: Final = str.maketrans({"I": "1", "L": "1", "O": "0"})
_IGNORED: Final = frozenset(" -\u2010\u2011\u2013\u2014_.:\t")  # after NFKC, which turns wide ones into these
_CHECK_SIZE: Final = 4  # bytes
_LINE: Final = 20  # characters of data
_CHECKS: Final = 2
_GROUP: Final = 4
_BITS: Final = 5
_FIELD: Final = 0b100101  # x^5 + x^2 + 1
_SYMBOLS: Final = -(-8 * (KEY_SIZE + _CHECK_SIZE) // _BITS)


class Purpose(StrEnum):
    """What a key is for; the letter begins its lines."""

    EPOCH = "A"
    LOG = "B"
    LOOKUP = "C"


_LENGTHS: Final = {
    f"{purpose.value}{number}": min(_LINE, _SYMBOLS - start) + _CHECKS
    for purpose in Purpose
    for number, start in enumerate(range(0, _SYMBOLS, _LINE), start=1)
}
TAGS: Final = tuple(_LENGTHS)
"""All tags of a sheet, in order."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the sheet: its tag, e.g. `A2`, and its characters with the two check characters."""

    tag: str
    characters: str

    @property
    def printed(self) -> str:
        """The line as it is printed, in groups of four."""
        groups = [self.characters[at : at + _GROUP] for at in range(0, len(self.characters), _GROUP)]
        return f"{self.tag}  {' '.join(groups)}"


def escrow_lines(purpose: Purpose, name: str, key: bytes) -> tuple[Line, ...]:
    """Return the lines of one key.

    Args:
        purpose: what the key is for.
        name: what it belongs to: the epoch and the workspace, see `bound_name`.
        key: 32 bytes.
    """
    data = key + _binding(purpose, name, key)
    symbols = _symbols(data)
    lines: list[Line] = []
    for number, start in enumerate(range(0, len(symbols), _LINE), start=1):
        part = symbols[start : start + _LINE]
        tag = f"{purpose.value}{number}"
        lines.append(Line(tag, _spell([*part, *_check_symbols(tag, part)])))
    return tuple(lines)


def bound_name(origin: str, epoch: str = "") -> str:
    """Return the name to which a key is bound: the ledger's origin, for an epoch's key the epoch as well."""
    return f"{origin}\n{epoch}"


def read_line(text: str, tag: str = "") -> Line:
    """Read one line that somebody typed or scanned.

    Args:
        text: with or without its tag; blanks, hyphens and small letters do not matter.
        tag: the tag that is expected, or empty.

    Raises:
        InputError: A195 with `line`, `problem` and `place`: which line, what is wrong, where to look.
    """
    cleaned = _clean(text)
    found = next((known for known in TAGS if cleaned.startswith(known)), "")
    other = found and found != tag and _right(found, cleaned.removeprefix(found))
    if tag and len(cleaned) == _LENGTHS[tag] and (_right(tag, cleaned) or not other):
        found, characters = tag, cleaned
    else:
        characters = cleaned.removeprefix(found)
    if not found or (tag and found != tag):
        raise InputError("A195", line=tag or text.strip()[:2], problem="tag", place=f"{found or '?'}")
    strange = [str(at) for at, char in enumerate(characters, start=1) if char not in _ALPHABET]
    if strange:
        raise InputError("A195", line=found, problem="character", place=", ".join(strange))
    if len(characters) != _LENGTHS[found]:
        counted = f"{len(characters)}/{_LENGTHS[found]}"
        raise InputError("A195", line=found, problem="length", place=counted)
    _check(found, characters)
    return Line(found, characters)


def read_lines(texts: Iterable[str]) -> dict[str, Line]:
    """Read all lines of a sheet, in any order; titles and empty lines are passed over.

    Raises:
        InputError: A196 with one detail A195 for each line that is wrong.
    """
    found: dict[str, Line] = {}
    wrong: list[Detail] = []
    for text in texts:
        if not _clean(text) or _clean(text).startswith(_clean(TITLE)):
            continue
        try:
            line = read_line(text)
        except InputError as error:
            wrong.append(Detail(error.code, error.facts))
        else:
            found[line.tag] = line
    if wrong:
        raise InputError("A196", wrong, lines=", ".join(str(detail.facts["line"]) for detail in wrong))
    return found


def missing_tags(purpose: Purpose, found: Mapping[str, Line]) -> tuple[str, ...]:
    """Return the lines of a key that are not there."""
    return tuple(tag for tag in TAGS if tag.startswith(purpose.value) and tag not in found)


def key_of(purpose: Purpose, lines: Mapping[str, Line]) -> tuple[bytes, bytes]:
    """Put the lines of a key together again: 32 bytes, and what binds them; see `belongs`.

    Raises:
        InputError: A196 lines are missing.
    """
    if missing := missing_tags(purpose, lines):
        raise InputError("A196", lines=", ".join(missing))
    wanted = [lines[tag].characters[:-_CHECKS] for tag in TAGS if tag.startswith(purpose.value)]
    data = _bytes([_ALPHABET.index(char) for part in wanted for char in part])
    return data[:KEY_SIZE], data[KEY_SIZE:]


def belongs(purpose: Purpose, name: str, key: bytes, binding: bytes) -> bool:
    """Tell whether a key was printed for this purpose and name."""
    return _binding(purpose, name, key) == binding


def _binding(purpose: Purpose, name: str, key: bytes) -> bytes:
    said = f"{TITLE}\n{purpose.value}\n{name}\n".encode()
    return hashlib.sha256(said + key).digest()[:_CHECK_SIZE]


def _clean(text: str) -> str:
    upper = unicodedata.normalize("NFKC", text).upper()
    return "".join(char for char in upper if char not in _IGNORED).translate(_ALIKE)


def _symbols(data: bytes) -> list[int]:
    """Return numbers of five bits, the highest bits first; the last is filled with zeros."""
    count = -(-8 * len(data) // _BITS)
    value = int.from_bytes(data, "big") << (_BITS * count - 8 * len(data))
    return [value >> _BITS * (count - 1 - at) & 31 for at in range(count)]


def _bytes(symbols: Sequence[int]) -> bytes:
    value = 0
    for symbol in symbols:
        value = value << _BITS | symbol
    size = _BITS * len(symbols) // 8
    return (value >> (_BITS * len(symbols) - 8 * size)).to_bytes(size, "big")


def _spell(symbols: Iterable[int]) -> str:
    return "".join(_ALPHABET[symbol] for symbol in symbols)


def _powers() -> tuple[list[int], list[int]]:
    """Return the powers of 2 in GF(32), twice over, and the logarithms to that base."""
    exponents, logarithms, value = list[int](), [0] * 32, 1
    for exponent in range(31):
        exponents.append(value)
        logarithms[value] = exponent
        value <<= 1
        if value & 32:
            value ^= _FIELD
    return exponents * 2, logarithms


_EXPONENTS, _LOGARITHMS = _powers()


def _times_power(value: int, exponent: int) -> int:
    return _EXPONENTS[(_LOGARITHMS[value] + exponent) % 31] if value else 0


def _syndromes(symbols: Sequence[int]) -> tuple[int, int]:
    """Return the values of the line, as a polynomial, at 2 and at 4; both are 0 when nothing is wrong."""
    first = second = 0
    for symbol in symbols:
        first, second = _times_power(first, 1) ^ symbol, _times_power(second, 2) ^ symbol
    return first, second


def _tagged(tag: str, symbols: Sequence[int]) -> list[int]:
    """Return the symbols behind those of the tag, so that exchanged lines are noticed too."""
    return [*(_ALPHABET.index(char) for char in tag), *symbols]


def _check_symbols(tag: str, data: Sequence[int]) -> tuple[int, int]:
    """Return the two symbols with which both syndromes are zero: 2·a + b = s1, 4·a + b = s2."""
    first, second = _syndromes([*_tagged(tag, data), 0, 0])
    a = _times_power(first ^ second, -_LOGARITHMS[2 ^ 4])
    return a, _times_power(a, 1) ^ first


def _right(tag: str, characters: str) -> bool:
    """Tell whether these are the characters of a line as it was printed."""
    if len(characters) != _LENGTHS[tag] or not set(characters) <= set(_ALPHABET):
        return False
    return not any(_syndromes(_tagged(tag, [_ALPHABET.index(char) for char in characters])))


def _check(tag: str, characters: str) -> None:
    """See that a line is as it was printed; a single wrong character is pointed at."""
    symbols = [_ALPHABET.index(char) for char in characters]
    first, second = _syndromes(_tagged(tag, symbols))
    if not first and not second:
        return
    place = "?"
    if first and second:
        from_end = (_LOGARITHMS[second] - _LOGARITHMS[first]) % 31
        at = len(symbols) - 1 - from_end
        if at >= 0:
            place = str(at // _GROUP + 1)
    raise InputError("A195", line=tag, problem="check", place=place)
