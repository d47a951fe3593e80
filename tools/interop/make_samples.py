"""Fill every form with its specimen, in every format, for the programs that `make interop` asks.

Usage: make_samples.py FOLDER
"""

import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from retention.profile import load_profile
from webir_records.bootstrap import find_soffice
from webir_records.forms.agency import AgencySettings
from webir_records.forms.filling import FillContext, Template
from webir_records.forms.pdf import Converter
from webir_records.forms.spec_types import FormSpec
from webir_records.forms.specs import list_forms

PROJECT = Path(__file__).resolve().parents[2]
PROFILE = "taipei-2017"
KINDS = ("docx",)
HARD = {"name": "𠮷野家・O'Brien & 李<小>明", "title": "約聘社會工作督導員兼組長 全形（１０１）"}
"""Values that break careless programs: beyond the basic plane, markup, full width, longer than the cell."""


def forms() -> Iterator[FormSpec]:
    return (
        spec for spec in list_forms(PROJECT / "templates") if spec.fillable and spec.specimen_path.is_file()
    )


def data(spec: FormSpec) -> Iterator[Mapping[str, Any]]:
    """Yield the specimen, then with hard values where it has such fields, or with rows for several pages."""
    specimen: dict[str, Any] = json.loads(spec.specimen_path.read_text(encoding="utf-8"))
    yield specimen
    hard = {key: value for key, value in HARD.items() if key in specimen}
    if hard:
        yield specimen | hard
    if spec.grouped:
        yield specimen | {spec.rows_key: list(specimen[spec.rows_key]) * 3}


def fill(spec: FormSpec, kind: str, prefix: str) -> dict[str, bytes]:
    """Return the filled documents of one kind; a name starts with the form number and an underscore."""
    agency = AgencySettings.load(PROJECT / "examples" / "機關設定.json")
    notice = load_profile(PROFILE).notice.zh
    template = Template.load(spec)
    made: dict[str, bytes] = {}
    for number, values in enumerate(data(spec), start=1):
        form_no = f"{prefix}-115-{number:04}"
        name = f"{form_no}_{spec.id}_{kind}.{kind}"
        made[name] = template.fill(values, FillContext("ssemt7qxx4xllwvjpb6g", form_no, agency, notice))
    return made


def main(folder: Path) -> int:
    """Write the samples; return 0."""
    documents: dict[str, bytes] = {}
    for prefix, spec in enumerate(forms(), start=1):
        for kind in set(KINDS) & set(spec.layout_kinds):
            documents |= fill(spec, kind, f"{prefix}")
    folder.mkdir(parents=True, exist_ok=True)
    for name, document in documents.items():
        (folder / name).write_bytes(document)
    soffice = find_soffice(os.environ)
    if soffice is not None:
        with tempfile.TemporaryDirectory() as work:
            made = Converter(soffice, Path(work), environment=os.environ).convert(documents)
        for name, document in made.items():
            (folder / name).with_suffix(".pdf").write_bytes(document)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
