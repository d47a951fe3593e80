"""Marks that take a row, a cell or a paragraph away, and what they would take away with it."""

from collections.abc import Iterator, Sequence
from typing import Final

from webir_records.forms.linting.blocks import Site
from webir_records.forms.linting.model import Element, Paragraph
from webir_records.forms.linting.report import Finding

_MARKS: Final = ("tr", "tc", "p")
_SHOWN: Final = 30


def vanishing(paragraphs: Sequence[Paragraph], sites: Sequence[Site]) -> Iterator[Finding]:
    """Yield two marks in one row, cell or paragraph, and text beside a mark."""
    for mark in _MARKS:
        groups: dict[Element, list[Site]] = {}
        for site in sites:
            taken = _taken(site) if site.tag.mark == mark and site.tag.kind == "block" else None
            if taken is not None:
                groups.setdefault(taken, []).append(site)
        for element, group in groups.items():
            yield from _judge(mark, element, group, paragraphs)
    for site in sites:
        if site.tag.kind == "comment" and site.tag.mark in _MARKS:
            yield from _beside_comment(site, sites)


def _beside_comment(comment: Site, sites: Sequence[Site]) -> Iterator[Finding]:
    """Yield the tags that a comment takes away; it is there to take text away."""
    element = _taken(comment)
    for site in sites:
        paragraph = site.paragraph.element
        if element is not None and site.tag.kind != "comment" and _inside(paragraph, element):
            facts = {"tag": comment.tag.raw, "lost": site.tag.raw, "mark": comment.tag.mark}
            yield Finding("F438", facts, site.place)


def _taken(site: Site) -> Element | None:
    """Return the element that goes away with the tag."""
    paragraph = site.paragraph
    return {"tr": paragraph.row, "tc": paragraph.cell, "p": paragraph.element}[site.tag.mark]


def _judge(
    mark: str, element: Element, group: Sequence[Site], paragraphs: Sequence[Paragraph]
) -> Iterator[Finding]:
    for site in group[1:]:
        yield Finding("F437", {"tag": site.tag.raw, "other": group[0].tag.raw, "mark": mark}, site.place)
    lost = _rest(element, group, paragraphs)
    if lost:
        facts = {"tag": group[0].tag.raw, "lost": lost[:_SHOWN], "mark": mark}
        yield Finding("F438", facts, group[0].place)


def _rest(element: Element, group: Sequence[Site], paragraphs: Sequence[Paragraph]) -> str:
    """Return what else stands in the element."""
    pieces = [
        _without(paragraph, [site for site in group if site.paragraph is paragraph])
        for paragraph in paragraphs
        if _inside(paragraph.element, element)
    ]
    return " ".join("".join(pieces).split())


def _inside(inner: Element, outer: Element) -> bool:
    return inner is outer or any(ancestor is outer for ancestor in inner.iterancestors())


def _without(paragraph: Paragraph, sites: Sequence[Site]) -> str:
    text = paragraph.text
    for site in sorted(sites, key=lambda one: one.tag.start, reverse=True):
        text = text[: site.tag.start] + text[site.tag.end :]
    return text
