"""Spreadsheets that nobody writes by accident: they must neither end the program nor lose a value unseen."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from openpyxl import Workbook as Xlsx

from webir_records.forms import reading, sheet_scan
from webir_records.forms.issues import Cell, CellFault
from webir_records.forms.sheet_exact import scan_exactly
from webir_records.forms.sheet_plain import scan_plainly
from webir_records.model.errors import InputError

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
ROOT = f'<worksheet xmlns="{MAIN}">'
PREFIXED = f'<x:worksheet xmlns:x="{MAIN}">'
SHEET = "xl/worksheets/sheet1.xml"
FAR = '<row r="99"><c r="XFD99"><v>1</v></c></row>'


def _cell(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


HEAD = f'<row r="1">{_cell("A1", "姓名")}{_cell("B1", "日期")}</row>'
NAME = _cell("A2", "林𠮷堃")


def _sheet(rows: str, root: str = ROOT, start: str = '<?xml version="1.0" encoding="UTF-8"?>') -> bytes:
    tag = root[1:].split(maxsplit=1)[0]
    return f"{start}{root}<sheetData>{rows}</sheetData></{tag}>".encode()


def _xlsx(
    path: Path, sheet: bytes, renamed: Mapping[str, str] | None = None, strings: tuple[str, ...] = ()
) -> Path:
    items = "".join(f"<si><t>{text}</t></si>" for text in strings)
    parts = {SHEET: sheet, "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{items}</sst>'.encode()}
    buffer = io.BytesIO()
    book = Xlsx()
    book.worksheets[0].title = "甲"
    book.save(buffer)
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in {*source.namelist(), *parts}:
            content = parts[name] if name in parts else source.read(name)
            target.writestr((renamed or {}).get(name, name), content)
    return path


def _code(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        reading.read_workbook(path)
    return caught.value.code


def _second_row(path: Path) -> tuple[Cell, ...]:
    return reading.read_workbook(path).sheets[0].rows[1].cells


# ── a few bytes that stand for a sheet larger than the memory


@pytest.fixture
def small_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a sheet of 99 rows and 16,384 columns be too large; it fits into the memory if it slips by."""
    monkeypatch.setattr(reading, "MAX_CELLS", 100_000)


@pytest.mark.usefixtures("small_limit")
@pytest.mark.parametrize(
    "rows",
    [
        HEAD + FAR,
        HEAD + FAR + f'<row r="2">{NAME}</row>',
        HEAD + '<row\n r="99"><c r="XFD99"><v>1</v></c></row>',
        HEAD + '<row r="99"><c r="xfd99"><v>1</v></c></row>',
        HEAD + '<row r="99"><c r="XFD99"><v >1</v></c></row>',
        HEAD + '<row r="99"><c t="n" r="XFD99"><v>1</v></c></row>',
        HEAD + "<row r='99'><c r='XFD99'><v>1</v></c></row>",
        HEAD + '<row r="99"><c r="&#88;FD99"><v>1</v></c></row>',
        HEAD + '<row r="1"><c r="XFC99"><v>1</v></c><c><v>1</v></c></row>',
        HEAD + '<row r="98"></row><row><c r="XFD1"><v>1</v></c></row><row><c><v>1</v></c></row>',
        f"<!-- </sheetData> -->{HEAD}{FAR}",
    ],
)
def test_cell_far_away_is_refused_however_it_is_written(tmp_path: Path, rows: str) -> None:
    assert _code(_xlsx(tmp_path / "a.xlsx", _sheet(rows))) == "F117"


@pytest.mark.usefixtures("small_limit")
@pytest.mark.parametrize(
    "renamed",
    [
        {"xl/workbook.xml": "xl/Workbook.xml"},
        {SHEET: "xl/worksheets/Sheet1.xml"},
        {SHEET: "xl\\worksheets\\sheet1.xml"},
        {SHEET: "xl/worksheets/elsewhere.bin"},
    ],
)
def test_cell_far_away_is_refused_whatever_its_part_is_called(
    tmp_path: Path, renamed: Mapping[str, str]
) -> None:
    assert _code(_xlsx(tmp_path / "a.xlsx", _sheet(HEAD + FAR), renamed)) == "F117"


