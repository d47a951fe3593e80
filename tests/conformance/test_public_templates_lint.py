"""The linter on docxtpl's own test templates: no false error on those that need only plain Jinja."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from webir_records.forms.linting import lint

TEMPLATES: Final = Path(__file__).resolve().parents[3] / "shared" / "conformance" / "docxtpl-templates"

EXPECTED: Final[Mapping[str, tuple[str, ...]]] = {
    # `{{r … }}` prints a RichText object
    "cellbg_tpl.docx": ("F423",),
    "escape_tpl.docx": ("F423",) * 3,
    "richtext_and_if_tpl.docx": ("F423",),
    "richtext_eastAsia_tpl.docx": ("F423",) * 3,
    "richtext_tpl.docx": ("F423",),
    "word2016_tpl.docx": ("F423",) * 2,
    # `{{p … }}` puts another document in
    "header_footer_tpl.docx": ("F423",),
    "header_footer_tpl_utf8.docx": ("F423",),
    "merge_docx_master_tpl.docx": ("F423",),
    "richtext_paragraph_tpl.docx": ("F423",) * 2,
    "subdoc_tpl.docx": ("F423",),
    # filters and functions that the caller of docxtpl has to bring along
    "custom_jinja_filters_tpl.docx": ("F424",) * 2,
    "escape_tpl_auto.docx": ("F426",),
    # meant to be wrong
    "template_error_tpl.docx": ("F432",),
}
"""Errors by template; every other template has none."""

pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(not TEMPLATES.is_dir(), reason="the public templates are not here"),
]


def test_public_templates_have_only_the_errors_that_are_theirs() -> None:
    paths = sorted(TEMPLATES.glob("*.docx"))
    assert len(paths) == 40
    found = {path.name: lint(path.read_bytes(), path.name, None).errors for path in paths}
    assert {name: tuple(f.code for f in errors) for name, errors in found.items() if errors} == EXPECTED


def test_error_of_the_wrong_template_is_found_in_its_place() -> None:
    path = TEMPLATES / "template_error_tpl.docx"
    (error,) = lint(path.read_bytes(), path.name, None).errors
    assert (error.place.story, error.place.paragraph, error.place.text) == ("body", 5, "{% endif %}")
