"""Texts and attributes made to harm: refused when the template is compiled, with a place, without delay."""

import io
import time
import zipfile
from collections.abc import Callable

import pytest

from webir_records.forms.templating import CompiledTemplate
from webir_records.forms.templating.finding import find_tags
from webir_records.model.errors import Detail, InputError

Make = Callable[..., bytes]
SECONDS = 5.0
"""Of the processor; each of these took more than half a minute, or did not end."""

P = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
PICTURE = (
    f'<w:p><w:r><w:drawing><wp:inline xmlns:wp="{DRAWING}"><wp:docPr id="1" name="x" {{}}="{{}}"/>'
    "</wp:inline></w:drawing></w:r></w:p>"
)


def _details(layout: bytes) -> list[Detail]:
    begin = time.process_time()
    with pytest.raises(InputError) as caught:
        CompiledTemplate.compile(layout, "x")
    assert time.process_time() - begin < SECONDS
    assert caught.value.code == "F304"
    return list(caught.value.details)


@pytest.mark.parametrize(
    "text", ["{" * 20_000, "{{ " * 20_000, "{% " * 20_000, "{#" * 20_000, "{% %}" * 2_000]
)
def test_braces_without_end_are_refused_at_once(word: Make, odt: Make, text: str) -> None:
    for layout in (word(text), odt(f"<text:p>{text}</text:p>")):
        assert {detail.code for detail in _details(layout)} & {"F330", "F334", "F337"}


@pytest.mark.parametrize(
    "body",
    [
        "<w:p>" + "<w:r><w:t>{</w:t></w:r>" * 25_000 + "</w:p>",
        P.format("{{ n }}") + P.format("{") * 5_000,
        P.format("{{ n }}") + '<w:bookmarkStart w:id="1" w:name="{{"/>' * 5_000,
        P.format("{{ n }}") + '<w:bookmarkStart w:id="1" w:name="a-%}"/>' * 5_000,
    ],
    ids=["runs", "paragraphs", "attributes", "ends in attributes"],
)
def test_braces_in_pieces_are_refused_at_once(word: Make, body: str) -> None:
    assert {detail.code for detail in _details(word(body=body))} & {"F330", "F334"}


@pytest.mark.parametrize("attribute", ["descr", "title"])
@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("{% include 'x' %}", "F334"),
        ("{{ lipsum() }}", "F335"),
        ("{{ name.__class__ }}", "F336"),
        ("{% macro f() %}", "F334"),
        ("{% raw %}", "F334"),
        ("{% set z = 5 %}", "F334"),
        ("{% with z = 5 %}{% endwith %}", "F334"),
        ("{%tr if name %}", "F334"),
        ("{% if name %}", "F333"),
        ("{{ name", "F330"),
        ("{{ a b }}", "F332"),
    ],
)
def test_wrong_tag_in_the_text_of_a_picture_is_named_with_its_place(
    word: Make, attribute: str, tag: str, code: str
) -> None:
    found = _details(word(body=P.format("{{ name }}") + PICTURE.format(attribute, tag)))
    assert (code, "2") in {(detail.code, detail.facts["paragraph"]) for detail in found}


def test_tags_of_a_picture_are_filled_whatever_sign_they_begin_with(word: Make) -> None:
    body = PICTURE.format("descr", "{{ -n }}{{- n }}{% if n > 2 %}大{% endif %}".replace(">", "&gt;"))
    made = CompiledTemplate.compile(word(body=body + P.format("{{ n }}")), "x").render({"n": 5}, {})
    assert 'descr="-55大"' in _document(made)


def _document(made: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        return package.read("word/document.xml").decode()


@pytest.mark.parametrize(
    ("body", "feature"),
    [
        ('<w:bookmarkStart w:id="1" w:name="{{ n }}"/>', "bookmarkStart/@name"),
        ('<w:p><w:fldSimple w:instr=" HYPERLINK {{ n }} "/></w:p>', "fldSimple/@instr"),
        (PICTURE.format("hidden", "{{ n }}"), "docPr/@hidden"),
    ],
)
def test_tag_in_another_attribute_is_refused(word: Make, body: str, feature: str) -> None:
    found = _details(word(body=P.format("{{ n }}") + body))
    assert [(detail.code, detail.facts["feature"]) for detail in found] == [("F334", feature)]


def test_tag_in_another_attribute_of_an_odt_is_refused(odt: Make) -> None:
    found = _details(odt('<text:p><text:bookmark text:name="{{ n }}"/>{{ n }}</text:p>'))
    assert [(detail.code, detail.facts["paragraph"]) for detail in found] == [("F334", "1")]


def test_tag_outside_any_paragraph_is_refused(word: Make, odt: Make) -> None:
    assert [detail.code for detail in _details(word(body=P.format("{{ n }}") + "{{ lipsum() }}"))] == ["F344"]
    assert [detail.code for detail in _details(odt("<text:p>{{ n }}</text:p>{{ lipsum() }}"))] == ["F344"]


def test_braces_of_two_paragraphs_make_no_tag(word: Make) -> None:
    assert [detail.code for detail in _details(word("{{ n }}", "a {", "{ b"))] == ["F330"]


def test_the_same_tag_many_times_is_parsed_once(word: Make) -> None:
    begin = time.process_time()
    CompiledTemplate.compile(word(body="<w:p>" + "<w:r><w:t>{{ n }}</w:t></w:r>" * 400 + "</w:p>"), "x")
    assert time.process_time() - begin < SECONDS


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("a{{ b }}c{% d %}{# e #}", ["{{ b }}", "{% d %}", "{# e #}"]),
        ("{{{ b }}}", ["{{{ b }}"]),
        ("{ {{ b }", []),
        ("{% a }} {{ b }}", ["{{ b }}"]),
        ("{#{{ b }}", ["{{ b }}"]),
        ("{{}}{%%}", ["{{}}", "{%%}"]),
        ("{%}{% a %}", ["{%}{% a %}"]),
    ],
)
def test_tags_are_found_from_left_to_right(text: str, tags: list[str]) -> None:
    assert [text[begin:end] for begin, end in find_tags(text)] == tags
