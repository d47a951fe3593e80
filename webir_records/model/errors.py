"""Errors for those who cannot go on; findings for those who judge live elsewhere.

Every error carries a stable code and facts. The text for people comes from the message catalogue by
that code; the exit code of the program comes from one table in `webir_records.cli`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retention.reasons import Reason


@dataclass(frozen=True, slots=True)
class Detail:
    """One of several things wrong at once: a code of its own with its facts."""

    code: str
    facts: Mapping[str, str]


class WebirError(Exception):
    """Base of this package's errors.

    Attributes:
        code: stable code, listed in docs/errors.md, e.g. `F101`.
        facts: what the message names (place, expected, got); never personal data.
        details: everything that is wrong at once, where one code is not enough.
    """

    def __init__(self, code: str, details: Sequence[Detail] = (), **facts: str) -> None:
        super().__init__(f"{code} {facts}" if facts else code)
        self.code = code
        self.facts = facts
        self.details = tuple(details)


class InputError(WebirError):
    """What the user gave cannot be used."""


class EnvironmentMissingError(WebirError):
    """A part of the machine that this act needs is not there."""


class FaultError(WebirError):
    """Our own fault, or damage that needs an expert: the state is as it was before the act."""


class RefusedError(WebirError):
    """A rule forbids the act; nothing was changed.

    Attributes:
        reasons: every reason at once, each with its clause.
    """

    def __init__(self, code: str, reasons: Sequence[Reason] = (), **facts: str) -> None:
        super().__init__(code, (), **facts)
        self.reasons = tuple(reasons)
