"""What a document must say, from the template's text alone, and the comparison with what it does say.

Nothing here knows how a part is prepared or rendered; that is the point of reading back (docs/adr/0005).
"""

import re
from collections.abc import Iterator, Mapping
from itertools import accumulate, takewhile
from typing import Final, cast

from webir_records.forms.templating.values import Value, Values
from webir_records.forms.templating.xml_parts import Element
from webir_records.model.errors import FaultError

MISSING_VALUE: Final = "F301"
OTHER_TEXT: Final = "F302"

_TAG = re.compile(r"\{[{%](.*?)[%}]\}", re.DOTALL)
_LAYOUT_TAG = re.compile(r"\{%\s*(?:colspan|cellbg)\b.*?%\}", re.DOTALL)
_MERGED_DOWN = re.compile(r"\{%\s*vm\s*%\}")
_MERGED_ACROSS = re.compile(r"\{%\s*hm\s*%\}")
_QUOTES: Final = str.maketrans({"\u201c": '"', "\u201d": '"', "\u2018": "'", "\u2019": "'"})
_CELL: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}tc"
_SCOPED: Final = {
    scope: re.compile(r"\{([%{#])-?" + scope + r"\s+(.*?)-?([%}#])\}", re.DOTALL)
    for scope in ("tr", "tc", "p", "r")
}


def template_text(root: Element, scopes: Mapping[str, str]) -> str:
    """Return the text of a part as a Jinja template without any XML in it.

    Args:
        root: of the part, with its tags.
        scopes: element by the tag scope that swallows it: `tr` → the row, and so on.
    """
    by_element: dict[str, list[str]] = {}
    for scope, name in scopes.items():
        for element in name.split():
            by_element.setdefault(element, []).append(scope)
    text = _pieces(root, by_element)
    return _LAYOUT_TAG.sub("", _TAG.sub(lambda tag: tag[0].translate(_QUOTES), text))


def _pieces(element: Element, scopes: Mapping[str, list[str]]) -> str:
    inside = (element.text or "") + "".join(
        _pieces(child, scopes) + (child.tail or "") for child in element.iterchildren("*")
    )
    if element.tag == _CELL:
        inside = _merged(element, inside)
    for scope in scopes.get(str(element.tag), ()):
        tags = list(_SCOPED[scope].finditer(inside))
        if tags:
            opening, expression, closing = tags[-1].groups()
            return f"{{{opening} {expression}{closing}}}"
    return inside


def _merged(cell: Element, inside: str) -> str:
    """Say the text of a merged cell once: `vm` keeps the rest of its own text piece, `hm` the first cell."""
    if _MERGED_DOWN.search(inside):
        texts = [str(text) for text in cell.itertext()]
        end = next(found.end() for found in _MERGED_DOWN.finditer("".join(texts)))
        cut = next(total for total in accumulate(map(len, texts)) if total >= end)
        first, rest = "".join(texts)[:cut], "".join(texts)[cut:]
        inside = f"{{% if loop.first %}}{_MERGED_DOWN.sub('', first)}{{% endif %}}{rest}"
    if _MERGED_ACROSS.search(inside):
        inside = f"{{% if loop.first %}}{_MERGED_ACROSS.sub('', inside)}{{% endif %}}"
    return inside


def same(expected: str, found: str) -> bool:
    """Tell whether two texts are equal; white space may have become elements."""
    return expected == found or without_spaces(expected) == without_spaces(found)


def without_spaces(text: str) -> str:
    """Return a text without any white space."""
    return "".join(text.split())


def compare(part: str, expected: str, found: str, values: Values) -> None:
    """Say what is wrong with a part whose text differs.

    Raises:
        FaultError: `F301` the value of a field is not there whole, `F302` the text differs elsewhere.
            Fields and parts are named, values are not.
    """
    text, got = without_spaces(expected), without_spaces(found)
    if text == got:
        return
    if suspects := _lost_values(values, text, got):
        raise FaultError(MISSING_VALUE, part=part, field="、".join(suspects))
    equal = takewhile(lambda pair: pair[0] == pair[1], zip(text, got, strict=False))
    position = sum(1 for _ in equal)
    facts = {"position": str(position), "expected": str(len(text)), "got": str(len(got))}
    raise FaultError(OTHER_TEXT, (), part=part, **facts)


def _lost_values(values: Values, expected: str, got: str) -> list[str]:
    """Return the fields whose value stands in the expected text more often than in the document."""
    lost: list[str] = []
    for key, value in flat(values):
        text = without_spaces(value)
        if text and expected.count(text) > got.count(text):
            lost.append(key)
    return lost


def flat(values: Values) -> Iterator[tuple[str, str]]:
    """Yield every text with the name of its field; labels are the same values again."""
    for key, value in values.items():
        if key.isascii():
            yield from _flat(key, value)


def _flat(name: str, value: Value) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if key.isascii():
                yield from _flat(f"{name}.{key}", item)
    elif isinstance(value, (list, tuple)):
        for position, item in enumerate(cast("list[Value]", value), start=1):
            yield from _flat(f"{name}[{position}]", item)
