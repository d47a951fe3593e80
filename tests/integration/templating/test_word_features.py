"""What a Word template can do: every part, every kind of place, looked at through python-docx."""

import io
import re
import zipfile
from collections.abc import Callable

import docx
import pytest
from docx.document import Document
from lxml import etree

from webir_records.forms.templating import CompiledTemplate, Properties, Value
from webir_records.forms.templating.qr_code import qr_png
from webir_records.model.errors import InputError

Make = Callable[..., bytes]
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NAME = "林𠮷堃 O'Brien & 李<小>明"
RUN = "<w:r>{}<w:t>{}</w:t></w:r>"
QR = qr_png("x")


def _render(layout: bytes, images: dict[str, bytes] | None = None, /, **values: Value) -> bytes:
    document = CompiledTemplate.compile(layout, "x.docx").render(values, images or {})
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        assert package.testzip() is None
        for name in package.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(package.read(name))
    return document


def _open(document: bytes) -> Document:
    return docx.Document(io.BytesIO(document))


def _part(document: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        return package.read(name).decode()


def _texts(document: bytes) -> list[str]:
    return [paragraph.text for paragraph in _open(document).paragraphs]


def _saved(document: Document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _body(inside: str) -> str:
    return f"<w:p>{inside}</w:p>"


def test_tag_that_formatting_has_split_is_filled(word: Make) -> None:
    bold = "<w:rPr><w:b/></w:rPr>"
    body = _body(RUN.format("", "姓名：{{ na") + RUN.format(bold, "me") + RUN.format("", " }}。"))
    assert _texts(_render(word(body=body), name=NAME)) == [f"姓名：{NAME}。"]


def test_smart_quotes_in_a_tag_are_quotes(word: Make) -> None:
    assert _texts(_render(word("{{ x | default(“無”) }}"))) == ["無"]


def test_paragraphs_rows_and_columns_repeat() -> None:
    document = docx.Document()
    for text in ("{%p for x in xs %}", "第{{ loop.index }}段{{ x.k }}", "{%p endfor %}"):
        document.add_paragraph(text)
    table = document.add_table(rows=3, cols=3)
    table.cell(0, 0).text = "{%tr for x in xs %}"
    for column, text in enumerate(("{%tc for y in x.ys %}", "{{ y }}", "{%tc endfor %}")):
        table.cell(1, column).text = text
    table.cell(2, 0).text = "{%tr endfor %}"
    xs = [{"k": "甲", "ys": ["1", "2", "3", "4"]}, {"k": NAME, "ys": ["5", "6", "7", "8"]}]
    filled = _open(_render(_saved(document), xs=xs))
    assert [p.text for p in filled.paragraphs] == ["第1段甲", f"第2段{NAME}"]
    assert [[c.text for c in row.cells] for row in filled.tables[0].rows] == [list("1234"), list("5678")]
    assert len(filled.tables[0].columns) == 4


def test_condition_keeps_one_branch(word: Make) -> None:
    layout = word(
        "{%p if yes %}", "甲", "{%p else %}", "乙", "{%p endif %}", "{% if yes %}丙{% else %}丁{% endif %}"
    )
    assert _texts(_render(layout, yes=True)) == ["甲", "丙"]
    assert _texts(_render(layout, yes="")) == ["乙", "丁"]


def test_line_ends_and_tabs_keep_the_look_of_their_run(word: Make) -> None:
    look = '<w:rPr><w:b/><w:sz w:val="40"/></w:rPr>'
    layout = word(body=_body(RUN.format(look, "{{ x }}")) + _body(RUN.format("", "{{ y }}")))
    document = _render(layout, x="一\n二\t三\r\n四", y="五")
    assert _texts(document) == ["一\n二\t三\n四", "五"]
    runs = _open(document).paragraphs[0].runs
    assert all(run.bold for run in runs if run.text.strip() or "\t" in run.text)


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x0b", "\x0c", "\x1f", "\ufffe", "\ud800"])
def test_character_that_no_file_can_hold_is_an_error_that_names_the_field(word: Make, character: str) -> None:
    template = CompiledTemplate.compile(word("{{ other }}{{ name }}"), "x.docx")
    with pytest.raises(InputError) as caught:
        template.render({"name": f"王{character}明", "other": "x"}, {})
    assert (caught.value.code, caught.value.facts["field"]) == ("F340", "name")
    assert "王" not in str(caught.value)


def test_header_footer_and_text_box_are_filled() -> None:
    document = docx.Document()
    document.add_paragraph("x")
    document.sections[0].header.paragraphs[0].text = "頁首{{ name }}"
    document.sections[0].footer.paragraphs[0].text = "頁尾{{ name }}"
    box = '<w:p {0}><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent><w:p><w:r><w:t>框{{{{ name }}}}</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>'  # noqa: E501
    names = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    document.element.body.insert(0, etree.fromstring(box.format(names)))
    filled = _render(_saved(document), name=NAME)
    section = _open(filled).sections[0]
    assert section.header.paragraphs[0].text == f"頁首{NAME}"
    assert section.footer.paragraphs[0].text == f"頁尾{NAME}"
    root = etree.fromstring(_part(filled, "word/document.xml").encode())
    assert next(node.text for node in root.iter(f"{W}t")) == f"框{NAME}"


@pytest.mark.parametrize("part", ["footnotes", "endnotes", "comments"])
def test_notes_and_comments_are_filled(word: Make, part: str) -> None:
    document = word("x")
    names = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    element = part[:-1]
    xml = f'<w:{part} {names}><w:{element} w:id="5"><w:p><w:r><w:t>註{{{{ name }}}}</w:t></w:r></w:p></w:{element}></w:{part}>'  # noqa: E501 - one element
    kind = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{part}+xml"
    types = _part(document, "[Content_Types].xml")
    override = f'<Override PartName="/word/{part}.xml" ContentType="{kind}"/></Types>'
    types = types.replace("</Types>", override) if f"/word/{part}.xml" not in types else types
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            if name not in ("[Content_Types].xml", f"word/{part}.xml"):
                target.writestr(name, source.read(name))
        target.writestr("[Content_Types].xml", types)
        target.writestr(f"word/{part}.xml", xml)
    filled = _part(_render(buffer.getvalue(), name="甲&乙"), f"word/{part}.xml")
    assert "<w:t>註甲&amp;乙</w:t>" in filled.replace(' xml:space="preserve"', "")


def test_merge_fields_are_filled_like_tags(word: Make) -> None:
    simple = (
        '<w:fldSimple w:instr=" MERGEFIELD 姓名 \\* MERGEFORMAT ">'
        + RUN.format("", "«姓名»")
        + "</w:fldSimple>"
    )
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    instruction = '<w:r><w:instrText xml:space="preserve"> MERGEFIELD "{}" </w:instrText></w:r>'
    bold = RUN.format("<w:rPr><w:b/></w:rPr>", "«x»")
    complex_field = (
        mark.format("begin")
        + instruction.format("name")
        + mark.format("separate")
        + bold
        + mark.format("end")
    )
    page = mark.format("begin") + "<w:r><w:instrText>PAGE</w:instrText></w:r>" + mark.format("end")
    document = _render(word(body=_body(simple) + _body(complex_field) + _body(page)), 姓名="王", name=NAME)
    assert _texts(document)[:2] == ["王", NAME]
    assert _open(document).paragraphs[1].runs[0].bold
    assert "MERGEFIELD" not in _part(document, "word/document.xml")
    assert "PAGE" in _part(document, "word/document.xml")


def test_merge_field_with_a_picture_switch_is_refused(word: Make) -> None:
    simple = '<w:fldSimple w:instr=" MERGEFIELD total \\# 0.00 ">' + RUN.format("", "1") + "</w:fldSimple>"
    with pytest.raises(InputError) as caught:
        CompiledTemplate.compile(word(body=_body(simple)), "x.docx")
    assert [detail.code for detail in caught.value.details] == ["F334"]


def test_content_controls_are_filled_by_their_tag(word: Make) -> None:
    control = '<w:sdt><w:sdtPr>{}<w:tag w:val="{}"/><w:dataBinding w:xpath="/x"/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>'  # noqa: E501 - one element
    inline = control.format("<w:showingPlcHdr/>", "name", RUN.format("", "按一下") + RUN.format("", "輸入"))
    block = control.format("", "姓名", _body(RUN.format("<w:rPr><w:b/></w:rPr>", "x")))
    foreign = control.format("", "goog_rdk_3", RUN.format("", "照舊"))
    other = control.format("", "not a name", RUN.format("", "照舊"))
    document = _render(word(body=_body(inline) + block + _body(foreign + other)), name=NAME, 姓名="王")
    xml = _part(document, "word/document.xml")
    texts = [node.text for node in etree.fromstring(xml.encode()).iter(f"{W}t") if node.text]
    assert texts == [NAME, "王", "照舊", "照舊"]
    assert "showingPlcHdr" not in xml
    assert xml.count("dataBinding") == 2  # Word must not fill ours again


def test_check_box_control_with_a_name_is_refused(word: Make) -> None:
    box = '<w:sdt><w:sdtPr><w:tag w:val="name"/><w14:checkbox xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>'
    with pytest.raises(InputError) as caught:
        CompiledTemplate.compile(word(body=_body(box.format(RUN.format("", "☐")))), "x.docx")
    assert [detail.code for detail in caught.value.details] == ["F334"]


def test_image_is_printed_where_its_tag_stands_as_often_as_it_stands(word: Make) -> None:
    layout = word("{%p for x in xs %}", "{{ qr }}", "{%p endfor %}", "{{ seal }}")
    document = _render(layout, {"qr": QR, "seal": QR}, xs=["1", "2"])
    shapes = _open(document).inline_shapes
    assert [round(shape.width.mm) for shape in shapes][:2] == [20, 20]
    assert len(shapes) == 3
    ids = re.findall(r'<wp:docPr id="(\d+)"', _part(document, "word/document.xml"))
    assert len(set(ids)) == 3
    related = {part.partname for part in _open(document).part.package.iter_parts()}
    assert {"/word/media/webir_qr.png", "/word/media/webir_seal.png"} <= related


def test_image_in_a_header_has_its_own_relationship() -> None:
    document = docx.Document()
    document.add_paragraph("{{ qr }}")
    document.sections[0].header.paragraphs[0].text = "{{ qr }}"
    filled = _open(_render(_saved(document), {"qr": QR}))
    header = filled.sections[0].header
    embedded = re.findall(r'r:embed="(\w+)"', etree.tostring(header._element).decode())
    assert [header.part.related_parts[identity].blob for identity in embedded] == [QR]


def test_missing_image_is_named_and_a_condition_on_it_is_false(word: Make) -> None:
    with pytest.raises(InputError) as caught:
        _render(word("{{ seal }}"))
    assert (caught.value.code, caught.value.facts["image"]) == ("F346", "seal")
    assert _texts(_render(word("{% if seal %}{{ seal }}{% else %}（蓋印處）{% endif %}"))) == ["（蓋印處）"]


def test_unusable_image_is_refused(word: Make) -> None:
    for data in (b"", b"GIF89a", QR[:20], b"\xff\xd8\xff\xe0"):
        with pytest.raises(InputError) as caught:
            _render(word("{{ seal }}"), {"seal": data})
        assert caught.value.code == "F343"


@pytest.mark.parametrize("where", ["name", "descr", "title"])
def test_placed_picture_that_carries_an_images_name_is_replaced(where: str) -> None:
    document = docx.Document()
    document.add_paragraph("{{ x }}")
    document.add_picture(io.BytesIO(qr_png("placeholder")))
    document.add_picture(io.BytesIO(qr_png("placeholder")))  # the same part: must stay
    next(
        document.element.iter("{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr")
    ).set(where, "seal")
    layout = _saved(document)
    for images, wanted in (({"seal": QR}, QR), ({}, qr_png("placeholder"))):
        filled = _open(_render(layout, images, x="1"))
        embedded = re.findall(r'r:embed="(\w+)"', etree.tostring(filled.element).decode())
        blobs = [filled.part.related_parts[identity].blob for identity in embedded]
        assert blobs == [wanted, qr_png("placeholder")]


def test_properties_are_the_templates_own_or_the_programs() -> None:
    document = docx.Document()
    document.add_paragraph("x")
    document.core_properties.title, document.core_properties.author = "題{{ name }}", "原作者"
    layout = _saved(document)
    own = _open(_render(layout, name="甲&乙")).core_properties
    assert (own.title, own.author) == ("題甲&乙", "原作者")
    properties = Properties("標題<1>", "附件1-2", "機關 & 處", "k1 k2", "layout: x")
    template = CompiledTemplate.compile(layout, "x.docx")
    given = _open(template.render({"name": "甲"}, {}, properties)).core_properties
    assert (given.title, given.subject, given.author, given.keywords, given.comments) == (
        "標題<1>", "附件1-2", "機關 & 處", "k1 k2", "layout: x",
    )  # fmt: skip
    assert (given.last_modified_by, given.created.year, given.revision) == ("機關 & 處", 1980, 1)


def test_properties_that_name_a_value_are_reported() -> None:
    document = docx.Document()
    document.core_properties.category = "{{ name }}"
    assert CompiledTemplate.compile(_saved(document), "x").property_names == {"name"}


def test_untouched_members_are_copied_as_they_were_packed(word: Make) -> None:
    layout = word("{{ name }}")
    document = _render(layout, name="王")
    with zipfile.ZipFile(io.BytesIO(layout)) as before, zipfile.ZipFile(io.BytesIO(document)) as after:
        for name in set(before.namelist()) - {"word/document.xml", "docProps/core.xml"}:
            old, new = before.getinfo(name), after.getinfo(name)
            assert (old.CRC, old.compress_size, old.file_size) == (new.CRC, new.compress_size, new.file_size)
        assert {info.date_time for info in after.infolist()} == {(1980, 1, 1, 0, 0, 2)}
        assert after.namelist()[0] == "[Content_Types].xml"
