"""Fill a register (form 2) of 2,000 rows as docx and odt, read back, beside bare docxtpl, which is not."""

import io
import json
from typing import Final

import jinja2
from docxtpl import DocxTemplate, InlineImage
from timing import ROOT, Work, arguments, measure, show

from webir_records.forms.agency import AgencySettings
from webir_records.forms.filling import FillContext, Template, template_values
from webir_records.forms.specs import load_form
from webir_records.forms.templating.qr_code import qr_png

BARE: Final = "docxtpl, no reading back"
DOCX: Final = "docx, read back and compared"
ODT: Final = "odt, read back and compared"


def main() -> None:
    given = arguments(__doc__ or "", rows=2000, filled=5, repetitions=5)
    spec = load_form("form_2", ROOT / "templates")
    specimen = json.loads(spec.specimen_path.read_text(encoding="utf-8"))
    some = specimen[spec.rows_key]
    data = {**specimen, spec.rows_key: [some[n % len(some)] for n in range(given["rows"])]}
    agency = AgencySettings.load(ROOT / "examples/機關設定.json")
    context = FillContext("r7f3k2r7f3k2r7f3k2aa", "2-115-0001", agency, "停止適用")
    word, odt = Template.load(spec, "docx"), Template.load(spec, "odt")
    layout = spec.layout_path.read_bytes()
    values = template_values(spec, data, context)
    picture = qr_png("x")

    def bare() -> bytes:
        document = DocxTemplate(io.BytesIO(layout))
        image = InlineImage(document, io.BytesIO(picture), width=720_000)
        document.render({**values, "qr": image}, jinja2.Environment(autoescape=True), autoescape=True)
        buffer = io.BytesIO()
        document.save(buffer)
        return buffer.getvalue()

    many = given["filled"]
    lines = measure(
        [
            Work(BARE, bare),
            Work(DOCX, lambda: [word.fill(data, context) for _ in range(many)] and None, many),
            Work(ODT, lambda: [odt.fill(data, context) for _ in range(many)] and None, many),
        ],
        repetitions=given["repetitions"],
    )
    by_name = {line.name: line for line in lines}
    notes = {"rows": str(given["rows"])}
    for name in (DOCX, ODT):
        clock = by_name[BARE].median_s / by_name[name].median_s
        processor = by_name[BARE].cpu_s / by_name[name].cpu_s
        notes[f"docxtpl : {name.split(',')[0]}"] = (
            f"{clock:.0f} × by the clock, {processor:.0f} × processor time"
        )
    show("Filling a register (form_2)", lines, unit="document", peer=BARE, notes=notes)


if __name__ == "__main__":
    main()
