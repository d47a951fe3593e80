"""One broken template for each code: it is found, with its place, and nothing else is found beside it."""

from collections.abc import Callable, Mapping, Sequence

import pytest

from webir_records.forms.linting import Severity, lint
from webir_records.forms.spec_types import FormSpec
from webir_records.forms.templating import CompiledTemplate
from webir_records.model.errors import InputError

Block = str | Sequence[Sequence[str | Sequence[str]]]
Make = Callable[[str, Sequence[Block]], bytes]

AFTER = "段"
LOOP, END = ["{%tr for e in entries %}"], ["{%tr endfor %}"]

MISTAKES: Mapping[str, Sequence[tuple[Sequence[Block], str]]] = {
    "F410": [(["甲 {{ unit"], "{{ unit"), (["甲 {% if unit"], "{% if unit"), (["{# 備註"], "{# 備註")],
    "F411": [(["甲 unit }} 乙"], "}}"), (["甲 endif %} 乙"], "%}")],
    "F412": [
        (["{{ unit }"], "{{ unit }"),
        (["{ unit }}"], "{ unit }}"),
        (["{ { unit } }"], "{ { unit } }"),
        (["{\u2060{ unit }\u2060}"], "{\u2060{ unit }\u2060}"),
        (["{{ unit %}"], "{{ unit %}"),
        (["{% if unit }有{% endif %}"], "{% if unit }"),
    ],
    "F413": [(["{{{ unit }}}"], "{{{ unit }}}"), (["{{ unit }}}"], "{{ unit }}}")],
    "F414": [(["{unit}"], "{unit}"), (["{ 使用單位 }"], "{ 使用單位 }")],
    "F415": [
        (["｛｛ unit ｝｝"], "｛｛ unit ｝｝"),
        (["{％ if unit ％}有{% endif %}"], "{％ if unit ％}"),
        (["｛{ unit }｝"], "｛{ unit }｝"),
    ],
    "F416": [(["{{ unit（1） }}"], "{{ unit（1） }}"), (["{{ un\u200bit }}"], "{{ un\u200bit }}")],
    "F417": [(["{{ unit | replace(“甲”, ‘乙’) }}"], "{{ unit | replace(“甲”, ‘乙’) }}")],  # noqa: RUF001
    "F418": [(["{{ unit | replace(「甲」, 『乙』) }}"], "{{ unit | replace(「甲」, 『乙』) }}")],
    "F419": [(["{{ }}"], "{{ }}"), (["{% %}"], "{% %}")],
    "F420": [
        (["{{ unit unit }}"], "{{ unit unit }}"),
        (["{% if unit = 1 %}{% endif %}"], "{% if unit = 1 %}"),
    ],
    "F421": [
        (["{% iff unit %}有{% endif %}"], "{% iff unit %}"),
        (["{% if unit %}有{% end if %}"], "{% end if %}"),
        (["{% if unit %}甲{% else if manager %}乙{% endif %}"], "{% else if manager %}"),
    ],
    "F422": [([[["{% tr for e in entries %}"], ["{{ e.seq }}"], END]], "{% tr for e in entries %}")],
    "F423": [
        (["{{r unit }}"], "{{r unit }}"),
        (["{% include 'x' %}"], "{% include 'x' %}"),
        (["{% for e in entries recursive %}{% endfor %}"], "{% for e in entries recursive %}"),
        ([[["{%tr if '%' in unit %}"], ["甲"], ["{%tr endif %}"]]], "{%tr if '%' in unit %}"),
    ],
    "F424": [(["{{ unit | uper }}"], "{{ unit | uper }}")],
    "F425": [(["{% if unit is defind %}有{% endif %}"], "{% if unit is defind %}")],
    "F426": [
        (["{{ ''.__class__ }}"], "{{ ''.__class__ }}"),
        (["{{ unit['__init__'] }}"], "{{ unit['__init__'] }}"),
        (["{{ unit.format(1) }}"], "{{ unit.format(1) }}"),
        (["{{ cycler(1) }}"], "{{ cycler(1) }}"),
    ],
    "F427": [
        (["{{ un", "it }}"], "{{ un"),
        ([[[["甲 {{ un", "it }}"]]]], "{{ un"),
        ([[["{{ u", "nit }}"]]], "{{ u"),
    ],
    "F431": [
        (["{% if unit %}有"], "{% if unit %}"),
        ([[["{%tr for e in entries %}"], ["{{ e.seq }}"]]], "{%tr for e in entries %}"),
    ],
    "F432": [(["有{% endif %}"], "{% endif %}"), (["{% else %}"], "{% else %}")],
    "F433": [
        (["{% if unit %}有{% endfor %}"], "{% endfor %}"),
        (["{% if unit %}{% for e in entries %}{% endif %}{% endfor %}"], "{% endif %}"),
    ],
    "F434": [(["{%tr if unit %}"], "{%tr if unit %}"), (["{%tc if unit %}"], "{%tc if unit %}")],
    "F435": [
        ([[LOOP, ["{{ e.seq }}{% endfor %}"]]], "{% endfor %}"),
        (["{%p if unit %}", "甲", "{% endif %}"], "{% endif %}"),
    ],
    "F436": [
        ([[["{% for e in entries %}{{ e.seq }}", "{% endfor %}"]]], "{% endfor %}"),
        ([[LOOP, ["甲"]], [["乙"], END]], "{%tr endfor %}"),
        (["{%p if unit %}", [[["甲", "{%p endif %}"]]]], "{%p endif %}"),
    ],
    "F437": [
        ([[["{%tr for e in entries %}", "{%tr endfor %}"]]], "{%tr endfor %}"),
        (["{%p if unit %}{%p endif %}"], "{%p endif %}"),
    ],
    "F438": [
        ([[["{%tr if unit %}", "會不見"], ["甲"], ["{%tr endif %}"]]], "{%tr if unit %}"),
        (["會不見{%p if unit %}", "甲", "{%p endif %}"], "{%p if unit %}"),
        (["{#p 備註 #}{{ manager }}"], "{{ manager }}"),
    ],
    "F440": [(["{{ untt }}"], "{{ untt }}"), (["{{ 科室 }}"], "{{ 科室 }}")],
    "F444": [(["{{ seq }}"], "{{ seq }}"), (["{{ e.seq }}"], "{{ e.seq }}")],
    "F445": [
        ([[LOOP, ["{{ e.sq }}"], END]], "{{ e.sq }}"),
        ([[LOOP, ["{{ e['unit'] }}"], END]], "{{ e['unit'] }}"),
        (["{{ entries | map(attribute='sq') | join }}"], "{{ entries | map(attribute='sq') | join }}"),
        (["{{ unit.name }}"], "{{ unit.name }}"),
    ],
    "F446": [(["{% for x in unit %}{{ x }}{% endfor %}"], "{% for x in unit %}")],
    "F447": [(["{{ entries }}"], "{{ entries }}"), (["{{ entries[0] }}"], "{{ entries[0] }}")],
}
CASES = [
    pytest.param(code, blocks, text, id=f"{code}-{number}")
    for code, group in MISTAKES.items()
    for number, (blocks, text) in enumerate(group, start=1)
]


