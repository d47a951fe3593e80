"""The papers of a class B batch at every step: they say what ledger and database say, in every format."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import docx
import odfdo
import pytest

from webir_records.forms.reading import read_workbook
from webir_records.model.errors import InputError
from webir_records.services.context import Workspace
from webir_records.services.destruction import drafting
from webir_records.services.papers import batch_papers
from webir_records.services.papers.batch_papers import KINDS, Wish, write_papers
from webir_records.services.papers.opinion_sheets import read_sheet

APPROVAL = "檔徵字第1150000002號"


def _text(path: Path) -> str:
    """Return all the text of a docx, row by row."""
    document = docx.Document(str(path))
    parts = [paragraph.text for paragraph in document.paragraphs]
    rows = (row for table in document.tables for row in table.rows)
    parts += ["|".join(dict.fromkeys(cell.text for cell in row.cells)) for row in rows]
    return "\n".join(parts)


@pytest.fixture
def made(cycle, workspace: Workspace, tmp_path: Path) -> Callable[..., dict[str, str]]:
    """Make the papers of the batch as it stands at a step; gives the text of each by kind."""

    def make(step: str, **wish: object) -> dict[str, str]:
        batch = cycle.to(step)
        out = tmp_path / f"out-{step}"
        paths = write_papers(workspace, batch, out, Wish(**wish))
        names = {path: path.name.removeprefix(f"{batch}-").removesuffix(".docx") for path in paths}
        return {name: _text(path) for path, name in names.items() if path.suffix == ".docx"}

    return make


def test_all_papers_of_a_drafted_batch_name_the_batch_and_its_catalogue(made, workspace, cycle) -> None:
    papers = made("drafted", reply_by=date(2026, 12, 31), office="臺北市立文獻館")
    view = drafting.show_batch(workspace, cycle.batch)
    assert set(papers) == (set(KINDS) - {"opinions"}) | {"opinions-unit-01", "opinions-unit-02"}
    for kind in ("submission-letter", "opinions-unit-01", "selection"):
        assert view.catalogue_sha256 in papers[kind], kind
    assert all(cycle.batch in text for text in papers.values())
    assert "中華民國115年12月31日" in papers["opinions-unit-02"]
    assert "臺北市立文獻館" in papers["selection"]


def test_plan_says_years_amounts_and_how(made) -> None:
    plan = made("drafted", kinds=("plan",), planned_on=date(2027, 3, 1))["plan"]
    assert "110年" in plan
    assert "2 案　3 卷　6 件" in plan
    assert "臺北市政府" in plan
    assert "■消除電子檔或重新格式化" in plan
    assert "中華民國116年3月1日（奉核准後）" in plan


def test_catalogue_lists_files_and_loose_papers_and_every_item(made, documents) -> None:
    papers = made("drafted", kinds=("catalogue-files", "catalogue-items"))
    assert "勞保局 WebIR 系統內部稽核(109年)" in papers["catalogue-files"].replace("（", "(").replace(
        "）", ")"
    )
    assert "未編案卷" in papers["catalogue-files"]
    assert all(record in papers["catalogue-items"] for record in documents)
    assert "6 件" in papers["catalogue-items"]


def test_letter_goes_the_way_of_the_law(made) -> None:
    letter = made("submitted", kinds=("submission-letter",))["submission-letter"]
    assert "臺北市政府試驗局→臺北市政府→國家發展委員會檔案管理局" in letter
    assert "受文者：臺北市政府" in letter
    assert "北市試字第1150000001號" in letter
    assert "請鑒核並層轉國家發展委員會檔案管理局審核" in letter


def test_answers_of_a_unit_stand_on_its_paper(made) -> None:
    before = made("asked", kinds=("opinions",))
    assert "同意銷毀| 件|延長" in before["opinions-unit-01"]
    after = made("answered", kinds=("opinions",))
    assert "同意銷毀|5 件|延長|0 件" in after["opinions-unit-01"]
    assert "逾期未復者不視為同意" in after["opinions-unit-02"]


def test_after_the_destruction_the_catalogue_is_annotated_and_the_letter_sends_it_again(made) -> None:
    papers = made("annotated")
    for kind in ("catalogue-files", "catalogue-items", "witness"):
        assert APPROVAL in papers[kind], kind
    assert "中華民國115年12月1日" in papers["catalogue-items"]
    assert "已註記核准文號及銷毀日期" in papers["submission-letter"]
    assert "wit-01" in papers["witness"]
    assert "每一紀錄之加密金鑰均已消除" in papers["witness"]


def test_catalogue_as_ods_opens_elsewhere_and_says_the_same(cycle, workspace, tmp_path, documents) -> None:
    batch = cycle.to("drafted")
    wish = Wish(kinds=("catalogue-items", "catalogue-files"), formats=("ods",))
    files, items = write_papers(workspace, batch, tmp_path / "out", wish)
    rows = [list(row.cells) for row in read_workbook(items).sheets[0].rows]
    header = next(row for row in rows if row[0] == "項次")
    ids = {str(row[header.index("備註（紀錄識別碼）")]) for row in rows if str(row[0]).isdecimal()}
    assert ids == set(documents)
    assert odfdo.Document(io.BytesIO(files.read_bytes())).get_type() == "spreadsheet"
    data = items.read_bytes()
    assert data[30:38] == b"mimetype"
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert b"table:formula" not in package.read("content.xml")


def test_empty_sheet_goes_with_the_paper_of_its_unit(cycle, workspace, tmp_path, documents) -> None:
    batch = cycle.to("drafted")
    paths = write_papers(workspace, batch, tmp_path / "out", Wish(kinds=("opinions",)))
    sheet = read_sheet(next(path for path in paths if path.name.endswith("sheet-unit-02.xlsx")))
    assert [answer.record for answer in sheet.answers] == [documents[5]]
    assert sheet.unit == "unit-02"


def test_nothing_is_written_when_a_file_is_there_or_a_kind_is_unknown(cycle, workspace, tmp_path) -> None:
    batch, out = cycle.to("drafted"), tmp_path / "out"
    out.mkdir()
    (out / f"{batch}-witness.docx").write_bytes(b"mine")
    with pytest.raises(InputError, match="U012"):
        write_papers(workspace, batch, out, Wish(kinds=("plan", "witness")))
    with pytest.raises(InputError, match="U362"):
        write_papers(workspace, batch, out, Wish(kinds=("poem",)))
    with pytest.raises(InputError, match="U110"):
        write_papers(workspace, batch, out, Wish(formats=("rtf",)))
    with pytest.raises(InputError, match="U161"):
        write_papers(workspace, "B2020-9", out, Wish())
    assert [path.name for path in out.iterdir()] == [f"{batch}-witness.docx"]


def test_papers_change_nothing_in_the_workspace(cycle, workspace, tmp_path) -> None:
    batch = cycle.to("drafted")
    before = workspace.archive.ledger.head()
    write_papers(workspace, batch, tmp_path / "out", Wish())
    assert workspace.archive.ledger.head() == before


def test_catalogue_too_long_for_a_pdf_is_refused_before_the_work_starts(
    cycle, workspace, tmp_path, monkeypatch
) -> None:
    batch, out = cycle.to("drafted"), tmp_path / "papers"
    monkeypatch.setattr(batch_papers, "MOST_PDF_LINES", 5)  # six lie on it
    with pytest.raises(InputError, match="U369"):
        write_papers(workspace, batch, out, Wish(formats=("docx", "pdf")))
    assert not out.exists()
    write_papers(workspace, batch, out, Wish(kinds=("catalogue-items",), formats=("docx", "ods")))
    assert len(list(out.iterdir())) == 2
