"""Recognise the common ledger entries with one regular expression each, much faster than parsing them.

A pattern matches only bytes that `signing.entries.parse_entry` accepts; it need not match all of them
(texts with escapes, 29 February, very large numbers …): what does not match is parsed. The tests hold
both to the same answer.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from signing.entries import COMMON, EVENTS, Event, is_class, is_record
from signing.shape import Check, is_count, is_date, is_digest, is_id, is_positive, is_text, is_time

_ID: Final = rb"[A-Za-z0-9][A-Za-z0-9._-]{0,127}+"
_NUMBER: Final = rb"[1-9][0-9]{0,14}+"  # below 2^53
_TEXT: Final = (  # at most 500 bytes, so never more characters; no escapes; of the rest, CJK and full width
    rb'(?=[^"\\]{1,500}+")'
    rb"(?>(?:[ !#-\[\]-~]++|[\xe3-\xe9][\x80-\xbf][\x80-\xbf]|\xef[\xbc-\xbd][\x80-\xbf])+)"
)
_DAY: Final = (  # without 29 February: leap years are left to the parser
    rb"(?!0000)[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    rb"|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
)
_CLOCK: Final = rb"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_ANY_TIME: Final = rb"[0-9-]{10}T[0-9:]{8}Z"  # whether it is one is asked once for each new moment

TIME: Final = re.compile(_DAY + b"T" + _CLOCK + b"Z")
EVENT: Final = re.compile(rb'"event":"([a-z_]{1,40})"')

_VALUES: Final[Mapping[Check, bytes]] = {
    is_id: b'"(%b)"' % _ID,
    is_record: rb'"([A-Za-z0-9]{2}[A-Za-z0-9._-]{0,126}+)"',
    is_text: b'"(%b)"' % _TEXT,
    is_digest: rb'"([0-9a-f]{64})"',
    is_count: b"(0|%b)" % _NUMBER,
    is_positive: b"(%b)" % _NUMBER,
    is_date: b'"(%b)"' % _DAY,
    is_time: b'"(%b)"' % _ANY_TIME,
    is_class: rb'"([ABC])"',
}
_CAPTURED: Final[Mapping[Event, tuple[str, ...]]] = {
    Event.FILED: ("at", "class", "due", "sealed_sha256", "seq", "size"),
    Event.ANNOTATED: ("at", "class", "due", "sealed_sha256", "seq", "size"),
    Event.EXPORTED: ("at", "record", "seq"),
    Event.OPENED: ("at", "record", "seq"),
    Event.LENT: ("at", "loan", "record", "seq"),
    Event.RETURNED: ("at", "loan", "record", "seq"),
    Event.HOLD_PLACED: ("at", "hold", "record", "seq"),
    Event.HOLD_RELEASED: ("at", "hold", "record", "seq"),
    Event.DESTROYED: ("at", "batch", "due", "record", "seq", "versions"),
    Event.RETENTION_CHANGED: ("at", "cause", "due", "record", "seq"),
    Event.FILE_ASSIGNED: ("at", "record", "seq"),
    Event.RECORD_MARKED: ("at", "record", "seq"),
    Event.COPY_MADE: ("at", "record", "seq"),
}


@dataclass(frozen=True, slots=True)
class EntryPattern:
    """How the entries of one event look, byte for byte.

    Attributes:
        event: the event.
        regex: matches a whole entry; its groups are those of `names`. Group `at` is only shaped like a
            moment: it counts if `TIME` matches it, else the entry is to be parsed.
        names: names of the groups in their order. Of `filed` and `annotated`: `at`, `class`, `due`, `year`,
            `folder`, `record`, `version`, `sealed_sha256`, `seq`, `size`; the path has its only form for
            these.
        seq_at: which of them is `seq`.
    """

    event: Event
    regex: re.Pattern[bytes]
    names: tuple[str, ...]
    seq_at: int


def _entry_pattern(event: Event) -> EntryPattern:
    required, optional = EVENTS[event]
    checks = {**COMMON, **required, **optional}
    parts: list[bytes] = []
    for name in sorted(checks):
        part = b'"%b":%b' % (name.encode(), _value(event, name, checks[name]))
        part = part if not parts else b"," + part
        parts.append(part if name not in optional else b"(?:%b)?+" % part)
    regex = re.compile(rb"\{" + b"".join(parts) + rb"\}")
    names = tuple(regex.groupindex)
    return EntryPattern(event, regex, names, names.index("seq"))


def _value(event: Event, name: str, check: Check) -> bytes:
    """Return the pattern of a value, its group named or taken out."""
    if name == "v":
        return b"1"
    if name == "event":
        return b'"%b"' % event.value.encode()
    if event in {Event.FILED, Event.ANNOTATED} and name in _SEALED_PLACE:
        return _SEALED_PLACE[name].replace(b"<n>", b"1" if event is Event.FILED else rb"(?!1\.)" + _NUMBER)
    group = b"(?P<%b>" % name.encode() if name in _CAPTURED[event] else b"(?:"
    return _VALUES[check].replace(b"(", group, 1)


_SEALED_PLACE: Final = {  # in the order of the names: `record` and `version` must repeat what `path` says
    "path": (
        rb'"records/(?P<year>[0-9]{4})/(?P<folder>[A-Za-z0-9]{2})/'
        rb'(?P<record>(?P=folder)[A-Za-z0-9._-]{0,126})\.(?P<version><n>)\.sealed"'
    ),
    "record": rb'"(?P=record)"',
    "version": rb"(?P=version)",
}

PATTERNS: Final[Mapping[bytes, EntryPattern]] = {
    event.value.encode(): _entry_pattern(event) for event in _CAPTURED
}
"""Patterns by the event's name."""