@pytest.mark.parametrize("kind", ["docx", "odt"])
@pytest.mark.parametrize(("code", "blocks", "text"), CASES)
def test_mistake_is_found_alone_with_its_text(
    template: Make,
    good: Sequence[Block],
    spec: FormSpec,
    kind: str,
    code: str,
    blocks: Sequence[Block],
    text: str,
) -> None:
    report = lint(template(kind, [*good, *blocks]), f"form.{kind}", spec)
    found = [finding for finding in report.findings if finding.code == code]
    assert [finding.place.text for finding in found][:1] == [text]
    others = {finding.code for finding in report.findings} - {code} - ALONG.get(code, frozenset())
    assert others == set()


ALONG = {
    "F434": frozenset({"F431"}),  # nothing ends the block that begins outside
    "F437": frozenset({"F438"}),
}
"""What else is true of such a template."""


@pytest.mark.parametrize("kind", ["docx", "odt"])
@pytest.mark.parametrize(("code", "blocks"), [(case.values[0], case.values[1]) for case in CASES])
def test_what_the_engine_refuses_is_an_error_and_what_has_no_error_compiles(
    template: Make, good: Sequence[Block], spec: FormSpec, kind: str, code: str, blocks: Sequence[Block]
) -> None:
    data = template(kind, [*good, *blocks])
    errors = lint(data, f"form.{kind}", spec, ask_engine=False).errors
    try:
        CompiledTemplate.compile(data, f"form.{kind}")
    except InputError:
        assert errors
    else:
        assert errors or code == "F417"


