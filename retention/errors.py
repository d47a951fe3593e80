"""Errors of this package: a wrong profile, or a period that the calendar or the law does not know."""

from typing import NamedTuple


class RetentionError(Exception):
    """Base of this package's errors.

    Attributes:
        code: stable code, a key of `retention.messages.MESSAGES`.
        facts: what the message names.
    """

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(f"{code} {facts}" if facts else code)
        self.code = code
        self.facts = facts


class PeriodError(RetentionError):
    """A number of years, or a day, with which no period can be computed."""


class RuleMissingError(RetentionError):
    """The profile has no retention rule for a form."""


class ProfileProblem(NamedTuple):
    """One thing wrong with a profile file.

    Attributes:
        place: path inside the file, list items counted from 1, e.g. `rules[2].years`; empty = the file.
        code: stable code.
        facts: what the message names.
    """

    place: str
    code: str
    facts: dict[str, str]


class ProfileError(RetentionError):
    """A profile cannot be used; carries all problems at once.

    Attributes:
        source: name or path as the caller gave it.
        problems: everything wrong, in the order of the file.
    """

    def __init__(self, source: str, problems: tuple[ProfileProblem, ...]) -> None:
        super().__init__("R110", source=source, count=str(len(problems)))
        self.source = source
        self.problems = problems
