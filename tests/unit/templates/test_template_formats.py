"""The odt of a form is its docx in another format: the same text, tags and page; both are well made."""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import TypeAlias

import odfdo
import pytest
from docx import Document
from lxml import etree

Element: TypeAlias = etree._Element  # pyright: ignore[reportPrivateUsage] # no public name
Shape: TypeAlias = tuple[float, list[tuple[int, str, str]]]
TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
FORMS = sorted(
    path.parent.name for path in TEMPLATES.glob("*/form.odt") if path.with_suffix(".docx").is_file()
)
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OASIS = "urn:oasis:names:tc:opendocument:xmlns"
ODF = {
    "office": f"{OASIS}:office:1.0",
    "style": f"{OASIS}:style:1.0",
    "text": f"{OASIS}:text:1.0",
    "table": f"{OASIS}:table:1.0",
    "fo": f"{OASIS}:xsl-fo-compatible:1.0",
    "manifest": f"{OASIS}:manifest:1.0",
    "meta": f"{OASIS}:meta:1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
}
TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")


def _part(form: str, kind: str, name: str) -> Element:
    with zipfile.ZipFile(TEMPLATES / form / f"form.{kind}") as package:
        return etree.fromstring(package.read(name))


def _name(prefix: str, local: str) -> str:
    return f"{{{ODF[prefix]}}}{local}"


def _docx_text(paragraph: Element) -> str:
    marks = {f"{{{W}}}br": "\n", f"{{{W}}}tab": "\t"}
    runs = (node for run in paragraph.iter(f"{{{W}}}r") for node in run)
    return "".join(marks.get(str(node.tag), node.text or "") for node in runs)


def _odt_pieces(node: Element) -> Iterator[str]:
    marks = {
        _name("text", "line-break"): "\n",
        _name("text", "tab"): "\t",
        _name("text", "s"): " " * int(node.get(_name("text", "c"), "1")),
    }
    yield marks.get(str(node.tag), "")
    yield node.text or ""
    for child in node:
        yield from _odt_pieces(child)
        yield child.tail or ""


def _texts(form: str, kind: str) -> list[str]:
    """Return the text of every paragraph that has some, in order."""
    if kind == "docx":
        document = _part(form, kind, "word/document.xml")
        texts = (_docx_text(paragraph) for paragraph in document.iter(f"{{{W}}}p"))
    else:
        content = _part(form, kind, "content.xml")
        texts = ("".join(_odt_pieces(paragraph)) for paragraph in content.iter(_name("text", "p")))
    return [text for text in texts if text]


def _docx_looks(form: str) -> list[tuple[str, bool, str]]:
    """Return style, keep with next and text of every paragraph of the docx that a merge does not cover."""
    document = _part(form, "docx", "word/document.xml")
    merges = (merge for merge in document.iter(f"{{{W}}}vMerge") if merge.get(f"{{{W}}}val") == "continue")
    covered = {p for merge in merges for cell in merge.iterancestors(f"{{{W}}}tc") for p in cell}
    paragraphs = (p for p in document.iter(f"{{{W}}}p") if p not in covered)
    return [
        (p[0][0].get(f"{{{W}}}val", ""), p[0].find(f"{{{W}}}keepNext") is not None, _docx_text(p))
        for p in paragraphs
    ]


def _odt_looks(form: str) -> list[tuple[str, bool, str]]:
    """Return the same of the odt, without the lines that close a list."""
    content = _part(form, "odt", "content.xml")
    styles = {style.get(_name("style", "name")): style for style in content.iter(_name("style", "style"))}
    looks: list[tuple[str, bool, str]] = []
    for paragraph in content.iter(_name("text", "p")):
        name = paragraph.get(_name("text", "style-name"), "")
        style = styles.get(name)
        base = name if style is None else style.get(_name("style", "parent-style-name"), "")
        keep = style is not None and style[0].get(_name("fo", "keep-with-next")) == "always"
        if name != "FormGap-line":
            looks.append((base, keep, "".join(_odt_pieces(paragraph))))
    return looks


def _docx_rows(form: str) -> list[Shape]:
    """Return the height of every row in points, with span, fill and place of its cells that begin there."""
    rows: list[Shape] = []
    for row in _part(form, "docx", "word/document.xml").iter(f"{{{W}}}tr"):
        (height,) = row.iter(f"{{{W}}}trHeight")
        cells: list[tuple[int, str, str]] = []
        for look in row.iter(f"{{{W}}}tcPr"):
            values = {str(node.tag).split("}")[1]: node for node in look}
            if "vMerge" in values and values["vMerge"].get(f"{{{W}}}val") == "continue":
                continue
            span = values["gridSpan"].get(f"{{{W}}}val", "") if "gridSpan" in values else "1"
            fill = values["shd"].get(f"{{{W}}}fill", "") if "shd" in values else ""
            cells.append((int(span), fill, values["vAlign"].get(f"{{{W}}}val", "")))
        rows.append((int(height.get(f"{{{W}}}val", "")) / 20, cells))
    return rows


