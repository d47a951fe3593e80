"""Find the tags in the text of one paragraph, also those that somebody meant and mistyped.

A mistyped tag is reported and then taken as meant, so that one slip does not make others follow from it.
"""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Final, Literal, TypeAlias

TagKind: TypeAlias = Literal["value", "block", "comment"]

_FOLD: Final = str.maketrans("｛｝﹛﹜％﹪\uff03", "{}{}%%#")
"""Full-width characters that a Chinese input method gives for those of a tag; one for one, so places stay."""

SMART_QUOTES: Final = str.maketrans("\u201c\u201d\u2018\u2019", "\"\"''")
"""Quotes that Word puts in place of straight ones; taken for straight ones inside tags."""

_CLOSER: Final = {"{": "}}", "%": "%}", "#": "#}"}
_KIND: Final[Mapping[str, TagKind]] = {"{": "value", "%": "block", "#": "comment"}
_OPENER: Final = re.compile(r"\{[{%#]")
_STRAY: Final = re.compile(r"\}\}|%\}")
_WRONG_END: Final = re.compile(r"[^{}%]*?(%\}|\}\s*\}|%\s*\}|\}|(?<=\s)%(?=\s|$))")
_GAP: Final = r"[\s\u200b-\u200d\u2060\ufeff]"
"""Spaces between two signs that belong together, also those that nobody sees."""

_SPACED: Final = re.compile(
    rf"\{{{_GAP}+\{{(?P<value>[^{{}}]*)\}}{_GAP}*\}}|\{{{_GAP}+%(?P<block>[^{{}}%]*)%{_GAP}*\}}"
)
_HALF_OPEN: Final = re.compile(r"(?<!\{)\{(?P<value>[^{}%#]+)\}\}|(?<![{\d])%(?P<block>[^{}%\d]+)%\}")
_SINGLE: Final = re.compile(r"(?<![{_])\{(?P<value>[^{}%#]+)\}(?![}_])")
_MARK: Final = re.compile(r"(tr|tc|p|r)(?=[ ])")
_SPACED_MARK: Final = re.compile(r"[-+]?\s*(tr|tc|p|r)\s+(?=for\b|endfor\b|if\b|endif\b|el(?:se|if)\b|set\b)")


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag of a paragraph, as it was meant.

    Attributes:
        mark: `tr`, `tc`, `p` or `r` when it takes its row, cell, paragraph or run away; else empty.
        body: what stands inside, without mark, white-space control and outer spaces.
    """

    kind: TagKind
    mark: str
    body: str
    start: int
    end: int
    raw: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something wrong with the way a tag is written."""

    code: str
    start: int
    end: int
    facts: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(slots=True)
class Scanned:
    """What one paragraph holds."""

    tags: list[Tag] = field(default_factory=list[Tag])
    troubles: list[Trouble] = field(default_factory=list[Trouble])


