"""What an OpenDocument template can do, looked at through odfdo."""

import io
import zipfile
from collections.abc import Callable

import odfdo
import pytest
from lxml import etree

from webir_records.forms.templating import CompiledTemplate, Properties, Value
from webir_records.forms.templating.qr_code import qr_png
from webir_records.forms.templating.xml_parts import all_text
from webir_records.model.errors import InputError

Make = Callable[..., bytes]
NAME = "林𠮷堃 O'Brien & 李<小>明"
QR = qr_png("x")
P = "<text:p>{}</text:p>"


def _render(layout: bytes, images: dict[str, bytes] | None = None, /, **values: Value) -> bytes:
    document = CompiledTemplate.compile(layout, "x.odt").render(values, images or {})
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        assert package.testzip() is None
        first = package.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        for name in package.namelist():
            if name.endswith(".xml"):
                etree.fromstring(package.read(name))
    return document


def _open(document: bytes) -> odfdo.Document:
    return odfdo.Document(io.BytesIO(document))


def _texts(document: bytes) -> list[str]:
    return [str(p.inner_text) for p in _open(document).body.paragraphs]


def _part(document: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        return package.read(name)


def test_tag_that_formatting_has_split_is_filled_and_what_follows_stays(odt: Make) -> None:
    split = '{{<text:s text:c="2"/>na<text:span text:style-name="T1">me<text:tab/></text:span> }}'
    text = f"A{split}B<text:s/>{{{{ x }}}}C"
    assert _texts(_render(odt(P.format(text)), name=NAME, x="1")) == [f"A{NAME}B 1C"]


def test_paragraphs_rows_columns_spans_and_lists_repeat(odt: Make) -> None:
    cell = "<table:table-cell>" + P + "</table:table-cell>"
    row = "<table:table-row>{}</table:table-row>"
    table = (
        "<table:table><table:table-column/><table:table-column/><table:table-column/>"
        + row.format(cell.format("{%tr for x in xs %}"))
        + row.format(
            cell.format("{%tc for y in x.ys %}") + cell.format("{{ y }}") + cell.format("{%tc endfor %}")
        )
        + row.format(cell.format("{%tr endfor %}"))
        + "</table:table>"
    )
    items = "".join(
        f"<text:list-item>{P.format(text)}</text:list-item>"
        for text in ("{%p for x in xs %}", "{{ x.k }}", "{%p endfor %}")
    )
    spans = P.format("甲<text:span>{%r if xs %}</text:span>有<text:span>{%r endif %}</text:span>")
    layout = odt(table + f"<text:list>{items}</text:list>" + spans)
    xs = [{"k": "甲", "ys": ["1", "2", "3", "4"]}, {"k": NAME, "ys": ["5", "6", "7", "8"]}]
    document = _render(layout, xs=xs)
    content = etree.fromstring(_part(document, "content.xml"))
    table_name = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
    text_name = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
    rows = [[all_text(c) for c in r] for r in content.iter(f"{table_name}table-row")]
    assert rows == [list("1234"), list("5678")]
    columns = content.iter(f"{table_name}table-column")
    assert sum(int(c.get(f"{table_name}number-columns-repeated", "1")) for c in columns) == 4
    assert [all_text(i) for i in content.iter(f"{text_name}list-item")] == ["甲", NAME]
    assert _texts(document)[-1] == "甲有"


def test_line_ends_tabs_and_spaces_become_elements(odt: Make) -> None:
    value = "  一\n二\t三    四 五 "
    document = _render(odt(P.format("{{ x }}")), x=value)
    assert _texts(document) == [value]
    assert b"<text:line-break/>" in _part(document, "content.xml")


def test_comparison_signs_and_smart_quotes_work_in_tags(odt: Make) -> None:
    text = "{% if n &lt; 3 and s == “甲” %}是{% else %}否{% endif %}"
    assert _texts(_render(odt(P.format(text)), n=2, s="甲")) == ["是"]


def test_page_footer_is_filled(odt: Make) -> None:
    assert NAME.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").encode() in _part(
        _render(odt(P.format("x"), footer="頁尾{{ name }}"), name=NAME), "styles.xml"
    )


def test_placeholders_and_user_fields_are_filled_like_tags(odt: Make) -> None:
    text = (
        '<text:placeholder text:placeholder-type="text">&lt;姓名&gt;</text:placeholder>、'
        '<text:user-field-get text:name="name">0</text:user-field-get>、'
        '<text:placeholder text:placeholder-type="text">&lt;請 輸入&gt;</text:placeholder>'
    )
    assert _texts(_render(odt(P.format(text)), 姓名="王", name=NAME)) == [f"王、{NAME}、<請 輸入>"]


def test_image_is_printed_and_listed_in_the_manifest(odt: Make) -> None:
    document = _render(odt(P.format("{{ qr }}")), {"qr": QR})
    assert _part(document, "Pictures/webir_qr.png") == QR
    assert b'full-path="Pictures/webir_qr.png" manifest:media-type="image/png"' in _part(
        document, "META-INF/manifest.xml"
    )
    frames = _open(document).body.get_frames()
    assert [frame.name for frame in frames] == ["qr"]


def test_placed_picture_that_carries_an_images_name_is_replaced(odt: Make) -> None:
    frame = '<draw:frame draw:name="seal"><draw:image xlink:href="Pictures/a.png"/></draw:frame>'
    other = '<draw:frame draw:name="x"><draw:image xlink:href="Pictures/a.png"/></draw:frame>'
    layout = odt(P.format(frame + other), more={"Pictures/a.png": b"old"})
    href = "{http://www.w3.org/1999/xlink}href"
    for images, wanted in (({"seal": QR}, QR), ({}, b"old")):
        document = _render(layout, images)
        paths = [
            node.get(href, "") for node in etree.fromstring(_part(document, "content.xml")).iter("{*}image")
        ]
        assert [_part(document, path) for path in paths] == [wanted, b"old"]


def test_properties_are_the_programs_with_fixed_dates(odt: Make) -> None:
    template = CompiledTemplate.compile(odt(P.format("x")), "x.odt")
    meta = _open(template.render({}, {}, Properties("標<題>", "s", "機關", "k1 k2", "c"))).meta
    assert (meta.title, meta.subject, meta.initial_creator, meta.description) == ("標<題>", "s", "機關", "c")
    assert meta.creation_date is not None
    assert meta.creation_date.year == 1980


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\ufffe"])
def test_character_that_no_file_can_hold_names_the_field(odt: Make, character: str) -> None:
    with pytest.raises(InputError) as caught:
        _render(odt(P.format("{{ name }}")), name=f"a{character}")
    assert (caught.value.code, caught.value.facts["field"]) == ("F340", "name")


def test_value_inside_quotes_cannot_leave_them(odt: Make) -> None:
    layout = odt('<text:p><text:a xlink:href="{{ x }}">y</text:a></text:p>')
    value = 'a"b<c>&\n'
    document = _render(layout, x=value)
    link = next(etree.fromstring(_part(document, "content.xml")).iter("{*}a"))
    assert link.get("{http://www.w3.org/1999/xlink}href") == value
