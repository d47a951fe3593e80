"""What people type and the ledger keeps for ever: short codes and letter numbers, never a person."""

import re
import unicodedata
from typing import Final

from webir_records.model.errors import InputError

_REASON: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_LONGEST_AUTHORITY: Final = 80  # characters
_LONGEST_TITLE: Final = 100  # characters
_LONGEST_NARRATIVE: Final = 1000  # characters
_CASE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_FILE: Final = re.compile(r"[0-9]{2,4}/[0-9A-Za-z][0-9A-Za-z.-]{0,19}/[0-9A-Za-z][0-9A-Za-z.-]{0,11}")
_SOMEBODY: Final = re.compile(r"先生|女士|小姐|君(?=$|[之等的案、,\s])|@|[0-9][0-9 ()-]{7,}")
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


def case_id(text: str) -> str:
    """Return the id of a case that may stand in the ledger.

    Raises:
        InputError: U382 it is not 1 to 40 of letters, digits, `.`, `_` and `-`, or is an identity number.
    """
    if not _CASE.fullmatch(text) or _NATIONAL_ID.search(text):
        raise InputError("U382")
    return text


def file_number(text: str) -> str:
    """Return the number of a file: 年度號/分類號/案次號, as `115/0601/1`.

    Raises:
        InputError: U372 it has another shape.
    """
    cleaned = unicodedata.normalize("NFKC", text).strip()
    if not _FILE.fullmatch(cleaned) or _NATIONAL_ID.search(cleaned):
        raise InputError("U372", got=text)
    return cleaned


def title(text: str) -> str:
    """Return a title or summary of a file, which names nobody.

    Raises:
        InputError: U375 it is empty, too long, or looks like a person: identity number, telephone, mail
            address, 先生, 女士, 小姐 or 君.
    """
    cleaned = unicodedata.normalize("NFKC", text).strip()
    fits = 0 < len(cleaned) <= _LONGEST_TITLE and cleaned.isprintable()
    if not fits or _NATIONAL_ID.search(cleaned) or _SOMEBODY.search(cleaned):
        raise InputError("U375", longest=str(_LONGEST_TITLE))
    return cleaned


def narrative(text: str) -> str:
    """Return what happened, in some lines that name nobody.

    Raises:
        InputError: U367 it is empty, too long, or looks like a person; see `title`.
    """
    lines = [unicodedata.normalize("NFKC", line).strip() for line in text.strip().splitlines()]
    cleaned = "\n".join(lines)
    fits = 0 < len(cleaned) <= _LONGEST_NARRATIVE and all(line.isprintable() for line in lines)
    if not fits or _NATIONAL_ID.search(cleaned) or _SOMEBODY.search(cleaned):
        raise InputError("U367", longest=str(_LONGEST_NARRATIVE))
    return cleaned
