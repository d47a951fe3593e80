"""Workbooks of OpenDocument that other programs write, or nobody: no value is lost or run together unseen."""

import zipfile
from pathlib import Path

import pytest

from webir_records.forms import reading
from webir_records.forms.issues import Cell, CellFault
from webir_records.model.errors import InputError

URN = "urn:oasis:names:tc:opendocument:xmlns"
NAMES = "".join(f' xmlns:{name}="{URN}:{name}:1.0"' for name in ("office", "table", "text"))
CALC = ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
HEAD = (
    '<table:table-row><table:table-cell office:value-type="string"><text:p>姓名</text:p></table:table-cell>'
    "</table:table-row>"
)


def _text(content: str, attributes: str = "") -> str:
    return f'<table:table-cell office:value-type="string"{attributes}>{content}</table:table-cell>'


def _row(cells: str, attributes: str = "") -> str:
    return f"<table:table-row{attributes}>{cells}</table:table-row>"


def _ods(path: Path, *rows: str) -> Path:
    content = (
        f"<office:document-content{NAMES}{CALC}><office:body><office:spreadsheet>"
        f'<table:table table:name="甲">{HEAD}{"".join(rows)}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        package.writestr("content.xml", content)
        package.writestr("META-INF/manifest.xml", manifest)
    return path


def _code(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        reading.read_workbook(path)
    return caught.value.code


def _second(path: Path) -> tuple[Cell, ...]:
    return reading.read_workbook(path).sheets[0].rows[1].cells


@pytest.mark.parametrize(
    "spaces",
    [
        '<text:s text:c="100000"/>',
        '<text:s text:c="30000"/>' * 2,
        '<text:s text:c="-5"/>',
        '<text:s text:c="x"/>',
    ],
)
def test_more_spaces_than_a_cell_can_hold_are_refused(tmp_path: Path, spaces: str) -> None:
    assert _code(_ods(tmp_path / "a.ods", _row(_text(f"<text:p>a{spaces}b</text:p>")))) == "F103"


def test_some_spaces_are_read(tmp_path: Path) -> None:
    cell = _text('<text:p>王<text:s text:c="3"/>明<text:s/>華</text:p>')
    assert _second(_ods(tmp_path / "a.ods", _row(cell)))[0] == "王   明 華"


def test_long_text_in_repeated_cells_is_counted_for_each_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MAX_TEXT_BYTES", 100_000)
    cell = _text(f"<text:p>{'王' * 1000}</text:p>", ' table:number-columns-repeated="10"')
    assert _code(_ods(tmp_path / "a.ods", _row(cell, ' table:number-rows-repeated="10"'))) == "F191"
    assert len(_second(_ods(tmp_path / "b.ods", _row(cell)))) == 10


def test_more_rows_than_a_sheet_can_have_are_refused_and_not_cut_off(tmp_path: Path) -> None:
    row = _row(_text("<text:p>王</text:p>"), ' table:number-rows-repeated="1048576"')
    assert _code(_ods(tmp_path / "a.ods", row)) == "F108"


@pytest.mark.parametrize(
    ("content", "value"),
    [
        ("<text:p>林<text:tab/>𠮷堃</text:p>", "林\t𠮷堃"),
        ("<text:p>林<text:line-break/>𠮷堃</text:p>", "林\n𠮷堃"),
        ("<text:p><text:span>林<text:line-break></text:line-break>𠮷</text:span>堃</text:p>", "林\n𠮷堃"),
        ('<text:p>林<text:tab text:tab-ref="1"/>𠮷堃</text:p>', "林\t𠮷堃"),
        ("<text:p>林</text:p><text:p>𠮷<text:line-break/>堃</text:p>", "林\n𠮷\n堃"),
    ],
)
def test_words_beside_a_tab_or_line_break_do_not_run_together(
    tmp_path: Path, content: str, value: str
) -> None:
    assert _second(_ods(tmp_path / "a.ods", _row(_text(content))))[0] == value


def test_line_break_in_an_unknown_form_is_refused(tmp_path: Path) -> None:
    cell = _text("<text:p>林<text:line-break><text:s/></text:line-break>堃</text:p>")
    assert _code(_ods(tmp_path / "a.ods", _row(cell))) == "F103"


@pytest.mark.parametrize("error", ["#DIV/0!", "#REF!", "#N/A", "#NAME?", "Err:522"])
@pytest.mark.parametrize("kind", ['office:value-type="float" office:value="0"', 'office:value-type="string"'])
def test_error_that_only_the_shown_text_tells_is_an_error_cell(tmp_path: Path, error: str, kind: str) -> None:
    cell = f'<table:table-cell table:formula="of:=1/0" {kind}><text:p>{error}</text:p></table:table-cell>'
    assert _second(_ods(tmp_path / "a.ods", _row(cell)))[0] == CellFault("F178", error)


def test_error_in_words_without_a_formula_is_text(tmp_path: Path) -> None:
    assert _second(_ods(tmp_path / "a.ods", _row(_text("<text:p>#N/A</text:p>"))))[0] == "#N/A"


def test_note_at_a_formula_is_not_its_value(tmp_path: Path) -> None:
    note = "<office:annotation><text:p>#REF!</text:p></office:annotation>"
    cell = (
        '<table:table-cell table:formula="of:=1" office:value-type="float" office:value="1">'
        f"{note}<text:p>1</text:p></table:table-cell>"
    )
    assert _second(_ods(tmp_path / "a.ods", _row(cell)))[0] == 1


def test_sheet_in_a_sheet_is_refused_because_the_rows_below_it_would_be_lost(tmp_path: Path) -> None:
    inner = f'<table:table table:name="乙">{HEAD}</table:table>'
    rows = _row(f"<table:table-cell>{inner}</table:table-cell>"), _row(_text("<text:p>王</text:p>"))
    assert _code(_ods(tmp_path / "a.ods", *rows)) == "F103"


def test_content_with_a_document_type_is_refused(tmp_path: Path) -> None:
    path = _ods(tmp_path / "whole.ods")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(tmp_path / "a.ods", "w") as target:
        for name in source.namelist():
            start = b"<!DOCTYPE a []>" if name == "content.xml" else b""
            target.writestr(name, start + source.read(name))
    assert _code(tmp_path / "a.ods") == "F103"