class _Scan:
    def __init__(self, text: str, names: Container[str]) -> None:
        self._text = text
        self._folded = text.translate(_FOLD)
        self._names = names
        self._comments_end = True  # until one was looked for in vain
        self.found = Scanned()

    def run(self) -> None:
        position = 0
        while (opener := _OPENER.search(self._folded, position)) is not None:
            self._plain(position, opener.start())
            position = self._tag(opener.start())
        self._plain(position, len(self._text))

    def _tag(self, start: int) -> int:
        """Take in the tag that begins here; returns where to go on."""
        if self._folded.startswith("{{{", start):
            return self._surplus(start)
        sign = self._folded[start + 1]
        following = _OPENER.search(self._folded, start + 2)
        limit = following.start() if following else len(self._text)
        end = self._end_of(sign, start + 2, limit)
        if end < 0:
            return self._open_end(start, limit)
        stop = end + 2
        self._accept(_KIND[sign], start, stop)
        if sign == "{" and self._folded.startswith("}", stop):
            self._trouble("F413", start, stop + 1, fix=self._folded[start:stop])
            return stop + 1
        return stop

    def _end_of(self, sign: str, start: int, limit: int) -> int:
        """Return where the tag ends before the next begins, or -1; only a comment may hold others."""
        if sign != "#":
            return self._folded.find(_CLOSER[sign], start, limit)
        if self._comments_end:
            end = self._folded.find(_CLOSER[sign], start)
            self._comments_end = end >= 0
            return end
        return -1

    def _surplus(self, start: int) -> int:
        """Take in `{{{ x }}}`: one brace too many."""
        end = self._folded.find("}}", start)
        if end < 0:
            return self._open_end(start, len(self._text))
        stop = end + 3 if self._folded.startswith("}", end + 2) else end + 2
        inside = self._folded[start + 3 : end]
        self._trouble("F413", start, stop, fix=f"{{{{{inside}}}}}")
        self._keep("value", inside, start, stop)
        return stop

    def _open_end(self, start: int, limit: int) -> int:
        """Take in a tag whose end is missing or of another kind."""
        wrong = _WRONG_END.match(self._folded, start + 2, limit)
        sign = self._folded[start + 1]
        if wrong is None or sign == "#":
            self._trouble("F410", start, limit)
            return limit
        inside = self._folded[start + 2 : wrong.start(1)]
        self._trouble("F412", start, wrong.end(), fix=f"{{{sign}{inside}{_CLOSER[sign]}")
        self._keep(_KIND[sign], inside, start, wrong.end())
        return wrong.end()

    def _accept(self, kind: TagKind, start: int, stop: int) -> None:
        raw, folded = self._text[start:stop], self._folded[start:stop]
        if raw[:2] != folded[:2] or raw[-2:] != folded[-2:]:
            self._trouble("F415", start, stop, fix=folded)
        self._keep(kind, self._text[start + 2 : stop - 2], start, stop)

    def _keep(self, kind: TagKind, inside: str, start: int, stop: int) -> None:
        slip = kind == "block" and _MARK.match(inside) is None
        spaced = _SPACED_MARK.match(inside) if slip else None
        if spaced is not None:
            rest = inside[spaced.end() :]
            self._trouble("F422", start, stop, fix=f"{{%{spaced[1]} {rest.strip()} %}}", letters=spaced[1])
            inside = f"{spaced[1]} {rest}"
        mark = _MARK.match(inside)
        body = inside[mark.end() :] if mark else inside.removeprefix("-").removeprefix("+")
        body = body.removesuffix("-").removesuffix("+").strip()
        tag = Tag(kind, mark[1] if mark else "", body, start, stop, self._text[start:stop])
        self.found.tags.append(tag)

    def _plain(self, start: int, stop: int) -> None:
        """Look for mistyped tags in what is no tag."""
        position = start
        while position < stop:
            match = self._next_slip(position, stop)
            if match is None:
                break
            position = max(match.end(), position + 1)
        self._stray(start, stop)

    def _next_slip(self, start: int, stop: int) -> re.Match[str] | None:
        for pattern, code in ((_SPACED, "F412"), (_HALF_OPEN, "F412"), (_SINGLE, "F414")):
            match = pattern.search(self._folded, start, stop)
            if match is not None and (code == "F412" or self._known(match["value"])):
                self._slip(code, match)
                return match
        return None

    def _known(self, inside: str) -> bool:
        return inside.strip() in self._names

    def _slip(self, code: str, match: re.Match[str]) -> None:
        groups = match.groupdict()
        kind: TagKind = "block" if groups.get("block") is not None else "value"
        inside = groups["block" if kind == "block" else "value"]
        fix = f"{{% {inside.strip()} %}}" if kind == "block" else f"{{{{ {inside.strip()} }}}}"
        self._trouble(code, match.start(), match.end(), fix=fix)
        self._keep(kind, inside, match.start(), match.end())

    def _stray(self, start: int, stop: int) -> None:
        here = takewhile(lambda trouble: trouble.end > start, reversed(self.found.troubles))
        taken = [(trouble.start, trouble.end) for trouble in here]
        for match in _STRAY.finditer(self._folded, start, stop):
            if not any(begin <= match.start() < end for begin, end in taken):
                self._trouble("F411", match.start(), match.end())

    def _trouble(self, code: str, start: int, end: int, **facts: str) -> None:
        self.found.troubles.append(Trouble(code, start, end, facts))


def scan(text: str, names: Container[str] = ()) -> Scanned:
    """Return the tags of a paragraph and what is wrong with the way they are written.

    Args:
        text: all text of the paragraph.
        names: what the form knows; a single pair of braces around one of them was meant as a tag.
    """
    if not _SIGNIFICANT.search(text):
        return Scanned()
    scan_ = _Scan(text, names)
    scan_.run()
    scan_.found.tags.sort(key=lambda tag: tag.start)
    scan_.found.troubles.sort(key=lambda trouble: trouble.start)
    return scan_.found


_SIGNIFICANT: Final = re.compile(r"[{}｛｝﹛﹜]")
