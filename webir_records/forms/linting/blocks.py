"""Match the beginnings and ends of blocks; see that what is between them can be taken out whole."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from webir_records.forms.linting.expressions import CELL_WORDS, CLOSERS, MERGING, MIDDLES, OPENERS, Parsed
from webir_records.forms.linting.model import Element, Paragraph
from webir_records.forms.linting.naming import Scope
from webir_records.forms.linting.report import Finding, Place
from webir_records.forms.linting.scanner import Tag
from webir_records.forms.linting.vocabulary import Shape
from webir_records.forms.linting.word_grammar import W

_INLINE: Final = ("", "r")
"""Marks of tags that stand in the middle of a text."""


@dataclass(frozen=True, slots=True)
class Site:
    """One tag where it stands."""

    paragraph: Paragraph
    tag: Tag
    parsed: Parsed

    @property
    def place(self) -> Place:
        """Place of the tag."""
        return self.paragraph.at(self.tag.start, self.tag.end)


@dataclass(slots=True, eq=False)
class _Open:
    site: Site
    scope: Scope


@dataclass(slots=True)
class Blocks:
    """The blocks that are open at one point of a part.

    Attributes:
        sites: every tag of the part, in order.
        findings: what is wrong so far.
    """

    sites: Sequence[Site]
    findings: list[Finding] = field(default_factory=list[Finding])
    _open: list[_Open] = field(default_factory=list[_Open])
    _crossed: list[str] = field(default_factory=list[str])
    _outer: Scope = field(default_factory=dict[str, Shape])

    @property
    def scopes(self) -> Sequence[Scope]:
        """Names that the open blocks bring, the outermost first."""
        return [self._outer, *(entry.scope for entry in self._open)]

    def take(self, index: int, scope: Scope) -> None:
        """Go on over one tag.

        Args:
            index: which of the tags.
            scope: names that it brings.
        """
        site = self.sites[index]
        word = site.parsed.word
        if word in OPENERS:
            self._open.append(_Open(site, scope))
        elif word in MIDDLES:
            self._middle(site, index)
        elif word in CLOSERS:
            self._close(site, index)
        elif word == "set":
            self._set(scope)
        elif word in MERGING and not any(entry.site.parsed.word == "for" for entry in self._open):
            self.findings.append(Finding("F434", {"tag": site.tag.raw, "needs": "loop"}, site.place))

    def _set(self, scope: Scope) -> None:
        if self._open:
            self._open[-1].scope = {**self._open[-1].scope, **scope}
        else:
            self._outer = {**self._outer, **scope}

    def finish(self) -> None:
        """Report what was never closed."""
        self.findings += [_unclosed(entry.site) for entry in self._open]

    def _middle(self, site: Site, index: int) -> None:
        allowed = MIDDLES[site.parsed.word]
        begin = self._begin_of(site, allowed, index)
        if begin is None:
            self.findings.append(Finding("F432", _stray_facts(site, "if"), site.place))
            return
        self.findings += _fit(begin.site, site)
        if begin.site.parsed.word == "for":
            begin.scope = {}

    def _close(self, site: Site, index: int) -> None:
        word = CLOSERS[site.parsed.word]
        begin = self._begin_of(site, frozenset({word}), index)
        if begin is not None:
            self.findings += _fit(begin.site, site)
            self._open.remove(begin)
        elif word in self._crossed:
            self._crossed.remove(word)
        elif not self._open:
            self.findings.append(Finding("F432", _stray_facts(site, word), site.place))
        else:
            top = self._open[-1]
            self.findings.append(_crossing(site, top.site))
            if not _closes_later(top.site, islice(self.sites, index + 1, None)):
                self._open.pop()

    def _begin_of(self, site: Site, words: frozenset[str], index: int) -> _Open | None:
        """Return the block that a tag belongs to; what was opened inside it and not closed is reported."""
        fitting = [entry for entry in self._open if entry.site.parsed.word in words]
        same = [entry for entry in fitting if entry.site.tag.mark == site.tag.mark]
        if not fitting:
            return None
        begin = (same or fitting)[-1]
        while self._open[-1] is not begin:
            inner = self._open.pop()
            word = inner.site.parsed.word
            if _closes_later(inner.site, islice(self.sites, index + 1, None)):
                self.findings.append(_crossing(site, inner.site))
                self._crossed.append(word)
            else:
                self.findings.append(_unclosed(inner.site))
        return begin


def _unclosed(site: Site) -> Finding:
    facts = {"tag": site.tag.raw, "end": _end_tag(site.tag, site.parsed.word)}
    return Finding("F431", facts, site.place)


def _crossing(site: Site, inner: Site) -> Finding:
    facts = {"tag": site.tag.raw, "open": inner.tag.raw, "end": _end_tag(inner.tag, inner.parsed.word)}
    return Finding("F433", facts, site.place)


def _closes_later(begin: Site, later: Iterable[Site]) -> bool:
    """Tell whether a block still gets its own end further down."""
    word, depth = begin.parsed.word, 1
    for site in later:
        if site.tag.mark == begin.tag.mark:
            depth += (site.parsed.word == word) - (site.parsed.word == OPENERS[word])
        if depth == 0:
            return True
    return False


def _end_tag(tag: Tag, word: str) -> str:
    return f"{{%{tag.mark} {OPENERS[word]} %}}"


def _stray_facts(site: Site, word: str) -> dict[str, str]:
    return {"tag": site.tag.raw, "begin": f"{{%{site.tag.mark} {word} … %}}"}


def _fit(begin: Site, end: Site) -> list[Finding]:
    """Return what is wrong between the beginning of a block and a later tag of the same block."""
    facts = {"tag": end.tag.raw, "open": begin.tag.raw}
    if begin.tag.mark != end.tag.mark:
        rest = f"{end.tag.body} %}}"
        fix = f"{{%{begin.tag.mark} {rest}"
        return [Finding("F435", {**facts, "fix": fix}, end.place)]
    if _container(begin) is _container(end) and _wrapper(begin) is _wrapper(end):
        return []
    if begin.tag.mark in _INLINE and begin.paragraph is not end.paragraph and _same_level(begin, end):
        return []
    return [Finding("F436", facts, end.place)]


def _container(site: Site) -> Element | None:
    """Return what the tag's row, cell or paragraph is taken out of; without a mark the paragraph."""
    paragraph, mark = site.paragraph, site.tag.mark
    if mark == "tr":
        return _parent(paragraph.row)
    if mark == "tc":
        return _parent(paragraph.cell)
    return _parent(paragraph.element) if mark == "p" else paragraph.element


