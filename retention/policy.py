"""Who must agree to a destruction, and under which conditions: the profile's sections for the guard."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from retention.kinds import Medium, Method

Roles = Annotated[frozenset[str], Field(min_length=1)]
Clause = Annotated[str, Field(min_length=1)]


class Section(BaseModel):
    """Base of every part of a profile: immutable, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Duty(Section):
    """Separation of duties for one record class: roles are the profile's own keys.

    Attributes:
        drafters: roles of which a drafter must hold one.
        approvers: roles of which each person who approves must hold one.
        approvals: how many approvals are needed, at least 1.
        witnesses: roles of which each witness must hold one.
        witness_statements: how many witness statements are needed, at least 1.
        different_people: always true; written in the profile so that its reader sees it.
        cooling_off_days: days between the last approval and the first destruction.
        authority_approval: the archive authority's approval (number, date, catalogue) is needed too.
        clause: source.
    """

    drafters: Roles
    approvers: Roles
    approvals: int = Field(ge=1)
    witnesses: Roles
    witness_statements: int = Field(ge=1)
    different_people: Literal[True]
    cooling_off_days: int = Field(ge=0)
    authority_approval: bool
    clause: Clause


class DestructionPolicy(Section):
    """Conditions of a destruction batch that do not depend on the record class.

    Attributes:
        batches_per_year: batches that need no reason (銷毀辦法 §8: one).
        silence_is_consent: a business unit that does not answer has agreed.
        approval_valid_days: days after which an authority's approval lapses; absent = never.
        max_clock_lead_days: how many days the clock may be ahead of the newest ledger entry.
        methods: allowed methods for each medium (銷毀辦法 §13).
        clause: source.
    """

    batches_per_year: int = Field(ge=1)
    silence_is_consent: bool
    approval_valid_days: int | None = Field(default=None, ge=1)
    max_clock_lead_days: int = Field(ge=1)
    methods: dict[Medium, frozenset[Method]]
    clause: Clause
