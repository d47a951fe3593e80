"""A form that nobody programmed: one folder with fields.toml and a layout is enough."""

import io
import json
import re
import textwrap
from collections.abc import Callable
from pathlib import Path

import docx
import odfdo
import openpyxl
import pytest

from retention.messages import MESSAGES as RETENTION
from retention.profile import load_profile
from webir_records.forms.blank import REQUIRED_MARK, blank_workbook
from webir_records.forms.checking import CheckContext, check
from webir_records.forms.filling import FillContext, Template
from webir_records.forms.messages import MESSAGES as FORMS
from webir_records.forms.specs import FormSpec, list_forms, load_form
from webir_records.model.errors import InputError

PAGE = Path(__file__).resolve().parents[3] / "docs/forms/bring-your-own.md"
SHIPPED = Path(__file__).resolve().parents[3] / "templates"
ID = "key_handover"
FIELDS = """
[form]
id = "key_handover"
number = "內規附表九"
title = "機房鑰匙借用單"
set = "our-agency"
mode = "grouped"
rows_key = "keys"
group_by = ["borrower"]
document_date = "borrowed_on"

[[field]]
key = "agency_name"
label = "機關"
type = "str"
from = "agency.name"

[[field]]
key = "borrower"
label = "借用人"
aliases = ["姓名"]
type = "str"
required = true
clause = "機房管理須知第五點"
origin = "rule"

[[field]]
key = "borrowed_on"
label = "借用日期"
type = "date"
required = true

[[field]]
key = "key_no"
label = "鑰匙編號"
scope = "row"
type = "str"
required = true

[[field]]
key = "pieces"
label = "支數"
scope = "row"
type = "int"
required = true

[[field]]
key = "pieces_total"
label = "合計支數"
type = "int"
from = "rows.sum.pieces"

[[check]]
kind = "not_future"
field = "borrowed_on"
"""
LINES = (
    "{{ 機關 }}　機房鑰匙借用單（{{ form_no }}）",
    "借用人：{{ 借用人 }}　日期：{{ borrowed_on }}",
    "合計 {{ pieces_total }} 支，共 {{ keys | length }} 項　{{ record_id }}",
)
DATA: list[list[str | int]] = [
    ["姓名", "借用日期", "鑰匙編號", "支數"],
    ["O'Brien & 李<小>明", "112/5/2", "𠮷1", 2],
    ["O'Brien & 李<小>明", "112/5/2", "B<2>", 3],
    ["林𠮷堃", "112/5/3", "C3", 1],
]


