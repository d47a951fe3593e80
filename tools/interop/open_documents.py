"""Open every document in some folders with other people's libraries; each must say its form number.

A file is named `FORMNUMBER_REST.SUFFIX`, as `webir forms fill` names it.

Usage: open_documents.py FOLDER…
"""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, cast

import docx
import odfdo

FONT_COLUMNS: Final = "emb sub uni object ID"
"""End of the heading that `pdffonts` prints; the columns are as wide as their names."""


def read_docx(path: Path) -> str:
    """Return the text of the body, tables and text boxes included."""
    return "".join(cast("list[str]", docx.Document(str(path)).element.xpath("//w:t/text()")))


def read_odt(path: Path) -> str:
    """Return the text of the body."""
    return odfdo.Document(str(path)).body.text_recursive


def read_pdf(path: Path) -> str:
    """Return the text of the pages.

    Raises:
        ValueError: a font is not inside the file.
    """
    heading, _, *fonts = _run("pdffonts", path).splitlines()
    column = heading.index(FONT_COLUMNS)
    outside = [line for line in fonts if line[column : column + 3] != "yes"]
    if outside or not fonts:
        raise ValueError(f"{path}: fonts outside the file: {outside or 'no font at all'}")
    return _run("pdftotext", path, "-")


def _run(program: str, *arguments: Path | str) -> str:
    done = subprocess.run([program, *arguments], check=True, capture_output=True, encoding="utf-8")
    return done.stdout


READERS: Final[Mapping[str, Callable[[Path], str]]] = {".docx": read_docx, ".odt": read_odt, ".pdf": read_pdf}


def main(folders: list[Path]) -> int:
    """Read everything; return 1 when a document does not say its number, or there is none."""
    seen: Counter[str] = Counter()
    silent: list[Path] = []
    for path in sorted(path for folder in folders for path in folder.iterdir() if path.suffix in READERS):
        seen[path.suffix] += 1
        if path.name.split("_")[0] not in READERS[path.suffix](path):
            silent.append(path)
    for path in silent:
        print(f"{path} does not say its form number", file=sys.stderr)
    print(
        ", ".join(f"{count} {suffix[1:]}" for suffix, count in sorted(seen.items()))
        + " were opened and read by others"
    )
    return 1 if silent or not seen else 0


if __name__ == "__main__":
    sys.exit(main([Path(name) for name in sys.argv[1:]]))
