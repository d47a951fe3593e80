"""The linter on everything that we ship: nothing to find, and quickly."""

import time
from pathlib import Path

import pytest

from webir_records.forms.linting import annotate, lint
from webir_records.forms.spec_types import FormSpec
from webir_records.forms.specs import list_forms
from webir_records.forms.templating import CompiledTemplate
from webir_records.model.texts import Texts

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
LAYOUTS = [(spec, path) for spec in list_forms(TEMPLATES) for path in sorted(spec.folder.glob("form.*"))]
NAMES = [f"{spec.id}-{path.suffix[1:]}" for spec, path in LAYOUTS]


def test_every_form_with_a_layout_is_looked_at() -> None:
    assert {path.suffix for _, path in LAYOUTS} == {".docx", ".odt"}
    assert len(LAYOUTS) >= 12


@pytest.mark.parametrize(("spec", "path"), LAYOUTS, ids=NAMES)
def test_nothing_is_found_in_a_shipped_template(spec: FormSpec, path: Path) -> None:
    assert lint(path.read_bytes(), path.name, spec).findings == ()


def test_names_that_are_used_are_those_that_the_engine_asks_for() -> None:
    spec = next(spec for spec in list_forms(TEMPLATES) if spec.id == "form_4")
    path = spec.folder / "form.docx"
    used = set(lint(path.read_bytes(), path.name, spec, ask_engine=False).fields.used)
    names = CompiledTemplate.compile(path.read_bytes(), path.name).names - {spec.rows_key}
    assert used - {field.key for field in spec.row_fields} == {name.removesuffix("_boxes") for name in names}


def test_all_of_them_take_less_than_a_second() -> None:
    files = [(spec, path.read_bytes()) for spec, path in LAYOUTS]
    start = time.process_time()
    for spec, data in files:
        lint(data, "form", spec, ask_engine=False)
    assert time.process_time() - start < 1


@pytest.mark.parametrize("kind", ["docx", "odt"])
def test_annotated_copy_of_a_real_form_is_read_like_the_form(kind: str) -> None:
    spec = next(spec for spec in list_forms(TEMPLATES) if spec.id == "form_2")
    other = next(spec for spec in list_forms(TEMPLATES) if spec.id == "form_1_1")
    data = (spec.folder / f"form.{kind}").read_bytes()
    report = lint(data, f"form.{kind}", other)
    assert len(report.errors) > 20
    assert lint(annotate(data, report, Texts.load("zh-Hant")), f"form.{kind}", other) == report
