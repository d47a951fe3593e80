"""Canonical JSON: RFC 8785, narrowed to integers, strings, booleans, null, arrays and objects.

Floats are refused, so the one hard part of RFC 8785 (section 3.2.2.3, numbers) cannot make programs differ.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Final, NoReturn, TypeAlias

from signing.errors import MalformedError

JsonValue: TypeAlias = "bool | int | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None"

MAX_INTEGER: Final = 2**53 - 1  # RFC 7493 section 2.2: beyond it other readers lose digits
MAX_DEPTH: Final = 64  # ours; keeps hostile nesting away from the interpreter's stack
_LONG: Final = re.compile(rb"[0-9]{16}")


def _refuse_number(literal: str) -> NoReturn:
    message = f"number is not an integer: {literal[:40]}"
    raise MalformedError(message)


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_SORTING_ENCODER: Final = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True
)
_DECODER: Final = json.JSONDecoder(parse_float=_refuse_number, parse_constant=_refuse_number)


def canonical_bytes(value: JsonValue) -> bytes:
    """Write a value in its one canonical form (RFC 8785 section 3.2), UTF-8 without a trailing newline.

    Raises:
        MalformedError: the value has no canonical form here (float, integer beyond 2^53-1, key that is not a
            string, lone surrogate, deeper than 64 levels).
    """
    try:
        return _ENCODER.encode(_ordered(value, 0)).encode()
    except UnicodeEncodeError as error:  # RFC 8785 section 3.2.2.2: lone surrogates end the work
        raise MalformedError("string holds a lone surrogate") from error


def parse_canonical(data: bytes) -> JsonValue:
    """Read a value that must already stand in canonical form.

    Raises:
        MalformedError: the bytes are not JSON, or their canonical form is not these very bytes (spaces,
            order, duplicate names, escapes, `-0`, floats …).
    """
    try:
        value: JsonValue = _DECODER.decode(data.decode())
    except (ValueError, RecursionError) as error:
        raise MalformedError("not JSON in UTF-8") from error
    if _rewritten(value, data) != data:
        raise MalformedError("JSON is not in canonical form")
    return value


def _rewritten(value: JsonValue, data: bytes) -> bytes:
    """Return the canonical form of what was read from `data`, the fast way if `data` shows that it will do.

    In ASCII, code points order names as UTF-16 does; few brackets nest little; integers of fewer than 16
    digits are in bounds. Floats are out already.
    """
    if data.isascii() and data.count(b"[") + data.count(b"{") <= MAX_DEPTH and not _LONG.search(data):
        return _SORTING_ENCODER.encode(value).encode("utf-8", "surrogatepass")
    return canonical_bytes(value)


def _ordered(value: JsonValue, depth: int) -> object:
    """Copy a value with its names in order and everything checked."""
    if isinstance(value, str) or value is None or value is True or value is False:
        return value
    if isinstance(value, int):
        return _bounded(value)
    if depth == MAX_DEPTH:
        raise MalformedError(f"nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, Mapping):
        return {name: _ordered(value[name], depth + 1) for name in _ordered_names(value)}
    if isinstance(value, list | tuple):
        return [_ordered(item, depth + 1) for item in value]
    raise MalformedError(f"{type(value).__name__} has no canonical form")


def _bounded(value: int) -> int:
    if not -MAX_INTEGER <= value <= MAX_INTEGER:
        raise MalformedError("integer is beyond 2^53-1")
    return value


def _ordered_names(value: Mapping[str, JsonValue]) -> list[str]:
    """Order names by their UTF-16 code units (RFC 8785 section 3.2.3)."""
    try:
        if all(map(str.isascii, value)):  # then code points and UTF-16 units agree, and this is much faster
            return sorted(value)
    except TypeError as error:
        raise MalformedError("name is not a string") from error
    return sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
