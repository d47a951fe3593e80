"""Checks of parsed JSON: the types, alphabets and lengths that the formats of this package share."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Final

from signing.canonical import JsonValue
from signing.errors import MalformedError

MAX_TEXT: Final = 500  # characters; ledger texts are codes and numbers, never prose
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")  # safe as a file name, never `..`
_HEX64: Final = re.compile(r"[0-9a-f]{64}")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_TIME: Final = re.compile(  # the day never ends at 24:00: programs disagree about that
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z"
)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Check = Callable[[JsonValue], bool]


def is_id(value: JsonValue) -> bool:
    """Say whether a value is an opaque id: ASCII letters, digits, `.`, `_`, `-`; at most 128."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def is_text(value: JsonValue) -> bool:
    """Say whether a value is a text without control characters, 1 to 500 characters long."""
    return isinstance(value, str) and 0 < len(value) <= MAX_TEXT and _CONTROL.search(value) is None


def is_digest(value: JsonValue) -> bool:
    """Say whether a value is a SHA-256 as `sha256sum` prints it."""
    return isinstance(value, str) and _HEX64.fullmatch(value) is not None


def is_count(value: JsonValue) -> bool:
    """Say whether a value is an integer of at least 0 (`true` is none)."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def is_positive(value: JsonValue) -> bool:
    """Say whether a value is an integer of at least 1."""
    return is_count(value) and value != 0


def is_date(value: JsonValue) -> bool:
    """Say whether a value is a calendar day, `2026-11-23`."""
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def is_time(value: JsonValue) -> bool:
    """Say whether a value is a moment in UTC, `2026-11-23T05:00:00Z`."""
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        return False
    try:
        parse_time(value)
    except ValueError:
        return False
    return True


def is_text_list(value: JsonValue) -> bool:
    """Say whether a value is an array of texts."""
    return isinstance(value, list) and all(map(is_text, value))


def is_digest_list(value: JsonValue) -> bool:
    """Say whether a value is an array of SHA-256 digests."""
    return isinstance(value, list) and all(map(is_digest, value))


def is_list(value: JsonValue) -> bool:
    """Say whether a value is an array."""
    return isinstance(value, list)


def parse_time(value: str) -> datetime:
    """Return the aware moment that `is_time` accepted."""
    return datetime.fromisoformat(value).astimezone(UTC)


def format_time(at: datetime) -> str:
    """Write an aware moment in UTC, whole seconds.

    Raises:
        MalformedError: the moment has no time zone.
    """
    if at.tzinfo is None:
        raise MalformedError("moment without a time zone")
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def checked_object(
    value: JsonValue, required: Mapping[str, Check], optional: Mapping[str, Check], *, what: str
) -> Mapping[str, JsonValue]:
    """Return an object that holds all required names, perhaps optional ones, and no other.

    Args:
        value: parsed JSON.
        required: names that must be there, with the check of their values.
        optional: names that may be there.
        what: what the object is, for the error's text.

    Raises:
        MalformedError: it is no object, or a name is missing, unknown or holds something else.
    """
    if not isinstance(value, Mapping):
        raise MalformedError(f"{what} is not an object")
    for name, check in required.items():
        if name not in value:
            raise MalformedError(f"{what} lacks {name}")
        if not check(value[name]):
            raise MalformedError(f"{what} has an unusable {name}")
    for name in value.keys() - required.keys():
        if name not in optional:
            raise MalformedError(f"{what} has an unknown name")
        if not optional[name](value[name]):
            raise MalformedError(f"{what} has an unusable {name}")
    return value


def text_of(fields: Mapping[str, JsonValue], name: str) -> str:
    """Return a value that was checked to be a string.

    Raises:
        MalformedError: it is missing or no string.
    """
    value = fields.get(name)
    if not isinstance(value, str):
        raise MalformedError(f"{name} is not a string")
    return value


def integer_of(fields: Mapping[str, JsonValue], name: str) -> int:
    """Return a value that was checked to be an integer.

    Raises:
        MalformedError: it is missing or no integer.
    """
    value = fields.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise MalformedError(f"{name} is not an integer")
    return value


def list_of(fields: Mapping[str, JsonValue], name: str) -> Sequence[JsonValue]:
    """Return a value that was checked to be an array.

    Raises:
        MalformedError: it is missing or no array.
    """
    value = fields.get(name)
    if not isinstance(value, list):
        raise MalformedError(f"{name} is not an array")
    return value
