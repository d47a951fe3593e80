"""The shipped profile says what the rule says; a wrong profile is refused with all its problems."""

from collections.abc import Callable
from datetime import date, time
from pathlib import Path

import pytest
from pydantic import ValidationError

from retention.errors import ProfileProblem, RuleMissingError
from retention.kinds import Disposition, Medium, Method, RecordClass, Trigger
from retention.messages import MESSAGES
from retention.periods import Strategy
from retention.profile import FOLDER, Profile, ProfileError, available_profiles, load_profile, parse_profile
from retention.sections import Status

TEXT = (FOLDER / "taipei-2017.toml").read_text(encoding="utf-8")


def problems_of(text: str) -> tuple[ProfileProblem, ...]:
    with pytest.raises(ProfileError) as caught:
        parse_profile(text, "test.toml")
    for problem in caught.value.problems:
        assert MESSAGES[problem.code].format_map(problem.facts)
    return caught.value.problems


def replaced(old: str, new: str, count: int = 1) -> str:
    assert old in TEXT
    return TEXT.replace(old, new, count)


def test_shipped_profile_says_that_the_rule_was_stopped(profile: Profile) -> None:
    assert profile.number == "北市09-01-2017"
    assert profile.status is Status.STOPPED
    assert (profile.effective_from, profile.effective_to) == (None, date(2021, 1, 14))
    assert profile.ended_by is not None
    assert (profile.ended_by.number, profile.ended_by.on) == ("府授勞秘字第1106051442號", date(2021, 1, 14))
    assert profile.title_is_descriptive
    assert "停止適用" in profile.notice.zh
    assert "府授勞秘字第1106051442號" in profile.notice.en
    assert profile.timezone == "Asia/Taipei"


@pytest.mark.parametrize("form", ["form_1_1", "form_1_2"])
def test_applications_are_unfiled_and_kept_three_years_after_cancellation(
    form: str, profile: Profile
) -> None:
    rule = profile.rule_for(form)
    assert rule.record_class is RecordClass.A
    assert (rule.years, rule.floor_years, rule.trigger) == (3, 3, Trigger.ACCOUNT_CANCELLED)
    assert (rule.strategy, rule.clause) == (Strategy.ANNIVERSARY, "七(二)")
    assert rule.disposition is Disposition.DESTROY


@pytest.mark.parametrize("form", ["form_2", "form_3", "form_4"])
def test_filed_documents_are_counted_the_safe_way(form: str, profile: Profile) -> None:
    rule = profile.rule_for(form)
    assert rule.record_class is RecordClass.B
    assert (rule.years, rule.floor_years, rule.trigger) == (3, 3, Trigger.FILE_LAST_DOCUMENT)
    assert (rule.strategy, rule.clause) == (Strategy.NEXT_YEAR, "七(三)")


@pytest.mark.parametrize(
    "form", ["certificate", "destruction_catalogue_files", "destruction_approval", "destruction_plan"]
)
def test_evidence_of_destruction_is_permanent(form: str, profile: Profile) -> None:
    rule = profile.rule_for(form)
    assert (rule.permanent, rule.years, rule.term) == (True, None, None)
    assert (rule.disposition, rule.clause) == (Disposition.AGENCY_PERMANENT, "銷毀辦法 §18")


def test_form_without_a_rule_is_an_error(profile: Profile) -> None:
    with pytest.raises(RuleMissingError) as caught:
        profile.rule_for("form_9")
    assert (caught.value.code, caught.value.facts) == ("R130", {"form": "form_9", "profile": "taipei-2017"})


def test_deadlines_are_those_of_the_rule(profile: Profile) -> None:
    deadlines = {entry.id: entry for entry in profile.deadlines}
    gaps = {key: entry.every_months for key, entry in deadlines.items() if entry.every_months}
    assert gaps == {
        "register_hand_in": 1,
        "monthly_comparison": 1,
        "log_download": 3,
        "internal_audit": 6,
        "yearly_destruction": 12,
    }
    report = deadlines["yearly_report"]
    assert (report.month, report.day, report.clause) == (3, 31, "八(一)6")
    assert [key for key, entry in deadlines.items() if entry.assumed] == ["register_hand_in"]


def test_separation_of_duties_needs_one_approval_and_one_witness(profile: Profile) -> None:
    duty = profile.duty(RecordClass.A)
    assert duty is not None
    assert duty.approvers == {"agency_manager", "agency_head"}
    assert duty.witnesses == {"witness", "auditor_ethics", "auditor_it"}
    assert (duty.approvals, duty.witness_statements, duty.cooling_off_days) == (1, 1, 0)
    assert duty.different_people
    filed = profile.duty(RecordClass.B)
    assert filed is not None
    assert (filed.cooling_off_days, filed.authority_approval) == (7, True)
    copies = profile.duty(RecordClass.C)
    assert copies is not None
    assert (copies.cooling_off_days, copies.authority_approval, copies.clause) == (
        0,
        False,
        "銷毀辦法 §7 III",
    )


