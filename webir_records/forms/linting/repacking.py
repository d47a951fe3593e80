"""Write a package again with some of its parts changed, everything else and the order as they were."""

import io
import zipfile
from collections.abc import Mapping
from typing import Final

from lxml import etree

from webir_records.forms.linting.model import Element

_FIXED_TIME: Final = (1980, 1, 1, 0, 0, 0)
_MIMETYPE: Final = "mimetype"
"""Stands first and unpacked in OpenDocument (OpenDocument 1.3 part 2, section 3.3)."""


def repack(data: bytes, changed: Mapping[str, bytes]) -> bytes:
    """Return the package with these parts in place of its own; new ones come last.

    Args:
        data: the package, which was opened before.
        changed: parts by name.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        names = [member.filename for member in old.infolist() if not member.is_dir()]
        for name in dict.fromkeys((*names, *changed)):
            member = zipfile.ZipInfo(name, _FIXED_TIME)
            member.compress_type = zipfile.ZIP_STORED if name == _MIMETYPE else zipfile.ZIP_DEFLATED
            new.writestr(member, changed[name] if name in changed else old.read(name))
    return buffer.getvalue()


def serialise(root: Element) -> bytes:
    """Return a part as it is stored."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
