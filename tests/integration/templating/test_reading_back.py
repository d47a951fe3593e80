"""The comparison of a document with what it must say catches what the engine loses, when it is broken."""

import io
from collections.abc import Callable
from typing import Any

import docx
import pytest

from webir_records.forms.templating import CompiledTemplate, escaping, part, pieces, word_source
from webir_records.forms.templating.xml_parts import Element
from webir_records.model.errors import FaultError, InputError

Make = Callable[..., bytes]
VALUES: dict[str, Any] = {
    "name": "A & B <Ltd> 公司",
    "unit": "甲科",
    "entries": [{"case": "1", "user": "王"}, {"case": "2\n3", "user": "李"}],
}


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


def _fill() -> bytes:
    return CompiledTemplate.compile(_layout(), "x").render(VALUES, {})


def _caught() -> FaultError:
    with pytest.raises(FaultError) as caught:
        _fill()
    assert not any(text in str(caught.value) for text in ("Ltd", "王", "李", "甲科"))  # no value in the error
    return caught.value


def test_document_that_says_all_is_handed_out() -> None:
    assert _fill()


def test_value_that_escaping_loses_is_caught_and_the_field_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = escaping.escape_all
    monkeypatch.setattr(pieces, "escape_all", lambda text: real(text.replace("<Ltd>", "")))
    error = _caught()
    assert (error.code, error.facts["field"], error.facts["part"]) == ("F301", "name", "word/document.xml")


SIMPLE: dict[str, Any] = VALUES | {"entries": [{"case": "1", "user": "王"}]}


def _fill_simple() -> bytes:
    return CompiledTemplate.compile(_layout(), "x").render(SIMPLE, {})


def test_value_that_escaping_loses_is_caught_where_nothing_else_is_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = escaping.escape_all
    assert _fill_simple()
    monkeypatch.setattr(pieces, "escape_all", lambda text: real(text.replace("<Ltd>", "")))
    with pytest.raises(FaultError) as caught:
        _fill_simple()
    assert (caught.value.code, caught.value.facts["field"]) == ("F301", "name")


def test_value_that_is_taken_for_one_without_markup_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(escaping, "_UNUSUAL", b"")  # misses every character
    with pytest.raises(FaultError) as caught:
        _fill_simple()
    assert caught.value.code == "F301"


def test_document_without_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(part, "MAX_OUTPUT", 5_000)
    with pytest.raises(InputError) as caught:
        CompiledTemplate.compile(_layout(), "x").render(SIMPLE | {"name": "長" * 6_000}, {})
    assert caught.value.code == "F341"


def test_value_that_is_not_escaped_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "escape_all", str.encode)
    assert _caught().code == "F301"


def test_text_lost_with_line_ends_is_caught_and_the_row_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(part, "resolve_breaks", lambda xml: xml.replace("2\n3", "2"))
    error = _caught()
    assert error.facts["field"] == "entries[2].case"


@pytest.mark.parametrize(("old", "new"), [("完。", "完"), ("下一段", "下壹段"), ("完。", "完。。")])
def test_text_of_the_template_that_preparing_changes_is_caught(
    monkeypatch: pytest.MonkeyPatch, old: str, new: str
) -> None:
    real = word_source.jinja_source
    monkeypatch.setattr(
        "webir_records.forms.templating.word.jinja_source", lambda root: real(root).replace(old, new)
    )
    assert _caught().code == "F302"


def test_row_and_tag_that_preparing_drops_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    real = word_source.jinja_source
    monkeypatch.setattr(
        "webir_records.forms.templating.word.jinja_source",
        lambda root: real(root).replace("{{ e.user }}", ""),
    )
    assert "entries[2].user" in _caught().facts["field"]


def test_header_that_loses_its_value_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    real = word_source.jinja_source

    def lose(root: Element) -> str:
        source = real(root)
        return source.replace("{{ unit }}", "") if "<w:hdr" in source else source

    monkeypatch.setattr("webir_records.forms.templating.word.jinja_source", lose)
    error = _caught()
    assert (error.facts["part"], error.facts["field"]) == ("word/header1.xml", "unit")


def test_tag_inside_a_value_stays_text(word: Make) -> None:
    value = "王{_{明 {{ name }} {% if x %} ]]> </w:t>"
    document = CompiledTemplate.compile(word("甲{{ name }}乙"), "x").render({"name": value}, {})
    assert docx.Document(io.BytesIO(document)).paragraphs[0].text == f"甲{value}乙"
    literal = CompiledTemplate.compile(word("{_{ name }_}"), "x").render({}, {})
    assert docx.Document(io.BytesIO(literal)).paragraphs[0].text == "{{ name }}"
