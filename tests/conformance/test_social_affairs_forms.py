"""The example data of one agency: exactly the rows of the key are refused, at the right place."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from retention.profile import load_profile
from webir_records.forms.agency import AgencySettings
from webir_records.forms.checking import CheckContext, CheckResult, check
from webir_records.forms.filling import FillContext, Template
from webir_records.forms.specs import load_form

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data" / "social-affairs"
TEMPLATES = ROOT / "templates"

pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(not DATA.is_dir(), reason="the agency's example data is not here"),
]


@pytest.fixture(scope="module")
def context() -> CheckContext:
    return CheckContext(
        AgencySettings.load(DATA / "機關設定.json"), date(2026, 11, 23), load_profile("taipei-2017")
    )


@pytest.fixture(scope="module")
def key() -> dict[str, Any]:
    answers: dict[str, Any] = json.loads((DATA / "answers.json").read_text(encoding="utf-8"))
    return answers


def _check(form: str, name: str, context: CheckContext) -> CheckResult:
    return check(load_form(form, TEMPLATES), DATA / name, context)


def test_exactly_the_bad_applications_of_the_key_are_refused(
    context: CheckContext, key: dict[str, Any]
) -> None:
    result = _check("form_1_2", "附件1-2_使用者申請.xlsx", context)
    expected = key["bad_applications"]
    assert [p.row for p in result.problems] == [bad["row"] for bad in expected]
    for problem, bad in zip(result.problems, expected, strict=True):
        assert bad["field"] in problem.column
        assert bad.get("clause", problem.clause) == problem.clause
    assert result.valid == len(result.documents) == key["counts"]["users"] == 42
    assert result.rows == 49


def test_duplicate_names_the_earlier_row(context: CheckContext) -> None:
    result = _check("form_1_2", "附件1-2_使用者申請.xlsx", context)
    duplicate = next(p for p in result.problems if p.row == 47)
    first = next(d for d in result.documents if d.rows == (int(duplicate.facts["first_row"]),))
    assert first.data["egov_account"] == duplicate.value


@pytest.mark.parametrize(
    ("form", "name", "rows"),
    [
        ("form_1_1", "附件1-1_機關管理者申請.xlsx", 2),
        ("form_3", "附件3_代查授權書.xlsx", 5),
        ("cancellation", "註銷通報.csv", 4),
    ],
)
def test_other_files_have_no_errors(form: str, name: str, rows: int, context: CheckContext) -> None:
    result = _check(form, name, context)
    assert result.problems == ()
    assert result.rows == result.valid == len(result.documents) == rows


def test_late_cancellation_is_a_warning(context: CheckContext) -> None:
    result = _check("cancellation", "註銷通報.csv", context)
    assert [p.row for p in result.warnings] == [4]


@pytest.mark.parametrize("path", sorted(DATA.glob("登記簿/*")), ids=lambda path: path.stem)
def test_register_has_no_error_and_makes_the_document_of_the_month(path: Path, context: CheckContext) -> None:
    result = check(load_form("form_2", TEMPLATES), path, context)
    assert result.problems == ()
    assert result.rows == result.valid
    assert len(result.documents) == 1


def test_register_files_hold_the_rows_and_vague_purposes_of_the_key(
    context: CheckContext, key: dict[str, Any]
) -> None:
    spec = load_form("form_2", TEMPLATES)
    results = [check(spec, path, context) for path in sorted(DATA.glob("登記簿/*"))]
    vague = [p for result in results for p in result.warnings if p.code == "F134"]
    assert sum(result.rows for result in results) == key["counts"]["register"]
    assert len(vague) == len(key["vague_purpose"])
    assert {result.mapping.encoding for result in results} == {"", "cp950", "utf-8", "utf-8-sig"}


def test_register_takes_its_unit_from_the_file_name_and_says_so(context: CheckContext) -> None:
    path = DATA / "登記簿" / "109年01月_社會救助科.csv"
    result = check(load_form("form_2", TEMPLATES), path, context)
    assert [d.data["unit"] for d in result.documents] == ["社會救助科"]
    assert [d.data["period"] for d in result.documents] == ["2020-01"]
    assert "F176" in {p.code for p in result.warnings}


def test_every_valid_application_can_be_filled(context: CheckContext) -> None:
    result = _check("form_1_2", "附件1-2_使用者申請.xlsx", context)
    template = Template.load(load_form("form_1_2", TEMPLATES))
    filled = {
        template.fill(
            document.data, FillContext(f"r{n:04d}", f"109-{n:04d}", context.agency, context.profile.notice.zh)
        )
        for n, document in enumerate(result.documents)
    }
    assert len(filled) == 42
