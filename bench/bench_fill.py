"""Fill form 1-2 as docx and odt, QR code and reading back included, beside bare docxtpl, which only fills."""

import io
import json
import zipfile
from typing import Final

import jinja2
from docxtpl import DocxTemplate, InlineImage
from lxml import etree
from timing import ROOT, Work, arguments, measure, show

from webir_records.forms.agency import AgencySettings
from webir_records.forms.filling import FillContext, Template, template_values
from webir_records.forms.specs import load_form

BARE: Final = "docxtpl, no QR code made, no reading back"
DOCX: Final = "docx, with QR code, read back and compared"
ODT: Final = "odt, with QR code, read back and compared"


def main() -> None:
    given = arguments(__doc__ or "", documents=20, filled=2000, repetitions=5)
    spec = load_form("form_1_2", ROOT / "templates")
    data = json.loads(spec.specimen_path.read_text(encoding="utf-8"))
    agency = AgencySettings.load(ROOT / "examples/機關設定.json")
    context = FillContext("r7f3k2r7f3k2r7f3k2aa", "1-2-115-0001", agency, "停止適用")
    word, odt = Template.load(spec, "docx"), Template.load(spec, "odt")
    layout = spec.layout_path.read_bytes()
    values = template_values(spec, data, context)
    picture = _picture(word.fill(data, context))

    def bare() -> bytes:
        document = DocxTemplate(io.BytesIO(layout))
        image = InlineImage(document, io.BytesIO(picture), width=720_000)
        document.render({**values, "qr": image}, jinja2.Environment(autoescape=True), autoescape=True)
        buffer = io.BytesIO()
        document.save(buffer)
        return buffer.getvalue()

    count, many = given["documents"], given["filled"]
    lines = measure(
        [
            Work(BARE, lambda: [bare() for _ in range(count)], count),
            Work(DOCX, lambda: [word.fill(data, context) for _ in range(many)] and None, many),
            Work(ODT, lambda: [odt.fill(data, context) for _ in range(many)] and None, many),
            Work("load the docx template once", lambda: Template.load(spec, "docx")),
            Work("load the odt template once", lambda: Template.load(spec, "odt")),
        ],
        repetitions=given["repetitions"],
    )
    same = _canonical(bare()) == _canonical(word.fill(data, context))
    by_name = {line.name: line for line in lines}
    notes = {"same document.xml as docxtpl (canonical XML)": "yes" if same else "no"}
    for name in (DOCX, ODT):
        ratio, cpu = (
            getattr(by_name[BARE], what) / getattr(by_name[name], what) for what in ("median_s", "cpu_s")
        )
        notes[f"docxtpl : {name.split(',')[0]}"] = f"{ratio:.0f} × by the clock, {cpu:.0f} × processor time"
    show("Filling form_1_2", lines, unit="document", peer=BARE, notes=notes)


def _canonical(document: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        data = package.read("word/document.xml")
    root = etree.fromstring(data, etree.XMLParser(remove_blank_text=True))
    return str(etree.canonicalize(etree.tostring(root, encoding="unicode"), rewrite_prefixes=True))


def _picture(document: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        name = next(name for name in package.namelist() if name.startswith("word/media/"))
        return package.read(name)


if __name__ == "__main__":
    main()