@pytest.mark.usefixtures("small_limit")
@pytest.mark.parametrize(
    ("root", "start"),
    [
        (PREFIXED, '<?xml version="1.0"?>'),
        (PREFIXED, '<?xml version="1.0"?><!-- <worksheet -->'),
        (ROOT, "<!-- <sheetData></sheetData> -->"),
    ],
)
def test_cell_far_away_is_refused_under_any_prefix(tmp_path: Path, root: str, start: str) -> None:
    rows = HEAD + FAR
    if root == PREFIXED:
        rows = rows.replace("<", "<x:").replace("<x:/", "</x:")
    sheet = _sheet(rows, root, start)
    if root == PREFIXED:
        sheet = sheet.replace(b"<sheetData>", b"<x:sheetData>").replace(b"</sheetData>", b"</x:sheetData>")
    assert _code(_xlsx(tmp_path / "a.xlsx", sheet)) == "F117"


def _shared(indexes: list[int]) -> bytes:
    rows = (f'<row r="{n}"><c r="A{n}" t="s"><v>{at}</v></c></row>' for n, at in enumerate(indexes, start=1))
    return _sheet("".join(rows))


@pytest.mark.parametrize(
    ("indexes", "refused"), [([0] * 100, True), ([0, *[1] * 99], False), ([1] * 100, False)]
)
def test_long_text_is_counted_for_each_cell_in_which_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, indexes: list[int], *, refused: bool
) -> None:
    for module in (reading, sheet_scan):
        monkeypatch.setattr(module, "MAX_TEXT_BYTES", 100_000)
    path = _xlsx(tmp_path / "a.xlsx", _shared(indexes), strings=("王" * 10_000, "李"))
    if refused:
        assert _code(path) == "F191"
    else:
        assert len(reading.read_workbook(path).sheets[0].rows) == 100


# ── cells without a value, and values that would be read falsely


@pytest.mark.parametrize(
    ("cells", "code", "text"),
    [
        ('<c r="B2" t="e"><v>#REF!</v></c>', "F178", "#REF!"),
        ('<c t="e"><v>#REF!</v></c>', "F178", "#REF!"),
        ('<c r = "B2" t = "e"><v>#REF!</v></c>', "F178", "#REF!"),
        ('<c r="B2" t="e"><f>' + "A1+" * 300 + "A1</f><v>#N/A</v></c>", "F178", "#N/A"),
        ('<c t="e" r="B2"><!-- > --><v>#REF!</v></c>', "F178", "#REF!"),
        ('<c r="B2"><f>TODAY()</f></c>', "F179", "=TODAY()"),
        ('<c r="B2"><f><![CDATA[A1]]></f></c>', "F179", "=A1"),
        ('<c r="B2"><f t="shared" si="0" /></c>', "F179", "="),
        ('<c r="B2"><f>A1</f><v/></c>', "F179", "=A1"),
        ('<c r="B2">\n<f>A1</f>\n</c>', "F179", "=A1"),
        ('<c r="B2" t="str"><f>A1</f></c>', "F179", "=A1"),
    ],
)
def test_cell_without_a_value_is_told_however_it_is_written(
    tmp_path: Path, cells: str, code: str, text: str
) -> None:
    path = _xlsx(tmp_path / "a.xlsx", _sheet(f'{HEAD}<row r="2">{NAME}{cells}</row>'))
    assert _second_row(path) == ("林𠮷堃", CellFault(code, text))


def test_empty_text_is_a_result_of_a_formula(tmp_path: Path) -> None:
    cell = '<c r="B2" t="str"><f>""</f><v></v></c>'
    assert _second_row(_xlsx(tmp_path / "a.xlsx", _sheet(f'{HEAD}<row r="2">{NAME}{cell}</row>'))) == (
        "林𠮷堃",
        "",
    )


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="B2" a="></sheetData>"><v>1</v></c>',
        '<c r="B2"><v>1&#50;</v></c>',
        '<c r="B2"><v>1<!-- -->2</v></c>',
        '<c r="B2"><v><![CDATA[12]]></v></c>',
        '<c r="B2"><v>12</v><f>A1</f></c>',
        '<c r="B2" t="inlineStr"><is><t>王</t></is><v>1</v></c>',
    ],
)
def test_value_that_would_be_cut_or_lost_is_refused(tmp_path: Path, cell: str) -> None:
    assert _code(_xlsx(tmp_path / "a.xlsx", _sheet(f'{HEAD}<row r="2">{NAME}{cell}</row>'))) == "F103"


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN", "inf"])
def test_number_that_is_none_is_an_error_cell(tmp_path: Path, number: str) -> None:
    path = _xlsx(tmp_path / "a.xlsx", _sheet(f'{HEAD}<row r="2">{NAME}<c r="B2"><v>{number}</v></c></row>'))
    fault = _second_row(path)[1]
    assert isinstance(fault, CellFault)
    assert fault.code == "F178"


