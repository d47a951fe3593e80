"""What docxtpl drops or breaks without a word is refused with its place, or mended."""

import io
import zipfile
from collections.abc import Callable

import docx
import pytest
from lxml import etree

from webir_records.forms.templating import CompiledTemplate
from webir_records.model.errors import Detail, InputError

Make = Callable[..., bytes]
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
P = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
CELL = "<w:tc><w:tcPr/>{}</w:tc>"
ROW = "<w:tr><w:tc>{}</w:tc></w:tr>"
OTABLE = "<table:table><table:table-column/>{}</table:table>"
OROW = "<table:table-row><table:table-cell><text:p>{}</text:p></table:table-cell></table:table-row>"
BEGIN, SEPARATE, END = (f'<w:fldChar w:fldCharType="{kind}"/>' for kind in ("begin", "separate", "end"))


def _run(inner: str) -> str:
    return f"<w:r>{inner}</w:r>"


def _field(instruction: str, result: str = "x") -> str:
    code = f'<w:instrText xml:space="preserve">{instruction}</w:instrText>'
    return "".join(map(_run, (BEGIN, code, SEPARATE, f"<w:t>{result}</w:t>", END)))


def _part(made: bytes, name: str = "word/document.xml") -> etree._Element:  # pyright: ignore[reportPrivateUsage] # no public name
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        return etree.fromstring(package.read(name))


def _details(layout: bytes) -> list[Detail]:
    with pytest.raises(InputError) as caught:
        CompiledTemplate.compile(layout, "x")
    assert caught.value.code == "F304"
    return list(caught.value.details)


def _found(layout: bytes) -> list[tuple[str, str]]:
    return [(detail.code, detail.facts["paragraph"]) for detail in _details(layout)]


def _said(made: bytes) -> str:
    return "".join(node.text or "" for node in _part(made).iter(f"{W}t"))


@pytest.mark.parametrize(
    "body",
    [
        "<w:tbl>"
        + ROW.format(P.format("{%p if n %}") + P.format("甲") + P.format("{%p endif %}"))
        + "</w:tbl>",
        "<w:tbl><w:tr>"
        + CELL.format(P.format("{%p for x in n %}") + P.format("甲") + P.format("{%p endfor %}"))
        + "</w:tr></w:tbl>",
    ],
)
def test_cell_that_a_condition_leaves_empty_gets_a_paragraph(word: Make, body: str) -> None:
    template = CompiledTemplate.compile(word(body=body + P.format("乙")), "x")
    (cell,) = _part(template.render({"n": []}, {})).iter(f"{W}tc")
    assert cell[-1].tag == f"{W}p"
    (full,) = _part(template.render({"n": ["1"]}, {})).iter(f"{W}tc")
    assert [child.tag for child in full if child.tag == f"{W}p"] == [f"{W}p"]


def test_table_and_row_that_a_loop_leaves_empty_are_taken_out(word: Make) -> None:
    rows = "".join(ROW.format(P.format(t)) for t in ("{%tr for r in rows %}", "{{ r }}", "{%tr endfor %}"))
    cells = "".join(CELL.format(P.format(t)) for t in ("{%tc for r in rows %}", "{{ r }}", "{%tc endfor %}"))
    body = f"<w:tbl>{rows}</w:tbl>{P.format('甲')}<w:tbl><w:tr>{cells}</w:tr></w:tbl>{P.format('乙')}"
    template = CompiledTemplate.compile(word(body=body), "x")
    assert not list(_part(template.render({"rows": []}, {})).iter(f"{W}tbl", f"{W}tr"))
    full = template.render({"rows": ["1", "2"]}, {})
    assert len(list(_part(full).iter(f"{W}tr"))) == 3
    assert _said(full) == "12甲12乙"


def test_odt_table_that_a_loop_leaves_empty_is_taken_out(odt: Make) -> None:
    rows = "".join(OROW.format(t) for t in ("{%tr for r in rows %}", "{{ r }}", "{%tr endfor %}"))
    template = CompiledTemplate.compile(odt(OTABLE.format(rows) + "<text:p>甲</text:p>"), "x")
    assert not list(_part(template.render({"rows": []}, {}), "content.xml").iter(f"{TABLE}table"))
    full = _part(template.render({"rows": ["1", "2"]}, {}), "content.xml")
    assert len(list(full.iter(f"{TABLE}table-row"))) == 2


