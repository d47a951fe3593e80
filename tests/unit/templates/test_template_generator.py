"""The program that draws the layouts gives the committed files, every time."""

import importlib.util
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[3]


def _load() -> ModuleType:
    """Load the program as `python tools/build_templates.py` would: with its folder in front."""
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        spec = importlib.util.spec_from_file_location(
            "build_templates_tool", ROOT / "tools/build_templates.py"
        )
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(ROOT / "tools"))
    return module


tool = _load()


@pytest.mark.parametrize("form", tool.LAYOUTS)
def test_layout_drawn_twice_has_the_same_bytes(form: str) -> None:
    assert tool.build(tool.LAYOUTS[form]()) == tool.build(tool.LAYOUTS[form]())


@pytest.mark.parametrize("form", tool.LAYOUTS)
def test_committed_layout_is_what_the_program_draws(form: str) -> None:
    assert tool.is_current(ROOT / f"templates/{form}/form.docx", tool.build(tool.LAYOUTS[form]()))


@pytest.mark.parametrize("form", tool.LAYOUTS)
def test_layout_holds_no_date_of_the_day_it_was_drawn(form: str) -> None:
    data = tool.build(tool.LAYOUTS[form]())
    assert {moment for _, moment, _ in tool.members(data)} == {(1980, 1, 1, 0, 0, 0)}


def test_changed_layout_is_reported_and_not_written_when_only_checking(tmp_path: Path) -> None:
    data = tool.build(tool.LAYOUTS["form_3"]())
    with zipfile.ZipFile(BytesIO(data)) as package:
        first = package.namelist()[0]
    changed = BytesIO()
    with zipfile.ZipFile(changed, "w") as package:
        package.writestr(first, "other")
    path = tmp_path / "form.docx"
    path.write_bytes(changed.getvalue())
    assert not tool.is_current(path, data)
    assert path.read_bytes() == changed.getvalue()


def test_row_that_does_not_cover_the_grid_is_refused() -> None:
    wordml = sys.modules["layout.wordml"]
    table = wordml.Table((100, 100, 100), (wordml.Row((wordml.Cell(),)),))
    with pytest.raises(ValueError, match="grid has 3 columns"):
        table.draw()
