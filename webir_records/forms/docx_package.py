"""A docx as a zip of parts: read it, and write it so that the same parts always give the same bytes."""

import io
import zipfile
from collections.abc import Mapping
from typing import Final

from webir_records.model.errors import InputError

FIXED_TIME: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can hold; the time of filling stands in the ledger, not in the file."""

CONTENT_TYPES: Final = "[Content_Types].xml"
"""Comes first, as readers of the format expect."""

MAX_PART_BYTES: Final = 64 * 1024 * 1024
MAX_PACKAGE_BYTES: Final = 256 * 1024 * 1024
_LEVEL: Final = 6
_UNIX: Final = 3


def read_parts(data: bytes, name: str) -> dict[str, bytes]:
    """Return the parts of a package by name.

    Raises:
        InputError: `F303` no package, or larger unpacked than any form can be.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            members = [member for member in package.infolist() if not member.is_dir()]
            sizes = [member.file_size for member in members]
            if sum(sizes) > MAX_PACKAGE_BYTES or max(sizes, default=0) > MAX_PART_BYTES:
                raise InputError("F303", path=name)
            return {member.filename: package.read(member) for member in members}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise InputError("F303", path=name) from error


def write_parts(parts: Mapping[str, bytes]) -> bytes:
    """Return the package of these parts: fixed times, fixed order, the same bytes every time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as package:
        for name in sorted(parts, key=lambda part: (part != CONTENT_TYPES, part)):
            member = zipfile.ZipInfo(name, FIXED_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = _UNIX
            member.external_attr = 0o600 << 16
            package.writestr(member, parts[name])
    return buffer.getvalue()
