"""Put parts into a zip whose bytes depend on nothing but the parts."""

import zipfile
from collections.abc import Collection, Mapping
from io import BytesIO
from typing import Final

from lxml import etree

_DATE: Final = (1980, 1, 1, 0, 0, 0)


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
            info = zipfile.ZipInfo(name, _DATE)
            info.create_system = 0  # the same on every machine
            if name in stored:
                archive.writestr(info, data, zipfile.ZIP_STORED)
                continue
            etree.fromstring(data)
            archive.writestr(info, data, zipfile.ZIP_DEFLATED, 9)
    return buffer.getvalue()
