"""Carry pictures, shapes and charts of a workbook into its marked copy, and say what the copy lacks.

The library that writes the copy draws charts anew and forgets shapes. So the parts of the package that hold
drawings are copied as they are (ECMA-376 part 2, section 9: parts, relationships, content types).
"""

import io
import posixpath
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from lxml import etree

from webir_records.forms.linting.model import Element
from webir_records.forms.workbook_writing import packed

_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_RELATION: Final = f"{{{_RELATIONS}}}Relationship"
_ID: Final = f"{{{_OFFICE}}}id"
_TYPES: Final = "[Content_Types].xml"
_DRAWING: Final = f"{_OFFICE}/drawing"
_FOLDERS: Final = ("drawings", "charts", "media", "diagrams", "embeddings", "theme", "ink")
"""Folders in `xl/` whose parts belong to drawings alone."""

_AFTER_DRAWING: Final = (
    "legacyDrawing",
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
)
"""What follows `drawing` in a sheet (ECMA-376 part 1, section 18.3.1.99)."""

_MOST_PARTS: Final = 10_000


class Lost(StrEnum):
    """What a marked copy may lack."""

    EVERYTHING = "everything"  # values as text are all that is there
    DRAWINGS = "drawings"
    MACROS = "macros"
    CONTROLS = "controls"
    OBJECTS = "objects"
    BACKGROUND = "background"
    SLICERS = "slicers"
    THREADS = "threads"
    EXTENSIONS = "extensions"  # sparklines and newer kinds of rules


_BY_RELATION: Final[Mapping[str, Lost]] = {
    "control": Lost.CONTROLS,
    "ctrlProp": Lost.CONTROLS,
    "oleObject": Lost.OBJECTS,
    "package": Lost.OBJECTS,
    "image": Lost.BACKGROUND,
    "slicer": Lost.SLICERS,
    "timeline": Lost.SLICERS,
    "threadedComment": Lost.THREADS,
}
_TIED_TO_DRAWING: Final = frozenset({Lost.CONTROLS, Lost.OBJECTS})
"""Their shapes stand in the drawing and mean nothing without them."""


@dataclass(frozen=True, slots=True)
class _Relation:
    kind: str
    target: str
    """Name of a part; empty for what lies outside the file."""


def without_drawings(source: bytes) -> bytes:
    """Return an xlsx file whose sheets name no drawings, so that no library draws them anew."""
    with zipfile.ZipFile(io.BytesIO(source)) as package:
        changed: dict[str, bytes] = {}
        for name in map(_relations_name, _sheets(package).values()):
            if name not in package.namelist():
                continue
            root = _parse(package.read(name))
            drawings = [r for r in root.iterchildren(_RELATION) if str(r.get("Type")).endswith("/drawing")]
            for relation in drawings:
                root.remove(relation)
            if drawings:
                changed[name] = _text(root)
        if not changed:
            return source
        return packed((name, changed.get(name) or package.read(name)) for name in package.namelist())


def with_drawings(copy: bytes, source: bytes) -> tuple[bytes, frozenset[Lost]]:
    """Return the copy with the drawings of the source, and what else of the source it lacks.

    Args:
        copy: an xlsx file without drawings, whose sheets have the names that they have in the source.
        source: an xlsx or xlsm file.
    """
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(io.BytesIO(copy)) as new:
        graft = _Graft(old, new)
        there = _sheets(new)
        for title, sheet in _sheets(old).items():
            graft.take(sheet, there.get(title, ""))
        if any(name.lower().endswith("vbaproject.bin") for name in old.namelist()):
            graft.lost.add(Lost.MACROS)
        return (graft.package() if graft.parts else copy), frozenset(graft.lost)


