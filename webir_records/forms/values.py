"""Turn a raw cell into the canonical value of a field, or say what is wrong with it.

Canonical values are what the archive keeps: ISO dates, `HH:MM` times, true/false, whole numbers, lists of
texts. An empty cell is None.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Final, TypeAlias, cast

from signing.canonical import JsonValue
from webir_records.forms import identifiers
from webir_records.forms.dates import parse_date, parse_datetime, parse_month, parse_time, squeeze
from webir_records.forms.issues import Cell, CellFault, Issue
from webir_records.forms.legal_bases import READY_MADE, find_basis
from webir_records.forms.spec_types import FieldSpec, FieldType
from webir_records.forms.texts import character_issue, clean

Parsed: TypeAlias = "JsonValue | Issue"
"""A canonical value, or what is wrong with the raw one."""

TRUE_MARKS: Final = frozenset({"v", "✓", "✔", "■", "☑", "是", "有", "1", "y", "yes", "true"})
FALSE_MARKS: Final = frozenset({"否", "□", "☐", "無", "0", "n", "no", "false"})

BASES_TABLE: Final = "agency.legal_bases"
"""Table of the agency's settings whose values are articles of law."""

MAX_LENGTH: Final = 4000
"""Longest text of one field, in characters; more does not fit on a form."""

LARGEST: Final = 10**15
"""Larger numbers are no counts, and a spreadsheet does not hold them exactly."""

_SCALARS = (str, int, float, bool, date, datetime, time, timedelta)
_ITEM_MARKS = re.compile(r"[、,，;；\n]+")

_IDENTIFIERS: Final[Mapping[FieldType, Callable[[str], Issue | None]]] = {
    FieldType.ACCOUNT: identifiers.account_issue,
    FieldType.PHONE: identifiers.phone_issue,
    FieldType.EMAIL: identifiers.email_issue,
    FieldType.NATIONAL_ID: identifiers.national_id_issue,
    FieldType.BAN: identifiers.ban_issue,
    FieldType.AGENCY_CODE: identifiers.agency_code_issue,
    FieldType.DOC_NO: identifiers.doc_no_issue,
    FieldType.FILE_NO: identifiers.file_no_issue,
}
_CAPITALS: Final = frozenset({FieldType.NATIONAL_ID, FieldType.AGENCY_CODE})


def is_empty(value: object) -> bool:
    """Tell whether nothing was given: None, an empty text, or an empty list."""
    return value is None or (isinstance(value, str) and not value.strip()) or value in ([], ())


