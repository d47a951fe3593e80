"""Every clause and every code of the guard stands in at least one case."""

from retention.messages import MESSAGES
from tests.disposal.reading import load_cases

CLAUSES = (
    *(f"七({number})" for number in ("二", "三", "四")),
    *(f"檔案法 §{number}" for number in (7, 10, 12, 24)),
    *(f"施行細則 §{number}" for number in (8, 10, 13, 23)),
    *(f"銷毀辦法 §{number}" for number in (4, 5, 7, 8, 9, 10, 12, 13, 14, 15, 16, 17, 18)),
    "機密檔案管理辦法 §18",
    "行政程序法 §48",
    *(f"民法 §{number}" for number in (120, 121, 122, 123)),
)
ENOUGH = 150


def test_every_clause_has_a_case() -> None:
    named = {clause for case in load_cases() for clause in case.clauses}
    assert [clause for clause in CLAUSES if clause not in named] == []


def test_every_case_names_clauses_that_are_listed() -> None:
    strange = {clause for case in load_cases() for clause in case.clauses} - {*CLAUSES, *ALSO}
    assert strange == set()


def test_every_code_of_the_guard_has_a_case() -> None:
    named = {code for case in load_cases() for code, _ in (*case.reasons, *case.told)}
    assert [code for code in MESSAGES if code.startswith("R2") and code not in named] == []


def test_there_are_enough_cases() -> None:
    assert len(load_cases()) >= ENOUGH


ALSO = (
    *(f"檔案法 §{number}" for number in (2, 13, 17)),
    "三",
    "二",
    "五(四)",
    "六(四)",
    "六(一)",
    "八(一)",
    "個資法施行細則 §5",
    "銷毀辦法 §3",
)
"""Further clauses that cases may name."""
