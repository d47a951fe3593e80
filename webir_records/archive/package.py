"""The record package: one stored zip with everything about one paper (docs/spec/package.md).

`record.json` (class, form, numbers, dates, retention facts), `data.json` (the form's data),
`renditions/` (docx, pdf) and `attachments/`. The bytes depend on the content alone.
"""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from signing.canonical import JsonValue, canonical_bytes, parse_canonical
from signing.errors import SigningError
from webir_records.archive.stored_zip import stored_zip
from webir_records.model.errors import FaultError

_LIMIT: Final = 2 * 1024**3  # bytes; a package is read into memory


@dataclass(frozen=True, slots=True)
class Package:
    """What one version of a record holds.

    Attributes:
        record: facts of the record (`record.json`).
        data: the form's canonical data (`data.json`); personal data live here.
        files: renditions and attachments by their path in the package, e.g. `renditions/form.docx`.
    """

    record: Mapping[str, JsonValue]
    data: Mapping[str, JsonValue]
    files: Mapping[str, bytes] = field(default_factory=dict[str, bytes])

    def to_bytes(self) -> bytes:
        """Return the zip; the same content gives the same bytes."""
        members = [
            ("record.json", canonical_bytes(dict(self.record))),
            ("data.json", canonical_bytes(dict(self.data))),
            *sorted(self.files.items()),
        ]
        return stored_zip(members)


def parse_package(data: bytes) -> Package:
    """Read a package that was sealed by us.

    Raises:
        FaultError: A121 the bytes are not a record package.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            if sum(info.file_size for info in package.infolist()) > _LIMIT:
                raise FaultError("A121")
            files = {name: package.read(name) for name in package.namelist()}
        return Package(_object(files.pop("record.json")), _object(files.pop("data.json")), files)
    except (zipfile.BadZipFile, KeyError, SigningError) as error:
        raise FaultError("A121") from error


def _object(data: bytes) -> Mapping[str, JsonValue]:
    value = parse_canonical(data)
    if not isinstance(value, dict):
        raise FaultError("A121")
    return value
