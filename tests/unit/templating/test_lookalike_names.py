"""Names that Python takes for one another would print the wrong value; they are refused with their place."""

import pytest

from webir_records.forms.templating.escaping import tidy_text
from webir_records.forms.templating.sandbox import Sandbox
from webir_records.forms.templating.syntax import complaints

ENVIRONMENT = Sandbox(tidy_text, xml=False)


def _complaints(source: str) -> list[tuple[str, str]]:
    return list(complaints(ENVIRONMENT.parse(source), ENVIRONMENT))


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("{{ \uff4e\uff41\uff4d\uff45 }}", "\uff4e\uff41\uff4d\uff45"),
        ("{% for \uff52 in rows %}{% endfor %}", "\uff52"),
        ("{% set \uff52 = 1 %}", "\uff52"),
        ("{% with \uff52 = 1 %}{% endwith %}", "\uff52"),
        ("{% set \uff4e\uff53.x = 1 %}", "\uff4e\uff53"),
        ("{{ dict(\uff41=1) }}", "\uff41"),
        ("{{ \uf901 }}", "\uf901"),
        ("{{ name | default(\uff49\uff44) }}", "\uff49\uff44"),
    ],
)
def test_name_that_counts_as_another_is_refused(source: str, name: str) -> None:
    assert ("F349", name) in _complaints(source)


@pytest.mark.parametrize(
    "source", ["{{ 姓名 }}", "{{ \u66f4 }}", "{{ 林𠮷堃 }}", "{{ row['\uff29\uff24'] }}"]
)
def test_usual_name_and_any_key_of_a_row_are_taken(source: str) -> None:
    assert _complaints(source) == []
