"""What only Word or LibreOffice has: formats that split tags, tracked changes, boxes, headers, fields."""

import io
import zipfile
from collections.abc import Callable, Mapping

import pytest

from webir_records.forms.linting import LintReport, Place, lint, where_of
from webir_records.forms.spec_types import FormSpec
from webir_records.forms.templating import CompiledTemplate
from webir_records.model.errors import InputError
from webir_records.model.texts import Texts

Make = Callable[..., bytes]
BOLD = "<w:rPr><w:b/></w:rPr>"


def run(text: str, look: str = "") -> str:
    return f'<w:r>{look}<w:t xml:space="preserve">{text}</w:t></w:r>'


def deletion(text: str) -> str:
    return f'<w:del w:id="1" w:author="a"><w:r><w:delText>{text}</w:delText></w:r></w:del>'


def codes(report: LintReport) -> list[str]:
    return [finding.code for finding in report.findings]


def compiles(data: bytes) -> bool:
    try:
        CompiledTemplate.compile(data, "form.docx")
    except InputError:
        return False
    return True


def test_tag_split_by_formatting_is_a_hint_and_works(word: Make, spec: FormSpec) -> None:
    data = word(f"<w:p>{run('{{ un')}{run('it }}', BOLD)}</w:p>")
    report = lint(data, "form.docx", spec)
    assert codes(report) == ["F428"]
    assert report.findings[0].place.text == "{{ unit }}"
    assert compiles(data)


def test_tag_split_without_a_difference_that_shows_is_nothing(word: Make, spec: FormSpec) -> None:
    spelling = '<w:rPr><w:noProof/><w:rFonts w:hint="eastAsia"/><w:lang w:val="en-US"/></w:rPr>'
    data = word(f'<w:p>{run("{{ un")}<w:proofErr w:type="spellStart"/>{run("it }}", spelling)}</w:p>')
    assert codes(lint(data, "form.docx", spec)) == []


def test_span_inside_a_tag_is_a_hint_in_odt(odf: Make, spec: FormSpec) -> None:
    data = odf('<text:p>{{ un<text:span text:style-name="T1">it }}</text:span></text:p>')
    assert codes(lint(data, "form.odt", spec)) == ["F428"]
    assert compiles(data)


@pytest.mark.parametrize(
    "paragraph",
    [
        f'<w:ins w:id="1" w:author="a">{run("{{ unit }}")}</w:ins>',
        deletion("{{ unit }}"),
        run("{{ un") + deletion("x") + run("it }}"),
    ],
    ids=["inserted", "deleted", "changed inside"],
)
def test_tag_in_tracked_changes_is_an_error(word: Make, spec: FormSpec, paragraph: str) -> None:
    data = word(f"<w:p>{paragraph}</w:p>")
    assert codes(lint(data, "form.docx", spec)) == ["F429"]
    assert not compiles(data)


def test_deleted_tag_that_an_odt_keeps_is_an_error(odf: Make, spec: FormSpec) -> None:
    deletion = (
        '<text:tracked-changes><text:changed-region text:id="c1"><text:deletion><text:p>{{ unit }}</text:p>'
        "</text:deletion></text:changed-region></text:tracked-changes>"
    )
    data = odf(deletion)
    assert codes(lint(data, "form.odt", spec)) == ["F429"]
    assert not compiles(data)


def test_tag_in_hidden_text_is_a_warning(word: Make, spec: FormSpec) -> None:
    report = lint(word(f"<w:p>{run('{{ unit }}', '<w:rPr><w:vanish/></w:rPr>')}</w:p>"), "form.docx", spec)
    assert codes(report) == ["F430"]
    assert report.warnings


