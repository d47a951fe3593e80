"""Files as offices have them: every kind, every encoding, and every way to be broken."""

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook as Xlsx

from webir_records.forms import reading
from webir_records.forms.reading import read_workbook
from webir_records.model.errors import InputError

HEADER = ["姓名", "日期"]


def _xlsx(path: Path, change: Callable[[Xlsx], None] | None = None) -> Path:
    book = Xlsx()
    sheet = book.worksheets[0]
    sheet.append(HEADER)
    sheet.append(["林𠮷堃", date(2019, 8, 16)])
    if change is not None:
        change(book)
    book.save(path)
    return path


def _ods(path: Path, *, encrypted: bool = False) -> Path:
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        '<table:table table:name="工作表1"><table:table-row>'
        '<table:table-cell office:value-type="string"><text:p>姓名</text:p></table:table-cell>'
        "</table:table-row><table:table-row>"
        '<table:table-cell office:value-type="string"><text:p>林𠮷堃</text:p></table:table-cell>'
        "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    mark = "<manifest:encryption-data/>" if encrypted else ""
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", content)
        package.writestr("META-INF/manifest.xml", f"<manifest>{mark}</manifest>")
    return path


def _code(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_workbook(path)
    assert caught.value.facts["path"]
    return caught.value.code


def test_xlsx_rows_have_the_numbers_that_the_spreadsheet_shows(tmp_path: Path) -> None:
    def leave_rows_empty(book: Xlsx) -> None:
        book.worksheets[0]["A5"] = "遠"

    sheet = read_workbook(_xlsx(tmp_path / "a.xlsx", leave_rows_empty)).sheets[0]
    assert [(row.number, row.cells[0]) for row in sheet.rows] == [
        (1, "姓名"),
        (2, "林𠮷堃"),
        (3, ""),
        (4, ""),
        (5, "遠"),
    ]
    assert str(sheet.rows[1].cells[1]).startswith("2019-08-16")


def test_cells_merged_downwards_all_have_the_value(tmp_path: Path) -> None:
    def merge(book: Xlsx) -> None:
        sheet = book.worksheets[0]
        sheet["A3"], sheet["B3"], sheet["B4"] = "甲科", 1, 2
        sheet.merge_cells("A3:A4")

    rows = read_workbook(_xlsx(tmp_path / "a.xlsx", merge)).sheets[0].rows
    assert [row.cells[0] for row in rows[2:]] == ["甲科", "甲科"]


def test_hidden_sheets_are_not_read(tmp_path: Path) -> None:
    def hide(book: Xlsx) -> None:
        book.create_sheet("舊資料").append(HEADER)
        book["舊資料"].sheet_state = "hidden"

    assert [s.name for s in read_workbook(_xlsx(tmp_path / "a.xlsx", hide)).sheets] == ["Sheet"]


def test_ods_is_read(tmp_path: Path) -> None:
    sheet = read_workbook(_ods(tmp_path / "a.ods")).sheets[0]
    assert [row.cells[0] for row in sheet.rows] == ["姓名", "林𠮷堃"]


@pytest.mark.parametrize(
    ("encoding", "name", "named"),
    [
        ("utf-8", "林𠮷堃", "utf-8"),
        ("utf-8-sig", "林𠮷堃", "utf-8-sig"),
        ("cp950", "林明", "cp950"),
        ("utf-16", "林𠮷堃", "utf-16"),
    ],
)
def test_csv_is_read_in_every_encoding_and_names_it(
    tmp_path: Path, encoding: str, name: str, named: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(f'姓名,說明\r\n{name},"兩行\n文字"\r\n乙,\r\n'.encode(encoding))
    book = read_workbook(path)
    assert book.encoding == named
    assert [(row.number, row.cells) for row in book.sheets[0].rows] == [
        (1, ("姓名", "說明")),
        (2, (name, "兩行\n文字")),
        (3, ("乙", "")),
    ]


@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_csv_is_read_with_every_usual_delimiter(tmp_path: Path, mark: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(mark.join(HEADER) + "\n" + mark.join(["王", "108.8.16"]), encoding="utf-8")
    assert read_workbook(path).sheets[0].rows[1].cells == ("王", "108.8.16")


def test_json_list_object_and_lines_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps([{"姓名": "王"}, {"姓名": "李"}]), encoding="utf-8")
    (tmp_path / "b.json").write_text('\ufeff{"姓名": "王"}', encoding="utf-8")
    (tmp_path / "c.jsonl").write_text('{"姓名": "王"}\n\n{"姓名": "李"}\n', encoding="utf-8")
    numbers = {
        name: [r.number for r in read_workbook(tmp_path / name).records or ()]
        for name in ("a.json", "b.json", "c.jsonl")
    }
    assert numbers == {"a.json": [1, 2], "b.json": [1], "c.jsonl": [1, 3]}


def test_missing_file_is_an_input_error(tmp_path: Path) -> None:
    assert _code(tmp_path / "no.xlsx") == "F101"


def test_folder_is_an_input_error(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").mkdir()
    assert _code(tmp_path / "a.xlsx") == "F193"
    assert _code(tmp_path) == "F193"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.docx", b"PK", "F102"),
        ("a", b"PK", "F194"),
        ("a.xlsx", b"", "F105"),
        ("a.csv", b" \n", "F105"),
        ("a.xlsx", b"hello", "F103"),
        ("a.xlsx", b"PK\x03\x04broken", "F103"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "F103"),
        ("a.ods", b"PK\x05\x06" + b"\0" * 18, "F103"),
        ("a.csv", b"\xff\xff\x81", "F106"),
        ("a.csv", "姓名\n".encode() + b"\x80\xff", "F106"),
        ("a.csv", b'a,"b\nc', "F186"),
        ("a.csv", b'a,b\n"x"y,c\n', "F186"),
        ("a.csv", b"a\0b", "F187"),
        ("a.csv", "姓名,日期\n".encode("utf-16-le"), "F187"),
        ("a.csv", b"PK\x03\x04" + b"\0" * 60, "F185"),
        ("a.csv", b"\xd0\xcf\x11\xe0" + b"\0" * 60, "F185"),
        ("a.json", b"PK\x03\x04" + b"\0" * 60, "F185"),
        ("a.json", b'[{"a":1,"a":2}]', "F188"),
        ("a.jsonl", b'{"a":1}\n{"a":1,"a":2}', "F188"),
        ("a.json", b'{"a":' + b"[" * 20 + b"]" * 20 + b"}", "F189"),
        ("a.json", b'{"\\ud800":1}', "F109"),
        ("a.json", b'{"a":-Infinity}', "F109"),
        ("a.json", b'{"a":' + b"9" * 5000 + b"}", "F109"),
        ("a.json", b"{", "F109"),
        ("a.json", b"[1]", "F110"),
        ("a.json", b'"x"', "F110"),
        ("a.json", b"[NaN]", "F109"),
        ("a.json", b"[" * 100_000, "F109"),
        ("a.jsonl", b'{"a":1}\n[]', "F110"),
        ("a.json", '{"姓名":1}'.encode("cp950"), "F106"),
    ],
)
def test_broken_file_is_an_input_error_and_never_a_traceback(
    tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    (tmp_path / name).write_bytes(content)
    assert _code(tmp_path / name) == code


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.99])
def test_truncated_xlsx_is_an_input_error(tmp_path: Path, kept: float) -> None:
    whole = _xlsx(tmp_path / "whole.xlsx").read_bytes()
    (tmp_path / "a.xlsx").write_bytes(whole[: int(len(whole) * kept)])
    assert _code(tmp_path / "a.xlsx") == "F103"


