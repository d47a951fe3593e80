"""Templates reach nothing, run for ever nowhere, and print no gigabytes."""

from typing import Any

import jinja2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2.exceptions import SecurityError

from webir_records.forms.templating.budget import BUDGET, Budget
from webir_records.forms.templating.errors import LimitError, ValueKindError
from webir_records.forms.templating.escaping import tidy_text
from webir_records.forms.templating.sandbox import FastContext, Names, Sandbox
from webir_records.forms.templating.syntax import compile_source, complaints

ENVIRONMENT = Sandbox(tidy_text, xml=False)
VALUES: dict[str, Any] = {
    "a": "b&",
    "n": 3,
    "xs": [{"k": "1"}, {"k": "2"}],
    "row": {"k": "v"},
    "long": "x" * 1000,
}


def _complaints(source: str) -> set[str]:
    return {code for code, _ in complaints(ENVIRONMENT.parse(source), ENVIRONMENT)}


def _run(source: str, steps: int = 100_000) -> str:
    template, _ = compile_source(source, ENVIRONMENT, "test")
    names = Names(template.globals)
    names.update(VALUES)
    names[BUDGET] = Budget(steps)
    context = FastContext(ENVIRONMENT, names, "test", {})
    return "".join(piece for pieces in template.root_render_func(context) for piece in pieces)


@pytest.mark.parametrize(
    ("source", "printed"),
    [
        ("{{ a }}", "b&"),
        ("{{ a | upper }}", "B&"),
        ("{{ row.k }}{{ row['k'] }}", "vv"),
        (
            "{% for x in xs %}{{ loop.index }}{{ x.k }}{% if not loop.last %}、{% endif %}{% endfor %}",
            "11、22",
        ),
        ("{% for x in xs if x.k == '2' %}{{ x.k }}{% else %}-{% endfor %}", "2"),
        ("{% for k, v in row.items() %}{{ k }}={{ v }}{% endfor %}", "k=v"),
        ("{{ xs | map(attribute='k') | join('、') }}", "1、2"),
        ("{{ xs | selectattr('k', 'eq', '2') | list | length }}", "1"),
        ("{{ nothing | default('無') }}", "無"),
        ("{{ '是' if n > 2 else '否' }}", "是"),
        ("{{ '甲' if a in ('b&', 'c') else '乙' }}", "甲"),
        ("{{ n + 1 }}{{ n * 2 }}{{ a ~ n }}", "46b&3"),
        (
            "{% set s = namespace(t=0) %}{% for x in xs %}{% set s.t = s.t + x.k|int %}{% endfor %}{{ s.t }}",
            "3",
        ),
        ("{{ xs | sort(attribute='k', reverse=True) | map(attribute='k') | first }}", "2"),
        ("{{ a | replace('b', 'c') | trim | length }}", "2"),
        ("{{ xs[0].k }}{{ a[0] }}", "1b"),
    ],
)
def test_ordinary_tags_print_what_they_should(source: str, printed: str) -> None:
    assert _complaints(source) == set()
    assert _run(source) == printed


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__ }}",
        "{{ a.__init__.__globals__ }}",
        "{{ a['__class__'] }}",
        "{{ xs[0].__dict__ }}",
        "{{ __import__ }}",
    ],
)
def test_tag_that_reaches_into_python_is_refused_when_it_is_read(source: str) -> None:
    assert _complaints(source) == {"F336"}


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("{{ a | attr('x') }}", "F335"),
        ("{{ a | center(10) }}", "F335"),
        ("{{ a | format(1) }}", "F335"),
        ("{{ a | safe }}", "F335"),
        ("{{ cycler() }}", "F335"),
        ("{{ lipsum(9) }}", "F335"),
        ("{{ a is filter }}", "F335"),
        ("{% macro f() %}{% endmacro %}", "F334"),
        ("{% include 'x' %}", "F334"),
        ("{% import 'x' as x %}", "F334"),
        ("{% extends 'x' %}", "F334"),
        ("{% block b %}{% endblock %}", "F334"),
        ("{% filter upper %}{% endfilter %}", "F334"),
        ("{% set x %}y{% endset %}", "F334"),
        ("{% for x in xs recursive %}{% endfor %}", "F334"),
        ("{{ dict(*a) }}", "F334"),
    ],
)
def test_what_the_engine_does_not_do_is_said_when_it_is_read(source: str, code: str) -> None:
    assert code in _complaints(source)


@pytest.mark.parametrize(
    "source",
    [
        "{{ row[('__cla' ~ 'ss__')] }}",
        "{{ a[('__cla' ~ 'ss__')] }}",
        "{{ a.format(1) }}",
        "{% if xs.append %}within reach{% endif %}",
        "{% if a.encode %}within reach{% endif %}",
        "{% if loop and loop.changed %}within reach{% endif %}",
        "{{ xs | map(attribute='__class__') | list }}",
        "{{ range.__self__ }}",
    ],
)
def test_what_is_only_found_out_while_running_is_refused_then(source: str) -> None:
    with pytest.raises((SecurityError, jinja2.UndefinedError, ValueKindError)):
        _run(source)


@pytest.mark.parametrize(
    "source",
    [
        "{{ 'a' * 10**9 }}",
        "{{ 10**9999999999 }}",
        "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
        "{% set ns = namespace(x=long) %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
        "{% set ns = namespace(x=long) %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
        "{% set ns = namespace(x=9) %}{% for i in range(60) %}{% set ns.x = ns.x * ns.x %}{% endfor %}",
        "{{ long | replace('', long * 900) }}",
        "{{ ([long] * 2000) | join }}",
        "{{ ([long] * 2000) | join(long) }}",
        "{% for i in range(99999) %}{{ long | upper }}{% endfor %}",
        "{% for i in range(9999) %}{{ long.upper() }}{% endfor %}",
    ],
)
def test_template_without_end_is_stopped(source: str) -> None:
    with pytest.raises(LimitError):
        _run(source)


@pytest.mark.parametrize(
    "source", ["{{ range(10**9) }}", "{{ xs }}", "{{ row }}", "{{ xs | upper }}", "{{ a - 1 }}"]
)
def test_value_of_the_wrong_kind_is_said_to_be(source: str) -> None:
    with pytest.raises((ValueKindError, OverflowError)):
        _run(source)


def test_missing_value_is_an_error_and_not_nothing() -> None:
    for source in (
        "{{ nix }}",
        "{{ row.nix }}",
        "{% for x in nix %}{% endfor %}",
        "{{ nix ~ a }}",
        "{{ nix == 1 }}",
    ):
        with pytest.raises(jinja2.UndefinedError):
            _run(source)


_WORDS = st.sampled_from(
    (
        *("a", "n", "xs", "row", "long", "'x'", "2", "|", "upper", "join", "*", "**", "+", "~", "(", ")"),
        *("[", "]", ".k", ".__class__", "in", "==", "if", "else", "range", "loop", ",", "default", "sort"),
        *("replace", "not", "is", "defined"),
    )
)


@settings(max_examples=200, deadline=None)
@given(words=st.lists(_WORDS, min_size=1, max_size=9))
def test_any_expression_prints_or_says_why_not(words: list[str]) -> None:
    source = "{{ " + " ".join(words) + " }}"
    try:
        if _complaints(source):
            return
        assert len(_run(source)) < 2_000_000
    except (
        jinja2.TemplateError,
        LimitError,
        ValueKindError,
        ArithmeticError,
        TypeError,
        ValueError,
        LookupError,
    ):
        return
