"""Every code has a text, and every text gets the facts that it names."""

import re
import string
from pathlib import Path

import pytest

from webir_records import forms
from webir_records.forms.linting.messages import MESSAGES as LINTING
from webir_records.forms.messages import MESSAGES as FORMS

MESSAGES = {**FORMS, **LINTING}
SOURCES = sorted(Path(str(forms.__file__)).parent.rglob("*.py"))
PLACE = {"row", "column", "cell", "value"}


def test_every_code_in_the_source_has_a_text_and_every_text_is_used() -> None:
    found = {
        code
        for path in SOURCES
        if path.name != "messages.py"
        for code in re.findall(r'"([FX]\d{3})"', path.read_text("utf-8"))
    }
    assert found == set(MESSAGES)


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_text_of_a_code_is_a_sentence_with_plain_placeholders(code: str) -> None:
    names = [
        name
        for _, name, spec, conversion in string.Formatter().parse(MESSAGES[code])
        if name is not None and not (spec or conversion)
    ]
    assert all(name.isidentifier() for name in names)
    assert MESSAGES[code].strip().endswith((".", "}", ")", "-", ":", "?"))


@pytest.mark.parametrize("code", sorted(c for c in MESSAGES if "F119" <= c <= "F179"))
def test_text_about_a_row_says_where(code: str) -> None:
    names = {name for _, name, _, _ in string.Formatter().parse(MESSAGES[code]) if name}
    assert names & {"column", "left", "columns", "rows"}
