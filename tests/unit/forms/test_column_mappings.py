"""An agency's own decisions about headers: saved, edited, and stronger than the aliases."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from webir_records.forms.checking import CheckContext, CheckResult, check_workbook
from webir_records.forms.headers import find_header
from webir_records.forms.mappings import (
    IGNORE,
    ColumnMapping,
    dump_mapping,
    header_fingerprint,
    load_mapping,
    mapping_of,
    mapping_path,
    save_mapping,
)
from webir_records.forms.reading import Sheet, Workbook
from webir_records.forms.sheet_rows import Row
from webir_records.forms.spec_types import FormSpec
from webir_records.model.errors import InputError

HEADER = ("姓名", "登入代號", "申請日期", "電子郵件", "姓名備份")
ROW = ("王小明", "sa1000", "108/08/16", "sa1000@gov.taipei", "王")
CheckWith = Callable[..., CheckResult]


@pytest.fixture
def check_with(application: FormSpec, context: CheckContext) -> CheckWith:
    def run(mapping: ColumnMapping | None, header: tuple[str, ...] = HEADER) -> CheckResult:
        book = Workbook(Path("a.xlsx"), (Sheet("S", (Row(1, header), Row(2, ROW))),))
        return check_workbook(application, book, replace(context, mapping=mapping))

    return run


def _mapping(**columns: str) -> ColumnMapping:
    return ColumnMapping("application", columns)


def test_header_that_no_alias_knows_is_read_by_the_mapping(check_with: CheckWith) -> None:
    assert "F113" in {p.code for p in check_with(None).problems}
    result = check_with(_mapping(登入代號="account"))
    assert result.problems == ()
    assert result.documents[0].data["account"] == "sa1000"
    assert result.mapping.saved


def test_mapping_wins_over_an_alias(check_with: CheckWith) -> None:
    result = check_with(_mapping(登入代號="account", 姓名=IGNORE, 姓名備份="name"))
    assert result.documents[0].data["name"] == "王"
    assert "姓名" in result.mapping.ignored


def test_two_headers_that_the_mapping_leads_to_one_field_are_a_problem(check_with: CheckWith) -> None:
    result = check_with(_mapping(登入代號="account", 姓名備份="name"))
    assert [(p.code, p.cell) for p in result.problems] == [("F115", "E1")]


def test_spelling_of_a_mapped_header_is_compared_as_headers_are(check_with: CheckWith) -> None:
    result = check_with(_mapping(登入代號="account"), ("姓名", "登入　代號：", "申請日期", "電子郵件", "x"))
    assert result.problems == ()


def test_saved_mapping_comes_back_as_it_was(application: FormSpec, tmp_path: Path) -> None:
    header = find_header([Row(1, ('說"明"\\', "姓名", "帳號", "𠮷，"))], application.fields)
    assert header is not None
    mapping = mapping_of("application", header)
    path = mapping_path(tmp_path / "mappings", "application")
    save_mapping(path, mapping)
    assert load_mapping(path, application) == mapping
    assert path.read_text(encoding="utf-8").startswith("# 欄名對照")
    assert [p.name for p in path.parent.iterdir()] == ["application.toml"]


def test_mapping_of_other_headers_is_used_with_a_warning(check_with: CheckWith) -> None:
    stale = ColumnMapping("application", {"登入代號": "account"}, "sha256:0")
    assert "F181" in {p.code for p in check_with(stale).warnings}
    found = check_with(stale).mapping.header
    assert found is not None
    fresh = replace(stale, fingerprint=header_fingerprint(found))
    assert "F181" not in {p.code for p in check_with(fresh).warnings}


@pytest.mark.parametrize(
    ("line", "code", "number"),
    [
        ('"帳號" = "acount"', "F224", "4"),
        ('"帳號" = 5', "F224", "4"),
        ('"帳號" = "account"\n\n[extra]\n', "F222", "6"),
    ],
)
def test_mistake_in_a_mapping_file_is_refused_with_its_line(
    application: FormSpec, tmp_path: Path, line: str, code: str, number: str
) -> None:
    path = tmp_path / "application.toml"
    path.write_text(f'form = "application"\nheaders = ""\n[columns]\n{line}\n', encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_mapping(path, application)
    assert caught.value.code == "F221"
    assert [(d.code, d.facts["line"]) for d in caught.value.details] == [(code, number)]


def test_mapping_of_another_form_is_refused(application: FormSpec, tmp_path: Path) -> None:
    path = tmp_path / "application.toml"
    path.write_text(dump_mapping(ColumnMapping("form_2", {})), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_mapping(path, application)
    assert [d.code for d in caught.value.details] == ["F223"]


@pytest.mark.parametrize("content", [b"[columns", b"\xff\xfe", b'a = 1\na = 2\n"'])
def test_mapping_that_is_no_toml_is_refused(application: FormSpec, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "application.toml"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        load_mapping(path, application)
    assert caught.value.code == "F220"


def test_mapping_that_cannot_be_written_is_an_input_error(tmp_path: Path) -> None:
    (tmp_path / "mappings").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        save_mapping(mapping_path(tmp_path / "mappings", "application"), _mapping())
    assert caught.value.code == "F225"
