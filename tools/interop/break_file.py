"""Write a broken copy of a PDF (no colour profile) or an odt (an unknown element) for a validator to refuse.

Usage: break_file.py SOURCE TARGET
"""

import sys
import zipfile
from pathlib import Path

import pikepdf

_BODY_END = b"</office:text>"


def break_pdf(source: Path, target: Path) -> None:
    """Take away what says how colours are meant (ISO 19005-2, 6.2.3)."""
    with pikepdf.open(source) as pdf:
        del pdf.Root["/OutputIntents"]
        pdf.save(target)


def break_odt(source: Path, target: Path) -> None:
    """Put an element into the text that no schema knows, in the namespace of those that it knows."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for member in old.infolist():
            content = old.read(member)
            if member.filename == "content.xml":
                content = content.replace(_BODY_END, b"<text:webir-unknown/>" + _BODY_END)
            new.writestr(member, content)


def main(source: Path, target: Path) -> int:
    """Break a copy; return 0."""
    {".pdf": break_pdf, ".odt": break_odt}[source.suffix](source, target)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