def box(text: str) -> str:
    inside = f"<w:txbxContent><w:p>{run(text)}</w:p></w:txbxContent>"
    return (
        "<w:p><w:r><mc:AlternateContent>"
        f'<mc:Choice Requires="wps"><w:drawing><wp:inline><wps:wsp><wps:txbx>{inside}</wps:txbx></wps:wsp>'
        "</wp:inline></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{inside}</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )


def test_text_box_that_word_writes_twice_is_reported_once(word: Make, spec: FormSpec) -> None:
    report = lint(word(box("{{ untt }}")), "form.docx", spec)
    assert codes(report) == ["F440"]
    assert report.findings[0].place.box


def test_loop_may_hold_a_text_box_with_its_row(word: Make, spec: FormSpec) -> None:
    body = f"<w:p>{run('{%p for e in entries %}')}</w:p>{box('{{ e.seq }}')}<w:p>{run('{%p endfor %}')}</w:p>"
    assert codes(lint(word(body), "form.docx", spec)) == []


def test_headers_and_footnotes_are_read_each_with_its_place(word: Make, spec: FormSpec) -> None:
    note = f'<w:footnote w:id="2"><w:p>{run("{{ b1 }}")}</w:p></w:footnote>'
    data = word(
        header2=f"<w:p>{run('{{ a1 }}')}</w:p>", footer1=f"<w:p>{run('{% if unit %}')}</w:p>", footnotes=note
    )
    report = lint(data, "form.docx", spec)
    assert [(f.code, f.place.story, f.place.story_number) for f in report.findings] == [
        ("F440", "header", 2),
        ("F431", "footer", 1),
        ("F440", "footnote", 0),
    ]


def test_header_and_note_of_an_odt_are_read(odf: Make, spec: FormSpec) -> None:
    note = (
        "<text:p>甲<text:note text:note-class='footnote'><text:note-citation>1</text:note-citation>"
        "<text:note-body><text:p>{{ b1 }}</text:p></text:note-body></text:note></text:p>"
    )
    report = lint(odf(note, header="<text:p>{{ a1 }}</text:p>"), "form.odt", spec)
    assert [(f.place.story, f.place.part) for f in report.findings] == [
        ("footnote", "content.xml"),
        ("header", "styles.xml"),
    ]


def control(name: str, text: str = "請點選") -> str:
    return (
        f'<w:p><w:sdt><w:sdtPr><w:tag w:val="{name}"/></w:sdtPr><w:sdtContent>{run(text)}</w:sdtContent>'
        "</w:sdt></w:p>"
    )


def merge_field(name: str) -> str:
    return (
        f'<w:p><w:fldSimple w:instr=" MERGEFIELD {name} \\* MERGEFORMAT ">{run("«值»")}</w:fldSimple></w:p>'
    )


def long_merge_field(name: str) -> str:
    kinds = ("begin", "separate", "end")
    begin, middle, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in kinds)
    half = len(name) // 2
    code = "".join(
        f'<w:r><w:instrText xml:space="preserve">{text}</w:instrText></w:r>'
        for text in (" MERGEFIELD ", name[:half], name[half:])
    )
    return f"<w:p>{begin}{code}{middle}{run('«值»')}{end}</w:p>"


@pytest.mark.parametrize("field", [control, merge_field, long_merge_field])
def test_fields_of_word_count_like_tags(word: Make, spec: FormSpec, field: Callable[[str], str]) -> None:
    assert codes(lint(word(field("manager")), "form.docx", spec)) == []
    report = lint(word(field("managr")), "form.docx", spec)
    assert codes(report) == ["F448"]
    assert report.findings[0].facts["near"].startswith("單位管理者（manager）")
    assert report.findings[0].place.paragraph == 3


def test_control_with_several_paragraphs_cannot_be_filled(word: Make, spec: FormSpec) -> None:
    several = f"<w:sdtContent><w:p>{run('甲')}</w:p><w:p>{run('乙')}</w:p></w:sdtContent>"
    data = word(f'<w:sdt><w:sdtPr><w:tag w:val="unit"/></w:sdtPr>{several}</w:sdt>')
    assert codes(lint(data, "form.docx", spec)) == ["F423"]
    assert not compiles(data)


def test_placeholder_of_libreoffice_counts_like_a_tag(odf: Make, spec: FormSpec) -> None:
    field = '<text:p><text:placeholder text:placeholder-type="text">&lt;{}&gt;</text:placeholder></text:p>'
    assert codes(lint(odf(field.format("manager")), "form.odt", spec)) == []
    assert codes(lint(odf(field.format("managr")), "form.odt", spec)) == ["F448"]


def picture(name: str) -> str:
    drawing = f'<w:drawing><wp:inline><wp:docPr id="1" name="{name}"/></wp:inline></w:drawing>'
    return f"<w:p><w:r>{drawing}</w:r></w:p>"


def test_picture_with_the_name_of_an_image_is_that_image(template: Make, word: Make, spec: FormSpec) -> None:
    alone = lint(template("docx", ["{{ unit }}"]), "form.docx", spec)
    assert "qr" in alone.fields.missing
    assert codes(lint(word(picture("qr")), "form.docx", spec)) == []
    report = lint(word(picture("QR")), "form.docx", spec)
    assert [(f.code, f.facts["near"]) for f in report.hints] == [("F408", "qr")]


