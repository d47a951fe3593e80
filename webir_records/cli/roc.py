"""Dates on the screen: as the language writes them, and as a user types them."""

from datetime import date

from webir_records.cli.say import spoken
from webir_records.model.errors import InputError

_ROC_OFFSET = 1911


def roc(day: date) -> str:
    """Return a date as the language writes it: `115/11/23` or `2026-11-23`."""
    if spoken().lang == "en":
        return day.isoformat()
    return f"{day.year - _ROC_OFFSET}/{day.month:02d}/{day.day:02d}"


def typed_date(text: str) -> date | None:
    """Read a date option in any usual spelling; an empty text is None.

    Raises:
        InputError: U007 it is not a date.
    """
    if not text:
        return None
    from webir_records.forms.dates import parse_date

    found = parse_date(text)
    if not isinstance(found, date):
        raise InputError("U007", got=text)
    return found
