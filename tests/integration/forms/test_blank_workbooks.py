"""The blank workbook of every form can be filled in and read again."""

import io
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from webir_records.forms.blank import LAST_ROW, REQUIRED_MARK, blank_workbook
from webir_records.forms.checking import CheckContext, check
from webir_records.forms.specs import FormSpec, list_forms

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"


def test_example_of_every_blank_workbook_is_refused_and_nothing_else_is_wrong_with_it(
    form: FormSpec, check_context: CheckContext, tmp_path: Path
) -> None:
    path = tmp_path / "blank.xlsx"
    path.write_bytes(blank_workbook(form))
    result = check(form, path, check_context)
    codes = {p.code for p in result.problems}
    assert "F177" in codes
    assert codes <= {"F177"} if not form.checklist else {"F177", "F120"}
    assert result.mapping.ignored == ()
    assert result.documents == ()


def test_example_with_one_changed_value_is_a_row_like_any_other(
    check_context: CheckContext, tmp_path: Path
) -> None:
    spec = next(s for s in list_forms(TEMPLATES) if s.id == "form_1_2")
    book = openpyxl.load_workbook(io.BytesIO(blank_workbook(spec)))
    headers = [str(cell.value) for cell in book.worksheets[0][1]]
    book.worksheets[0].cell(2, headers.index(f"姓名{REQUIRED_MARK}") + 1).value = "林𠮷堃"
    book.save(tmp_path / "filled.xlsx")
    result = check(spec, tmp_path / "filled.xlsx", check_context)
    assert result.problems == ()
    assert len(result.documents) == 1


def test_blank_checklist_asks_for_every_answer(check_context: CheckContext, tmp_path: Path) -> None:
    spec = next(s for s in list_forms(TEMPLATES) if s.id == "form_4")
    (tmp_path / "blank.xlsx").write_bytes(blank_workbook(spec))
    result = check(spec, tmp_path / "blank.xlsx", check_context)
    assert result.rows == len(spec.checklist)
    assert len([p for p in result.problems if p.code == "F120"]) >= len(spec.checklist)


@pytest.mark.parametrize("spec", list_forms(TEMPLATES), ids=lambda spec: spec.id)
def test_blank_workbook_is_the_same_every_time(spec: FormSpec) -> None:
    assert blank_workbook(spec) == blank_workbook(spec)


def test_choices_required_marks_and_text_format_are_there() -> None:
    spec = next(s for s in list_forms(TEMPLATES) if s.id == "form_1_2")
    book = openpyxl.load_workbook(io.BytesIO(blank_workbook(spec)))
    sheet = book.worksheets[0]
    headers = {str(cell.value): cell for cell in sheet[1]}
    assert f"姓名{REQUIRED_MARK}" in headers
    assert "職稱" in headers
    assert "表單編號" not in headers
    action = get_column_letter(list(headers).index(f"申請類別{REQUIRED_MARK}") + 1)
    rules = {str(rule.sqref): str(rule.formula1) for rule in sheet.data_validations.dataValidation}
    assert rules[f"{action}2:{action}{LAST_ROW}"] == '"新增,異動,暫停,回復,註銷"'
    assert {cell.number_format for cell in sheet[2]} == {"@"}
    assert sheet.column_dimensions["A"].number_format == "@"


def test_notes_explain_every_field_that_is_asked_for() -> None:
    spec = next(s for s in list_forms(TEMPLATES) if s.id == "form_2")
    book = openpyxl.load_workbook(io.BytesIO(blank_workbook(spec)))
    assert book.sheetnames == ["表頭", "明細", "說明"]
    notes = {row[0].value: [cell.value for cell in row] for row in book["說明"].iter_rows(min_row=5)}
    assert notes["案件編號"][1] == "必填"
    assert notes["案件編號"][4] == "六(一)"
    assert notes["資料處理方式"][3] == "歸檔、立即銷毀、未列印"


def test_nothing_that_looks_like_a_formula_is_one() -> None:
    for spec in list_forms(TEMPLATES):
        for sheet in openpyxl.load_workbook(io.BytesIO(blank_workbook(spec))):
            assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
