"""A template that passes gives well-formed XML for any data."""

import itertools

import jinja2
import pytest
from lxml import etree

from webir_records.forms.templating.structure import (
    CrossedBlockError,
    check_structure,
    expressions_in_attributes,
)

SAFE = [
    "<a><b>{{ x }}</b></a>",
    "<a>{% for i in xs %}<b>{{ i }}</b>{% endfor %}</a>",
    "<a><b>1{% for i in xs %}2</b><b>3{% endfor %}</b></a>",
    "<a>{% if x %}<b/>{% else %}<c></c>{% endif %}</a>",
    "<a>{% if x %}<b>{% else %}<b>{% endif %}</b></a>",
    "<a><b>{% if x %}</b><b>{% else %}</b><b>{% endif %}</b></a>",
    '<a><b c="{% if x %}1{% else %}2{% endif %}"/></a>',
    "<a>{% for i in xs %}<b/>{% else %}<c/>{% endfor %}</a>",
]
CROSSED = [
    "<a>{% for i in xs %}<b>{% endfor %}</b></a>",
    "<a><b>{% for i in xs %}</b>{% endfor %}</a>",
    "<a>{% if x %}<b>{% endif %}</b></a>",
    "<a><b>{% if x %}</b>{% endif %}</a>",
    "<a><b>{% if x %}</b><c>{% else %}</b><b>{% endif %}</c></a>",
    '<a><b c="{% if x %}1"/>{% endif %}</a>',
    "<a>{% for i in xs %}</a><a>{% else %}{% endfor %}</b>",
    "<a>",
    "</a>",
    "<a>{% if x %}</a>",
]


@pytest.mark.parametrize("source", SAFE)
def test_safe_template_gives_well_formed_xml_for_all_data(source: str) -> None:
    check_structure(source)
    for x, xs in itertools.product((True, False), ([], [1], [1, 2, 3])):
        etree.fromstring(jinja2.Environment(autoescape=True).from_string(source).render(x=x, xs=xs))


@pytest.mark.parametrize("source", CROSSED)
def test_crossed_block_is_found(source: str) -> None:
    with pytest.raises(CrossedBlockError):
        check_structure(source)


@pytest.mark.parametrize("source", CROSSED)
def test_every_crossed_example_breaks_for_some_data(source: str) -> None:
    broken = 0
    for x, xs in itertools.product((True, False), ([], [1], [1, 2, 3])):
        try:
            etree.fromstring(jinja2.Environment(autoescape=True).from_string(source).render(x=x, xs=xs))
        except (etree.XMLSyntaxError, jinja2.TemplateSyntaxError):
            broken += 1
    assert broken


def test_only_tags_inside_xml_tags_are_given_to_the_filter() -> None:
    source = '<a b="{{ x }}">{{ x }}</a>'
    assert expressions_in_attributes(source, {"": "f"}) == '<a b="{{ (x) | f }}">{{ x }}</a>'
