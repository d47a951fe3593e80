"""Read what stands inside one tag, with Jinja's own parser, one tag at a time."""

import difflib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

import jinja2
from jinja2 import nodes

from webir_records.forms.linting.scanner import SMART_QUOTES, Tag
from webir_records.forms.templating.sandbox import FUNCTIONS, METHODS, Sandbox
from webir_records.forms.templating.syntax import FORBIDDEN, NOT_SUPPORTED, complaints

ENVIRONMENT: Final = Sandbox(str, xml=False)
"""The engine's own: parses, and names filters and tests; nothing is ever rendered here."""

MERGING: Final = frozenset({"vm", "hm"})
CELL_WORDS: Final = MERGING | {"colspan", "cellbg"}
"""docxtpl's own tags for table cells."""

OPENERS: Final[Mapping[str, str]] = {"if": "endif", "for": "endfor", "with": "endwith"}
"""Statements that begin a block, and what ends it."""

MIDDLES: Final[Mapping[str, frozenset[str]]] = {"else": frozenset({"if", "for"}), "elif": frozenset({"if"})}
CLOSERS: Final[Mapping[str, str]] = {end: begin for begin, end in OPENERS.items()}
SINGLE: Final = frozenset({"set"})
UNSUPPORTED: Final = frozenset(
    {
        "include", "import", "from", "extends", "block", "endblock", "macro", "endmacro", "call", "endcall",
        "filter", "endfilter", "raw", "endraw", "autoescape", "endautoescape", "do", "trans", "endtrans",
        "pluralize", "debug", "break", "continue", "endset",
    }
)  # fmt: skip
"""Statements of Jinja that have no place on a form."""

KNOWN_WORDS: Final = frozenset({*OPENERS, *CLOSERS, *MIDDLES, *SINGLE, *UNSUPPORTED, *CELL_WORDS})
HARMLESS_METHODS: Final = frozenset({"cycle", *(name for names in METHODS.values() for name in names)})
"""What a tag may call on a text, a list, a row or a loop."""

_USUAL: Final = ("if", "elif", "else", "endif", "for", "endfor", "set", "with", "endwith")
_SPACED_WORDS: Final = {"end if": "endif", "end for": "endfor", "else if": "elif", "elseif": "elif"}
_BAD_QUOTES: Final = str.maketrans(
    "「」『』《》\uff07\u2032\u2035`\uff02\u201e\u00ab\u00bb", "''''''''''\"\"\"\""
)
"""Quotes of other kinds, and the straight ones that were meant."""

_CLOSE_ENOUGH: Final = 0.7


