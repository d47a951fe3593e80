"""What became of terms, authorities, keys and the clock: one act, and exactly what must be found."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from signing.findings import Report, Verdict
from tests.tamper import acts_of_people, acts_of_retention

if TYPE_CHECKING:
    from tests.tamper.conftest import Builder

Found = Callable[[Report], list[str]]
ACTS = [*acts_of_retention.ACTS, *acts_of_people.ACTS]


@pytest.mark.parametrize(("act", "expected", "problems"), ACTS, ids=[act.__name__ for act, *_ in ACTS])
def test_act_leads_to_exactly_these_findings(
    unpublished: "Builder",
    found: Found,
    act: Callable[["Builder"], object],
    expected: list[str],
    problems: str,
) -> None:
    act(unpublished)
    unpublished.publish()
    report = unpublished.verify()
    assert found(report) == sorted(expected)
    undetermined = all(code.startswith("DESTRUCTION_UNFINISHED") for code in expected)
    worst = Verdict.UNDETERMINED if undetermined else Verdict.INVALID
    assert report.verdict is (worst if expected else Verdict.VALID)
    assert [f.facts["problems"] for f in report.findings if "problems" in f.facts] == (
        [problems] if problems else []
    )