def test_every_flipped_byte_of_an_xlsx_gives_rows_or_an_input_error(tmp_path: Path) -> None:
    whole = bytearray(_xlsx(tmp_path / "whole.xlsx").read_bytes())
    path = tmp_path / "a.xlsx"
    for position in range(0, len(whole), 37):
        broken = bytearray(whole)
        broken[position] ^= 0xFF
        path.write_bytes(broken)
        try:
            read_workbook(path)
        except InputError as error:
            assert error.code in {"F103", "F104", "F105", "F107"}  # noqa: PT017 - most flips still give rows


def test_encrypted_xlsx_says_that_it_has_a_password(tmp_path: Path) -> None:
    stream = "EncryptedPackage".encode("utf-16-le")
    (tmp_path / "a.xlsx").write_bytes(
        struct.pack(">Q", 0xD0CF11E0A1B11AE1) + b"\0" * 1000 + stream + b"\0" * 500
    )
    assert _code(tmp_path / "a.xlsx") == "F104"


def test_encrypted_ods_says_that_it_has_a_password(tmp_path: Path) -> None:
    assert _code(_ods(tmp_path / "a.ods", encrypted=True)) == "F104"


def test_empty_sheet_says_that_it_is_empty(tmp_path: Path) -> None:
    book = Xlsx()
    book.save(tmp_path / "a.xlsx")
    assert _code(tmp_path / "a.xlsx") == "F105"


