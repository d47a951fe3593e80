"""Marks that take a row, a cell or a paragraph away, and what they would take away with it."""

from collections.abc import Iterator, Sequence
from typing import Final

from webir_records.forms.linting.blocks import Site
from webir_records.forms.linting.model import Element, Paragraph
from webir_records.forms.linting.report import Finding

_MARKS: Final = ("tr", "tc", "p")
_SHOWN: Final = 30


def vanishing(paragraphs: Sequence[Paragraph], sites: Sequence[Site]) -> Iterator[Finding]:
    """Yield two marks in one row, cell or paragraph, and what stands beside a mark."""
    if all(site.tag.mark not in _MARKS for site in sites):
        return
    beside = _Beside(paragraphs, sites)
    groups: dict[tuple[str, Element], list[Site]] = {}
    for site in sites:
        element = _taken(site)
        if element is not None and site.tag.kind == "block":
            groups.setdefault((site.tag.mark, element), []).append(site)
        elif element is not None and site.tag.kind == "comment":
            yield from _beside_comment(site, beside.sites(element))
    for (mark, element), group in groups.items():
        yield from _judge(mark, group, beside.text(element, group))


class _Beside:
    """What stands in the elements of a part."""

    def __init__(self, paragraphs: Sequence[Paragraph], sites: Sequence[Site]) -> None:
        self._paragraphs = {paragraph.element: paragraph for paragraph in paragraphs}
        self._sites: dict[Element, list[Site]] = {}
        for site in sites:
            self._sites.setdefault(site.paragraph.element, []).append(site)

    def sites(self, element: Element) -> list[Site]:
        """Return the tags inside an element."""
        return [site for inner in element.iter("*") for site in self._sites.get(inner, ())]

    def text(self, element: Element, group: Sequence[Site]) -> str:
        """Return the text inside an element without that of some tags."""
        found = (self._paragraphs.get(inner) for inner in element.iter("*"))
        pieces = [
            _without(paragraph, [site for site in group if site.paragraph is paragraph])
            for paragraph in found
            if paragraph is not None
        ]
        return " ".join("".join(pieces).split())


def _taken(site: Site) -> Element | None:
    """Return the element that goes away with the tag."""
    paragraph = site.paragraph
    return {"tr": paragraph.row, "tc": paragraph.cell, "p": paragraph.element}.get(site.tag.mark)


def _judge(mark: str, group: Sequence[Site], lost: str) -> Iterator[Finding]:
    for site in group[1:]:
        yield Finding("F437", {"tag": site.tag.raw, "other": group[0].tag.raw, "mark": mark}, site.place)
    if lost:
        facts = {"tag": group[0].tag.raw, "lost": lost[:_SHOWN], "mark": mark}
        yield Finding("F438", facts, group[0].place)


def _beside_comment(comment: Site, sites: Sequence[Site]) -> Iterator[Finding]:
    """Yield the tags that a comment takes away; it is there to take text away."""
    for site in sites:
        if site.tag.kind != "comment":
            facts = {"tag": comment.tag.raw, "lost": site.tag.raw, "mark": comment.tag.mark}
            yield Finding("F438", facts, site.place)


def _without(paragraph: Paragraph, sites: Sequence[Site]) -> str:
    text = paragraph.text
    for site in sorted(sites, key=lambda one: one.tag.start, reverse=True):
        text = text[: site.tag.start] + text[site.tag.end :]
    return text
