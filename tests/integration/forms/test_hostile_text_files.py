"""Text and JSON files in which a value could be lost, cut at the wrong mark, or end the program."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from webir_records.forms.annotating import annotate_workbook
from webir_records.forms.checking import CheckContext, CheckResult, check
from webir_records.forms.reading import read_workbook
from webir_records.forms.specs import load_form
from webir_records.model.errors import InputError

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
ROW: Mapping[str, object] = {
    "使用單位": "社會救助科",
    "案件編號": "收1090001",
    "查詢人員": "林𠮷堃",
    "查詢日期": "109/01/02",
    "查詢目的": "低收入戶資格審查",
    "資料處理方式": "歸檔",
    "查詢筆數": 1,
}


def _error(path: Path) -> InputError:
    with pytest.raises(InputError) as caught:
        read_workbook(path)
    return caught.value


def _file(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def _checked(path: Path, context: CheckContext) -> CheckResult:
    return check(load_form("form_2", TEMPLATES), path, context)


# ── csv


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("姓名\t日期\r\n" + "市,區,路,號\t1\r\n" * 5, ("姓名", "日期")),
        ("姓名;日期\r\n" + "市,區,路,號;1\r\n" * 2, ("姓名", "日期")),
        ("姓名,日期\r\n" + "a;b;c,1\r\nd,2\r\ne;f,3\r\n", ("姓名", "日期")),
        ('姓名\t日期\r\n"市,區"\t1\r\n', ("姓名", "日期")),
        ("登記簿\r\n姓名,日期\r\n王,1\r\n", ("登記簿",)),
        ("姓名\r\n王,明\r\n", ("姓名",)),
    ],
)
def test_mark_that_parts_the_lines_alike_is_the_one_between_the_values(
    tmp_path: Path, text: str, rows: tuple[str, ...]
) -> None:
    assert read_workbook(_file(tmp_path / "a.csv", text)).sheets[0].rows[0].cells == rows


def test_commas_in_the_values_of_a_table_with_tabs_do_not_part_them(tmp_path: Path) -> None:
    text = "姓名\t日期\r\n" + "市,區,路,號\t1\r\n" * 5
    assert read_workbook(_file(tmp_path / "a.csv", text)).sheets[0].rows[1].cells == ("市,區,路,號", "1")


def test_text_that_is_cut_in_its_last_character_is_refused_at_its_last_line(tmp_path: Path) -> None:
    content = "姓名,日期\r\n林𠮷堃,1\r\n王".encode()[:-1]
    error = _error(_file(tmp_path / "a.csv", content))
    assert (error.code, error.facts["line"]) == ("F106", "3")


# ── JSON


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("a.json", '[{"姓名":"王"},{"姓名":"王","姓名":"李"}]', "2"),
        ("a.json", '[{"姓名":"王"},{},{"明細":[{"a":1,"姓名":2,"姓名":2}]}]', "3"),
        ("a.json", '{"姓名":"王","姓名":"李"}', "1"),
        ("a.jsonl", '{"姓名":"王"}\n\n{"姓名":"王","姓名":"李"}', "3"),
    ],
)
def test_name_that_stands_twice_in_an_object_is_refused_with_name_and_item(
    tmp_path: Path, name: str, content: str, place: str
) -> None:
    error = _error(_file(tmp_path / name, content))
    assert (error.code, error.facts["name"], error.facts["place"]) == ("F188", "姓名", place)


def test_json_that_is_not_utf_8_is_told_so_and_nothing_of_cp950(tmp_path: Path) -> None:
    error = _error(_file(tmp_path / "a.json", '[{"姓名":1}]'.encode("utf-16")))
    assert (error.code, error.facts["expected"]) == ("F106", "UTF-8")


@pytest.mark.parametrize(("number", "shown"), [("1e999", "1e999"), ("-1e400", "-1e400")])
def test_number_too_large_for_any_program_is_a_problem_of_its_field(
    check_context: CheckContext, tmp_path: Path, number: str, shown: str
) -> None:
    content = json.dumps([ROW]).replace(": 1}", f": {number}}}")
    assert number in content
    result = _checked(_file(tmp_path / "a.json", content), check_context)
    assert [(p.code, p.column, p.value) for p in result.problems if p.code == "F178"] == [
        ("F178", "查詢筆數", shown)
    ]


@pytest.mark.parametrize("text", ["\ud800王", "王\udfff", "\x00王", "王\x1b[2J", "\ufffe王"])
def test_character_that_no_form_can_hold_is_named_and_can_be_shown(
    check_context: CheckContext, tmp_path: Path, text: str
) -> None:
    path = _file(tmp_path / "a.json", json.dumps([{**ROW, "查詢人員": text, "備註": [text]}]))
    result = _checked(path, check_context)
    assert "查詢人員" in {p.column for p in result.problems if p.code == "F137"}
    for problem in result.problems:
        repr(problem).encode()
        problem.value.encode()
    assert annotate_workbook(path, result, lambda code, facts: f"{code} {facts}").data.startswith(b"PK")