def test_text_box_that_a_condition_leaves_empty_gets_a_paragraph(word: Make) -> None:
    texts = "".join(P.format(t) for t in ("{%p if n %}", "甲", "{%p endif %}"))
    body = f"<w:p><w:r><w:pict><w:txbxContent>{texts}</w:txbxContent></w:pict></w:r></w:p>"
    made = CompiledTemplate.compile(word(body=body), "x").render({"n": ""}, {})
    (box,) = _part(made).iter(f"{W}txbxContent")
    assert [child.tag for child in box] == [f"{W}p"]


@pytest.mark.parametrize(
    "inner",
    [
        _field(' HYPERLINK "{{ name }}" '),
        _run(BEGIN)
        + _run("<w:instrText> IF {</w:instrText>")
        + _run("<w:instrText>{ n }} </w:instrText>")
        + _run(END),
        _run(BEGIN) + _run("<w:t>{{ n }}</w:t>") + _run(SEPARATE) + _run(END),
        '<w:fldSimple w:instr=" HYPERLINK {{ n }} "><w:r><w:t>x</w:t></w:r></w:fldSimple>',
    ],
)
def test_tag_among_the_instructions_of_a_field_is_refused(word: Make, inner: str) -> None:
    body = P.format("甲") + f"<w:p>{inner}</w:p>" + P.format("{{ n }}")
    assert set(_found(word(body=body))) == {("F334", "2")}


@pytest.mark.parametrize(
    "body",
    [
        "<w:p>{}</w:p><w:p>{}</w:p>".format(
            _run(BEGIN) + _run("<w:instrText> MERGEFIELD name </w:instrText>") + _run(SEPARATE),
            _run("<w:t>x</w:t>") + _run(END),
        ),
        "<w:p>{}</w:p>".format(
            _run(BEGIN)
            + _run("<w:instrText> IF </w:instrText>")
            + _field(" MERGEFIELD name ")
            + _run("<w:instrText> = 1 </w:instrText>")
            + _run(SEPARATE)
            + _run("<w:t>y</w:t>")
            + _run(END)
        ),
        "<w:p>" + _field(" MERGEFIELD name \\* Upper ") + "</w:p>",
        f"<w:p>{_field(' NEXT ')}</w:p>",
        '<w:p><w:fldSimple w:instr=" ADDRESSBLOCK "><w:r><w:t>x</w:t></w:r></w:fldSimple></w:p>',
    ],
    ids=["two paragraphs", "inside IF", "switch", "next record", "address"],
)
def test_field_of_mail_merge_that_nobody_fills_is_refused(word: Make, body: str) -> None:
    assert _found(word(body=body + P.format("{{ n }}"))) == [("F334", "1")]


def test_text_around_a_field_in_the_same_run_stays(word: Make) -> None:
    code = "<w:instrText> MERGEFIELD name </w:instrText>"
    look = "<w:rPr><w:b/></w:rPr>"
    body = _run(f"{look}<w:t>前</w:t>{BEGIN}{code}{SEPARATE}<w:t>x</w:t>{END}<w:t>後</w:t>")
    made = CompiledTemplate.compile(word(body=f"<w:p>{body}</w:p>"), "x").render({"name": "林𠮷堃"}, {})
    assert _said(made) == "前林𠮷堃後"
    assert len(list(_part(made).iter(f"{W}b"))) == 3


def test_two_fields_that_share_a_run_are_both_filled(word: Make) -> None:
    first, second = (f"<w:instrText> MERGEFIELD {name} </w:instrText>" for name in "ab")
    runs = (BEGIN, first, SEPARATE, "<w:t>x</w:t>", END + BEGIN, second, SEPARATE, "<w:t>y</w:t>", END)
    made = CompiledTemplate.compile(word(body=f"<w:p>{''.join(map(_run, runs))}</w:p>"), "x")
    assert _said(made.render({"a": "甲", "b": "乙"}, {})) == "甲乙"


@pytest.mark.parametrize(
    ("lost", "inner"),
    [
        ("drawing", "<w:drawing/>"),
        ("footnoteReference", '<w:footnoteReference w:id="1"/>'),
        ("object", "<w:object/>"),
        ("sym", '<w:sym w:font="Wingdings" w:char="F0FE"/>'),
    ],
)
def test_what_stands_inside_a_tag_and_would_vanish_is_named(word: Make, lost: str, inner: str) -> None:
    body = f"<w:p>{_run('<w:t>{{ na</w:t>')}{_run(inner)}{_run('<w:t>me }}</w:t>')}</w:p>"
    assert [
        (d.code, d.facts["lost"], d.facts["paragraph"]) for d in _details(word(body=P.format("甲") + body))
    ] == [("F307", lost, "2")]


