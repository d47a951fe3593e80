"""What would vanish without a word: pictures, notes and text inside a tag, or in what a tag takes away."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from webir_records.forms.templating.finding import find_tags, replace_tags
from webir_records.forms.templating.scanning import FoundTag, owner_of
from webir_records.forms.templating.tags import Place, detail
from webir_records.forms.templating.xml_parts import Element
from webir_records.model.errors import Detail

LOST: Final = "F307"
_SHOWN: Final = 40


def lost_inside(paragraph: Element, place: Place, content: frozenset[str], *, inner: str) -> Iterator[Detail]:
    """Yield what stands between the beginning and the end of a tag.

    Args:
        paragraph: with tags.
        place: of it.
        content: elements that must not vanish.
        inner: the element for paragraphs, whose text belongs to themselves.
    """
    text, found = "", list[tuple[int, str]]()

    def walk(element: Element) -> None:
        nonlocal text
        for child in element.iterchildren("*"):
            if child.tag in content:
                found.append((len(text), _local(child)))
            if child.tag != inner:
                text += child.text or ""
                walk(child)

    walk(paragraph)
    if not found:
        return
    for begin, end in find_tags(text):
        lost = [name for position, name in found if begin < position < end]
        if lost:
            yield detail(LOST, place, text[begin:end], lost=lost[0])


def lost_around(
    tags: Sequence[FoundTag],
    scopes: dict[str, str],
    content: frozenset[str],
    visible: Callable[[Element], str],
) -> Iterator[Detail]:
    """Yield what stands in a row, cell or paragraph that a tag takes away with it."""
    for item in tags:
        if item.tag.scope not in ("tr", "tc", "p") or not item.tag.text.startswith("{%"):
            continue
        owner = owner_of(item.paragraph, scopes[item.tag.scope].split())
        if owner is None:
            continue
        rest = replace_tags(visible(owner), lambda _: "").strip()
        lost = rest[:_SHOWN] or next((_local(found) for found in owner.iter(*content)), "")
        if lost:
            yield detail(LOST, item.tag.place, item.tag.text, lost=lost)


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