def test_page_that_is_not_a4_is_a_warning_in_both_kinds(word: Make, odf: Make, spec: FormSpec) -> None:
    for report in (
        lint(word(size=(12240, 15840)), "form.docx", spec),
        lint(odf(size=("8.5in", "11in")), "form.odt", spec),
    ):
        assert [(f.code, f.facts["got"]) for f in report.warnings] == [("F449", "216 × 279 mm")]


def test_font_without_a_stand_in_is_a_hint(word: Make, spec: FormSpec) -> None:
    look = '<w:rPr><w:rFonts w:eastAsia="{}"/></w:rPr>'
    assert codes(lint(word(f"<w:p>{run('甲', look.format('標楷體'))}</w:p>"), "form.docx", spec)) == []
    report = lint(word(f"<w:p>{run('甲', look.format('華康娃娃體'))}</w:p>"), "form.docx", spec)
    assert [(f.code, f.facts["got"]) for f in report.hints] == [("F409", "華康娃娃體")]


def test_comments_of_other_people_are_read(word: Make, spec: FormSpec) -> None:
    comment = f'<w:comment w:id="0" w:author="王小明"><w:p>{run("{{ untt }}")}</w:p></w:comment>'
    report = lint(word(comments=comment), "form.docx", spec)
    assert [(f.code, f.place.story) for f in report.findings] == [("F440", "remark")]


def test_nested_table_has_a_number_of_its_own(word: Make, spec: FormSpec) -> None:
    inner = f"<w:tbl><w:tr><w:tc><w:p>{run('{{ untt }}')}</w:p></w:tc></w:tr></w:tbl>"
    outer = f"<w:tbl><w:tr><w:tc><w:p/></w:tc><w:tc>{inner}<w:p/></w:tc></w:tr></w:tbl>"
    place = lint(word(outer), "form.docx", spec).findings[0].place
    assert (place.table, place.row, place.cell) == (3, 1, 1)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (Place(), "整個檔案"),
        (Place(part="p", story="body", table=2, row=5, cell=3, paragraph=1), "本文 表格 2 第 5 列 第 3 格"),
        (
            Place(part="p", story="body", table=2, row=5, cell=3, paragraph=2),
            "本文 表格 2 第 5 列 第 3 格 第 2 段",
        ),
        (Place(part="p", story="header", story_number=2, paragraph=1), "頁首 2 第 1 段"),
        (Place(part="p", story="body", box=True, paragraph=4), "本文 文字方塊 第 4 段"),
    ],
)
def test_place_in_words(place: Place, words: str) -> None:
    assert where_of(place, Texts.load("zh-Hant").text) == words


BAD_FILES: Mapping[str, bytes] = {
    "F400": b"just text",
    "F401": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "F402": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
}


@pytest.mark.parametrize("code", sorted(BAD_FILES))
def test_file_of_another_kind_is_one_finding(spec: FormSpec, code: str) -> None:
    report = lint(BAD_FILES[code], "form.docx", spec)
    assert codes(report) == [code]
    assert report.kind == ""


def test_odt_behind_a_password_is_one_finding(
    odf: Make, zipped: Callable[..., bytes], spec: FormSpec
) -> None:
    with zipfile.ZipFile(io.BytesIO(odf())) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    end = b"><manifest:encryption-data/></manifest:file-entry>"
    sealed = parts["META-INF/manifest.xml"].replace(b'text/xml"/>', b'text/xml"' + end)
    changed = {"META-INF/manifest.xml": sealed, "content.xml": b"\x00\x01"}
    report = lint(zipped({**parts, **changed}), "a.odt", spec)
    assert codes(report) == ["F402"]