def test_formatting_and_line_ends_inside_a_tag_may_go(word: Make) -> None:
    inner = "<w:rPr><w:b/></w:rPr><w:br/>"
    body = f"<w:p>{_run('<w:t>{{ na</w:t>')}{_run(inner)}{_run('<w:t>me }}</w:t>')}</w:p>"
    assert _said(CompiledTemplate.compile(word(body=body), "x").render({"name": "甲"}, {})) == "甲"


@pytest.mark.parametrize(
    ("first", "lost"),
    [
        ("失 {%tr for r in rows %}", "失"),
        ("{%tr for r in rows %}</w:t></w:r><w:r><w:pict/></w:r><w:r><w:t>", "pict"),
    ],
)
def test_what_a_row_takes_away_with_it_is_named(word: Make, first: str, lost: str) -> None:
    rows = "".join(ROW.format(P.format(text)) for text in (first, "{{ r }}", "{%tr endfor %}"))
    found = _details(word(body=f"<w:tbl>{rows}</w:tbl>" + P.format("甲")))
    assert [(d.code, d.facts["lost"], d.facts["row"]) for d in found] == [("F307", lost, "1")]


def test_what_a_row_of_an_odt_takes_away_with_it_is_named(odt: Make) -> None:
    rows = "".join(OROW.format(t) for t in ("失 {%tr for r in rows %}", "{{ r }}", "{%tr endfor %}"))
    assert [(d.code, d.facts["lost"]) for d in _details(odt(OTABLE.format(rows)))] == [("F307", "失")]


def test_row_that_is_commented_out_may_hold_anything(word: Make) -> None:
    rows = ROW.format(P.format("失 {#tr 不印 #}")) + ROW.format(P.format("{{ n }}"))
    made = CompiledTemplate.compile(word(body=f"<w:tbl>{rows}</w:tbl>" + P.format("甲")), "x")
    assert _said(made.render({"n": "1"}, {})) == "1甲"


@pytest.mark.parametrize("target", ["http://x/{{ name }}", "http://x/%7b%7b%20name%20%7D%7D"])
def test_tag_in_the_target_of_a_link_is_refused(word: Make, target: str) -> None:
    document = docx.Document(io.BytesIO(word("{{ n }}")))
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
    document.part.relate_to(target, kind, is_external=True)
    buffer = io.BytesIO()
    document.save(buffer)
    (found,) = _details(buffer.getvalue())
    assert (found.code, found.facts["part"]) == ("F344", "word/_rels/document.xml.rels")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_tag_in_custom_data_is_refused(word: Make, encoding: str) -> None:
    buffer = io.BytesIO(word("{{ n }}"))
    with zipfile.ZipFile(buffer, "a") as package:
        package.writestr("customXml/item9.xml", "<x>{{ name }}</x>".encode(encoding))
    (found,) = _details(buffer.getvalue())
    assert (found.code, found.facts["part"]) == ("F344", "customXml/item9.xml")


@pytest.mark.parametrize(
    "properties", ["", "<w:tcPr/>", "<w:tcPr></w:tcPr>", '<w:tcPr><w:tcW w:w="9"/></w:tcPr>']
)
def test_tags_for_cells_work_whatever_properties_the_cell_has(word: Make, properties: str) -> None:
    cells = "".join(
        f"<w:tc>{properties}{P.format(text)}</w:tc>" for text in ("{% colspan n %}甲", "{% cellbg c %}乙")
    )
    layout = word(body=f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>" + P.format("丙"))
    made = CompiledTemplate.compile(layout, "x").render({"n": 2, "c": "D9D9D9"}, {})
    first, second = _part(made).iter(f"{W}tc")
    assert first.find(f"{W}tcPr/{W}gridSpan").get(f"{W}val") == "2"  # type: ignore[union-attr] # it must be there
    assert second.find(f"{W}tcPr/{W}shd").get(f"{W}fill") == "D9D9D9"  # type: ignore[union-attr] # it must be there


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        ("colspan", "王"),
        ("colspan", "0"),
        ("colspan", "64"),
        ("colspan", ""),
        ("cellbg", "王"),
        ("cellbg", "12345"),
    ],
)
def test_cell_is_not_given_what_is_no_number_or_colour(word: Make, tag: str, value: str) -> None:
    cell = f"<w:tc><w:tcPr/>{P.format('{% ' + tag + ' v %}甲')}</w:tc>"
    template = CompiledTemplate.compile(
        word(body=f"<w:tbl><w:tr>{cell}</w:tr></w:tbl>" + P.format("乙")), "x"
    )
    with pytest.raises(InputError) as caught:
        template.render({"v": value}, {})
    assert caught.value.code == "F342"
