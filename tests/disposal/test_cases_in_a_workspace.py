"""Every case with acts, done by people in a real workspace with the real services."""

import pytest

import tests.disposal.acts_added  # sentences about what was added later
import tests.disposal.acts_filed  # sentences about filed documents
import tests.disposal.acts_reports  # sentences about reports
from signing.findings import Verdict
from tests.disposal.acts import perform
from tests.disposal.office import Office
from tests.disposal.reading import ALLOWED, FORBIDDEN, Case, load_cases

CASES = [case for case in load_cases() if case.acts]
assert tests.disposal.acts_added
assert tests.disposal.acts_filed
assert tests.disposal.acts_reports
RECORD = "ta1000"
"""The record that the decision is about."""


@pytest.mark.parametrize("case", CASES, ids=[f"{case.name} {case.title}" for case in CASES])
def test_office_ends_as_the_case_says(case: Case, office: Office) -> None:
    for act in case.acts:
        perform(act, office)
    name = case.about or RECORD
    if case.decision == ALLOWED:
        assert office.state(name) == "destroyed"
        report = office.verified()
        assert report.verdict is Verdict.VALID, report.findings
        assert report.records["DESTROYED_AUTHORISED"] >= 1
    if case.decision == FORBIDDEN:
        assert office.state(name) == "filed"
        assert office.last is not None
        assert sorted(office.last.told(office.names[name])) == sorted(case.told)
