"""Read a filled document back and compare all of its text with what it must say.

The expected text comes from the template's text alone, filled with plain values by plain Jinja; the
text found comes from the XML of the document. Text that a template engine loses, cuts or adds cannot
be equal in both.
"""

from collections.abc import Iterator, Mapping
from itertools import takewhile
from typing import Final

import jinja2
import jinja2.meta
from jinja2.sandbox import SandboxedEnvironment

from webir_records.forms.display import TemplateValues
from webir_records.forms.document_text import plain_text, template_text, text_parts, without_spaces
from webir_records.forms.docx_package import read_parts
from webir_records.model.errors import FaultError, InputError

MISSING_VALUE: Final = "F301"
OTHER_TEXT: Final = "F302"


class _Silent:
    """Stands for an image in the expected text: it is there, and has no text."""

    def __str__(self) -> str:
        return ""


class ExpectedText:
    """The text that documents of one template must have; immutable and safe to share.

    Attributes:
        names: every value that the template asks for.
    """

    def __init__(self, template: Mapping[str, bytes], name: str) -> None:
        """Read the text of a template.

        Raises:
            InputError: `F303` no docx, `F304` a tag is wrong.
        """
        environment = SandboxedEnvironment(undefined=jinja2.StrictUndefined, autoescape=False)
        self.names: set[str] = set()
        self._templates: dict[str, jinja2.Template] = {}
        for part, element in text_parts(template).items():
            try:
                source = template_text(element)
                self._templates[part] = environment.from_string(source)
                self.names |= jinja2.meta.find_undeclared_variables(environment.parse(source))
            except jinja2.TemplateSyntaxError as error:
                raise InputError("F304", path=name, part=part, problem=str(error.message)) from error

    def render(self, values: TemplateValues) -> dict[str, str]:
        """Return the expected text of each part, without white space.

        Raises:
            jinja2.TemplateError: the template names a value that is not there.
        """
        context = {**values, "qr": _Silent()}
        return {name: without_spaces(t.render(context)) for name, t in self._templates.items()}


def compare(expected: Mapping[str, str], document: bytes, values: TemplateValues) -> None:
    """Compare a filled document with the text that it must have.

    Args:
        expected: text of each part without white space.
        document: the docx as it will be handed out.
        values: the values that were filled in, to name the field that suffered.

    Raises:
        FaultError: `F301` the value of a field is not there whole, `F302` the text differs elsewhere.
            Fields and parts are named, values are not.
    """
    found = {
        part: without_spaces(plain_text(element))
        for part, element in text_parts(read_parts(document, "docx")).items()
    }
    for part, text in expected.items():
        got = found.get(part, "")
        if got == text:
            continue
        if suspects := _lost_values(values, text, got):
            raise FaultError(MISSING_VALUE, part=part, field="、".join(suspects))
        same = takewhile(lambda pair: pair[0] == pair[1], zip(text, got, strict=False))
        position = sum(1 for _ in same)
        facts = {"position": str(position), "expected": str(len(text)), "got": str(len(got))}
        raise FaultError(OTHER_TEXT, (), part=part, **facts)


def _lost_values(values: TemplateValues, expected: str, got: str) -> list[str]:
    """Return the fields whose value stands in the expected text more often than in the document."""
    lost: list[str] = []
    for key, value in _flat(values):
        text = without_spaces(value)
        if text and expected.count(text) > got.count(text):
            lost.append(key)
    return lost


def _flat(values: TemplateValues) -> Iterator[tuple[str, str]]:
    """Yield every value with the name of its field; labels are the same values again."""
    for key, value in values.items():
        if isinstance(value, str):
            if key.isascii():
                yield key, value
            continue
        for position, row in enumerate(value, start=1):
            yield from ((f"{key}[{position}].{k}", v) for k, v in row.items() if k.isascii())
