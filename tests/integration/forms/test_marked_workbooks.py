"""A clerk gets her own workbook back with the problems marked, and nothing else changed."""

import csv
import io
import json
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest
from openpyxl import Workbook as Xlsx
from openpyxl.styles import Font, PatternFill

from webir_records.forms.annotating import (
    ERROR_COLOUR,
    WARNING_COLOUR,
    annotate_workbook,
    write_annotated,
)
from webir_records.forms.checking import CheckContext, CheckResult, check
from webir_records.forms.inputs import RESULT_SHEET
from webir_records.forms.messages import MESSAGES
from webir_records.forms.specs import load_form
from webir_records.model.errors import InputError
from webir_records.model.texts import Texts

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
HEADER = ["使用單位", "案件編號", "查詢人員", "查詢日期", "查詢目的", "資料處理方式", "查詢筆數"]
ROW = ["社會救助科", "收1090001", "林𠮷堃", "109/01/02", "低收入戶資格審查", "歸檔", 1]
ATTACKS = ["=1+1", '=HYPERLINK("http://example.test","x")', "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1"]


def _say(code: str, facts: object) -> str:
    assert isinstance(facts, dict)
    return Texts.load("en").text(MESSAGES[code], **facts)


def _book(*rows: list[object]) -> Xlsx:
    book = Xlsx()
    for row in (["查詢資料登記簿"], HEADER, ROW, *rows):
        book.worksheets[0].append(row)
    return book


def _checked(path: Path, context: CheckContext) -> CheckResult:
    return check(load_form("form_2", TEMPLATES), path, context)


def _marked(path: Path, context: CheckContext) -> tuple[CheckResult, Xlsx, bytes]:
    result = _checked(path, context)
    data = annotate_workbook(path, result, _say).data
    return result, openpyxl.load_workbook(io.BytesIO(data)), data


