"""Workbooks as people really leave them: hidden, merged, with formulas and errors, stretched, switched."""

import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook as Xlsx
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

from webir_records.forms import package_parts, sheet_scan
from webir_records.forms.checking import CheckContext, CheckResult, check
from webir_records.forms.reading import read_workbook
from webir_records.forms.spec_types import FormSpec
from webir_records.forms.specs import load_form
from webir_records.model.errors import InputError

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
HEADER = ["使用單位", "案件編號", "查詢人員", "查詢日期", "查詢目的", "資料處理方式", "查詢筆數"]
ROW = ["社會救助科", "收1090001", "林𠮷堃", "109/01/02", "低收入戶資格審查", "歸檔", 1]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@pytest.fixture(scope="module")
def spec() -> FormSpec:
    return load_form("form_2", TEMPLATES)


@pytest.fixture
def run(spec: FormSpec, check_context: CheckContext, tmp_path: Path) -> Callable[..., CheckResult]:
    def made(change: Callable[[Xlsx], None], name: str = "登記簿.xlsx") -> CheckResult:
        book = Xlsx()
        book.worksheets[0].append(HEADER)
        book.worksheets[0].append(ROW)
        change(book)
        book.save(tmp_path / name)
        return check(spec, tmp_path / name, check_context)

    return made


def _sheet(book: Xlsx) -> Worksheet:
    return book.worksheets[0]


def _codes(result: CheckResult) -> list[tuple[str, str]]:
    return [(p.code, p.cell) for p in result.problems]


def _with_sheet_xml(path: Path, rows: str) -> Path:
    """Write an xlsx whose only sheet has this XML: what no library writes by itself."""
    buffer = io.BytesIO()
    Xlsx().save(buffer)
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            changed = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'.encode()
            target.writestr(name, changed if name.endswith("sheet1.xml") else source.read(name))
    return path


def _xml_row(number: int, values: list[str]) -> str:
    cells = "".join(
        f'<c r="{chr(65 + column)}{number}" t="inlineStr"><is><t>{value}</t></is></c>'
        for column, value in enumerate(values)
    )
    return f'<row r="{number}">{cells}</row>'


@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?"])
def test_error_cell_is_a_problem_of_its_own_and_not_an_empty_cell(
    run: Callable[..., CheckResult], error: str
) -> None:
    def change(book: Xlsx) -> None:
        cell = _sheet(book)["B2"]
        cell.value, cell.data_type = error, "e"

    result = run(change)
    assert _codes(result) == [("F178", "B2")]
    assert result.problems[0].value == error


def test_formula_without_a_stored_result_names_its_cell(run: Callable[..., CheckResult]) -> None:
    def change(book: Xlsx) -> None:
        _sheet(book)["B2"] = '="收"&1090001'

    result = run(change)
    assert _codes(result) == [("F179", "B2")]
    assert result.problems[0].value.startswith("=")


def test_formula_with_its_result_is_read_as_the_result(
    spec: FormSpec, check_context: CheckContext, tmp_path: Path
) -> None:
    values = [str(value) for value in ROW]
    formula = '<c r="B2" t="str"><f>"收"&amp;1090001</f><v>收1090001</v></c>'
    plain = '<c r="B2" t="inlineStr"><is><t>收1090001</t></is></c>'
    row = _xml_row(2, values).replace(plain, formula)
    path = _with_sheet_xml(tmp_path / "a.xlsx", _xml_row(1, HEADER) + row)
    result = check(spec, path, check_context)
    assert result.problems == ()
    assert result.documents[0].data["entries"][0]["case_no"] == "收1090001"  # type: ignore[index, call-overload] # JSON


def test_error_in_a_column_that_is_not_read_does_no_harm(run: Callable[..., CheckResult]) -> None:
    def change(book: Xlsx) -> None:
        _sheet(book)["H1"], _sheet(book)["H2"] = "內部欄", "#REF!"
        _sheet(book)["H2"].data_type = "e"

    assert run(change).problems == ()


