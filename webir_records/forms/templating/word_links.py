"""Relationships and content types of a Word file, prepared for the images that its tags may show."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from lxml import etree

from webir_records.forms.templating.images import ImageInfo, word_picture
from webir_records.forms.templating.xml_parts import DECLARATION, Element, parse, serialise
from webir_records.forms.templating.zipping import Entry

CONTENT_TYPES: Final = "[Content_Types].xml"
_TYPES: Final = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_RELATIONS: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_IMAGE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
_A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_R: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_WP: Final = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_NUMBERED = re.compile(r"rId(\d+)")
_EMPTY: Final = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'


@dataclass(slots=True)
class Links:
    """Relationships of one part while it is prepared.

    Attributes:
        tagged: relationship by image, for tags that print it.
        placed: relationship by image and what it shows if the image is not given, for placed pictures.
    """

    part: str
    root: Element
    tagged: dict[str, str] = field(default_factory=dict[str, str])
    placed: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])

    @classmethod
    def read(cls, contents: Mapping[str, bytes], part: str) -> "Links":
        """Read the relationships of a part."""
        return cls(part, parse(contents.get(path_of(part), _EMPTY)))

    def tag(self, image: str) -> None:
        """Let a tag of this part print an image."""
        if image not in self.tagged:
            self.tagged[image] = self._new_id()

    def place(self, root: Element, images: frozenset[str]) -> None:
        """Let the pictures of a part that carry the name of an image show that image."""
        for drawing in root.iter(f"{_WP}docPr"):
            names = {drawing.get(name, "") for name in ("name", "descr", "title")} & images
            parent = drawing.getparent()
            if not names or parent is None:
                continue
            for blip in parent.iter(f"{_A}blip"):
                target = self._target(blip.get(f"{_R}embed", ""))
                if target:
                    identity = self._new_id()
                    blip.set(f"{_R}embed", identity)
                    for extension in blip.findall(f"{_A}extLst"):
                        blip.remove(extension)  # an SVG there would be shown in the image's place
                    self.placed.append((min(names), identity, target))

    def _target(self, identity: str) -> str:
        for relation in self.root:
            if relation.get("Id") == identity and relation.get("TargetMode") != "External":
                return relation.get("Target", "")
        return ""

    def _new_id(self) -> str:
        """Return the first free number, as python-docx does."""
        used = {relation.get("Id", "") for relation in self.root}
        used |= set(self.tagged.values()) | {identity for _, identity, _ in self.placed}
        return next(f"rId{n}" for n in range(1, len(used) + 2) if f"rId{n}" not in used)


def path_of(part: str) -> str:
    """Return where the relationships of a part lie."""
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"


class WordLinks:
    """What changes in a package when images are given; immutable."""

    def __init__(self, links: list[Links], taken: frozenset[str]) -> None:
        self._links = tuple(
            (link.part, serialise(link.root), dict(link.tagged), tuple(link.placed))
            for link in links
            if link.tagged or link.placed
        )
        self._taken = taken
        self.images = frozenset(
            image
            for _, _, tagged, placed in self._links
            for image in (*tagged, *(name for name, _, _ in placed))
        )
        self.members = frozenset(path_of(part) for part, *_ in self._links)
        self._tagged = {part: tagged for part, _, tagged, _ in self._links}
        self._ready = lru_cache(maxsize=64)(self._entries)

    def picture(self, part: str, image: str, info: ImageInfo) -> str:
        """Return what a tag for an image becomes in a part."""
        identity = self._tagged.get(part, {}).get(image)
        return word_picture(identity, info) if identity else ""

    def entries(self, images: Mapping[str, bytes], kinds: tuple[tuple[str, str], ...]) -> list[Entry]:
        """Return the images and the relationships that lead to them."""
        media = [Entry.stored(self.path(image, kind), images[image]) for image, kind in kinds]
        return [*self._ready(kinds), *media]

    def path(self, image: str, kind: str) -> str:
        """Return where an image lies in the package."""
        path = f"word/media/webir_{image}.{kind}"
        return path if path.casefold() not in self._taken else f"word/media/webir_{image}_.{kind}"

    def _entries(self, given: tuple[tuple[str, str], ...]) -> tuple[Entry, ...]:
        """Return the relationship members for a set of images, each with its kind."""
        kinds = dict(given)
        return tuple(
            Entry.deflated(
                path_of(part), (DECLARATION + self._relations(xml, tagged, placed, kinds)).encode()
            )
            for part, xml, tagged, placed in self._links
        )

    def _relations(
        self,
        xml: str,
        tagged: Mapping[str, str],
        placed: tuple[tuple[str, str, str], ...],
        kinds: Mapping[str, str],
    ) -> str:
        root = parse(xml.encode())
        wanted = [(identity, image, "") for image, identity in tagged.items() if image in kinds]
        wanted += [(identity, image, target) for image, identity, target in placed]
        for identity, image, target in wanted:
            shown = f"/{self.path(image, kinds[image])}" if image in kinds else target
            etree.SubElement(root, f"{_RELATIONS}Relationship", Id=identity, Type=_IMAGE, Target=shown)
        return serialise(root)


def with_image_types(content_types: bytes) -> bytes:
    """Return the content types with those of the images that may be put in."""
    root = parse(content_types)
    known = {default.get("Extension", "").lower() for default in root.iter(f"{_TYPES}Default")}
    for number, kind in enumerate(kind for kind in ("png", "jpeg") if kind not in known):
        default = etree.Element(f"{_TYPES}Default", Extension=kind, ContentType=f"image/{kind}")
        root.insert(number, default)
    return (DECLARATION + serialise(root)).encode()
