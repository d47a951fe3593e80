"""Look at every paragraph of a part: how its tags are written, and how they lie in the formatting."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from webir_records.forms.linting.blocks import Site
from webir_records.forms.linting.expressions import parse
from webir_records.forms.linting.model import Paragraph, Part
from webir_records.forms.linting.report import Finding
from webir_records.forms.linting.scanner import Scanned, Trouble, scan

_SHOWN: Final = 60
_NEXT: Final = 3
"""How many paragraphs further down the end of a tag that was cut in two is looked for."""


@dataclass(frozen=True, slots=True)
class ReadPart:
    """The tags of one part, in order, and what is wrong with each of them by itself."""

    part: Part
    sites: tuple[Site, ...]
    findings: tuple[Finding, ...]


def read_part(part: Part, names: Container[str]) -> ReadPart:
    """Find the tags of a part.

    Args:
        part: the part.
        names: what the form knows.
    """
    scanned = [scan(paragraph.text, names) for paragraph in part.paragraphs]
    findings = list(_cut_tags(part.paragraphs, scanned))
    sites: list[Site] = []
    for paragraph, found in zip(part.paragraphs, scanned, strict=True):
        findings += [_finding(paragraph, trouble) for trouble in found.troubles]
        here = [Site(paragraph, tag, parse(tag)) for tag in found.tags]
        findings += [f for site in here for f in _of_tag(site)]
        findings += _deleted(paragraph)
        sites += here
    return ReadPart(part, tuple(sites), tuple(findings))


def _finding(paragraph: Paragraph, trouble: Trouble) -> Finding:
    text = paragraph.text[trouble.start : min(trouble.end, trouble.start + _SHOWN)]
    return Finding(
        trouble.code, {**trouble.facts, "tag": text}, paragraph.at(trouble.start, trouble.end, text)
    )


def _cut_tags(paragraphs: Sequence[Paragraph], scanned: Sequence[Scanned]) -> Iterator[Finding]:
    """Yield tags that begin in one paragraph and end in a later one; the halves are no trouble then."""
    for index, found in enumerate(scanned):
        if not found.troubles or found.troubles[-1].code != "F410":
            continue
        half = found.troubles[-1]
        for further in range(index + 1, min(index + 1 + _NEXT, len(scanned))):
            rest = scanned[further].troubles
            if rest and rest[0].code == "F411" and not _tag_before(scanned[further], rest[0]):
                found.troubles.remove(half)
                rest.remove(rest[0])
                cut = _finding(paragraphs[index], half)
                yield replace(cut, code="F427")
                break
            if paragraphs[further].text.strip():
                break


def _tag_before(scanned: Scanned, trouble: Trouble) -> bool:
    return any(tag.start < trouble.start for tag in scanned.tags)


def _of_tag(site: Site) -> Iterator[Finding]:
    tag = site.tag
    for slip in site.parsed.slips:
        yield Finding(slip.code, {**slip.facts, "tag": tag.raw}, site.place)
    pieces = site.paragraph.pieces_of(tag.start, tag.end)
    if tag.kind == "comment" or not pieces:
        return
    if any(piece.hidden for piece in pieces):
        yield Finding("F430", {"tag": tag.raw}, site.place)
    inside = any(tag.start < position < tag.end for position, _ in site.paragraph.deleted)
    if inside or any(piece.tracked for piece in pieces):
        yield Finding("F429", {"tag": tag.raw}, site.place)
    if len({piece.look for piece in pieces}) > 1:
        yield Finding("F428", {"tag": tag.raw}, site.place)


def _deleted(paragraph: Paragraph) -> Iterator[Finding]:
    for position, text in paragraph.deleted:
        if scan(text).tags:
            shown = text.strip()[:_SHOWN]
            yield Finding("F429", {"tag": shown}, paragraph.at(position, position, shown))