def test_hidden_sheet_is_left_out_with_a_note(run: Callable[..., CheckResult]) -> None:
    def change(book: Xlsx) -> None:
        book.create_sheet("舊資料").append(HEADER)
        book["舊資料"].sheet_state = "veryHidden"

    result = run(change)
    assert result.problems == ()
    assert [p.value for p in result.warnings if p.code == "F182"] == ["舊資料"]


def test_data_in_a_hidden_sheet_alone_says_so(run: Callable[..., CheckResult]) -> None:
    def change(book: Xlsx) -> None:
        book.create_sheet("封面").append(["封面"])
        _sheet(book).sheet_state = "hidden"
        book.active = 1

    with pytest.raises(InputError) as caught:
        run(change)
    assert caught.value.code == "F118"
    assert caught.value.facts["sheets"] == "Sheet"


def test_hidden_rows_and_columns_are_data_like_any_other(run: Callable[..., CheckResult]) -> None:
    def change(book: Xlsx) -> None:
        _sheet(book).append([*ROW[:1], "收1090002", *ROW[2:]])
        _sheet(book).row_dimensions[3].hidden = True
        _sheet(book).column_dimensions["B"].hidden = True

    assert run(change).rows == 2


def test_days_counted_from_1904_are_the_days_that_the_clerk_sees(run: Callable[..., CheckResult]) -> None:
    def change(book: Xlsx) -> None:
        book.epoch = CALENDAR_MAC_1904
        _sheet(book)["D2"] = date(2020, 1, 2)
        _sheet(book).append([*ROW[:1], "收1090002", ROW[2], 43831 - 1462, *ROW[4:]])
        _sheet(book).append([*ROW[:1], "收1090003", ROW[2], str(43831 - 1462), *ROW[4:]])

    entries = run(change).documents[0].data["entries"]
    assert [e["query_date"] for e in entries] == ["2020-01-02", "2020-01-01", "2020-01-01"]  # type: ignore[union-attr, index, call-overload] # JSON


def test_header_of_two_rows_with_merged_groups_is_read_as_one(
    check_context: CheckContext, tmp_path: Path
) -> None:
    book = Xlsx()
    sheet = _sheet(book)
    sheet.append(["代查授權書一覽表"])
    sheet.merge_cells("A1:F1")
    sheet.append(["授權日期", "授權人", "", "代查人", "", "案件編號"])
    sheet.append(["", "姓名", "職稱", "姓名", "職稱", ""])
    for area in ("A2:A3", "B2:C2", "D2:E2", "F2:F3"):
        sheet.merge_cells(area)
    sheet.append(["109/01/02", "林𠮷堃", "科員", "李四", "助理", "收1090001"])
    book.save(tmp_path / "a.xlsx")
    header = check(load_form("form_3", TEMPLATES), tmp_path / "a.xlsx", check_context).mapping.header
    assert header is not None
    assert header.row == 3
    assert {c.field: c.header for c in header.columns} == {
        "auth_date": "授權日期",
        "authoriser": "授權人／姓名",
        "authoriser_title": "授權人／職稱",
        "proxy": "代查人／姓名",
        "proxy_title": "代查人／職稱",
        "case_no": "案件編號",
    }


def test_same_header_under_two_unknown_groups_is_ambiguous_and_refused(
    check_context: CheckContext, tmp_path: Path
) -> None:
    book = Xlsx()
    sheet = _sheet(book)
    sheet.append(["授權日期", "甲方", "", "乙方", ""])
    sheet.append(["", "授權人姓名", "x", "授權人姓名", "y"])
    for area in ("A1:A2", "B1:C1", "D1:E1"):
        sheet.merge_cells(area)
    sheet.append(["109/01/02", "林𠮷堃", "", "李四", ""])
    book.save(tmp_path / "a.xlsx")
    result = check(load_form("form_3", TEMPLATES), tmp_path / "a.xlsx", check_context)
    assert [(p.cell, p.facts["columns"]) for p in result.problems if p.code == "F115"] == [
        ("D2", "B 甲方／授權人姓名、D 乙方／授權人姓名")
    ]


