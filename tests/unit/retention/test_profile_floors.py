"""An agency's own copy of a shipped profile is refused where it protects its records less."""

from pathlib import Path

import pytest

from retention.errors import ProfileError, ProfileProblem
from retention.messages import MESSAGES
from retention.profile import FOLDER, load_profile, parse_profile

TEXT = (FOLDER / "taipei-2017.toml").read_text(encoding="utf-8")


def problems_of(text: str, folder: Path) -> list[ProfileProblem]:
    own = folder / "own.toml"
    own.write_text(text, encoding="utf-8")
    with pytest.raises(ProfileError) as caught:
        load_profile(own)
    for problem in caught.value.problems:
        assert MESSAGES[problem.code].format_map(problem.facts)
    return list(caught.value.problems)


def replaced(old: str, new: str, count: int = 1) -> str:
    assert old in TEXT
    return TEXT.replace(old, new, count)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (
            replaced("years = 3 ", "years = 2 ").replace("floor_years = 3 ", "floor_years = 2 ", 1),
            ["R357"] * 3,
        ),
        (replaced('record_class = "A" ', 'record_class = "B" '), ["R358"] * 3),
        (replaced('strategy = "NEXT_YEAR" ', 'strategy = "ANNIVERSARY" '), ["R359"] * 3),
    ],
    ids=["term and floor lowered together", "another class", "counted to an earlier day"],
)
def test_copy_that_is_laxer_than_the_shipped_profile_is_refused(
    text: str, codes: list[str], tmp_path: Path
) -> None:
    assert [problem.code for problem in problems_of(text, tmp_path)] == codes
    assert parse_profile(text, "alone").id == "taipei-2017"  # nothing is wrong with the text itself


def test_floor_problem_names_rule_form_term_and_clause(tmp_path: Path) -> None:
    text = replaced("years = 3 ", "years = 2 ").replace("floor_years = 3 ", "floor_years = 2 ", 1)
    problem = problems_of(text, tmp_path)[1]
    assert problem.facts == {
        "place": "rules[1]",
        "rule": "application",
        "form": "form_1_2",
        "clause": "七(二)",
        "years": "2",
        "floor": "3",
    }


def test_evidence_that_is_permanent_only_here_stays_permanent(tmp_path: Path) -> None:
    head, tail = TEXT.split('[[rules]]\nid = "destruction_evidence"')
    _, after = tail.split("# ---- Copies", 1)
    term = """
[[rules]]
id = "plan"
forms = ["destruction_plan"]
record_class = "B"
years = 30
floor_years = 30
trigger = "file_last_document"
strategy = "NEXT_YEAR"
disposition = "依規定程序銷毀"
clause = "own"
"""
    assert [p.code for p in problems_of(head + term + "\n# ---- Copies" + after, tmp_path)] == ["R360"]


@pytest.mark.parametrize(
    "form", ["destruction_catalogue_files", "destruction_catalogue_items", "destruction_approval"]
)
def test_no_city_may_give_the_catalogue_of_destroyed_files_a_term(form: str) -> None:
    text = replaced('forms = ["form_3"]', f'forms = ["form_3", "{form}"]').replace(f'    "{form}",\n', "")
    with pytest.raises(ProfileError) as caught:
        parse_profile(text, "own")
    (problem,) = caught.value.problems
    assert (problem.place, problem.code, problem.facts["forms"]) == ("rules[3].permanent", "R363", form)
    assert MESSAGES["R363"].format_map(problem.facts)


def test_stricter_copy_is_accepted(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(replaced("years = 3 ", "years = 30 "), encoding="utf-8")
    assert load_profile(own).rule_for("form_1_2").years == 30
    own.write_text(replaced('strategy = "ANNIVERSARY"', 'strategy = "NEXT_YEAR"'), encoding="utf-8")
    assert load_profile(own).rule_for("form_1_2").years == 3


def test_profile_of_another_rule_is_not_held_against_this_one(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    text = replaced("years = 3 ", "years = 2 ").replace("floor_years = 3 ", "floor_years = 2 ", 1)
    own.write_text(text.replace('number = "北市09-01-2017"', 'number = "another"'), encoding="utf-8")
    assert load_profile(own).rule_for("form_1_2").years == 2
