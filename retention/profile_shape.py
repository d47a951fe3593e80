"""What a profile is made of; reading one is in `retention.profile`."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import Field

from retention.errors import RuleMissingError
from retention.kinds import RecordClass
from retention.options import AlternativeMethod, Checklist, CopyTerms
from retention.policy import DestructionPolicy, Duty, Section
from retention.sections import (
    ClassEntry,
    Deadline,
    EndedBy,
    Key,
    OfficeHours,
    RoleEntry,
    Rule,
    Separation,
    Status,
    Text,
)


class Profile(Section):
    """One city's rule.

    Attributes:
        id: name of the profile, written into the ledger.
        version: number of this version of the profile, counted from 1.
        applies_from: first local day on which it governs what is filed; `None` = the first version.
        supersedes: number of the version that it replaces; `None` = the first version.
        number: the rule's number in its register.
        title: title of the rule.
        title_is_descriptive: the real title is not public, `title` only describes it.
        status: whether the rule is in force.
        effective_from: first day in force; `None` = not known.
        effective_to: day from which it is no longer in force.
        ended_by: the letter that stopped it.
        notice: what users must be told about the status.
        timezone: IANA name of the zone whose calendar days count.
        classes: meaning of each record class.
        rules: retention of each form's records.
        deadlines: what is to be done in time.
        roles: roles and their grants.
        separation: separation of duties.
        destruction: conditions of a destruction batch.
        stock_phrases: purposes that say nothing.
        office_hours: hours in which queries need no explanation.
        checklist: the audit's checklist; `None` = the rule has none.
        alternative_method: whether the register may be replaced; `None` = the rule does not say.
        copies: how long copies live; `None` = not more than 銷毀辦法 §7 III says.
    """

    id: Key
    version: int = Field(default=1, ge=1)
    applies_from: date | None = None
    supersedes: int | None = Field(default=None, ge=1)
    number: Annotated[str, Field(min_length=1)]
    title: Text
    title_is_descriptive: bool
    status: Status
    effective_from: date | None = None
    effective_to: date | None = None
    ended_by: EndedBy | None = None
    notice: Text
    timezone: str
    classes: Mapping[RecordClass, ClassEntry]
    rules: tuple[Rule, ...] = Field(min_length=1)
    deadlines: tuple[Deadline, ...]
    roles: Mapping[Key, RoleEntry]
    separation: Separation
    destruction: DestructionPolicy
    stock_phrases: tuple[str, ...]
    office_hours: tuple[OfficeHours, ...]
    checklist: Checklist | None = None
    alternative_method: AlternativeMethod | None = None
    copies: CopyTerms | None = None

    @property
    def edition(self) -> str:
        """The name that a record keeps: the id, and from the second version on its number, as `city@2`."""
        return self.id if self.version == 1 else f"{self.id}@{self.version}"

    def rule_for(self, form_id: str) -> Rule:
        """Return the retention rule of a form.

        Raises:
            RuleMissingError: no rule names the form (R130).
        """
        for rule in self.rules:
            if form_id in rule.forms:
                return rule
        raise RuleMissingError("R130", form=form_id, profile=self.id)

    def duty(self, record_class: RecordClass) -> Duty | None:
        """Return who must agree to a destruction of this class; `None` = the guard refuses it."""
        return self.separation.destruction.get(record_class)