def test_values_beside_a_merged_header_are_refused_and_not_lost(run: Callable[..., CheckResult]) -> None:
    def change(book: Xlsx) -> None:
        sheet = _sheet(book)
        sheet.merge_cells("G1:H1")
        sheet["H2"] = 5

    result = run(change)
    assert [(p.code, p.facts["beside"], p.facts["example"]) for p in result.problems] == [("F180", "H", "2")]
    assert result.documents == ()


def test_header_merged_over_empty_columns_does_no_harm(run: Callable[..., CheckResult]) -> None:
    assert run(lambda book: _sheet(book).merge_cells("G1:I1")).problems == ()


def test_million_empty_rows_with_formats_are_nothing(
    spec: FormSpec, check_context: CheckContext, tmp_path: Path
) -> None:
    empty = "".join(f'<row r="{n}"><c r="A{n}" s="0"/></row>' for n in range(3, 1_000_001))
    rows = _xml_row(1, HEADER) + _xml_row(2, [str(value) for value in ROW]) + empty
    result = check(spec, _with_sheet_xml(tmp_path / "a.xlsx", rows), check_context)
    assert (result.rows, result.mapping.skipped) == (1, ())


def test_one_value_far_away_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    path = _with_sheet_xml(tmp_path / "a.xlsx", _xml_row(1, HEADER) + far)
    with pytest.raises(InputError) as caught:
        read_workbook(path)
    assert caught.value.code == "F117"
    assert (caught.value.facts["rows"], caught.value.facts["columns"]) == ("1,048,576", "16,384")


def test_far_away_format_without_a_value_is_nothing(tmp_path: Path) -> None:
    far = '<row r="1048576"><c r="XFD1048576" s="0"/></row>'
    path = _with_sheet_xml(tmp_path / "a.xlsx", _xml_row(1, HEADER) + far)
    assert len(read_workbook(path).sheets[0].rows) == 1


def test_repeated_cells_of_an_ods_are_counted_before_they_are_written_out(tmp_path: Path) -> None:
    urn = "urn:oasis:names:tc:opendocument:xmlns"
    names = "".join(f' xmlns:{name}="{urn}:{name}:1.0"' for name in ("office", "table", "text"))
    cell = (
        '<table:table-cell office:value-type="string" table:number-columns-repeated="1000"><text:p>x</text:p>'
    )
    content = (
        f"<office:document-content{names}><office:body><office:spreadsheet>"
        f'<table:table table:name="a"><table:table-row table:number-rows-repeated="1000000">{cell}'
        "</table:table-cell></table:table-row></table:table></office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", content)
    with pytest.raises(InputError) as caught:
        read_workbook(tmp_path / "a.ods")
    assert caught.value.code == "F117"


def test_faults_are_found_across_the_pieces_in_which_a_sheet_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package_parts, "_CHUNK", 1000)
    bad = "".join(f'<row r="{n}"><c r="B{n}" t="e"><v>#N/A</v></c></row>' for n in range(2, 500))
    path = _with_sheet_xml(tmp_path / "a.xlsx", _xml_row(1, HEADER) + bad)
    with zipfile.ZipFile(path) as archive:
        package = package_parts.Package(path.read_bytes(), archive)
        faults = sheet_scan.scan_xlsx(package).sheets["Sheet"].faults
    assert list(faults) == list(range(2, 500))