@pytest.mark.parametrize("kind", ["docx", "odt"])
def test_nothing_is_found_in_a_good_template(
    template: Make, good: Sequence[Block], spec: FormSpec, kind: str
) -> None:
    report = lint(template(kind, good), f"form.{kind}", spec)
    assert report.findings == ()
    assert (report.fields.unused, report.fields.missing) == (("agency",), ())
    assert CompiledTemplate.compile(template(kind, good), "form").names >= {"unit", "entries", "qr"}


@pytest.mark.parametrize("kind", ["docx", "odt"])
def test_all_mistakes_of_a_template_are_found_at_once(
    template: Make, good: Sequence[Block], spec: FormSpec, kind: str
) -> None:
    blocks: Sequence[Block] = [
        "{{ untt }}",
        "｛｛ unit ｝｝",
        "{{ unit | uper }}",
        [["甲", "{{ seq }}"]],
        "有{% endif %}",
    ]
    report = lint(template(kind, [*good, *blocks]), f"form.{kind}", spec)
    assert [f.code for f in report.findings] == ["F440", "F415", "F424", "F444", "F432"]
    assert all(f.severity is Severity.ERROR for f in report.findings)
    place = report.findings[3].place
    assert (place.story, place.table, place.row, place.cell, place.paragraph) == ("body", 2, 1, 2, 1)
    assert report.findings[0].place.paragraph == 3


@pytest.mark.parametrize("kind", ["docx", "odt"])
def test_what_ties_paper_to_record_and_required_fields_must_be_printed(
    template: Make, spec: FormSpec, kind: str
) -> None:
    report = lint(template(kind, ["{{ manager }}{{ form_no }}"]), f"form.{kind}", spec)
    assert [(f.code, f.facts["got"]) for f in report.findings] == [
        ("F441", "使用單位（unit）"),
        ("F441", "案件編號（case_no）"),
        ("F442", "record_id"),
        ("F442", "qr"),
        ("F443", "已核對（checked）、項次（seq）"),
    ]
    assert report.fields.used == ("manager", "form_no")
    assert report.fields.missing == ("unit", "case_no", "record_id", "qr")


def test_nearest_names_are_named_by_label_and_key(
    template: Make, good: Sequence[Block], spec: FormSpec
) -> None:
    data = template("docx", [*good, "{{ 科室 }}{{ \uff4danager }}", [LOOP, ["{{ e.案件 }}"], END]])
    near = [f.facts["near"] for f in lint(data, "form.docx", spec).findings]
    assert near[:2] == ["使用單位（unit）", "單位管理者（manager）"]
    assert near[2].startswith("案件編號（case_no）")


def test_without_a_form_names_are_only_listed(template: Make) -> None:
    report = lint(
        template("docx", ["{{ anything }}", "{% for x in things %}{{ x.y }}{% endfor %}"]), "a.docx", None
    )
    assert report.findings == ()
    assert report.fields.used == ("anything", "things")


def test_a_template_without_tags_is_pointed_out(template: Make) -> None:
    report = lint(template("docx", ["申請表"]), "a.docx", None)
    assert [f.code for f in report.warnings] == ["F407"]