@dataclass(frozen=True, slots=True)
class Slip:
    """Something wrong inside one tag."""

    code: str
    facts: Mapping[str, str] = field(default_factory=dict[str, str], hash=False)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one tag says.

    Attributes:
        word: its statement, as it was meant; empty for a value.
        node: an `Output`, `If`, `For`, `With` or `Assign`; None when there is nothing to see.
    """

    word: str
    node: nodes.Node | None
    slips: tuple[Slip, ...]


def parse(tag: Tag) -> Parsed:
    """Return what a tag says."""
    if tag.kind == "comment":
        return Parsed("", None, ())
    parsed = _parse(tag.kind == "block", tag.mark, tag.body)
    sign = next((sign for sign in "%}" if tag.mark and sign in tag.body), "")
    return replace(parsed, slips=(*parsed.slips, Slip("F423", {"what": sign}))) if sign else parsed


@lru_cache(maxsize=4096)
def _parse(block: bool, mark: str, body: str) -> Parsed:  # noqa: FBT001 # a part of the key of the cache
    if not body:
        return Parsed("", None, (Slip("F419"),))
    if not block:
        slips = (Slip("F423", {"what": f"{{{{{mark} … }}}}"}),) if mark else ()
        return _with_tree("", "{{ %s }}", body, slips)
    return _statement(body)


def _statement(body: str) -> Parsed:
    said = body.split(maxsplit=1)[0]
    word, slips = _word(body, said)
    if word in CELL_WORDS:
        return _cell_word(word, body.removeprefix(said).strip(), slips)
    if word in UNSUPPORTED:
        return Parsed(word, None, (*slips, Slip("F423", {"what": f"{{% {word} %}}"})))
    if slips or not word:
        return Parsed(word, None, slips)
    return _with_tree(word, _around(word), body, ())


def _word(body: str, said: str) -> tuple[str, tuple[Slip, ...]]:
    """Return the statement that is meant, and a slip when another one is written."""
    if said in KNOWN_WORDS and not (said == "else" and " " in body):
        return said, ()
    lower = " ".join(body.lower().split())
    meant = next((word for spaced, word in _SPACED_WORDS.items() if lower.startswith(spaced)), "")
    if not meant:
        near = difflib.get_close_matches(said.lower(), _USUAL, 1, _CLOSE_ENOUGH)
        meant = near[0] if near else ""
    facts = {"got": said if not meant or meant[:3] == said[:3].lower() else body[:20]}
    return meant, (Slip("F421", {**facts, "near": meant or "、".join(_USUAL)}),)


def _around(word: str) -> str:
    """Return the smallest template in which this statement may stand."""
    if word in OPENERS:
        return f"{{% %s %}}{{% {OPENERS[word]} %}}"
    if word in CLOSERS:
        begin = {"if": "if x", "for": "for x in y", "with": "with x=y"}[CLOSERS[word]]
        return f"{{% {begin} %}}{{% %s %}}"
    if word in MIDDLES:
        return "{% if x %}{% %s %}{% endif %}"
    return "{% %s %}"


def _with_tree(word: str, around: str, body: str, slips: tuple[Slip, ...]) -> Parsed:
    straight = body.translate(SMART_QUOTES)
    found = list(slips)
    if straight != body:
        found.append(Slip("F417"))
    tree = _tree(around, straight)
    if tree is None:
        found.append(_why(around, straight))
        return Parsed(word, None, tuple(found))
    node = _own_node(tree, word)
    try:
        found += _bad(node) if node is not None else ()
    except RecursionError:  # thousands of operators in a row
        return Parsed(word, None, (*found, Slip("F420", {"inside": body})))
    return Parsed(word, node, tuple(found))


def _own_node(tree: nodes.Template, word: str) -> nodes.Node | None:
    """Return the node of the tag itself, without the frame around it."""
    if word in CLOSERS or word == "else" or not tree.body:
        return None
    first = tree.body[0]
    return first.elif_[0] if word == "elif" and isinstance(first, nodes.If) else first


def _tree(around: str, body: str) -> nodes.Template | None:
    try:
        tree = ENVIRONMENT.parse(around.replace("%s", body))
    except (jinja2.TemplateSyntaxError, RecursionError):
        return None
    return tree


def _why(around: str, body: str) -> Slip:
    """Say why Jinja cannot read a tag, if a simple change would mend it."""
    quoted = body.translate(_BAD_QUOTES)
    if quoted != body and _tree(around, quoted) is not None:
        return Slip("F418", {"fix": quoted})
    narrow = "".join(_narrow(character) for character in quoted)
    if narrow != body and _tree(around, narrow) is not None:
        return Slip("F416", {"fix": narrow})
    return Slip("F420", {"inside": body})


def _narrow(character: str) -> str:
    """Return the half-width sign that was meant; nothing for a sign that nobody sees."""
    category = unicodedata.category(character)
    if category == "Cf":
        return ""
    wide = category[0] in "PS" and unicodedata.east_asian_width(character) == "F"
    return unicodedata.normalize("NFKC", character) if wide else character


def _bad(node: nodes.Node) -> Iterator[Slip]:
    """Yield what the engine refuses in a tag, and calls that fail when it is filled."""
    for child in (node, *node.find_all(nodes.Node)):
        if isinstance(child, nodes.Filter) and child.name not in ENVIRONMENT.filters:
            yield Slip("F424", {"got": child.name, "near": _nearest(child.name, _FILTERS)})
        elif isinstance(child, nodes.Test) and child.name not in ENVIRONMENT.tests:
            yield Slip("F425", {"got": child.name, "near": _nearest(child.name, _TESTS)})
        elif isinstance(child, nodes.Call) and not _harmless(child.node):
            yield Slip("F426", {"got": f"{_called(child.node)}(…)"})
    for code, about in complaints(nodes.Template([node]), ENVIRONMENT):
        if code == FORBIDDEN:
            yield Slip("F426", {"got": about})
        elif code == NOT_SUPPORTED:
            yield Slip("F423", {"what": about})


_FILTERS: Final = tuple(sorted(name for name in ENVIRONMENT.filters if name.isidentifier()))
_TESTS: Final = tuple(sorted(name for name in ENVIRONMENT.tests if name.isidentifier()))


def _nearest(name: str, known: Sequence[str]) -> str:
    return "、".join(difflib.get_close_matches(name, known, 3, 0.0))


def _harmless(called: nodes.Node) -> bool:
    """Tell whether a call can be a harmless one; what a value really is shows only when it is filled."""
    if isinstance(called, nodes.Name):
        return called.name in FUNCTIONS
    return isinstance(called, nodes.Getattr) and called.attr in HARMLESS_METHODS


def _called(node: nodes.Node) -> str:
    if isinstance(node, nodes.Name):
        return node.name
    return f".{node.attr}" if isinstance(node, nodes.Getattr) else "…"


def _cell_word(word: str, rest: str, slips: tuple[Slip, ...]) -> Parsed:
    if word in MERGING:
        extra = (Slip("F420", {"inside": f"{word} {rest}"}),) if rest else ()
        return Parsed(word, None, (*slips, *extra))
    if not rest:
        return Parsed(word, None, (*slips, Slip("F420", {"inside": word})))
    return _with_tree(word, "{{ %s }}", rest, slips)