def as_text(value: Cell) -> str:
    """Return a cell as the text that a person sees in it: `sa1001` stays, 1001.0 becomes `1001`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, CellFault):
        return value.text
    return clean(str(value))


def parse_value(field: FieldSpec, raw: object, allowed: Sequence[str], *, date1904: bool = False) -> Parsed:
    """Return the canonical value of a field, None when nothing was given, or the first thing wrong with it.

    Args:
        field: what is expected.
        raw: a cell, or a value of a JSON file (there a list may stand for a list).
        allowed: allowed values from the field or the agency's table; empty means any.
        date1904: numbers that stand for days are counted from 1904-01-01.
    """
    if is_empty(raw):
        return None
    if isinstance(raw, CellFault):
        return Issue(raw.code)
    if field.type is FieldType.LIST:
        return _parse_list(field, raw, allowed)
    if not isinstance(raw, _SCALARS):
        return Issue("F112")
    if date1904 and field.type in _COUNTED_DAYS and isinstance(raw, (int, float, str)):
        return _COUNTED_DAYS[field.type](raw)
    return _parse_one(field, field.type, raw, allowed)


def _parse_one(field: FieldSpec, kind: FieldType, raw: Cell, allowed: Sequence[str]) -> Parsed:
    if issue := character_issue(str(raw)) if isinstance(raw, str) else None:
        return issue
    if isinstance(raw, float) and not math.isfinite(raw):
        return Issue("F112")
    if kind in _PARSERS:
        return Issue("F112") if isinstance(raw, bool) and kind is not FieldType.BOOL else _PARSERS[kind](raw)
    if kind in _IDENTIFIERS:
        return _parse_identifier(kind, raw)
    return _parse_text(field, kind, as_text(raw), allowed)


def _parse_text(field: FieldSpec, kind: FieldType, text: str, allowed: Sequence[str]) -> Parsed:
    if len(text) > MAX_LENGTH:
        return Issue("F136", {"expected": str(MAX_LENGTH), "length": str(len(text))})
    if kind is FieldType.ENUM or allowed:
        return _choose(field, text, allowed)
    return text


def _parse_date(raw: Cell, *, date1904: bool = False) -> Parsed:
    day = parse_date(raw, date1904=date1904)
    return day if isinstance(day, Issue) else day.isoformat()


def _parse_int(raw: Cell) -> Parsed:
    if isinstance(raw, (int, float)):
        return int(raw) if raw == int(raw) and abs(raw) <= LARGEST else Issue("F126")
    text = squeeze(as_text(raw)).removesuffix("筆").removesuffix("次").removesuffix("件")
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+", text):
        text = text.replace(",", "")
    return int(text) if re.fullmatch(r"[+-]?\d{1,15}", text) else Issue("F126")


def _parse_bool(raw: Cell) -> Parsed:
    if isinstance(raw, bool):
        return raw
    mark = squeeze(as_text(raw)).lower()
    if mark in TRUE_MARKS:
        return True
    return False if mark in FALSE_MARKS else Issue("F127")


_COUNTED_DAYS: Final[Mapping[FieldType, Callable[[Cell], Parsed]]] = {
    FieldType.DATE: partial(_parse_date, date1904=True),
    FieldType.DATETIME: partial(parse_datetime, date1904=True),
}
_PARSERS: Final[Mapping[FieldType, Callable[[Cell], Parsed]]] = {
    FieldType.DATE: _parse_date,
    FieldType.MONTH: parse_month,
    FieldType.TIME: parse_time,
    FieldType.DATETIME: parse_datetime,
    FieldType.INT: _parse_int,
    FieldType.BOOL: _parse_bool,
}


def _parse_identifier(kind: FieldType, raw: Cell) -> Parsed:
    text = squeeze(as_text(raw))
    if kind is FieldType.PHONE:
        issue = identifiers.phone_issue(text)
        return issue or unicodedata.normalize("NFKC", as_text(raw))
    if kind in _CAPITALS:
        text = text.upper()
    return _IDENTIFIERS[kind](text) or text


def _choose(field: FieldSpec, text: str, allowed: Sequence[str]) -> Parsed:
    wanted = comparable(text)
    if wanted in {comparable(value) for value in field.refuse}:
        return Issue("F131")
    by_name = {comparable(value): value for value in allowed}
    by_name |= {comparable(name): value for name, value in field.synonyms.items()}
    if wanted in by_name:
        return by_name[wanted]
    if field.table == BASES_TABLE and (basis := find_basis(text, (*allowed, *READY_MADE))):
        return basis
    code = "F133" if field.table else "F130"
    return Issue(code, {"expected": "、".join(allowed), "part": text})


def comparable(text: str) -> str:
    """Return a text as allowed values are compared: half-width, small letters, no spaces."""
    return squeeze(text).casefold()


def _parse_list(field: FieldSpec, raw: object, allowed: Sequence[str]) -> Parsed:
    if isinstance(raw, (list, tuple)):
        parts = list(cast("Sequence[object]", raw))
    else:
        parts = list[object](_split(as_text(raw) if isinstance(raw, _SCALARS) else "", allowed))
    items: list[JsonValue] = []
    for part in parts:
        if is_empty(part) or not isinstance(part, _SCALARS):
            return Issue("F112")
        item = _parse_one(field, field.item_type, part, allowed)
        if isinstance(item, Issue):
            return item
        if item not in items:
            items.append(item)
    return items or None


def _split(text: str, allowed: Sequence[str]) -> list[str]:
    """Split at the usual marks, but not inside an allowed value that has such a mark in its own name."""
    if comparable(text) in {comparable(value) for value in allowed}:
        return [text]
    return [part for part in _ITEM_MARKS.split(text) if part.strip()]
