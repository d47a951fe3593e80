"""Compare the text of each document in a folder with its copy in the sub-folder `docx` or `odt`.

White space does not count: programs move it between runs, paragraphs and tab stops. Nor do the numbers in
"第1頁／共3頁": they are fields, and whoever lays the pages out counts anew.

Usage: compare_text.py FOLDER
"""

import re
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final, TypeAlias, cast

from lxml import etree

_Element: TypeAlias = etree._Element  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] # no public name
_NAMES: Final = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
}
_PAGE: Final = re.compile(r"[第共]\d+頁")
_DOCX_BODY: Final = re.compile(r"word/document\.xml")
_DOCX_MARGIN: Final = re.compile(r"word/(header|footer)\d*\.xml")


def read(path: Path) -> tuple[str, frozenset[str]]:
    """Return the letters of the body and of each different header and footer."""
    return _read_docx(path) if path.suffix == ".docx" else _read_odt(path)


def _read_docx(path: Path) -> tuple[str, frozenset[str]]:
    with zipfile.ZipFile(path) as package:
        parts = {
            name: etree.fromstring(package.read(name)) for name in package.namelist() if name[-4:] == ".xml"
        }
    body, *_ = (_letters(part, "//w:t") for name, part in parts.items() if _DOCX_BODY.fullmatch(name))
    margins = (_letters(part, "//w:t") for name, part in parts.items() if _DOCX_MARGIN.fullmatch(name))
    return body, frozenset(filter(None, margins))


def _read_odt(path: Path) -> tuple[str, frozenset[str]]:
    with zipfile.ZipFile(path) as package:
        content, styles = (etree.fromstring(package.read(name)) for name in ("content.xml", "styles.xml"))
    margins = cast("list[_Element]", styles.xpath("//style:header | //style:footer", namespaces=_NAMES))
    return _letters(content, "//office:body"), frozenset(
        filter(None, (_letters(margin, ".") for margin in margins))
    )


def _letters(part: _Element, where: str) -> str:
    found = cast("list[_Element]", part.xpath(where, namespaces=_NAMES))
    text = "".join("".join(cast("Iterable[str]", element.itertext())) for element in found)
    return _PAGE.sub("頁", "".join(text.split()))


def difference(before: Path, after: Path) -> str:
    """Return where two documents part, or nothing."""
    (text, margins), (copy, copied_margins) = read(before), read(after)
    if text != copy:
        place = next(
            (i for i, pair in enumerate(zip(text, copy, strict=False)) if pair[0] != pair[1]), len(text)
        )
        return f"{before.name}: {text[place - 10 : place + 20]!r} became {copy[place - 10 : place + 20]!r}"
    if margins != copied_margins:
        return f"{before.name}: header or footer {sorted(margins)} became {sorted(copied_margins)}"
    return ""


def main(folder: Path) -> int:
    """Compare all; return 1 when one differs or is missing, or there is none."""
    documents = [path for path in sorted(folder.iterdir()) if path.suffix in {".docx", ".odt"}]
    faults: list[str] = []
    for path in documents:
        copy = folder / path.suffix[1:] / path.name
        faults.append(difference(path, copy) if copy.is_file() else f"{path.name} was not written again")
    faults = [fault for fault in faults if fault]
    print(*faults, sep="\n", end="\n" if faults else "", file=sys.stderr)
    print(f"LibreOffice wrote {len(documents)} documents again, {len(faults)} lost or changed text")
    return 1 if faults or not documents else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