@pytest.mark.parametrize("member", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_package_with_a_missing_part_is_an_input_error(
    spec: FormSpec, check_context: CheckContext, tmp_path: Path, member: str
) -> None:
    whole = _with_sheet_xml(tmp_path / "whole.xlsx", _xml_row(1, HEADER))
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(tmp_path / "a.xlsx", "w") as target:
        for name in source.namelist():
            if name != member:
                target.writestr(name, source.read(name))
    with pytest.raises(InputError):
        check(spec, tmp_path / "a.xlsx", check_context)


def test_line_with_more_values_than_the_header_is_refused_at_its_row(
    spec: FormSpec, check_context: CheckContext, tmp_path: Path
) -> None:
    lines = [",".join(map(str, line)) for line in (HEADER, ROW, [*ROW[:4], "審查,複查", *ROW[5:]])]
    (tmp_path / "a.csv").write_text("\n".join(lines), encoding="utf-8")
    result = check(spec, tmp_path / "a.csv", check_context)
    assert (3, "F164") in [(p.row, p.code) for p in result.problems]
    assert 2 not in [p.row for p in result.problems]


def test_register_names_its_unit_and_month_in_its_file_name_alone(
    spec: FormSpec, check_context: CheckContext, tmp_path: Path
) -> None:
    lines = [",".join(map(str, line[1:])) for line in (HEADER, ROW)]
    (tmp_path / "登記簿_社會救助科_10901.csv").write_text("\n".join(lines), encoding="utf-8")
    result = check(spec, tmp_path / "登記簿_社會救助科_10901.csv", check_context)
    assert [(d.data["unit"], d.data["period"]) for d in result.documents] == [("社會救助科", "2020-01")]
    assert [(p.column, p.value) for p in result.warnings if p.code == "F176"] == [
        ("使用單位", "社會救助科"),
        ("登記期間", "10901"),
    ]


def test_file_name_never_overrules_what_the_table_says(
    spec: FormSpec, check_context: CheckContext, tmp_path: Path
) -> None:
    lines = [",".join(map(str, line)) for line in (HEADER, ["老人福利科", *ROW[1:]])]
    (tmp_path / "登記簿_社會救助科.csv").write_text("\n".join(lines), encoding="utf-8")
    result = check(spec, tmp_path / "登記簿_社會救助科.csv", check_context)
    assert [d.data["unit"] for d in result.documents] == ["老人福利科"]


def test_unit_manager_among_the_users_is_a_warning(
    spec: FormSpec, check_context: CheckContext, tmp_path: Path
) -> None:
    book = Xlsx()
    _sheet(book).title = "明細"
    for row in (HEADER, ROW):
        _sheet(book).append(row)
    book.create_sheet("表頭").append(["使用單位管理者", "林𠮷堃"])
    book.save(tmp_path / "a.xlsx")
    result = check(spec, tmp_path / "a.xlsx", check_context)
    assert "F152" in {p.code for p in result.warnings}
    assert len(result.documents) == 1


def test_account_on_file_is_refused_for_a_new_application_alone(
    check_context: CheckContext, tmp_path: Path
) -> None:
    spec = load_form("form_1_2", TEMPLATES)
    header = ["申請日期", "申請類別", "我的e政府帳號"]
    lines = [header, ["108/08/16", "新增", "sa1"], ["108/08/16", "異動", "sa2"], ["108/08/16", "註銷", "sa3"]]
    (tmp_path / "a.csv").write_text("\n".join(",".join(line) for line in lines), encoding="utf-8")
    context = replace(check_context, taken_accounts={"sa1", "sa2", "sa3"})
    result = check(spec, tmp_path / "a.csv", context)
    assert [p.row for p in result.problems if p.code == "F140"] == [2]


def test_a_statute_of_the_ready_made_table_is_accepted_in_any_spelling_with_a_warning(
    run: Callable[..., CheckResult],
) -> None:
    def change(book: Xlsx) -> None:
        _sheet(book)["H1"] = "法令依據"
        _sheet(book)["H2"] = "社會救助法 §44-3、家暴法第五十八條"

    result = run(change)
    assert result.problems == ()
    assert result.documents[0].data["entries"][0]["legal_basis"] == [  # type: ignore[index, call-overload] # JSON
        "社會救助法第44條之3",
        "家庭暴力防治法第58條",
    ]
    assert [p.facts["got"] for p in result.warnings if p.code == "F184"] == ["家庭暴力防治法第58條"]


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not here")
@pytest.mark.parametrize("kind", ["ods", "xls"])
def test_workbook_that_libreoffice_saved_is_read_alike(
    spec: FormSpec, check_context: CheckContext, tmp_path: Path, kind: str
) -> None:
    book = Xlsx()
    for row in (HEADER, ROW):
        _sheet(book).append(row)
    _sheet(book).append([*ROW[:1], "=1/0", *ROW[2:]])
    book.save(tmp_path / "a.xlsx")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "a.xlsx")], check=True, capture_output=True, timeout=120)
    result = check(spec, tmp_path / f"a.{kind}", check_context)
    assert result.rows == 2
    assert [(p.row, p.code) for p in result.problems] == [(3, "F178")]
