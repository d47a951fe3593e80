"""The comparison of a document with what it must say catches what the template engine loses."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import docx
import jinja2
import pytest
from docxtpl import DocxTemplate

from webir_records.forms.display import TemplateValues
from webir_records.forms.docx_package import read_parts, write_parts
from webir_records.forms.filling import FillContext, Template, template_values
from webir_records.forms.readback import ExpectedText, compare
from webir_records.forms.specs import FormSpec, load_form
from webir_records.model.errors import FaultError

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"


def _layout() -> bytes:
    document = docx.Document()
    document.add_paragraph("姓名：{{ name }}，完。")
    document.add_paragraph("下一段：{{ unit }}")
    table = document.add_table(rows=3, cols=2)
    table.cell(0, 0).text = "{%tr for e in entries %}"
    table.cell(1, 0).text, table.cell(1, 1).text = "{{ e.case }}", "{{ e.user }}"
    table.cell(2, 0).text = "{%tr endfor %}"
    document.sections[0].header.paragraphs[0].text = "{{ unit }}"
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


VALUES: dict[str, Any] = {
    "name": "A & B <Ltd> 公司",
    "unit": "甲科",
    "entries": [{"case": "1", "user": "王"}, {"case": "2", "user": "李"}],
}


def _fill(values: Mapping[str, Any], *, autoescape: bool) -> bytes:
    template = DocxTemplate(io.BytesIO(_layout()))
    template.render(dict(values), jinja2.Environment(autoescape=autoescape), autoescape=autoescape)  # noqa: S701 - the danger is the test
    buffer = io.BytesIO()
    template.save(buffer)
    return buffer.getvalue()


def _compare(document: bytes, values: TemplateValues = VALUES) -> None:
    compare(ExpectedText(read_parts(_layout(), "x"), "x").render(values), document, values)


def test_document_that_says_all_is_accepted() -> None:
    _compare(_fill(VALUES, autoescape=True))


def test_text_lost_without_autoescape_is_caught_and_the_field_named() -> None:
    document = _fill(VALUES, autoescape=False)
    assert "Ltd" not in docx.Document(io.BytesIO(document)).paragraphs[0].text  # the engine did lose it
    with pytest.raises(FaultError) as caught:
        _compare(document)
    assert caught.value.code == "F301"
    assert "name" in caught.value.facts["field"]
    assert "Ltd" not in str(caught.value)  # no value in the error


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("甲科", "乙科", "F301"),
        ("完。", "完", "F302"),
        ("下一段", "下壹段", "F302"),
        ("李", "", "F301"),
        ("完。", "完。。", "F302"),
    ],
)
def test_any_changed_text_is_caught(old: str, new: str, code: str) -> None:
    parts = read_parts(_fill(VALUES, autoescape=True), "x")
    changed = {name: data.replace(old.encode(), new.encode()) for name, data in parts.items()}
    assert changed != parts
    with pytest.raises(FaultError) as caught:
        _compare(write_parts(changed))
    assert caught.value.code == code


def test_lost_header_is_caught() -> None:
    parts = read_parts(_fill(VALUES, autoescape=True), "x")
    header = next(name for name in parts if "header" in name)
    parts[header] = parts[header].replace("甲科".encode(), b"")
    with pytest.raises(FaultError) as caught:
        _compare(write_parts(parts))
    assert caught.value.facts["part"] == header


def test_row_that_the_engine_drops_is_caught_and_named() -> None:
    shorter = VALUES | {"entries": VALUES["entries"][:1]}
    with pytest.raises(FaultError) as caught:
        _compare(_fill(shorter, autoescape=True))
    assert "entries[2].user" in caught.value.facts["field"]


def test_value_that_the_engine_rewrites_is_not_handed_out(fill_context: FillContext) -> None:
    spec: FormSpec = load_form("form_1_2", TEMPLATES)
    with pytest.raises(FaultError) as caught:  # docxtpl turns {_{ into {{ behind our back
        Template.load(spec).fill({"name": "王{_{明"}, fill_context)
    assert caught.value.code == "F301"


def test_expected_text_of_every_template_holds_every_value_that_it_prints(
    form: FormSpec, specimen: Mapping[str, Any], fill_context: FillContext
) -> None:
    expected = ExpectedText(read_parts(form.layout_path.read_bytes(), "x"), "x")
    values = template_values(form, specimen, fill_context)
    text = "".join(expected.render(values).values())
    printed = [values[key] for key in expected.names if isinstance(values.get(key), str)]
    assert printed
    assert all("".join(str(value).split()) in text for value in printed)