class _Graft:
    """Collects the parts that go from one package into the other."""

    def __init__(self, old: zipfile.ZipFile, new: zipfile.ZipFile) -> None:
        self._old = old
        self._new = new
        self._names = frozenset(old.namelist())
        self._types = _types(old)
        self._kinds: dict[str, str] = {}
        self.parts: dict[str, bytes] = {}
        self.lost: set[Lost] = set()

    def take(self, sheet: str, target: str) -> None:
        """Take the drawing of one sheet; `target` is that sheet in the copy."""
        relations = _relations(self._old, sheet)
        missing = {
            lost for one in relations if (lost := _BY_RELATION.get(one.kind.rsplit("/", 1)[-1])) is not None
        }
        self.lost |= missing
        drawings = [one.target for one in relations if one.kind.endswith("/drawing")]
        if not drawings:
            return
        found = self._reachable(drawings[0])
        transitional = all(one.kind == _DRAWING for one in relations if one.kind.endswith("/drawing"))
        if not target or not found or not transitional or missing & _TIED_TO_DRAWING:
            self.lost.add(Lost.DRAWINGS)
            return
        for name in found:
            self._copy(name)
        self._attach(target, _kept(drawings[0]))

    def _reachable(self, first: str) -> tuple[str, ...]:
        """Return the parts of a drawing, or nothing when one is missing or belongs to something else."""
        waiting, found = [first], dict[str, None]()
        while waiting:
            name = waiting.pop()
            if name in found:
                continue
            if name not in self._names or not self._movable(name) or len(found) >= _MOST_PARTS:
                return ()
            found[name] = None
            waiting += [one.target for one in _relations(self._old, name) if one.target]
        return tuple(found)

    def _movable(self, name: str) -> bool:
        folders = name.split("/")
        return folders[0] == "xl" and folders[1] in _FOLDERS and _type_of(name, self._types) != ""

    def _copy(self, name: str) -> None:
        """Copy a part under a name that the other package does not have, with what it refers to."""
        self._kinds[_kept(name)] = _type_of(name, self._types)
        self.parts[_kept(name)] = self._old.read(name)
        if (relations := _relations_name(name)) in self._names:
            root = _parse(self._old.read(relations))
            for relation in root.iterchildren(_RELATION):
                if relation.get("TargetMode") != "External":
                    relation.set("Target", f"/{_kept(_resolved(name, relation))}")
            self.parts[_relations_name(_kept(name))] = _text(root)

    def _attach(self, sheet: str, drawing: str) -> None:
        """Name a drawing in a sheet of the copy."""
        name = _relations_name(sheet)
        has_relations = name in self._new.namelist()
        empty = f'<Relationships xmlns="{_RELATIONS}"/>'.encode()
        root = _parse(self._new.read(name) if has_relations else empty)
        etree.SubElement(
            root,
            _RELATION,
            {"Id": "keptDrawing", "Type": _DRAWING, "Target": f"/{drawing}"},
        )
        self.parts[name] = _text(root)
        content = _parse(self._new.read(sheet))
        space = etree.QName(content).namespace
        element = etree.Element(f"{{{space}}}drawing", {_ID: "keptDrawing"}, {"r": _OFFICE})
        after = next(content.iterchildren(*(f"{{*}}{name}" for name in _AFTER_DRAWING)), None)
        if after is None:
            content.append(element)
        else:
            after.addprevious(element)
        self.parts[sheet] = _text(content)

    def package(self) -> bytes:
        """Return the copy with everything that was taken."""
        types = _parse(self._new.read(_TYPES))
        space = etree.QName(types).namespace
        for name, kind in self._kinds.items():
            etree.SubElement(types, f"{{{space}}}Override", {"PartName": f"/{name}", "ContentType": kind})
        self.parts[_TYPES] = _text(types)
        there = {name: self._new.read(name) for name in self._new.namelist()}
        return packed((there | self.parts).items())


def _sheets(package: zipfile.ZipFile) -> dict[str, str]:
    """Return the part of each sheet of cells by its title."""
    book = next((one.target for one in _relations(package, "") if one.kind.endswith("/officeDocument")), "")
    if book not in package.namelist():
        return {}
    relations = _parse(package.read(_relations_name(book))).iterchildren(_RELATION)
    parts = {
        str(r.get("Id")): _resolved(book, r) for r in relations if str(r.get("Type")).endswith("/worksheet")
    }
    sheets = _parse(package.read(book)).iter("{*}sheet")
    return {str(s.get("name")): parts[part] for s in sheets if (part := _id_of(s)) in parts}


def _id_of(sheet: Element) -> str:
    """Return the id of a sheet's relation, in whichever edition of the standard it is written."""
    return next((str(value) for name, value in sheet.attrib.items() if str(name).endswith("}id")), "")


def _relations(package: zipfile.ZipFile, part: str) -> list[_Relation]:
    """Return what a part refers to; the package itself is the part without a name."""
    name = _relations_name(part)
    if name not in package.namelist():
        return []
    return [
        _Relation(
            str(element.get("Type", "")),
            "" if element.get("TargetMode") == "External" else _resolved(part, element),
        )
        for element in _parse(package.read(name)).iterchildren(_RELATION)
    ]


def _relations_name(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _resolved(part: str, relation: Element) -> str:
    target = posixpath.join("/", posixpath.dirname(part), str(relation.get("Target", "")))
    return posixpath.normpath(target).lstrip("/")


def _kept(name: str) -> str:
    folder, file = posixpath.split(name)
    return posixpath.join(folder, f"kept_{file}")


def _types(package: zipfile.ZipFile) -> Mapping[str, str]:
    """Return content types by the name of a part (with a slash) or by the ending of names."""
    found: dict[str, str] = {}
    for element in _parse(package.read(_TYPES)).iterchildren("{*}Default", "{*}Override"):
        key = element.get("PartName") or element.get("Extension") or ""
        found[str(key).lower()] = str(element.get("ContentType", ""))
    return found


def _type_of(name: str, types: Mapping[str, str]) -> str:
    lower = name.lower()
    return types.get(f"/{lower}") or types.get(posixpath.splitext(lower)[1].removeprefix(".")) or ""


def _parse(data: bytes) -> Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    return etree.fromstring(data, parser)


def _text(root: Element) -> bytes:
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)


def in_order(lost: Iterable[Lost]) -> tuple[Lost, ...]:
    """Return them in the order in which people are told."""
    return tuple(sorted(lost, key=list(Lost).index))
