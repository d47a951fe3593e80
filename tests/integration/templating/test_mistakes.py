"""Mistakes in tags are found when the template is compiled: all of them at once, each with its place."""

import io
from collections.abc import Callable

import docx
import pytest

from webir_records.forms.templating import CompiledTemplate
from webir_records.model.errors import Detail, InputError

Make = Callable[..., bytes]
P = "<text:p>{}</text:p>"


def _details(layout: bytes) -> list[Detail]:
    with pytest.raises(InputError) as caught:
        CompiledTemplate.compile(layout, "x")
    assert caught.value.code == "F304"
    return list(caught.value.details)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{{ name", "F330"),
        ("name }}", "F330"),
        ("{% if name", "F330"),
        ("｛｛ name ｝｝", "F331"),
        ("{％ if name ％}", "F331"),
        ("{{ name name }}", "F332"),
        ("{{ }}", "F332"),
        ("{% tr for x in xs %}", "F334"),
        ("{% endif %}", "F333"),
        ("{% if name %}", "F333"),
        ("{% for x in name %}{% if x %}{% endfor %}{% endif %}", "F333"),
        ("{{r name }}", "F334"),
        ("{{p name }}", "F334"),
        ("{% macro x() %}", "F334"),
        ("{{ name | shout }}", "F335"),
        ("{{ name.__class__ }}", "F336"),
        ("{%tr if name %}", "F339"),
        ("{%p if name %}{{ name }}", "F347"),
        ("{{ " + "x" * 3000 + " }}", "F337"),
        ("{% if 1 %}" * 17 + "{% endif %}" * 17, "F337"),
    ],
)
def test_mistake_is_named_alike_in_both_kinds_of_file(word: Make, odt: Make, text: str, code: str) -> None:
    marked = text.replace("<", "&lt;")
    for layout in (word("甲", text), odt(P.format("甲") + P.format(marked))):
        found = _details(layout)
        assert code in {detail.code for detail in found}
        assert {detail.facts["paragraph"] for detail in found if detail.code == code} == {"2"}


def test_every_mistake_is_named_with_table_row_and_cell() -> None:
    document = docx.Document()
    document.add_paragraph("{{ ok }}")
    table = document.add_table(rows=2, cols=3)
    table.cell(1, 2).text = "{{ a b }}"
    table.cell(0, 1).text = "{{ name | shout }}"
    document.sections[0].header.paragraphs[0].text = "{{ x.__class__ }}"
    buffer = io.BytesIO()
    document.save(buffer)
    places = {
        (d.code, d.facts["part"], d.facts["table"], d.facts["row"], d.facts["cell"], d.facts["tag"])
        for d in _details(buffer.getvalue())
    }
    assert places == {
        ("F335", "word/document.xml", "1", "1", "2", "{{ name | shout }}"),
        ("F332", "word/document.xml", "1", "2", "3", "{{ a b }}"),
        ("F336", "word/header1.xml", "–", "–", "–", "{{ x.__class__ }}"),
    }


def test_mistake_in_an_odt_table_is_named_with_row_and_cell(odt: Make) -> None:
    cell = "<table:table-cell>" + P + "</table:table-cell>"
    row = "<table:table-row>" + cell.format("") + cell.format("{{ a b }}") + "</table:table-row>"
    (found,) = _details(odt("<table:table>" + row + "</table:table>"))
    assert [found.facts[key] for key in ("part", "table", "row", "cell")] == ["content.xml", "1", "1", "2"]


def test_block_that_spans_cells_unevenly_is_refused() -> None:
    document = docx.Document()
    document.add_paragraph("{% for x in xs %}")
    document.add_table(rows=1, cols=2).cell(0, 1).text = "{% endfor %}"
    buffer = io.BytesIO()
    document.save(buffer)
    assert {detail.code for detail in _details(buffer.getvalue())} == {"F329"}


def test_tag_under_tracked_changes_is_refused(word: Make, odt: Make) -> None:
    run = "<w:r><w:t>{}</w:t></w:r>"
    body = f'<w:p>{run.format("{{ na")}<w:ins w:id="1">{run.format("me }}")}</w:ins></w:p>'
    assert {detail.code for detail in _details(word(body=body))} == {"F338"}
    text = '<text:p>{{ na<text:change-start text:change-id="1"/>me }}</text:p>'
    assert {detail.code for detail in _details(odt(text))} == {"F338"}


def test_foreign_content_is_refused(word: Make) -> None:
    body = '<w:p><w:r><w:t>x</w:t></w:r></w:p><w:altChunk xmlns:r="urn:x" r:id="rId1"/>'
    assert {(d.code, d.facts["feature"]) for d in _details(word(body=body))} == {("F334", "altChunk")}


def test_tag_in_a_part_that_is_not_filled_is_refused(word: Make, repack: Make) -> None:
    chart = b'<c:chart xmlns:c="urn:c">{{ name }}</c:chart>'
    found = _details(repack(word("x"), {"word/charts/chart1.xml": chart}))
    assert [(detail.code, detail.facts["part"]) for detail in found] == [("F344", "word/charts/chart1.xml")]
