"""Pictures, shapes and charts are in the marked copy as they were; what cannot be there is named."""

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import openpyxl
import pytest
from openpyxl import Workbook as Xlsx
from openpyxl.chart import BarChart, Reference
from openpyxl.drawing.image import Image
from PIL import Image as Picture

from webir_records.forms.annotating import MarkedCopy, annotate_workbook
from webir_records.forms.annotating_drawings import Lost
from webir_records.forms.checking import CheckContext, check
from webir_records.forms.specs import load_form

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
HEADER = ["使用單位", "案件編號", "查詢人員", "查詢日期", "查詢目的", "資料處理方式", "查詢筆數"]
ROW = ["社會救助科", "", "林𠮷堃", "109/02/30", "低收入戶資格審查", "歸檔", 1]
SHAPE = (
    b'<xdr:absoluteAnchor><xdr:pos x="0" y="0"/><xdr:ext cx="999999" cy="99999"/>'
    b'<xdr:sp macro="" textlink="">'
    b'<xdr:nvSpPr><xdr:cNvPr id="77" name="note"/><xdr:cNvSpPr/></xdr:nvSpPr><xdr:spPr/></xdr:sp>'
    b"<xdr:clientData/></xdr:absoluteAnchor>"
)
DRAWING = "xl/drawings/drawing1.xml"
RELATIONS = "xl/worksheets/_rels/sheet1.xml.rels"
Mark = Callable[..., MarkedCopy]


@pytest.fixture
def drawn(tmp_path: Path) -> Path:
    """A register with a picture and a chart, and a shape that the library does not know."""
    book, picture = Xlsx(), io.BytesIO()
    sheet = book.worksheets[0]
    for row in (HEADER, ROW):
        sheet.append(row)
    Picture.new("RGB", (8, 8), "red").save(picture, "PNG")
    sheet.add_image(Image(picture), "J2")
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=7, min_row=1, max_row=2), titles_from_data=True)
    sheet.add_chart(chart, "J8")
    book.save(tmp_path / "plain.xlsx")
    with zipfile.ZipFile(tmp_path / "plain.xlsx") as package:
        prefixed = package.read(DRAWING).replace(b"<wsDr ", b"<xdr:wsDr ").replace(b"</wsDr>", b"</xdr:wsDr>")
        namespace = b"http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
        space = b' xmlns:xdr="' + namespace + b'"'
        drawing = prefixed.replace(b"<xdr:wsDr ", b"<xdr:wsDr" + space + b" ", 1)
    return _with(tmp_path / "plain.xlsx", {DRAWING: drawing.replace(b"</xdr:wsDr>", SHAPE + b"</xdr:wsDr>")})


def _with(source: Path, parts: Mapping[str, bytes], name: str = "drawn.xlsx") -> Path:
    """Copy a package with other or further parts."""
    target = source.with_name(name)
    with zipfile.ZipFile(source) as package, zipfile.ZipFile(target, "w") as copy:
        content = {member: package.read(member) for member in package.namelist()} | dict(parts)
        for member, data in content.items():
            copy.writestr(member, data)
    return target


@pytest.fixture
def mark(check_context: CheckContext) -> Mark:
    def run(path: Path) -> MarkedCopy:
        result = check(load_form("form_2", TEMPLATES), path, check_context)
        return annotate_workbook(path, result, lambda code, _facts: code)

    return run


def test_drawing_chart_and_picture_are_the_same_bytes_and_the_cells_are_marked(
    drawn: Path, mark: Mark
) -> None:
    copy = mark(drawn)
    assert copy.lost == ()
    with zipfile.ZipFile(drawn) as source, zipfile.ZipFile(io.BytesIO(copy.data)) as target:
        for part in (DRAWING, "xl/charts/chart1.xml", "xl/media/image1.png"):
            folder, name = part.rsplit("/", 1)
            assert target.read(f"{folder}/kept_{name}") == source.read(part)
    sheet = openpyxl.load_workbook(io.BytesIO(copy.data))["Sheet"]
    assert sheet["D2"].comment is not None
    assert [len(getattr(sheet, kind)) for kind in ("_images", "_charts")] == [1, 1]


def test_marked_copy_with_drawings_can_be_marked_again(drawn: Path, mark: Mark, tmp_path: Path) -> None:
    (tmp_path / "again.xlsx").write_bytes(mark(drawn).data)
    again = mark(tmp_path / "again.xlsx")
    assert again.lost == ()
    sheet = openpyxl.load_workbook(io.BytesIO(again.data))["Sheet"]
    assert [len(getattr(sheet, kind)) for kind in ("_images", "_charts")] == [1, 1]


def test_drawing_without_one_of_its_parts_is_named_and_left_out(drawn: Path, mark: Mark) -> None:
    with zipfile.ZipFile(drawn) as package:
        relations = package.read("xl/drawings/_rels/drawing1.xml.rels")
    parts = {"xl/drawings/_rels/drawing1.xml.rels": relations.replace(b"image1.png", b"image9.png")}
    copy = mark(_with(drawn, parts, "broken.xlsx"))
    assert copy.lost == (Lost.DRAWINGS,)
    assert not any("kept_" in name for name in zipfile.ZipFile(io.BytesIO(copy.data)).namelist())


def test_controls_and_macros_are_named(drawn: Path, mark: Mark) -> None:
    with zipfile.ZipFile(drawn) as package:
        relations = package.read(RELATIONS)
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/ctrlProp"
    control = (
        b'<Relationship Id="rId9" Type="' + kind + b'" Target="../ctrlProps/ctrlProp1.xml"/></Relationships>'
    )
    parts = {RELATIONS: relations.replace(b"</Relationships>", control), "xl/vbaProject.bin": b"x"}
    assert mark(_with(drawn, parts, "macros.xlsm")).lost == (Lost.DRAWINGS, Lost.MACROS, Lost.CONTROLS)


def test_text_file_lacks_nothing(tmp_path: Path, mark: Mark) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\n".join(",".join(map(str, row)) for row in (HEADER, ROW)), encoding="utf-8")
    assert mark(path).lost == ()
