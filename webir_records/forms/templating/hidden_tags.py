"""Tags that stand where nobody sees them on the page: in attributes, and in text outside any paragraph."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from webir_records.forms.templating.sandbox import Sandbox
from webir_records.forms.templating.tags import (
    NOT_SUPPORTED,
    Place,
    Tag,
    check_tags,
    detail,
    scan,
)
from webir_records.forms.templating.xml_parts import Element
from webir_records.model.errors import Detail

OUTSIDE: Final = "F344"
_OPENINGS: Final = ("{{", "{%", "{#", "%}")
_SHOWN: Final = 100
_WORDS: Final = frozenset({"set", "with", "endwith"})
"""Their values would be known in the XML, and not in the text that it is compared with."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """What a kind of file allows.

    Attributes:
        paragraphs: elements whose text is scanned elsewhere.
        attributes: `element attribute` or `attribute`, local names: those that hold text for people.
        place_of: says where an element is.
    """

    paragraphs: tuple[str, ...]
    attributes: frozenset[str]
    place_of: Callable[[Element], Place]
    environment: Sandbox = field(repr=False)

    def problems(self, root: Element) -> Iterator[Detail]:
        """Yield what is wrong with hidden tags of a part; after a hundred nobody reads on."""
        yield from islice(self._problems(root), _SHOWN)

    def _problems(self, root: Element) -> Iterator[Detail]:
        for element in root.iter("*"):
            for name, value in element.attrib.items():
                if _opens(str(value)):
                    yield from self._attribute(element, str(name), str(value))
            if _opens(element.tail) and not self._in_paragraph(element):
                yield detail(OUTSIDE, self.place_of(element), str(element.tail).strip())
            elif _opens(element.text) and not self._in_paragraph(element, itself=True):
                yield detail(OUTSIDE, self.place_of(element), str(element.text).strip())

    def _attribute(self, element: Element, name: str, value: str) -> Iterator[Detail]:
        place = self.place_of(element)
        tags, wrong = scan(value, place)
        yield from wrong
        local, owner = _local(name), _local(str(element.tag))
        if not {local, f"{owner} {local}"} & self.attributes:
            yield from (detail(NOT_SUPPORTED, place, tag.text, feature=f"{owner}/@{local}") for tag in tags)
            return
        yield from check_tags(tags, self.environment, frozenset(), merging=False)
        yield from (
            detail(NOT_SUPPORTED, place, tag.text, feature=f"{tag.word} @{local}")
            for tag in tags
            if not _allowed(tag)
        )

    def _in_paragraph(self, element: Element, *, itself: bool = False) -> bool:
        if itself and element.tag in self.paragraphs:
            return True
        return next(element.iterancestors(*self.paragraphs), None) is not None


def _opens(text: str | None) -> bool:
    return text is not None and any(opening in text for opening in _OPENINGS)


def _allowed(tag: Tag) -> bool:
    return tag.word not in _WORDS


def _local(name: str) -> str:
    return name.rpartition("}")[2]
