"""The copy with comments: at the right places, text unchanged, and read like the original."""

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import docx
import odfdo
import pytest

from webir_records.forms.linting import annotate, lint
from webir_records.forms.spec_types import FormSpec
from webir_records.forms.templating import CompiledTemplate
from webir_records.model.errors import InputError
from webir_records.model.texts import Texts

Make = Callable[..., bytes]
NOW = datetime(2026, 11, 23, 13, 5, tzinfo=timezone(timedelta(hours=8)))
ZH = Texts.load("zh-Hant")
BROKEN: list[Any] = [
    "甲 {{ untt }} 乙 {{ manger }}",
    [["林𠮷堃", "｛｛ unit ｝｝"], ["{%tr for e in entries %}"], ["{{ e.sq }}"]],
]


def word_text(data: bytes) -> list[str]:
    document: Any = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in document.paragraphs] + cells


def test_word_copy_has_each_finding_at_its_paragraph(template: Make, good: list[Any], spec: FormSpec) -> None:
    data = template("docx", [*good, *BROKEN])
    report = lint(data, "form.docx", spec)
    copy = annotate(data, report, ZH, at=NOW)
    assert word_text(copy) == word_text(data)
    document: Any = docx.Document(io.BytesIO(copy))
    comments = {comment.comment_id: comment.text for comment in document.comments}
    assert len(comments) == len(report.findings) == 5
    anchored = {
        int(mark.get(mark.nsmap["w"].join("{}") + "id")): "".join(mark.getparent().itertext())
        for mark in document.element.body.iter("{*}commentRangeStart")
    }
    for number, finding in enumerate(report.findings):
        assert finding.code in comments[number]
        assert finding.place.text in anchored[number]
    assert {comment.timestamp for comment in document.comments} == {NOW.replace(tzinfo=None)}
    assert comments[0].startswith("本文 第 3 段：")


def test_comments_that_were_there_stay(word: Make, spec: FormSpec) -> None:
    old = '<w:comment w:id="7" w:author="王小明"><w:p><w:r><w:t>請補件</w:t></w:r></w:p></w:comment>'
    data = word("<w:p><w:r><w:t>{{ untt }}</w:t></w:r></w:p>", comments=old)
    copy = annotate(data, lint(data, "form.docx", spec), ZH)
    comments = {c.comment_id: c.author for c in docx.Document(io.BytesIO(copy)).comments}
    assert comments == {7: "王小明", 8: "webir"}


@pytest.mark.parametrize("kind", ["docx", "odt"])
def test_copy_is_read_like_the_original(template: Make, good: list[Any], spec: FormSpec, kind: str) -> None:
    data = template(kind, [*good, *BROKEN])
    report = lint(data, "form", spec)
    copy = annotate(data, report, ZH)
    assert lint(copy, "form", spec) == report
    assert annotate(data, report, ZH) == copy


@pytest.mark.parametrize("kind", ["docx", "odt"])
def test_comments_are_no_tags_to_the_engine(
    template: Make, good: Sequence[Any], spec: FormSpec, kind: str
) -> None:
    data = template(kind, [*good[1:], "{{ manager }}"])
    report = lint(data, "form", spec)
    assert [f.code for f in report.findings] == ["F442"] * 3
    copy = annotate(data, report, ZH)
    assert CompiledTemplate.compile(copy, "form").names == CompiledTemplate.compile(data, "form").names


def test_odt_copy_has_each_finding_before_its_text(template: Make, good: list[Any], spec: FormSpec) -> None:
    data = template("odt", [*good, *BROKEN])
    report = lint(data, "form.odt", spec)
    document: Any = odfdo.Document(io.BytesIO(annotate(data, report, ZH, at=NOW)))
    notes = document.body.get_annotations()
    assert [note.date for note in notes] == [NOW.replace(tzinfo=None)] * len(report.findings)
    for note, finding in zip(notes, report.findings, strict=True):
        assert finding.code in note.note_body
        assert (note.tail or "").startswith(finding.place.text)


def test_what_stands_in_a_header_is_said_at_the_first_paragraph(word: Make, spec: FormSpec) -> None:
    data = word(header1="<w:p><w:r><w:t>{{ untt }}</w:t></w:r></w:p>")
    copy: Any = docx.Document(io.BytesIO(annotate(data, lint(data, "form.docx", spec), ZH)))
    assert [comment.text.split("：")[0] for comment in copy.comments] == ["頁首 1 第 1 段"]
    assert copy.paragraphs[0]._p.xpath("w:commentRangeStart")


def test_file_that_cannot_be_opened_cannot_be_annotated(spec: FormSpec) -> None:
    with pytest.raises(InputError) as caught:
        annotate(b"no file", lint(b"no file", "form.docx", spec), ZH)
    assert caught.value.code == "F303"


def test_copy_of_an_odt_begins_with_its_type(template: Make, good: list[Any], spec: FormSpec) -> None:
    data = template("odt", [*good, "{{ untt }}"])
    copy = annotate(data, lint(data, "form.odt", spec), ZH)
    first = zipfile.ZipFile(io.BytesIO(copy)).infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)


def test_comment_after_a_span_of_an_odt_changes_no_text(odf: Make, spec: FormSpec) -> None:
    data = odf("<text:p>甲<text:span>乙</text:span>丙 {{ untt }} 丁 {{ usr }}</text:p>")
    report = lint(data, "form.odt", spec)
    document: Any = odfdo.Document(io.BytesIO(annotate(data, report, ZH, at=NOW)))
    assert [(note.tail or "") for note in document.body.get_annotations()] == ["{{ untt }} 丁 ", "{{ usr }}"]
    for note in document.body.get_annotations():
        note.delete()
    assert document.body.get_paragraphs()[-1].inner_text == "甲乙丙 {{ untt }} 丁 {{ usr }}"
