"""Letters and the second set: checked as clerks write them, filled as people sign them."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import docx
import odfdo
import pytest

from webir_records.forms.checking import CheckContext, CheckResult, check
from webir_records.forms.filling import FillContext, Template
from webir_records.forms.specs import FormSpec, Kind, list_forms, load_form

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
DRAWN = [s for s in list_forms(TEMPLATES) if s.kind is Kind.LETTER or s.form_set == "kaohsiung-epb"]


def _specimen(form: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads((TEMPLATES / form / "specimen.json").read_text(encoding="utf-8"))
    return value


def _check(form: str, data: Mapping[str, Any], context: CheckContext, folder: Path) -> CheckResult:
    path = folder / "data.json"
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return check(load_form(form, TEMPLATES), path, context)


def _csv(folder: Path, *rows: Sequence[str]) -> Path:
    path = folder / "data.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def _paragraphs(document: bytes, kind: str) -> list[str]:
    """Return the paragraphs outside tables, read by another library."""
    if kind == "docx":
        return [p.text for p in docx.Document(io.BytesIO(document)).paragraphs]
    body = odfdo.Document(io.BytesIO(document)).body
    return [p.text_recursive for p in body.get_elements("text:p")]


def _cells(document: bytes) -> list[list[str]]:
    tables = docx.Document(io.BytesIO(document)).tables
    return [[cell.text for cell in row.cells] for table in tables for row in table.rows]


def _codes(result: CheckResult) -> list[tuple[str, str]]:
    return [(problem.code, problem.field) for problem in result.problems]


@pytest.mark.parametrize("spec", DRAWN, ids=lambda spec: spec.id)
def test_specimen_passes_the_check_and_leaves_nothing_to_warn_of(
    spec: FormSpec, check_context: CheckContext
) -> None:
    result = check(spec, spec.specimen_path, check_context)
    assert (result.problems, result.warnings, result.mapping.ignored) == ((), (), ())
    assert len(result.documents) == 1


@pytest.mark.parametrize("kind", ["docx", "odt"])
def test_lines_of_a_letter_are_numbered_and_empty_lines_are_not(kind: str, fill_context: FillContext) -> None:
    data = _specimen("report_letter") | {"explanation": "依規定辦理。\n\n 林𠮷堃 & 李<小>明 承辦。 "}
    text = _paragraphs(
        Template.load(load_form("report_letter", TEMPLATES), kind).fill(data, fill_context), kind
    )
    start = text.index("說明：")
    assert text[start + 1 : start + 3] == ["一、依規定辦理。", "二、林𠮷堃 & 李<小>明 承辦。"]


@pytest.mark.parametrize("kind", ["docx", "odt"])
def test_single_line_of_a_letter_has_no_number(kind: str, fill_context: FillContext) -> None:
    data = _specimen("report_letter") | {"explanation": "依規定辦理。"}
    text = _paragraphs(
        Template.load(load_form("report_letter", TEMPLATES), kind).fill(data, fill_context), kind
    )
    assert text[text.index("說明：") + 1] == "依規定辦理。"


def test_more_lines_than_there_are_numerals_are_counted_in_digits(fill_context: FillContext) -> None:
    data = _specimen("report_letter") | {"explanation": "\n".join(f"第{n}項" for n in range(1, 13))}
    document = Template.load(load_form("report_letter", TEMPLATES)).fill(data, fill_context)
    assert {"十、第10項", "11、第11項", "12、第12項"} <= set(_paragraphs(document, "docx"))


def test_letter_without_a_subject_of_its_own_states_the_usual_one(fill_context: FillContext) -> None:
    data = {key: value for key, value in _specimen("audit_memo").items() if key != "subject"}
    document = Template.load(load_form("audit_memo", TEMPLATES)).fill(data, fill_context)
    subject = "主旨：檢陳109年上半年使用勞保局 WebIR 系統內部稽核結果，簽請核定。"
    assert subject in _paragraphs(document, "docx")


def test_comparison_of_a_clerk_is_found_by_its_own_headers_and_added_up(
    check_context: CheckContext, tmp_path: Path
) -> None:
    path = _csv(
        tmp_path,
        ["109年1月勞保查詢筆數核對"],
        ["科室", "查詢月份", "查詢人", "帳號", "登載筆數", "系統筆數", "附註"],
        ["社會課", "109/1", "林𠮷堃", "sa1", "9", "10", ""],
        ["社會課", "109/1", "O'Brien & 李<小>明", "", "14", "12", ""],
        ["民政課", "109/1", "張三", "", "8", "8", ""],
        ["合計", "", "", "", "31", "30", ""],
    )
    result = check(load_form("monthly_comparison", TEMPLATES), path, check_context)
    assert result.problems == ()
    social, civil = (document.data for document in result.documents)
    assert [row["diff"] for row in social["users"]] == [1, -2]  # type: ignore[union-attr,index,call-overload] # JSON
    totals = ("user_total", "reg_total", "log_total", "diff_total")
    assert [social[key] for key in totals] == [2, 23, 22, -1]
    assert [civil[key] for key in totals] == [1, 8, 8, 0]


def test_unit_manager_who_compares_his_own_queries_is_pointed_out(
    check_context: CheckContext, tmp_path: Path
) -> None:
    data = _specimen("monthly_comparison") | {"unit_manager": "王小明"}
    result = _check("monthly_comparison", data, check_context, tmp_path)
    assert [(p.code, p.field, p.clause) for p in result.warnings] == [("F152", "unit_manager", "三")]


def test_catalogue_of_a_clerk_makes_one_document_for_each_batch_with_its_totals(
    check_context: CheckContext, fill_context: FillContext, tmp_path: Path
) -> None:
    header = [
        "批號",
        "年度",
        "分類號",
        "案次號",
        "卷數",
        "案名",
        "產生機關",
        "起日",
        "迄日",
        "保存年限",
        "摘要",
    ]
    rest = ["帳號申請", "本所", "105/1/2", "105/12/30", "3年", "申請表函報公文"]
    path = _csv(
        tmp_path,
        header,
        ["甲", "105", "050301", "1", "2", *rest],
        ["甲", "105", "050301", "02", "3", *rest],
        ["乙", "106", "050301", "1", "1", *rest],
    )
    spec = load_form("destruction_catalogue_files", TEMPLATES)
    result = check(spec, path, check_context)
    assert result.problems == ()
    totals = [(d.data["batch"], d.data["file_total"], d.data["volume_total"]) for d in result.documents]
    assert totals == [("甲", 2, 5), ("乙", 1, 1)]
    cells = _cells(Template.load(spec).fill(result.documents[0].data, fill_context))
    assert any("105/050301/02" in row for row in cells)
    assert any("2 案　5 卷" in row for row in cells)


@pytest.mark.parametrize(
    ("form", "change", "expected"),
    [
        ("destruction_catalogue_files", {"adjusted_retention": "5年"}, ("F121", "adjust_reason")),
        ("destruction_catalogue_files", {"date_to": "2010-01-01"}, ("F150", "date_to")),
        ("destruction_catalogue_items", {"file_no": "109"}, ("F146", "file_no")),
        ("kaohsiung_register", {"approved_at": "2023-05-02T10:30"}, ("F150", "queried_at")),
        ("kaohsiung_register", {"approval": "不核可"}, ("F154", "approval")),
        ("kaohsiung_register", {"relevance": "業務需要"}, ("F135", "relevance")),
    ],
)
def test_row_against_its_rule_is_refused(
    form: str,
    change: dict[str, str],
    expected: tuple[str, str],
    check_context: CheckContext,
    tmp_path: Path,
) -> None:
    data = _specimen(form)
    data[load_form(form, TEMPLATES).rows_key][0] |= change
    assert _codes(_check(form, data, check_context, tmp_path)) == [expected]


@pytest.mark.parametrize(
    ("form", "change", "expected"),
    [
        ("destruction_witness", {"present_throughout": False}, [("F132", "present_throughout")]),
        ("destruction_witness", {"approval_date": "2024-10-22"}, [("F150", "started_at")]),
        ("destruction_witness", {"methods": ["丟棄"]}, [("F130", "methods")]),
        (
            "destruction_plan",
            {"shortened": True},
            [("F121", key) for key in ("access_procedure", "offsite_backup", "media_evaluation")],
        ),
        ("report_letter", {"letter_no": "第3號"}, [("F145", "letter_no")]),
        ("cancellation_notice", {"removed_on": "2020-08-01"}, [("F150", "removed_on")]),
        ("kaohsiung_application", {"moica_ready": False}, [("F132", "moica_ready")]),
        ("kaohsiung_application", {"action": "變更"}, [("F121", "change_reason")]),
        ("kaohsiung_proxy", {"querier": "O'Brien & 李<小>明"}, [("F152", "querier")]),
    ],
)
def test_document_against_its_rule_is_refused(
    form: str,
    change: dict[str, Any],
    expected: list[tuple[str, str]],
    check_context: CheckContext,
    tmp_path: Path,
) -> None:
    assert _codes(_check(form, _specimen(form) | change, check_context, tmp_path)) == expected


def test_notice_is_read_from_the_same_columns_as_the_list_of_cancellations() -> None:
    notice, listed = (load_form(form, TEMPLATES) for form in ("cancellation_notice", "cancellation"))
    columns = {field.label: field.key for field in notice.fields}
    assert {field.label: field.key for field in listed.fields}.items() <= columns.items()
