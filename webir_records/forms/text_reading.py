"""Read csv and JSON text: the encoding is found out strictly and named, never guessed."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Final, cast

from webir_records.forms.issues import CellFault
from webir_records.forms.sheet_types import ERROR_CELL
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
_SHOWN: Final = 80


def decode(data: bytes, name: str) -> tuple[str, str]:
    """Return the name of the encoding and the text: BOM first, then UTF-8, then CP950.

    Raises:
        InputError: `F106`, none of them fits.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return encoding, _decode_strictly(data, encoding, name)
    farthest = 0
    for encoding in ENCODINGS:
        try:
            return encoding, data.decode(encoding)
        except UnicodeDecodeError as error:
            farthest = max(farthest, error.start)
    raise _unknown_encoding(data, farthest, name, "UTF-8, CP950 (Big5)")


def _decode_strictly(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _unknown_encoding(data, error.start, name, encoding.upper().removesuffix("-SIG")) from error


def _unknown_encoding(data: bytes, position: int, name: str, expected: str) -> InputError:
    """Return the error for the place up to which the best encoding fitted."""
    line = data.count(b"\n", 0, position) + 1
    return InputError("F106", path=name, line=str(line), expected=expected)


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
    """Return the mark (comma, tab, semicolon) that parts most of the first lines into equally many cells.

    A mark that stands more often may stand within the values, as commas do in addresses.
    """
    sample = text[:_SAMPLE_CHARACTERS]
    return max(",\t;", key=lambda mark: (*_agreement(sample, mark), sample.count(mark)))


def _agreement(sample: str, mark: str) -> tuple[int, int]:
    """Return how many lines agree on a number of cells, and that number; nothing for lines of one cell."""
    widths: Counter[int] = Counter()
    try:
        for cells in csv.reader(io.StringIO(sample, newline=""), delimiter=mark):
            widths[len(cells)] += len(cells) > 1
    except csv.Error:
        pass  # the sample ends in the middle of a text; what came before counts
    return max(((count, width) for width, count in widths.items() if count), default=(0, 0))


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
    doubles: list[tuple[str, object]] = []

    def as_object(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        "".join(found).encode()  # half a surrogate pair is no name: a ValueError
        if len(found) < len(pairs):
            doubles.append((_doubled(pairs), found))
        return found

    try:
        value = cast(
            "object",
            json.loads(
                text, parse_constant=_refuse_constant, parse_float=_number, object_pairs_hook=as_object
            ),
        )
    except json.JSONDecodeError as error:
        place = f"{line or error.lineno}:{error.colno}"
        raise InputError("F109", path=name, place=place) from error
    except (ValueError, RecursionError) as error:
        raise InputError("F109", path=name, place=str(line or 1)) from error
    if doubles:
        double, holder = doubles[0]
        raise InputError("F188", path=name, place=str(line or _item_with(value, holder)), name=double)
    if _depth(value) > MAX_DEPTH:
        raise InputError("F189", path=name, place=str(line or 1), expected=str(MAX_DEPTH))
    return value


def _doubled(pairs: list[tuple[str, object]]) -> str:
    """Return the first name that stands twice."""
    names = Counter(name for name, _ in pairs)
    return next(name for name, count in names.items() if count > 1)


def _item_with(value: object, holder: object) -> int:
    """Return the number of the item of the list in which an object lies."""
    items = cast("list[object]", value) if isinstance(value, list) else [value]
    for number, item in enumerate(items, start=1):
        waiting = [item]
        while waiting:
            inner = waiting.pop()
            if inner is holder:
                return number
            if isinstance(inner, dict):
                waiting += cast("dict[str, object]", inner).values()
            elif isinstance(inner, list):
                waiting += cast("list[object]", inner)
    return 1


def _number(text: str) -> float | CellFault:
    """Return a number; one that is too large for any program is a fault of its own value only."""
    number = float(text)
    return number if isfinite(number) else CellFault(ERROR_CELL, text[:_SHOWN])


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
