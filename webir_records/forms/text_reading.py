"""Read csv and JSON text: the encoding is found out strictly and named, never guessed."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Final, cast

from webir_records.model.errors import InputError

ENCODINGS: Final = ("utf-8", "cp950")
"""Encodings in the order in which they are tried, strictly; CP950 is what Excel writes in Taiwan."""

_BOMS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
MAX_DEPTH: Final = 16
"""Deepest nesting of a JSON file; a document with rows and lists needs four."""

_SAMPLE_CHARACTERS: Final = 64 * 1024


def decode(data: bytes, name: str) -> tuple[str, str]:
    """Return the name of the encoding and the text: BOM first, then UTF-8, then CP950.

    Raises:
        InputError: `F106`, none of them fits.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return encoding, _decode_strictly(data, encoding, name)
    for encoding in ENCODINGS[:-1]:
        try:
            return encoding, data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return ENCODINGS[-1], _decode_strictly(data, ENCODINGS[-1], name)


def _decode_strictly(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError("F106", path=name, line=str(line), expected="UTF-8, CP950 (Big5)") from error


def read_csv_rows(data: bytes, name: str) -> tuple[str, list[tuple[int, tuple[str, ...]]]]:
    """Return the encoding, and the rows with the number that a spreadsheet shows for them.

    Raises:
        InputError: `F105` no text at all, `F106` unknown encoding, `F185` no text but a spreadsheet, `F186`
            the quotes do not pair, `F187` zero bytes.
    """
    _refuse_package(data, name)
    encoding, text = decode(data, name)
    if not text.strip():
        raise InputError("F105", path=name)
    if "\x00" in text:
        raise InputError("F187", path=name, line=str(text.count("\n", 0, text.index("\x00")) + 1))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    rows: list[tuple[int, tuple[str, ...]]] = []
    begun = 1
    try:
        for number, cells in enumerate(reader, start=1):
            rows.append((number, tuple(cells)))
            begun = reader.line_num + 1
    except csv.Error as error:
        raise InputError("F186", path=name, line=str(begun)) from error
    return encoding, rows


def _refuse_package(data: bytes, name: str) -> None:
    """Say that a text file is a spreadsheet or another package in truth."""
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise InputError("F185", path=name)


def _delimiter(text: str) -> str:
    """Return the mark that stands most often in the first lines: comma, tab or semicolon."""
    sample = text[:_SAMPLE_CHARACTERS]
    return max(",\t;", key=sample.count)


def read_json_records(data: bytes, name: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    """Yield the objects of a JSON list, or the one object that the file is.

    Raises:
        InputError: `F106` not UTF-8, `F109` no JSON, `F110` neither a list of objects nor an object.
    """
    value = _parse(_unicode(data, name), name, line=0)
    items = cast("list[object]", value) if isinstance(value, list) else [value]
    for number, item in enumerate(items, start=1):
        yield number, _object(item, name, number)


def read_json_lines(data: bytes, name: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    """Yield one object per line, with the number of its line; empty lines are skipped.

    Raises:
        InputError: as `read_json_records`.
    """
    for number, line in enumerate(_unicode(data, name).split("\n"), start=1):
        if line.strip():
            yield number, _object(_parse(line, name, line=number), name, number)


def _unicode(data: bytes, name: str) -> str:
    _refuse_package(data, name)
    return _decode_strictly(data, "utf-8-sig", name)


def _parse(text: str, name: str, *, line: int) -> object:
    try:
        value = cast(
            "object", json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_without_doubles)
        )
    except json.JSONDecodeError as error:
        place = f"{line or error.lineno}:{error.colno}"
        raise InputError("F109", path=name, place=place) from error
    except _DoubleNameError as error:
        place = str(line) if line else "-"
        raise InputError("F188", path=name, place=place, name=error.name) from error
    except (ValueError, RecursionError) as error:
        raise InputError("F109", path=name, place=str(line or 1)) from error
    if _depth(value) > MAX_DEPTH:
        raise InputError("F189", path=name, place=str(line or 1), expected=str(MAX_DEPTH))
    return value


class _DoubleNameError(Exception):
    """An object has a name twice; one of the two values would be lost."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


def _without_doubles(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        name.encode()  # half a surrogate pair is no text: a ValueError
        if name in found:
            raise _DoubleNameError(name)
        found[name] = value
    return found


def _depth(value: object) -> int:
    """Return how deep lists and objects lie in each other; without recursion."""
    deepest = 0
    waiting: list[tuple[object, int]] = [(value, 1)]
    while waiting and deepest <= MAX_DEPTH:
        item, depth = waiting.pop()
        if isinstance(item, dict):
            children = list(cast("dict[str, object]", item).values())
        elif isinstance(item, list):
            children = cast("list[object]", item)
        else:
            continue
        deepest = max(deepest, depth)
        waiting += [(child, depth + 1) for child in children if isinstance(child, (dict, list))]
    return deepest


def _refuse_constant(constant: str) -> object:
    raise ValueError(constant)


def _object(value: object, name: str, number: int) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise InputError("F110", path=name, number=str(number))
    return cast("dict[str, object]", value)