def test_destruction_has_one_batch_a_year_and_silence_is_no_consent(profile: Profile) -> None:
    policy = profile.destruction
    assert (policy.batches_per_year, policy.silence_is_consent, policy.approval_valid_days) == (
        1,
        False,
        None,
    )
    assert set(policy.methods) == set(Medium)
    assert Method.SHRED not in policy.methods[Medium.ELECTRONIC]
    assert Method.ERASE in policy.methods[Medium.ELECTRONIC]


def test_optional_parts_say_what_the_rule_says(profile: Profile) -> None:
    assert profile.checklist is not None
    assert (profile.checklist.form, profile.checklist.team) == ("form_4", ("資訊單位", "政風單位"))
    other = profile.alternative_method
    assert other is not None
    assert (other.allowed, other.replaces) == (True, ("form_2", "monthly_comparison"))
    assert other.clause == "三、六(六)、八(一)2"
    copies = profile.copies
    assert copies is not None
    assert (copies.stored, copies.reported, copies.assumed) == ("original_term", True, True)
    assert (copies.export_days, copies.backup_days) == (90, 365)


def test_stock_phrases_and_office_hours_are_there(profile: Profile) -> None:
    assert {"公務", "業務需要", "公務需要", "查詢", "無"} <= set(profile.stock_phrases)
    hours = {tuple(sorted(entry.weekdays)): (entry.start, entry.end) for entry in profile.office_hours}
    assert hours == {(1, 2, 3, 4): (time(8), time(18)), (5,): (time(7), time(18))}


def test_every_role_of_the_design_is_in_the_profile(profile: Profile) -> None:
    named = "clerk unit_manager agency_manager auditor_it auditor_ethics agency_head archivist witness"
    assert set(named.split()) <= set(profile.roles)


def test_shipped_profiles_are_listed_and_found_by_name_and_path(tmp_path: Path, profile: Profile) -> None:
    assert available_profiles() == ("kaohsiung-epb", "taichung-epb", "taipei-2017")
    own = tmp_path / "own.toml"
    own.write_text(TEXT, encoding="utf-8")
    assert load_profile(own) == load_profile(str(own)) == profile


def test_profile_cannot_be_changed(profile: Profile) -> None:
    with pytest.raises(ValidationError):
        setattr(profile, "timezone", "UTC")  # noqa: B010 -- a plain assignment is a type error already


@pytest.mark.parametrize("source", ["kaohsiung", "no/such.toml"])
def test_missing_profile_names_the_known_ones(source: str) -> None:
    with pytest.raises(ProfileError) as caught:
        load_profile(source)
    (problem,) = caught.value.problems
    assert (problem.code, problem.facts) == (
        "R111",
        {"source": source, "known": "kaohsiung-epb、taichung-epb、taipei-2017"},
    )
    assert (caught.value.source, caught.value.code) == (source, "R110")
    assert MESSAGES["R110"].format_map(caught.value.facts)


