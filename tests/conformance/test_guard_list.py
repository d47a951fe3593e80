"""The lines that the unit tests walk through are those of the domain facts, none left out."""

import re
from pathlib import Path

import pytest

from retention.kinds import HoldReason
from tests.unit.retention.guard_list import LINES

DOMAIN = Path(__file__).resolve().parents[3] / "shared/DOMAIN.md"

pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(not DOMAIN.is_file(), reason="the domain facts are not beside the project"),
]


def _list() -> str:
    (line,) = re.findall(
        r"\*\*Destruction guard – refuse if any is true\*\*: (.+)", DOMAIN.read_text(encoding="utf-8")
    )
    return str(line).rstrip(".")


def test_every_line_of_the_domain_is_walked_through() -> None:
    assert [line.strip() for line in _list().split(";")] == list(LINES)


def test_every_kind_of_pending_matter_has_its_reason_code() -> None:
    (held,) = [line for line in LINES if line.startswith("legal hold")]
    named = {
        "complaint": HoldReason.COMPLAINT,
        "lawsuit": HoldReason.LAWSUIT,
        "disciplinary": HoldReason.DISCIPLINARY,
        "ethics": HoldReason.ETHICS,
        "audit open": HoldReason.AUDIT_OPEN,
        "archive-access": HoldReason.ACCESS_REQUEST,
        "個資 request": HoldReason.DATA_REQUEST,
        "audit announced": HoldReason.AUDIT_ANNOUNCED,
    }
    assert [word for word in named if word not in held] == []
    assert set(named.values()) == set(HoldReason) - {HoldReason.OTHER}
