"""Workbooks in the old xls format, made by hand: far cells, errors, passwords, and broken ones."""

import random
import struct
from datetime import date
from pathlib import Path

import pytest

from webir_records.forms.checking import CheckContext, CheckResult, check
from webir_records.forms.reading import read_workbook
from webir_records.forms.specs import load_form
from webir_records.forms.xls_scan import scan_xls
from webir_records.model.errors import InputError

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
HEADER = ["使用單位", "案件編號", "查詢人員", "查詢日期", "查詢目的", "資料處理方式"]
ROW = ["社會救助科", "收1090001", "林堃", "109/01/02", "低收入戶資格審查", "歸檔"]
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
DATE1904, PASSWORD = 0x22, 0x2F


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _text(row: int, column: int, text: str) -> bytes:
    return _record(0x204, struct.pack("<HHHHB", row, column, 0, len(text), 1) + text.encode("utf-16-le"))


def _number(row: int, column: int, value: float) -> bytes:
    return _record(0x203, struct.pack("<HHHd", row, column, 0, value))


def _error(row: int, column: int, code: int) -> bytes:
    return _record(0x205, struct.pack("<HHHBB", row, column, 0, code, 1))


def _formula_error(row: int, column: int, code: int) -> bytes:
    result = struct.pack("<BBBBHH", 2, 0, code, 0, 0, 0xFFFF)
    return _record(0x06, struct.pack("<HHH", row, column, 0) + result + b"\0" * 8)


def _rows(*rows: list[str]) -> bytes:
    return b"".join(
        _text(row, column, text) for row, cells in enumerate(rows) for column, text in enumerate(cells)
    )


def _stream(cells: bytes, before: bytes = b"") -> bytes:
    def begin(kind: int) -> bytes:
        return _record(0x809, struct.pack("<HHHHII", 0x600, kind, 0, 0, 0, 0))

    def head(place: int) -> bytes:
        sheet = _record(0x85, struct.pack("<IBBBB", place, 0, 0, 1, 0) + b"S")
        return begin(5) + _record(0x42, struct.pack("<H", 1200)) + before + sheet + _record(0x0A, b"")

    return head(len(head(0))) + begin(0x10) + cells + _record(0x0A, b"")


def _entry(name: str, kind: int, start: int, size: int, child: int = FREE) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    tail = struct.pack("<HBBIII", len(text), kind, 1, FREE, FREE, child) + b"\0" * 36
    return text.ljust(64, b"\0") + tail + struct.pack("<IQ", start, size)


def _xls(cells: bytes, before: bytes = b"") -> bytes:
    """Put a workbook into a compound file: a header, its table of sectors, its directory, the stream."""
    stream = _stream(cells, before)
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    sectors = len(stream) // 512
    table = [FAT, END, *range(3, sectors + 2), END]
    numbers = (0x3E, 3, 0xFFFE, 9, 6, 0, 0, 0, 1, 1, 0, 4096, END, 0, END, 0)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHHHIIIIIIIIII", *numbers)
    header += struct.pack("<109I", 0, *[FREE] * 108)
    directory = _entry("Root Entry", 5, END, 0, 1) + _entry("Workbook", 2, 2, len(stream))
    return (
        header
        + struct.pack("<128I", *table, *[FREE] * (128 - len(table)))
        + directory.ljust(512, b"\0")
        + stream
    )


def _check(path: Path, data: bytes, context: CheckContext) -> CheckResult:
    path.write_bytes(data)
    return check(load_form("form_2", TEMPLATES), path, context)


@pytest.mark.parametrize("ending", [".xls", ".xlsx"])
def test_old_workbook_is_read_whatever_its_ending_says(
    tmp_path: Path, check_context: CheckContext, ending: str
) -> None:
    result = _check(tmp_path / f"a{ending}", _xls(_rows(HEADER, ROW)), check_context)
    assert (result.rows, result.problems) == (1, ())


@pytest.mark.parametrize("make", [_error, _formula_error])
def test_error_cell_of_an_old_workbook_is_named(
    tmp_path: Path, check_context: CheckContext, make: object
) -> None:
    assert callable(make)
    cells = _rows(HEADER, [*ROW[:1], "", *ROW[2:]]) + make(1, 1, 0x2A)
    result = _check(tmp_path / "a.xls", _xls(cells), check_context)
    assert [(p.code, p.cell, p.value) for p in result.problems] == [("F178", "B2", "#N/A")]


def test_days_of_an_old_workbook_may_be_counted_from_1904(
    tmp_path: Path, check_context: CheckContext
) -> None:
    days = (date(2020, 1, 2) - date(1904, 1, 1)).days
    cells = _rows(HEADER, [*ROW[:3], "", *ROW[4:]]) + _number(1, 3, float(days))
    result = _check(tmp_path / "a.xls", _xls(cells, _record(DATE1904, b"\1\0")), check_context)
    assert [d.data["entries"][0]["query_date"] for d in result.documents] == ["2020-01-02"]  # type: ignore[index, call-overload] # JSON


@pytest.mark.parametrize("far", [(65_535, 65_535), (65_535, 4_000)])
def test_value_far_away_in_an_old_workbook_is_refused_before_it_fills_the_memory(
    tmp_path: Path, far: tuple[int, int]
) -> None:
    (tmp_path / "a.xls").write_bytes(_xls(_rows(HEADER) + _number(*far, 1.0)))
    with pytest.raises(InputError) as caught:
        read_workbook(tmp_path / "a.xls")
    assert caught.value.code == "F117"


def test_old_workbook_with_a_password_says_so(tmp_path: Path) -> None:
    password = _record(PASSWORD, b"\1\0" + b"\0" * 52)
    (tmp_path / "a.xls").write_bytes(_xls(_number(65_535, 65_535, 1.0), password))
    with pytest.raises(InputError) as caught:
        read_workbook(tmp_path / "a.xls")
    assert caught.value.code == "F104"


def test_chain_of_sectors_that_bites_its_own_tail_is_refused() -> None:
    data = bytearray(_xls(_rows(HEADER)))
    data[512 + 4 * 3 : 512 + 4 * 4] = struct.pack("<I", 2)  # sector 3 leads back to sector 2
    with pytest.raises(ValueError, match="chain"):
        scan_xls(bytes(data))


def test_broken_old_workbooks_give_findings_or_an_input_error(
    tmp_path: Path, check_context: CheckContext
) -> None:
    whole = _xls(_rows(HEADER, ROW) + _error(2, 1, 7))
    chance = random.Random("xls")  # noqa: S311 - no secret
    for _ in range(200):
        broken = bytearray(whole)
        for _ in range(chance.choice((1, 2, 8))):
            broken[chance.randrange(8, len(whole) - 2000)] = chance.randrange(256)
        try:
            result = _check(
                tmp_path / "a.xls", bytes(broken[: chance.choice((len(whole), 3000))]), check_context
            )
        except InputError as error:
            assert error.code.startswith("F1")  # noqa: PT017 - some are still read
        else:
            assert 0 <= result.valid <= result.rows
