"""Fill a register (form 2) of 2,000 rows as docx and odt, read back, beside bare docxtpl, which is not."""

import io
import json
import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final, cast

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
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
DIFFERENT: Final = "docx, no two rows alike"
DIFFERENT_ODT: Final = "odt, no two rows alike"


def main() -> None:
    given = arguments(__doc__ or "", rows=2000, filled=5, repetitions=5)
    spec = load_form("form_2", ROOT / "templates")
    specimen = json.loads(spec.specimen_path.read_text(encoding="utf-8"))
    some = specimen[spec.rows_key]
    data = {**specimen, spec.rows_key: [some[n % len(some)] for n in range(given["rows"])]}
    different = {**data, spec.rows_key: [_varied(row, n) for n, row in enumerate(data[spec.rows_key])]}
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
            Work(DIFFERENT, lambda: [word.fill(different, context) for _ in range(many)] and None, many),
            Work(DIFFERENT_ODT, lambda: [odt.fill(different, context) for _ in range(many)] and None, many),
        ],
        repetitions=given["repetitions"],
    )
    by_name = {line.name: line for line in lines}
    notes = {"rows": str(given["rows"])}
    for name in (DOCX, ODT, DIFFERENT, DIFFERENT_ODT):
        clock = by_name[BARE].median_s / by_name[name].median_s
        processor = by_name[BARE].cpu_s / by_name[name].cpu_s
        notes[f"docxtpl : {name}"] = f"{clock:.0f} × by the clock, {processor:.0f} × processor time"
    show("Filling a register (form_2)", lines, unit="document", peer=BARE, notes=notes)


def _varied(row: Mapping[str, Any], number: int) -> dict[str, Any]:
    """Return a row of which every value but yes and no stands in no other row."""
    return {key: _vary(value, number) for key, value in row.items()}


def _vary(value: object, number: int) -> object:
    if isinstance(value, list):
        return [_vary(item, number) for item in cast("list[object]", value)]
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return value
    if isinstance(value, str) and _DATE.fullmatch(value):
        return (date.fromisoformat(value) + timedelta(days=number)).isoformat()
    return f"{value}{number}" if isinstance(value, str) else value + number * 1_000


if __name__ == "__main__":
    main()
