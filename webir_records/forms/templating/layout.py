"""Collect what is found while a template is prepared: a compiled template, or one error with everything."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import jinja2

from webir_records.forms.templating.escaping import tidy_xml
from webir_records.forms.templating.finding import find_tags
from webir_records.forms.templating.images import ImageInfo
from webir_records.forms.templating.limits import MAX_TAGGED_BYTES
from webir_records.forms.templating.package import Kind, Package
from webir_records.forms.templating.part import HiddenTagError, Part, Traits
from webir_records.forms.templating.properties import PropertyText, described_by_program
from webir_records.forms.templating.readback import template_text
from webir_records.forms.templating.sandbox import Sandbox
from webir_records.forms.templating.structure import CrossedBlockError
from webir_records.forms.templating.tags import (
    TOO_MUCH,
    WRONG_TAG,
    Place,
    Tag,
    check_tags,
    detail,
    scan,
)
from webir_records.forms.templating.xml_parts import (
    BrokenXmlError,
    Element,
    UnsafeXmlError,
    parse,
    serialise,
    unescape_tags,
)
from webir_records.forms.templating.zipping import Archive, Entry
from webir_records.model.errors import Detail, InputError

WRONG_TEMPLATE: Final = "F304"
UNSAFE_XML: Final = "F325"
BROKEN_XML: Final = "F328"
CROSSED: Final = "F329"

_PROPERTY_NAME: Final = "property_"
_PROPERTIES: Final = Sandbox(tidy_xml, xml=True)
_GIVEN = re.compile(r"\{\{ property_")
_OPENING = re.compile(r"\{\{|\{%")


class LinkSet(Protocol):
    """What a kind of file needs to show images."""

    images: frozenset[str]
    members: frozenset[str]

    def picture(self, part: str, image: str, info: ImageInfo) -> str:
        """Return what a tag for an image becomes in a part."""
        ...

    def entries(self, images: Mapping[str, bytes], kinds: tuple[tuple[str, str], ...]) -> list[Entry]:
        """Return the images as members, and the members that say which there are."""
        ...


@dataclass(frozen=True, slots=True)
class PropertyParts:
    """The property part: with the template's own tags, and with what the program says.

    Attributes:
        own: None when it has no tags; then it is `fixed`.
    """

    own: Part | None
    fixed: Entry
    given: Part | PropertyText


@dataclass(frozen=True, slots=True)
class Layout:
    """A template, compiled."""

    kind: Kind
    archive: Archive
    parts: tuple[Part, ...]
    properties: PropertyParts
    links: LinkSet


@dataclass(slots=True)
class Builder:
    """Compiles the parts of one template.

    Attributes:
        name: of the template, for messages.
        environment: in which its parts run.
        problems: everything wrong so far.
    """

    name: str
    environment: Sandbox
    problems: list[Detail] = field(default_factory=list[Detail])
    parts: list[Part] = field(default_factory=list[Part])
    property_parts: PropertyParts | None = None

    def parse(self, contents: Mapping[str, bytes], part: str, *, keep_blanks: bool = False) -> Element:
        """Parse a part.

        Raises:
            InputError: `F325` it declares entities or a document type, `F328` it is no XML, `F337` it is
                too large to have tags.
        """
        data = contents[part]
        if len(data) > MAX_TAGGED_BYTES:
            facts = {"got": str(len(data)), "expected": str(MAX_TAGGED_BYTES)}
            raise InputError(WRONG_TEMPLATE, [detail(TOO_MUCH, Place(part), part, **facts)], path=self.name)
        try:
            return parse(data, keep_blanks=keep_blanks)
        except UnsafeXmlError as error:
            raise InputError(UNSAFE_XML, path=self.name, part=part) from error
        except BrokenXmlError as error:
            raise InputError(BROKEN_XML, path=self.name, part=part) from error

    def check(self, tags: Sequence[Tag], scopes: frozenset[str], *, merging: bool) -> None:
        """Note what is wrong with the tags of a part."""
        self.problems.extend(check_tags(tags, self.environment, scopes, merging=merging))

    def compile(self, part: str, source: str, expected: str, traits: Traits) -> Part | None:
        """Compile a part, unless something is already known to be wrong with it."""
        if any(problem.facts.get("part") == part for problem in self.problems):
            return None
        compiled = self._compile(part, source, expected, traits, self.environment)
        if compiled is not None:
            self.parts.append(compiled)
        return compiled

    def _compile(
        self, part: str, source: str, expected: str, traits: Traits, environment: Sandbox
    ) -> Part | None:
        place = Place(part)
        try:
            return Part(part, source, expected, environment, traits)
        except HiddenTagError as error:
            self.problems.append(detail(error.code, place, error.feature, feature=error.feature))
        except CrossedBlockError as error:
            self.problems.append(detail(CROSSED, place, error.tag))
        except jinja2.TemplateSyntaxError as error:
            tags = [source[begin:end] for begin, end in find_tags(source) if source[begin + 1] != "#"]
            tag = "".join(tags[error.lineno - 1 : error.lineno]) or "–"
            self.problems.append(detail(WRONG_TAG, place, tag, problem=error.message or "?"))
        except (SyntaxError, RecursionError, MemoryError, OverflowError, ValueError) as error:
            self.problems.append(detail(WRONG_TAG, place, "–", problem=type(error).__name__))
        return None

    def properties(self, root: Element, part: str, *, odt: bool) -> None:
        """Compile the property part in both ways."""
        text = serialise(root)
        own = None
        if _OPENING.search(text):
            for element in root.iter("*"):
                tags, wrong = scan(element.text or "", Place(part))
                self.problems.extend(wrong)
                self.check(tags, frozenset(), merging=False)
            if not any(problem.facts.get("part") == part for problem in self.problems):
                own = self._compile(part, unescape_tags(text), template_text(root, {}), Traits(), _PROPERTIES)
        fixed = Entry.deflated(part, text.encode())
        described_by_program(root, odt=odt)
        if not any(problem.facts.get("part") == part for problem in self.problems):
            xml = serialise(root)
            own_left = len(_OPENING.findall(xml)) > len(_GIVEN.findall(xml))
            text = template_text(root, {})
            given = self._compile(part, unescape_tags(xml), text, Traits(), _PROPERTIES) if own_left else None
            self.property_parts = PropertyParts(own, fixed, given or PropertyText(part, xml))

    def finish(self) -> None:
        """Raise everything that is wrong.

        Raises:
            InputError: `F304` with a detail for each.
        """
        if self.problems:
            raise InputError(WRONG_TEMPLATE, self.problems, path=self.name, count=str(len(self.problems)))

    def layout(
        self, package: Package, contents: Mapping[str, bytes], links: LinkSet, *, first: str
    ) -> Layout:
        """Return the compiled template; everything that no document changes is laid out now."""
        if self.property_parts is None:
            raise InputError(WRONG_TEMPLATE, path=self.name, count="1")
        given = self.property_parts.given.name
        changing = {part.name for part in self.parts} | links.members | {given}
        kept = [name for name in sorted(contents, key=lambda n: (n != first, n)) if name not in changing]
        archive = Archive(self._entry(package, contents, name) for name in kept)
        return Layout(package.kind, archive, tuple(self.parts), self.property_parts, links)

    def _entry(self, package: Package, contents: Mapping[str, bytes], name: str) -> Entry:
        if name == "mimetype":
            return Entry.stored(name, contents[name])
        member = package.members.get(name)
        if member is not None and contents[name] is package.contents[name]:
            return Entry.kept(member)
        return Entry.deflated(name, contents[name])


def names_of(layout: Layout) -> frozenset[str]:
    """Return the values that a template asks for, images included."""
    names = {name for part in layout.parts for name in part.names}
    if layout.properties.own is not None:
        names |= layout.properties.own.names
    return frozenset(names)


def keys_of(layout: Layout) -> frozenset[str] | None:
    """Return the keys that a template may ask of rows; None when it goes through all of them."""
    keys = frozenset(key for part in layout.parts for key in part.keys)
    return None if keys & {"items", "keys", "values"} else keys


def property_names_of(layout: Layout) -> frozenset[str]:
    """Return the values that the properties of the file ask for beside what the program says there."""
    given = layout.properties.given
    names = given.names if isinstance(given, Part) else frozenset[str]()
    return frozenset(name for name in names if not name.startswith(_PROPERTY_NAME))
