"""Build templates/*/form.docx and templates/*/form.odt from the layouts drawn in `layout/`.

    python tools/build_templates.py            write what has changed
    python tools/build_templates.py --check    exit 1 when a committed layout differs from its drawing

Layouts are found by `layout/registry.py`: a new module there with a dict `LAYOUTS` is enough.
A file is compared member by member, so that another version of zlib does not count as a change.
"""

import argparse
import sys
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Final

from layout import odf_package, word_package
from layout.model import Layout
from layout.registry import find_layouts

TEMPLATES: Final = Path(__file__).resolve().parents[1] / "templates"
LAYOUTS: Final = find_layouts()
PAINTERS: Final[Mapping[str, Callable[[Layout], bytes]]] = {
    "docx": word_package.build,
    "odt": odf_package.build,
}


def build(form: str, kind: str) -> bytes:
    """Return the layout of a form as `docx` or `odt`."""
    return PAINTERS[kind](LAYOUTS[form]())


def members(data: bytes) -> list[tuple[str, tuple[int, ...], int, bytes]]:
    """Return name, date, way of compression and content of every member of a zip, in order."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        infos = archive.infolist()
        return [(info.filename, info.date_time, info.compress_type, archive.read(info)) for info in infos]


def is_current(path: Path, data: bytes) -> bool:
    """Tell whether the file holds what the drawing gives."""
    return path.is_file() and members(path.read_bytes()) == members(data)


def main(arguments: list[str]) -> int:
    """Build or check every layout; return the exit code."""
    parser = argparse.ArgumentParser(description="Build the layouts of the forms.")
    parser.add_argument("--check", action="store_true", help="only compare")
    check = parser.parse_args(arguments).check
    stale = 0
    for form, kind in ((form, kind) for form in LAYOUTS for kind in PAINTERS):
        path, data = TEMPLATES / form / f"form.{kind}", build(form, kind)
        if is_current(path, data):
            continue
        stale += 1
        print(f"{form}/form.{kind}: {'differs' if check else 'written'}")
        if not check:
            path.write_bytes(data)
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
