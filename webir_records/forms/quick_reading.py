"""Readers for values that are plainly right: the rest is left to `values`, which says what is wrong.

A quick reader gives exactly the value that `values.parse_value` gives and that `row_checks.value_notes` has
nothing to say about, or `UNKNOWN`.
"""

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias, cast

from signing.canonical import JsonValue
from webir_records.forms.identifiers import account_issue, email_issue, national_id_issue
from webir_records.forms.row_checks import OFFICIAL_MAIL
from webir_records.forms.spec_types import FieldSpec, FieldType
from webir_records.forms.texts import REPLACEMENT
from webir_records.forms.values import LARGEST, MAX_LENGTH

UNKNOWN: Final = cast("JsonValue", object())
"""Not plain enough; compare with `is`."""

Quick: TypeAlias = Callable[[object], JsonValue]


def quick_reader(spec: FieldSpec, allowed: Sequence[str]) -> Quick:
    """Return the quick reader of a field; one that knows nothing where the field has rules of its own."""
    judged = spec.stock_phrases or spec.min_length or spec.filled_by.startswith("agency.") or allowed
    if judged or spec.must_be is not None or spec.table or spec.refuse:
        return _nothing
    return _READERS.get(spec.type, _nothing)


def _nothing(_raw: object) -> JsonValue:
    return UNKNOWN


def _text(raw: object) -> JsonValue:
    """Read a text of printable characters: no control, private, invisible or lost one is among them."""
    if isinstance(raw, str) and raw.isprintable() and REPLACEMENT not in raw and len(raw) <= MAX_LENGTH:
        return raw.strip() or UNKNOWN
    return UNKNOWN


def _national_id(raw: object) -> JsonValue:
    plain = isinstance(raw, str) and raw.isascii() and raw.isalnum() and national_id_issue(raw) is None
    return cast("str", raw) if plain else UNKNOWN


def _account(raw: object) -> JsonValue:
    plain = isinstance(raw, str) and raw.isascii() and account_issue(raw) is None
    return cast("str", raw) if plain else UNKNOWN


def _email(raw: object) -> JsonValue:
    plain = (
        isinstance(raw, str) and raw.isascii() and raw.endswith(OFFICIAL_MAIL) and email_issue(raw) is None
    )
    return cast("str", raw) if plain else UNKNOWN


def _int(raw: object) -> JsonValue:
    return int(raw) if isinstance(raw, float) and raw.is_integer() and abs(raw) <= LARGEST else UNKNOWN


_READERS: Final[dict[FieldType, Quick]] = {
    FieldType.STR: _text,
    FieldType.TEXT: _text,
    FieldType.NATIONAL_ID: _national_id,
    FieldType.ACCOUNT: _account,
    FieldType.EMAIL: _email,
    FieldType.INT: _int,
}
