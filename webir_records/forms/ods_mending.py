"""Write the tabs and line breaks of an ods as characters: the fast reader leaves the elements out.

Without that the words on both sides run together. Programs other than LibreOffice write such cells.
"""

import io
import re
import zipfile
from typing import Final

from webir_records.forms.package_parts import Package

_TAB = re.compile(rb"<text:tab(?=[\s/>])[^<>]*?(?:/>|>\s*</text:tab\s*>)")
_LINE_BREAK = re.compile(rb"<text:line-break(?=[\s/>])[^<>]*?(?:/>|>\s*</text:line-break\s*>)")
_LEFT: Final = (b"<text:tab", b"<text:line-break")
_NEEDED: Final = ("mimetype", "META-INF/manifest.xml")


def mended(package: Package) -> bytes:
    """Return a package with what the fast reader needs, tabs and line breaks written as characters.

    Raises:
        ValueError: one of them is written so that it was not found.
    """
    part = package.get("content.xml")
    content = _LINE_BREAK.sub(b"\n", _TAB.sub(b"\t", part.read())) if part else b""
    if any(re.search(mark + rb"[\s/>]", content) for mark in _LEFT):
        raise ValueError("a line break in an unknown form")
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:
        for name in _NEEDED:
            other = package.get(name)
            if other:
                archive.writestr(zipfile.ZipInfo(name), other.read())
        archive.writestr(zipfile.ZipInfo("content.xml"), content)
    return written.getvalue()