def _docx(path: Path) -> None:
    document = docx.Document()
    for line in LINES:
        document.add_paragraph(line)
    table = document.add_table(rows=4, cols=2)
    texts = (
        ("編號", "支數"),
        ("{%tr for e in keys %}", ""),
        ("{{ e.key_no }}", "{{ e.pieces }}"),
        ("{%tr endfor %}", ""),
    )
    for row, cells in zip(table.rows, texts, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    document.save(str(path))


def _odt(path: Path) -> None:
    document = odfdo.Document("text")
    document.body.clear()
    loop = ("{%p for e in keys %}", "{{ e.key_no }} {{ e.pieces }}", "{%p endfor %}")
    for line in (*LINES, *loop):
        document.body.append(odfdo.Paragraph(line))
    document.save(str(path))


def _docx_text(data: bytes) -> str:
    document = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([p.text for p in document.paragraphs] + [" ".join(cells)])


def _odt_text(data: bytes) -> str:
    return str(odfdo.Document(io.BytesIO(data)).get_formatted_text())


DRAW: dict[str, Callable[[Path], None]] = {"docx": _docx, "odt": _odt}
READ: dict[str, Callable[[bytes], str]] = {"docx": _docx_text, "odt": _odt_text}


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "templates"
    (folder / ID).mkdir(parents=True)
    (folder / ID / "fields.toml").write_text(FIELDS, encoding="utf-8")
    for kind, draw in DRAW.items():
        draw(folder / ID / f"form.{kind}")
    return folder


@pytest.fixture
def spec(own: Path) -> FormSpec:
    return load_form(ID, own, SHIPPED)


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    for row in DATA:
        book.worksheets[0].append(row)
    book.save(tmp_path / "借用.xlsx")
    return tmp_path / "借用.xlsx"


def test_new_form_stands_among_the_shipped_ones(own: Path, spec: FormSpec) -> None:
    assert spec in list_forms(own, SHIPPED)
    assert (spec.form_set, spec.layout_kinds, spec.number) == ("our-agency", ("docx", "odt"), "內規附表九")
    assert load_form("內規附表九", own, SHIPPED) == spec


@pytest.mark.parametrize("kind", ["docx", "odt"])
def test_new_form_is_checked_and_filled_like_any_other(
    kind: str, spec: FormSpec, sheet: Path, check_context: CheckContext, fill_context: FillContext
) -> None:
    result = check(spec, sheet, check_context)
    assert (result.problems, len(result.documents)) == ((), 2)
    template = Template.load(spec, kind)
    first, second = (READ[kind](template.fill(d.data, fill_context)) for d in result.documents)
    assert "臺北市政府社會局　機房鑰匙借用單（1-2-109-0001）" in first
    assert "借用人：O'Brien & 李<小>明　日期：中華民國112年5月2日" in first
    assert "合計 5 支，共 2 項　r7f3k2" in first
    assert "𠮷1 2" in first
    assert "B<2> 3" in first
    assert "林𠮷堃" in second
    assert "{%" not in first + second


def test_mistakes_in_the_rows_of_a_new_form_name_its_own_clause(
    spec: FormSpec, tmp_path: Path, check_context: CheckContext
) -> None:
    path = tmp_path / "借用.json"
    path.write_text(
        json.dumps([{"借用日期": "112/5/2", "keys": [{"鑰匙編號": "A", "支數": "二"}]}]), encoding="utf-8"
    )
    problems = check(spec, path, check_context).problems
    assert {(p.code, p.column, p.clause) for p in problems} == {
        ("F120", "借用人", "機房管理須知第五點"),
        ("F126", "支數", ""),
    }


def test_blank_workbook_of_a_new_form_asks_for_its_fields(spec: FormSpec) -> None:
    book = openpyxl.load_workbook(io.BytesIO(blank_workbook(spec)))
    labels = [str(cell.value) for name in ("表頭", "明細") for row in book[name].iter_rows() for cell in row]
    asked = [label.removesuffix(REQUIRED_MARK) for label in labels if label.endswith(REQUIRED_MARK)]
    assert asked == ["借用人", "借用日期", "鑰匙編號", "支數"]
    assert len([label for label in labels if label != "None"]) == len(asked)


def test_layout_of_the_agency_replaces_ours_and_documents_say_so(
    tmp_path: Path, fill_context: FillContext
) -> None:
    own = tmp_path / "templates"
    (own / "disc_label").mkdir(parents=True)
    document = docx.Document()
    document.add_paragraph("本機關標籤 {{ 電子媒體編號 }}")
    document.save(str(own / "disc_label/form.docx"))
    spec = load_form("disc_label", own, SHIPPED)
    filled = docx.Document(io.BytesIO(Template.load(spec).fill({"media_no": "1090728_V001"}, fill_context)))
    assert [p.text for p in filled.paragraphs] == ["本機關標籤 1090728_V001"]
    assert filled.core_properties.comments == f"layout: official {spec.layout_version}"


def test_tag_that_the_new_form_does_not_know_is_named_before_anything_is_filled(own: Path) -> None:
    document = docx.Document()
    document.add_paragraph("{{ 借用人 }}{{ 借用者 }}")
    document.save(str(own / ID / "form.docx"))
    with pytest.raises(InputError) as raised:
        Template.load(load_form(ID, own, SHIPPED))
    assert (raised.value.code, raised.value.facts["got"]) == ("F305", "借用者")


def _blocks() -> list[str]:
    """The TOML of the page for clerks, in order."""
    fences = re.findall(
        r"^( *)```toml\n(.*?)^ *```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    return [textwrap.dedent(text) for _, text in fences]


def test_form_that_the_page_for_clerks_shows_is_a_form_without_mistakes(tmp_path: Path) -> None:
    example, grouped, _ = _blocks()
    field = '[[field]]\nkey = "pieces"\nlabel = "支數"\ntype = "int"\nscope = "row"\n'
    total = '[[field]]\nkey = "total"\nlabel = "合計"\ntype = "int"\nfrom = "rows.sum.pieces"\n'
    several = "\n".join((example.replace("[[field]]", f"{grouped}\n[[field]]", 1), field, total))
    for text in (example, several):
        (tmp_path / ID).mkdir(exist_ok=True)
        (tmp_path / ID / "fields.toml").write_text(text, encoding="utf-8")
        assert load_form(ID, tmp_path).grouped == (text == several)


def test_retention_rule_that_the_page_for_clerks_shows_can_be_added_to_the_profile(tmp_path: Path) -> None:
    profile = (SHIPPED.parent / "retention/profiles/taipei-2017.toml").read_text(encoding="utf-8")
    path = tmp_path / "my-agency.toml"
    path.write_text(f"{profile}\n{_blocks()[2]}", encoding="utf-8")
    rule = load_profile(str(path)).rule_for("kaohsiung_proxy")
    assert (rule.id, rule.years, rule.trigger) == ("kaohsiung", 5, "file_last_document")


def test_every_code_of_the_page_for_clerks_exists() -> None:
    codes = set(re.findall(r"\b[FR]\d{3}\b", PAGE.read_text(encoding="utf-8")))
    assert {"F202", "R130"} <= codes
    assert codes <= {*FORMS, *RETENTION}
