"""One city's rule as data: status, terms, deadlines, roles and conditions, each with its clause.

A profile is a TOML file. `load_profile` reads one that ships with the package, or the agency's own.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field, ValidationError

from retention.errors import ProfileError, ProfileProblem, RuleMissingError
from retention.kinds import RecordClass
from retention.policy import DestructionPolicy, Duty, Section
from retention.profile_checks import Toml, reference_problems, shape_problems
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
    Term,
    Text,
)

__all__ = [
    "Profile",
    "ProfileError",
    "ProfileProblem",
    "Rule",
    "Term",
    "available_profiles",
    "load_profile",
    "parse_profile",
]

FOLDER: Final = Path(__file__).resolve().parent / "profiles"
"""Folder of the profiles that ship with the package."""


class Profile(Section):
    """One city's rule.

    Attributes:
        id: name of the profile, written into the ledger.
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
    """

    id: Key
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


def available_profiles() -> tuple[str, ...]:
    """List the names of the profiles that ship with the package."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def load_profile(name_or_path: str | Path) -> Profile:
    """Read and check a profile.

    Args:
        name_or_path: name of a shipped profile, or path of a `.toml` file.

    Raises:
        ProfileError: the file is not there, is no TOML, or says something wrong; all problems at once.
    """
    source = str(name_or_path)
    path = Path(source) if source.endswith(".toml") else FOLDER / f"{Path(source).name}.toml"
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        facts = {"source": source, "known": "、".join(available_profiles())}
        raise ProfileError(source, (ProfileProblem("", "R111", facts),)) from error
    except UnicodeDecodeError as error:
        raise _unreadable(source, error) from error
    return parse_profile(text, source)


def parse_profile(text: str, source: str) -> Profile:
    """Check the text of a profile.

    Args:
        text: TOML.
        source: what to call it in problems.

    Raises:
        ProfileError: it is no TOML, or says something wrong; all problems at once.
    """
    try:
        raw: dict[str, Toml] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _unreadable(source, error) from error
    problems = tuple(reference_problems(raw))
    try:
        profile = Profile.model_validate(raw)
    except ValidationError as error:
        raise ProfileError(source, (*shape_problems(error), *problems)) from error
    if problems:
        raise ProfileError(source, problems)
    return profile


def _unreadable(source: str, error: ValueError) -> ProfileError:
    return ProfileError(source, (ProfileProblem("", "R112", {"source": source, "detail": str(error)}),))
