"""Every shipped layout, docx and odt: filled, read back, same bytes again, in threads and processes too."""

import io
import json
import multiprocessing
import pickle
import zipfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import docx
import jinja2
import odfdo
import pytest
from docxtpl import DocxTemplate, InlineImage
from lxml import etree

from webir_records.forms.agency import AgencySettings
from webir_records.forms.filling import FillContext, Template, qr_text, template_values
from webir_records.forms.specs import FormSpec, list_forms, load_form
from webir_records.forms.templating import CompiledTemplate
from webir_records.forms.templating.images import CHART, CODES, EMU_PER_MM, inspect
from webir_records.forms.templating.qr_code import qr_png

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
LAYOUTS = [(spec, kind) for spec in list_forms(TEMPLATES) for kind in spec.layout_kinds]
CONTEXT = FillContext(
    "r7f3k2",
    "1-2-109-0001",
    AgencySettings("臺北市政府社會局", "379300000A", (), (), ()),
    "停止適用。",
    images={name: qr_png(name) for name in (*CODES, CHART)},
)
HARD = "林𠮷堃 O'Brien & 李<小>明"

layouts = pytest.mark.parametrize(("spec", "kind"), LAYOUTS, ids=lambda value: getattr(value, "id", value))


@cache
def _template(spec: FormSpec, kind: str) -> Template:
    return Template.load(spec, kind)


def _specimen(spec: FormSpec) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(spec.specimen_path.read_text(encoding="utf-8"))
    return data


def _parts(document: bytes) -> Mapping[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def _canonical(data: bytes) -> str:
    root = etree.fromstring(data, etree.XMLParser(remove_blank_text=True))
    return str(etree.canonicalize(etree.tostring(root, encoding="unicode"), rewrite_prefixes=True))


@layouts
def test_layout_is_filled_and_opens_in_a_second_library(spec: FormSpec, kind: str) -> None:
    document = _template(spec, kind).fill(_specimen(spec), CONTEXT)
    text = "".join(
        str(node)
        for name, data in _parts(document).items()
        if name.endswith(".xml")
        for node in etree.fromstring(data).itertext()
    )
    assert "{{" not in text
    assert "{%" not in text
    assert (docx.Document if kind == "docx" else odfdo.Document)(io.BytesIO(document)) is not None


@layouts
def test_same_input_gives_the_same_bytes(spec: FormSpec, kind: str) -> None:
    template, data = _template(spec, kind), _specimen(spec)
    first = template.fill(data, CONTEXT)
    template.fill({}, FillContext("other", "", CONTEXT.agency, "", CONTEXT.images))  # leaves no trace
    assert template.fill(data, CONTEXT) == first
    assert Template.load(spec, kind).fill(data, CONTEXT) == first


@pytest.mark.parametrize("spec", [s for s, kind in LAYOUTS if kind == "docx"], ids=lambda spec: spec.id)
def test_every_part_of_a_shipped_form_says_what_docxtpl_says(spec: FormSpec) -> None:
    data = _specimen(spec)
    ours = _parts(_template(spec, "docx").fill(data, CONTEXT))
    template = DocxTemplate(spec.layout_path)
    image = InlineImage(template, io.BytesIO(qr_png(qr_text(spec, CONTEXT))), width=720_000)
    codes = {
        name: InlineImage(template, io.BytesIO(code), width=round(inspect(name, code).width_mm * EMU_PER_MM))
        for name, code in CONTEXT.images.items()
    }
    values = {**template_values(spec, data, CONTEXT), "qr": image, **codes}
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=True)
    template.render(values, environment, autoescape=True)
    buffer = io.BytesIO()
    template.save(buffer)
    theirs = _parts(buffer.getvalue())
    compared = [name for name in theirs if name.startswith("word/") and name.endswith(".xml")]
    assert "word/document.xml" in compared
    for name in compared:
        assert _canonical(ours[name]) == _canonical(theirs[name]), name


def _fill(template: CompiledTemplate, values: dict[str, Any]) -> bytes:
    return template.render(values, {"qr": qr_png("x")})


@pytest.mark.parametrize("kind", ["docx", "odt"])
def test_threads_and_processes_share_a_template(kind: str) -> None:
    spec = load_form("form_1_2", TEMPLATES)
    template = CompiledTemplate.compile(spec.layout_for(kind).read_bytes(), "x")
    jobs = []
    for number in range(24):
        data = _specimen(spec) | {"name": f"{HARD}{number}"}
        jobs.append(dict(template_values(spec, data, CONTEXT)))
    alone = [_fill(template, values) for values in jobs]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(_fill, [template] * len(jobs), jobs)) == alone
    with multiprocessing.get_context("spawn").Pool(1) as processes:
        assert processes.starmap(_fill, [(template, values) for values in jobs[:3]]) == alone[:3]
    again: CompiledTemplate = pickle.loads(pickle.dumps(template))  # noqa: S301 - made a moment ago
    assert _fill(again, jobs[0]) == alone[0]


def test_template_cannot_be_changed_by_what_it_fills() -> None:
    spec = load_form("form_2", TEMPLATES)
    template, data = Template.load(spec), _specimen(spec)
    before = json.dumps(data, sort_keys=True)
    template.fill(data, CONTEXT)
    assert json.dumps(data, sort_keys=True) == before
