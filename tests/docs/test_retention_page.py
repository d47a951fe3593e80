"""The archivist's page names every refusal of the guard, with the profile's own numbers."""

import re
from pathlib import Path

from retention.messages import MESSAGES
from retention.profile import load_profile

PAGE = (Path(__file__).resolve().parents[2] / "docs/retention.md").read_text(encoding="utf-8")


def test_page_lists_exactly_the_codes_of_the_guard() -> None:
    rows = [line.split("|")[1] for line in PAGE.splitlines() if line.startswith("| R")]
    listed = [code for row in rows for code in re.findall(r"R\d{3}", row)]
    assert sorted(listed) == sorted(code for code in MESSAGES if code.startswith("R2"))


def test_every_code_on_the_page_has_a_text() -> None:
    assert set(re.findall(r"R\d{3}", PAGE)) <= set(MESSAGES)


def test_page_says_the_clock_limit_of_the_profile() -> None:
    assert f"more than {load_profile('taipei-2017').destruction.max_clock_lead_days} days ahead" in PAGE
