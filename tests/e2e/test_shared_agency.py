"""The agency of ../shared/data, from its spreadsheet to a verified archive, as its clerk types it."""

import io
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import docx
import openpyxl
import pytest

if TYPE_CHECKING:
    from tests.e2e.conftest import Done, Program

AGENCY: Final = Path(__file__).resolve().parents[2].parent / "shared/data/social-affairs"
SHEET: Final = AGENCY / "附件1-2_使用者申請.xlsx"
RARE: Final = ("O'Brien & 李<小>明", "林𠮷堃")
HEADERS: Final = {"帳號": "我的e政府帳號", "憑證上傳": "自然人憑證上傳完成日"}
"""Fields that the key names more briefly than the sheet does."""

pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(not AGENCY.is_dir(), reason="../shared/data/social-affairs is not here"),
]
OneObject = Callable[["Done"], dict[str, Any]]
Choose = Callable[[Path, Callable[[Mapping[str, str]], bool]], Path]


@dataclass(frozen=True)
class Filed:
    """A workspace in which the agency's applications were checked and filed, and what the program said."""

    root: Path
    checked: "Done"
    filed: "Done"


@pytest.fixture(scope="module")
def agency(webir: "Program", one_object: OneObject, tmp_path_factory: pytest.TempPathFactory) -> Filed:
    folder = tmp_path_factory.mktemp("agency")
    made = webir("init", "w", "--agency", AGENCY / "機關設定.json", "--json", cwd=folder)
    assert made.returncode == 0
    assert one_object(made)["agency"] == "379300000A"
    checked = webir("-ww", "forms", "check", "form_1_2", SHEET, "--json", cwd=folder)
    filed = webir("-ww", "records", "file", "form_1_2", SHEET, "--json", cwd=folder)
    return Filed(folder / "w", checked, filed)


def test_check_finds_exactly_the_bad_rows_of_the_key_with_column_and_clause(
    agency: Filed, one_object: OneObject
) -> None:
    key = json.loads((AGENCY / "answers.json").read_text(encoding="utf-8"))["bad_applications"]
    found = one_object(agency.checked)
    assert agency.checked.returncode == 1
    assert (found["rows"], found["valid"]) == (49, 42)
    assert [(p["row"], p["column"]) for p in found["problems"]] == [
        (bad["row"], HEADERS.get(bad["field"], bad["field"])) for bad in key
    ]
    clauses = {p["row"]: p["clause"] for p in found["problems"]}
    assert {bad["row"]: clauses[bad["row"]] for bad in key if "clause" in bad} == {
        bad["row"]: bad["clause"] for bad in key if "clause" in bad
    }


def test_all_other_rows_are_filed_and_the_archive_verifies(
    agency: Filed, webir: "Program", one_object: OneObject
) -> None:
    filed = one_object(agency.filed)
    bad = {problem["row"] for problem in filed["problems"]}
    rows = [row for item in filed["filed"] for row in item["rows"]]
    assert sorted({*rows, *bad}) == list(range(2, 51))
    assert (len(rows), filed["renditions"]) == (42, ["docx"])
    verified = webir("-w", agency.root, "verify", "--level", "full", "--json")
    report = one_object(verified)
    assert (verified.returncode, report["verdict"], report["records"]) == (0, "valid", {"OK": 42})


@pytest.mark.parametrize("name", RARE)
def test_names_come_out_of_the_archive_intact_as_data_and_in_the_docx(
    agency: Filed, webir: "Program", one_object: OneObject, tmp_path: Path, name: str
) -> None:
    row = _row_of(name)
    (form_no,) = [item["form_no"] for item in one_object(agency.filed)["filed"] if item["rows"] == [row]]
    exported = one_object(webir("-w", agency.root, "records", "export", form_no, "-o", tmp_path, "--json"))
    paths = {Path(path).name: Path(path) for path in exported["files"]}
    assert json.loads(paths["data.json"].read_bytes())["name"] == name
    document = docx.Document(io.BytesIO(paths["form.docx"].read_bytes()))
    cells = {cell.text for table in document.tables for line in table.rows for cell in line.cells}
    assert name in cells


@pytest.mark.libreoffice
def test_names_come_out_intact_in_the_pdf(
    agency: Filed, webir: "Program", one_object: OneObject, chosen_rows: Choose, tmp_path: Path
) -> None:
    pdftotext = shutil.which("pdftotext")
    if pdftotext is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    rows = chosen_rows(SHEET, lambda row: row["姓名"] in RARE)
    options = ("-o", tmp_path / "out", "--to", "pdf", "--json")
    done = webir("-w", agency.root, "forms", "fill", "form_1_2", rows, *options, variables={})
    files = [file["path"] for file in one_object(done)["files"]]
    assert (done.returncode, len(files)) == (0, len(RARE))
    # pypdf gives characters of a second font out of order; poppler sorts by place on the page, as eyes do
    texts = [type(webir)((pdftotext, "-layout"), webir.home)(path, "-").stdout for path in files]
    assert {name for name in RARE if any(name in text for text in texts)} == set(RARE)


def _row_of(name: str) -> int:
    """Return the row of the spreadsheet in which a name stands."""
    sheet = openpyxl.load_workbook(SHEET).worksheets[0]
    (row,) = [cell.row for column in sheet.columns for cell in column if cell.value == name]
    return int(row)
