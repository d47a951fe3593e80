"""Ask the engine itself, so that no template passes that cannot be filled."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from webir_records.forms.filling import Template
from webir_records.forms.linting.report import Finding, Place
from webir_records.forms.spec_types import FormSpec
from webir_records.forms.templating import CompiledTemplate
from webir_records.model.errors import Detail, InputError

_NUMBERS: Final = ("table", "row", "cell", "paragraph")


def refusals(
    data: bytes, name: str, spec: FormSpec | None, stories: Mapping[str, Place]
) -> Iterator[Finding]:
    """Yield what the engine has against a template in which nothing wrong was found.

    Args:
        data: the template.
        name: what messages call it.
        spec: the form, or None.
        stories: its parts that hold text.
    """
    try:
        if spec is None:
            CompiledTemplate.compile(data, name)
        else:
            Template.parse(spec, data, name)
    except InputError as error:
        for detail in error.details or (Detail(error.code, error.facts),):
            yield _finding(detail, name, stories)


def _finding(detail: Detail, name: str, stories: Mapping[str, Place]) -> Finding:
    tag, part = detail.facts.get("tag", "–"), detail.facts.get("part", "")
    table, row, cell, paragraph = (_number(detail.facts.get(key, "")) for key in _NUMBERS)
    around = stories.get(part, Place(part=part))
    place = replace(around, table=table, row=row, cell=cell, paragraph=0 if table else paragraph, text=tag)
    return Finding("F439", {"path": name, **detail.facts, "tag": tag, "engine": detail.code}, place)


def _number(shown: str) -> int:
    return int(shown) if shown.isdecimal() else 0
