"""What may be wrong with one value, before it is known where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class CellFault:
    """A cell that has no value although something stands in it.

    Attributes:
        code: `F178` an error such as #REF!, `F179` a formula whose result the file does not hold.
        text: what stands in the cell.
    """

    code: str
    text: str


Cell: TypeAlias = str | int | float | bool | date | datetime | time | timedelta | CellFault | None
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
