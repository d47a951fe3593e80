"""The forms commands as a clerk types them: check and mark, lint, preview, fill every format, own layouts."""

import io
import json
import shutil
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from webir_records.bootstrap import find_soffice

if TYPE_CHECKING:
    from tests.e2e.conftest import Done, Program

ROOT: Final = Path(__file__).resolve().parents[2]
EXAMPLES: Final = ROOT / "examples"
APPLICATIONS: Final = EXAMPLES / "附件1-2_使用者申請.xlsx"
FORM: Final = ROOT / "templates/form_1_2"
OneObject = Callable[["Done"], dict[str, Any]]


@pytest.fixture(scope="module")
def workspace(webir: "Program", tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("forms") / "workspace"
    done = webir("init", root, "--agency", EXAMPLES / "機關設定.json")
    assert done.returncode == 0, done.stderr
    return root


def test_check_marks_every_problem_in_a_copy_and_leaves_the_file_alone(
    webir: "Program", workspace: Path, tmp_path: Path, one_object: OneObject
) -> None:
    before, marked = APPLICATIONS.read_bytes(), tmp_path / "marked.xlsx"
    done = webir("-w", workspace, "forms", "check", "form_1_2", APPLICATIONS, "--annotate", marked, "--json")
    report = one_object(done)
    assert done.returncode == 1
    assert report["annotated"] == str(marked)
    assert APPLICATIONS.read_bytes() == before
    book = openpyxl.load_workbook(marked)
    cells = {p["cell"] for p in report["problems"] if p["cell"]}
    assert cells
    sheet = book[next(p["sheet"] for p in report["problems"] if p["cell"])]
    for cell in cells:
        assert sheet[cell].comment is not None
        assert sheet[cell].fill.fgColor.rgb not in {None, "00000000"}


def test_check_never_writes_over_a_file(webir: "Program", workspace: Path, tmp_path: Path) -> None:
    there = tmp_path / "there.xlsx"
    there.write_bytes(b"mine")
    done = webir("-w", workspace, "forms", "check", "form_1_2", APPLICATIONS, "--annotate", there)
    assert done.returncode == 2
    assert "U012" in done.stderr
    assert there.read_bytes() == b"mine"


def test_a_kept_mapping_is_used_the_next_time(
    webir: "Program", workspace: Path, tmp_path: Path, one_object: OneObject
) -> None:
    check = ("-w", workspace, "forms", "check", "form_1_2", APPLICATIONS, "--json")
    header = next(c["header"] for c in one_object(webir(*check))["mapping"] if c["field"] == "name")
    odd = tmp_path / "odd.xlsx"
    book = openpyxl.load_workbook(APPLICATIONS)
    cell = next(cell for row in book.active.iter_rows() for cell in row if cell.value == header)
    cell.value = "誰要申請"
    book.save(odd)
    first = one_object(webir("-w", workspace, "forms", "check", "form_1_2", odd, "--json"))
    assert "F113" in {p["code"] for p in first["problems"]}
    mapping = tmp_path / "mapping.toml"
    kept = one_object(webir(*check, "--save-mapping"))
    text = Path(kept["kept_mapping"]).read_text(encoding="utf-8")
    mapping.write_text(text.replace(f'"{header}"', '"誰要申請"'), encoding="utf-8")
    Path(kept["kept_mapping"]).unlink()
    again = one_object(
        webir("-w", workspace, "forms", "check", "form_1_2", odd, "--mapping", mapping, "--json")
    )
    assert "F113" not in {p["code"] for p in again["problems"]}
    assert again["valid"] > first["valid"]


@pytest.mark.parametrize("kind", ["docx", "odt"])
def test_lint_finds_nothing_in_a_shipped_template(webir: "Program", kind: str, one_object: OneObject) -> None:
    done = webir("forms", "lint", FORM / f"form.{kind}", "--form", "form_1_2", "--json")
    assert done.returncode == 0, done.stdout
    assert one_object(done)["findings"] == []


def test_lint_says_what_is_wrong_where_and_marks_it(
    webir: "Program", tmp_path: Path, one_object: OneObject
) -> None:
    broken = _edited(FORM / "form.docx", tmp_path / "broken.docx", "{{ purpose }}", "{{ purpos }}")
    out = tmp_path / "marked.docx"
    done = webir("forms", "lint", broken, "--form", "form_1_2", "--annotate", out, "--json")
    report = one_object(done)
    assert done.returncode == 1
    assert any("purpos" in f["message"] and f["place"]["text"] for f in report["findings"])
    with zipfile.ZipFile(out) as package:
        comments = package.read("word/comments.xml")
    assert b"purpos" in comments
    _assert_of_today(comments, b'w:date="')


def test_comments_in_an_opendocument_copy_carry_the_date_of_the_run(webir: "Program", tmp_path: Path) -> None:
    out = tmp_path / "marked.odt"
    webir("forms", "lint", ROOT / "templates/form_2/form.odt", "--form", "form_3", "--annotate", out)
    with zipfile.ZipFile(out) as package:
        _assert_of_today(package.read("content.xml"), b"<dc:date>")


def _assert_of_today(xml: bytes, before: bytes) -> None:
    """Assert that something was noted, and each time within the hour, in the offices' zone."""
    moments = [part[:19].decode() for part in xml.split(before)[1:]]
    assert moments
    now = datetime.now(ZoneInfo("Asia/Taipei")).replace(tzinfo=None)
    for moment in moments:
        assert abs(now - datetime.fromisoformat(moment)) < timedelta(hours=1)


def test_fill_makes_docx_and_odt_without_libreoffice(
    webir: "Program", workspace: Path, tmp_path: Path, one_object: OneObject
) -> None:
    words = ("forms", "fill", "form_1_2", APPLICATIONS, "-o", tmp_path / "out", "--to", "docx,odt")
    done = webir("-w", workspace, *words, "--json")
    report = one_object(done)
    assert done.returncode == 1  # some rows are wrong
    names = {Path(f["path"]).suffix for f in report["files"]}
    assert names == {".docx", ".odt"}
    assert len(report["files"]) == 2 * report["valid"]
    for file in report["files"]:
        assert zipfile.ZipFile(file["path"]).testzip() is None


@pytest.mark.libreoffice
def test_preview_draws_pages_and_numbers_nothing(
    webir: "Program", workspace: Path, tmp_path: Path, one_object: OneObject
) -> None:
    soffice = find_soffice({})
    if soffice is None:
        pytest.skip("LibreOffice is not installed")
    out = tmp_path / "pictures"
    done = webir(
        "-w", workspace, "forms", "preview", "form_1_2", APPLICATIONS, "--rows", "1-2", "-o", out, "--json",
        variables={"WEBIR_SOFFICE": str(soffice)},
    )  # fmt: skip
    pictures = one_object(done)["pictures"]
    assert {p["document"] for p in pictures} == {1, 2}
    for picture in pictures:
        assert Path(picture["path"]).read_bytes().startswith(b"\x89PNG\r\n")


def test_an_agencys_own_layout_in_the_workspace_comes_first(
    webir: "Program", workspace: Path, tmp_path: Path, one_object: OneObject
) -> None:
    own = tmp_path / "own"
    shutil.copytree(workspace, own)
    folder = own / "templates/form_1_2"
    folder.mkdir(parents=True)
    _edited(FORM / "form.docx", folder / "form.docx", "申請目的", "申請之目的")
    done = webir("-w", own, "forms", "fill", "form_1_2", APPLICATIONS, "-o", tmp_path / "out", "--json")
    files = one_object(done)["files"]
    assert files
    body = zipfile.ZipFile(io.BytesIO(Path(files[0]["path"]).read_bytes())).read("word/document.xml")
    assert "申請之目的" in body.decode("utf-8")


def test_a_broken_own_layout_is_named_before_anything_is_numbered(
    webir: "Program", workspace: Path, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    shutil.copytree(workspace, own)
    folder = own / "templates/form_1_2"
    folder.mkdir(parents=True)
    _edited(FORM / "form.docx", folder / "form.docx", "{{ purpose }}", "{{ purpos }}")
    done = webir("-w", own, "forms", "fill", "form_1_2", APPLICATIONS, "-o", tmp_path / "out")
    assert done.returncode == 2
    assert "purpos" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("text", ["0", "3-1", "a", "1-", "1,2", "-1"])
def test_preview_refuses_what_names_no_documents(
    webir: "Program", workspace: Path, tmp_path: Path, text: str
) -> None:
    done = webir(
        "-w", workspace, "forms", "preview", "form_1_2", APPLICATIONS, f"--rows={text}", "-o", tmp_path / "p"
    )
    assert done.returncode == 2
    assert "U181" in done.stderr


@pytest.mark.parametrize(
    ("image", "code"),
    [("seal", "U184"), ("qr=x.png", "U184"), ("1a=x.png", "U184"), ("seal=none.png", "U185")],
)
def test_fill_refuses_pictures_that_it_cannot_place(
    webir: "Program", workspace: Path, tmp_path: Path, image: str, code: str
) -> None:
    done = webir(
        "-w", workspace, "forms", "fill", "form_1_2", APPLICATIONS, "-o", tmp_path / "out", "--image", image
    )
    assert done.returncode == 2
    assert code in done.stderr
    assert not (tmp_path / "out").exists()


def _edited(source: Path, target: Path, old: str, new: str) -> Path:
    """Copy a template with another text in its body."""
    with zipfile.ZipFile(source) as package, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for member in package.infolist():
            data = package.read(member)
            if member.filename == "word/document.xml":
                assert old.encode() in data
                data = data.replace(old.encode(), new.encode())
            copy.writestr(member.filename, data)
    return target


def test_a_copied_form_comes_before_the_shipped_one_and_is_never_written_over(
    webir: "Program", workspace: Path, tmp_path: Path, one_object: OneObject
) -> None:
    own = tmp_path / "own"
    shutil.copytree(workspace, own)
    folder = Path(one_object(webir("-w", own, "forms", "copy", "form_1_2", "--json"))["folder"])
    assert folder == own / "templates/form_1_2"
    fields = folder / "fields.toml"
    fields.write_text(fields.read_text(encoding="utf-8").replace("申請目的", "申請之目的"), encoding="utf-8")
    shown = one_object(webir("-w", own, "forms", "show", "form_1_2", "--json"))
    assert "申請之目的" in {field["label"] for field in shown["fields"]}
    again = webir("-w", own, "forms", "copy", "form_1_2")
    assert again.returncode == 2
    assert "申請之目的" in fields.read_text(encoding="utf-8")


def test_a_form_without_a_retention_rule_is_filled_but_not_filed(
    webir: "Program", workspace: Path, tmp_path: Path
) -> None:
    data = json.loads((ROOT / "templates/kaohsiung_proxy/specimen.json").read_text(encoding="utf-8"))
    one = tmp_path / "one.json"
    without = {k: v for k, v in data.items() if k not in {"agency_name", "agency_code", "business_items"}}
    one.write_text(json.dumps(without, ensure_ascii=False), encoding="utf-8")
    done = webir("-w", workspace, "records", "file", "kaohsiung_proxy", one)
    assert done.returncode == 2
    assert "R130" in done.stderr
