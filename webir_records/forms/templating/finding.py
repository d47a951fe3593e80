"""Find the tags in a text from left to right, each character once, whatever the text is."""

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

_CLOSING: Final = {"{{": "}}", "{%": "%}", "{#": "#}"}
Span: TypeAlias = tuple[int, int]


def find_tags(text: str) -> Iterator[Span]:
    r"""Yield where each tag begins and ends.

    The same as the expression `\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}`, which searches to the end of the text again
    for every brace that nothing closes.
    """
    unclosed: set[str] = set()
    begin = text.find("{")
    while begin >= 0:
        opening = text[begin : begin + 2]
        closing = _CLOSING.get(opening)
        end = text.find(closing, begin + 2) if closing and opening not in unclosed else -1
        if end >= 0:
            yield begin, end + 2
            begin = text.find("{", end + 2)
        else:
            unclosed.add(opening)  # nothing closes it later either
            begin = text.find("{", begin + 1)


def replace_tags(text: str, replacement: Callable[[str], str]) -> str:
    """Return a text in which every tag is replaced by what the function makes of it."""
    pieces: list[str] = []
    done = 0
    for begin, end in find_tags(text):
        pieces += (text[done:begin], replacement(text[begin:end]))
        done = end
    pieces.append(text[done:])
    return "".join(pieces)


def opens_without_closing(text: str) -> bool:
    """Tell whether a tag begins that nothing ends."""
    rest = replace_tags(text, lambda _: " ")
    return any(opening in rest for opening in _CLOSING)
