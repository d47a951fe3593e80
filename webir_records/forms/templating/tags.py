"""Find the tags of a template in its text, check each by itself, and say where every mistake is."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import jinja2

from webir_records.forms.templating.finding import find_tags, replace_tags
from webir_records.forms.templating.limits import MAX_DEPTH, MAX_TAG_CHARACTERS, MAX_TAGS
from webir_records.forms.templating.sandbox import Sandbox
from webir_records.forms.templating.syntax import complaints
from webir_records.model.errors import Detail

UNCLOSED: Final = "F330"
ODD_BRACES: Final = "F331"
WRONG_TAG: Final = "F332"
BLOCKS: Final = "F333"
NOT_SUPPORTED: Final = "F334"
TOO_MUCH: Final = "F337"

_LONELY = re.compile(r"\{\{|\{%|\{#|%\}|\}\}")
_ODD = re.compile(r"[｛{][｛％]|｛[{%]|[％｝][｝}]|[%}]｝")
_SCOPED = re.compile(r"\{[%{#](tr|tc|p|r)\s")
_WORD = re.compile(r"[%{#][-+]?\s*(\w*)")
_QUOTES: Final = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})  # noqa: RUF001 - typed by Word
_SHOWN: Final = 80

_PAIRS: Final = {"for": "endfor", "if": "endif", "with": "endwith"}
_MIDDLES: Final = {"elif": ("if",), "else": ("if", "for")}
_AROUND: Final = {
    "for": ("", "{% endfor %}"),
    "if": ("", "{% endif %}"),
    "with": ("", "{% endwith %}"),
    "elif": ("{% if 1 %}", "{% endif %}"),
    "else": ("{% if 1 %}", "{% endif %}"),
    "endfor": ("{% for x in [] %}", ""),
    "endif": ("{% if 1 %}", ""),
    "endwith": ("{% with %}", ""),
}
"""What a tag needs around it to be parsed alone."""

_CELLS: Final = frozenset({"colspan", "cellbg"})
_MERGES: Final = frozenset({"vm", "hm"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a part: numbers count from 1 in the order of the document; 0 means outside any table."""

    part: str
    paragraph: int = 0
    table: int = 0
    row: int = 0
    cell: int = 0

    def facts(self) -> dict[str, str]:
        """Return what a message says of it."""
        numbers = {"table": self.table, "row": self.row, "cell": self.cell, "paragraph": self.paragraph}
        return {"part": self.part} | {name: str(number or "–") for name, number in numbers.items()}


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag as the author typed it.

    Attributes:
        scope: `tr`, `tc`, `p`, `r` when the tag swallows what it stands in, or empty.
        word: `for`, `endif` …, or empty for a tag that prints.
        jinja: the tag as plain Jinja.
    """

    text: str
    scope: str
    word: str
    jinja: str
    place: Place


def scan(text: str, place: Place) -> tuple[list[Tag], list[Detail]]:
    """Return the tags of one paragraph, and what only looks like tags."""
    tags = [_tag(text[begin:end], place) for begin, end in find_tags(text)]
    rest = replace_tags(text, lambda _: " ")
    if found := _LONELY.search(rest.replace("{_{", "").replace("}_}", "")):
        return tags, [detail(UNCLOSED, place, _around(rest, found.start()))]
    if found := _ODD.search(text):
        return tags, [detail(ODD_BRACES, place, _around(text, found.start()))]
    return tags, []


def _tag(text: str, place: Place) -> Tag:
    scoped = _SCOPED.match(text)
    scope = scoped[1] if scoped else ""
    jinja = (text[:2] + text[2 + len(scope) :]).translate(_QUOTES)
    word = _WORD.match(jinja, 1)
    return Tag(text, scope, word[1] if word and text.startswith("{%") else "", jinja, place)


def detail(code: str, place: Place, tag: str, **facts: str) -> Detail:
    """Return one mistake with its place."""
    return Detail(code, place.facts() | {"tag": tag[:_SHOWN]} | facts)


def _around(text: str, position: int) -> str:
    return text[max(position - 10, 0) : position + 40].strip()


def check_tags(
    tags: Sequence[Tag], environment: Sandbox, scopes: frozenset[str], *, merging: bool
) -> Iterator[Detail]:
    """Yield everything wrong with single tags and with how their blocks nest.

    Args:
        tags: of one part, in order.
        environment: that they will run in.
        scopes: tags for rows and so on that the kind of file has.
        merging: whether the file can merge cells by tags (Word only).
    """
    if len(tags) > MAX_TAGS:
        yield detail(TOO_MUCH, tags[0].place, tags[0].text, got=str(len(tags)), expected=str(MAX_TAGS))
        return
    known: dict[str, list[Detail]] = {}
    for tag in tags:
        if tag.text not in known:
            known[tag.text] = list(_check_tag(tag, environment, scopes, merging=merging))
        yield from (Detail(wrong.code, {**wrong.facts, **tag.place.facts()}) for wrong in known[tag.text])
    yield from _check_blocks([tag for tag in tags if tag.text.startswith("{%")])


def _check_tag(tag: Tag, environment: Sandbox, scopes: frozenset[str], *, merging: bool) -> Iterator[Detail]:
    if len(tag.text) > MAX_TAG_CHARACTERS:
        facts = {"got": str(len(tag.text)), "expected": str(MAX_TAG_CHARACTERS)}
        yield detail(TOO_MUCH, tag.place, tag.text, **facts)
        return
    if tag.text.startswith("{#"):
        return
    if tag.scope and (tag.text.startswith("{{") or tag.scope not in scopes):
        yield detail(NOT_SUPPORTED, tag.place, tag.text, feature=f"{tag.text[:2]}{tag.scope}")
        return
    if tag.scope and any(mark in tag.text[2:-2] for mark in "%}"):
        yield detail(WRONG_TAG, tag.place, tag.text, problem="% }")
        return
    source = _alone(tag, merging=merging)
    if source is None:
        yield detail(NOT_SUPPORTED, tag.place, tag.text, feature=tag.word or tag.text)
        return
    try:
        tree = environment.parse(source)
    except (jinja2.TemplateSyntaxError, RecursionError) as error:
        problem = error.message if isinstance(error, jinja2.TemplateSyntaxError) else None
        yield detail(WRONG_TAG, tag.place, tag.text, problem=problem or "too deep")
        return
    for code, feature in complaints(tree, environment):
        yield detail(code, tag.place, tag.text, feature=feature)


def _alone(tag: Tag, *, merging: bool) -> str | None:
    """Return a tag with what it needs around it to be parsed alone, or None if there is no such tag."""
    if tag.text.startswith("{{") or (tag.word == "set" and "=" in tag.jinja):
        return tag.jinja
    if tag.word in _AROUND:
        before, after = _AROUND[tag.word]
        return f"{before}{tag.jinja}{after}"
    if merging and tag.word in _CELLS:
        return "{{ " + tag.jinja[2:-2].partition(tag.word)[2] + " }}"
    return "" if merging and tag.word in _MERGES else None


def _check_blocks(tags: Iterable[Tag]) -> Iterator[Detail]:
    """Yield blocks that are not closed, not opened, or crossed."""
    open_blocks: list[Tag] = []
    for tag in tags:
        if tag.word in _PAIRS:
            open_blocks.append(tag)
            if len(open_blocks) > MAX_DEPTH:
                facts = {"got": str(len(open_blocks)), "expected": str(MAX_DEPTH)}
                yield detail(TOO_MUCH, tag.place, tag.text, **facts)
        elif tag.word in _MIDDLES:
            if not open_blocks or open_blocks[-1].word not in _MIDDLES[tag.word]:
                yield detail(BLOCKS, tag.place, tag.text, other=_last(open_blocks))
        elif tag.word in _PAIRS.values():
            if open_blocks and _PAIRS[open_blocks[-1].word] == tag.word:
                open_blocks.pop()
            else:
                yield detail(BLOCKS, tag.place, tag.text, other=_last(open_blocks))
    for tag in open_blocks:
        yield detail(BLOCKS, tag.place, tag.text, other="–")


def _last(open_blocks: list[Tag]) -> str:
    return open_blocks[-1].text[:_SHOWN] if open_blocks else "–"
