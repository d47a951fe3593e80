"""Sibling cities' rules are data: read, checked and used by the same code."""

import re
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from retention.facts import BatchFacts, RecordFacts
from retention.guard import evaluate
from retention.kinds import Disposition, Opinion, RecordClass, Trigger
from retention.periods import Strategy
from retention.profile import FOLDER, Profile, available_profiles, load_profile
from retention.schedule import Due, compute_due

ROOT = Path(__file__).resolve().parents[3]
NO_RECORDS = frozenset({"cancellation", "escrow_sheet"})
"""A list that is read and not filed, and a sheet that holds a key."""
Permitted = Callable[[RecordClass], tuple[RecordFacts, BatchFacts]]
SIBLINGS = ("kaohsiung-epb", "taichung-epb")


@pytest.fixture(scope="module", params=SIBLINGS)
def sibling(request: pytest.FixtureRequest) -> Profile:
    return load_profile(str(request.param))


def test_taichung_keeps_query_records_five_years() -> None:
    taichung = load_profile("taichung-epb")
    rule = taichung.rule_for("form_2")
    assert (rule.years, rule.floor_years, rule.clause) == (5, 5, "四(五)1")
    due = compute_due(rule, date(2021, 2, 28))
    assert isinstance(due, Due)
    assert (due.destroyable_from, due.other_strategy_from) == (date(2027, 1, 1), date(2026, 3, 1))


def test_taichung_audits_every_half_year_with_the_ethics_office() -> None:
    taichung = load_profile("taichung-epb")
    (audit,) = [deadline for deadline in taichung.deadlines if deadline.id == "internal_audit"]
    assert (audit.every_months, audit.clause) == (6, "四(一)3")
    assert taichung.checklist is not None
    assert "政風室" in taichung.checklist.team
    filed = taichung.duty(RecordClass.B)
    assert filed is not None
    assert "auditor_ethics" in filed.witnesses


def test_silence_of_a_unit_is_consent_in_taichung_only() -> None:
    says = {name: load_profile(name).destruction.silence_is_consent for name in available_profiles()}
    assert says == {"kaohsiung-epb": False, "taichung-epb": True, "taipei-2017": False}


@pytest.mark.parametrize(
    ("name", "codes"), [("taipei-2017", ["R236"]), ("taichung-epb", []), ("kaohsiung-epb", ["R236"])]
)
def test_silence_counts_only_where_the_profile_says_so(
    name: str, codes: list[str], permitted: Permitted
) -> None:
    record, batch = permitted(RecordClass.B)
    city = replace(batch, policy=load_profile(name).destruction)
    asked = replace(record, opinion=Opinion.UNANSWERED)
    assert [reason.code for reason in evaluate(asked, city)] == codes
    nobody_asked = replace(record, opinion=None)
    assert [reason.code for reason in evaluate(nobody_asked, city)] == ["R238"]


def test_kaohsiung_knows_its_own_three_forms() -> None:
    kaohsiung = load_profile("kaohsiung-epb")
    application = kaohsiung.rule_for("kaohsiung_application")
    assert (application.record_class, application.trigger) == (RecordClass.A, Trigger.ACCOUNT_CANCELLED)
    for form in ("kaohsiung_register", "kaohsiung_proxy"):
        rule = kaohsiung.rule_for(form)
        assert (rule.record_class, rule.strategy, rule.years) == (RecordClass.B, Strategy.NEXT_YEAR, 5)


def test_every_sibling_can_destroy_every_class_and_keeps_its_evidence(sibling: Profile) -> None:
    for record_class in RecordClass:
        duty = sibling.duty(record_class)
        assert duty is not None
        assert duty.different_people
    assert sibling.rule_for("destruction_catalogue_files").disposition is Disposition.AGENCY_PERMANENT
    assert sibling.copies is not None
    assert sibling.copies.stored == "original_term"


def test_every_role_that_must_sign_may_do_so(sibling: Profile) -> None:
    for duty in sibling.separation.destruction.values():
        assert all("approve_destruction" in sibling.roles[role].may for role in duty.approvers)
        assert all("witness_destruction" in sibling.roles[role].may for role in duty.witnesses)
        assert all("draft_destruction" in sibling.roles[role].may for role in duty.drafters)


@pytest.mark.parametrize("name", available_profiles())
def test_every_value_of_a_shipped_profile_names_its_source(name: str) -> None:
    text = (FOLDER / f"{name}.toml").read_text(encoding="utf-8")
    for block in re.split(r"\n(?=\[)", text):
        lines = [line for line in block.splitlines() if re.match(r"\w+ = ", line)]
        cited = "clause = " in block or re.search(r"# .*(source:|七|六)", block)
        assert cited or block.startswith(("[title]", "[notice]")), lines


@pytest.mark.parametrize("name", SIBLINGS)
def test_every_number_of_a_sibling_is_cited_or_marked_as_assumed(name: str) -> None:
    text = (FOLDER / f"{name}.toml").read_text(encoding="utf-8")
    for line in text.splitlines():
        if re.match(
            r"(years|floor_years|export_days|backup_days|max_clock_lead_days|silence_is_consent) = ", line
        ):
            assert re.search(r"# (source|assumed): ?|# assumed", line), line


def test_every_shipped_form_has_a_rule_in_a_shipped_profile() -> None:
    ruled = {
        form for name in available_profiles() for rule in load_profile(name).rules for form in rule.forms
    }
    folders = sorted((ROOT / "templates").glob("*/fields.toml"))
    forms = {tomllib.loads(path.read_text(encoding="utf-8"))["form"]["id"] for path in folders}
    assert forms - ruled - NO_RECORDS == set()


def test_no_profile_names_a_form_twice_across_classes() -> None:
    for name in available_profiles():
        forms = [form for rule in load_profile(name).rules for form in rule.forms]
        assert len(forms) == len(set(forms))


def test_code_names_no_city() -> None:
    files = [path for path in (ROOT / "retention").glob("*.py") if path.name != "messages.py"]
    assert files
    for path in files:
        assert not re.search(r"taichung|kaohsiung|GL00", path.read_text(encoding="utf-8")), path.name
