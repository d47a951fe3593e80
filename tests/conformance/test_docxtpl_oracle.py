"""docxtpl's own test templates: every part of our document equals docxtpl's, with autoescape on.

Parts are compared as canonical XML without blank text between elements, because docxtpl writes some parts
anew through lxml and others not. Relationships and content types are left out: python-docx orders them anew.
"""

import html
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import jinja2
import pytest
from docxtpl import DocxTemplate
from lxml import etree

from webir_records.forms.templating import CompiledTemplate
from webir_records.model.errors import InputError

SHARED = Path(__file__).resolve().parents[3] / "shared" / "conformance" / "docxtpl-templates"
pytestmark = pytest.mark.conformance

AMP: Final = "A & B <小> 林𠮷堃 'x'"

CONTEXTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "comments_tpl": {},
    "doc_properties_tpl": {"test": AMP},
    "dynamic_table_tpl": {
        "col_labels": ["水果", "蔬菜", AMP, "石頭"],
        "tbl_contents": [
            {"label": "黃", "cols": ["香蕉", "辣椒", "", "黃鐵礦"]},
            {"label": AMP, "cols": ["1", "2", "3", "4"]},
        ],
    },
    "embedded_dummy": {},
    "embedded_dummy2": {},
    "embedded_embedded_docx_tpl": {"name": AMP},
    "embedded_main_tpl": {"name": AMP},
    "embedded_static_docx": {},
    "footnotes_tpl": {"a_jinja_variable": AMP},
    "get_undeclared_variables": {
        "name": AMP,
        "age": 40,
        "email": "a@b.tw",
        "is_student": True,
        "has_degree": False,
        "degree_field": "法律",
        "skills": ["一", AMP],
        "projects": [{"name": "甲", "year": 1, "description": AMP}],
        "company_name": AMP,
        "page_number": 3,
        "generation_date": "109年1月1日",
        "author": "王小明",
    },
    "header_footer_entities_tpl": {"title": AMP, "unknowvar": AMP},
    "header_footer_image_tpl": {"mycompany": AMP},
    "header_footer_inline_image_tpl": {"images": [AMP, "b"], "inline_image": AMP},
    "horizontal_merge_tpl": {},
    "inline_image_tpl": {
        "myimage": AMP,
        "myimageratio": "x",
        "frameworks": [{"image": AMP, "desc": "1\n2"}, {"image": "c", "desc": "d\te"}],
    },
    "less_cells_after_loop_tpl": {},
    "merge_docx_subdoc": {},
    "merge_paragraph_tpl": {"living_in_town": True},
    "module_execute_tpl": {
        "json_dict_var": AMP,
        "json_array_var": 1,
        "json_string_var": AMP,
        "json_int_var": 12,
        "json_float_var": 1.5,
        "json_true_var": True,
        "json_false_var": False,
        "json_none_var": AMP,
    },
    "multi_rendering_tpl": {"title": AMP, "body": "一\n二\t三"},
    "nested_for_tpl": {
        "dishes": [
            {"name": AMP, "ingredients": ["麵粉", "<蛋>"]},
            {"name": "湯", "ingredients": ["水"]},
            {"name": "無", "ingredients": []},
        ],
        "authors": [{"name": "王", "books": [{"title": AMP}]}, {"name": "李", "books": []}],
    },
    "order_tpl": {
        "customer_name": AMP,
        "items": [{"desc": AMP, "qty": 2, "price": "1.50"}, {"desc": "b\nc", "qty": 1, "price": "0"}],
        "total_price": "5,000",
        "in_europe": True,
        "is_paid": False,
        "company_name": AMP,
    },
    "preserve_spaces_tpl": {"tag_1": " 前後有空白 ", "tag_2": "  兩個  "},
    "replace_picture_tpl": {},
    "vertical_merge_nested_tpl": {},
    "vertical_merge_tpl": {
        "items": [{"desc": AMP, "qty": 2, "price": "1"}, {"desc": "b", "qty": 1, "price": "2"}],
        "total_price": "5",
        "category": AMP,
    },
}