@pytest.mark.parametrize(
    "rows",
    [
        f'<row r="2">{NAME}{_cell("A2", "李")}</row>',
        f'<row r="2">{NAME}</row><row r="2">{_cell("A2", "李")}</row>',
        f'<row r="3">{_cell("A3", "三")}</row><row r="2">{NAME}</row><row r="3"><c r="A3"><v>1</v></c></row>',
    ],
)
def test_cell_that_stands_twice_is_refused_and_named(tmp_path: Path, rows: str) -> None:
    with pytest.raises(InputError) as caught:
        reading.read_workbook(_xlsx(tmp_path / "a.xlsx", _sheet(HEAD + rows)))
    assert caught.value.code == "F190"
    assert caught.value.facts["cell"] in {"A2", "A3"}


def test_rows_in_another_order_are_read(tmp_path: Path) -> None:
    rows = f'<row r="3">{_cell("A3", "三")}</row><row r="2">{NAME}</row>{HEAD}'
    book = reading.read_workbook(_xlsx(tmp_path / "a.xlsx", _sheet(rows)))
    assert [row.cells[0] for row in book.sheets[0].rows] == ["姓名", "林𠮷堃", "三"]


# ── the two scans say the same


@pytest.mark.parametrize(
    "rows",
    [
        HEAD,
        HEAD + f'<row r="2" spans="1:2">{NAME}<c r="B2" s="3"/></row><row r="3"/>',
        HEAD + '<row r="2"><c r="A2" t="e"><v>#N/A</v></c><c r="AB2" t="s"><v>1</v></c></row>',
        HEAD + '<row r="2"><c r="A2" t="str"><f>B1</f><v></v></c><c r="B2"><f si="1"/></c></row>' + FAR,
    ],
)
def test_quick_scan_agrees_with_the_exact_one(rows: str) -> None:
    sheet = _sheet(rows)
    plain = scan_plainly([sheet[:200], sheet[200:]])
    exact = scan_exactly([sheet])
    assert plain is not None
    assert (plain.faults, plain.last_row, plain.last_column) == (
        exact.faults,
        max(exact.last_row, plain.last_row),
        exact.last_column,
    )


# ── archives in which two programs see two files


def _bytes(path: Path, sheet: bytes) -> bytes:
    return _xlsx(path, sheet).read_bytes()


def _with_two_names(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("XL/worksheets/SHEET1.xml", _sheet(HEAD))


def _with_second_format(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("content.xml", "<a/>")


def _with_something_before(path: Path, data: bytes) -> None:
    path.write_bytes(data + data)


def _with_false_size(path: Path, data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        info = package.getinfo(SHEET)
    size, cut = struct.pack("<I", info.file_size), struct.pack("<I", 10)
    at = data.rindex(SHEET.encode()) - 46
    entry = bytearray(data[at : at + 46])
    assert entry[24:28] == size
    entry[24:28] = cut
    entry[16:20] = struct.pack("<I", zlib.crc32(_sheet(HEAD)[:10]))
    path.write_bytes(data[:at] + bytes(entry) + data[at + 46 :])


@pytest.mark.parametrize(
    "change", [_with_two_names, _with_second_format, _with_something_before, _with_false_size]
)
def test_archive_that_holds_two_files_in_one_is_refused(
    tmp_path: Path, change: Callable[[Path, bytes], None]
) -> None:
    path = tmp_path / "a.xlsx"
    change(path, _bytes(tmp_path / "whole.xlsx", _sheet(HEAD)))
    assert _code(path) == "F103"


def test_content_of_two_bytes_a_character_is_refused(tmp_path: Path) -> None:
    sheet = _sheet(HEAD, start='<?xml version="1.0" encoding="UTF-16"?>').decode().encode("utf-16")
    assert _code(_xlsx(tmp_path / "a.xlsx", sheet)) == "F103"
