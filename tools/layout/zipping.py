"""Put parts into a zip whose bytes depend on nothing but the parts."""

import zipfile
from collections.abc import Collection, Mapping
from io import BytesIO
from typing import Final

from lxml import etree

_DATE: Final = (1980, 1, 1, 0, 0, 0)
_STORED_DATE: Final = (1980, 1, 1, 0, 0, 2)
"""Java takes the first moment that a zip can hold for an unknown one and adds an extra field, which the media
type of an ODF package must not have (ODF 1.2 part 3, 3.3): validators written in Java refuse such a file."""


def pack(parts: Mapping[str, str], stored: Collection[str] = ()) -> bytes:
    """Return the zip of these parts, in their order.

    Args:
        parts: text by name; XML, except those that are stored.
        stored: names that are written without compression.

    Raises:
        lxml.etree.XMLSyntaxError: a part is not well-formed.
    """
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in parts.items():
            data = text.encode()
            info = zipfile.ZipInfo(name, _STORED_DATE if name in stored else _DATE)
            info.create_system = 0  # the same on every machine
            if name in stored:
                archive.writestr(info, data, zipfile.ZIP_STORED)
                continue
            etree.fromstring(data)
            archive.writestr(info, data, zipfile.ZIP_DEFLATED, 9)
    return buffer.getvalue()
