"""What may be wrong with one value, before it is known where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

Cell: TypeAlias = str | int | float | bool | date | datetime | time | timedelta | None
"""A raw value as a spreadsheet or a JSON file holds it."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing wrong with a value.

    Attributes:
        code: stable code of the message.
        facts: what the message names beside the place.
    """

    code: str
    facts: Mapping[str, str] = field(default_factory=dict[str, str])
