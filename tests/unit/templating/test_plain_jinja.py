"""Documents say what Jinja's own generated code prints, with each value escaped alone."""

import re
from typing import Any, Final
from xml.sax.saxutils import escape

import jinja2
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jinja2.compiler import CodeGenerator

from webir_records.forms.templating.budget import BUDGET, Budget
from webir_records.forms.templating.errors import ForbiddenCharacterError, LimitError, ValueKindError
from webir_records.forms.templating.escaping import forbidden_in, odt_texts, printed, tidy_xml
from webir_records.forms.templating.pieces import Encoded
from webir_records.forms.templating.sandbox import FastContext, Names, Sandbox
from webir_records.forms.templating.syntax import compile_source

_FORBIDDEN: Final = "\0"
"""Stands for a value that no file can hold: it is an error, but the last to be noticed."""


def _escaped(value: object) -> str:
    text = printed(value)
    if forbidden_in(text):
        return _FORBIDDEN
    return escape(text).replace("\r\n", "\n").replace("\r", "\n")


def _odt(value: object) -> str:
    text = printed(value)
    if forbidden_in(text):
        return _FORBIDDEN
    return odt_texts(text).decode()


OURS: Final = Sandbox(tidy_xml, xml=True)
JINJA: Final = {True: Sandbox(tidy_xml, xml=True), False: Sandbox(tidy_xml, xml=True)}
for odt, environment in JINJA.items():
    environment.code_generator_class = CodeGenerator
    environment.finalize = _odt if odt else _escaped

ERRORS: Final = (jinja2.TemplateError, LimitError, ValueKindError, ArithmeticError, TypeError, ValueError)


def _context(environment: Sandbox, template: jinja2.Template, values: dict[str, Any]) -> FastContext:
    names = Names(template.globals)
    names.update(values)
    names[BUDGET] = Budget(100_000)
    return FastContext(environment, names, "test", {})


_OF_UNDEFINED = re.compile("'jinja2.runtime.StrictUndefined object' has no attribute '[a-z]+'")


def _said(error: Exception) -> str:
    """Return the error; `loop` outside a loop is called undefined at once, not only its attribute."""
    text = _OF_UNDEFINED.sub("'loop' is undefined", str(error))
    return f"{type(error).__name__}: {text}"


def _ours(source: str, values: dict[str, Any], *, odt: bool) -> str:
    template, _ = compile_source(source, OURS, "test")
    try:
        batches: Any = template.root_render_func(_context(OURS, template, values))
        pieces = [piece for batch in batches for piece in batch]
        assert all(isinstance(piece, bytes) for piece in pieces[::2])
        encoded = Encoded(b"", pieces, odt=odt)
    except (*ERRORS, ForbiddenCharacterError) as error:
        return _said(error)
    assert encoded.whole
    return b"".join(encoded.pieces).decode()


def _jinja(source: str, values: dict[str, Any], *, odt: bool) -> str:
    environment = JINJA[odt]
    template, _ = compile_source(source, environment, "test")
    try:
        found = "".join(template.root_render_func(_context(environment, template, values)))
    except ERRORS as error:
        return _said(error)
    return _said(ForbiddenCharacterError()) if _FORBIDDEN in found else found


