"""What the forms commands show on screen: headings that people know, and tables of a length that can be read."""

import shutil
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
    (folder / "fields.toml").write_text(
        f'[form]\nid = "{form}"\ntitle = "表"\n{line}\n\n[[field]]\nkey = "name"\nlabel = "姓名"\ntype = "str"\n',
        encoding="utf-8",
    )
