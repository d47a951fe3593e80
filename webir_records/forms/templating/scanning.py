"""What scanning a part finds, and whether tags for rows, cells and paragraphs stand where they can."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from webir_records.forms.templating.tags import Tag, detail
from webir_records.forms.templating.xml_parts import Element
from webir_records.model.errors import Detail

NO_OWNER: Final = "F339"
SWALLOWED: Final = "F347"


@dataclass(frozen=True, slots=True)
class FoundTag:
    """A tag and the paragraph that it stands in."""

    tag: Tag
    paragraph: Element


@dataclass(frozen=True, slots=True)
class Scanned:
    """The tags of a part in order, and all that is wrong so far."""

    found: tuple[FoundTag, ...]
    problems: tuple[Detail, ...]

    @property
    def tags(self) -> Sequence[Tag]:
        """The tags alone."""
        return [item.tag for item in self.found]


def scope_problems(found: Sequence[FoundTag], scopes: Mapping[str, str]) -> Iterator[Detail]:
    """Yield scoped tags without their row, cell or paragraph, and tags that would vanish with it.

    Args:
        found: tags of one part.
        scopes: elements, separated by spaces, by scope.
    """
    for item in found:
        if item.tag.scope not in ("tr", "tc", "p") or item.tag.text.startswith("{{"):
            continue
        owner = owner_of(item.paragraph, scopes[item.tag.scope].split())
        if owner is None:
            yield detail(NO_OWNER, item.tag.place, item.tag.text)
            continue
        for other in found:
            if other is not item and not other.tag.text.startswith("{#") and _inside(other.paragraph, owner):
                yield detail(SWALLOWED, other.tag.place, other.tag.text, other=item.tag.text)


def owner_of(paragraph: Element, names: list[str]) -> Element | None:
    """Return the row, cell or paragraph that a tag in a paragraph takes away."""
    if paragraph.tag in names:
        return paragraph
    return next(paragraph.iterancestors(*names), None)


def _inside(paragraph: Element, owner: Element) -> bool:
    return paragraph is owner or any(outer is owner for outer in paragraph.iterancestors(str(owner.tag)))
