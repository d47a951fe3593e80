"""What a store was seen to do when it was tried, and what could not be tried (`webir store check`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """What came of a trial."""

    PROVEN = "proven"
    FAILED = "failed"
    NOT_PROVEN = "not_proven"


@dataclass(frozen=True, slots=True)
class Proof:
    """One property of a store.

    Attributes:
        name: stable name of the property, e.g. `put_if_absent`.
        outcome: what came of the trial.
        facts: what was seen.
    """

    name: str
    outcome: Outcome
    facts: Mapping[str, str] = field(default_factory=dict[str, str])


def judged(name: str, fine: bool, **facts: str) -> Proof:  # noqa: FBT001 - the judgement is what it is about
    """Return what a trial showed."""
    return Proof(name, Outcome.PROVEN if fine else Outcome.FAILED, facts)


def unproven(name: str, **facts: str) -> Proof:
    """Return a property that could not be tried, or that only somebody else can vouch for."""
    return Proof(name, Outcome.NOT_PROVEN, facts)