NOT_APPLICABLE: Final[Mapping[str, tuple[str, str]]] = {
    "cellbg_tpl": ("F334", "{{r …}} wants a RichText object of Python"),
    "custom_jinja_filters_tpl": ("F335", "filters that a Python program adds"),
    "escape_tpl": ("F334", "{{r …}} wants RichText and Listing objects of Python"),
    "escape_tpl_auto": ("F335", "calls a function that is handed over among the data"),
    "header_footer_tpl": ("F334", "{{p …}} wants a Subdoc object of Python"),
    "header_footer_tpl_utf8": ("F334", "{{p …}} wants a Subdoc object of Python"),
    "merge_docx_master_tpl": ("F334", "{{p …}} wants a Subdoc object of Python"),
    "richtext_and_if_tpl": ("F334", "{{r …}} wants a RichText object of Python"),
    "richtext_eastAsia_tpl": ("F334", "{{r …}} wants a RichText object of Python"),
    "richtext_paragraph_tpl": ("F334", "{{p …}} wants a RichTextParagraph object of Python"),
    "richtext_tpl": ("F334", "{{r …}} wants a RichText object of Python"),
    "subdoc_tpl": ("F334", "{{p …}} wants a Subdoc object of Python"),
    "template_error_tpl": ("F333", "one endif too many, on purpose; docxtpl refuses it too"),
    "word2016_tpl": ("F334", "{{r …}} wants RichText objects of Python"),
}
"""Code of our error at compile time, and why there is nothing to compare."""

FILES = sorted(path.stem for path in SHARED.glob("*.docx"))


def _ours(name: str) -> bytes:
    layout = (SHARED / f"{name}.docx").read_bytes()
    return CompiledTemplate.compile(layout, name).render(CONTEXTS[name], {})


def _docxtpl(name: str) -> bytes:
    template = DocxTemplate(SHARED / f"{name}.docx")
    template.render(dict(CONTEXTS[name]), jinja2.Environment(autoescape=True), autoescape=True)
    buffer = io.BytesIO()
    template.save(buffer)
    return buffer.getvalue()


def _parts(document: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist() if not name.endswith("/")}


def _canonical(data: bytes) -> str:
    root = etree.fromstring(data, etree.XMLParser(remove_blank_text=True, remove_comments=True))
    return str(etree.canonicalize(etree.tostring(root, encoding="unicode"), rewrite_prefixes=True))


def _properties(data: bytes) -> dict[str, str]:
    return {str(element.tag): element.text for element in etree.fromstring(data) if element.text}


def test_every_template_of_the_collection_is_compared_or_has_a_reason() -> None:
    assert FILES
    assert set(FILES) == CONTEXTS.keys() | NOT_APPLICABLE.keys()


@pytest.mark.parametrize("name", sorted(CONTEXTS))
def test_every_part_says_what_docxtpl_says(name: str) -> None:
    ours, theirs = _parts(_ours(name)), _parts(_docxtpl(name))
    compared = 0
    for part, expected in theirs.items():
        if part.endswith(".rels") or part in {"[Content_Types].xml", "docProps/core.xml"}:
            continue
        if part.endswith(".xml"):
            assert _canonical(ours[part]) == _canonical(expected), part
            compared += 1
        else:
            assert ours[part] == expected, part
    assert compared
    theirs_once = {key: html.unescape(text) for key, text in _properties(theirs["docProps/core.xml"]).items()}
    assert _properties(ours["docProps/core.xml"]) == theirs_once  # docxtpl escapes properties twice


@pytest.mark.parametrize("name", sorted(NOT_APPLICABLE))
def test_what_needs_python_is_refused_when_it_is_compiled(name: str) -> None:
    with pytest.raises(InputError) as caught:
        CompiledTemplate.compile((SHARED / f"{name}.docx").read_bytes(), name)
    assert caught.value.code == "F304"
    assert NOT_APPLICABLE[name][0] in {detail.code for detail in caught.value.details}
    assert all(detail.facts["tag"] for detail in caught.value.details)
