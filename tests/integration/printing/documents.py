"""Small documents as an agency may have them: a table of labels and values, and what else Word can do."""

import io
import struct
import zipfile
from collections.abc import Callable, Sequence

import docx
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm
from docx.table import Table

from webir_records.forms.printing.png import write_png

Edit = Callable[[Document, Table], None]
KAI = "標楷體"


def table(values: Sequence[str], edit: Edit | None = None, *, font: str = KAI) -> bytes:
    """Return a docx with a row for each value; `edit` gets the document and the table."""
    document = docx.Document()
    document.sections[0].page_width, document.sections[0].page_height = Mm(210), Mm(297)
    fonts = document.styles["Normal"].element.get_or_add_rPr().get_or_add_rFonts()
    for which in ("ascii", "hAnsi", "eastAsia"):
        fonts.set(qn(f"w:{which}"), font)
    made = document.add_table(rows=len(values), cols=2)
    made.autofit = False
    made.style = "Table Grid"
    width = made._tbl.tblPr.find(qn("w:tblW"))
    width.set(qn("w:type"), "dxa")
    width.set(qn("w:w"), "9000")
    for row, value in zip(made.rows, values, strict=True):
        row.cells[0].text, row.cells[1].text = "標題欄", value
        for cell in row.cells:
            cell.width = Mm(78)
    if edit is not None:
        edit(document, made)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def square(number: int) -> bytes:
    """Return a PNG; each number gives another one."""
    rows = b"".join(struct.pack("<H", (number + 1) * 7919 * (line + 1) & 0xFFFF) * 10 for line in range(20))
    return write_png(20, 20, rows, 1)


def changed(document: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return a package with one part changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return buffer.getvalue()


def heading(_: Document, made: Table) -> None:
    """Make the first value a heading: it goes into the bookmarks of the PDF."""
    made.rows[0].cells[1].paragraphs[0].style = "Heading 1"


def repeated(_: Document, made: Table) -> None:
    """Repeat the first row on each page."""
    made.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))


def keep(_: Document, made: Table) -> None:
    """Keep some rows with the next ones."""
    for row in made.rows[20:58]:
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True


def later_footer(text: str) -> Edit:
    """Return what gives every page but the first a footer."""

    def edit(document: Document, _: Table) -> None:
        section = document.sections[0]
        section.different_first_page_header_footer = True
        section.footer.paragraphs[0].text = text

    return edit


def subject_in_footer(text: str) -> Edit:
    """Return what prints the document's subject in the footer."""

    def edit(document: Document, _: Table) -> None:
        field = f'<w:fldSimple {nsdecls("w")} w:instr=" SUBJECT "><w:r><w:t>鑫鑫</w:t></w:r></w:fldSimple>'
        document.sections[0].footer.paragraphs[0]._p.append(parse_xml(field))
        document.add_paragraph()._p.append(parse_xml(field))
        document.core_properties.subject = text

    return edit


def two_pictures(number: int) -> Edit:
    """Return what draws the document's own picture, and a seal behind the text."""

    def edit(document: Document, _: Table) -> None:
        document.add_paragraph().add_run().add_picture(io.BytesIO(square(number)), Mm(30))
        run = document.add_paragraph().add_run()
        run.add_picture(io.BytesIO(square(99)), Mm(30))
        (inline,) = run._r.iter(qn("wp:inline"))
        (drawing,) = run._r.iter(qn("w:drawing"))
        anchor = parse_xml(
            f'<wp:anchor {nsdecls("wp")} distT="0" distB="0" distL="0" distR="0" simplePos="0" '
            'relativeHeight="2" behindDoc="1" locked="0" layoutInCell="1" allowOverlap="1">'
            '<wp:simplePos x="0" y="0"/>'
            '<wp:positionH relativeFrom="page"><wp:posOffset>4000000</wp:posOffset></wp:positionH>'
            '<wp:positionV relativeFrom="page"><wp:posOffset>4000000</wp:posOffset></wp:positionV>'
            "</wp:anchor>"
        )
        for child in list(inline):
            anchor.append(child)
            if child.tag == qn("wp:extent"):
                anchor.append(parse_xml(f"<wp:wrapNone {nsdecls('wp')}/>"))
        drawing.replace(inline, anchor)

    return edit


def one_picture(number: int) -> Edit:
    """Return what draws the document's own picture in the line."""

    def edit(document: Document, _: Table) -> None:
        document.add_paragraph().add_run().add_picture(io.BytesIO(square(number)), Mm(30))

    return edit