def test_file_that_is_too_large_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _xlsx(tmp_path / "a.xlsx")
    monkeypatch.setattr(reading, "MAX_BYTES", 100)
    assert _code(path) == "F107"


def test_zip_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", b"0" * 2_000_000)
    (tmp_path / "a.xlsx").write_bytes(buffer.getvalue())
    monkeypatch.setattr(reading, "MAX_UNPACKED_BYTES", 1_000_000)
    assert _code(tmp_path / "a.xlsx") == "F107"


def test_zip_that_unpacks_to_more_than_it_says_is_refused(tmp_path: Path) -> None:
    honest = _xlsx(tmp_path / "honest.xlsx").read_bytes()
    buffer = io.BytesIO(honest)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/bomb.xml", b"0" * 5_000_000)
        member = package.getinfo("xl/bomb.xml")
    said, instead = struct.pack("<I", 5_000_000), struct.pack("<I", 100)
    checksum, false = struct.pack("<I", member.CRC), struct.pack("<I", zlib.crc32(b"0" * 100))
    lying = buffer.getvalue().replace(said, instead).replace(checksum, false)
    with zipfile.ZipFile(io.BytesIO(lying)) as package:
        assert package.read("xl/bomb.xml") == b"0" * 100  # what the standard library believes
    (tmp_path / "a.xlsx").write_bytes(lying)
    assert _code(tmp_path / "a.xlsx") == "F103"


def test_too_many_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _xlsx(tmp_path / "a.xlsx")
    monkeypatch.setattr(reading, "MAX_ROWS", 1)
    assert _code(path) == "F108"


def test_rows_begin_at_the_first_cell_even_if_the_values_begin_elsewhere(tmp_path: Path) -> None:
    book = Xlsx()
    sheet = book.worksheets[0]
    sheet["C3"], sheet["D5"] = "遠", 1
    sheet.merge_cells("C3:C4")
    book.save(tmp_path / "a.xlsx")
    rows = read_workbook(tmp_path / "a.xlsx").sheets[0].rows
    assert [row.number for row in rows] == [1, 2, 3, 4, 5]
    assert [row.cells for row in rows] == [
        ("", "", "", ""),
        ("", "", "", ""),
        ("", "", "遠", ""),
        ("", "", "遠", ""),
        ("", "", "", 1.0),
    ]


def test_rows_can_be_asked_for_by_number_and_again(tmp_path: Path) -> None:
    book = Xlsx()
    for number in range(10):
        book.worksheets[0].append([number])
    book.save(tmp_path / "a.xlsx")
    rows = read_workbook(tmp_path / "a.xlsx").sheets[0].rows
    whole = list(rows)
    assert [rows[n] for n in (0, 3, -1)] == [whole[0], whole[3], whole[9]]
    assert [list(rows[part]) for part in (slice(2, 5), slice(None, None, 3), slice(None, None, -1))] == [
        whole[2:5],
        whole[::3],
        whole[::-1],
    ]
    assert list(rows) == whole
    with pytest.raises(IndexError):
        rows[10]
