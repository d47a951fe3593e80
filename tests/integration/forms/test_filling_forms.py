"""Every template is filled with its specimen and read back; hostile values arrive whole."""

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.document import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from webir_records.forms.filling import FillContext, Template, qr_text
from webir_records.forms.specs import FormSpec, load_form
from webir_records.model.errors import InputError

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
HOSTILE = [
    "A & B <Ltd> 公司",
    "O'Brien & 李<小>明",
    "王</w:t></w:r></w:p>明",
    "{{ name }}",
    "{% if x %}",
    "]]>",
    "\"'&lt;",
    "林𠮷堃",
    "第一行\n第二行\t後",
]


def _document(layout: bytes) -> Document:
    return docx.Document(io.BytesIO(layout))


def _layout(*paragraphs: str) -> bytes:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _text(document: bytes) -> str:
    parts = _document(document)
    cells = [cell.text for table in parts.tables for row in table.rows for cell in row.cells]
    return "\n".join([p.text for p in parts.paragraphs] + cells)


@pytest.fixture(scope="module")
def user_form() -> FormSpec:
    return load_form("form_1_2", TEMPLATES)


@pytest.fixture(scope="module")
def user_data(user_form: FormSpec) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(user_form.specimen_path.read_text(encoding="utf-8"))
    return data


def test_every_template_is_filled_with_its_specimen_and_read_back(
    form: FormSpec, specimen: Mapping[str, Any], fill_context: FillContext
) -> None:
    document = Template.load(form).fill(specimen, fill_context)
    text = _text(document)
    assert "{{" not in text
    assert "{%" not in text
    assert zipfile.ZipFile(io.BytesIO(document)).testzip() is None


def test_every_template_is_filled_when_only_nothing_is_known(
    form: FormSpec, fill_context: FillContext
) -> None:
    assert Template.load(form).fill({}, fill_context)


def test_same_input_gives_the_same_bytes(
    form: FormSpec, specimen: Mapping[str, Any], fill_context: FillContext
) -> None:
    first = Template.load(form).fill(specimen, fill_context)
    template = Template.load(form)
    template.fill({}, fill_context)  # what was filled before leaves no trace
    assert template.fill(specimen, fill_context) == first


def test_dates_in_the_package_say_nothing_of_the_moment(
    user_form: FormSpec, user_data: dict[str, Any], fill_context: FillContext
) -> None:
    document = Template.load(user_form).fill(user_data, fill_context)
    members = zipfile.ZipFile(io.BytesIO(document)).infolist()
    assert {member.date_time for member in members} == {(1980, 1, 1, 0, 0, 2)}
    assert members[0].filename == "[Content_Types].xml"


def test_properties_name_the_form_and_no_person(
    user_form: FormSpec, user_data: dict[str, Any], fill_context: FillContext
) -> None:
    document = Template.load(user_form).fill(user_data, fill_context)
    properties = _document(document).core_properties
    assert properties.title == user_form.title
    assert properties.author == "臺北市政府社會局"
    assert fill_context.record_id in properties.keywords
    assert "reconstruction" in properties.comments
    core = zipfile.ZipFile(io.BytesIO(document)).read("docProps/core.xml").decode()
    assert user_data["name"] not in core


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_name_arrives_whole(
    user_form: FormSpec, user_data: dict[str, Any], fill_context: FillContext, name: str
) -> None:
    document = Template.load(user_form).fill(user_data | {"name": name}, fill_context)
    assert name in _text(document)


_PRINTABLE = st.characters(exclude_categories=("Cc", "Cs", "Cn"), exclude_characters="\ufffd\ufffe\uffff")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(_PRINTABLE, min_size=1, max_size=20).map(str.strip).filter(bool))
def test_any_printable_name_arrives_whole(user_form: FormSpec, fill_context: FillContext, name: str) -> None:
    template = Template.parse(user_form, _layout("甲{{ name }}乙"))
    assert f"甲{name}乙" in _text(template.fill({"name": name}, fill_context))


def test_line_break_and_tab_in_a_value_become_those_of_word(
    user_form: FormSpec, fill_context: FillContext
) -> None:
    document = Template.parse(user_form, _layout("{{ purpose }}")).fill(
        {"purpose": "一\n二\t三"}, fill_context
    )
    assert _document(document).paragraphs[0].text == "一\n二\t三"


def test_agencys_own_layout_may_use_chinese_labels(user_form: FormSpec, fill_context: FillContext) -> None:
    layout = _layout("{{ 姓名 }}於{{ 申請日期 }}申請", "{{ action_boxes }}", "{{ notice }}")
    document = Template.parse(user_form, layout).fill(
        {"name": "王小明", "apply_date": "2019-08-16", "action": "新增"}, fill_context
    )
    text = _text(document)
    assert "王小明於中華民國108年8月16日申請" in text
    assert "■新增　□異動" in text
    assert fill_context.notice in text


def test_layout_that_asks_for_unknown_values_names_them_all(user_form: FormSpec) -> None:
    with pytest.raises(InputError) as caught:
        Template.parse(user_form, _layout("{{ nmae }}", "{{ 姓 }}", "{{ name }}"))
    assert (caught.value.code, caught.value.facts["got"]) == ("F305", "nmae、姓")


@pytest.mark.parametrize("tag", ["{{ name", "{% if name %}x", "{{ name }", "{% endfor %}", "{{ }}"])
def test_layout_with_a_broken_tag_is_refused_when_it_is_loaded(user_form: FormSpec, tag: str) -> None:
    with pytest.raises(InputError) as caught:
        Template.parse(user_form, _layout(tag))
    assert caught.value.code == "F304"


@pytest.mark.parametrize(
    "expression", ["''.__class__.__mro__", "name.__init__.__globals__", "cycler.__init__"]
)
def test_layout_that_reaches_into_the_program_is_refused_when_it_is_loaded(
    user_form: FormSpec, expression: str
) -> None:
    with pytest.raises(InputError) as caught:
        Template.parse(user_form, _layout("{{ " + expression + " }}"))
    assert caught.value.code == "F304"
    assert {detail.code for detail in caught.value.details} == {"F336"}


def test_layout_that_is_no_document_is_refused(user_form: FormSpec) -> None:
    with pytest.raises(InputError) as caught:
        Template.parse(user_form, b"no zip")
    assert caught.value.code == "F303"


def test_form_without_a_layout_is_refused(user_form: FormSpec, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        Template.load(replace(user_form, folder=tmp_path))
    assert caught.value.code == "F203"


def test_code_on_the_page_holds_form_number_and_record_alone(
    user_form: FormSpec, fill_context: FillContext
) -> None:
    assert qr_text(user_form, fill_context) == "附件1-2 | 1-2-109-0001 | r7f3k2"
    document = Template.parse(user_form, _layout("{{ qr }}")).fill({}, fill_context)
    assert len(_document(document).inline_shapes) == 1
