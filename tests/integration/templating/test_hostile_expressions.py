"""Tags made to run for ever or to fail: always an `InputError` that names the template, and soon."""

import time
from collections.abc import Callable, Mapping

import pytest

from webir_records.forms.templating import CompiledTemplate
from webir_records.forms.templating.values import Value
from webir_records.model.errors import InputError

Make = Callable[..., bytes]
SECONDS = 5.0
"""Of the processor, for all that one document may spend; without limits these take hours."""

TURNS = "{% for i in range(99999) %}{% for j in range(99999) %}"
ENDS = "{% endfor %}{% endfor %}"
LONG_TEXT = '{% set s = "a" * 900000 %}'
LONG_LIST = "{% set s = range(100000) | list %}"
NESTED = (
    "{% set ns = namespace(a=[1], b=[1]) %}{% for i in range(60) %}{% set ns.a = [ns.a, ns.a] %}"
    "{% set ns.b = [ns.b, ns.b] %}{% endfor %}"
)


def _code(layout: bytes, values: dict[str, object] | None = None) -> str:
    begin = time.process_time()
    template = CompiledTemplate.compile(layout, "x.odt")
    with pytest.raises(InputError) as caught:
        template.render(values or {}, {})  # type: ignore[arg-type] # a template may get any values
    assert time.process_time() - begin < SECONDS
    assert caught.value.facts["path"] == "x.odt"
    return caught.value.code


@pytest.mark.parametrize(
    ("begin", "tag"),
    [
        (LONG_LIST, "{{ s | max }}"),
        (LONG_LIST, "{{ s | sum }}"),
        (LONG_LIST, "{{ s | min }}"),
        (LONG_LIST, "{% if -1 in s %}{% endif %}"),
        (LONG_LIST, "{% if s is in([1]) %}{% endif %}"),
        (LONG_LIST, "{% if s[1:] | length %}{% endif %}"),
        ("", "{% if range(100000) | max %}{% endif %}"),
        ("", "{% if 'x' in range(100000) %}{% endif %}"),
        (LONG_TEXT, '{{ s | replace("b", "") | length }}'),
        (LONG_TEXT, '{{ s.count("ab") }}'),
        (LONG_TEXT, '{{ s.find("ab") }}'),
        (LONG_TEXT, '{% if "ab" in s %}{% endif %}'),
        (LONG_TEXT, "{% if [s] | unique | length %}{% endif %}"),
        (LONG_TEXT, "{% if s[1:] | length %}{% endif %}"),
        (LONG_TEXT, "{{ (s | trim) | length }}"),
        (LONG_TEXT, "{% if s is lower %}{% endif %}"),
        (LONG_TEXT + '{% set t = "a" * 900000 %}', "{% if s == t %}{% endif %}"),
        (LONG_TEXT + '{% set t = "a" * 900000 %}', "{% if s is eq(t) %}{% endif %}"),
        (LONG_TEXT + '{% set t = "a" * 900000 %}', "{% if t in [s] %}{% endif %}"),
        (LONG_TEXT, "{{ s | int }}"),
        (
            LONG_TEXT + "{% set rows = [dict(x=s)] * 99999 %}",
            "{% if rows | sort(attribute='x') %}{% endif %}",
        ),
        (
            LONG_TEXT + '{% set t = "a" * 900000 %}{% set rows = [dict(x=s)] * 9999 %}',
            "{% if rows | selectattr('x', 'ne', t) | length %}{% endif %}",
        ),
    ],
)
def test_reading_large_values_again_and_again_ends_soon(odt: Make, begin: str, tag: str) -> None:
    text = f"{begin}{TURNS}{tag}{ENDS}".replace("<", "&lt;")
    assert _code(odt(f"<text:p>{text}</text:p>")) in {"F341", "F342"}


@pytest.mark.parametrize(
    "tag",
    [
        "{{ ns.a == ns.b }}",
        "{{ 0 != ns.a == ns.b }}",
        "{{ ns.a in [ns.b] }}",
        "{{ ns.a is eq(ns.b) }}",
        "{{ ns.a is in([ns.b]) }}",
        "{{ [1] is in([ns.b]) }}",
        "{{ [dict(x=ns.a)] | selectattr('x', 'eq', ns.b) | list | length }}",
        "{{ [ns.a, ns.b] | unique | length }}",
        "{{ [ns.a, ns.b] | sort | length }}",
        "{{ [ns.a].index(ns.b) }}",
        "{{ [ns.a].count(ns.b) }}",
    ],
)
def test_lists_inside_lists_are_not_compared(odt: Make, tag: str) -> None:
    assert _code(odt(f"<text:p>{NESTED}{tag}</text:p>")) in {"F342", "F345"}


