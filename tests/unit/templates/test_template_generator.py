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
    days = {moment[:3] for _, moment, _, _ in tool.members(tool.build(form, kind))}
    assert days == {(1980, 1, 1)}


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


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("一\n二", "一<text:line-break/>二"),
        ("一\t二", "一<text:tab/>二"),
        ("一  二", '一<text:s text:c="2"/>二'),
        (" 一 二", '<text:s text:c="1"/>一 二'),
        ("一　　二", "一　　二"),
        ("李<小>明 & 王", "李&lt;小&gt;明 &amp; 王"),
        ("{{ a  |  b }}\n{% if x < 1 %}c", "{{ a  |  b }}<text:line-break/>{% if x &lt; 1 %}c"),
    ],
)
def test_odt_keeps_breaks_and_spaces_and_leaves_tags_alone(text: str, content: str) -> None:
    assert sys.modules["layout.odf"].inline(text) == content


@pytest.mark.parametrize(
    ("marks", "properties"),
    [
        ({"keep": True}, {"keep-with-next": "always"}),
        ({"page_break": True}, {"break-before": "page"}),
        ({"keep": True, "page_break": True}, {"keep-with-next": "always", "break-before": "page"}),
    ],
)
def test_marks_of_a_paragraph_become_a_style_below_its_own(
    marks: dict[str, bool], properties: dict[str, str]
) -> None:
    painter = sys.modules["layout.odf"].Painter()
    drawn = painter.paint(sys.modules["layout.model"].paragraph("一", "FormText", **marks))
    name = drawn.split('"')[1]
    expected = " ".join(f'fo:{key}="{value}"' for key, value in properties.items())
    assert painter.automatic_styles == (
        f'<style:style style:name="{name}" style:family="paragraph" style:parent-style-name="FormText">'
        f"<style:paragraph-properties {expected}/></style:style>"
    )


def test_list_whose_end_is_not_known_is_closed_by_a_line_of_its_own() -> None:
    model, odf = sys.modules["layout.model"], sys.modules["layout.odf"]
    rows = tuple(model.Row((model.Cell((text,)),)) for text in ("{%tr for e in x %}", "a", "{%tr endfor %}"))
    closed, bare = (
        odf.Painter().paint(model.Table((100,), rows, style)) for style in ("FormTable", "FormPlain")
    )
    assert closed.endswith('</table:table><text:p text:style-name="FormGap-line"/>')
    assert bare.endswith("</table:table>")


def test_joined_tables_stand_on_the_edges_of_both() -> None:
    model, cells = sys.modules["layout.model"], sys.modules["layout.cells"]
    upper = model.Table((100, 200), (model.Row((model.Cell(), model.Cell())),))
    lower = model.Table((250, 50), (model.Row((model.Cell(), model.Cell())),))
    joined = cells.joined(upper, lower)
    assert joined.widths == (100, 150, 50)
    assert [[cell.span for cell in row.cells] for row in joined.rows] == [[1, 2], [2, 1]]


def test_tables_of_different_width_are_not_joined() -> None:
    model, cells = sys.modules["layout.model"], sys.modules["layout.cells"]
    with pytest.raises(ValueError, match="widths"):
        cells.joined(model.Table((100, 200)), model.Table((100, 201)))


def test_styles_for_forms_and_letters_are_listed_in_the_docstring() -> None:
    module = sys.modules["layout.paragraph_styles"]
    listed = set(str(module.__doc__).split())
    assert {style.id for style in module.STYLES} <= listed
