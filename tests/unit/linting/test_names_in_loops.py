"""Names are followed through loops, filters and assignments; the rest of a form's language passes."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from webir_records.forms.linting import lint
from webir_records.forms.spec_types import FormSpec

Make = Callable[[str, Sequence[Any]], bytes]


def codes(template: Make, good: Sequence[Any], spec: FormSpec, text: str) -> list[str]:
    return [f.code for f in lint(template("docx", [*good, text]), "form.docx", spec).findings]


@pytest.mark.parametrize(
    "text",
    [
        "{% for n in range(3) %}{{ n }}{{ loop.index }}{% endfor %}",
        "{% for e in entries if e.seq %}{{ e.seq }}{% if not loop.last %}、{% endif %}{% endfor %}",
        "{% set first = entries | first %}{{ first.seq }}",
        "{% for e in entries | sort(attribute='seq') %}{{ e.case_no }}{% endfor %}",
        "{% with who = manager %}{{ who }}{% endwith %}",
        "{{ entries | map(attribute='seq') | join('、') }}",
        "{{ entries | length }} {{ entries[0].seq }} {{ entries[0]['case_no'] }}",
        "{{ '■' if checked_box == '■' else '□' }} {{ unit.strip() }} {{ unit ~ manager }}",
        "{% for e in entries %}{% for f in entries %}{{ e.seq }}{{ f.seq }}{% endfor %}{% endfor %}",
        "{% if unit in ('甲', '乙') %}有{% elif manager is defined %}無{% endif %}",
        "{# {{ anything }} #} {_{ unit }_} 5% {甲} 「」",
    ],
)
def test_sound_expressions_pass(template: Make, good: list[Any], spec: FormSpec, text: str) -> None:
    assert codes(template, good, spec, text) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{% for e in entries %}{% else %}{{ e.seq }}{% endfor %}", "F444"),
        ("{% for e in entries if e.sq %}{{ e.seq }}{% endfor %}", "F445"),
        ("{% set first = entries | first %}{{ first.sq }}", "F445"),
        ("{% for e in entries | sort(attribute='seq') %}{{ e.sq }}{% endfor %}", "F445"),
        ("{% for e in entries | sort(attribute='sq') %}{{ e.seq }}{% endfor %}", "F445"),
        ("{{ entries.seq }}", "F444"),
        ("{% if unit %}{% set x = unit %}{% endif %}{{ x }}", "F440"),
        ("{% with who = manager %}{% endwith %}{{ who }}", "F440"),
        ("{{ unit.strip(untt) }}", "F440"),
        ("{{ 'a' if untt else 'b' }}", "F440"),
        ("{{ loop.index }}", "F444"),
        ("{{ range }}", "F440"),
        ("{{ '}}' }}", "F420"),
    ],
)
def test_unsound_expressions_are_found(
    template: Make, good: list[Any], spec: FormSpec, text: str, code: str
) -> None:
    assert codes(template, good, spec, text)[:1] == [code]


def test_with_may_reach_over_cells_because_it_takes_nothing_out(
    template: Make, good: list[Any], spec: FormSpec
) -> None:
    table = [["{% with who = manager %}{{ who }}", "{{ who }}{% endwith %}"]]
    assert lint(template("docx", [*good, table]), "form.docx", spec).findings == ()


def test_field_of_the_document_in_a_row_is_named_as_it_should_be(
    template: Make, good: list[Any], spec: FormSpec
) -> None:
    data = template("docx", [*good, "{% for e in entries %}{{ e.unit }}{{ e.科室 }}{% endfor %}"])
    report = lint(data, "form.docx", spec)
    assert [(f.code, f.facts["near"]) for f in report.findings] == [("F445", "{{ unit }}")] * 2


def test_row_field_outside_is_told_where_to_go(template: Make, good: list[Any], spec: FormSpec) -> None:
    (finding,) = lint(template("docx", [*good, "{{ seq }}"]), "form.docx", spec).findings
    assert (finding.facts["fix"], finding.facts["begin"]) == ("{{ e.seq }}", "{%tr for e in entries %}")
