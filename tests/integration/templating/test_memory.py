"""Filling many documents leaves nothing behind."""

import json
import tracemalloc
from pathlib import Path

import pytest

from webir_records.forms.agency import AgencySettings
from webir_records.forms.filling import FillContext, Template
from webir_records.forms.specs import load_form

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
AGENCY = AgencySettings("臺北市政府社會局", "379300000A", (), (), ())


@pytest.mark.parametrize("kind", ["docx", "odt"])
def test_memory_does_not_grow_with_the_number_of_documents(kind: str) -> None:
    spec = load_form("form_1_2", TEMPLATES)
    template = Template.load(spec, kind)
    data = json.loads(spec.specimen_path.read_text(encoding="utf-8"))

    def fill(first: int, last: int) -> None:
        for number in range(first, last):
            values = data | {"name": f"王{number}", "purpose": f"目的{number}"}
            template.fill(values, FillContext(f"r{number}", f"1-2-109-{number}", AGENCY, ""))

    fill(0, 80)  # caches of bounded size fill up
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        fill(80, 480)
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 400 * 100  # less than 100 bytes for each document
