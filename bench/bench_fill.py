"""Fill form 1-2 as docx, read back and compared, beside bare docxtpl, which only fills."""

import io
import json
import zipfile
from typing import Final

import jinja2
from docxtpl import DocxTemplate, InlineImage
from timing import ROOT, Work, arguments, measure, show

from webir_records.forms.agency import AgencySettings
from webir_records.forms.filling import FillContext, Template, template_values
from webir_records.forms.specs import load_form

BARE: Final = "docxtpl, no reading back"


def main() -> None:
    given = arguments(__doc__ or "", documents=20)
    count = given["documents"]
    spec = load_form("form_1_2", ROOT / "templates")
    data = json.loads((ROOT / "templates/form_1_2/specimen.json").read_text(encoding="utf-8"))
    agency = AgencySettings.load(ROOT / "examples/機關設定.json")
    context = FillContext("r7f3k2r7f3k2r7f3k2aa", "1-2-115-0001", agency, "停止適用")
    template = Template.load(spec)
    layout = spec.layout_path.read_bytes()
    values = template_values(spec, data, context)
    picture = _picture(template.fill(data, context))

    def bare() -> bytes:
        document = DocxTemplate(io.BytesIO(layout))
        image = InlineImage(document, io.BytesIO(picture), width=720_000)
        document.render({**values, "qr": image}, jinja2.Environment(autoescape=True), autoescape=True)
        buffer = io.BytesIO()
        document.save(buffer)
        return buffer.getvalue()

    lines = measure(
        [
            Work(BARE, lambda: [bare() for _ in range(count)], count),
            Work(
                "fill, with QR code, read back and compared",
                lambda: [template.fill(data, context) for _ in range(count)],
                count,
            ),
            Work("load the template once", lambda: Template.load(spec)),
        ]
    )
    same = _part(bare(), "word/document.xml") == _part(template.fill(data, context), "word/document.xml")
    show(
        "Filling form_1_2, docx",
        lines,
        unit="document",
        peer=BARE,
        notes={"same document.xml": "yes" if same else "no"},
    )


def _part(document: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        return package.read(name)


def _picture(document: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        name = next(name for name in package.namelist() if name.startswith("word/media/"))
        return package.read(name)


if __name__ == "__main__":
    main()