def _odt_rows(form: str) -> list[Shape]:
    """Return the same of the odt."""
    content = _part(form, "odt", "content.xml")
    styles = {style.get(_name("style", "name")): style[0] for style in content.iter(_name("style", "style"))}
    rows: list[Shape] = []
    for row in content.iter(_name("table", "table-row")):
        height = styles[row.get(_name("table", "style-name"))].get(_name("style", "min-row-height"), "")
        cells: list[tuple[int, str, str]] = []
        for cell in row.iter(_name("table", "table-cell")):
            look = styles[cell.get(_name("table", "style-name"))]
            fill = look.get(_name("fo", "background-color"), "").removeprefix("#")
            place = look.get(_name("style", "vertical-align"), "").replace("middle", "center")
            cells.append((int(cell.get(_name("table", "number-columns-spanned"), "1")), fill, place))
        rows.append((float(height.removesuffix("pt")), cells))
    return rows


def test_every_form_is_there_in_both_formats() -> None:
    assert {"form_1_1", "form_1_2", "form_2", "form_3", "form_4", "certificate"} <= set(FORMS)


@pytest.mark.parametrize("form", FORMS)
def test_odt_says_what_docx_says(form: str) -> None:
    texts = _texts(form, "odt")
    assert texts == _texts(form, "docx")
    assert texts


@pytest.mark.parametrize("form", FORMS)
def test_paragraphs_of_the_odt_have_the_styles_of_the_docx_and_stay_together_like_them(form: str) -> None:
    assert _odt_looks(form) == _docx_looks(form)


@pytest.mark.parametrize("form", FORMS)
def test_rows_and_cells_of_the_odt_look_like_those_of_the_docx(form: str) -> None:
    assert _odt_rows(form) == _docx_rows(form)


@pytest.mark.parametrize("form", FORMS)
def test_odt_is_in_kai_and_in_the_chinese_of_taiwan(form: str) -> None:
    styles = _part(form, "odt", "styles.xml").iter(_name("style", "default-style"))
    (text,) = (node for style in styles for node in style.iter(_name("style", "text-properties")))
    assert {text.get(_name("style", f"font-name{script}")) for script in ("", "-asian", "-complex")} == {
        "標楷體"
    }
    assert text.get(_name("style", "language-asian")) == "zh"
    assert text.get(_name("style", "country-asian")) == "TW"


@pytest.mark.parametrize("form", FORMS)
def test_tags_of_docx_and_odt_come_in_the_same_order(form: str) -> None:
    found = {kind: TAG.findall("\n".join(_texts(form, kind))) for kind in ("docx", "odt")}
    assert found["odt"] == found["docx"]
    assert "{{ qr }}" in found["odt"]


@pytest.mark.parametrize("form", FORMS)
def test_tag_that_removes_its_row_stands_alone_in_it(form: str) -> None:
    for row in _part(form, "odt", "content.xml").iter(_name("table", "table-row")):
        text = "".join("".join(_odt_pieces(p)) for p in row.iter(_name("text", "p")))
        assert "{%tr" not in text or TAG.fullmatch(text)


@pytest.mark.parametrize("form", FORMS)
def test_no_paragraph_of_the_docx_names_an_unknown_style(form: str) -> None:
    defined = {
        style.get(f"{{{W}}}styleId") for style in _part(form, "docx", "word/styles.xml").iter(f"{{{W}}}style")
    }
    used = {
        node.get(f"{{{W}}}val")
        for part in ("document", "footer1")
        for node in _part(form, "docx", f"word/{part}.xml").iter(f"{{{W}}}pStyle", f"{{{W}}}tblStyle")
    }
    assert used
    assert used <= defined


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("part", ["content.xml", "styles.xml"])
def test_odt_names_no_unknown_style(form: str, part: str) -> None:
    root = _part(form, "odt", part)
    declared = [root, _part(form, "odt", "styles.xml")]
    defined = {
        node.get(_name("style", "name"))
        for tree in declared
        for node in tree.iter(_name("style", "style"), _name("style", "page-layout"))
    }
    attributes = {
        _name(prefix, name)
        for prefix, name in (
            ("text", "style-name"),
            ("table", "style-name"),
            ("style", "parent-style-name"),
            ("style", "page-layout-name"),
        )
    }
    used = {value for node in root.iter() for key, value in node.attrib.items() if key in attributes}
    assert used
    assert used <= defined


