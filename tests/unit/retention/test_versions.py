"""Versions of a profile: which governs on a day, which a record keeps, and what does not fit together."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention.errors import ProfileError, ProfileProblem
from retention.messages import MESSAGES
from retention.profile import FOLDER, Profile, available_profiles, load_profile, load_versions, parse_profile
from retention.terms import governing_term
from retention.versions import check_versions, edition, profile_for, shorter_terms

TEXT = (FOLDER / "taipei-2017.toml").read_text(encoding="utf-8")
FIRST = parse_profile(TEXT, "first")


def later(version: int, applies_from: date | None, **changes: object) -> Profile:
    update = {"version": version, "applies_from": applies_from, "supersedes": version - 1} | changes
    return FIRST.model_copy(update=update)


SECOND = later(2, date(2027, 1, 1))
THIRD = later(3, date(2030, 7, 1))


def refused(versions: list[Profile], day: date = date(2027, 1, 1)) -> list[ProfileProblem]:
    with pytest.raises(ProfileError) as caught:
        profile_for(versions, day)
    for problem in caught.value.problems:
        assert MESSAGES[problem.code].format_map(problem.facts)
    return list(caught.value.problems)


@pytest.mark.parametrize(
    ("day", "version"),
    [
        (date(1990, 1, 1), 1),
        (date(2026, 12, 31), 1),
        (date(2027, 1, 1), 2),
        (date(2030, 6, 30), 2),
        (date(2030, 7, 1), 3),
        (date(2099, 1, 1), 3),
    ],
)
def test_a_version_governs_from_its_first_day_to_the_day_before_the_next(day: date, version: int) -> None:
    assert profile_for([THIRD, FIRST, SECOND], day).version == version


@given(st.permutations([FIRST, SECOND, THIRD]), st.dates())
def test_the_order_in_which_versions_are_read_does_not_matter(versions: list[Profile], day: date) -> None:
    assert profile_for(versions, day) is profile_for([FIRST, SECOND, THIRD], day)


def test_day_before_the_first_version_has_no_profile() -> None:
    first = FIRST.model_copy(update={"applies_from": date(2017, 1, 1)})
    (problem,) = refused([first, SECOND], date(2016, 12, 31))
    assert problem.code == "R353"
    assert problem.facts == {"profile": "taipei-2017", "day": "2016-12-31", "first": "2017-01-01"}
    assert profile_for([first, SECOND], date(2017, 1, 1)) is first


@pytest.mark.parametrize(
    ("versions", "codes"),
    [
        ([FIRST, later(2, date(2027, 1, 1), id="other")], ["R350"]),
        ([FIRST, later(3, date(2027, 1, 1))], ["R351"]),
        ([FIRST, FIRST], ["R351", "R352"]),
        ([FIRST, later(2, None)], ["R352"]),
        ([FIRST, SECOND, later(3, date(2027, 1, 1))], ["R352"]),
        ([FIRST, SECOND, later(3, date(2026, 1, 1))], ["R352"]),
        ([FIRST, later(3, None, id="other")], ["R350", "R351", "R352"]),
    ],
    ids=["other id", "gap", "twice", "no day", "same day", "earlier day", "everything at once"],
)
def test_versions_that_do_not_fit_together_are_refused(versions: list[Profile], codes: list[str]) -> None:
    assert [problem.code for problem in refused(versions)] == codes


def test_no_version_at_all_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="at least one"):
        check_versions([])


def test_a_record_finds_the_version_that_it_was_filed_under() -> None:
    assert (FIRST.edition, SECOND.edition) == ("taipei-2017", "taipei-2017@2")
    assert edition([FIRST, SECOND], "taipei-2017@2") is SECOND
    with pytest.raises(ProfileError) as caught:
        edition([FIRST, SECOND], "taipei-2017@9")
    (problem,) = caught.value.problems
    assert (problem.code, problem.facts["known"]) == ("R354", "taipei-2017、taipei-2017@2")
    assert MESSAGES["R354"].format_map(problem.facts)


def with_years(profile: Profile, years: int) -> Profile:
    rules = tuple(
        rule.model_copy(update={"years": years}) if rule.id == "register" else rule for rule in profile.rules
    )
    return profile.model_copy(update={"rules": rules})


def test_a_shorter_later_version_is_told_and_changes_nothing_that_is_filed() -> None:
    earlier, now = with_years(FIRST, 5), SECOND
    notices = shorter_terms(earlier, now)
    assert [notice.code for notice in notices] == ["R355"] * 3
    assert notices[0].facts == {
        "form": "form_2",
        "profile": "taipei-2017@2",
        "before": "5",
        "after": "3",
    }
    assert governing_term(earlier.rule_for("form_2"), now.rule_for("form_2")).years == 5
    assert shorter_terms(FIRST, with_years(SECOND, 5)) == ()


def test_a_later_version_that_drops_a_form_or_its_permanence_is_told() -> None:
    without = SECOND.model_copy(update={"rules": SECOND.rules[1:-1]})
    notices = {notice.facts["form"]: notice for notice in shorter_terms(FIRST, without)}
    assert notices["form_1_2"].code == notices["certificate"].code == "R356"
    assert notices["certificate"].facts["before"] == "permanent"
    for notice in notices.values():
        assert MESSAGES[notice.code].format_map(notice.facts)


def second_text(**changes: str) -> str:
    head = "version = 2\napplies_from = 2027-01-01\nsupersedes = 1"
    text = TEXT.replace("version = 1 ", f"{head} #", 1)
    for old, new in changes.items():
        text = text.replace(old, new)
    return text


def test_versions_are_read_from_the_files_beside_the_first(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(TEXT, encoding="utf-8")
    (tmp_path / "own@2.toml").write_text(second_text(), encoding="utf-8")
    (tmp_path / "other.toml").write_text(TEXT, encoding="utf-8")
    versions = load_versions(tmp_path / "own.toml")
    assert [version.version for version in versions] == [1, 2]
    assert profile_for(versions, date(2027, 1, 1)).edition == "taipei-2017@2"
    assert [version.version for version in load_versions(tmp_path / "other.toml")] == [1]


@pytest.mark.parametrize("name", available_profiles())
def test_shipped_versions_fit_together(name: str) -> None:
    assert check_versions(load_versions(name))[0] == load_profile(name)


def test_a_wrong_later_version_is_refused_as_any_profile(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(TEXT, encoding="utf-8")
    (tmp_path / "own@2.toml").write_text(TEXT.replace("version = 1 ", "version = 2 #"), encoding="utf-8")
    with pytest.raises(ProfileError) as caught:
        load_versions(tmp_path / "own.toml")
    assert [(problem.place, problem.code) for problem in caught.value.problems] == [
        ("applies_from", "R361"),
        ("supersedes", "R361"),
    ]


def test_the_first_version_supersedes_none() -> None:
    with pytest.raises(ProfileError) as caught:
        parse_profile(TEXT.replace("version = 1 ", "supersedes = 1 #"), "own")
    assert [problem.code for problem in caught.value.problems] == ["R362"]
    for problem in caught.value.problems:
        assert MESSAGES[problem.code].format_map(problem.facts)
