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


FORMS = [(form, kind) for form in tool.LAYOUTS for kind in tool.PAINTERS]


@pytest.mark.parametrize(("form", "kind"), FORMS)
def test_layout_drawn_twice_has_the_same_bytes(form: str, kind: str) -> None:
    assert tool.build(form, kind) == tool.build(form, kind)


@pytest.mark.parametrize(("form", "kind"), FORMS)
def test_committed_layout_is_what_the_program_draws(form: str, kind: str) -> None:
    assert tool.is_current(ROOT / f"templates/{form}/form.{kind}", tool.build(form, kind))


@pytest.mark.parametrize(("form", "kind"), FORMS)
def test_layout_holds_no_date_of_the_day_it_was_drawn(form: str, kind: str) -> None:
    assert {moment for _, moment, _ in tool.members(tool.build(form, kind))} == {(1980, 1, 1, 0, 0, 0)}


def test_changed_layout_is_reported_and_not_written_when_only_checking(tmp_path: Path) -> None:
    data = tool.build("form_3", "docx")
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
    model = sys.modules["layout.model"]
    with pytest.raises(ValueError, match="grid has 3 columns"):
        model.Table((100, 100, 100), (model.Row((model.Cell(),)),))


def test_every_module_with_layouts_is_found() -> None:
    assert {"form_1_1", "form_1_2", "form_2", "form_3", "form_4", "certificate"} <= set(tool.LAYOUTS)


def test_two_modules_that_draw_the_same_folder_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    modules = sys.modules
    monkeypatch.setattr(modules["layout.form_3"], "LAYOUTS", modules["layout.form_2"].LAYOUTS)
    with pytest.raises(ValueError, match=r"form_3 draws what another module draws: .*form_2"):
        modules["layout.registry"].find_layouts()