@pytest.mark.parametrize("form", FORMS)
def test_media_type_is_the_first_member_of_the_odt_and_plain(form: str) -> None:
    data = (TEMPLATES / form / "form.odt").read_bytes()
    assert data[30:38] == b"mimetype"
    assert data[38:77] == b"application/vnd.oasis.opendocument.text"


@pytest.mark.parametrize("form", FORMS)
def test_manifest_lists_the_members_of_the_odt(form: str) -> None:
    with zipfile.ZipFile(TEMPLATES / form / "form.odt") as package:
        names = set(package.namelist())
    entries = _part(form, "odt", "META-INF/manifest.xml").iter(_name("manifest", "file-entry"))
    paths = {entry.get(_name("manifest", "full-path")) for entry in entries}
    assert paths == (names - {"mimetype", "META-INF/manifest.xml"}) | {"/"}


@pytest.mark.parametrize("form", FORMS)
def test_every_row_of_the_odt_fills_the_grid_of_its_table(form: str) -> None:
    columns, rows = _name("table", "number-columns-spanned"), _name("table", "number-rows-spanned")
    for table in _part(form, "odt", "content.xml").iter(_name("table", "table")):
        width = len(list(table.iter(_name("table", "table-column"))))
        covered = 0
        for row in table.iter(_name("table", "table-row")):
            assert len(row) == width
            covered += sum(cell.tag == _name("table", "covered-table-cell") for cell in row)
        cells = table.iter(_name("table", "table-cell"))
        spans = [(int(cell.get(columns, "1")), int(cell.get(rows, "1"))) for cell in cells]
        assert covered == sum(wide * high - 1 for wide, high in spans)


@pytest.mark.parametrize("form", FORMS)
def test_page_of_the_odt_is_the_page_of_the_docx(form: str) -> None:
    section = Document(str(TEMPLATES / form / "form.docx")).sections[0]
    (page,) = _part(form, "odt", "styles.xml").iter(_name("style", "page-layout-properties"))
    lengths = {
        "page-width": section.page_width,
        "page-height": section.page_height,
        "margin-left": section.left_margin,
        "margin-right": section.right_margin,
        "margin-top": section.top_margin,
        "margin-bottom": section.footer_distance,
    }
    got = {name: float(page.get(_name("fo", name), "0pt").removesuffix("pt")) for name in lengths}
    assert got == {name: length.pt for name, length in lengths.items() if length is not None}


@pytest.mark.parametrize("form", FORMS)
def test_odt_counts_its_pages_in_the_footer(form: str) -> None:
    (footer,) = _part(form, "odt", "styles.xml").iter(_name("style", "footer"))
    assert re.search(r"\t第 1 頁／共 1 頁\t", "".join(_odt_pieces(footer)))
    for name in ("page-number", "page-count"):
        assert len(list(footer.iter(_name("text", name)))) == 1


@pytest.mark.parametrize("form", FORMS)
def test_odt_calls_itself_a_reconstruction_as_the_docx_does(form: str) -> None:
    properties = Document(str(TEMPLATES / form / "form.docx")).core_properties
    meta = _part(form, "odt", "meta.xml")[0]
    found = {
        name: meta.findtext(_name(prefix, name))
        for prefix, name in (("dc", "title"), ("dc", "subject"), ("meta", "keyword"), ("dc", "language"))
    }
    assert found == {
        "title": properties.title,
        "subject": properties.subject,
        "keyword": properties.keywords,
        "language": "zh-TW",
    }
    assert "重建版面" in (meta.findtext(_name("dc", "description")) or "")


@pytest.mark.parametrize("form", FORMS)
def test_odt_opens_in_another_library(form: str) -> None:
    document = odfdo.Document(BytesIO((TEMPLATES / form / "form.odt").read_bytes()))
    assert document.get_type() == "text"
    tables = document.body.get_tables()
    assert len(tables) == len(Document(str(TEMPLATES / form / "form.docx")).tables)
    assert document.meta.get_title() == Document(str(TEMPLATES / form / "form.docx")).core_properties.title


def test_heading_rows_of_the_odt_repeat_as_those_of_the_docx() -> None:
    for form in FORMS:
        heads = _part(form, "odt", "content.xml").iter(_name("table", "table-header-rows"))
        repeated = list(_part(form, "docx", "word/document.xml").iter(f"{{{W}}}tblHeader"))
        assert sum(len(head) for head in heads) == len(repeated)