_TEXTS: Final = st.one_of(
    st.text(alphabet="a b王𠮷&<>\"'{}%;\n\t\r\x00\x0b\uffff\ufffe￥", max_size=6),
    st.text(max_size=4),
    st.sampled_from(["O'Brien & 李<小>明", "&amp;", "{{ e.a }}", " ", "  ", "]]>", "<!--", "\ud800", ""]),
)
_VALUES: Final = st.one_of(
    _TEXTS, _TEXTS, _TEXTS, st.none(), st.booleans(), st.integers(), st.floats(), st.just([1])
)
_ROWS: Final = st.dictionaries(st.sampled_from("abc"), _VALUES, min_size=1)
_TAGS: Final = (
    *(
        "甲",
        "<w:p/>",
        " ",
        "{{ e.a }}",
        "{{ e.b }}",
        "{{ e.c }}",
        "{{ e['a'] }}",
        "{{ e.a | upper }}",
        "{{ k }}",
    ),
    *(
        "{{ e.b | replace('a', '&') }}",
        "{{ e.c | default('無') }}",
        "{{ loop.index }}",
        "{{ loop.last }}",
        "{{ e }}",
    ),
    *(
        "{{ loop.previtem.a }}",
        "{{ loop.nextitem.b }}",
        "{{ loop.revindex }}",
        "{{ loop.cycle(1, 2) }}",
        "{{ f.a }}",
    ),
    *(
        "{{ e.a ~ e.b }}",
        "{{ 'x' if e.a else e.b }}",
        "{% set k = e.a %}",
        "{% set e = f %}",
        "{% set k = loop %}",
    ),
    *("{{ e.keys() | list | length }}", "{{ e.a.b }}", "{{ k.index }}", "{% set n.a = e.b %}", "{{ n.a }}"),
)
_AROUND: Final = (
    *("{% if e.a %}|{% endif %}", "{% if e.b %}|{% else %}-{% endif %}", "{% if loop.first %}|{% endif %}"),
    *(
        "{% for e in rows %}|{% endfor %}",
        "{% for e in rows if e.a %}|{% endfor %}",
        "{% for f in rows %}|{% endfor %}",
    ),
    *(
        "{% for e in rows %}|{% else %}{{ e.a }}{% endfor %}",
        "{% for e in [n] %}|{% endfor %}",
        "{% for c in e.a %}|{% endfor %}",
    ),
    *(
        "{% with e = row %}|{% endwith %}",
        "{% for e in ('x', 1, row) %}|{% endfor %}",
        "{% for k, v in row.items() %}|{% endfor %}",
    ),
)
_SOURCES: Final = st.recursive(
    st.lists(st.sampled_from(_TAGS), max_size=5).map("".join),
    lambda inside: st.lists(
        st.one_of(
            st.tuples(st.sampled_from(_AROUND), inside).map(lambda pair: pair[0].replace("|", pair[1])),
            inside,
        ),
        max_size=3,
    ).map("".join),
    max_leaves=5,
)


@settings(max_examples=300, deadline=None)
@given(
    source=st.tuples(st.sampled_from(["|", "{% for e in rows %}|{% endfor %}"]), _SOURCES, _SOURCES),
    rows=st.lists(_ROWS, max_size=4),
    row=_ROWS,
    odt=st.booleans(),
)
@example(
    source=("|", "{% for e in rows %}{{ e.a }}{% endfor %}", "{% for e in rows if e.b %}-{% endfor %}"),
    rows=[{"a": "1", "b": ""}],
    row={"a": ""},
    odt=False,
)
@example(
    source=(
        "{% for e in rows %}|{% endfor %}",
        "{% set n.a = e.b %}{% for e in [n] %}{{ e.a }}{% set e.a = 'x' %}{{ e.a }}{% endfor %}",
        "",
    ),
    rows=[{"b": "1"}],
    row={"a": ""},
    odt=False,
)
@example(
    source=("|", "{% for e in rows %}{{ e.a }}|{{ loop.nextitem.a }}{% endfor %}", ""),
    rows=[{"a": "1 "}, {"a": "\n2"}],
    row={"a": ""},
    odt=True,
)
def test_document_says_byte_for_byte_what_plain_jinja_says(
    source: tuple[str, str, str], rows: list[dict[str, Any]], row: dict[str, Any], *, odt: bool
) -> None:
    around, inside, after = source
    whole = "{% set n = namespace(a='0') %}" + around.replace("|", inside) + after
    values = {"rows": rows, "row": row, "e": row, "f": row, "k": "k&"}
    assert _ours(whole, values, odt=odt) == _jinja(whole, values, odt=odt)
