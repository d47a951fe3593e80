"""Which rule governs a record: the one that it was filed under, and the present one where that is longer."""

from dataclasses import dataclass, field

from retention.errors import ProfileError, RuleMissingError
from retention.profile import Profile
from retention.reasons import Reason
from retention.sections import Rule
from retention.terms import counted_as, governing_term
from retention.versions import edition
from webir_records.model.errors import InputError
from webir_records.model.tables import RecordRow
from webir_records.services.context import Workspace


@dataclass(frozen=True, slots=True)
class GoverningRule:
    """The rule of a form's records that were filed under one version.

    Attributes:
        rule: the rule of that version, with the term that governs today.
        notices: what was outweighed (R320, R321, R324), for a report; never a refusal.
    """

    rule: Rule
    notices: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """Finds the governing rule of many records; works each of them out once.

    Args:
        versions: all versions of the workspace's profile.
        now: the one that governs today.
    """

    versions: tuple[Profile, ...]
    now: Profile
    _found: dict[tuple[str, str], GoverningRule | None] = field(
        default_factory=dict[tuple[str, str], "GoverningRule | None"], init=False
    )

    def find(self, filed_under: str, form: str) -> GoverningRule | None:
        """Return the rule for a form, or None when the version that a record names knows no such form.

        Args:
            filed_under: the edition that the record carries; one that is not there any more gives None too,
                so that nobody destroys by a guess.
            form: form id.
        """
        key = filed_under, form
        if key not in self._found:
            self._found[key] = self._work_out(*key)
        return self._found[key]

    def rule(self, row: RecordRow) -> Rule | None:
        """Return the rule that governs a record, or None."""
        found = self.find(row.profile, row.form)
        return found.rule if found else None

    def _work_out(self, filed_under: str, form: str) -> GoverningRule | None:
        try:
            version = edition(self.versions, filed_under)
            first = version.rule_for(form)
        except (ProfileError, RuleMissingError):
            return None
        if version is self.now:
            return GoverningRule(first)
        term = governing_term(first, _rule(self.now, form))
        return GoverningRule(counted_as(term, first), term.notices)


def rules_of(workspace: Workspace) -> Rules:
    """Return the rules by which records of a workspace are judged today."""
    return Rules(workspace.versions, workspace.profile)


def rule_of(workspace: Workspace, row: RecordRow) -> Rule:
    """Return the rule that governs one record.

    Raises:
        InputError: R354 the version that it was filed under is not there, R130 that one knows no such form.
    """
    found = rules_of(workspace).rule(row)
    if found is not None:
        return found
    editions = [version.edition for version in workspace.versions]
    if row.profile in editions:
        raise InputError("R130", form=row.form, profile=row.profile)
    raise InputError("R354", edition=row.profile, known="、".join(editions))


def _rule(profile: Profile, form: str) -> Rule | None:
    try:
        return profile.rule_for(form)
    except RuleMissingError:
        return None