def _parent(element: Element | None) -> Element | None:
    return element.getparent() if element is not None else None


def _wrapper(site: Site) -> Element | None:
    """Return the link or field that a tag without a mark stands in."""
    if site.tag.mark not in _INLINE:
        return None
    pieces = site.paragraph.pieces_of(site.tag.start, site.tag.end)
    return pieces[0].wrapper if pieces else None


def _same_level(begin: Site, end: Site) -> bool:
    """Tell whether two paragraphs lie beside each other, so that what is between them can be taken out.

    A `with` takes nothing out, so it may reach from one cell into another of the same table.
    """
    one, other = begin.paragraph, end.paragraph
    table, tables = _parent(one.row), _parent(other.row)
    scoping = begin.parsed.word == "with" and table is not None and table is tables
    return (one.home is other.home or scoping) and _wrapper(begin) is None and _wrapper(end) is None


def mark_findings(site: Site) -> list[Finding]:
    """Return what is wrong with a tag that needs a row or a cell around it."""
    mark, word = site.tag.mark, site.parsed.word
    if mark == "tr" and site.paragraph.row is None:
        return [Finding("F434", {"tag": site.tag.raw, "needs": "row"}, site.place)]
    if word in CELL_WORDS and not str(site.paragraph.element.tag).startswith(W):
        return [Finding("F423", {"tag": site.tag.raw, "what": site.tag.raw}, site.place)]
    if (mark == "tc" or word in CELL_WORDS) and site.paragraph.cell is None:
        return [Finding("F434", {"tag": site.tag.raw, "needs": "cell"}, site.place)]
    return []
