"""What a check finds in examples/ is what their key says, no more and no less."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from retention.profile import load_profile
from retention.schedule import Due, compute_due
from webir_records.forms.agency import AgencySettings
from webir_records.forms.checking import CheckContext, CheckResult, check
from webir_records.forms.specs import load_form

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = ROOT / "examples"
TODAY = date(2026, 11, 23)
KEY: dict[str, Any] = json.loads((EXAMPLES / "answers.json").read_text(encoding="utf-8"))


def _check(form: str, name: str) -> CheckResult:
    agency = AgencySettings.load(EXAMPLES / "機關設定.json")
    context = CheckContext(agency=agency, today=TODAY, profile=load_profile("taipei-2017"))
    return check(load_form(form, ROOT / "templates"), EXAMPLES / name, context)


@pytest.mark.parametrize(
    ("form", "name", "key"),
    [
        ("form_1_1", "附件1-1_機關管理者申請.xlsx", KEY["form_1_1"]),
        ("form_1_2", "附件1-2_使用者申請.xlsx", KEY["form_1_2"]),
        ("form_2", "附件2_查詢資料登記簿_108年03月.xlsx", KEY["form_2"]["108年03月"]),
        ("form_2", "附件2_查詢資料登記簿_108年04月.csv", KEY["form_2"]["108年04月"]),
        ("form_3", "附件3_代查授權書.xlsx", KEY["form_3"]),
        ("form_4", "附件4_查核項目表_108年下半年.json", KEY["form_4"]),
    ],
)
def test_rows_and_documents_of_every_example_are_as_many_as_the_key_says(
    form: str, name: str, key: dict[str, Any]
) -> None:
    result = _check(form, name)
    assert (result.rows, result.valid, len(result.documents)) == (key["rows"], key["valid"], key["documents"])


def test_wrong_applications_are_exactly_those_of_the_key() -> None:
    result = _check("form_1_2", "附件1-2_使用者申請.xlsx")
    found = [(p.row, p.column, p.field, p.code, p.clause) for p in result.problems]
    assert found == [
        (bad["row"], bad["column"], bad["field"], bad["code"], bad["clause"])
        for bad in KEY["form_1_2"]["bad_rows"]
    ]


def test_names_with_rare_characters_and_markup_come_out_unchanged() -> None:
    names = {document.data["name"] for document in _check("form_1_2", "附件1-2_使用者申請.xlsx").documents}
    assert {"林𠮷堃", "張𤋮之", "O'Brien & 李<小>明", "歐陽菲菲"} <= names


def test_cancelled_accounts_have_an_application_that_is_in_order() -> None:
    users = {d.data["egov_account"]: d for d in _check("form_1_2", "附件1-2_使用者申請.xlsx").documents}
    for document in _check("cancellation", "註銷通報.csv").documents:
        application = users[document.data["egov_account"]]
        assert application.data["name"] == document.data["name"]
        assert str(application.data["granted_on"]) < str(document.data["cancelled_on"])


def test_cancellation_dates_and_lateness_are_those_of_the_key() -> None:
    result = _check("cancellation", "註銷通報.csv")
    cancelled = {d.data["egov_account"]: d.data["cancelled_on"] for d in result.documents}
    rows = {d.rows[0]: d.data["egov_account"] for d in result.documents}
    assert result.problems == ()
    assert cancelled == KEY["cancellation"]["cancelled"]
    assert [rows[warning.row] for warning in result.warnings] == KEY["cancellation"]["late"]


def test_accounts_whose_period_has_run_out_are_those_of_the_key() -> None:
    rule = load_profile("taipei-2017").rule_for("form_1_2")
    due = {
        who: compute_due(rule, date.fromisoformat(day))
        for who, day in KEY["cancellation"]["cancelled"].items()
    }
    lapsed = [who for who, one in due.items() if isinstance(one, Due) and one.destroyable_from <= TODAY]
    assert lapsed == KEY["cancellation"]["due_on_2026-11-23"]
    february = due["fa1003"]
    assert isinstance(february, Due)
    assert february.end.isoformat() == KEY["cancellation"]["last_day_of_fa1003"]