@pytest.mark.parametrize(
    "tag",
    [
        "{{ 1 / 0 }}",
        "{{ 5 is divisibleby(0) }}",
        "{{ '%999999999d' is even }}",
        "{{ '%s' is divisibleby(3) }}",
        "{{ (2.5 ** 64) ** 64 }}",
        "{{ range(10 ** 10) }}",
        "{{ [3, 'a'] | sort }}",
        "{{ 'a' < 3 }}",
        "{{ 'abc'.find() }}",
        "{{ {[1]: 2} }}",
        "{{ 1 | int(2, 3) }}",
        "{{ 'abc'.count('a', {}) }}",
        "{% for a, b in [1] %}{% endfor %}",
        "{{ -'a' }}",
        "{{ 'x' | round }}",
        "{{ [1][::0] }}",
        "{{ 'abc'.split('') }}",
        "{{ namespace('a') }}",
        "{% set ns = 3 %}{% set ns.a = 1 %}",
        "{{ (-8) ** 0.5 }}",
        "{{ (1e308 * 10) | int }}",
        "{{ '1e999' | int }}",
        "{{ 'inf' | float }}",
        "{{ '1e999' | round }}",
        "{% set a, b = 1 %}",
        "{{ dict([1]) }}",
    ],
)
def test_every_failure_of_a_tag_is_an_error_that_names_the_template(word: Make, odt: Make, tag: str) -> None:
    marked = tag.replace("<", "&lt;")
    for layout in (word(tag), odt(f"<text:p>{marked}</text:p>")):
        template = CompiledTemplate.compile(layout, "x")
        with pytest.raises(InputError) as caught:
            template.render({}, {})
        assert caught.value.code in {"F341", "F342"}
        assert caught.value.facts["path"] == "x"
        if caught.value.code == "F342":
            assert tag.partition("%}")[0].rstrip() in caught.value.facts["problem"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{# 註 #}{{ a }}甲{{ 1 / n }}乙{{ b }}", "{{ 1 / n }}"),
        ("{% for x in xs %}{{ a }}{% if 1 / n %}{% endif %}{% endfor %}", "{% if 1 / n %}"),
        ("{{ a }}{{ b }}{% for x in n %}{% endfor %}", "{% for x in n %}"),
        ("{{ a }}{% set y = a + 1 %}", "{% set y = a + 1 %}"),
    ],
)
def test_error_names_the_tag(word: Make, text: str, named: str) -> None:
    template = CompiledTemplate.compile(word("前", text, "後"), "x")
    with pytest.raises(InputError) as caught:
        template.render({"a": "1", "b": "2", "n": 0, "xs": ["1"]}, {})
    assert caught.value.facts["problem"].startswith(named + ": ")


def test_missing_value_is_named_with_its_tag(word: Make) -> None:
    template = CompiledTemplate.compile(word("{{ a }}甲{{ b | upper }}"), "x")
    with pytest.raises(InputError) as caught:
        template.render({"a": "1"}, {})
    assert caught.value.code == "F345"
    assert caught.value.facts["got"].startswith("{{ b | upper }}: ")


def test_deep_list_is_no_traceback(odt: Make) -> None:
    deep = "{% set ns = namespace(a=[1]) %}{% for i in range(20000) %}{% set ns.a = [ns.a] %}{% endfor %}"
    assert _code(odt(f"<text:p>{deep}{{{{ [ns.a] | unique }}}}</text:p>")) == "F342"


def test_searching_twice_in_one_tag_is_refused_when_it_is_compiled(word: Make) -> None:
    with pytest.raises(InputError) as caught:
        CompiledTemplate.compile(word("{{ 1 in a in b }}"), "x")
    assert [detail.code for detail in caught.value.details] == ["F334"]


def test_long_register_with_usual_tags_has_steps_enough(odt: Make) -> None:
    tags = (
        "{% for r in rows %}{{ loop.index }}/{{ rows | length }} {{ r.a | upper }}{{ r.b | default('無') }}"
        "{% if r.a in ('甲', '乙') and r.b != '' and '甲' in r.a %}{{ r.a[:3] }}{% endif %}{% endfor %}"
        "{{ rows | sum(attribute='n') }}"
    )
    rows: list[Mapping[str, Value]] = [{"a": "甲" * 20, "b": "乙" * 20, "n": 1}] * 5_000
    template = CompiledTemplate.compile(odt(f"<text:p>{tags}</text:p>"), "x")
    assert template.render({"rows": rows}, {})
