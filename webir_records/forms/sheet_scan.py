"""Look through the XML of a spreadsheet for what the fast reader does not tell.

The reader gives an empty cell for `#REF!` and for a formula whose result was never stored, and it holds
the whole rectangle up to the farthest cell in memory: a few bytes can end the whole program. So every part
with cells is searched first, piece by piece; nothing is kept of it but the places that matter.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final
from xml.parsers import expat

from lxml import etree

from webir_records.forms.document_text import Element
from webir_records.forms.package_parts import Package, Part, is_wide
from webir_records.forms.sheet_exact import scan_exactly
from webir_records.forms.sheet_plain import scan_plainly
from webir_records.forms.sheet_types import MAX_TEXT_BYTES, BookScan, SheetScan

_CELLS_MARK: Final = b"sheetData"
_ROOT: Final = "_rels/.rels"
_DOCUMENT: Final = "/relationships/officeDocument"
_STRING: Final = re.compile(rb"<(?:[A-Za-z0-9]+:)?si[\s/>]")
_SHARED: Final = re.compile(rb"t=\"s\"><v>([0-9]{1,9})</v>")


def scan_xlsx(package: Package) -> BookScan:
    """Search the sheets of an xlsx.

    Raises:
        ValueError: a part is damaged or ambiguous.
        etree.XMLSyntaxError: a part is no XML.
        DoubleCellError: a sheet has a cell twice.
    """
    folder = _folder(package)
    book = package.get(f"{folder}workbook.xml")
    if book is None:
        return BookScan({})
    tree = _tree(book.read())
    strings = _lengths(package.get(f"{folder}sharedStrings.xml"))
    scans = {name: _scan_part(part, strings) for name, part in package.parts.items() if _has_cells(part)}
    sheets: dict[str, SheetScan] = {}
    for name, target in _targets(package, folder, tree):
        part = package.get(target)
        if name in sheets:
            raise ValueError("two sheets of one name")
        if part is not None:
            sheets[name] = scans.get(part.name.replace("\\", "/").lower(), SheetScan())
    settings = next(tree.iter("{*}workbookPr"), None)
    flag = "" if settings is None else str(settings.get("date1904"))
    return BookScan(sheets, date1904=flag in ("1", "true"), others=tuple(scans.values()), whole=True)


# ── which part is which sheet


def _tree(data: bytes) -> Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(data, parser)


def _relations(part: Part | None) -> Iterator[Element]:
    if part is not None:
        yield from _tree(part.read()).iter("{*}Relationship")


def _folder(package: Package) -> str:
    """Return the folder of the workbook, as the package names it."""
    targets = [
        str(relation.get("Target", ""))
        for relation in _relations(package.get(_ROOT))
        if str(relation.get("Type", "")).endswith(_DOCUMENT)
    ]
    if not targets:
        return "xl/"
    return targets[-1].rpartition("/")[0].removeprefix("/") + "/" if "/" in targets[-1] else ""


def _targets(package: Package, folder: str, tree: Element) -> Iterator[tuple[str, str]]:
    parts = {
        str(relation.get("Id")): str(relation.get("Target", ""))
        for relation in _relations(package.get(f"{folder}_rels/workbook.xml.rels"))
    }
    for sheet in tree.iter("{*}sheet"):
        relation = next((value for name, value in sheet.items() if str(name).endswith("}id")), "")
        target = parts.get(str(relation), "")
        yield str(sheet.get("name")), target[1:] if target.startswith("/") else f"{folder}{target}"


# ── one part


def _has_cells(part: Part) -> bool:
    """Tell whether a part holds cells, whatever its name is; and read it once to see that it is whole."""
    found, rest = False, b""
    for number, piece in enumerate(part.pieces()):
        if not number and is_wide(piece):
            raise ValueError("text of two bytes a character")
        found = found or _CELLS_MARK in rest + piece
        rest = piece[-len(_CELLS_MARK) :]
    return found


def _scan_part(part: Part, strings: list[int]) -> SheetScan:
    plain = scan_plainly(part.pieces())
    scan = plain or scan_exactly(part.pieces())
    scan.text = scan.values * max(strings, default=0)
    if plain and scan.text > MAX_TEXT_BYTES:
        scan.text = _text(part, strings)
    return scan


def _lengths(part: Part | None) -> list[int]:
    """Return how long each shared text is, in bytes of the file; what stands before the first comes first."""
    if part is None:
        return []
    content = part.read()
    starts: list[int] = [0]
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse
    if b"<!" in content:
        parser.StartElementHandler = lambda name, _: (
            starts.append(parser.CurrentByteIndex) if name.rpartition(":")[2] == "si" else None
        )
    try:
        parser.Parse(content, True)  # noqa: FBT003 - expat takes it by place only
    except expat.ExpatError as error:
        raise ValueError(str(error)) from error
    if b"<!" not in content:
        starts += [match.start() for match in _STRING.finditer(content)]
    return [after - before for before, after in pairwise([*starts, len(content)])]


def _refuse(*_: object) -> None:
    raise ValueError("a document type")


def _text(part: Part, strings: list[int]) -> int:
    """Return how much text the cells of a sheet unfold to when every shared text is counted as it is used."""
    most, rest, total = len(strings) - 2, b"", 0
    for piece in part.pieces():
        rest += piece
        end = rest.rfind(b"</row>")
        for index in _SHARED.findall(rest, 0, max(end, 0)):
            total += strings[min(int(index), most) + 1] if most >= 0 else max(strings)
        rest = rest[max(end, 0) :]
    return total