def test_profile_in_another_encoding_is_refused(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_bytes(TEXT.encode("cp950", errors="replace"))
    with pytest.raises(ProfileError) as caught:
        load_profile(own)
    assert [problem.code for problem in caught.value.problems] == ["R112"]


def test_text_that_is_no_toml_is_refused_with_its_place() -> None:
    (problem,) = problems_of("id = \n")
    assert problem.code == "R112"
    assert "line 1" in problem.facts["detail"]


CASES: list[tuple[str, Callable[[], str], list[tuple[str, str]]]] = [
    ("below the floor", lambda: replaced("years = 3 ", "years = 2 "), [("rules[1]", "R123")]),
    ("zero years", lambda: replaced("years = 3 ", "years = 0 "), [("rules[1].years", "R115")]),
    ("no years", lambda: replaced("years = 3 ", "# "), [("rules[1]", "R122")]),
    ("no floor", lambda: replaced("floor_years = 3 ", "# "), [("rules[1]", "R122")]),
    ("no strategy", lambda: replaced('strategy = "ANNIVERSARY"', ""), [("rules[1]", "R122")]),
    (
        "permanent with term",
        lambda: replaced("permanent = true", "permanent = true\nyears = 3"),
        [("rules[5]", "R121")],
    ),
    (
        "neither permanent nor term",
        lambda: replaced("permanent = true", ""),
        [("rules[5]", "R122"), ("rules[5].permanent", "R363")],
    ),
    (
        "permanent but destroyed",
        lambda: replaced('"機關永久保存"           #', '"依規定程序銷毀" #'),
        [("rules[5]", "R125")],
    ),
    (
        "term but kept",
        lambda: replaced('disposition = "依規定程序銷毀"', 'disposition = "列為國家檔案"'),
        [("rules[1]", "R125")],
    ),
    (
        "no legal term",
        lambda: TEXT.replace(
            "years = 3                              # source: 七(三) 至少保存3年;", "years = 4 #"
        ),
        [("rules[2]", "R124")],
    ),
    (
        "unknown key",
        lambda: replaced("permanent = true", "permanent = true\nforever = true"),
        [("rules[5].forever", "R114")],
    ),
    ("missing clause", lambda: replaced('clause = "八(一)1"', ""), [("deadlines[3].clause", "R113")]),
    (
        "empty clause",
        lambda: replaced('clause = "八(一)1"', 'clause = ""'),
        [("deadlines[3].clause", "R115")],
    ),
    ("deadline without measure", lambda: replaced("every_months = 3", ""), [("deadlines[3]", "R126")]),
    (
        "deadline with both",
        lambda: replaced("every_months = 3", "every_months = 3\nday = 1"),
        [("deadlines[3]", "R126")],
    ),
    ("half a day", lambda: replaced("day = 31", ""), [("deadlines[5]", "R126")]),
    (
        "hours upside down",
        lambda: replaced("start = 08:00:00", "start = 19:00:00"),
        [("office_hours[1]", "R127")],
    ),
    (
        "filed without the authority",
        lambda: replaced("authority_approval = true", "authority_approval = false"),
        [("separation", "R128")],
    ),
    (
        "one person for all",
        lambda: replaced("different_people = true ", "different_people = false "),
        [("separation.destruction.A.different_people", "R115")],
    ),
    (
        "no approval",
        lambda: replaced("approvals = 1", "approvals = 0"),
        [("separation.destruction.A.approvals", "R115")],
    ),
    (
        "no witness",
        lambda: replaced("witness_statements = 1", "witness_statements = 0"),
        [("separation.destruction.A.witness_statements", "R115")],
    ),
    (
        "same form twice",
        lambda: replaced('forms = ["form_3"]', 'forms = ["form_2"]'),
        [("rules.forms", "R116")],
    ),
    ("same rule twice", lambda: replaced('id = "proxy"', 'id = "register"'), [("rules.id", "R116")]),
    (
        "same deadline twice",
        lambda: replaced('id = "log_download"', 'id = "internal_audit"'),
        [("deadlines.id", "R116")],
    ),
    (
        "unknown role drafts",
        lambda: replaced('drafters = ["archivist"]', 'drafters = ["king"]'),
        [("separation.destruction.B.drafters", "R117")],
    ),
    (
        "unknown role excluded",
        lambda: replaced('roles = ["unit_manager", "auditor_it"]', 'roles = ["unit_manager", "king"]'),
        [("separation.incompatible[3].roles", "R117")],
    ),
    (
        "class not explained",
        lambda: TEXT.replace("[classes.C]", "[classes.B.more]"),
        [("classes.B.more", "R114"), ("classes", "R118")],
    ),
    ("no such time zone", lambda: replaced('"Asia/Taipei"', '"Asia/Atlantis"'), [("timezone", "R119")]),
    ("time zone is a path", lambda: replaced('"Asia/Taipei"', '"../etc/passwd"'), [("timezone", "R119")]),
    ("stopped without a day", lambda: replaced("effective_to = 2021-01-14", ""), [("effective_to", "R120")]),
    (
        "unknown class",
        lambda: replaced("[classes.C]", "[classes.D]"),
        [("classes.D", "R115"), ("classes", "R118")],
    ),
    (
        "copies that go before the original's term",
        lambda: replaced('stored = "original_term"', 'stored = "never"'),
        [("copies.stored", "R115")],
    ),
    (
        "copies that go without a report",
        lambda: replaced("reported = true", "reported = false"),
        [("copies.reported", "R115")],
    ),
    (
        "exports that live for no day",
        lambda: replaced("export_days = 90", "export_days = 0"),
        [("copies.export_days", "R115")],
    ),
    (
        "audit by nobody",
        lambda: replaced('team = ["資訊單位", "政風單位"]', "team = []"),
        [("checklist.team", "R115")],
    ),
    (
        "version zero",
        lambda: replaced("version = 1 ", "version = 0 "),
        [("version", "R115"), ("applies_from", "R361"), ("supersedes", "R361")],
    ),
    ("unknown strategy", lambda: replaced('"ANNIVERSARY"', '"ROUGHLY"'), [("rules[1].strategy", "R115")]),
]


@pytest.mark.parametrize(("text", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_wrong_profile_is_refused_with_place_and_code(
    text: Callable[[], str], expected: list[tuple[str, str]]
) -> None:
    assert [(problem.place, problem.code) for problem in problems_of(text())] == expected


def test_all_problems_are_reported_at_once() -> None:
    text = (
        replaced("years = 3 ", "years = 1 ")
        .replace("day = 31", "day = 32")
        .replace("Asia/Taipei", "Asia/Atlantis")
    )
    text = text.replace('forms = ["form_3"]', 'forms = ["form_2"]').replace(
        "approvals = 1", "approvals = 0", 1
    )
    assert {problem.code for problem in problems_of(text)} == {"R123", "R115", "R119", "R116"}
    assert len(problems_of(text)) == 5


def test_floor_problem_names_the_term_the_floor_and_the_clause() -> None:
    (problem,) = problems_of(replaced("years = 3 ", "years = 2 "))
    assert problem.facts == {
        "place": "rules[1]",
        "rule": "application",
        "years": "2",
        "floor": "3",
        "clause": "七(二)",
    }


def test_unknown_strategy_names_the_known_ones() -> None:
    (problem,) = problems_of(replaced('"ANNIVERSARY"', '"ROUGHLY"'))
    assert problem.facts["expected"] == "'ANNIVERSARY' or 'NEXT_YEAR'"
    assert problem.facts["got"] == "'ROUGHLY'"


def test_longer_term_and_named_exception_are_accepted() -> None:
    assert parse_profile(replaced("years = 3 ", "years = 30 "), "own").rule_for("form_1_1").years == 30
    exception = 'years = 4\nexception_basis = "其他法律" #'
    text = TEXT.replace("years = 3                              # source: 七(三) 至少保存3年;", exception)
    assert parse_profile(text, "own").rule_for("form_2").years == 4


@pytest.mark.parametrize("trigger", ["account_cancelled", "file_last_document", "audit_closed"])
@pytest.mark.parametrize("disposition", ["依規定程序銷毀", "屆期後鑑定"])
def test_rule_with_a_term_takes_every_trigger_and_may_ask_for_an_appraisal(
    trigger: str, disposition: str
) -> None:
    text = replaced('trigger = "account_cancelled"', f'trigger = "{trigger}"')
    text = text.replace('disposition = "依規定程序銷毀"', f'disposition = "{disposition}"', 1)
    rule = parse_profile(text, "own").rule_for("form_1_2")
    assert (rule.trigger, rule.disposition) == (Trigger(trigger), Disposition(disposition))


@pytest.mark.parametrize("disposition", ["機關永久保存", "列為國家檔案"])
def test_permanent_rule_is_kept_by_the_agency_or_the_nation(disposition: str) -> None:
    text = replaced('disposition = "機關永久保存"', f'disposition = "{disposition}"')
    assert parse_profile(text, "own").rule_for("certificate").permanent


def test_rule_in_force_needs_no_end() -> None:
    text = replaced('status = "停止適用"', 'status = "適用"').replace("effective_to = 2021-01-14", "")
    assert parse_profile(text, "own").effective_to is None


@pytest.mark.parametrize("years", range(1, 33))
def test_filed_documents_have_only_the_terms_of_archive_law(years: int) -> None:
    longer = "years = 3                              # source: 七(三) 至少保存3年;"
    text = TEXT.replace(longer, f"years = {years} #").replace("floor_years = 3 ", "floor_years = 1 ")
    if years in {1, 3, 5, 10, 15, 20, 25, 30}:  # 銷毀辦法 §4
        assert parse_profile(text, "own").rule_for("form_2").years == years
    else:
        assert [(problem.place, problem.code) for problem in problems_of(text)] == [("rules[2]", "R124")]


def test_office_hours_of_no_length_are_refused() -> None:
    text = replaced("start = 08:00:00", "start = 18:00:00")
    assert [problem.code for problem in problems_of(text)] == ["R127"]


@pytest.mark.parametrize(("day", "fine"), [("month = 12", True), ("month = 13", False), ("month = 0", False)])
def test_deadline_month_is_one_of_the_calendar(day: str, *, fine: bool) -> None:
    text = replaced("month = 3\n", f"{day}\n")
    if fine:
        assert parse_profile(text, "own").deadlines[4].month == 12
    else:
        assert [problem.code for problem in problems_of(text)] == ["R115"]
