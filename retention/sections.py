"""Parts of a profile: rules, classes, deadlines, roles, office hours. The whole is in `retention.profile`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from retention.kinds import Disposition, RecordClass, Trigger
from retention.periods import Strategy
from retention.policy import Clause, Duty, Section

LEGAL_TERMS: Final = (1, 3, 5, 10, 15, 20, 25, 30)
"""Terms in years that archive law knows (銷毀辦法 §4)."""

Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]


class Act(StrEnum):
    """What a role may be allowed to do."""

    FILL = "fill"
    FILE = "file"
    CANCEL = "cancel"
    EXPORT = "export"
    VERIFY = "verify"
    HOLD = "hold"
    DRAFT_DESTRUCTION = "draft_destruction"
    APPROVE_DESTRUCTION = "approve_destruction"
    WITNESS_DESTRUCTION = "witness_destruction"
    EXECUTE_DESTRUCTION = "execute_destruction"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_KEYS = "manage_keys"
    AUDIT = "audit"


class Status(StrEnum):
    """Whether the city's rule is in force."""

    IN_FORCE = "適用"
    STOPPED = "停止適用"


class Text(Section):
    """A text for people in both languages."""

    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]


class EndedBy(Section):
    """The letter that stopped the rule."""

    number: Annotated[str, Field(min_length=1)]
    on: date
    clause: Clause


class ClassEntry(Section):
    """What a record class means."""

    name: Text
    explanation: Text
    clause: Clause


@dataclass(frozen=True, slots=True)
class Term:
    """A term that ends: `years` counted by `strategy` from `trigger`."""

    years: int
    trigger: Trigger
    strategy: Strategy


class Rule(Section):
    """Retention of the records of some forms.

    Attributes:
        id: stable id, written into the ledger.
        forms: form ids.
        record_class: A, B or C.
        permanent: kept for ever; then no term may be given.
        years: term, at least `floor_years`; `None` = permanent.
        floor_years: the shortest term that the cited clause allows.
        trigger: event from which the term is counted.
        strategy: way of counting.
        exception_basis: why a class B term is none of 銷毀辦法 §4's.
        disposition: 清理處置.
        clause: source of the term.
        counting_clause: source of the way of counting.
    """

    id: Key
    forms: tuple[Key, ...] = Field(min_length=1)
    record_class: RecordClass
    permanent: bool = False
    years: int | None = Field(default=None, ge=1)
    floor_years: int | None = Field(default=None, ge=1)
    trigger: Trigger | None = None
    strategy: Strategy | None = None
    exception_basis: str = ""
    disposition: Disposition
    clause: Clause
    counting_clause: str = ""

    @property
    def term(self) -> Term | None:
        """The term, or `None` when the records are permanent."""
        if self.years is None or self.trigger is None or self.strategy is None:
            return None
        return Term(self.years, self.trigger, self.strategy)

    @model_validator(mode="after")
    def _term_or_permanent(self) -> Self:
        parts = (self.years, self.floor_years, self.trigger, self.strategy)
        if self.permanent and any(part is not None for part in parts):
            raise PydanticCustomError("R121", "a permanent rule has no term", {"rule": self.id})
        if not self.permanent and None in parts:
            raise PydanticCustomError("R122", "a term needs all its parts", {"rule": self.id})
        return self

    @model_validator(mode="after")
    def _not_below_floor(self) -> Self:
        if self.years is not None and self.floor_years is not None and self.years < self.floor_years:
            facts = {"rule": self.id, "years": self.years, "floor": self.floor_years, "clause": self.clause}
            raise PydanticCustomError("R123", "below the floor", facts)
        return self

    @model_validator(mode="after")
    def _term_of_archive_law(self) -> Self:
        filed = self.record_class is RecordClass.B and self.years is not None
        if filed and self.years not in LEGAL_TERMS and not self.exception_basis:
            terms = "、".join(map(str, LEGAL_TERMS))
            raise PydanticCustomError(
                "R124", "no legal term", {"rule": self.id, "years": self.years, "terms": terms}
            )
        return self

    @model_validator(mode="after")
    def _permanent_is_never_destroyed(self) -> Self:
        kept = self.disposition in {Disposition.AGENCY_PERMANENT, Disposition.NATIONAL}
        if kept is not self.permanent:
            raise PydanticCustomError(
                "R125", "disposition", {"rule": self.id, "disposition": self.disposition.value}
            )
        return self


class Deadline(Section):
    """Something that the city's rule wants done in time.

    Attributes:
        id: stable id.
        title: what is to be done.
        every_months: longest gap in calendar months; or
        month: with `day`, the yearly last day.
        day: see `month`.
        assumed: the clause gives no number, ours is a default that the agency may change.
        clause: source.
    """

    id: Key
    title: Text
    every_months: int | None = Field(default=None, ge=1)
    month: int | None = Field(default=None, ge=1, le=12)
    day: int | None = Field(default=None, ge=1, le=31)
    assumed: bool = False
    clause: Clause

    @model_validator(mode="after")
    def _gap_or_day(self) -> Self:
        by_day = self.month is not None and self.day is not None
        none_of_day = self.month is None and self.day is None
        if not (none_of_day if self.every_months is not None else by_day):
            raise PydanticCustomError("R126", "a gap or a day", {"deadline": self.id})
        return self


class RoleEntry(Section):
    """One role and what it may do.

    Attributes:
        name: title for people.
        may: acts granted.
        clause: source.
    """

    name: Text
    may: frozenset[Act]
    clause: Clause


class Incompatible(Section):
    """Roles of which one person may hold only one within an agency."""

    roles: frozenset[Key] = Field(min_length=2)
    clause: Clause


class Separation(Section):
    """Separation of duties.

    Attributes:
        destruction: who drafts, approves and witnesses, for each class.
        incompatible: roles that exclude each other.
    """

    destruction: Mapping[RecordClass, Duty]
    incompatible: tuple[Incompatible, ...] = ()

    @model_validator(mode="after")
    def _filed_documents_need_the_authority(self) -> Self:
        duty = self.destruction.get(RecordClass.B)
        if duty is not None and not duty.authority_approval:
            raise PydanticCustomError("R128", "authority")
        return self


class OfficeHours(Section):
    """Hours in which queries need no explanation (六(三)).

    Attributes:
        weekdays: ISO weekdays, 1 = Monday.
        start: first minute.
        end: last minute.
        clause: source.
    """

    weekdays: frozenset[Annotated[int, Field(ge=1, le=7)]] = Field(min_length=1)
    start: time
    end: time
    clause: Clause

    @model_validator(mode="after")
    def _start_before_end(self) -> Self:
        if self.start >= self.end:
            raise PydanticCustomError("R127", "hours", {"start": f"{self.start}", "end": f"{self.end}"})
        return self