def test_damaged_file_is_one_finding(word: Make, spec: FormSpec) -> None:
    data = word()
    assert codes(lint(data[: len(data) // 2], "form.docx", spec)) == ["F403"]
    assert codes(lint(word("<w:p>"), "form.docx", spec)) == ["F403"]


def test_file_without_its_list_of_parts_is_damaged(
    word: Make, zipped: Callable[..., bytes], spec: FormSpec
) -> None:
    with zipfile.ZipFile(io.BytesIO(word())) as package:
        parts = {name: package.read(name) for name in package.namelist() if name != "_rels/.rels"}
    report = lint(zipped(parts), "form.docx", spec)
    assert [(f.code, f.facts["part"]) for f in report.findings] == [("F403", "_rels/.rels")]


def test_bomb_is_one_finding(spec: FormSpec, zipped: Callable[[Mapping[str, bytes]], bytes]) -> None:
    assert codes(lint(zipped({"word/document.xml": b" " * 5_000_000}), "form.docx", spec)) == ["F404"]


def test_entities_are_one_finding(spec: FormSpec, zipped: Callable[[Mapping[str, bytes]], bytes]) -> None:
    evil = b'<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><w>&x;</w>'
    assert codes(lint(zipped({"[Content_Types].xml": evil, "_rels/.rels": b"<r/>"}), "form.docx", spec)) == [
        "F405"
    ]


def test_name_that_says_another_kind_is_a_warning(odf: Make, spec: FormSpec) -> None:
    report = lint(odf(), "form.docx", spec)
    assert [(f.code, f.facts["got"], f.facts["expected"]) for f in report.findings] == [
        ("F406", "docx", "odt")
    ]


@pytest.mark.parametrize(("tag", "needs"), [("{% vm %}", "loop"), ("{% cellbg 'FF0000' %}", "cell")])
def test_tags_that_merge_cells_need_their_surroundings(
    word: Make, spec: FormSpec, tag: str, needs: str
) -> None:
    cell = f"<w:tc><w:tcPr></w:tcPr><w:p>{run(tag)}</w:p></w:tc>"
    body = f"<w:tbl><w:tr>{cell}</w:tr></w:tbl>" if needs == "loop" else f"<w:p>{run(tag)}</w:p>"
    report = lint(word(body), "form.docx", spec, ask_engine=False)
    assert [(f.code, f.facts["needs"]) for f in report.findings] == [("F434", needs)]


def test_tags_that_merge_cells_do_not_work_in_odt(odf: Make, spec: FormSpec) -> None:
    cell = "<table:table-cell><text:p>{% colspan 2 %}甲</text:p></table:table-cell>"
    data = odf(f"<table:table><table:table-row>{cell}</table:table-row></table:table>")
    assert codes(lint(data, "form.odt", spec)) == ["F423"]


def test_what_only_the_engine_knows_is_passed_on_in_its_words(word: Make, spec: FormSpec) -> None:
    deep = "{% if unit %}" * 20 + "{% endif %}" * 20
    report = lint(word(f"<w:p>{run(deep)}</w:p>"), "form.docx", spec)
    assert [(f.code, f.facts["engine"]) for f in report.findings][:1] == [("F439", "F337")]


def test_control_that_word_writes_twice_is_reported_once(word: Make, spec: FormSpec) -> None:
    inside = f"<w:txbxContent>{control('managr')}</w:txbxContent>"
    body = (
        "<w:p><w:r><mc:AlternateContent>"
        f'<mc:Choice Requires="wps"><w:drawing>{inside}</w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict>{inside}</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert codes(lint(word(body), "form.docx", spec)) == ["F448"]


def test_control_of_another_program_is_nothing(word: Make, spec: FormSpec) -> None:
    assert codes(lint(word(control("goog_rdk_0")), "form.docx", spec)) == []


def test_font_of_latin_text_is_nothing(word: Make, spec: FormSpec) -> None:
    latin = run("WebIR", '<w:rPr><w:rFonts w:eastAsia="華康娃娃體"/></w:rPr>')
    assert codes(lint(word(f"<w:p>{latin}</w:p>"), "form.docx", spec)) == []


def test_box_beside_the_paragraphs_of_an_odt_is_a_box(odf: Make, spec: FormSpec) -> None:
    frame = "<draw:frame><draw:text-box><text:p>{{ untt }}</text:p></draw:text-box></draw:frame>"
    (finding,) = lint(odf(frame), "form.odt", spec).findings
    assert (finding.place.box, finding.place.paragraph) == (True, 1)


def test_tag_in_the_properties_of_the_file_is_judged_too(
    word: Make, zipped: Callable[..., bytes], spec: FormSpec
) -> None:
    with zipfile.ZipFile(io.BytesIO(word())) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    core = (
        "<cp:coreProperties "
        'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{{ untt }}</dc:title></cp:coreProperties>'
    )
    report = lint(zipped({**parts, "docProps/core.xml": core}), "form.docx", spec)
    assert [(f.code, f.facts["engine"], f.facts["got"]) for f in report.findings] == [
        ("F439", "F305", "untt")
    ]
