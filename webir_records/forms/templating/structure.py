"""Show before the first document that every document will be well-formed XML, whatever the data.

Each block of a template takes away and adds XML tags. A loop is safe when what its body closes is what it
opens again; the branches of a condition are safe when each is safe alone or all do the same.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from webir_records.forms.templating.finding import replace_tags

_TOKEN = re.compile("<[^>]*>|\x00[0-9]+\x01")
_XML_TAG = re.compile("<[^>]*>")
_MARK = re.compile("\x00([0-9]+)\x01")
_NAME = re.compile(r"</?([^\s/>]+)")
_BARE = re.compile(r"^\{\{[-+]?|-?\}\}$")
"""What is no part of the expression of a tag."""

_WORD = re.compile(r"\{%[-+]?\s*(\w+)")
_OPENING: Final = frozenset({"for", "if", "with"})
_MIDDLE: Final = frozenset({"else", "elif"})


class CrossedBlockError(Exception):
    """A block begins at one level of the document and ends at another.

    Attributes:
        tag: that begins it, or empty.
    """

    def __init__(self, tag: str) -> None:
        super().__init__(tag)
        self.tag = tag


@dataclass(slots=True)
class _Effect:
    """What a piece of the template does to the stack of open elements."""

    closes: list[str] = field(default_factory=list[str])
    opens: list[str] = field(default_factory=list[str])

    def close(self, name: str) -> bool:
        """Note an end tag; False when it ends another element than the one that is open."""
        if self.opens:
            return self.opens.pop() == name
        self.closes.append(name)
        return True

    @property
    def neutral(self) -> bool:
        return self.closes == self.opens[::-1]


@dataclass(slots=True)
class _Block:
    tag: str
    word: str
    branches: list[_Effect]
    complete: bool = False  # one of the branches is always taken


def check_structure(source: str) -> None:
    """Check that a part's template gives well-formed XML for any data.

    Args:
        source: XML with plain Jinja tags.

    Raises:
        CrossedBlockError: it would not for some.
    """
    jinja, hidden = _hidden(source)
    blocks = [_Block("", "", [_Effect()])]
    for found in _TOKEN.finditer(hidden):
        token = found[0]
        if token[0] == "<":
            _check_inside(token, jinja)
            _element(token, blocks[-1])
        else:
            _statement(jinja[int(token[1:-1])], blocks)
    whole = blocks[-1].branches[0]
    if len(blocks) > 1 or whole.closes or whole.opens:
        raise CrossedBlockError(blocks[-1].tag)


def _element(token: str, block: _Block) -> None:
    name = _NAME.match(token)
    if name is None or token.endswith("/>"):
        return
    effect = block.branches[-1]
    if not token.startswith("</"):
        effect.opens.append(name[1])
    elif not effect.close(name[1]):
        raise CrossedBlockError(block.tag)


def _statement(tag: str, blocks: list[_Block]) -> None:
    word = _WORD.match(tag)
    if word is None:
        return
    if word[1] in _OPENING:
        blocks.append(_Block(tag, word[1], [_Effect()], complete=word[1] == "with"))
    elif word[1] in _MIDDLE:
        blocks[-1].branches.append(_Effect())
        blocks[-1].complete = blocks[-1].complete or word[1] == "else"
    elif word[1].startswith("end"):
        if len(blocks) == 1:
            raise CrossedBlockError(tag)
        _join(blocks.pop(), blocks[-1])


def _join(block: _Block, outer: _Block) -> None:
    """Add the effect of a finished block to the one around it."""
    first, *others = block.branches
    safe = all(branch.neutral for branch in block.branches)
    same = all(branch == first for branch in others)
    if not safe and not (same and block.complete and block.word != "for"):
        raise CrossedBlockError(block.tag)
    for branch in block.branches if safe else (first,):
        effect = outer.branches[-1]
        if not all(effect.close(name) for name in branch.closes):
            raise CrossedBlockError(block.tag)
        effect.opens += branch.opens


def _check_inside(token: str, jinja: list[str]) -> None:
    """Check that blocks inside an XML tag end there."""
    words = (_WORD.match(jinja[int(number)]) for number in _MARK.findall(token))
    depth = 0
    for word in words:
        if word is not None and word[1] in _OPENING:
            depth += 1
        elif word is not None and word[1].startswith("end"):
            depth -= 1
    if depth:
        raise CrossedBlockError(token[:20])


def template_of(source: str) -> str:
    """Return the text of a part's template with its tags, and without the XML."""
    jinja, hidden = _hidden(source)
    text = html.unescape(_XML_TAG.sub("", hidden))
    return _MARK.sub(lambda mark: jinja[int(mark[1])], text)


def has_tags_inside(source: str) -> bool:
    """Tell whether a tag of the template stands inside an XML tag."""
    hidden = replace_tags(source, lambda _: "\x000\x01")
    return any("\x00" in found[0] for found in _TOKEN.finditer(hidden) if found[0].startswith("<"))


def expressions_in_attributes(source: str, filters: Mapping[str, str]) -> str:
    """Return the template with the tags that print inside XML tags given to a filter.

    Args:
        source: XML with plain Jinja tags.
        filters: name of the filter by the name of the element; of all others by the empty name.
    """
    jinja, hidden = _hidden(source)

    def quoted(found: re.Match[str]) -> str:
        inside = _MARK.findall(found[0]) if found[0].startswith("<") else ()
        element = _NAME.match(found[0]) if inside else None
        name = filters.get(element[1] if element else "", filters[""])
        for number in map(int, inside):
            if jinja[number].startswith("{{"):
                expression = _BARE.sub("", jinja[number]).strip()
                jinja[number] = f"{{{{ ({expression}) | {name} }}}}"
        return found[0]

    _TOKEN.sub(quoted, hidden)
    return _MARK.sub(lambda mark: jinja[int(mark[1])], hidden)


def _hidden(source: str) -> tuple[list[str], str]:
    """Return the tags of a template, and the template with a mark for each."""
    jinja: list[str] = []

    def hide(tag: str) -> str:
        jinja.append(tag)
        return f"\x00{len(jinja) - 1}\x01"

    return jinja, replace_tags(source, hide)