def _list(book: Xlsx) -> list[list[str]]:
    return [[str(cell.value or "") for cell in row] for row in book[RESULT_SHEET].iter_rows(min_row=2)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    book = _book(["社會救助科", "", "李四", "109/02/30", "業務需要", "歸檔", 1])
    sheet = book.worksheets[0]
    sheet["B3"].font, sheet["B3"].fill = Font(bold=True), PatternFill("solid", fgColor="00FF00")
    sheet.column_dimensions["C"].width = 33
    sheet["I3"] = "=1+1"
    sheet.merge_cells("A1:G1")
    book.create_sheet("內部").sheet_state = "hidden"
    book.save(tmp_path / "登記簿.xlsx")
    return tmp_path / "登記簿.xlsx"


def test_bad_cells_are_coloured_and_say_why(path: Path, check_context: CheckContext) -> None:
    result, book, _ = _marked(path, check_context)
    sheet = book["Sheet"]
    assert {p.cell for p in result.problems} == {"B4", "D4"}
    for problem in result.problems:
        cell = sheet[problem.cell]
        assert cell.fill.fgColor.rgb[-6:] == ERROR_COLOUR
        assert _say(problem.code, dict(problem.facts)) in cell.comment.text
        assert problem.clause in cell.comment.text
    assert sheet["E4"].fill.fgColor.rgb[-6:] == WARNING_COLOUR
    assert sheet["C4"].comment is None


def test_everything_else_of_the_workbook_stays(path: Path, check_context: CheckContext) -> None:
    before = path.read_bytes()
    _, book, _ = _marked(path, check_context)
    sheet = book["Sheet"]
    assert (sheet["B3"].font.bold, sheet["B3"].fill.fgColor.rgb[-6:]) == (True, "00FF00")
    assert sheet.column_dimensions["C"].width == 33
    assert (sheet["I3"].value, sheet["I3"].data_type) == ("=1+1", "f")
    assert [str(area) for area in sheet.merged_cells.ranges] == ["A1:G1"]
    assert book["內部"].sheet_state == "hidden"
    assert book.sheetnames == [RESULT_SHEET, "Sheet", "內部"]
    assert path.read_bytes() == before


def test_list_has_every_problem_with_a_link_to_its_cell(path: Path, check_context: CheckContext) -> None:
    result, book, _ = _marked(path, check_context)
    listed = {(line[1], line[2], line[8]) for line in _list(book)}
    assert listed == {(str(p.row), p.column, p.code) for p in (*result.problems, *result.warnings)}
    links = {link.location for row in book[RESULT_SHEET].iter_rows() for c in row if (link := c.hyperlink)}
    assert {"'Sheet'!B4", "'Sheet'!D4"} <= links


def test_marked_workbook_can_be_mended_and_checked_again(path: Path, check_context: CheckContext) -> None:
    _, book, _ = _marked(path, check_context)
    book["Sheet"]["B4"], book["Sheet"]["D4"] = "收1090002", "109/02/03"
    book.save(path)
    result, again, _ = _marked(path, check_context)
    assert result.problems == ()
    assert again["Sheet"]["B4"].comment is None
    assert again["Sheet"]["B4"].fill.fgColor.rgb[-6:] != ERROR_COLOUR
    assert again.sheetnames.count(RESULT_SHEET) == 1


def test_comment_of_the_clerk_stays_above_ours(path: Path, check_context: CheckContext) -> None:
    book = openpyxl.load_workbook(path)
    book["Sheet"]["B4"].comment = openpyxl.comments.Comment("問過王科長", "李四")
    book.save(path)
    for _ in range(2):
        _, marked, data = _marked(path, check_context)
        assert marked["Sheet"]["B4"].comment.text.startswith("問過王科長\n")
        assert marked["Sheet"]["B4"].comment.text.count("問過王科長") == 1
        path.write_bytes(data)


def test_same_input_gives_the_same_bytes(path: Path, check_context: CheckContext) -> None:
    result = _checked(path, check_context)
    assert annotate_workbook(path, result, _say) == annotate_workbook(path, result, _say)


def test_workbook_without_problems_says_so(tmp_path: Path, check_context: CheckContext) -> None:
    book = _book()
    header, row = HEADER[:], ROW[:]
    sheet = book.worksheets[0]
    extra = {
        "查詢人員帳號": "sa1",
        "法令依據": "社會救助法第44條之3",
        "被查詢人統一編號": "A123456789",
        "查詢項目": "投保",
    }
    for column, (name, value) in enumerate(extra.items(), start=len(header) + 1):
        sheet.cell(2, column).value, sheet.cell(3, column).value = name, value
    assert len(row) == len(header)
    book.save(tmp_path / "a.xlsx")
    result, marked, _ = _marked(tmp_path / "a.xlsx", check_context)
    assert (result.problems, result.warnings) == ((), ())
    assert marked[RESULT_SHEET]["A2"].value == "沒有發現問題。"


@pytest.mark.parametrize("attack", ATTACKS)
def test_text_that_starts_like_a_formula_is_written_as_text(
    tmp_path: Path, check_context: CheckContext, attack: str
) -> None:
    with (tmp_path / "a.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([HEADER, [attack, attack, attack, attack, attack, attack, attack]])
    _, book, _ = _marked(tmp_path / "a.csv", check_context)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert all(cell.data_type == "s" for cell in cells)
    found = [cell for cell in cells if str(cell.value).strip() == attack.strip()]
    assert len(found) > len(HEADER)  # in the copy of the data and in the list
    assert all(cell.quotePrefix for cell in found)


def test_csv_comes_back_as_xlsx_with_marks_at_the_same_cells(
    tmp_path: Path, check_context: CheckContext
) -> None:
    lines = [",".join(map(str, line)) for line in (HEADER, ROW, [*ROW[:3], "109/02/30", *ROW[4:]])]
    (tmp_path / "登記[簿].csv").write_text("\n".join(lines), encoding="cp950", errors="replace")
    result, book, _ = _marked(tmp_path / "登記[簿].csv", check_context)
    assert [p.cell for p in result.problems] == ["D3"]
    sheet = book.worksheets[1]
    assert (sheet["D3"].value, sheet["D3"].fill.fgColor.rgb[-6:]) == ("109/02/30", ERROR_COLOUR)


def test_json_comes_back_as_xlsx_with_one_object_a_row(tmp_path: Path, check_context: CheckContext) -> None:
    good = dict(zip(HEADER, ROW, strict=True))
    bad = good | {"查詢日期": "109/02/30", "法令依據": ["a", "b"], "備註": "x\ud800\x07"}
    (tmp_path / "a.json").write_text(json.dumps([good, bad]), encoding="utf-8")
    result, book, _ = _marked(tmp_path / "a.json", check_context)
    sheet = book["資料"]
    row = {str(sheet.cell(1, c).value): sheet.cell(3, c) for c in range(1, sheet.max_column + 1)}
    assert {"F122", "F123"} & {p.code for p in result.problems}
    assert row["查詢日期"].fill.fgColor.rgb[-6:] == ERROR_COLOUR
    assert row["法令依據"].value == "a、b"


@pytest.mark.parametrize("count", [1, 2])
def test_rows_of_json_documents_are_marked_in_sheets_of_their_own(
    tmp_path: Path, check_context: CheckContext, count: int
) -> None:
    good = dict(zip(HEADER[1:], ROW[1:], strict=True))
    bad = good | {"查詢日期": "109/02/30"}
    documents = [{"使用單位": "甲科", "entries": [good, bad]}, {"使用單位": "乙科", "entries": [bad]}][:count]
    (tmp_path / "a.json").write_text(json.dumps(documents), encoding="utf-8")
    _, book, _ = _marked(tmp_path / "a.json", check_context)
    marked = [
        (sheet.title, cell.row, cell.value)
        for sheet in book.worksheets[1:]
        for row in sheet.iter_rows()
        for cell in row
        if cell.fill.fgColor.rgb[-6:] == ERROR_COLOUR
    ]
    expected = [("明細1", 3, "109/02/30"), ("明細2", 2, "109/02/30")]
    assert marked == expected[:count]


def test_marks_on_a_merged_cell_go_to_the_cell_that_is_seen(
    tmp_path: Path, check_context: CheckContext
) -> None:
    book = _book([*ROW[:3], "", *ROW[4:]])
    sheet = book.worksheets[0]
    sheet["D3"] = "109/02/30"
    sheet.merge_cells("D3:D4")
    book.save(tmp_path / "a.xlsx")
    result, marked, _ = _marked(tmp_path / "a.xlsx", check_context)
    assert [p.cell for p in result.problems] == ["D3", "D4"]
    assert marked["Sheet"]["D3"].comment.text.count("109/02/30") == 2


def test_input_is_never_written_over(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(InputError) as caught:
        write_annotated(path, path.parent / "." / path.name, b"x")
    assert caught.value.code == "F226"
    assert path.read_bytes() == before


def test_copy_that_cannot_be_written_is_an_input_error(path: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        write_annotated(path, tmp_path / "nowhere" / "out.xlsx", b"x")
    assert caught.value.code == "F227"
    write_annotated(path, tmp_path / "out.xlsx", b"x")
    assert (tmp_path / "out.xlsx").read_bytes() == b"x"


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not here")
def test_libreoffice_opens_the_copy_and_evaluates_nothing_of_ours(
    tmp_path: Path, check_context: CheckContext
) -> None:
    with (tmp_path / "a.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([HEADER, *([attack] * len(HEADER) for attack in ATTACKS)])
    _, _, data = _marked(tmp_path / "a.csv", check_context)
    (tmp_path / "out.xlsx").write_bytes(data)
    text = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", text, "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "out.xlsx")], check=True, capture_output=True, timeout=120)
    written = [p.read_text(encoding="utf-8") for p in sorted(tmp_path.glob("out-*.csv"))]
    assert len(written) == 2
    for page in written:
        values = {cell.strip() for row in csv.reader(io.StringIO(page)) for cell in row}
        assert {attack.strip() for attack in ATTACKS} <= values
