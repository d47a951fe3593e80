"""What people type and the ledger keeps for ever: short codes and letter numbers, never a person."""

import re
from typing import Final

from webir_records.model.errors import InputError

_REASON: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_LONGEST_AUTHORITY: Final = 80  # characters
_NATIONAL_ID: Final = re.compile(r"[A-Za-z][A-D1289a-d]\d{8}")


def reason_code(text: str) -> str:
    """Return a reason that may stand in the ledger.

    Raises:
        InputError: U143 it is not 1 to 40 of a-z, 0-9 and -.
    """
    if not _REASON.fullmatch(text):
        raise InputError("U143", got=text)
    return text


def authority(text: str) -> str:
    """Return the number of a letter, or the name of an office, that may stand in the ledger.

    Raises:
        InputError: U142 it is empty, too long, holds control characters or an identity number.
    """
    cleaned = text.strip()
    fits = 0 < len(cleaned) <= _LONGEST_AUTHORITY and cleaned.isprintable()
    if not fits or _NATIONAL_ID.search(cleaned):
        raise InputError("U142", longest=str(_LONGEST_AUTHORITY))
    return cleaned
