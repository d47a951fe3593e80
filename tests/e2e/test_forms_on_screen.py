"""What the forms commands show on screen: headings that people know, tables that can be read."""

import json
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from tests.e2e.conftest import Program

ROOT: Final = Path(__file__).resolve().parents[2]
EXAMPLES: Final = ROOT / "examples"


@pytest.fixture(scope="module")
def workspace(webir: "Program", tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("screen") / "workspace"
    done = webir("init", root, "--agency", EXAMPLES / "機關設定.json")
    assert done.returncode == 0, done.stderr
    return root


def test_list_calls_a_set_by_the_name_that_its_data_gives(webir: "Program", workspace: Path) -> None:
    shown = webir("-w", workspace, "forms", "list").stdout
    assert "高雄市政府環境保護局" in shown
    assert "kaohsiung-epb" not in shown
    assert "Kaohsiung" in webir("-w", workspace, "forms", "list", "--lang", "en").stdout


def test_list_shows_an_own_set_by_its_name_or_else_as_it_is_written(
    webir: "Program", workspace: Path, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    shutil.copytree(workspace, own)
    _own_form(own, "keys", 'set = "our-agency"\nset_title = "福安區公所自訂表單"')
    _own_form(own, "lamps", 'set = "our-agency"')
    _own_form(own, "boxes", 'set = "third-floor"')
    _own_form(own, "doors", "")
    shown = webir("-w", own, "forms", "list").stdout
    assert "our-agency" not in shown
    assert shown.count("福安區公所自訂表單") == 1
    headings = [line.strip() for line in shown.splitlines()]
    assert {"third-floor", "機關自己的表單"} <= set(headings)


def _own_form(workspace: Path, form: str, line: str) -> None:
    """Put a form of one field into the templates of a workspace."""
    folder = workspace / "templates" / form
    folder.mkdir(parents=True)
    field = '[[field]]\nkey = "name"\nlabel = "姓名"\ntype = "str"'
    (folder / "fields.toml").write_text(
        f'[form]\nid = "{form}"\ntitle = "表"\n{line}\n\n{field}\n', encoding="utf-8"
    )


def _rows(tmp_path: Path, count: int) -> Path:
    """Write a register whose rows have one problem each: no such day."""
    header = "使用單位,案件編號,查詢人員,查詢人員帳號,查詢日期,查詢目的,法令依據,資料處理方式,查詢筆數"
    row = "社會課,收{n},林𠮷堃,sa1,109/02/30,低收入戶審核,社會救助法第44條之3,歸檔,1"
    path = tmp_path / f"{count}.csv"
    path.write_text("\n".join([header, *(row.format(n=n) for n in range(count))]), encoding="utf-8")
    return path


def test_check_shows_two_hundred_problems_as_a_table_and_counts_the_rest(
    webir: "Program", workspace: Path, tmp_path: Path
) -> None:
    words = ("-w", workspace, "forms", "check", "form_2", _rows(tmp_path, 201))
    done, full = webir(*words), webir(*words, "--json")
    assert (done.returncode, full.returncode) == (1, 1)
    lines = done.stdout.splitlines()
    assert sum("F123" in line for line in lines) == 200
    assert all(line.startswith("│") for line in lines if "F123" in line)
    counted = next(line for line in lines if "--annotate" in line and "--json" in line)
    assert "1 項" in counted
    assert [p["code"] for p in json.loads(full.stdout)["problems"]].count("F123") == 201


def test_check_says_what_a_marked_copy_lacks(webir: "Program", workspace: Path, tmp_path: Path) -> None:
    source, copy = tmp_path / "macros.xlsm", tmp_path / "copy.xlsx"
    shutil.copyfile(EXAMPLES / "附件3_代查授權書.xlsx", source)
    with zipfile.ZipFile(source, "a") as package:
        package.writestr("xl/vbaProject.bin", b"x")
    said = webir("-w", workspace, "forms", "check", "form_3", source, "--annotate", copy).stderr
    assert "標註檔中沒有：巨集" in said
    assert copy.is_file()


@pytest.mark.parametrize("example", [True, False], ids=["blank", "no-column"])
def test_count_says_that_no_row_can_be_used_when_the_file_as_a_whole_is_wrong(
    webir: "Program", workspace: Path, tmp_path: Path, *, example: bool
) -> None:
    path = tmp_path / ("blank.xlsx" if example else "list.csv")
    if example:
        webir("-w", workspace, "forms", "blank", "form_2", "-o", path)
    else:
        path.write_text("使用單位,案件編號\n社會課,收1\n社會課,收2\n", encoding="utf-8")
    shown = webir("-w", workspace, "forms", "check", "form_2", path).stdout
    assert f"共 {1 if example else 2} 列：都不能使用" in shown
    assert "列正確" not in shown


def test_remark_names_its_column_once(webir: "Program", workspace: Path, tmp_path: Path) -> None:
    path = tmp_path / "登記簿_社會課_10901.csv"
    path.write_text(_rows(tmp_path, 1).read_text(encoding="utf-8"), encoding="utf-8")
    said = webir("-w", workspace, "forms", "check", "form_2", path).stderr
    assert "沒有「查詢項目」欄" in said
    assert "查詢項目：沒有「查詢項目」欄" not in said


def test_marked_copy_must_be_named_as_what_it_is(webir: "Program", workspace: Path, tmp_path: Path) -> None:
    words = ("forms", "check", "form_2", _rows(tmp_path, 1), "--annotate", tmp_path / "copy.csv")
    done = webir("-w", workspace, *words)
    assert (done.returncode, "U005" in done.stderr, ".xlsx" in done.stderr) == (2, True, True)
    template = ROOT / "templates/form_2/form.odt"
    done = webir("forms", "lint", template, "--annotate", tmp_path / "copy.docx")
    assert (done.returncode, "U005" in done.stderr, ".odt" in done.stderr) == (2, True, True)
    assert not list(tmp_path.glob("copy.*"))


def test_fill_names_some_of_the_rows_left_out_and_counts_them_all(
    webir: "Program", workspace: Path, tmp_path: Path
) -> None:
    done = webir("-w", workspace, "forms", "fill", "form_2", _rows(tmp_path, 201), "-o", tmp_path / "out")
    left = next(line for line in done.stdout.splitlines() if "未列入" in line)
    assert left.count("F123") == 20
    assert "201" in left
