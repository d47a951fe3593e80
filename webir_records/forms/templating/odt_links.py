"""Pictures of an OpenDocument file and its manifest, prepared for the images that its tags may show."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from lxml import etree

from webir_records.forms.templating.images import ImageInfo, odt_picture
from webir_records.forms.templating.xml_parts import Element, parse, serialise
from webir_records.forms.templating.zipping import Entry

MANIFEST: Final = "META-INF/manifest.xml"
_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_M: Final = "{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}"
_DRAW: Final = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_SVG: Final = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
_HREF: Final = "{http://www.w3.org/1999/xlink}href"


def placed_pictures(
    root: Element, contents: Mapping[str, bytes], images: frozenset[str], number: int = 0
) -> dict[str, tuple[str, str]]:
    """Give every picture that carries the name of an image a file of its own.

    Returns:
        Image and original file by new path.
    """
    found: dict[str, tuple[str, str]] = {}
    for frame in root.iter(f"{_DRAW}frame"):
        names = {frame.get(f"{_DRAW}name", "")}
        names |= {(child.text or "").strip() for child in frame.iterchildren(f"{_SVG}title", f"{_SVG}desc")}
        shown = frame.find(f"{_DRAW}image")
        original = shown.get(_HREF, "") if shown is not None else ""
        if shown is not None and names & images and original in contents:
            image = min(names & images)
            path = f"Pictures/webir_placed_{image}_{number + len(found) + 1}"
            shown.set(_HREF, path)
            for attribute in [name for name in shown.attrib if str(name).endswith("mime-type")]:
                del shown.attrib[attribute]
            for other in frame.findall(f"{_DRAW}image")[1:]:
                frame.remove(other)  # another form of the same picture
            found[path] = (image, original)
    return found


class OdtLinks:
    """What changes in a package when images are given; immutable."""

    def __init__(
        self,
        manifest: str,
        tagged: frozenset[str],
        placed: Mapping[str, tuple[str, str]],
        contents: Mapping[str, bytes],
    ) -> None:
        self._manifest = manifest
        self._tagged = tagged
        self._placed = dict(placed)
        self._originals = {path: contents[original] for path, (_, original) in placed.items()}
        self.images = tagged | {image for image, _ in placed.values()}
        self.members = frozenset({MANIFEST}) if self.images else frozenset[str]()
        self._ready = lru_cache(maxsize=64)(self._manifest_entry)

    def picture(self, part: str, image: str, info: ImageInfo) -> str:
        """Return what a tag for an image becomes, the same in every part."""
        return odt_picture(image, self._path(image, info.kind), info) if part else ""

    def entries(self, images: Mapping[str, bytes], kinds: tuple[tuple[str, str], ...]) -> list[Entry]:
        """Return the manifest and the images."""
        if not self.images:
            return []
        found = [self._ready(kinds)]
        by_image = dict(kinds)
        found += [
            Entry.stored(self._path(image, by_image[image]), images[image])
            for image in sorted(self._tagged & by_image.keys())
        ]
        for path, (image, _) in self._placed.items():
            found.append(Entry.stored(path, images.get(image, self._originals[path])))
        return found

    def _path(self, image: str, kind: str) -> str:
        return f"Pictures/webir_{image}.{kind}"

    def _manifest_entry(self, kinds: tuple[tuple[str, str], ...]) -> Entry:
        root = parse(self._manifest.encode())
        types = {entry.get(f"{_M}full-path"): entry.get(f"{_M}media-type", "") for entry in root}
        by_image = dict(kinds)
        listed = {self._path(image, kind): f"image/{kind}" for image, kind in kinds if image in self._tagged}
        for path, (image, original) in self._placed.items():
            listed[path] = f"image/{by_image[image]}" if image in by_image else types.get(original, "")
        for path, kind in listed.items():
            etree.SubElement(root, f"{_M}file-entry", {f"{_M}full-path": path, f"{_M}media-type": kind})
        return Entry.deflated(MANIFEST, (_DECLARATION + serialise(root)).encode())
